/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Within the room: the verdicts, why a guest loses packets. A file rules-*.c has those of one
 * subject, and each is a struct that the linker puts into the set (rules.c): no list names them. A
 * test reads the metrics of one queue and is sure only of what was read: with a value that isn't
 * known it says NO, and 'needs' says what then can't be excluded. Several may have one name, forms
 * of one verdict: the first that fits is taken. The metrics are explained in metrics.c.
 *
 * "Samples" are the script's, five a second unless it is asked for others.
 */
#ifndef RULES_H
#define RULES_H

#include "base/base.h"
#include "diagnose/diagnose.h"
#include "diagnose/history.h"
#include "dump/dump.h"

/*
 * Begins a verdict; @id names it in C. Its .place is any that is free: causes before what they
 * explain, forms of one verdict beside each other. The first form has the .meaning, for help
 */
#define VERDICT(id)								\
	static const struct verdict_rule verdict_of_##id;			\
	static const struct verdict_rule *const verdict_entry_of_##id		\
		__attribute__((used, section("diagnose_verdicts"))) = &verdict_of_##id; \
	static const struct verdict_rule verdict_of_##id

#define SOME_MS 400		/* two samples of 200 ms and more: no moment caught by chance */
#define SELDOM 10		/* % of the samples */
#define OFTEN 20		/* % of the time or of the samples */
#define MOSTLY 50
#define EVER 80
/* % of the time that a guest's thread waits: it gets a twentieth of a CPU */
#define HARDLY 95
#define BUSY 90			/* % of a CPU: a worker that never waits for work */
#define MANY_INTERVALS 5	/* with drops: no burst any more */
/* a host drops some of every guest, for protocols that it does not speak */
#define FEW_PACKETS 50
#define BIG_BUFFERS 64		/* a packet of 64 KiB in buffers of 1 KiB: it needs no more */

/* Words for the tests: false where it isn't known */

static inline bool least(struct value v, unsigned long long n)
{
	return value_known(v) && v.n >= n;
}

static inline bool most(struct value v, unsigned long long n)
{
	return value_known(v) && v.n <= n;
}

static inline bool any(struct value v)
{
	return least(v, 1);
}

static inline bool yes(struct value v)
{
	return value_is(v, 1);
}

/* By its own count, or the ring's index */
static inline bool moves(const struct queue_metrics *m)
{
	return any(m->completions) || any(m->moved);
}

static inline bool unknown(struct value v)
{
	return !value_known(v);
}

/* Packets were lost, and not only on other queues of the interface */
static inline bool loses(const struct queue_metrics *m)
{
	return any(m->lost) && !value_is(m->loss_possible, 0);
}

/*
 * Its vCPUs would run, and wait for a CPU or for the next period of their quota: since 6.18 that is
 * no waiting for a CPU
 */
static inline bool held_back(const struct queue_metrics *m, struct value wait_pct,
			     unsigned long long pct)
{
	return least(wait_pct, pct) || least(m->guest_throttled_pct, pct);
}

/*
 * A guest that hardly runs does not poll, gives no buffers, and stops between a buffer and its
 * kick, whatever it would do
 */
static inline bool hardly_ran(const struct queue_metrics *m, struct value wait_pct)
{
	return held_back(m, wait_pct, HARDLY);
}

/* The quota of its group stops vhost's thread, on a kernel where it does */
static inline bool is_throttled(const struct queue_metrics *m)
{
	return yes(m->quota_stops_worker) && any(m->worker_throttled) &&
	       value_known(m->watched_ms) &&
	       least(m->worker_throttled_ms, m->watched_ms.n * SELDOM / 100);
}

/* It has work, and neither runs nor waits for a CPU: that is no want of CPUs */
static inline bool is_blocked(const struct queue_metrics *m)
{
	return least(m->worker_stall_ms, LONG_MS) && value_is(m->worker_run_ms, 0) &&
	       value_is(m->worker_wait_ms, 0) && !any(m->worker_stopped_pct);
}

/* Whether the queue has felt it */
static inline bool was_stalled(const struct queue_metrics *m)
{
	return (m->rx && loses(m)) || least(m->stalled_ms, SOME_MS) ||
	       least(m->rx_no_refill_ms, SOME_MS);
}

#endif
