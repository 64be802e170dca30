/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The whole guest (guest.c, guest-run.c) */
#ifndef VGUEST_GUEST_H
#define VGUEST_GUEST_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/base.h"
#include "vguest/iommu.h"
#include "vguest/memory.h"
#include "vguest/options.h"
#include "vguest/tap.h"
#include "vguest/traffic.h"
#include "vguest/vhost.h"

struct guest {
	const struct options *opt;
	struct features features;
	struct memory mem;
	struct iommu iommu;
	struct tap tap;
	struct pair *pairs;
	unsigned int n_pairs;
	atomic_int phase;
	bool moving;			/* the pairs' threads run */
	int event;			/* eventfd: a pair is done */
	int signals;			/* signalfd */
	uint64_t elapsed;		/* ns of traffic */
};
int guest_setup(struct guest *g, const struct options *o);
/* What pair @index does of @total packets; the first pairs take what is left over */
static inline uint64_t guest_share(uint64_t total, unsigned int pairs, unsigned int index)
{
	return total == OPT_INF ? OPT_INF : total / pairs + (index < total % pairs);
}
/* From the start of traffic to the counters; an enum exit_status */
int guest_run(struct guest *g);
void guest_free(struct guest *g);

#endif
