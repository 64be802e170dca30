// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A function graph, read whole and in pieces: each line is accounted for, both readings say the
 * same, and whatever was read can be shown.
 */
#include "fuzz.h"

#include "graph/graph.h"

static const struct graph_wish wishes[] = {
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

	MUST(f->timed <= f->calls && f->headless <= f->calls && f->selfed <= f->timed);
	MUST(f->unfinished + f->headless <= f->calls);
	if (!f->timed)
		return;
	MUST(f->min <= f->max && f->self <= f->total);
	for (size_t p = 0; p < ARRAY_SIZE(f->spread.powers); p++)
		for (size_t i = 0; f->spread.powers[p] && i < HISTOGRAM_STEPS; i++)
			counted += g->functions.pieces.v[f->spread.powers[p]][i];
	MUST(f->sampled || counted == f->timed);
	MUST(f->sampled || histogram_percentile(&f->spread, &g->functions.pieces, 0.5) >= 0);
}

static void check(const struct graph *g, uint64_t lines)
{
	uint64_t sum = 0, why = 0;

	MUST(g->lines == lines);
	for (size_t i = 0; i < LINE_KINDS; i++)
		sum += g->kinds[i];
	for (size_t i = 0; i < WHY_KINDS; i++)
		why += g->why[i];
	MUST(sum == lines && why == g->kinds[LINE_UNUSABLE]);
	for (size_t i = 0; i < g->functions.n; i++)
		check_function(g, g->functions.v[i]);
	for (size_t i = 0; i < g->tasks.n; i++)
		MUST(!g->tasks.v[i]->depth);
	for (size_t i = 0; i < g->slowest.n; i++)
		MUST(g->slowest.v[i].record.n && g->slowest.v[i].record.n <= RECORD_MOST);
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

static void read_in(struct graph *g, const struct graph_wish *w, const uint8_t *data, size_t size, size_t piece)
{
	MUST(!graph_init(g, w));
	for (size_t at = 0, n; at < size; at += n) {
		n = size - at < piece ? size - at : piece;
		MUST(!graph_feed(g, (const char *)data + at, n));
	}
	MUST(!graph_end(g));
	check(g, lines_in(data, size));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct graph whole, pieces;
	const struct graph_wish *w = &wishes[size % ARRAY_SIZE(wishes)];

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
