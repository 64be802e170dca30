// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of what traffic moves: indices, entries, and the worker that moves them.
 *
 * The comment above a row says why its class proves it. The names of kernel functions are those
 * of drivers/vhost/vhost.c and net.c, as of 6.1.
 */
#include "dump/invariant.h"

#define BIT_NOTIFY_ON_EMPTY 24
#define NO_NOTIFY 1	/* VRING_USED_F_NO_NOTIFY */

/* vhost wants to be kicked, as far as it knows */
static bool wants_kicks(const struct place *p)
{
	return value_known(p->vq->used_flags) && !(p->vq->used_flags.n & NO_NOTIFY);
}

static bool avail_over(const struct place *p)
{
	return runs(p) && over(p->vq->derived.pending, p->vq->num);
}

static bool avail_seen_over(const struct place *p)
{
	return runs(p) && over(minus16(p->vq->avail_idx, p->vq->last_avail_idx), p->vq->num);
}

static bool avail_back(const struct place *p)
{
	return runs(p) && over(minus16(p->vq->ring.avail_idx, p->vq->avail_idx), p->vq->num);
}

static bool in_flight_over(const struct place *p)
{
	return runs(p) && over(p->vq->derived.in_flight, p->vq->num);
}

static bool ring_over(const struct place *p)
{
	return runs(p) && over(minus16(p->vq->ring.avail_idx, p->vq->ring.used_idx), p->vq->num);
}

static bool used_differs(const struct place *p)
{
	return runs(p) && differ(p->vq->ring.used_idx, p->vq->last_used_idx);
}

static bool used_flags_differ(const struct place *p)
{
	/* with EVENT_IDX vhost keeps its copy and doesn't write it */
	return runs(p) && has_not(p, BIT_EVENT_IDX) &&
	       differ(p->vq->ring.used_flags, p->vq->used_flags);
}

static bool avail_event_differs(const struct place *p)
{
	/* before its first run a queue has what it was given */
	return runs(p) && has(p, BIT_EVENT_IDX) && wants_kicks(p) && decided_before(p) &&
	       differ(p->vq->ring.avail_event, p->vq->avail_idx);
}

static bool undecided(const struct place *p)
{
	/* others decide after they have let go of the queue */
	return runs(p) && is_net(p) && has(p, BIT_EVENT_IDX) && has_not(p, BIT_NOTIFY_ON_EMPTY) &&
	       decided_before(p) && value_known(p->vq->call) &&
	       differ(p->vq->signalled_used, p->vq->last_used_idx);
}

static bool kick_lost(const struct place *p)
{
	/* work that a worker has taken off its list and not begun isn't pending any more */
	return runs(p) && is_net_queue(p, "TX") && wants_kicks(p) && invariant_worker_idle(p) &&
	       value_is(p->worker->pending, 0) && differ(p->vq->ring.avail_idx, p->vq->avail_idx);
}

static bool worker_asleep(const struct place *p)
{
	return value_is(p->worker->pending, 1) && invariant_worker_idle(p);
}

static bool chain_broken(const struct place *p)
{
	const char *end = p->chain->end;

	if (!runs(p) || !*end || !strcmp(end, "ok") || !strcmp(end, "unreadable"))
		return false;
	/* what isn't translated yet is asked for */
	if (value_is(p->dev->iotlb, 1) &&
	    (!strcmp(end, "unmapped") || !strcmp(end, "indirect_unmapped")))
		return false;
	/* descriptors that were given back may hold anything */
	return !strcmp(dump_position(p->vq, p->chain->pos), "pending");
}

static bool used_id_over(const struct place *p)
{
	struct value ago = minus16(p->vq->ring.used_idx, p->used->pos);

	/* before the first one nothing was written there, unless the index went round */
	if (over(p->used->pos, p->vq->ring.used_idx))
		return false;
	return runs(p) && value_known(ago) && ago.n && value_known(p->vq->num) &&
	       ago.n <= p->vq->num.n && value_known(p->used->id) && p->used->id.n >= p->vq->num.n;
}

