/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times are nanoseconds; UNKNOWN is what the trace doesn't say. */
#ifndef CALLGRAPH_TIMES_H
#define CALLGRAPH_TIMES_H

#include <stdint.h>

#include "base/base.h"

#define UNKNOWN INT64_MIN

/* *@sum plus @n; it stays at the greatest number: no sum of real times gets there */
static inline void time_add(int64_t *sum, int64_t n)
{
	if (__builtin_add_overflow(*sum, n, sum))
		*sum = INT64_MAX;
}

#endif
