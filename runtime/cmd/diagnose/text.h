/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a diagnosis as text, in their order */
#ifndef VERB_DIAGNOSE_TEXT_H
#define VERB_DIAGNOSE_TEXT_H

#include "cmd/diagnose/page.h"

/* Of each guest's interface what it lost, and a line a queue (text-queues.c) */
void text_queues(const struct page *p);
/* Problems with their proof and what to do, then notes (text-verdicts.c) */
void text_verdicts(const struct page *p);
/* What doesn't fit together; what can't be excluded */
void text_inconsistencies(const struct page *p);
void text_not_excluded(const struct page *p);
/* The kernel's known defects (text-defects.c) */
void text_defects(const struct page *p);

#endif
