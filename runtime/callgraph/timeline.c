// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened when, in slots that get wider as the trace gets longer. */
#include "callgraph/callgraph.h"

#define WIDTH_FIRST 1000	/* ns: a microsecond, as fine as a trace's times are */

static void add(struct timeline_slot *to, const struct timeline_slot *what)
{
	to->calls += what->calls;
	to->outermost += what->outermost;
	to->ended += what->ended;
	time_add(&to->duration, what->duration);
}

/* Two slots become one; @right: they are pushed to the upper half, for what was before them */
static void widen(struct timeline *r, bool right)
{
	const size_t half = TIMELINE_SLOTS / 2;

	for (size_t i = 0; i < half; i++) {
		struct timeline_slot two = r->slots[2 * i];

		add(&two, &r->slots[2 * i + 1]);
		r->slots[i] = two;
	}
	memset(r->slots + half, 0, half * sizeof(*r->slots));
	r->width *= 2;
	if (!right)
		return;
	memmove(r->slots + half, r->slots, half * sizeof(*r->slots));
	memset(r->slots, 0, half * sizeof(*r->slots));
	r->start -= (int64_t)half * r->width;
}

void timeline_add(struct timeline *r, int64_t time, const struct timeline_slot *what)
{
	if (!r->width) {
		r->start = time;
		r->width = WIDTH_FIRST;
	}
	/* times of several CPUs, or files, need not be in order */
	while (time < r->start)
		widen(r, true);
	while ((time - r->start) / r->width >= TIMELINE_SLOTS)
		widen(r, false);
	add(&r->slots[(time - r->start) / r->width], what);
}

size_t timeline_used(const struct timeline *r)
{
	size_t n = TIMELINE_SLOTS;

	while (n && !r->slots[n - 1].calls)
		n--;
	return n;
}
