/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'latency': what is asked for, what was seen, how it is shown */
#ifndef VERB_LATENCY_H
#define VERB_LATENCY_H

#include "base/base.h"
#include "base/strv.h"
#include "latency/latency.h"
#include "print/writer.h"

struct latency_command {
	const char *guest;
	const char *load;	/* a file, or NULL: watch now */
	struct strv wanted;	/* of a file: threads, by pid or name */
	int64_t duration_ns;
	bool verbose;
	const struct writer *format;
	struct strv pids;
	struct latency seen;
	long long took_ms;
	int64_t lost;		/* events, or UNKNOWN */
	/* irqsoff, preemptoff …: those that this kernel has, or whose events are in the file */
	struct strv tracers;
};

/* load.c: what a file says; a message and a status */
int latency_load(struct latency_command *c);

/* Answers: a struct latency_command */
extern const struct writers latency_writers;

/* off.c: of LATENCY_IRQS and what follows it */
struct latency_off {
	const char *tracer;
	const char *shows;	/* goes on from "they show " */
	const char *title;
	const char *key;	/* in JSON */
};

extern const struct latency_off latency_off[LATENCY_KINDS];

/* Which percentiles are shown */
#define LATENCY_SHARES 4
extern const double latency_shares[LATENCY_SHARES];

#endif
