// SPDX-License-Identifier: GPL-2.0-or-later
/* A call sink of this file's own, in the set with those of the room: which events it gets. */
#include "callgraph/nesting.h"
#include "callgraph/slowest.h"
#include "callgraph/tree.h"

#include "tree.h"
#include "traces.h"

/* What it has seen; of each open call it notes how deep it is */
struct seen {
	uint64_t begins, leaves, ends, ends_only, stale, lost, closed, finished;
	uint64_t deepest, outermost;
	int64_t inner;
	unsigned int note;
};

static int begin(void *sink, const struct call *c)
{
	struct seen *s = sink;
	uint64_t depth = c->caller ? c->caller->notes[s->note].n + 1 : 1;

	c->frame->notes[s->note].n = depth;
	s->deepest = depth > s->deepest ? depth : s->deepest;
	s->outermost += !c->caller;
	s->begins++;
	assert_true(c->duration == UNKNOWN);
	return 0;
}

static int leaf(void *sink, const struct call *c)
{
	struct seen *s = sink;

	assert_null(c->frame);
	s->outermost += !c->caller;
	s->leaves++;
	return 0;
}

static int end(void *sink, const struct call *c)
{
	struct seen *s = sink;
	uint64_t depth = c->caller ? c->caller->notes[s->note].n + 1 : 1;

	assert_int_equal(c->frame->notes[s->note].n, depth);
	s->ends++;
	s->inner += c->inner;
	return 0;
}

static int end_only(void *sink, const struct call *c)
{
	struct seen *s = sink;

	assert_string_equal(c->function->name, "cut");
	s->ends_only++;
	return 0;
}

static int end_stale(void *sink, const struct call *c)
{
	struct seen *s = sink;

	assert_non_null(c->frame);
	s->stale++;
	return 0;
}

static int lost(void *sink, struct task *t)
{
	struct seen *s = sink;

	assert_true(t->depth >= t->stale_from);
	s->lost++;
	return 0;
}

static int close_task(void *sink, struct graph *g, struct task *t)
{
	struct seen *s = sink;

	assert_true(!t->depth && g->tasks.n);
	s->closed++;
	return 0;
}

static int finish(void *sink, struct graph *g)
{
	struct seen *s = sink;

	(void)g;
	s->finished++;
	return 0;
}

static void *init(struct graph *g, unsigned int note)
{
	struct seen *s = calloc(1, sizeof(*s));

	(void)g;
	if (s)
		s->note = note;
	return s;
}

/* Asks for this sink; its trace has the events that it counts */
static const char *const wanted = "sunk*";

static bool is_wanted(const struct graph *g)
{
	return g->options.function == wanted;
}

CALL_SINK = {
	.name = "seen",
	.has_notes = true,
	.is_wanted = is_wanted,
	.init = init,
	.begin = begin,
	.leaf = leaf,
	.end = end,
	.end_only = end_only,
	.end_stale = end_stale,
	.lost = lost,
	.close = close_task,
	.finish = finish,
	.free = free,
};

static void test_events(void **state)
{
	const struct graph_options options = { .cpu = -1, .slowest = 3, .function = wanted };
	struct graph *g = graph_read_as(
		" 0)               |  other() {\n"
		" 0)               |    sunk() {\n"
		" 0)               |      a() {\n"
		" 0)   1.000 us    |        b();\n"
		" 0)   2.000 us    |      }\n"
		" 0)   0.500 us    |      } /* cut */\n"
		" 0)   5.000 us    |    }\n"
		" 0)   6.000 us    |  }\n"
		" 0)   3.000 us    |  sunken();\n"
		" 0)   3.000 us    |  other();\n"
		" 0)               |  sunk() {\n"
		"CPU:0 [LOST 5 EVENTS]\n"
		" 0)   9.000 us    |  }\n", &options);
	const struct seen *s = call_sinks_find(&g->sinks, &call_sink);

	(void)state;
	assert_non_null(s);
	assert_int_equal(s->begins, 3);
	assert_int_equal(s->leaves, 2);
	assert_int_equal(s->ends, 2);
	assert_int_equal(s->ends_only, 1);
	assert_int_equal(s->stale, 1);
	assert_int_equal(s->lost, 1);
	assert_int_equal(s->closed, 1);
	assert_int_equal(s->finished, 1);
	assert_int_equal(s->deepest, 2);
	assert_int_equal(s->outermost, 3);
	assert_int_equal(s->inner, 1000 + 2500);
	graph_done(g);
}

/* Without its events the others get theirs */
static void test_unwanted(void **state)
{
	const struct graph_options options = { .cpu = -1 };
	struct graph *g = graph_read_as(" 0)   3.000 us    |  sunk();\n", &options);

	(void)state;
	assert_null(call_sinks_find(&g->sinks, &call_sink));
	assert_int_equal(graph_slowest(g)->n, 0);
	assert_int_equal(graph_tree(g)->root.total, 3000);
	graph_done(g);
}

/* The places of notes, and the sinks, are enough for all that are linked, and for the one above */
static void test_set(void **state)
{
	const struct graph_options options = { .cpu = -1, .slowest = 3, .function = wanted };
	struct graph *g = graph_read_as("", &options);
	size_t notes = 0;

	(void)state;
	assert_true(g->sinks.n >= 5 && g->sinks.n <= CALL_SINKS_MAX);
	for (size_t i = 0; i < g->sinks.n; i++) {
		assert_non_null(g->sinks.v[i].ops->name);
		notes += g->sinks.v[i].ops->has_notes;
	}
	assert_true(notes <= CALL_NOTES_MAX);
	graph_done(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_unwanted),
		cmocka_unit_test(test_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
