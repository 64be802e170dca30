// SPDX-License-Identifier: GPL-2.0-or-later
#include "callgraph/callgraph.h"
#include "callgraph/tree.h"

#include <errno.h>

#define WAY_MAX 65536

/*
 * Names are one word of printable bytes, or two: none can break a line; of others' text that isn't
 * sure
 */
static size_t put_name(char *way, size_t at, const struct function *f)
{
	if (at + f->name_len + 2 > WAY_MAX)
		return at;
	if (at)
		way[at++] = ';';
	memcpy(way + at, f->name, f->name_len);
	return at + f->name_len;
}

/* The names from the root to @n; its length */
static size_t way_to(char *way, const struct node *n)
{
	size_t at = n->parent && n->parent->function ? way_to(way, n->parent) : 0;

	return put_name(way, at, n->function);
}

int graph_folded(const struct graph *g, FILE *f)
{
	FREE char *way = malloc(WAY_MAX);
	const struct node *root = &graph_tree(g)->root;

	if (!way)
		return -ENOMEM;
	for (struct node *n = root->first; n; n = tree_next(root, n)) {
		int64_t own = n->self;

		time_add(&own, n->rest);
		if (own)
			fprintf(f, "%.*s %lld\n", (int)way_to(way, n), way, (long long)own);
	}
	return ferror(f) ? -EIO : 0;
}
