/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text for a person, broken at the width of the terminal and fit for it */
#ifndef VERB_DIAGNOSE_PAGE_H
#define VERB_DIAGNOSE_PAGE_H

#include "cmd/diagnose/diagnose.h"
#include "diagnose/diagnose.h"
#include "print/table.h"

#define FIRST 2
#define TEXT 4			/* where text begins */
#define NAMED_MAX 6		/* of a list in a sentence */

struct page {
	const struct diagnosis *d;
	const struct verdicts *v;
	const struct out_style *s;
	FILE *f;
};

/* "" without colours */
const char *page_colour(const struct page *p, const char *code);
/* Without control characters; free() ends it */
char *page_clean(const char *text);
/* @text goes on at the column @at; further lines begin at @indent */
void page_wrap(const struct page *p, const char *text, unsigned int indent, unsigned int at);
void page_paragraph(const struct page *p, const char *text, unsigned int indent);
/* A value, and what it is */
void page_metric(const struct page *p, const char *value, const char *text);
bool page_same_iface(const struct subject *a, const struct subject *b);

#endif
