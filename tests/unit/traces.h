/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Function graphs that a test has as text */
#ifndef TRACES_H
#define TRACES_H

#include "callgraph/callgraph.h"

/* What is made of @text; graph_done() ends it. A test fails where it can't be read */
struct graph *graph_read_as(const char *text, const struct graph_options *options);
struct graph *graph_read(const char *text);
void graph_done(struct graph *g);
/* Fails where there is none of that name */
const struct function *graph_function(const struct graph *g, const char *name);

#endif
