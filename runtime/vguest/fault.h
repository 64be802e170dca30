/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest may do wrong on purpose (fault.c, fault-made.c) */
#ifndef VGUEST_FAULT_H
#define VGUEST_FAULT_H

#include <stdint.h>

#include "vguest/queue.h"

struct pair;

/*
 * A kind of fault, and where it hooks in; a hook it doesn't need is NULL. A new
 * kind is a row in fault.c, and a hook's call where there was none before.
 */
struct fault_kind {
	const char *name, *arg, *help;
	uint64_t min, max;
	bool rx;			/* of pair 0, which queue */
	unsigned int vq_errors;		/* that vhost signals for one */
	size_t memory;			/* of the guest's, for itself */
	/* Whether @arg makes sense for the run; else a message */
	bool (*fits)(const struct options *o, uint64_t arg);
	/* A fault that lasts: what is left undone from its beginning to the end, LEAVE_* */
	unsigned int lasts;
	/* It begins; false: not yet */
	bool (*begin)(struct pair *p, struct queue *q);
	/*
	 * queue_add(): @head was added as buffer number count.queued, and isn't published; true:
	 * made
	 */
	bool (*added)(struct queue *q, const struct fault *f, uint16_t head);
	/* vhost has signalled the fault's error */
	void (*refused)(struct queue *q, const struct fault *f);
};

/* What a driver leaves undone, or does in another way */
enum {
	LEAVE_KICK	= 1 << 0,	/* publishes, and doesn't kick */
	LEAVE_RECLAIM	= 1 << 1,	/* takes no used buffer back */
	LEAVE_REFILL	= 1 << 2,	/* adds no RX buffer */
	LEAVE_SEND	= 1 << 3,	/* adds no TX buffer */
	LEAVE_CALLBACKS	= 1 << 4,	/* never switches them on */
	LEAVE_ANSWERS	= 1 << 5,	/* to vhost's IOTLB */
	/* looks at the used ring only when signalled, as who has interrupts does */
	SLEEP		= 1 << 6,
	STALE		= 1 << 7,	/* asks for a signal that is past */
	FEW		= 1 << 8,	/* adds RX buffers for less than a packet */
	/* the ring is spoiled: its index says nothing, vhost signals errors */
	CORRUPT		= 1 << 9,
	NO_BACKEND	= 1 << 10,
	/* a packet that vhost can't take is in front of the others */
	HEAD_STAYS	= 1 << 11,
	BAD_HEADERS	= 1 << 12,	/* the tap takes no packet of it */
};

extern const struct fault_kind fault_kinds[];
extern const unsigned int n_fault_kinds;
/* --fault @text; -EINVAL after a message */
int fault_parse(struct fault_plan *plan, const char *text);
bool fault_plan_fits(const struct options *o);
/* Gives the queue its part of the plan. */
void fault_init(struct queue *q, const struct options *o, bool rx, unsigned int pair);
void fault_added(struct queue *q, uint16_t head);
/* Does what a fault that vhost has stumbled over calls for; whether there was one */
bool fault_recover(struct queue *q);
/* How many errors vhost had to signal, for the faults that were made */
uint64_t fault_vq_errors(const struct queue *q);

bool fault_lasts(const struct fault_plan *plan);
/* Guest memory for the faults of pair 0's queue */
size_t fault_memory(const struct fault_plan *plan, bool rx);
/* What all of the queue's lasting faults leave undone */
unsigned int fault_leaves(const struct queue *q);

#endif
