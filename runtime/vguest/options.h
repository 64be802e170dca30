/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line (options.c) */
#ifndef VGUEST_OPTIONS_H
#define VGUEST_OPTIONS_H

#include <stdint.h>

#include "base/base.h"
#include "base/option.h"
#include "vguest/fault-plan.h"

#define OPT_INF		((uint64_t)OPTION_IS_INF)
#define OPT_AUTO	((uint64_t)OPTION_IS_AUTO)

struct options {
	const char *tap, *peer, *check, *hostile, *poll;	/* hostile, peer "": none */
	uint64_t pairs, ring, batch, size, segs, rxbuf, window, txqueuelen;
	uint64_t tx, rx;		/* packets of the whole guest; OPT_INF: until stopped */
	/* packets a second and direction, whole guest; 0: no limit */
	uint64_t rate;
	uint64_t duration, hold, watchdog;	/* ns; OPT_INF: until a signal comes */
	uint64_t busyloop;		/* us */
	uint64_t iommu_granule;		/* bytes */
	uint64_t seed;
	struct fault_plan faults;
	bool event_idx, indirect, mrg, version1, notify_on_empty, ipv6;
	bool qdisc, call, one_flow;
	bool iommu, wait, reset, linger, verbose, help, man, version;
	/* packets may get lost: given, or it follows from --window inf or --fault */
	bool lossy;
};

/* 0, or -EINVAL after a message; afterwards no value is OPT_AUTO */
int options_parse(struct options *o, int argc, char **argv);
struct help_form;
void options_rows(const struct help_form *f, FILE *out);

static inline unsigned int options_hdr_len(const struct options *o)
{
	return o->version1 || o->mrg ? 12 : 10;
}

/*
 * A handler that busy polls looks at the other queue's ring too, without
 * vq_meta_prefetch(): if the IOTLB lacks it, that is an error to vhost (6.12:
 * vhost_net_busy_poll()), though nothing is wrong.
 */
static inline bool options_vhost_errs(const struct options *o)
{
	return o->iommu && o->busyloop;
}

/* Who polls leaves its callbacks off. */
static inline bool options_polls(const struct options *o, bool rx)
{
	return !strcmp(o->poll, "all") || (!rx && !strcmp(o->poll, "tx"));
}

#endif
