// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of a queue, as a table. A test says true only where it is sure of
 * what it read: with a value that isn't known it says false.
 *
 * Above each row stands why its class proves it. The names of kernel functions are those of
 * drivers/vhost/vhost.c and net.c, as of 6.1.
 */
#include "dump/dump.h"

#define BIT_NOTIFY_ON_EMPTY 24
#define BIT_LOG_ALL 26
#define BIT_VERSION_1 32
#define BIT_ACCESS_PLATFORM 33
#define RING_LARGEST 32768
#define NO_NOTIFY 1	/* VRING_USED_F_NO_NOTIFY */
#define NO_INTERRUPT 1	/* VRING_AVAIL_F_NO_INTERRUPT */
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

/* No queue that this worker serves is being worked on: its mutex was free */
static bool queues_are_free(const struct place *p)
{
	for (size_t i = 0; i < p->dev->n_vqs; i++)
		if (value_is(p->dev->vqs[i].worker, p->worker->worker.n) &&
		    !value_is(p->dev->vqs[i].busy, 0))
			return false;
	return true;
}

/*
 * A worker handles a queue of these with its mutex held. It may sleep meanwhile as if it had
 * nothing to do: in a fault that user space answers (handle_userfault(), TASK_INTERRUPTIBLE)
 */
static bool worker_is_idle(const struct place *p)
{
	return p->worker && *p->worker->state == 'S' && dump_dev_works_locked(p->dev) &&
	       queues_are_free(p);
}

/*
 * The next buffers bring a signal, by what the guest has written. With EVENT_IDX a guest that
 * polls leaves its used_event where it was, or at 0 as Linux does: it asks when it names a
 * buffer that vhost has.
 */
