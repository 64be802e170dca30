// SPDX-License-Identifier: GPL-2.0-or-later
#include "callgraph/callgraph.h"

#include <errno.h>

static int64_t average(const struct function *f)
{
	return f->timed ? f->total / (int64_t)f->timed : -1;
}

static int by_name(const struct function *a, const struct function *b)
{
	return strcmp(a->name, b->name);
}

/* More first; alike, by name, so that two reports of a file are the same */
static int more(int64_t a, int64_t b, const struct function *x, const struct function *y)
{
	if (a != b)
		return a < b ? 1 : -1;
	return by_name(x, y);
}

#define COMPARE(name, key)							\
	static int name(const void *a, const void *b)				\
	{									\
		const struct function *x = *(struct function *const *)a;	\
		const struct function *y = *(struct function *const *)b;	\
										\
		return more(key(x), key(y), x, y);				\
	}

#define SELF(f) ((f)->self)
#define TOTAL(f) ((f)->total)
#define CALLS(f) ((int64_t)(f)->calls)
#define MAX(f) ((f)->max)
#define NOTHING(f) 0

COMPARE(by_self, SELF)
COMPARE(by_total, TOTAL)
COMPARE(by_calls, CALLS)
COMPARE(by_average, average)
COMPARE(by_max, MAX)
COMPARE(by_names, NOTHING)

int graph_functions(const struct graph *g, enum function_sort sort, struct function ***v,
		    size_t *n)
{
	static int (*const compare[])(const void *, const void *) = {
		[BY_SELF] = by_self, [BY_TOTAL] = by_total, [BY_CALLS] = by_calls,
		[BY_AVERAGE] = by_average, [BY_MAX] = by_max, [BY_NAME] = by_names,
	};

	*n = 0;
	*v = calloc(g->functions.n + 1, sizeof(struct function *));
	if (!*v)
		return -ENOMEM;
	for (size_t i = 0; i < g->functions.n; i++)
		if (g->functions.v[i]->calls)
			(*v)[(*n)++] = g->functions.v[i];
	qsort(*v, *n, sizeof(struct function *), compare[sort]);
	return 0;
}
