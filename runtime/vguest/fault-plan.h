/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fault.c: which faults are asked for */
#ifndef VGUEST_FAULT_PLAN_H
#define VGUEST_FAULT_PLAN_H

#include <stdint.h>

#include "base/base.h"

#define MAX_FAULTS 16
struct fault_kind;
struct fault_plan {
	struct {
		const struct fault_kind *kind;
		uint64_t arg;
	} row[MAX_FAULTS];
	unsigned int n;
};

#endif
