// SPDX-License-Identifier: GPL-2.0-or-later
/* Two traces beside each other: what became slower. */
#include "cmd/report/diff.h"

#include "verb/verb.h"

WRITERS(diff_writers);

int64_t diff_percentile(const struct report *r, const struct function *f, double share)
{
	return f ? report_percentile(r->graph, f, share) : UNKNOWN;
}

int64_t diff_mean(const struct function *f)
{
	return f ? report_average(f) : UNKNOWN;
}

int64_t diff_rounded(double ns)
{
	return (int64_t)(ns < 0 ? ns - 0.5 : ns + 0.5);
}

const char *diff_name(const struct change *c)
{
	return (c->a ? c->a : c->b)->name;
}

bool diff_comparable(const struct change *c)
{
	return c->a && c->b && c->a->timed && c->b->timed;
}

int diff_make(struct diff *d, const struct report *a, const struct report *b)
{
	*d = (struct diff){ .a = a, .b = b };
	return graph_diff(a->graph, b->graph, &d->v, &d->n);
}
