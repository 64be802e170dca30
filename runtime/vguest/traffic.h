/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A pair's thread (traffic.c, traffic-reap.c) */
#ifndef VGUEST_TRAFFIC_H
#define VGUEST_TRAFFIC_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/base.h"
#include "vguest/frame.h"
#include "vguest/host-flood.h"
#include "vguest/host-sender.h"
#include "vguest/iommu.h"
#include "vguest/queue.h"

struct guest;

enum phase {
	PHASE_RUN,	/* new packets */
	PHASE_FREEZE,	/* nothing at all, until the next phase */
	PHASE_STOP,	/* none; wait for those under way */
	PHASE_QUIT,	/* leave the thread */
};

struct pair {
	struct guest *guest;
	unsigned int index;
	int vhost;
	struct queue rx, tx;
	struct sender sender;
	struct iotlb iotlb;
	uint64_t tx_goal, rx_goal;	/* packets, or OPT_INF */
	unsigned int tx_batch, rx_batch;/* --batch, as far as the ring has room */
	double interval;		/* ns between packets; 0: as fast as possible */
	/* ns; the pace counts from here; 0: the pair's thread has not begun */
	_Atomic uint64_t start;
	struct watch {
		uint64_t mark, since;	/* a sum of counters; ns */
	} tx_watch, rx_watch;
	uint64_t send_not_before;	/* ns, after the tap refused a frame */
	struct {			/* the packet that is arriving */
		unsigned int need;	/* buffers to come */
		size_t off;		/* frame bytes seen */
		enum frame_kind kind;
		bool bad;
		uint64_t seq;
	} in;
	uint64_t expect;		/* sequence number of the next frame */
	int wake;			/* eventfd: the phase changed */
	bool failed;			/* set before done */
	atomic_bool done;		/* nothing is under way and nothing will be, or failed */
	atomic_bool frozen;		/* touches nothing until the phase changes */
	struct flood flood;
	pthread_t thread;
	bool running;
};

uint64_t traffic_now(void);
enum phase traffic_phase(struct pair *p);
/* When packet number @n may go: the pace is an average, what was missed is made up for. */
uint64_t traffic_due(const struct pair *p, uint64_t n);
/* The pair's queues exist; fills the RX ring, as a driver does before it is ready. */
void traffic_init(struct pair *p, const struct options *o);
void *traffic_thread(void *pair);
/* traffic-reap.c: takes what is used; whether there was anything */
bool traffic_reap_tx(struct pair *p);
bool traffic_reap_rx(struct pair *p);
bool traffic_reap(struct pair *p);

#endif