static const struct invariant rows[] = {
	/*
	 * last_used_idx can't move while the mutex is held, and a guest has no more than the ring's
	 * size beyond it. The ring is read after vhost's index.
	 */
	{ "avail-over", OF_QUEUE, LOCKED, avail_over,
	  { "ring.avail_idx", "vq.last_avail_idx", "vq.num" },
	  "more buffers are available than the ring has entries",
	  "vhost refuses the ring ('Guest moved avail index') at each run until the queue is "
	  "reset: the guest's driver or its memory is wrong, or a wrong index was restored" },
	/*
	 * Two words of vhost's, written with the mutex held; vhost_get_avail_idx() refuses more,
	 * vhost_discard_vq_desc() goes back by what was taken in the same run.
	 */
	{ "avail-seen-over", OF_QUEUE, LOCKED, avail_seen_over,
	  { "vq.avail_idx", "vq.last_avail_idx", "vq.num" },
	  "vhost has read an avail index that is ahead by more than the ring's size",
	  "the queue does not move until it is reset" },
	/*
	 * vhost writes what it has seen with the mutex, and the guest's index only grows: by no
	 * more than the ring's size beyond last_used_idx, which is not beyond it.
	 */
	{ "avail-back", OF_QUEUE, LOCKED, avail_back,
	  { "ring.avail_idx", "vq.avail_idx", "vq.num" },
	  "the guest's avail index is behind the one that vhost has read before",
	  "the guest has restarted its ring without a reset of the device, or its memory was "
	  "overwritten" },
	/*
	 * Two words of vhost's, both written with the mutex held: net and vsock. Others complete
	 * without it.
	 */
	{ "in-flight-over", OF_QUEUE, LOCKED, in_flight_over,
	  { "vq.last_avail_idx", "vq.last_used_idx", "vq.num" },
	  "vhost has taken more buffers than the ring has entries",
	  "the indices were set wrong when the device was started (VHOST_SET_VRING_BASE)" },
	/*
	 * The used index does not move while the mutex is held, the guest's is at most the ring's
	 * size ahead.
	 */
	{ "ring-over", OF_QUEUE, LOCKED, ring_over, { "ring.avail_idx", "ring.used_idx", "vq.num" },
	  "the guest has made buffers available that vhost has not given back yet",
	  "the guest's driver is wrong, or another writer has changed the used index" },
	/*
	 * vhost_add_used_n() moves both before its caller lets go of the mutex;
	 * vhost_vq_init_access() reads it where it begins.
	 */
	{ "used-differs", OF_QUEUE, LOCKED, used_differs, { "ring.used_idx", "vq.last_used_idx" },
	  "the used index in the guest's memory is not the one that vhost wrote last",
	  "another writer has changed it, or vhost's write failed: the guest sees other buffers "
	  "used than vhost" },
	/*
	 * vhost_enable_notify() and vhost_disable_notify() write both, with the mutex;
	 * vhost_vq_init_access() too.
	 */
	{ "used-flags-differ", OF_QUEUE, LOCKED, used_flags_differ,
	  { "ring.used_flags", "vq.used_flags" },
	  "the used flags in the guest's memory are not those that vhost wrote last",
	  "the guest kicks when it need not, or doesn't when it must" },
	/*
	 * vhost_enable_notify() writes avail_event out of avail_idx. What moves avail_idx
	 * afterwards has set NO_NOTIFY first, or does so before the mutex is let go
	 * (vhost_net_busy_poll(), handle_tx()).
	 */
	{ "avail-event-differs", OF_QUEUE, LOCKED, avail_event_differs,
	  { "ring.avail_event", "vq.avail_idx" },
	  "vhost waits for a kick at another index than the one that the guest reads",
	  "the guest may send no kick for its next buffer, and the queue stalls" },
	/*
	 * net.c adds and signals in one go. vhost_notify() sets signalled_used whenever there is a
	 * call eventfd, except with NOTIFY_ON_EMPTY, where it returns before.
	 */
	{ "undecided", OF_QUEUE, LOCKED, undecided, { "vq.signalled_used", "vq.last_used_idx" },
	  "vhost has given buffers back, but never decided whether to notify the guest",
	  "vhost is in the middle of it, or has skipped it" },
	/*
	 * The guest makes buffers available, then kicks: it may be in between. vhost looks once
	 * more after it has asked for kicks (vhost_enable_notify()).
	 */
	{ "kick-lost", OF_QUEUE, AT_REST, kick_lost,
	  { "ring.avail_idx", "vq.avail_idx", "vq.kick", "worker.pending" },
	  "the guest has made buffers available, vhost waits for a kick, and no work is queued",
	  "the kick was not sent, or got lost on its way (ioeventfd, the owner's own handler)" },
	/*
	 * vhost_work_queue() adds to the list, then wakes: it may be in between; and the list is
	 * read before the state.
	 */
	{ "worker-asleep", OF_WORKER, AT_REST, worker_asleep, { "worker.tid", "worker.state" },
	  "the worker has work, but sleeps",
	  "it was not woken" },
	/*
	 * Descriptors are the guest's to write until they are available, and the device's until
	 * they are used: they hold still while the queue does.
	 */
	{ "chain", OF_CHAIN, AT_REST, chain_broken, { "chain.pos", "chain.head", "chain.end" },
	  "a chain of descriptors that vhost has to take is broken",
	  "the guest's driver is wrong, or its memory was overwritten; vhost stops at the chain "
	  "with an error" },
	/*
	 * vhost writes an entry, then the index: entries behind it are whole. Heads beyond the ring
	 * are refused before (vhost_get_vq_desc()).
	 */
	{ "used-id", OF_USED, AT_REST, used_id_over, { "used.pos", "used.id", "vq.num" },
	  "the used ring names a descriptor that the ring doesn't have",
	  "only vhost writes there: something has overwritten it, and the guest's driver will "
	  "fail" },
};

const struct invariant_rows invariants_traffic = { rows, ARRAY_SIZE(rows) };
