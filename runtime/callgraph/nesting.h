/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a line means: its task and CPU, and which call begins or ends by it */
#ifndef CALLGRAPH_NESTING_H
#define CALLGRAPH_NESTING_H

#include "callgraph/callgraph.h"

/* Its task and CPU (attribution.c) */

/* Where the line is from; GRAPH_SOURCES: there is no room for more */
unsigned int graph_source_of(struct graph *g, const struct line *line);
/* What was taken for a source is before all lines: it is none */
void graph_source_forget(struct graph *g, const char *name, size_t len);
/* @cpu: -1 where it is unknown. NULL: no memory */
struct graph_cpu *graph_cpu_of(struct graph *g, unsigned int source, int cpu);
/*
 * The line's task; where it has none, the one that runs on its CPU as far as is known. NULL as of
 * tasks_find()
 */
struct task *graph_task_of(struct graph *g, unsigned int source, struct graph_cpu *c,
			   const struct line *line, int *ret);
/* From one task to another: until the next one, what the CPU does is the other's */
int graph_switch(struct graph *g, const struct line *line);

/* What a line is about */
struct graph_at {
	struct graph *g;
	struct task *task;
	struct graph_cpu *cpu;
	const struct line *line;
};

/* A task goes into a function, or comes out (nesting.c). @f: NULL of a return. -ENOMEM */
int nesting_call(const struct graph_at *at, struct function *f, struct line *line);
/* It is in none any more */
int nesting_close(const struct graph_at *at);
/* The innermost call, as far as it is sure that the task is in it; NULL: none */
struct frame *nesting_top(struct task *t);

/* What a line does (take.c) */
int graph_take(struct graph *g, struct line *line);
/* No task is in a function any more */
int graph_close_all(struct graph *g);
/* Lines are missing, or can't be used: what is open may have called more */
int graph_self_unknown(struct graph *g, const struct line *line);
int graph_gap(struct graph *g);

#endif
