/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The slowest calls, each with what it called (slowest.c) */
#ifndef CALLGRAPH_SLOWEST_H
#define CALLGRAPH_SLOWEST_H

#include "callgraph/functions.h"

struct graph;

#define RECORD_MAX 1024		/* calls below one that are kept: the long ones */

struct record_call {
	struct function *function;
	uint32_t level;			/* 0: the call itself */
	bool open;			/* it has not ended yet */
	int64_t duration;
};

/* What a task has called since its outermost call began */
struct record {
	struct record_call *v;
	uint32_t n, size;
	uint32_t depth;			/* of the task, where it began */
	uint64_t omitted;
	uint64_t line;			/* where it began */
	int64_t time;
	int cpu;
};

struct slow_call {
	struct record record;
	char *task;
	int64_t duration;
};

struct slowest {
	struct slow_call *v;		/* slowest first, after graph_end() */
	size_t n, max;
	struct record_call *spare[8];	/* of records that ended, for those that begin */
	size_t n_spare;
	size_t room;			/* bytes that records may still grow by */
	unsigned int note;		/* its place in notes */
};

/* Of a graph that has been read; empty where none are asked for */
const struct slowest *graph_slowest(const struct graph *g);

#endif
