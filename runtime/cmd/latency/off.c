// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: which times are shown, in all formats, and which of them only some kernels tell. */
#include "cmd/latency/latency.h"

const struct latency_off latency_off[LATENCY_KINDS] = {
	[LATENCY_IRQS] = {
		.tracer = "irqsoff", .title = "interrupts off", .key = "irqs_off",
		.tells = "how long the kernel keeps interrupts off, by which a wake-up is late "
			 "before it is one",
	}, [LATENCY_PREEMPT] = {
		.tracer = "preemptoff", .title = "preemption off", .key = "preempt_off",
		.tells = "how long the kernel itself keeps a thread from being put in another's "
			 "place",
	},
};

const double latency_shares[LATENCY_SHARES] = { 0.5, 0.9, 0.99, 0.999 };
