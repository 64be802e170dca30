/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * latency: how long threads wait for a CPU, of the text of the scheduler's events, as the kernel
 * prints it or trace-cmd; and how long they keep interrupts or preemption off, of that of
 * preemptirq's, which kernels with the tracers irqsoff and preemptoff have. Pure: the lines are
 * handed in. Times are nanoseconds; UNKNOWN is what the text doesn't say.
 */
#ifndef LATENCY_H
#define LATENCY_H

#include "base/base.h"
#include "base/strv.h"
#include "callgraph/histogram.h"

/*
 * What takes its time: from waking to running; while interrupts are off; while the kernel lets
 * no other thread have the CPU
 */
enum latency_kind { LATENCY_WAKE, LATENCY_IRQS, LATENCY_PREEMPT, LATENCY_KINDS };

/* One line (parse.c) */
struct sched_event {
	/* BROKEN: it names an event that can't be read */
	enum {
		SCHED_OTHER,
		SCHED_WAKING,
		SCHED_SWITCH,
		SCHED_LOST,
		SCHED_OFF,
		SCHED_ON,
		SCHED_BROKEN
	} kind;
	/* of SCHED_WAKING: sched_wakeup, which comes later: the thread is in a CPU's queue now */
	bool woken;
	enum latency_kind what;		/* of SCHED_OFF and SCHED_ON */
	int64_t time;
	int64_t lost;			/* of SCHED_LOST: events, or UNKNOWN */
	int cpu;
	/* the thread that is woken, or comes, or switches something off or on */
	int pid;
	const char *comm;
	size_t comm_len;
	int prev;			/* of a switch: the thread that goes */
	const char *prev_comm;
	size_t prev_comm_len;
	bool prev_runs;			/* he would have gone on */
};

void sched_parse(const char *line, size_t len, struct sched_event *e);

/* What is made of them (latency.c) */

#define LATENCY_POWERS 26		/* of 2 us: below 1 us, 1 to 2, 2 to 4, … */
#define LATENCY_LINES 48		/* that are kept of what came before the worst */
#define LATENCY_LINE 256

struct latency_times {
	uint64_t n;
	int64_t sum, min, max;
	uint64_t powers[LATENCY_POWERS];
	struct histogram spread;
};

struct latency_thread {
	int pid;
	char name[32];
	/* it was woken, interrupts are off, …; UNKNOWN: it isn't so */
	int64_t since[LATENCY_KINDS];
	int64_t preempted;		/* since when it waits; UNKNOWN: it doesn't */
	char began[LATENCY_KINDS][LATENCY_LINE];	/* the line that says so, of what is off */
	struct latency_times times[LATENCY_KINDS];
	uint64_t waits;			/* times it was sent away, and then ran again */
	int64_t wait_sum, wait_max;
};

struct latency_worst {
	size_t thread;
	int64_t ns;
	int64_t time;			/* when it was over, UNKNOWN: there was none */
	struct strv trace;		/* the lines of it */
};

#define LATENCY_THREADS 4096		/* that match, at most */

struct latency {
	struct latency_thread *v;
	size_t n;
	uint32_t *table;		/* by pid: 1 + its place in v */
	size_t size;			/* of table, a power of two */
	/*
	 * Threads that are watched once they are seen: pids, globs of names; or NULL.
	 * What is off is then reported once it is seen, too
	 */
	const struct strv *wanted;
	struct histogram_pieces pieces;
	char recent[LATENCY_LINES][LATENCY_LINE];
	int64_t recent_time[LATENCY_LINES];
	uint64_t lines;			/* seen: the last is at (lines - 1) % LATENCY_LINES */
	uint64_t events, other;		/* lines about the scheduler, and others */
	uint64_t wakings, wakeups, switches;	/* of the events */
	/* lines that should be events and can't be read, all lines */
	uint64_t broken, all;
	uint64_t broken_at;		/* the first of those */
	char broken_text[LATENCY_LINE];
	uint64_t left_out;		/* threads that there was no room for */
	int64_t first, last;		/* times, or UNKNOWN */
	uint64_t backwards;		/* times that went backwards */
	int64_t lost;
	bool recorded[LATENCY_KINDS];	/* the lines are of this, too; of waking they always are */
	struct latency_worst worst[LATENCY_KINDS];
};

void latency_init(struct latency *l);
/* From now on @pid is watched. -ENOMEM */
int latency_watch(struct latency *l, int pid);
/* -ENOMEM */
int latency_line(struct latency *l, const char *line, size_t len);
/* The share of them that was fastest took no longer than this, or UNKNOWN */
int64_t latency_percentile(const struct latency *l, const struct latency_times *t, double share);
/* What power @i counts, in us: from (0 for the first), and before; 0: no end */
void latency_power(size_t i, uint64_t *from, uint64_t *before);
void latency_free(struct latency *l);

#endif
