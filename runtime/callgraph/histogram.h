/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CALLGRAPH_HISTOGRAM_H
#define CALLGRAPH_HISTOGRAM_H

#include "callgraph/times.h"

/*
 * A distribution of durations, of bounded size (histogram.c): 32 steps in each power of
 * two, so what it says of a percentile is at most 1/64 off. Least and most are exact
 * and kept elsewhere.
 */

#define HISTOGRAM_STEPS 32
#define HISTOGRAM_ERROR 0.016		/* of a percentile, at most */

/* Where all of them keep their counts: a piece for a power of two that occurs */
struct histogram_pieces {
	uint32_t (*v)[HISTOGRAM_STEPS];
	size_t n, size;			/* the first is not used */
};

struct histogram {
	uint16_t powers[60];		/* their pieces, 0: none */
};

/* false: no room, or no memory for more */
bool histogram_add(struct histogram *h, uint64_t value, struct histogram_pieces *p);
/* The value below which @share of them are, or UNKNOWN */
int64_t histogram_percentile(const struct histogram *h, const struct histogram_pieces *p,
			     double share);

#endif
