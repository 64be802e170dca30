// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The driver's side of a split virtqueue. No system calls: it can be tested
 * against a model of the device. The rules are those of virtio 1.x, 2.7; the
 * habits are those of Linux's drivers/virtio/virtio_ring.c.
 */
#include "vguest/ring.h"

#include <errno.h>
#include <linux/virtio_ring.h>

/* The device runs at the same time on the same memory: every shared field goes through these. */
#define READ(x) __atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE(x, v) __atomic_store_n(&(x), (v), __ATOMIC_RELAXED)

/* A store of ours against a load of ours: only the full barrier orders those. */
static void full_barrier(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* The event fields lie behind the rings, whether negotiated or not. */
static __virtio16 *used_event(const struct ring *r)
{
	return &r->avail->ring[r->num];
}

static __virtio16 *avail_event(const struct ring *r)
{
	return (__virtio16 *)((char *)r->used + offsetof(struct vring_used, ring) +
			      r->num * sizeof(struct vring_used_elem));
}

size_t ring_desc_size(unsigned int num)
{
	return num * sizeof(struct vring_desc);
}

size_t ring_avail_size(unsigned int num)
{
	return offsetof(struct vring_avail, ring) + (num + 1) * sizeof(__virtio16);
}

size_t ring_used_size(unsigned int num)
{
	return offsetof(struct vring_used, ring) + num * sizeof(struct vring_used_elem) +
	       sizeof(__virtio16);
}

int ring_init(struct ring *r)
{
	r->next = calloc(r->num, sizeof(*r->next));
	r->held = calloc(r->num, sizeof(*r->held));
	if (!r->next || !r->held)
		return -ENOMEM;
	for (unsigned int i = 0; i < r->num; i++)
		r->next[i] = i + 1;	/* the last one's is never followed */
	r->num_free = r->num;
	ring_cb_disable(r);
	return 0;
}

void ring_free(struct ring *r)
{
	free(r->next);
	free(r->held);
	r->next = r->held = NULL;
}

unsigned int ring_chain_len(const struct ring *r, unsigned int segs)
{
	return r->tables ? 1 : segs;
}

bool ring_room(const struct ring *r, unsigned int segs, unsigned int n)
{
	return r->num_free >= (uint64_t)ring_chain_len(r, segs) * n;
}

uint16_t ring_next_head(const struct ring *r)
{
	return r->free_head;
}

static void fill_table(struct vring_desc *table, uint64_t dma, const struct ring_seg *segs,
		       unsigned int n_segs, uint16_t flags)
{
	for (unsigned int i = 0; i < n_segs; i++) {
		bool last = i + 1 == n_segs;

		table[i].addr = dma + segs[i].off;
		table[i].len = segs[i].len;
		table[i].flags = flags | (last ? 0 : VRING_DESC_F_NEXT);
		table[i].next = last ? 0 : i + 1;
	}
}

static void add_indirect(struct ring *r, uint16_t head, uint64_t dma, const struct ring_seg *segs,
			 unsigned int n_segs, uint16_t flags)
{
	size_t at = (size_t)head * r->table_len;

	fill_table(r->tables + at, dma, segs, n_segs, flags);
	r->desc[head].addr = r->tables_dma + at * sizeof(struct vring_desc);
	r->desc[head].len = n_segs * sizeof(struct vring_desc);
	r->desc[head].flags = VRING_DESC_F_INDIRECT;
	r->desc[head].next = 0;
	r->free_head = r->next[head];
}

static void add_chain(struct ring *r, uint64_t dma, const struct ring_seg *segs,
		      unsigned int n_segs, uint16_t flags)
{
	uint16_t at = r->free_head;

	for (unsigned int i = 0; i < n_segs; i++) {
		bool last = i + 1 == n_segs;

		r->desc[at].addr = dma + segs[i].off;
		r->desc[at].len = segs[i].len;
		r->desc[at].flags = flags | (last ? 0 : VRING_DESC_F_NEXT);
		r->desc[at].next = last ? 0 : r->next[at];
		at = r->next[at];
	}
	r->free_head = at;
}

int ring_add(struct ring *r, uint64_t dma, const struct ring_seg *segs, unsigned int n_segs,
	     bool device_writes)
{
	uint16_t flags = device_writes ? VRING_DESC_F_WRITE : 0;
	/* As Linux: a single segment gains nothing from a table. */
	bool indirect = r->tables && n_segs > 1;
	unsigned int held = indirect ? 1 : n_segs;
	uint16_t head = r->free_head;

	if (r->num_free < held || (indirect && n_segs > r->table_len))
		return -ENOSPC;
	if (indirect)
		add_indirect(r, head, dma, segs, n_segs, flags);
	else
		add_chain(r, dma, segs, n_segs, flags);
	r->num_free -= held;
	r->held[head] = held;
	WRITE(r->avail->ring[r->avail_idx & (r->num - 1)], head);
	r->avail_idx++;
	return 0;
}

void ring_publish(struct ring *r)
{
	/* Descriptors and ring entries before the index that makes them the device's. */
	__atomic_store_n(&r->avail->idx, r->avail_idx, __ATOMIC_RELEASE);
}

bool ring_need_kick(struct ring *r)
{
	uint16_t old = r->asked_idx, new = r->avail_idx;

	r->asked_idx = new;
	/* The index must be out before we read whether the device sleeps, or both wait. */
	full_barrier();
	if (r->event_idx)
		return vring_need_event(READ(*avail_event(r)), new, old);
	return !(READ(r->used->flags) & VRING_USED_F_NO_NOTIFY);
}

/* The chain goes to the front of the free list: its cache lines are warm. */
static void give_back(struct ring *r, uint16_t head)
{
	uint16_t last = head;

	for (unsigned int i = 1; i < r->held[head]; i++)
		last = r->next[last];
	r->next[last] = r->free_head;
	r->free_head = head;
	r->num_free += r->held[head];
	r->held[head] = 0;
}

int ring_pop(struct ring *r, uint16_t *head, uint32_t *len)
{
	const struct vring_used_elem *e = &r->used->ring[r->last_used & (r->num - 1)];

	/* The element and the buffer are read after the index that says they are there. */
	if (__atomic_load_n(&r->used->idx, __ATOMIC_ACQUIRE) == r->last_used)
		return 0;
	uint32_t id = READ(e->id);

	*len = READ(e->len);
	r->last_used++;
	if (id >= r->num || !r->held[id])
		return -EIO;
	*head = id;
	give_back(r, id);
	return 1;
}

/*
 * With EVENT_IDX there is no way to say 'never': Linux writes 0 (since
 * 5.14), which costs one signal when the used index passes it.
 */
void ring_cb_disable(struct ring *r)
{
	if (r->event_idx)
		WRITE(*used_event(r), 0);
	else
		WRITE(r->avail->flags, VRING_AVAIL_F_NO_INTERRUPT);
}

bool ring_cb_enable(struct ring *r, bool delayed)
{
	uint16_t wait_for = delayed ? ring_outstanding(r) * 3U / 4 : 0;

	if (r->event_idx)
		WRITE(*used_event(r), (uint16_t)(r->last_used + wait_for));
	else
		WRITE(r->avail->flags, 0);
	/* The device may have looked before this was written: look for what it did then. */
	full_barrier();
	return (uint16_t)(READ(r->used->idx) - r->last_used) <= wait_for;
}

/*
 * As a driver that asks and doesn't look again does when it is overtaken: the used index is past
 * what it asks for.
 */
void ring_cb_stale(struct ring *r)
{
	WRITE(*used_event(r), (uint16_t)(r->last_used - 1));
	full_barrier();
}

void ring_spoil_head(struct ring *r)
{
	WRITE(r->avail->ring[(uint16_t)(r->avail_idx - 1) & (r->num - 1)], r->num);
}

void ring_claim(struct ring *r, uint16_t n)
{
	__atomic_store_n(&r->avail->idx, (uint16_t)(r->avail_idx + n), __ATOMIC_RELEASE);
}

uint16_t ring_outstanding(const struct ring *r)
{
	return r->avail_idx - r->last_used - r->forgotten;
}

void ring_chain_write(struct ring *r, uint16_t head)
{
	if (r->desc[head].flags & VRING_DESC_F_INDIRECT) {
		struct vring_desc *table = r->tables + (size_t)head * r->table_len;

		for (unsigned int i = 0; i < r->desc[head].len / sizeof(*table); i++)
			table[i].flags |= VRING_DESC_F_WRITE;
		return;
	}
	for (unsigned int i = 0, at = head; i < r->held[head]; i++, at = r->next[at])
		r->desc[at].flags |= VRING_DESC_F_WRITE;
}

int ring_forget(struct ring *r, uint16_t head)
{
	if (head >= r->num || !r->held[head])
		return -EINVAL;
	give_back(r, head);
	r->forgotten++;
	return 0;
}

struct ring_chain ring_chain(const struct ring *r, uint16_t pos)
{
	struct ring_chain c = { .head = READ(r->avail->ring[pos & (r->num - 1)]) };
	const struct vring_desc *table = r->desc, *d = &table[c.head];

	if (d->flags & VRING_DESC_F_INDIRECT) {
		c.indirect = true;
		c.descs++;
		d = table = r->tables + (size_t)c.head * r->table_len;
	}
	c.addr = d->addr;
	for (;; d = &table[d->next]) {
		c.descs++;
		*(d->flags & VRING_DESC_F_WRITE ? &c.in : &c.out) += d->len;
		if (!(d->flags & VRING_DESC_F_NEXT))
			return c;
	}
}

struct ring_view ring_look(const struct ring *r)
{
	return (struct ring_view){
		.avail_flags = READ(r->avail->flags),
		.avail_idx = READ(r->avail->idx),
		.used_event = READ(*used_event(r)),
		.used_flags = READ(r->used->flags),
		.used_idx = READ(r->used->idx),
		.avail_event = READ(*avail_event(r)),
	};
}
