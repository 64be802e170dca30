// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function graph, read whole and in pieces: each line is accounted for, both readings say the
 * same, and whatever was read can be shown.
 */
#include "callgraph/callgraph.h"
#include "callgraph/slowest.h"
#include "callgraph/tree.h"

#include "fuzz.h"

static const struct graph_options options[] = {
	{ .cpu = -1, .slowest = 3 },
	{ .cpu = -1 },
	{ .cpu = 1, .slowest = 1 },
	{ .cpu = -1, .slowest = 2, .function = "*_*" },
	{ .cpu = -1, .slowest = 2, .task = "vhost-*" },
};

static uint64_t lines_in(const uint8_t *data, size_t size)
{
	uint64_t n = size && data[size - 1] != '\n';

	for (size_t i = 0; i < size; i++)
		n += data[i] == '\n';
	return n;
}

static void check_function(const struct graph *g, const struct function *f)
{
	uint64_t counted = 0;

	MUST(f->timed <= f->calls && f->without_entry <= f->calls && f->selfed <= f->timed);
	MUST(f->unfinished + f->without_entry <= f->calls);
	if (!f->timed)
		return;
	MUST(f->min <= f->max && f->self <= f->total);
	for (size_t p = 0; p < ARRAY_SIZE(f->spread.powers); p++)
		for (size_t i = 0; f->spread.powers[p] && i < HISTOGRAM_STEPS; i++)
			counted += g->functions.pieces.v[f->spread.powers[p]][i];
	MUST(f->sampled || counted == f->timed);
	MUST(f->sampled || histogram_percentile(&f->spread, &g->functions.pieces, 0.5) >= 0);
}

/* What encoding_convert() takes for it */
static bool is_utf16(const uint8_t *d, size_t size)
{
	return (size >= 2 && ((d[0] == 0xff && d[1] == 0xfe) || (d[0] == 0xfe && d[1] == 0xff))) ||
	       (size >= 4 && ((d[0] && !d[1] && d[2] && !d[3]) || (!d[0] && d[1] && !d[2] && d[3])));
}

static void check_own_time(const struct graph *g)
{
	for (size_t i = 0; i < g->functions.n && g->durations; i++) {
		int64_t self = 0;

		for (struct node *n = graph_tree(g)->root.first; n; n = tree_next(&graph_tree(g)->root, n))
			if (n->function == g->functions.v[i])
				time_add(&self, n->self);
		MUST(self <= g->functions.v[i]->self);
		MUST(self == g->functions.v[i]->self || graph_tree(g)->folded);
	}
}

static void check(const struct graph *g, uint64_t lines, bool utf16)
{
	uint64_t sum = 0, unusable = 0;

	/* the lines of UTF-16 are others */
	MUST(g->lines == lines || utf16);
	for (size_t i = 0; i < LINE_KINDS; i++)
		sum += g->kinds[i];
	for (size_t i = 0; i < UNUSABLE_KINDS; i++)
		unusable += g->unusable[i];
	MUST(sum == g->lines && unusable == g->kinds[LINE_UNUSABLE]);
	for (size_t i = 0; i < g->functions.n; i++)
		check_function(g, g->functions.v[i]);
	for (size_t i = 0; i < g->tasks.n; i++)
		MUST(!g->tasks.v[i]->depth && g->tasks.v[i]->source < g->n_sources);
	for (size_t i = 0; i < graph_slowest(g)->n; i++)
		MUST(graph_slowest(g)->v[i].record.n && graph_slowest(g)->v[i].record.n <= RECORD_MAX);
}

static char *show(const struct graph *g)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	MUST(f);
	MUST(!graph_folded(g, f));
	graph_flamegraph(g, "a & b", f);
	MUST(!fclose(f));
	return text;
}

static void read_in(struct graph *g, const struct graph_options *w, const uint8_t *data,
		    size_t size, size_t piece)
{
	MUST(!graph_init(g, w));
	for (size_t at = 0, n; at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		MUST(!graph_add(g, (const char *)data + at, n));
	}
	MUST(!graph_end(g));
	check(g, lines_in(data, size), is_utf16(data, size));
	if (size < 2000)
		check_own_time(g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct graph whole, pieces;
	const struct graph_options *w = &options[size % ARRAY_SIZE(options)];

	read_in(&whole, w, data, size, size ? size : 1);
	read_in(&pieces, w, data, size, 1 + size % 7);

	char *a = show(&whole), *b = show(&pieces);

	MUST(!strcmp(a, b));
	MUST(!memcmp(whole.kinds, pieces.kinds, sizeof(whole.kinds)));
	free(a);
	free(b);
	graph_free(&whole);
	graph_free(&pieces);
	return 0;
}
