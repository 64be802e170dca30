// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: which times are shown, in all formats, and which of them only some kernels tell. */
#include "cmd/latency/latency.h"

const struct latency_off latency_off[LATENCY_KINDS] = {
	[LATENCY_IRQS] = {
		.tracer = "irqsoff", .title = "interrupts off", .key = "irqs_off",
		.shows = "how long the kernel keeps interrupts off, while an interrupt that wakes "
			 "a thread has to wait",
	}, [LATENCY_PREEMPT] = {
		.tracer = "preemptoff", .title = "preemption off", .key = "preempt_off",
		.shows = "how long the kernel keeps preemption off, while no other thread gets "
			 "the CPU",
	},
};

const double latency_shares[LATENCY_SHARES] = { 0.5, 0.9, 0.99, 0.999 };
