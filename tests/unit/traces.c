// SPDX-License-Identifier: GPL-2.0-or-later
/* Function graphs that a test has as text. */
#include "callgraph/callgraph.h"

#include "tree.h"
#include "traces.h"

struct graph *graph_read_as(const char *text, const struct graph_options *options)
{
	struct graph *g = calloc(1, sizeof(*g));

	assert_non_null(g);
	assert_int_equal(graph_init(g, options), 0);
	assert_int_equal(graph_add(g, text, strlen(text)), 0);
	assert_int_equal(graph_end(g), 0);
	return g;
}

struct graph *graph_read(const char *text)
{
	return graph_read_as(text, &(struct graph_options){ .cpu = -1, .slowest = 3 });
}

void graph_done(struct graph *g)
{
	graph_free(g);
	free(g);
}

const struct function *graph_function(const struct graph *g, const char *name)
{
	for (size_t i = 0; i < g->functions.n; i++)
		if (!strcmp(g->functions.v[i]->name, name))
			return g->functions.v[i];
	fail_msg("no function %s", name);
	return NULL;
}
