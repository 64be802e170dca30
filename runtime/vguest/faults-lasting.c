// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Faults that begin and don't end: how they begin, and what the driver then
 * leaves undone. The guest stays one that counts exactly what it does; only
 * what it sends or is sent gets lost.
 */
#include "vguest/faults-lasting.h"

#include <limits.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <sys/mman.h>

#include "base/msg.h"
#include "vguest/fault.h"
#include "vguest/frame.h"
#include "vguest/guest.h"
#include "vguest/iommu.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/traffic.h"
#include "vguest/vhost.h"

#define JUMP 100	/* behind the ring's end */

static unsigned int index_of(const struct queue *q)
{
	return q->device_writes ? VHOST_RX : VHOST_TX;
}

static void begin_queue(struct pair *p, struct queue *q)
{
	for (unsigned int i = 0; i < q->n_faults; i++) {
		struct fault *f = &q->faults[i];

		if (!f->kind->lasts || f->made ||
		    f->arg > (q->device_writes ? q->count.packets : q->count.queued))
			continue;
		/* first, so that what it begins with is done as it goes on */
		q->leaves |= f->kind->lasts;
		if (f->kind->begin && !f->kind->begin(p, q))
			continue;
		f->made = ++q->count.faults;
		msg_debug("%s: %s begins, %llu buffers queued", q->name, f->kind->name,
			  (unsigned long long)q->count.queued);
	}
}

void lasting_begin(struct pair *p)
{
	begin_queue(p, &p->tx);
	begin_queue(p, &p->rx);
}

void lasting_end(struct pair *p)
{
	p->rx.leaves = p->tx.leaves = 0;
}

bool lasting_looks(struct queue *q)
{
	if (q->leaves & LEAVE_RECLAIM)
		return false;
	if (!(q->leaves & SLEEP))
		return true;
	if (q->asleep)
		queue_take_signals(q);
	return !q->asleep;
}

bool lasting_rests(struct queue *q, bool delayed)
{
	q->asleep = true;
	if (q->leaves & STALE)
		ring_cb_stale(&q->ring);
	else if (!(q->leaves & LEAVE_CALLBACKS))
		q->asleep = ring_cb_enable(&q->ring, delayed);
	return q->asleep;
}

/* It has had every buffer, has found no other, and asks for a kick with the next. */
static bool vhost_sleeps(const struct ring *r)
{
	struct ring_view v = ring_look(r);

	return !ring_outstanding(r) &&
	       (r->event_idx ? v.avail_event == v.avail_idx :
			       !(v.used_flags & VRING_USED_F_NO_NOTIFY));
}

unsigned int lasting_refill(const struct queue *q, const struct options *o)
{
	if (q->leaves & (LEAVE_REFILL | CORRUPT))
		return 0;
	if (q->leaves & LEAVE_KICK)
		return vhost_sleeps(&q->ring) ? UINT_MAX : 0;
	if (q->leaves & FEW)
		return (options_hdr_len(o) + o->size - 1) / o->rxbuf;
	return UINT_MAX;
}

/*
 * It asks for a signal, gets it, and that was all. Not when the device was faster: another time
 * then.
 */
bool lasting_signalled(struct pair *p, struct queue *q)
{
	(void)p;
	if (ring_cb_enable(&q->ring, false))
		return true;
	ring_cb_disable(&q->ring);
	q->leaves &= ~LEAVE_RECLAIM;
	return false;
}

bool lasting_callbacks_off(struct pair *p, struct queue *q)
{
	(void)p;
	ring_cb_disable(&q->ring);
	q->asleep = true;
	return true;
}

bool lasting_no_call(struct pair *p, struct queue *q)
{
	if (vhost_call(p->vhost, index_of(q), -1))
		queue_error(q, "can't remove its call eventfd");
	return true;
}

bool lasting_no_backend(struct pair *p, struct queue *q)
{
	if (vhost_backend(p->vhost, index_of(q), -1))
		queue_error(q, "can't remove its backend");
	return true;
}

/* One more buffer, to be spoiled */
static bool add_one(struct queue *q)
{
	if (!ring_room(&q->ring, q->n_segs, 1))
		return false;
	queue_add(q);
	return true;
}

bool lasting_bad_head(struct pair *p, struct queue *q)
{
	(void)p;
	if (!add_one(q))
		return false;
	ring_spoil_head(&q->ring);
	ring_publish(&q->ring);
	queue_kick(q);
	return true;
}

bool lasting_avail_jump(struct pair *p, struct queue *q)
{
	(void)p;
	if (!add_one(q))
		return false;
	ring_claim(&q->ring, q->ring.num + JUMP);
	queue_kick(q);
	return true;
}

bool lasting_no_answers(struct pair *p, struct queue *q)
{
	if (iommu_silence(p))
		queue_error(q, "can't empty vhost's IOTLB");
	return true;
}

/* A packet in the memory that is the fault's own */
static bool add_extra(struct queue *q, unsigned int len)
{
	struct ring_seg seg = { 0, len };

	if (!ring_room(&q->ring, 1, 1) || ring_add(&q->ring, q->extra_dma, &seg, 1, false))
		return false;
	q->count.queued++;
	queue_publish(q);
	return true;
}

bool lasting_huge(struct pair *p, struct queue *q)
{
	(void)p;
	return add_extra(q, LASTING_HUGE);
}

bool lasting_unplug(struct pair *p, struct queue *q)
{
	(void)q;
	close(p->vhost);
	p->vhost = -1;
	return true;
}

/* Not NEEDS_CSUM: vhost would refuse that, and the packet would stay where it is */
bool lasting_bad_headers(struct pair *p, struct queue *q)
{
	(void)p;
	for (unsigned int i = 0; i < q->ring.num; i++) {
		struct virtio_net_hdr *h = (struct virtio_net_hdr *)queue_buf(q, i);

		h->gso_type = 0x3f;
		h->gso_size = 100;
	}
	return true;
}

bool lasting_unreadable(struct pair *p, struct queue *q)
{
	const struct options *o = p->guest->opt;

	return !mprotect(q->extra, 4096, PROT_NONE) && add_extra(q, options_hdr_len(o) + FRAME_MIN);
}
