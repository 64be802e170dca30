/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Within history*.c: what is kept of a queue from sample to sample, and the tables of it */
#ifndef HISTORY_STATE_H
#define HISTORY_STATE_H

#include "base/base.h"
#include "diagnose/history.h"
#include "dump/dump.h"

/* Where a number comes from */
enum from {
	FROM_DEV,
	FROM_VQ,
	FROM_DERIVED,
	FROM_NET,
	FROM_COUNT,
	FROM_TAP,
	FROM_TASK,
	FROM_THREADS,
	FROM_WORKER_GROUP,
	FROM_GUEST_GROUP
};

enum how {
	SUM,		/* of what it grew by: a counter */
	LARGEST,
	MAXIMUM,	/* the script's own since its start */
	NEWEST,
};

struct number {
	enum from from;
	size_t at;			/* in the record's struct */
	enum how how;
	unsigned int per;		/* what one of the metric's unit is of the record's */
	size_t metric;
};

/* In how many samples it held, how long at most, how long at the end */
struct condition {
	int (*holds)(const struct sample *s);	/* 1, 0; -1: unknown */
	size_t pct, ms, now_ms;	/* 0: no such metric is kept */
	size_t ended, at_end;
	/* of now_ms, or of ms, for how much of it a thread of the guest waited for a CPU */
	size_t wait_pct;
	/* what it compares reaches over samples in which it is unknown */
	bool across;
};

extern const struct number history_numbers[];
extern const size_t n_history_numbers;
extern const struct condition history_conditions[];
extern const size_t n_history_conditions;

struct span {
	unsigned long long seen, held, ended, since_us, longest_us;
	/* ns that the guest's most delayed thread waited */
	struct value since_wait, now_wait, longest_wait;
	bool now;
};

struct history {
	unsigned long long first_us, newest_us, moved_us, samples, over, over_seen;
	/* unknown from the first interval on in which it is unknown */
	struct value moved;
	/* whether any index moved */
	struct value active;
	struct value event, event_age;
	struct counter *numbers;	/* beside history_numbers[] */
	struct span *spans;		/* beside history_conditions[] */
	struct names drops, refusals, sends;
	struct sent sent;
	bool drops_sampled;
	unsigned long long intervals, dropping, first_dropping, last_dropping;
	struct value waiting_max;
	/* the newest sample, without its lists */
	struct dump_vq vq;
	struct dump_tap tap;
	struct value missed, took;
	struct dump_worker worker;
	struct dump_cgroup worker_group, guest_group;	/* the newest that were read */
	/* the guest's: when what it counts begins, and its newest record */
	bool group_known;
	unsigned long long group_first_us, group_newest_us;
	struct value lost;
	struct armed armed;
	bool worker_known;
};

/* The sum of those that are known */
static inline struct value history_plus(struct value a, struct value b)
{
	if (!value_known(a) || !value_known(b))
		return value_known(a) ? a : b;
	return value_of(a.n + b.n);
}

#endif
