// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces with something before their lines, or with tabs: what could be read in two ways is read in
 * the right one, or named.
 */
#include "callgraph/callgraph.h"

#include <stdio.h>

#include "tree.h"
#include "traces.h"

/* "1) " before lines is a list's number or a CPU: a list counts up */
static void test_listed(void **state)
{
	static const struct {
		const char *text;
		uint64_t a, self, cpus;		/* calls of a, their own time; CPUs */
		uint64_t listed, gaps;		/* lines of a list, missing ones */
	} rows[] = {
		/* no CPUs in it, and one in each line */
		{ "1)               |  a() {\n2)   1.000 us    |    b();\n3)   9.000 us    |  }\n",
		  1, 8000, 0, 3, 0 },
		{ "1)  0)               |  a() {\n2)  0)   1.000 us    |    b();\n3)  0)   9.000 us    |  }\n", 1, 8000, 1, 3, 0 },
		{ "1) # tracer: function_graph\n2)               |  a() {\n3)   1.000 us    |    b();\n4)   9.000 us    |  }\n", 1, 8000, 0, 4, 0 },
		{ "I see:\n> 1)               |  a() {\n> 2)   1.000 us    |    b();\n> 3)   9.000 us    |  }\nwhy?\n", 1, 8000, 0, 3, 0 },
		{ "1)   9.000 us    |  a();\n2)   9.000 us    |  b();\n3)   9.000 us    |  b();\n\n1)   9.000 us    |  a();\n2)   9.000 us    |  b();\n",
		  2, 18000, 0, 5, 0 },
		/* CPUs: a header stands before them; they come again, or in another order */
		{ "# tracer: function_graph\n# CPU  DURATION                  FUNCTION CALLS\n 1)               |  a() {\n 2)               |  a() {\n"
		  " 3)               |  a() {\n 1)   9.000 us    |  }\n 2)   8.000 us    |  }\n 3)   8.000 us    |  }\n", 3, 25000, 3, 0, 0 },
		{ "# tracer: function_graph\n 0)   9.000 us    |  a();\n 1)   9.000 us    |  a();\n 2)   9.000 us    |  a();\n", 3, 27000, 3, 0, 0 },
		{ " 5)   1.000 us    |  a();\n 6)   1.000 us    |  a();\n 7)   1.000 us    |  a();\n 8)   1.000 us    |  a();\n 9)   1.000 us    |  a();\n"
		  " 10)   1.000 us    |  a();\n 11)   1.000 us    |  a();\n 12)   1.000 us    |  a();\n", 8, 8000, 8, 0, 0 },
		{ " 1)               |  a() {\n 1)   1.000 us    |    b();\n 1)   9.000 us    |  }\n", 1, 8000, 1, 0, 0 },
		{ " 1)               |  a() {\n 2)               |  a() {\n 1)   9.000 us    |  }\n 2)   8.000 us    |  }\n", 2, 17000, 2, 0, 0 },
		{ " 1)   9.000 us    |  a();\n 2)   9.000 us    |  a();\n", 2, 18000, 2, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct graph *g = graph_read(rows[i].text);
		uint64_t cpus = 0;

		for (size_t c = 1; c < g->sources[0].n_cpus; c++)
			cpus += g->sources[0].cpus[c].seen;
		assert_int_equal(graph_function(g, "a")->calls, rows[i].a);
		assert_int_equal(graph_function(g, "a")->self, rows[i].self);
		assert_int_equal(cpus, rows[i].cpus);
		assert_int_equal(g->disguised[DISGUISE_PAREN], rows[i].listed);
		assert_int_equal(g->gaps, rows[i].gaps);
		graph_done(g);
	}
}

/*
 * One trace, and what programs make of its blanks that put tabs of eight columns for them, before
 * or after it is quoted or coloured
 */
static void test_tabs(void **state)
{
	static const char *const texts[] = {
		" 0)\t\t  |  a() {\n"
		" 0)\t\t  |    b() {\n"
		" 0)\t\t  |\t d() {\n"
		" 0)\t\t  |\t   e() {\n"
		" 0)   1.000 us\t  |\t     c();\n"
		" 0)\t\t  |\t     f() {\n"
		" 0)   1.500 us\t  |\t       c();\n"
		" 0)   2.500 us\t  |\t     }\n"
		" 0)   5.500 us\t  |\t   }\n"
		" 0)   6.500 us\t  |\t }\n"
		" 0)   7.000 us\t  |    }\n"
		" 0)   9.000 us\t  |  }\n",
		">  0)\t\t    |  a() {\n"
		">  0)\t\t    |\t b() {\n"
		">  0)\t\t    |\t   d() {\n"
		">  0)\t\t    |\t     e() {\n"
		">  0)\t1.000 us    |\t       c();\n"
		">  0)\t\t    |\t       f() {\n"
		">  0)\t1.500 us    |\t\t c();\n"
		">  0)\t2.500 us    |\t       }\n"
		">  0)\t5.500 us    |\t     }\n"
		">  0)\t6.500 us    |\t   }\n"
		">  0)\t7.000 us    |\t }\n"
		">  0)\t9.000 us    |  }\n",
		"\033[1m 0) \t      |  \033[01;32ma\033[0m\033[K() {\033[0m\n"
		" 0)\t\t  |    \033[01;32mb\033[0m\033[K() {\n"
		" 0)\t\t  |\t \033[01;32md\033[0m\033[K() {\n"
		" 0)\t\t  |\t   \033[01;32me\033[0m\033[K() {\n"
		"\033[1m 0)   \033[33m1.000\033[m us    | \t \033[01;32mc\033[0m\033[K();\033[0m\n"
		" 0)\t\t  |\t     \033[01;32mf\033[0m\033[K() {\n"
		"\033[1m 0)   \033[33m1.500\033[m us    | \t   \033[01;32mc\033[0m\033[K();\033[0m\n"
		"\033[1m 0)   \033[33m2.500\033[m us    | \t }\033[0m\n"
		" 0)   \033[33m5.500\033[m us\t  |\t   }\n"
		" 0)   \033[33m6.500\033[m us\t  |\t }\n"
		" 0)   \033[33m7.000\033[m us\t  |    }\n"
		"\033[1m 0)   \033[33m9.000\033[m us    |  }\033[0m\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct graph *g = graph_read(texts[i]);

		assert_int_equal(g->unfinished + g->unnamed_returns + g->shifted, 0);
		assert_int_equal(graph_function(g, "a")->self, 2000);
		assert_int_equal(graph_function(g, "b")->self, 500);
		assert_int_equal(graph_function(g, "d")->self, 1000);
		assert_int_equal(graph_function(g, "e")->self, 2000);
		assert_int_equal(graph_function(g, "f")->self, 1000);
		graph_done(g);
	}
}

/* Of four columns or of eight: lines that would be in another column are named */
static void test_tabs_in_doubt(void **state)
{
	struct graph *g = graph_read(
		"\t\t\t   |  a() {\n"
		"\t\t\t   |\tb() {\n"
		"\t\t\t   |\t  d() {\n"
		"\t\t\t   |\t\te() {\n"
		"   1.000 us    |\t\t  c();\n"
		"\t\t\t   |\t\t  f() {\n"
		"   1.500 us    |\t\t\tc();\n"
		"   2.500 us    |\t\t  }\n"
		"   5.500 us    |\t\t}\n"
		"   6.500 us    |\t  }\n"
		"   7.000 us    |\t}\n"
		"   9.000 us    |  }\n");

	(void)state;
	assert_int_equal(g->shifted, 8);
	graph_done(g);
}

/* Of a trace without columns, a blank behind '>' is a level's if there is none anywhere else */
static void test_tight_quotes(void **state)
{
	struct graph *g = graph_read(
		"># tracer: function_graph\n>#\n>a() {\n>  b() {\n>    c();\n>  }\n>}\n");

	(void)state;
	assert_int_equal(g->shifted, 0);
	assert_int_equal(g->min_column, 0);
	assert_int_equal(g->max_column, 4);
	assert_int_equal(g->outermost, 1);
	graph_done(g);
}

/*
 * Without columns and without blanks: calls are where their caller is, which the kernel doesn't do
 */
static void test_flat(void **state)
{
	struct graph *g = graph_read("# tracer: function_graph\n} /* e */\na() {\nb();\n} /* d */\n} /* f */\n");

	(void)state;
	assert_int_equal(g->shifted, 1);
	graph_done(g);
}

/* Without CPUs a trace_pipe begins with nothing but bars */
static void test_bars_first(void **state)
{
	struct graph *g = graph_read(
		">               |  a() {\n>               |    b() {\n>   1.000 us    |      c();\n>   3.000 us    |    }\n"
		">   9.000 us    |  }\n");

	(void)state;
	assert_int_equal(g->kinds[LINE_CALL], 5);
	assert_int_equal(graph_function(g, "a")->self, 6000);
	graph_done(g);
	g = graph_read("> | a() {\n> | b() {\n> | }\n");
	assert_int_equal(g->kinds[LINE_CALL], 0);
	graph_done(g);
}

/*
 * "host: CPU:0 [LOST" may be of a file that trace-cmd has read, or of a host whose name is before
 * each line
 */
static void test_lost_first(void **state)
{
	struct graph *g = graph_read(
		"host: CPU:1 [LOST 12 EVENTS]\nhost:  1)               |  a() {\nhost:  1)   9.000 us    |  }\n");

	(void)state;
	assert_int_equal(g->n_sources, 1);
	assert_int_equal(g->sources[0].cpus[2].lost, 12);
	assert_int_equal(g->sources[0].cpus[2].calls, 1);
	assert_int_equal(g->disguised[DISGUISE_FILE], 2);
	graph_done(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_listed),
		cmocka_unit_test(test_tabs),
		cmocka_unit_test(test_tabs_in_doubt),
		cmocka_unit_test(test_tight_quotes),
		cmocka_unit_test(test_flat),
		cmocka_unit_test(test_bars_first),
		cmocka_unit_test(test_lost_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
