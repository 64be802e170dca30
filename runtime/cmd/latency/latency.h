/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'latency': what is asked for, what was seen, how it is shown */
#ifndef VERB_LATENCY_H
#define VERB_LATENCY_H

#include "base/base.h"
#include "base/strv.h"
#include "latency/latency.h"
#include "print/table.h"

struct latency_command {
	const char *guest;
	const char *load;	/* a file, or NULL: watch now */
	struct strv wanted;	/* of a file: threads, by pid or name */
	int64_t duration_ns;
	bool verbose;
	enum out_format format;
	struct strv pids;
	struct latency seen;
	long long took_ms;
	int64_t lost;		/* events, or UNKNOWN */
	/* irqsoff, preemptoff …: those that this kernel has, or whose events are in the file */
	struct strv tracers;
};

/* load.c: what a file says; a message and a status */
int latency_load(struct latency_command *c);

/* show.c: -errno */
int latency_text(const struct latency_command *c, const struct out_style *s, FILE *f);
int latency_json(const struct latency_command *c, FILE *f);

#endif
