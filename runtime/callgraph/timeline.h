/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much in which part of the time (timeline.c) */
#ifndef CALLGRAPH_TIMELINE_H
#define CALLGRAPH_TIMELINE_H

#include "callgraph/times.h"

struct graph;

#define TIMELINE_SLOTS 64

struct timeline_slot {
	uint64_t calls, outermost, ended;
	int64_t duration;		/* of the outermost ones that ended in it */
};

struct timeline {
	int64_t start, width;		/* of the first slot; 0: nothing was added */
	struct timeline_slot slots[TIMELINE_SLOTS];
};

void timeline_add(struct timeline *r, int64_t time, const struct timeline_slot *what);
/* Slots up to the last that holds something */
size_t timeline_used(const struct timeline *r);

/* Of a graph that has been read */
const struct timeline *graph_timeline(const struct graph *g);

#endif
