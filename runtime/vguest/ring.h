/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The driver's side of a split virtqueue (ring.c) */
#ifndef VGUEST_RING_H
#define VGUEST_RING_H

#include <stdint.h>

#include "base/base.h"

/* The ring's fields are little-endian from VERSION_1 on and are read natively. */
#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "vguest plays a little-endian guest on a little-endian host"
#endif

struct vring_desc;
struct vring_avail;
struct vring_used;

struct ring_seg {
	uint32_t off, len;	/* bytes, from the start of a head's buffer */
};

/*
 * A split virtqueue as its driver has it. A buffer belongs to a head: who adds
 * one asks ring_next_head() which buffer to fill.
 */
struct ring {
	unsigned int num;
	bool event_idx;
	struct vring_desc *desc;	/* these three are shared with the device */
	struct vring_avail *avail;
	struct vring_used *used;
	struct vring_desc *tables;	/* num tables of table_len; NULL: no indirect descriptors */
	uint64_t tables_dma;		/* their address to the device */
	unsigned int table_len;
	uint16_t *next;			/* private: the device could scribble on desc */
	uint16_t *held;			/* descriptors an outstanding head holds, else 0 */
	uint16_t free_head;
	unsigned int num_free;
	uint16_t avail_idx;		/* the device sees it from ring_publish() on */
	uint16_t asked_idx;		/* avail_idx at the last ring_need_kick() */
	uint16_t last_used;
	uint16_t forgotten;		/* chains of ring_forget() */
};

size_t ring_desc_size(unsigned int num);
size_t ring_avail_size(unsigned int num);
size_t ring_used_size(unsigned int num);
/*
 * The caller has set num, event_idx, desc, avail, used, and tables if wanted; the memory is zero.
 */
int ring_init(struct ring *r);
void ring_free(struct ring *r);
/* Whether a chain of @segs fits @n times. */
bool ring_room(const struct ring *r, unsigned int segs, unsigned int n);
unsigned int ring_chain_len(const struct ring *r, unsigned int segs);
uint16_t ring_next_head(const struct ring *r);
/* -ENOSPC when the ring has no room; the device sees nothing yet */
int ring_add(struct ring *r, uint64_t dma, const struct ring_seg *segs, unsigned int n_segs,
	     bool device_writes);
void ring_publish(struct ring *r);
bool ring_need_kick(struct ring *r);
/* 1: @head and @len are set; 0: nothing used; -EIO: the device returned what it hadn't got */
int ring_pop(struct ring *r, uint16_t *head, uint32_t *len);
void ring_cb_disable(struct ring *r);
/* false: used elements are there already (delayed: 3/4 of the outstanding ones), don't sleep */
bool ring_cb_enable(struct ring *r, bool delayed);
uint16_t ring_outstanding(const struct ring *r);
/* A fault: all of an added, not yet published chain is for the device to write. */
void ring_chain_write(struct ring *r, uint16_t head);
/*
 * Faults: a callback that the device has passed already; the last added buffer's head is none; @n
 * more are published than were added.
 */
void ring_cb_stale(struct ring *r);
void ring_spoil_head(struct ring *r);
void ring_claim(struct ring *r, uint16_t n);
/* Takes back a chain the device has consumed and won't return; -EINVAL: it has none such */
int ring_forget(struct ring *r, uint16_t head);
/* The indices and events in shared memory. */
struct ring_view {
	uint16_t avail_flags, avail_idx, used_event, used_flags, used_idx, avail_event;
};
struct ring_view ring_look(const struct ring *r);
/* The chain that the avail ring has at @pos, which the driver has made */
struct ring_chain {
	uint64_t addr;			/* of its first buffer */
	uint64_t out, in;		/* bytes */
	unsigned int descs;
	uint16_t head;
	bool indirect;
};
struct ring_chain ring_chain(const struct ring *r, uint16_t pos);

#endif
