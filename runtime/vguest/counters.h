/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters at the end (counters.c) */
#ifndef VGUEST_COUNTERS_H
#define VGUEST_COUNTERS_H

#include <stdio.h>

#include "base/base.h"

struct guest;
struct help_form;
struct queue;

/* false, after messages, when the counters can't be those of a run without errors */
bool counters_check(const struct guest *g);
void counters_print(const struct guest *g);
void counters_rows(const struct help_form *f, FILE *out);
void counters_ring_state(const struct queue *q);

#endif
