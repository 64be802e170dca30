// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring with what belongs to it: buffers in guest memory, eventfds, counters. */
#include "vguest/queue.h"

#include <errno.h>
#include <stdarg.h>
#include <sys/eventfd.h>

#include "base/msg.h"
#include "vguest/fault.h"
#include "vguest/frame.h"
#include "vguest/memory.h"
#include "vguest/options.h"
#include "vguest/ring.h"
#include "vguest/vguest.h"

#define PAGE 4096UL
#define LINE 64UL
#define ALIGN(x, a) (((x) + (a) - 1) & ~((a) - 1))

static size_t slot_size(const struct options *o, bool rx)
{
	return ALIGN(rx ? o->rxbuf : options_hdr_len(o) + o->size, LINE);
}

/* A legacy device without ANY_LAYOUT wants the header in a descriptor of its own. */
static unsigned int n_segs(const struct options *o, bool rx)
{
	if (!rx)
		return o->segs;
	return !o->mrg && (!o->version1 || o->indirect) ? 2 : 1;
}

static size_t table_size(const struct options *o, bool rx)
{
	unsigned int n = n_segs(o, rx);

	return o->indirect && n > 1 ? ring_desc_size(n * o->ring) : 0;
}

size_t queue_memory(const struct options *o, bool rx)
{
	unsigned int num = o->ring;

	return ALIGN(ring_desc_size(num), PAGE) + ALIGN(ring_avail_size(num), PAGE) +
	       ALIGN(ring_used_size(num), PAGE) + ALIGN(table_size(o, rx), PAGE) +
	       ALIGN(slot_size(o, rx) * num, PAGE) + fault_memory(&o->faults, rx);
}

/* The header first, the frame behind it in equal parts. */
static void cut_segs(struct queue *q, unsigned int hdr, unsigned int total)
{
	unsigned int parts = q->n_segs - 1, off = hdr;

	if (!parts) {
		q->segs[0] = (struct ring_seg){ 0, total };
		return;
	}
	q->segs[0] = (struct ring_seg){ 0, hdr };
	for (unsigned int i = 1; i <= parts; i++) {
		unsigned int end = hdr + (uint64_t)(total - hdr) * i / parts;

		q->segs[i] = (struct ring_seg){ off, end - off };
		off = end;
	}
}

static int init_ring(struct queue *q, const struct options *o, struct memory *mem, bool rx)
{
	struct ring *r = &q->ring;
	size_t tables = table_size(o, rx);

	r->num = o->ring;
	r->event_idx = o->event_idx;
	r->desc = memory_take(mem, ALIGN(ring_desc_size(r->num), PAGE), &q->desc_dma);
	r->avail = memory_take(mem, ALIGN(ring_avail_size(r->num), PAGE), &q->avail_dma);
	r->used = memory_take(mem, ALIGN(ring_used_size(r->num), PAGE), &q->used_dma);
	if (tables) {
		r->tables = memory_take(mem, ALIGN(tables, PAGE), &r->tables_dma);
		r->table_len = q->n_segs;
	}
	return ring_init(r);
}

static int open_eventfds(struct queue *q)
{
	q->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	q->call = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	q->error = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->kick < 0 || q->call < 0 || q->error < 0) {
		int ret = -errno;

		msg_errno(ret, "eventfd");
		return ret;
	}
	return 0;
}

int queue_init(struct queue *q, const struct options *o, struct memory *mem, bool rx,
	       unsigned int pair)
{
	snprintf(q->name, sizeof(q->name), "%s%u", rx ? "RX" : "TX", pair);
	q->device_writes = rx;
	q->n_segs = n_segs(o, rx);
	q->slot = slot_size(o, rx);
	fault_init(q, o, rx, pair);
	cut_segs(q, options_hdr_len(o), rx ? o->rxbuf : options_hdr_len(o) + o->size);
	int ret = init_ring(q, o, mem, rx);

	if (ret)
		return ret;
	q->capacity = q->ring.num / ring_chain_len(&q->ring, q->n_segs);
	q->bufs = memory_take(mem, ALIGN(q->slot * q->ring.num, PAGE), &q->bufs_dma);
	q->extra = memory_take(mem, fault_memory(&o->faults, rx), &q->extra_dma);
	if (!rx)
		for (unsigned int i = 0; i < q->ring.num; i++)
			frame_init(queue_buf(q, i) + options_hdr_len(o), o->size, pair, FRAME_TX);
	return open_eventfds(q);
}

void queue_free(struct queue *q)
{
	int fds[] = { q->kick, q->call, q->error };

	for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	ring_free(&q->ring);
}

void queue_add(struct queue *q)
{
	uint16_t head = ring_next_head(&q->ring);
	int ret = ring_add(&q->ring, q->bufs_dma + head * q->slot, q->segs, q->n_segs,
			   q->device_writes);

	if (ret) {
		queue_error(q, "the driver added to a full ring");
		return;
	}
	q->count.queued++;
	if (q->n_faults)
		fault_added(q, head);
}

void queue_publish(struct queue *q)
{
	ring_publish(&q->ring);
	if (ring_need_kick(&q->ring) && !(q->leaves & LEAVE_KICK))
		queue_kick(q);
}
