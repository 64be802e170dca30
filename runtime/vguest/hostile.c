// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Rings that no driver would make, for those who look at a guest's ring: one
 * table. TX0's ring is spoiled before 'ready'; the guest never kicks it and does
 * nothing else, so that vhost leaves it alone. Garbage it does kick: vhost is to
 * work on it, too.
 */
#include "vguest/hostile.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/virtio_ring.h>
#include <sys/mman.h>

#include "base/msg.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/vguest.h"

#define OUTSIDE 0xdead0000ULL	/* neither in the guest's memory nor in its I/O virtual addresses */

/* The ring's one chain: descriptor 0, with @n more behind it */
static struct vring_desc *chain(struct queue *q, unsigned int n)
{
	struct ring *r = &q->ring;

	for (unsigned int i = 0; i <= n; i++)
		r->desc[i] = (struct vring_desc){
			.addr = q->bufs_dma + i * q->slot, .len = 64,
			.flags = VRING_DESC_F_NEXT, .next = i + 1,
		};
	r->desc[n].flags = 0;
	r->desc[n].next = 0;
	r->avail->ring[0] = 0;
	r->avail->idx = r->avail_idx = 1;
	return r->desc;
}

/* The same with an indirect table of @n */
static struct vring_desc *table(struct queue *q, unsigned int n)
{
	struct ring *r = &q->ring;

	chain(q, 0);
	r->desc[0] = (struct vring_desc){
		.addr = r->tables_dma, .len = n * sizeof(*r->tables),
		.flags = VRING_DESC_F_INDIRECT,
	};
	for (unsigned int i = 0; i < n; i++)
		r->tables[i] = (struct vring_desc){
			.addr = q->bufs_dma, .len = 64, .flags = i + 1 < n ? VRING_DESC_F_NEXT : 0,
			.next = i + 1,
		};
	return r->tables;
}

static void avail_ahead(struct queue *q)
{
	chain(q, 0);
	q->ring.avail->idx = q->ring.num + 100;
}

static void head_range(struct queue *q)
{
	chain(q, 0);
	q->ring.avail->ring[0] = q->ring.num;
}

static void next_range(struct queue *q)
{
	chain(q, 1)->next = q->ring.num;
}

static void loop(struct queue *q)
{
	struct vring_desc *d = chain(q, 3);

	d[3].flags = VRING_DESC_F_NEXT;
	d[3].next = 1;
}

static void too_long(struct queue *q)
{
	table(q, q->ring.num + 1);
}

static void nested(struct queue *q)
{
	table(q, 2)[1].flags = VRING_DESC_F_INDIRECT;
}

static void indirect_unmapped(struct queue *q)
{
	table(q, 2);
	q->ring.desc[0].addr = OUTSIDE;
}

static void indirect_length(struct queue *q)
{
	table(q, 2);
	q->ring.desc[0].len = 17;
}

static void unmapped(struct queue *q)
{
	chain(q, 1)[1].addr = OUTSIDE;
}

static void zero_length(struct queue *q)
{
	chain(q, 1)[1].len = 0;
}

static void wrap(struct queue *q)
{
	chain(q, 0)[0].addr = UINT64_MAX - 15;
}

static void unreadable_desc(struct queue *q)
{
	chain(q, 0);
	madvise(q->ring.desc, ring_desc_size(q->ring.num), MADV_DONTNEED);
	mprotect(q->ring.desc, ring_desc_size(q->ring.num), PROT_NONE);
}

static void gone(struct queue *q)
{
	chain(q, 0);
	mprotect(q->ring.desc, ring_desc_size(q->ring.num), PROT_NONE);
	mprotect(q->ring.avail, ring_avail_size(q->ring.num), PROT_NONE);
	mprotect(q->ring.used, ring_used_size(q->ring.num), PROT_NONE);
}

static uint64_t next_random(uint64_t *seed)
{
	/* xorshift64* */
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return *seed * 2685821657736338717ULL;
}

/* Garbage that now and then looks right: small numbers, and addresses in the guest's memory. */
static uint64_t garbage(struct queue *q, uint64_t *seed)
{
	uint64_t v = next_random(seed);

	switch (v >> 61) {
	case 0: case 1:	return v & 7;
	case 2: case 3:	return v % q->ring.num;
	case 4:		return q->bufs_dma + v % 65536;
	default:	return v;
	}
}

static uint64_t random_address(struct queue *q, uint64_t *seed)
{
	if (next_random(seed) & 1)
		return q->bufs_dma + (next_random(seed) & 0xffff);
	return q->ring.tables ? q->ring.tables_dma : garbage(q, seed);
}

static void fill_random(struct queue *q, struct vring_desc *d, unsigned int n, uint64_t *seed)
{
	for (unsigned int i = 0; i < n; i++)
		d[i] = (struct vring_desc){
			.addr = random_address(q, seed),
			.len = next_random(seed) & 1 ? next_random(seed) & 0xff0 : garbage(q, seed),
			.flags = garbage(q, seed), .next = garbage(q, seed),
		};
}

void hostile_again(struct queue *q, uint64_t *seed)
{
	struct ring *r = &q->ring;

	fill_random(q, r->desc, r->num, seed);
	if (r->tables)
		fill_random(q, r->tables, r->num * r->table_len, seed);
	for (unsigned int i = 0; i <= r->num; i++)
		r->avail->ring[i] = garbage(q, seed);
	r->avail->flags = garbage(q, seed);
	r->avail->idx = next_random(seed) & 3 ? next_random(seed) % (r->num + 1) : garbage(q, seed);
}

static const struct {
	const char *name;
	void (*make)(struct queue *q);
	bool tables;
} kinds[] = {
	{ "avail-ahead", avail_ahead, false },
	{ "head-range", head_range, false },
	{ "next-range", next_range, false },
	{ "loop", loop, false },
	{ "long", too_long, true },
	{ "indirect-nested", nested, true },
	{ "indirect-unmapped", indirect_unmapped, true },
	{ "indirect-length", indirect_length, true },
	{ "unmapped", unmapped, false },
	{ "zero-length", zero_length, false },
	{ "wrap", wrap, false },
	{ "desc-unreadable", unreadable_desc, false },
	{ "unreadable", gone, false },
	{ "random", NULL, false },
};

int hostile_check(const struct options *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i].name, o->hostile))
			continue;
		if (o->iommu) {
			msg_error("--hostile needs --iommu off");
			return -EINVAL;
		}
		if (!kinds[i].tables || (o->indirect && o->segs > 1))
			return 0;
		msg_error("--hostile: %s needs --indirect on and --segs 2 or more", o->hostile);
		return -EINVAL;
	}
	msg_error("--hostile: '%s' is not one of its kinds", o->hostile);
	msg_hint("vguest --help lists them");
	return -EINVAL;
}

bool hostile_is_random(const struct options *o)
{
	return !strcmp(o->hostile, "random");
}

void hostile_make(struct queue *q, const struct options *o)
{
	uint64_t seed = o->seed + 1;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strcmp(kinds[i].name, o->hostile) && kinds[i].make)
			kinds[i].make(q);
	if (hostile_is_random(o))
		hostile_again(q, &seed);
}
