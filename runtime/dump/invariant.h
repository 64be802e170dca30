/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tests of invariants have in common. For the files invariant*.c only */
#ifndef DUMP_INVARIANT_H
#define DUMP_INVARIANT_H

#include <string.h>

#include "dump/dump.h"

struct invariant_rows {
	const struct invariant *v;
	size_t n;
};

/* What is set up once (invariants-setup.c), what traffic moves, what is no fault by itself */
extern const struct invariant_rows invariants_setup, invariants_traffic, invariants_notice;

/* A test says true only where it is sure of what it read */

static inline bool differ(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n != b.n;
}

static inline bool over(struct value a, struct value limit)
{
	return value_known(a) && value_known(limit) && a.n > limit.n;
}

static inline bool more_than(struct value v, unsigned long long n)
{
	return value_known(v) && v.n > n;
}

static inline bool none(struct value v)
{
	return v.state == VALUE_NONE;
}

static inline bool runs(const struct place *p)
{
	return value_is(p->vq->backend, 1);
}

static inline bool has(const struct place *p, unsigned int bit)
{
	return dump_vq_feature(p->dev, p->vq, bit) == 1;
}

static inline bool has_not(const struct place *p, unsigned int bit)
{
	return dump_vq_feature(p->dev, p->vq, bit) == 0;
}

static inline bool is_net(const struct place *p)
{
	return !strcmp(p->dev->kind, "net");
}

static inline bool is_net_queue(const struct place *p, const char *direction)
{
	return is_net(p) && !strncmp(p->vq->queue, direction, strlen(direction));
}

static inline bool decided_before(const struct place *p)
{
	return value_is(p->vq->signalled_used_valid, 1);
}

/* invariant.c */

/*
 * A worker handles a queue of these with its mutex held. It may sleep meanwhile as if it had
 * nothing to do: in a fault that user space answers (handle_userfault(), TASK_INTERRUPTIBLE)
 */
bool invariant_worker_idle(const struct place *p);
/*
 * The next buffers bring a signal, by what the guest has written. With EVENT_IDX a guest that
 * polls leaves its used_event where it was, or at 0 as Linux does: it asks when it names a
 * buffer that vhost has.
 */
bool invariant_call_asked(const struct place *p);
bool invariant_call_missing(const struct place *p);
/*
 * An error counts for one that is only late: with an IOTLB, a look at a ring whose
 * translation is not there, as busy polling does without vq_meta_prefetch()
 */
bool invariant_errors_may_pass(const struct place *p);

#endif
