// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of a queue, as a table. A test says true only where it is sure of
 * what it read: with a value that isn't known it says false.
 *
 * The names of kernel functions are those of drivers/vhost/vhost.c and net.c.
 */
#include "dump.h"

#define BIT_LOG_ALL 26
#define BIT_VERSION_1 32
#define BIT_ACCESS_PLATFORM 33
#define RING_LARGEST 32768
#define NO_NOTIFY 1	/* VRING_USED_F_NO_NOTIFY */
#define KNOWN_FLAG 1	/* the only one, of avail and of used flags */

/* Words for the tests */

static bool differ(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n != b.n;
}

static bool over(struct value a, struct value limit)
{
	return value_known(a) && value_known(limit) && a.n > limit.n;
}

static bool more_than(struct value v, unsigned long long n)
{
	return value_known(v) && v.n > n;
}

static bool none(struct value v)
{
	return v.state == VALUE_NONE;
}

static bool runs(const struct place *p)
{
	return value_is(p->vq->backend, 1);
}

static bool has(const struct place *p, unsigned int bit)
{
	return dump_vq_feature(p->dev, p->vq, bit) == 1;
}

static bool has_not(const struct place *p, unsigned int bit)
{
	return dump_vq_feature(p->dev, p->vq, bit) == 0;
}

static bool is_net(const struct place *p)
{
	return !strcmp(p->dev->kind, "net");
}

static bool is_net_queue(const struct place *p, const char *direction)
{
	return is_net(p) && !strncmp(p->vq->queue, direction, strlen(direction));
}

static bool misaligned(struct value address, unsigned int to)
{
	return value_known(address) && address.n % to;
}

/* vhost wants to be kicked, as far as it knows */
static bool wants_kicks(const struct place *p)
{
	return value_known(p->vq->used_flags) && !(p->vq->used_flags.n & NO_NOTIFY);
}

static bool decided_before(const struct place *p)
{
	return value_is(p->vq->signalled_used_valid, 1);
}

/* The shape of the ring */

static bool num_wrong(const struct place *p)
{
	struct value n = p->vq->num;

	return runs(p) && value_known(n) && (!n.n || n.n > RING_LARGEST || (n.n & (n.n - 1)));
}

static bool no_address(const struct place *p)
{
	/* with an IOTLB an address of 0 is one as any other */
	return runs(p) && value_is(p->dev->iotlb, 0) &&
	       (value_is(p->vq->desc, 0) || value_is(p->vq->avail, 0) || value_is(p->vq->used, 0));
}

static bool desc_misaligned(const struct place *p)
{
	return runs(p) && misaligned(p->vq->desc, 16);
}

static bool avail_misaligned(const struct place *p)
{
	return runs(p) && misaligned(p->vq->avail, 2);
}

static bool used_misaligned(const struct place *p)
{
	return runs(p) && misaligned(p->vq->used, 4);
}

static bool endian_wrong(const struct place *p)
{
	return runs(p) && has(p, BIT_VERSION_1) && value_is(p->vq->is_le, 0);
}

static bool flags_reserved(const struct place *p)
{
	const struct dump_ring *r = &p->vq->ring;

	return runs(p) && ((value_known(r->avail_flags) && r->avail_flags.n & ~KNOWN_FLAG) ||
			   (value_known(r->used_flags) && r->used_flags.n & ~KNOWN_FLAG));
}

/* Features, eventfds, workers */

static bool features_differ(const struct place *p)
{
	return differ(p->vq->vq_features, p->dev->features);
}

static bool no_iotlb(const struct place *p)
{
	return runs(p) && has(p, BIT_ACCESS_PLATFORM) && value_is(p->dev->iotlb, 0);
}

static bool valid_without_event_idx(const struct place *p)
{
	return runs(p) && has_not(p, BIT_EVENT_IDX) && decided_before(p);
}

static bool no_kick(const struct place *p)
{
	return runs(p) && none(p->vq->kick);
}

static bool no_call(const struct place *p)
{
	return runs(p) && none(p->vq->call) && more_than(p->vq->last_used_idx, 0);
}

