/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'latency': what is asked for, what was seen, how it is shown */
#ifndef VERB_LATENCY_H
#define VERB_LATENCY_H

#include "verb-graph.h"
#include "graph/latency.h"

struct latency_command {
	const char *guest;
	long long seconds;
	enum out_format format;
	struct strv pids;
	struct latency seen;
	long long took_ms;
	int64_t lost;		/* events, or UNKNOWN */
	struct strv tracers;	/* irqsoff, preemptoff …: those that this kernel has */
};

/* verb-latency-show.c: -errno */
int latency_text(const struct latency_command *c, const struct out_style *s, FILE *f);
int latency_json(const struct latency_command *c, FILE *f);

#endif
