// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened when, in slots that get wider as the trace gets longer. */
#include "callgraph/nesting.h"
#include "callgraph/timeline.h"

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

	while (n && !r->slots[n - 1].calls && !r->slots[n - 1].ended)
		n--;
	return n;
}

static void take(struct timeline *r, const struct call *c, struct timeline_slot what)
{
	timeline_add(r, c->at->line->time, &what);
}

static int begin(void *sink, const struct call *c)
{
	take(sink, c, (struct timeline_slot){ .calls = 1, .outermost = !c->caller });
	return 0;
}

static int end(void *sink, const struct call *c)
{
	if (!c->caller && c->duration != UNKNOWN)
		take(sink, c, (struct timeline_slot){ .ended = 1, .duration = c->duration });
	return 0;
}

static int leaf(void *sink, const struct call *c)
{
	struct timeline_slot what = { .calls = 1, .outermost = !c->caller };

	if (!c->caller && c->duration != UNKNOWN) {
		what.ended = 1;
		what.duration = c->duration;
	}
	take(sink, c, what);
	return 0;
}

/* Whether it is an outermost one is not known yet */
static int end_only(void *sink, const struct call *c)
{
	if (c->at->line->time != UNKNOWN)
		take(sink, c, (struct timeline_slot){ .calls = 1 });
	return 0;
}

static void *init(struct graph *g, unsigned int note)
{
	(void)g;
	(void)note;
	return calloc(1, sizeof(struct timeline));
}

CALL_SINK = {
	.name = "timeline",
	.needs_time = true,
	.init = init,
	.begin = begin,
	.leaf = leaf,
	.end = end,
	.end_only = end_only,
	.free = free,
};

const struct timeline *graph_timeline(const struct graph *g)
{
	return call_sinks_find(&g->sinks, &call_sink);
}
