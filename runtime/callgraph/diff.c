// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What became slower: the traces may be of different length, so what is compared is a call's
 * average, and what a change weighs is how often the second trace calls.
 */
#include "callgraph/callgraph.h"

#include <errno.h>

static double average(const struct function *f)
{
	return (double)f->total / (double)f->timed;
}

static const char *name_of(const struct change *c)
{
	return (c->a ? c->a : c->b)->name;
}

static int heavier(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->weight < y->weight || x->weight > y->weight)
		return x->weight < y->weight ? 1 : -1;
	return strcmp(name_of(x), name_of(y));
}

static void compare(struct change *c)
{
	if (!c->a || !c->b || !c->a->timed || !c->b->timed)
		return;
	c->average = average(c->b) - average(c->a);
	c->weight = c->average * (double)c->b->timed;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct function *const *)a)->name, (*(struct function *const *)b)->name);
}

int graph_diff(const struct graph *a, const struct graph *b, struct change **v, size_t *n)
{
	FREE struct function **in_a = NULL, **in_b = NULL;
	size_t n_a, n_b;
	int ret = graph_functions(a, BY_NAME, &in_a, &n_a);

	*v = NULL;
	*n = 0;
	if (!ret)
		ret = graph_functions(b, BY_NAME, &in_b, &n_b);
	if (ret)
		return ret;
	*v = calloc(n_a + n_b + 1, sizeof(**v));
	if (!*v)
		return -ENOMEM;
	for (size_t i = 0, k = 0; i < n_a || k < n_b;) {
		int order = i == n_a ? 1 : -1;
		struct change *c = &(*v)[(*n)++];

		if (i < n_a && k < n_b)
			order = by_name(&in_a[i], &in_b[k]);
		if (order <= 0)
			c->a = in_a[i++];
		if (order >= 0)
			c->b = in_b[k++];
		compare(c);
	}
	qsort(*v, *n, sizeof(**v), heavier);
	return 0;
}