static bool errors(const struct place *p)
{
	return more_than(p->vq->error, 0);
}

static bool no_worker(const struct place *p)
{
	return runs(p) && none(p->vq->worker);
}

static bool half_a_backend(const struct place *p)
{
	bool with = false, without = false;

	for (size_t i = 0; is_net(p) && i < p->dev->n_vqs; i++) {
		with |= value_is(p->dev->vqs[i].backend, 1);
		without |= value_is(p->dev->vqs[i].backend, 0);
	}
	return with && without;
}

static bool worker_stopped(const struct place *p)
{
	return *p->worker->state && strchr("TtZX", *p->worker->state);
}

static bool worker_asleep(const struct place *p)
{
	return value_is(p->worker->pending, 1) && *p->worker->state == 'S';
}

static bool worker_blocked(const struct place *p)
{
	return *p->worker->state == 'D';
}

/* Indices */

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
	return runs(p) && is_net(p) && has(p, BIT_EVENT_IDX) && decided_before(p) && value_known(p->vq->call) &&
	       differ(p->vq->signalled_used, p->vq->last_used_idx);
}

static bool kick_lost(const struct place *p)
{
	return runs(p) && is_net_queue(p, "TX") && wants_kicks(p) && p->worker &&
	       value_is(p->worker->pending, 0) && differ(p->vq->ring.avail_idx, p->vq->avail_idx);
}

/* Entries */

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

	return runs(p) && value_known(ago) && ago.n && value_known(p->vq->num) &&
	       ago.n <= p->vq->num.n && value_known(p->used->id) && p->used->id.n >= p->vq->num.n;
}

/* Worth to be known */

static bool no_backend(const struct place *p)
{
	for (size_t i = 0; i < p->dev->n_vqs; i++)
		if (!value_is(p->dev->vqs[i].backend, 0))
			return false;
	return p->dev->n_vqs && more_than(p->dev->features, 0);
}

static bool rx_empty(const struct place *p)
{
	return runs(p) && is_net_queue(p, "RX") && value_is(p->vq->derived.pending, 0);
}

static bool calls_wait(const struct place *p)
{
	return runs(p) && more_than(p->vq->call, 0);
}

static bool unreadable(const struct place *p)
{
	return runs(p) && value_is(p->dev->iotlb, 0) && !value_known(p->vq->ring.avail_idx) &&
	       !value_known(p->vq->ring.used_idx);
}

static bool iotlb_empty(const struct place *p)
{
	return value_is(p->dev->iotlb, 1) && value_is(p->dev->iotlb_entries, 0);
}

static bool logged(const struct place *p)
{
	return value_known(p->dev->features) && p->dev->features.n >> BIT_LOG_ALL & 1;
}

