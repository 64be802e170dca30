/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vhost's IOTLB lacks, --iommu on (iommu.c) */
#ifndef VGUEST_IOMMU_H
#define VGUEST_IOMMU_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/base.h"

struct iommu {
	pthread_t thread;
	bool running;
	int quit;			/* eventfd */
};

struct iotlb {			/* of a device */
	atomic_uint_least64_t misses;	/* translations vhost asked for */
	atomic_uint_least64_t updates;	/* given to it: the answers, and two before it starts */
	atomic_uint_least64_t errors;
	pthread_mutex_t lock;		/* who answers, and who ends that */
	bool silent;
	uint64_t before_misses;		/* as it was when the traffic started */
};

struct guest;
struct pair;
struct queue;
int iommu_start(struct guest *g);
void iommu_stop(struct guest *g);
/* What vhost must have before it accepts a queue's backend */
int iommu_prepare(struct pair *p, const struct queue *q);
/* From now on no question is answered, and vhost has to ask for everything. */
int iommu_silence(struct pair *p);
/* After iommu_stop(): vhost has come to rest and has no question left. */
bool iommu_settle(struct pair *p);

#endif
