// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What must hold of what is set up once: the shape of the ring, features, eventfds, workers.
 *
 * The comment above a row says why its class proves it. The names of kernel functions are those
 * of drivers/vhost/vhost.c and net.c, as of 6.1.
 */
#include "dump/invariant.h"

#define BIT_VERSION_1 32
#define BIT_ACCESS_PLATFORM 33
#define RING_LARGEST 32768
#define KNOWN_FLAG 1	/* the only one, of avail and of used flags */

static bool misaligned(struct value address, unsigned int to)
{
	return value_known(address) && address.n % to;
}

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

static bool no_call(const struct place *p)
{
	return invariant_call_missing(p) && invariant_call_asked(p);
}

static bool errors(const struct place *p)
{
	return more_than(p->vq->error, 0) && !invariant_errors_may_pass(p);
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

static const struct invariant rows[] = {
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
	 * That used buffers go unnoticed is no fault of a guest that polls: QEMU gives no
	 * eventfd for a queue without an interrupt vector (VIRTIO_NO_VECTOR), as DPDK's driver has
	 * it. What the guest has written asks for one, and the queue does not move: a guest that
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
};

const struct invariant_rows invariants_setup = { rows, ARRAY_SIZE(rows) };