const struct invariant invariants[] = {
	/* the ring's shape */
	{ "ring-size", OF_QUEUE, ALWAYS, num_wrong, { "vq.num" },
	  "the ring's size is no power of two up to 32768",
	  "VHOST_SET_VRING_NUM takes no other: the queue's structure is damaged, or was read wrong" },
	{ "ring-address", OF_QUEUE, ALWAYS, no_address, { "vq.desc", "vq.avail", "vq.used" },
	  "the queue runs, and a part of its ring has no address",
	  "the owner has set a backend before the ring's addresses" },
	{ "desc-alignment", OF_QUEUE, ALWAYS, desc_misaligned, { "vq.desc" },
	  "the descriptor table is not aligned to 16 bytes",
	  "the guest's driver has laid its ring out wrong; vhost doesn't look at this one" },
	{ "avail-alignment", OF_QUEUE, ALWAYS, avail_misaligned, { "vq.avail" },
	  "the avail ring is not aligned to 2 bytes",
	  "VHOST_SET_VRING_ADDR refuses that: the queue's structure is damaged, or was read wrong" },
	{ "used-alignment", OF_QUEUE, ALWAYS, used_misaligned, { "vq.used" },
	  "the used ring is not aligned to 4 bytes",
	  "VHOST_SET_VRING_ADDR refuses that: the queue's structure is damaged, or was read wrong" },
	{ "byte-order", OF_QUEUE, ALWAYS, endian_wrong, { "vq.is_le", "vq.vq_features" },
	  "VERSION_1 was negotiated, and vhost reads the ring as big-endian",
	  "the features were set after the backend" },
	{ "reserved-flags", OF_QUEUE, ALWAYS, flags_reserved,
	  { "ring.avail_flags", "ring.used_flags" },
	  "the ring's flags hold bits that nobody defines",
	  "something else was written there: the ring is not where vhost thinks, or was overwritten" },
	/* features, eventfds, workers */
	{ "features-differ", OF_QUEUE, ALWAYS, features_differ, { "vq.vq_features", "dev.features" },
	  "the queue has other features than its device",
	  "VHOST_SET_FEATURES was interrupted, or is going on right now" },
	{ "iotlb-missing", OF_QUEUE, ALWAYS, no_iotlb, { "vq.vq_features", "dev.iotlb" },
	  "the guest's addresses are to be translated, and the device has no IOTLB",
	  "vhost takes I/O addresses for addresses of the owner" },
	{ "signalled-valid", OF_QUEUE, ALWAYS, valid_without_event_idx,
	  { "vq.signalled_used", "vq.vq_features" },
	  "signalled_used is valid without EVENT_IDX, which alone uses it",
	  "the features were changed while the queue ran" },
	{ "kick-missing", OF_QUEUE, ALWAYS, no_kick, { "vq.kick" },
	  "the queue runs without a kick eventfd: vhost never hears of new buffers",
	  "the owner has not set one, or has taken it away" },
	{ "call-missing", OF_QUEUE, ALWAYS, no_call, { "vq.call", "vq.last_used_idx" },
	  "buffers are used, and there is no call eventfd: the guest is never told",
	  "right only for a guest that polls; else the owner has lost it (interrupts, irqfd)" },
	{ "errors", OF_QUEUE, ALWAYS, errors, { "vq.error" },
	  "vhost has reported errors of this ring",
	  "dmesg with dynamic debug of vhost tells which; the alias vhost.error counts them live" },
	{ "worker-missing", OF_QUEUE, ALWAYS, no_worker, { "vq.worker" },
	  "the queue runs and no worker serves it",
	  "VHOST_SET_OWNER or VHOST_ATTACH_VRING_WORKER did not happen" },
	{ "half-a-backend", OF_DEV, ALWAYS, half_a_backend, { "dev.pair" },
	  "one queue of the pair has a backend and the other has none",
	  "the owner is starting or stopping the device, or VHOST_NET_SET_BACKEND failed half-way" },
	{ "worker-stopped", OF_WORKER, ALWAYS, worker_stopped, { "worker.tid", "worker.state" },
	  "the worker is stopped or has ended: its queues stand still",
	  "SIGSTOP, a debugger, or the end of its process" },
	/* what traffic moves */
	{ "avail-over", OF_QUEUE, LOCKED, avail_over,
	  { "ring.avail_idx", "vq.last_avail_idx", "vq.num" },
	  "more buffers are available than the ring has entries",
	  "vhost refuses it ('Guest moved avail index') at each run until the queue is reset: the guest's driver "
	  "or its memory is wrong, or the index was restored wrong" },
	{ "avail-seen-over", OF_QUEUE, LOCKED, avail_seen_over,
	  { "vq.avail_idx", "vq.last_avail_idx", "vq.num" },
	  "vhost has read an avail index that is more than the ring ahead",
	  "the queue stands still until it is reset" },
	{ "avail-back", OF_QUEUE, LOCKED, avail_back,
	  { "ring.avail_idx", "vq.avail_idx", "vq.num" },
	  "the guest's avail index is behind what vhost has read before",
	  "the guest has begun its ring anew without a reset of the device, or its memory was overwritten" },
	{ "in-flight-over", OF_QUEUE, LOCKED, in_flight_over,
	  { "vq.last_avail_idx", "vq.last_used_idx", "vq.num" },
	  "vhost has taken more buffers than the ring has entries",
	  "the indices were set wrong when the device was started (VHOST_SET_VRING_BASE)" },
	{ "ring-over", OF_QUEUE, LOCKED, ring_over, { "ring.avail_idx", "ring.used_idx", "vq.num" },
	  "the guest has made available what was not given back yet",
	  "the guest's driver, or somebody who wrote the used index" },
	{ "used-differs", OF_QUEUE, LOCKED, used_differs, { "ring.used_idx", "vq.last_used_idx" },
	  "the used index in the guest's memory is not what vhost wrote last",
	  "somebody else writes there, or vhost's write failed: the guest sees other buffers used than vhost" },
	{ "used-flags-differ", OF_QUEUE, LOCKED, used_flags_differ,
	  { "ring.used_flags", "vq.used_flags" },
	  "the used flags in the guest's memory are not what vhost wrote last",
	  "the guest kicks when it need not, or doesn't when it must" },
	{ "avail-event-differs", OF_QUEUE, LOCKED, avail_event_differs,
	  { "ring.avail_event", "vq.avail_idx" },
	  "vhost waits for a kick at another index than the guest is told",
	  "the guest's next buffer may bring no kick, and the queue stands still" },
	{ "undecided", OF_QUEUE, LOCKED, undecided, { "vq.signalled_used", "vq.last_used_idx" },
	  "buffers were given back, and whether to signal them was never decided",
	  "vhost is in the middle of it, or has left it" },
	{ "kick-lost", OF_QUEUE, AT_REST, kick_lost,
	  { "ring.avail_idx", "vq.avail_idx", "vq.kick", "worker.pending" },
	  "the guest has made buffers available, vhost waits for a kick, and no work is queued",
	  "the kick was not sent, or got lost on its way (ioeventfd, the owner's own handler)" },
	{ "worker-asleep", OF_WORKER, AT_REST, worker_asleep, { "worker.tid", "worker.state" },
	  "the worker has work and sleeps",
	  "it was not woken" },
	{ "chain", OF_CHAIN, AT_REST, chain_broken, { "chain.pos", "chain.head", "chain.end" },
	  "a chain of descriptors that vhost is to take is broken",
	  "the guest's driver, or its memory is overwritten; vhost stops at it with an error" },
	{ "used-id", OF_USED, AT_REST, used_id_over, { "used.pos", "used.id", "vq.num" },
	  "the used ring names a descriptor that the ring doesn't have",
	  "only vhost writes there: somebody has overwritten it, and the guest's driver will break" },
	/* worth to be known */
	{ "no-backend", OF_DEV, NOTICE, no_backend, { "dev.pair" },
	  "no queue of the device has a backend: nothing is sent or received here",
	  "right for a guest that is paused, whose link is down, or that uses fewer queue pairs" },
	{ "rx-empty", OF_QUEUE, NOTICE, rx_empty, { "derived.pending", "derived.in_flight" },
	  "the guest has given no buffers to receive into: what comes in waits in the tap, and is dropped when that is full",
	  "a guest that is slow, or has stopped to refill; for a moment it is nothing" },
	{ "calls-wait", OF_QUEUE, NOTICE, calls_wait, { "vq.call" },
	  "signals wait in the call eventfd",
	  "the interrupt is masked, or the owner itself handles it (no irqfd) and hasn't yet" },
	{ "ring-unreadable", OF_QUEUE, NOTICE, unreadable, { "vq.avail", "vq.used" },
	  "the ring in the guest's memory could not be read",
	  "its pages are swapped out or not there; or the process is ending" },
	{ "iotlb-empty", OF_DEV, NOTICE, iotlb_empty, { "dev.iotlb_entries" },
	  "the IOTLB holds no translation: each access has to ask the owner first",
	  "right after a start; else the owner doesn't answer" },
	{ "worker-blocked", OF_WORKER, NOTICE, worker_blocked, { "worker.tid", "worker.state" },
	  "the worker waits in the kernel and can't be interrupted",
	  "for memory or a lock; /proc/TID/stack says for which" },
	{ "logging", OF_DEV, NOTICE, logged, { "dev.features" },
	  "writes to the guest's memory are logged",
	  "the guest is being migrated" },
};

const size_t invariants_n = ARRAY_SIZE(invariants);
