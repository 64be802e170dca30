/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * latency: how long threads wait for a CPU, of the text of the scheduler's events. Pure: the
 * lines are handed in. Times are nanoseconds; UNKNOWN is what isn't told.
 */
#ifndef LATENCY_H
#define LATENCY_H

#include "graph.h"

/* One line (latency-parse.c) */
struct sched_event {
	enum { SCHED_OTHER, SCHED_WAKING, SCHED_SWITCH, SCHED_LOST } kind;
	int64_t time;
	int64_t lost;			/* of SCHED_LOST: events, or UNKNOWN */
	int cpu;
	int pid;			/* who is woken, or comes */
	const char *comm;
	size_t comm_len;
	int prev;			/* of a switch: who goes */
	bool prev_runs;			/* he would have gone on */
};

void sched_parse(const char *line, size_t len, struct sched_event *e);

/* What is made of them (latency.c) */

#define LATENCY_POWERS 26		/* of 2 us: below 1 us, 1 to 2, 2 to 4, … */
#define LATENCY_LINES 48		/* that are kept of what came before the worst */
#define LATENCY_LINE 256

struct latency_thread {
	int pid;
	char name[32];
	int64_t woken, preempted;	/* since when it waits; UNKNOWN: it doesn't */
	uint64_t n;			/* times it was woken and then ran */
	int64_t sum, min, max;
	uint64_t powers[LATENCY_POWERS];
	struct histogram spread;
	uint64_t waits;			/* times it was sent away, and then ran again */
	int64_t wait_sum, wait_max;
};

struct latency {
	struct latency_thread *v;
	size_t n;
	struct histogram_pieces pieces;
	char recent[LATENCY_LINES][LATENCY_LINE];
	int64_t recent_time[LATENCY_LINES];
	uint64_t lines;			/* seen: the last is at (lines - 1) % LATENCY_LINES */
	uint64_t events, other;		/* lines that tell of the scheduler, and that don't */
	uint64_t odd;			/* times that went backwards */
	int64_t lost;
	size_t worst;			/* the thread, when there is one */
	int64_t worst_ns;
	int64_t worst_time;		/* when it ran, UNKNOWN: nobody was woken */
	struct strv trace;		/* the lines from its waking on */
};

void latency_init(struct latency *l);
/* From now on @pid is watched. -ENOMEM */
int latency_watch(struct latency *l, int pid);
/* -ENOMEM */
int latency_line(struct latency *l, const char *line, size_t len);
/* The share of wake-ups that were faster took no longer than this, or UNKNOWN */
int64_t latency_percentile(const struct latency *l, const struct latency_thread *t, double share);
/* What power @i counts, in us: from (0 for the first), and before; 0: no end */
void latency_power(size_t i, uint64_t *from, uint64_t *before);
void latency_free(struct latency *l);

#endif
