// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines out of pieces of text, and how many there were of which kind. */
#include "graph.h"

#include <errno.h>

/*
 * What may be used at most, however odd a trace: a kernel that is traced whole has
 * some 5,000 functions and 50,000 ways to them.
 */
#define NODES_MOST 75000
#define RECORDS_ROOM (4 << 20)

int graph_init(struct graph *g, const struct graph_wish *wish)
{
	*g = (struct graph){
		.wish = *wish, .first = UNKNOWN, .last = UNKNOWN, .least_column = INT32_MAX, .most_column = -1,
		.tree.most = NODES_MOST, .slowest.most = wish->slowest,
		.functions.only = wish->function, .slowest.room = RECORDS_ROOM,
	};
	g->cpus = calloc(1, sizeof(*g->cpus));
	g->n_cpus = 1;
	return g->cpus ? 0 : -ENOMEM;
}

static void count_unusable(struct graph *g, enum line_why why, const char *text, size_t len)
{
	if (!g->why[why]++) {
		g->why_line[why] = g->lines;
		len = len < GRAPH_SAMPLE - 1 ? len : GRAPH_SAMPLE - 1;
		memcpy(g->why_text[why], text, len);
		g->why_text[why][len] = '\0';
	}
}

/* @end as for line_parse() */
static int take_line(struct graph *g, const char *text, const char *end)
{
	struct line line;
	int ret = 0;

	g->lines++;
	line_parse(&g->layout, text, end, &line);
	/* several traces in one file: what was open will not be closed */
	if (line.kind == LINE_HEADER && end - text > 9 && !memcmp(text, "# tracer:", 9))
		ret = graph_close_all(g);
	if (!ret && (line.kind == LINE_CALL || line.kind == LINE_SWITCH || line.kind == LINE_LOST))
		ret = graph_take(g, &line);
	g->kinds[line.kind]++;
	if (line.kind == LINE_UNUSABLE)
		count_unusable(g, line.why, text, end - text);
	return ret;
}

static void too_long(struct graph *g)
{
	g->lines++;
	g->kinds[LINE_UNUSABLE]++;
	count_unusable(g, WHY_LONG, g->carry, g->carried);
	g->carried = 0;
}

/* The beginning of a line whose end isn't there yet */
static void carry(struct graph *g, const char *data, size_t len)
{
	if (g->too_long)
		return;
	if (g->carried + len > GRAPH_LINE_MOST) {
		too_long(g);
		g->too_long = true;
		return;
	}
	memcpy(g->carry + g->carried, data, len);
	g->carried += len;
}

static int take_carried(struct graph *g)
{
	size_t len = g->carried;

	g->carried = 0;
	g->carry[len] = '\n';
	return take_line(g, g->carry, g->carry + len);
}

int graph_feed(struct graph *g, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *newline;
	int ret = 0;

	g->bytes += len;
	while (!ret && at < end) {
		newline = memchr(at, '\n', end - at);
		if (!newline || g->carried || g->too_long) {
			carry(g, at, (newline ? newline : end) - at);
			if (!newline)
				break;
			if (!g->too_long)
				ret = take_carried(g);
			g->too_long = false;
		} else if (newline - at > GRAPH_LINE_MOST) {
			g->carried = 0;
			carry(g, at, newline - at);
			g->too_long = false;
		} else {
			ret = take_line(g, at, newline);
		}
		at = newline + 1;
	}
	return ret;
}

int graph_file_end(struct graph *g)
{
	int ret = g->carried ? take_carried(g) : 0;

	g->too_long = false;
	g->layout = (struct layout){ 0 };
	return ret ? ret : graph_close_all(g);
}

int graph_end(struct graph *g)
{
	int ret = graph_file_end(g);

	/* where no time is known, a tree is of calls */
	for (struct node *n = &g->tree.root; n && !g->durations; n = tree_next(&g->tree.root, n))
		n->self = (int64_t)n->calls;
	slowest_sort(&g->slowest);
	return ret ? ret : tree_sort(&g->tree);
}

void graph_free(struct graph *g)
{
	functions_free(&g->functions);
	tree_free(&g->tree);
	tasks_free(&g->tasks);
	slowest_free(&g->slowest);
	free(g->cpus);
	*g = (struct graph){ 0 };
}
