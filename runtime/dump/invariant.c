// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that invariants of several kinds share. */
#include "dump/invariant.h"

#define NO_INTERRUPT 1	/* VRING_AVAIL_F_NO_INTERRUPT */

/* No queue that this worker serves is being worked on: its mutex was free */
static bool queues_are_free(const struct place *p)
{
	for (size_t i = 0; i < p->dev->n_vqs; i++)
		if (value_is(p->dev->vqs[i].worker, p->worker->worker.n) &&
		    !value_is(p->dev->vqs[i].busy, 0))
			return false;
	return true;
}

bool invariant_worker_idle(const struct place *p)
{
	return p->worker && *p->worker->state == 'S' && dump_dev_works_locked(p->dev) &&
	       queues_are_free(p);
}

bool invariant_call_asked(const struct place *p)
{
	const struct dump_ring *r = &p->vq->ring;
	struct value ahead = minus16(r->used_event, p->vq->last_used_idx);

	if (has_not(p, BIT_EVENT_IDX))
		return value_known(r->avail_flags) && !(r->avail_flags.n & NO_INTERRUPT);
	return has(p, BIT_EVENT_IDX) && more_than(r->used_event, 0) && value_known(ahead) &&
	       over(minus16(r->avail_idx, p->vq->last_used_idx), ahead);
}

bool invariant_call_missing(const struct place *p)
{
	return runs(p) && none(p->vq->call) && more_than(p->vq->last_used_idx, 0);
}

bool invariant_errors_may_pass(const struct place *p)
{
	return !value_is(p->dev->iotlb, 0) || !value_is(p->vq->busyloop_us, 0);
}
