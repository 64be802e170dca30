/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring with its buffers, eventfds and counters (queue.c, queue-events.c) */
#ifndef VGUEST_QUEUE_H
#define VGUEST_QUEUE_H

#include <stdint.h>

#include "base/base.h"
#include "vguest/options.h"
#include "vguest/ring.h"
#include "vguest/vguest.h"

struct counts {
	uint64_t queued;	/* buffers made available */
	uint64_t completions;	/* used elements */
	uint64_t packets, bytes;/* without the virtio header */
	uint64_t kicks;		/* writes to the kick eventfd */
	uint64_t signals;	/* sum of what the call eventfd said */
	uint64_t vq_errors;	/* the same of the error eventfd */
	uint64_t errors;
	uint64_t faults;	/* made on purpose */
	uint64_t lost;		/* buffers vhost took and won't return, due to faults */
	uint64_t sent;		/* RX: frames the tap took for this queue */
	uint64_t received;	/* RX: of these, arrived */
	uint64_t foreign;	/* RX: packets of other senders */
	uint64_t refused;	/* RX: tries the tap refused, its ring being full */
};

/* Of the plan, as it went (fault.c) */
struct fault {
	const struct fault_kind *kind;
	uint64_t arg;
	uint64_t made;		/* as the queue's 1st, 2nd ..; 0: not yet */
	bool over;		/* vhost has done what it does about it */
	uint16_t head;
};

struct queue {
	char name[8];			/* RX0 */
	struct ring ring;
	int kick, call, error;		/* eventfds */
	uint8_t *bufs;			/* the buffer of head h: bufs + h * slot */
	uint64_t bufs_dma, desc_dma, avail_dma, used_dma;	/* addresses to the device */
	size_t slot;
	struct ring_seg segs[MAX_SEGS];
	unsigned int n_segs;
	unsigned int capacity;		/* chains that fit */
	bool device_writes;
	struct counts count;
	struct counts before;		/* as they were when the traffic started */
	int last_avail;			/* vhost's, after it stopped; -1: unknown */
	struct fault faults[MAX_FAULTS];
	unsigned int n_faults, faults_open;	/* planned; made and not over */
	unsigned int leaves;		/* LEAVE_*, by the lasting faults that have begun */
	uint64_t extra_dma;		/* memory of a fault that needs some */
	uint8_t *extra;
	bool asleep;			/* SLEEP: until it is signalled */
	uint64_t errors_seen;		/* by fault_recover() */
};

static inline uint8_t *queue_buf(const struct queue *q, uint16_t head)
{
	return q->bufs + head * q->slot;
}

struct memory;
int queue_init(struct queue *q, const struct options *o, struct memory *mem, bool rx,
	       unsigned int pair);
/* Bytes of guest memory one queue_init() takes. */
size_t queue_memory(const struct options *o, bool rx);
void queue_free(struct queue *q);
/* Adds the buffer of ring_next_head(); there is room. */
void queue_add(struct queue *q);
/* Makes what was added visible and kicks if the device wants it. */
void queue_publish(struct queue *q);
/* Kicks, wanted or not. */
void queue_kick(struct queue *q);
/* Adds what the eventfds have said since the last time. */
void queue_take_signals(struct queue *q);
void queue_take_errors(struct queue *q);
/* Counts an error and says what it is; after a few of a queue it only counts. */
void queue_error(struct queue *q, const char *fmt, ...) PRINTF(2, 3);

#endif