static bool asks_for_signal(const struct place *p)
{
	const struct dump_ring *r = &p->vq->ring;
	struct value ahead = minus16(r->used_event, p->vq->last_used_idx);

	if (has_not(p, BIT_EVENT_IDX))
		return value_known(r->avail_flags) && !(r->avail_flags.n & NO_INTERRUPT);
	return has(p, BIT_EVENT_IDX) && more_than(r->used_event, 0) && value_known(ahead) &&
	       over(minus16(r->avail_idx, p->vq->last_used_idx), ahead);
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
	return differ(p->vq->vq_features, p->dev->features) ||
	       differ(p->vq->vq_features_high, p->dev->features_high);
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

static bool call_unasked(const struct place *p)
{
	return runs(p) && none(p->vq->call) && more_than(p->vq->last_used_idx, 0);
}

static bool no_call(const struct place *p)
{
	return call_unasked(p) && asks_for_signal(p);
}

static bool no_call_wanted(const struct place *p)
{
	return call_unasked(p) && !asks_for_signal(p);
}

/*
 * An error counts for one that is only late: with an IOTLB, a look at a ring whose
 * translation is not there, as busy polling does without vq_meta_prefetch()
 */
static bool errors_may_pass(const struct place *p)
{
	return !value_is(p->dev->iotlb, 0) || !value_is(p->vq->busyloop_us, 0);
}

static bool errors(const struct place *p)
{
	return more_than(p->vq->error, 0) && !errors_may_pass(p);
}

static bool errors_passing(const struct place *p)
{
	return more_than(p->vq->error, 0) && errors_may_pass(p);
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
	return value_is(p->worker->pending, 1) && worker_is_idle(p);
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
	return runs(p) && is_net(p) && has(p, BIT_EVENT_IDX) && has_not(p, BIT_NOTIFY_ON_EMPTY) &&
	       decided_before(p) && value_known(p->vq->call) &&
	       differ(p->vq->signalled_used, p->vq->last_used_idx);
}

static bool kick_lost(const struct place *p)
{
	/* work that a worker has taken off its list and not begun isn't pending any more */
	return runs(p) && is_net_queue(p, "TX") && wants_kicks(p) && worker_is_idle(p) &&
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

	/* before the first one: nobody has written there, unless the index went round */
	if (over(p->used->pos, p->vq->ring.used_idx))
		return false;
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
	/* One word, 1 from vhost_vq_reset() on; VHOST_SET_VRING_NUM writes nothing else. */
	{ "ring-size", OF_QUEUE, ALWAYS, num_wrong, { "vq.num" },
	  "the ring's size is not a power of two up to 32768",
	  "VHOST_SET_VRING_NUM accepts no other: the queue's structure is damaged, or was read "
	  "wrong" },
	/*
	 * Addresses and backend change in ioctls, under the mutex of the device.
	 * vhost_vring_set_addr() takes 0; QEMU sets all before the backend.
	 */
	{ "ring-address", OF_QUEUE, SET_UP, no_address, { "vq.desc", "vq.avail", "vq.used" },
	  "the queue runs, but a part of its ring has no address",
	  "the owner has set a backend before the ring's addresses" },
	/*
	 * The address may be anything until the queue runs; both change under the device's mutex.
	 */
	{ "desc-alignment", OF_QUEUE, SET_UP, desc_misaligned, { "vq.desc" },
	  "the descriptor table is not aligned to 16 bytes",
	  "the guest's driver has placed its ring wrong; vhost doesn't check this address" },
	/* One word: 0, or what vhost_vring_set_addr() has looked at. */
	{ "avail-alignment", OF_QUEUE, ALWAYS, avail_misaligned, { "vq.avail" },
	  "the avail ring is not aligned to 2 bytes",
	  "VHOST_SET_VRING_ADDR refuses that: the queue's structure is damaged, or was read wrong" },
	/* As the avail ring's. */
	{ "used-alignment", OF_QUEUE, ALWAYS, used_misaligned, { "vq.used" },
	  "the used ring is not aligned to 4 bytes",
	  "VHOST_SET_VRING_ADDR refuses that: the queue's structure is damaged, or was read wrong" },
	/*
	 * vhost_vq_init_access() sets is_le by the features when the queue gets its backend, under
	 * the device's mutex; so does VHOST_SET_FEATURES.
	 */
	{ "byte-order", OF_QUEUE, SET_UP, endian_wrong, { "vq.is_le", "vq.vq_features" },
	  "VERSION_1 was negotiated, but vhost reads the ring as big-endian",
	  "the features were set after the backend" },
	/*
	 * Read of the ring where it is while the queue runs: a ring that its owner has just moved
	 * leaves anything there. The guest writes 0 or 1 at all times, vhost too
	 * (vhost_update_used_flags()).
	 */
	{ "reserved-flags", OF_QUEUE, LOCKED, flags_reserved,
	  { "ring.avail_flags", "ring.used_flags" },
	  "the ring's flags hold bits that virtio does not define",
	  "something else was written there: the ring is not where vhost expects it, or was "
	  "overwritten" },
	/* features, eventfds, workers */
	/*
	 * vhost_net_set_features() writes one queue after the other, under the device's mutex.
	 * vsock, scsi and vdpa do the same.
	 */
	{ "features-differ", OF_QUEUE, SET_UP, features_differ, { "vq.vq_features",
	  "dev.features" },
	  "the queue has other features than its device",
	  "VHOST_SET_FEATURES was interrupted" },
	/*
	 * vhost_init_device_iotlb() comes before the features are set, both under the device's
	 * mutex, and is undone by vhost_dev_cleanup() alone, which resets the features.
	 */
	{ "iotlb-missing", OF_QUEUE, SET_UP, no_iotlb, { "vq.vq_features", "dev.iotlb" },
	  "the guest's addresses need a translation, but the device has no IOTLB",
	  "vhost uses I/O addresses as if they were addresses of the owner" },
	/*
	 * Only vhost_notify() makes it valid, with the mutex, after it looked at the feature;
	 * vhost_vq_init_access() ends it.
	 */
	{ "signalled-valid", OF_QUEUE, LOCKED, valid_without_event_idx,
	  { "vq.signalled_used", "vq.vq_features" },
	  "signalled_used is valid without EVENT_IDX, the only feature that uses it",
	  "the features were changed while the queue ran" },
	/* VHOST_SET_VRING_KICK and the backend, under the device's mutex. */
	{ "kick-missing", OF_QUEUE, SET_UP, no_kick, { "vq.kick" },
	  "the queue runs without a kick eventfd: vhost gets no kicks for new buffers",
	  "the owner has not set one, or has removed it" },
	/*
	 * That nobody will hear of used buffers is no fault of a guest that polls: QEMU gives no
	 * eventfd for a queue without an interrupt vector (VIRTIO_NO_VECTOR), as DPDK's driver has
	 * it. What the guest has written asks for one, and the queue stands still: a guest that
	 * goes on without has polled.
	 */
	{ "call-missing", OF_QUEUE, AT_REST, no_call, { "vq.call", "vq.last_used_idx",
	  "ring.avail_flags", "ring.used_event" },
	  "buffers are used and the guest asks for a notification, but gets none: there is no call "
	  "eventfd",
	  "the owner has lost the eventfd (interrupts, irqfd); this is right only for a guest that "
	  "polls anyway" },
	/*
	 * vq_err() alone counts there. Without IOTLB each is a ring or a buffer that could not be
	 * read or written, or that no driver may make so; the count stays until the owner reads it.
	 */
	{ "errors", OF_QUEUE, SET_UP, errors, { "vq.error" },
	  "vhost has reported errors of this ring",
	  "dmesg with dynamic debug of vhost shows which; the alias vhost.error counts them live" },
	/*
	 * VHOST_SET_OWNER comes before the backend, under the device's mutex; but a worker whose
	 * process is being killed lets go of its queues under theirs (vhost_worker_killed(), since
	 * 6.10, db5247d9bf5c), and that process is only on its way out.
	 */
	{ "worker-missing", OF_QUEUE, AT_REST, no_worker, { "vq.worker" },
	  "the queue runs, but no worker serves it",
	  "VHOST_SET_OWNER or VHOST_ATTACH_VRING_WORKER did not happen" },
	/*
	 * QEMU sets one queue's backend after the other, an ioctl each: in between it is half.
	 * Twice the same, and the owner has stopped there.
	 */
	{ "half-a-backend", OF_DEV, AT_REST, half_a_backend, { "dev.pair" },
	  "one queue of the pair has a backend and the other has none",
	  "the owner is starting or stopping the device, or VHOST_NET_SET_BACKEND failed half-way" },
	/*
	 * A worker that is a task of its process (since 6.4) is stopped and ends with it, for a
	 * moment of a debugger or on the way out.
	 */
	{ "worker-stopped", OF_WORKER, AT_REST, worker_stopped, { "worker.tid", "worker.state" },
	  "the worker is stopped or has ended: its queues do not move",
	  "SIGSTOP, a debugger, or the end of its process" },
	/* what traffic moves */
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
	 * The used index stands still while the mutex is held, the guest's is at most the ring's
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
	/* worth to be known */
	{ "call-unused", OF_QUEUE, NOTICE, no_call_wanted, { "vq.call", "ring.avail_flags",
	  "ring.used_event" },
	  "buffers are used, there is no call eventfd, and the guest asks for no notification",
	  "right for a guest that polls, as DPDK's driver does" },
	{ "errors-passing", OF_QUEUE, NOTICE, errors_passing, { "vq.error", "dev.iotlb",
	  "vq.busyloop_us" },
	  "vhost has reported errors of this ring; with an IOTLB or busy polling, a translation "
	  "may have been missing for a moment",
	  "the alias vhost.error counts them live: a count that keeps growing is a fault" },
	{ "no-backend", OF_DEV, NOTICE, no_backend, { "dev.pair" },
	  "no queue of the device has a backend: nothing is sent or received here",
	  "right for a guest that is paused, whose link is down, or that uses fewer queue pairs" },
	{ "rx-empty", OF_QUEUE, NOTICE, rx_empty, { "derived.pending", "derived.in_flight" },
	  "the guest has given no buffers to receive into: packets wait in the tap, and are "
	  "dropped when it is full",
	  "the guest is slow, or has stopped refilling; for a moment this is normal" },
	{ "calls-wait", OF_QUEUE, NOTICE, calls_wait, { "vq.call" },
	  "notifications wait in the call eventfd",
	  "the interrupt is masked, or the owner itself handles it (no irqfd) and has not done so "
	  "yet" },
	{ "ring-unreadable", OF_QUEUE, NOTICE, unreadable, { "vq.avail", "vq.used" },
	  "the ring in the guest's memory could not be read",
	  "its pages are swapped out or missing, or the process is ending" },
	{ "iotlb-empty", OF_DEV, NOTICE, iotlb_empty, { "dev.iotlb_entries" },
	  "the IOTLB holds no translation: each access has to ask the owner first",
	  "normal right after a start; otherwise the owner does not answer" },
	{ "worker-blocked", OF_WORKER, NOTICE, worker_blocked, { "worker.tid", "worker.state" },
	  "the worker waits in the kernel and can't be interrupted",
	  "it waits for memory or a lock (/proc/TID/stack shows which), or it is frozen" },
	{ "logging", OF_DEV, NOTICE, logged, { "dev.features" },
	  "writes to the guest's memory are logged",
	  "the guest is being migrated" },
};

const size_t n_invariants = ARRAY_SIZE(invariants);
