// SPDX-License-Identifier: GPL-2.0-or-later
/* How long calls of each function took. How often it was called, the nesting counts. */
#include "callgraph/nesting.h"

static void add_time(struct functions *all, struct function *f, int64_t duration)
{
	if (!f->timed || duration < f->min)
		f->min = duration;
	if (!f->timed || duration > f->max)
		f->max = duration;
	f->timed++;
	time_add(&f->total, duration);
	if (!histogram_add(&f->spread, duration, &all->pieces))
		f->sampled = true;
}

static int end(void *sink, const struct call *c)
{
	struct functions *all = sink;
	struct function *f = c->function;

	if (c->duration == UNKNOWN)
		return 0;
	add_time(all, f, c->duration);
	if (!c->self_known)
		return 0;
	f->selfed++;
	if (c->duration > c->inner)
		time_add(&f->self, c->duration - c->inner);
	return 0;
}

/* They are the ones that names are looked up in */
static void *init(struct graph *g, unsigned int note)
{
	(void)note;
	return &g->functions;
}

CALL_SINK = {
	.name = "functions",
	.init = init,
	.leaf = end,
	.end = end,
	.end_only = end,
	.end_stale = end,
};
