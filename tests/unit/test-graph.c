// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reading function graphs: lines of every layout, and what follows from them. tests/graph has real
 * traces.
 */
#include "base/str.h"

#include <stdio.h>

#include "callgraph/callgraph.h"
#include "callgraph/columns.h"
#include "callgraph/slowest.h"
#include "callgraph/timeline.h"
#include "callgraph/tree.h"
#include "tree.h"
#include "traces.h"

/* Lines */

struct line_case {
	const char *text;
	enum line_kind kind;
	enum call_kind call;
	const char *name, *task;	/* NULL: none */
	int column, cpu;
	int64_t duration, time;
};

#define U UNKNOWN

static const struct line_case lines[] = {
	/* the kernel's own, with more and fewer columns */
	{ " 0)   0.851 us    |            foo();", LINE_CALL, CALL_LEAF, "foo", NULL, 12, 0, 851,
	  U },
	{ " 0)               |  foo() {", LINE_CALL, CALL_ENTER, "foo", NULL, 2, 0, U, U },
	{ " 11) + 14.181 us   |        } /* foo */", LINE_CALL, CALL_RETURN, "foo", NULL, 8, 11, 14181, U },
	{ " 0) # 1027.732 us |        }", LINE_CALL, CALL_RETURN, NULL, NULL, 8, 0, 1027732, U },
	{ " 0) * 36014.20 us |  } /* foo [m] */", LINE_CALL, CALL_RETURN, "foo [m]", NULL, 2, 0, 36014200, U },
	{ " 1) @ 119760.2 us |  }", LINE_CALL, CALL_RETURN, NULL, NULL, 2, 1, 119760200, U },
	{ " 2) $ 3594274 us  |  }", LINE_CALL, CALL_RETURN, NULL, NULL, 2, 2, 3594274000, U },
	{ " 2) $ 35942741 us |  }", LINE_CALL, CALL_RETURN, NULL, NULL, 2, 2, 35942741000, U },
	{ "   46.613158 |   0)   0.892 us    |    foo();", LINE_CALL, CALL_LEAF, "foo", NULL, 4, 0,
	  892, 46613158000 },
	{ "   46.613158 |   0)  vhost-1-187   |   0.892 us    |    foo();", LINE_CALL, CALL_LEAF,
	  "foo", "vhost-1-187", 4, 0,
	  892, 46613158000 },
	{ "   46.613158 |   vhost-1-187   |     foo();", LINE_CALL, CALL_LEAF, "foo", "vhost-1-187",
	  5, -1, U, 46613158000 },
	{ " 0)   <idle>-0    |  bN.1. |   0.892 us    |    foo();", LINE_CALL, CALL_LEAF, "foo",
	  "<idle>-0", 4, 0, 892, U },
	{ " 0)  CPU 0/K-4242 | ..s.. |               |  foo() {", LINE_CALL, CALL_ENTER, "foo",
	  "CPU 0/K-4242", 2, 0, U, U },
	{ " 0)   a|b - 7-12  |               |  foo() {", LINE_CALL, CALL_ENTER, "foo",
	  "a|b - 7-12", 2, 0, U, U },
	{ " 0)  foo [m]() {", LINE_CALL, CALL_ENTER, "foo [m]", NULL, 2, 0, U, U },
	{ " 0)  }", LINE_CALL, CALL_RETURN, NULL, NULL, 2, 0, U, U },
	{ "   0.831 us    |      foo();", LINE_CALL, CALL_LEAF, "foo", NULL, 6, -1, 831, U },
	{ "+ 10.646 us   |        } /* foo [m] */", LINE_CALL, CALL_RETURN, "foo [m]", NULL, 8, -1, 10646, U },
	{ " 0)  foo [m]() { my note", LINE_CALL, CALL_ENTER, "foo [m]", NULL, 2, 0, U, U },
	{ "# 1837.709 us |  }", LINE_CALL, CALL_RETURN, NULL, NULL, 2, -1, 1837709, U },
	{ "              |      foo() {", LINE_CALL, CALL_ENTER, "foo", NULL, 6, -1, U, U },
	{ "     1234 us |   0)   a-1    |  d..1. |   0.9 us     |  foo();", LINE_CALL, CALL_LEAF,
	  "foo", "a-1", 2, 0, 900, 1234000 },
	{ "  foo() {", LINE_CALL, CALL_ENTER, "foo", NULL, 2, -1, U, U },
	/* what later kernels put behind */
	{ " 0)   1.602 us    |    foo [m](x=0x5, r=2 [A_B], s=(1, 2));", LINE_CALL, CALL_LEAF,
	  "foo [m]", NULL, 4, 0, 1602, U },
	{ " 0)               |    foo(x=0x5) { /* <-bar+0x10/0x20 */", LINE_CALL, CALL_ENTER, "foo", NULL, 4, 0, U, U },
	{ " 0)   1.602 us    |    foo(); /* = 0x0 */", LINE_CALL, CALL_LEAF, "foo", NULL, 4, 0, 1602, U },
	{ " 0)   1.602 us    |    foo(); /* <-bar+0x1/0x2 ret=-22 */", LINE_CALL, CALL_LEAF, "foo", NULL, 4, 0, 1602, U },
	{ " 0)   1.602 us    |    } /* foo [m] ret=0xffff */", LINE_CALL, CALL_RETURN, "foo [m]", NULL, 4, 0, 1602, U },
	{ " 0)   1.602 us    |    } /* foo = -22 */", LINE_CALL, CALL_RETURN, "foo", NULL, 4, 0, 1602, U },
	{ " 0)   1.602 us    |    } /* foo() */", LINE_CALL, CALL_RETURN, "foo", NULL, 4, 0, 1602, U },
	/* what people put behind */
	{ "0)   1.602 us    |    } // here it ends", LINE_CALL, CALL_RETURN, NULL, NULL, 4, 0, 1602,
	  U },
	{ "0)   1.602 us    |    } /* here it ends */", LINE_CALL, CALL_RETURN, NULL, NULL, 4, 0, 1602, U },
	{ "0)               |    foo [m]() { //\xec\x9d\xb4", LINE_CALL, CALL_ENTER, "foo [m]",
	  NULL, 4, 0, U, U },
	{ "0)   0.788 us    |    }\t\t//", LINE_CALL, CALL_RETURN, NULL, NULL, 4, 0, 788, U },
	{ " 0)   0.851 us    |    foo();\r", LINE_CALL, CALL_LEAF, "foo", NULL, 4, 0, 851, U },
	/* trace-cmd, and the kernel when another tracer is the current one */
	{ "  vhost-179-186   [001] .N.1.   555.823598: funcgraph_entry:        2.464 us   |      foo();", LINE_CALL, CALL_LEAF,
	  "foo", "vhost-179-186", 6, 1, 2464, 555823598000 },
	{ "       a b-186   [001]   555.823598123: funcgraph_entry:                   |  foo() {",
	  LINE_CALL, CALL_ENTER,
	  "foo", "a b-186", 2, 1, U, 555823598123 },
	{ "  a-186 ( 1234) [001]   555.823598: funcgraph_exit:      + 12.464 us   |  }", LINE_CALL,
	  CALL_RETURN, NULL, "a-186", 2, 1,
	  12464, 555823598000 },
	{ "  a-186   [001] .N.1.   555.823608: (+3)     funcgraph_entry:        1.522 us   |        foo();", LINE_CALL, CALL_LEAF, "foo",
	  "a-186", 8, 1, 1522, 555823608000 },
	{ "  a-186   [001] .N.1. 1667470793999: funcgraph_entry:                   |  foo() {",
	  LINE_CALL, CALL_ENTER, "foo", "a-186", 2, 1,
	  U, U },
	{ "  a-186   [001] ...1.290270385389: (+1442)  funcgraph_entry:                   |  foo() {", LINE_CALL, CALL_ENTER, "foo", "a-186",
	  2, 1, U, U },
	{ "  a-186   [001] d..1.290.270385: funcgraph_entry:                   |  foo() {",
	  LINE_UNUSABLE, 0, NULL, NULL, 0, 0, U, U },
	{ "  a-186   [001]111264306005: funcgraph_entry:                   |  foo() {", LINE_CALL,
	  CALL_ENTER, "foo", "a-186", 2, 1, U, U },
	{ "vhost-17-186     0.N.1. 555.823598: funcgraph_exit:         9.944 us   |      }",
	  LINE_CALL, CALL_RETURN, NULL, "vhost-17-186", 6, 0,
	  9944, 555823598000 },
	{ "vhost-17-186    12d..1. 555.823598: funcgraph_exit:         9.944 us   |      }",
	  LINE_CALL, CALL_RETURN, NULL, "vhost-17-186", 6, 12,
	  9944, 555823598000 },
	{ "1072.028308: funcgraph_entry:                   |  foo() {", LINE_CALL, CALL_ENTER,
	  "foo", NULL, 2, -1, U, 1072028308000 },
	{ "[001] 1072.028308: funcgraph_entry:                   |  foo() {", LINE_CALL, CALL_ENTER,
	  "foo", NULL, 2, 1, U, 1072028308000 },
	{ "funcgraph_entry:        0.280 us   |  foo();", LINE_CALL, CALL_LEAF, "foo", NULL, 2, -1,
	  280, U },
	{ "      host.dat:        vhost-100-200  [000]  10.000001: funcgraph_exit:   + 12.464 us   |  }", LINE_CALL, CALL_RETURN, NULL,
	  "vhost-100-200", 2, 0, 12464, 10000001000 },
	{ "     guest.dat:       kworker/0:1-200 [000]  10.000002: funcgraph_entry:                   |  foo() {", LINE_CALL, CALL_ENTER, "foo",
	  "kworker/0:1-200", 2, 0, U, 10000002000 },
	{ "     host.dat: CPU:1 [12 EVENTS DROPPED]", LINE_LOST, 0, NULL, NULL, 0, 1, U, U },
	{ "  a-1  [003]  5.100001: fgraph_retaddr_entry:             |  foo(x=0x5) /* <-bar */ {", LINE_CALL, CALL_ENTER, "foo", "a-1", 2, 3, U,
	  5100001000 },
	{ "  a-1  [003]  5.100001: funcgraph_entry:   0.3 us   |  foo(); /* <-bar */ (ret=0x0)", LINE_CALL, CALL_LEAF, "foo", "a-1", 2, 3, 300,
	  5100001000 },
	{ "  a-1  [003]  5.100001: funcgraph_exit:   0.3 us   |  } (ret=0x0)", LINE_CALL,
	  CALL_RETURN, NULL, "a-1", 2, 3, 300, 5100001000 },
	{ "  a-186 [001] d..1.   5.823598:  1)   0.464 us   |  foo();", LINE_CALL, CALL_LEAF, "foo",
	  "a-186", 2, 1, 464, 5823598000 },
	{ "  a-186 [001]   555.823598: sched_switch: a:186 [120] R ==> b:1 [120]", LINE_COMMENT, 0,
	  NULL, "a-186", 0, 1, U,
	  555823598000 },
	/* the rest */
	{ "# tracer: function_graph", LINE_HEADER, 0, NULL, NULL, 0, -1, U, U },
	{ "##### CPU 1 buffer started ####", LINE_HEADER, 0, NULL, NULL, 0, -1, U, U },
	{ "Tracing \"udp_sendmsg\"... Ctrl-C to end.", LINE_HEADER, 0, NULL, NULL, 0, -1, U, U },
	{ "cpus=2", LINE_HEADER, 0, NULL, NULL, 0, -1, U, U },
	{ "CPU 0 is empty", LINE_HEADER, 0, NULL, NULL, 0, -1, U, U },
	{ " ------------------------------------------", LINE_SWITCH, 0, NULL, NULL, 0, -1, U, U },
	{ " 0)  CPU 0/K-4242  =>   <idle>-0   ", LINE_SWITCH, 0, NULL, "CPU 0/K-4242", 0, 0, U, U },
	{ "CPU:2 [LOST 1234 EVENTS]", LINE_LOST, 0, NULL, NULL, 0, 2, U, U },
	{ "CPU:2 [LOST EVENTS]", LINE_LOST, 0, NULL, NULL, 0, 2, U, U },
	{ "CPU:2 [12 EVENTS DROPPED]", LINE_LOST, 0, NULL, NULL, 0, 2, U, U },
	{ " 0)   ==========> |", LINE_IRQ, 0, NULL, NULL, 0, 0, U, U },
	{ "  0)   <========== |", LINE_IRQ, 0, NULL, NULL, 0, 0, U, U },
	{ " 0)  a-1           |   ==========> |", LINE_IRQ, 0, NULL, "a-1", 0, 0, U, U },
	{ " 0)               |  /* sched_switch: a ==> b | c */", LINE_COMMENT, 0, NULL, NULL, 2, 0, U, U },
	{ " (Overruns: 0)", LINE_COMMENT, 0, NULL, NULL, 0, -1, U, U },
	{ " => schedule", LINE_COMMENT, 0, NULL, NULL, 0, -1, U, U },
	{ "// a-1  [003]  5.100001: funcgraph_entry:        2.464 us   |  foo();", LINE_COMMENT, 0,
	  NULL, NULL, 0, -1, U, U },
	{ "// a note", LINE_COMMENT, 0, NULL, NULL, 0, -1, U, U },
	{ " \t", LINE_BLANK, 0, NULL, NULL, 0, -1, U, U },
	{ "what follows is mine", LINE_UNUSABLE, 0, NULL, NULL, 0, -1, U, U },
	{ "1) the first of them", LINE_UNUSABLE, 0, NULL, NULL, 0, 1, U, U },
	{ " 0)   0.851 us    |            fo", LINE_UNUSABLE, 0, NULL, NULL, 12, 0, 851, U },
	/* the kernel marks more than 1 ms so: it is a person's */
	{ "#  837.709 us |  }", LINE_UNUSABLE, 0, NULL, NULL, 0, 0, U, U },
	{ "#   0.851 us    |    } /* foo */", LINE_UNUSABLE, 0, NULL, NULL, 0, 0, U, U },
	{ "#  0)   0.851 us    |  foo() {", LINE_UNUSABLE, 0, NULL, NULL, 0, 0, U, U },
	{ " 0)   18446744062074069 us |  } /* foo */", LINE_UNUSABLE, 0, NULL, NULL, 0, 0, U, U },
	/* whose end it is was cut off; a comment goes on in the next line */
	{ " 0)   0.851 us    |  } /* fo", LINE_UNUSABLE, 0, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us    |  } /* foo [m", LINE_UNUSABLE, 0, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us    |  } /* foo *", LINE_UNUSABLE, 0, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us    |  } /* foo ret=0x", LINE_UNUSABLE, 0, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us    |  } /", LINE_UNUSABLE, 0, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us    |  } /* here it ends, and", LINE_CALL, CALL_RETURN, NULL, NULL, 2, 0, 851, U },
	{ " 0)   0.851 us ", LINE_UNUSABLE, 0, NULL, NULL, 0, 0, 851, U },
	/* what others put before a line makes no task of it, and no function */
	{ "> 0)  vhost-1-187   |   0.892 us    |    foo();", LINE_CALL, CALL_LEAF,
	  "> 0)  vhost-1-187   |   0.892 us    |    foo", NULL, 0, -1, U, U },
	{ "12:   vhost-1-187   |   0.892 us    |    foo();", LINE_CALL, CALL_LEAF,
	  "12:   vhost-1-187   |   0.892 us    |    foo", NULL, 0, -1, U, U },
	{ "> 46.613158: funcgraph_entry:        0.280 us   |  foo();", LINE_UNUSABLE, 0, NULL, NULL,
	  0, -1, U, U },
	{ "  a-1  [003]  5.100001: funcgraph_entry:        func=0xffff8000801aaabc depth=0x3",
	  LINE_UNUSABLE, 0, NULL, NULL, 0, 3, U, U },
	{ "  a-1  [003] ....  5.100001: vfs_read <-ksys_read", LINE_UNUSABLE, 0, NULL, NULL, 0, 3,
	  U, U },
	{ "  a-1  (  123) [003] ....  5.100001: graph_ent: func=vfs_read", LINE_UNUSABLE, 0, NULL,
	  NULL, 0, 3, U, U },
};

static void check_text(const char *what, const char *is, size_t len, const char *wanted)
{
	if (!wanted ? is != NULL : !is || len != strlen(wanted) || memcmp(is, wanted, len) != 0)
		fail_msg("%s: %.*s", what, is ? (int)len : 1, is ? is : "-");
}

static void check_line(const struct line_case *c)
{
	FREE char *copy = str_printf("%s\n", c->text);
	struct layout l = { 0 };
	struct line line;

	line_parse(&l, copy, copy + strlen(c->text), &line);
	if (line.kind != c->kind)
		fail_msg("%s: kind %d", c->text, line.kind);
	if (c->kind == LINE_UNUSABLE)
		return;
	check_text(c->text, line.task, line.task_len, c->task);
	if (line.cpu != c->cpu)
		fail_msg("%s: CPU %d", c->text, line.cpu);
	if (c->kind != LINE_CALL)
		return;
	check_text(c->text, line.name, line.name_len, c->name);
	assert_int_equal(line.call, c->call);
	if (line.column != c->column || line.duration != c->duration || line.time != c->time)
		fail_msg("%s: column %d, duration %lld, time %lld", c->text, line.column,
			 (long long)line.duration, (long long)line.time);
}

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		check_line(&lines[i]);
}

/* Traces */

static char *folded(const struct graph *g)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_non_null(f);
	assert_int_equal(graph_folded(g, f), 0);
	fclose(f);
	return text;
}

static void expect_folded(const char *text, const char *wanted)
{
	struct graph *g = graph_read(text);
	FREE char *is = folded(g);

	assert_string_equal(is, wanted);
	graph_done(g);
}

static void test_times(void **state)
{
	struct graph *g = graph_read(
		" 0)               |  a() {\n"
		" 0)   1.000 us    |    b();\n"
		" 0)   3.000 us    |    b();\n"
		" 0) + 10.000 us   |  }\n"
		" 0)   2.000 us    |  b();\n");
	const struct function *a = graph_function(g, "a"), *b = graph_function(g, "b");

	(void)state;
	assert_int_equal(a->calls, 1);
	assert_int_equal(a->total, 10000);
	assert_int_equal(a->self, 6000);
	assert_int_equal(b->calls, 3);
	assert_int_equal(b->total, 6000);
	assert_int_equal(b->min, 1000);
	assert_int_equal(b->max, 3000);
	assert_int_equal(g->outermost, 2);
	assert_int_equal(g->busy, 12000);
	assert_int_equal(graph_tree(g)->root.total, 12000);
	assert_int_equal(graph_slowest(g)->n, 2);
	assert_int_equal(graph_slowest(g)->v[0].duration, 10000);
	assert_int_equal(graph_slowest(g)->v[0].record.n, 3);
	assert_int_equal(graph_slowest(g)->v[0].record.line, 1);
	graph_done(g);
}

/* Tasks are told apart by the switches between them, and come back where they were */
static void test_switches(void **state)
{
	(void)state;
	expect_folded(
		" 0)               |  a() {\n"
		" ------------------------------------------\n"
		" 0)   one-1     =>   two-2    \n"
		" ------------------------------------------\n"
		"\n"
		" 0)               |  b() {\n"
		" 1)               |  c() {\n"
		" ------------------------------------------\n"
		" 1)   two-3     =>   one-1    \n"
		" ------------------------------------------\n"
		"\n"
		" 1)   1.000 us    |    d();\n"
		" 1)   5.000 us    |  } /* a */\n"
		" 0)   7.000 us    |  } /* b */\n",
		"b 7000\na 4000\na;d 1000\n");
}

#define SWITCH(cpu, was, next)							\
	" ------------------------------------------\n"			\
	" " cpu ")   " was "     =>   " next "    \n"				\
	" ------------------------------------------\n\n"

/*
 * Each CPU's first switch names the task before it. It may be known from another CPU: what
 * it has open goes on, where it was seen here later and has nothing open there
 */
static void test_switches_of_known_tasks(void **state)
{
	static const struct {
		const char *trace;
		uint64_t timed;		/* calls of b */
		size_t tasks;
	} v[] = {
		{ " 0)   1.000 us    |  a();\n" SWITCH("0", "one-1", "two-2")
		  " 1)               |  b() {\n" SWITCH("1", "one-1", "two-2")
		  SWITCH("1", "two-2", "one-1")
		  " 1)   5.000 us    |  }\n", 1, 2 },
		/* the same in a trace that begins within calls */
		{ " 0)   1.000 us    |    } /* c */\n 0)   1.000 us    |  a();\n"
		  SWITCH("0", "one-1", "two-2")
		  " 1)   1.000 us    |    } /* c */\n 1)               |  b() {\n"
		  SWITCH("1", "one-1", "two-2") SWITCH("1", "two-2", "one-1")
		  " 1)   5.000 us    |  }\n", 1, 2 },
		/* nothing is open, and both are in one place of the table */
		{ " 1)   1.000 us    |  b();\n 0)   1.000 us    |  a();\n"
		  SWITCH("0", "one-1", "two-2") SWITCH("1", "one-1", "two-2")
		  "# tracer: function_graph\n 1)   1.000 us    |  d();\n", 1, 3 },
		{ " 1)   1.000 us    |  a();\n 0)   1.000 us    |  c();\n"
		  SWITCH("0", "one-1", "two-2") " 1)               |  b() {\n"
		  SWITCH("1", "one-1", "two-2")
		  "# tracer: function_graph\n 1)   1.000 us    |  d();\n", 0, 3 },
		/* it was on the other CPU meanwhile, and may have ended b there */
		{ " 1)               |  b() {\n"
		  " 0)   1.000 us    |  a();\n" SWITCH("0", "one-1", "two-2")
		  " 1)   1.000 us    |    c();\n"
		  SWITCH("1", "one-1", "two-2") SWITCH("1", "two-2", "one-1")
		  " 1)   5.000 us    |  }\n", 0, 3 },
		/* it has something open there */
		{ " 0)               |  a() {\n" SWITCH("0", "one-1", "two-2")
		  " 1)               |    b() {\n" SWITCH("1", "one-1", "two-2")
		  SWITCH("1", "two-2", "one-1")
		  " 1)   5.000 us    |    }\n", 0, 3 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct graph *g = graph_read(v[i].trace);

		assert_int_equal(graph_function(g, "b")->timed, v[i].timed);
		assert_int_equal(g->tasks.n, v[i].tasks);
		graph_done(g);
	}
}

/* An end without a beginning counts for its function, and isn't put above what is shown already */
static void test_begins_inside(void **state)
{
	struct graph *g = graph_read(
		" 0)   1.000 us    |      } /* c */\n"
		" 0)   2.000 us    |      d();\n"
		" 0)   9.000 us    |    } /* b */\n"
		" 0) + 19.000 us   |  } /* a */\n");
	FREE char *is = folded(g);

	(void)state;
	assert_string_equal(is, "d 2000\n");
	assert_int_equal(graph_function(g, "a")->calls, 1);
	assert_int_equal(graph_function(g, "a")->without_entry, 1);
	assert_int_equal(graph_function(g, "a")->selfed, 0);
	assert_int_equal(graph_function(g, "b")->total, 9000);
	assert_int_equal(graph_tree(g)->outside, 3);
	assert_int_equal(graph_tree(g)->root.total, 2000);
	graph_done(g);
}

static void test_ends_inside(void **state)
{
	struct graph *g = graph_read(
		" 0)               |  a() {\n"
		" 0)               |    b() {\n"
		" 0)   2.000 us    |      c();\n");
	FREE char *is = folded(g);

	(void)state;
	assert_string_equal(is, "a;b;c 2000\n");
	assert_int_equal(g->unfinished, 2);
	assert_int_equal(graph_function(g, "a")->timed, 0);
	assert_int_equal(graph_tree(g)->root.total, 2000);
	graph_done(g);
}

/* With a threshold only ends are recorded, inner ones first */
static void test_threshold(void **state)
{
	(void)state;
	expect_folded(
		" 0) ! 200.000 us  |      } /* c */\n"
		" 0) ! 300.000 us  |      } /* d */\n"
		" 0) ! 600.000 us  |    } /* b */\n"
		" 0) ! 150.000 us  |    } /* e */\n"
		" 0) # 1000.000 us |  } /* a */\n"
		" 0) # 2000.000 us |  } /* a */\n",
		"a 2250000\na;b 100000\na;b;d 300000\na;b;c 200000\na;e 150000\n");
}

/* What was lost may have ended a call and begun another: its own time isn't known */
static void test_lost(void **state)
{
	struct graph *g = graph_read(
		" 0)               |  a() {\n"
		" 0)   1.000 us    |    b();\n"
		"CPU:0 [LOST 12 EVENTS]\n"
		" 0) + 10.000 us   |  }\n"
		" 0)               |  a() {\n"
		" 0)               |    b() {\n"
		"CPU:0 [LOST EVENTS]\n"
		" 0)   3.000 us    |    } /* c */\n"
		" 0) + 10.000 us   |  }\n");

	(void)state;
	assert_int_equal(graph_function(g, "a")->total, 20000);
	assert_int_equal(graph_function(g, "a")->selfed, 0);
	assert_int_equal(graph_function(g, "b")->unfinished, 1);
	assert_int_equal(graph_function(g, "c")->without_entry, 1);
	assert_int_equal(graph_function(g, "a")->timed, 2);
	assert_int_equal(g->lost, 12);
	assert_int_equal(g->lost_marks, 2);
	graph_done(g);
}

/* What comes after a loss isn't put into what was open before it */
static void test_lost_caller(void **state)
{
	(void)state;
	expect_folded(
		" 0)               |  tx() {\n"
		" 0)   1.000 us    |    b();\n"
		"CPU:0 [LOST 12 EVENTS]\n"
		" 0)               |    c() {\n"
		" 0)   2.000 us    |      d();\n"
		" 0)   3.000 us    |    }\n"
		" 0) + 10.000 us   |  } /* rx */\n"
		" 0)   4.000 us    |  e();\n",
		"e 4000\nc 1000\nc;d 2000\ntx;b 1000\n");
	/* another CPU's tasks are where they were */
	expect_folded(
		" 0)               |  a() {\n"
		" 1)   1.000 us    |  c();\n"
		"CPU:1 [LOST 12 EVENTS]\n"
		" 0)   1.000 us    |    b();\n"
		" 0)   5.000 us    |  }\n",
		"a 4000\na;b 1000\nc 1000\n");
}

/* Where a task has gone to another CPU, what was lost there may have been its calls */
static void test_lost_on_the_way(void **state)
{
	static const char trace[] =
		" 0)  vhost-1-180   |               |    tun_recvmsg() {\n"
		" 0)  vhost-1-180   |               |      tun_do_read() {\n"
		"%s"
		" 1)  vhost-1-180   |   3.815 us    |    vhost_get_vq_desc();\n"
		" 1)  vhost-1-180   |   3.000 us    |    } /* tun_recvmsg */\n";
	static const struct {
		const char *lost;
		uint64_t calls;
	} v[] = {
		{ "", 1 },
		{ "CPU:2 [LOST 112 EVENTS]\n", 1 },
		{ "CPU:1 [LOST 112 EVENTS]\n", 2 },
		{ "CPU:0 [LOST 112 EVENTS]\n", 2 },
	};
	char text[sizeof(trace) + 64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(v); i++) {
		struct graph *g;

		snprintf(text, sizeof(text), trace, v[i].lost);
		g = graph_read(text);
		assert_int_equal(graph_function(g, "tun_recvmsg")->calls, v[i].calls);
		graph_done(g);
	}
}

/* A line in an odd column is not put into what was open before the loss */
static void test_lost_and_shifted(void **state)
{
	static const char trace[] =
		" 0)  vhost-9-1     |   9.000 us    |    outer();\n"
		" 0)  vhost-1-180   |               |    alpha() {\n"
		" 0)  vhost-1-180   |               |      beta() {\n"
		"CPU:1 [LOST 112 EVENTS]\n"
		" 1)  vhost-1-180   |               |   gamma() {\n"
		" 1)  vhost-1-180   |   1.000 us    |      delta();\n"
		" 1)  vhost-1-180   |   3.000 us    |    }\n";

	(void)state;
	expect_folded(trace, "outer 9000\ngamma 2000\ngamma;delta 1000\n");
}

/*
 * Behind lost events trace-cmd's ends may be anybody's, where the kernel would say that they are
 * another's
 */
static void test_lost_trace_cmd(void **state)
{
	struct graph *g = graph_read(
		" a-1 [000] 1.000001: funcgraph_entry:                   |  a() {\n"
		" a-1 [000] 1.000002: funcgraph_entry:        0.911 us   |    b();\n"
		" a-1 [000] 1.000003: funcgraph_entry:                   |    b() {\n"
		"CPU:0 [12 EVENTS DROPPED]\n"
		" a-1 [000] 1.000009: funcgraph_exit:         2.935 us   |    }\n"
		" a-1 [000] 1.000010: funcgraph_exit:         9.000 us   |  } /* a */\n");

	(void)state;
	assert_int_equal(graph_function(g, "b")->calls, 2);
	assert_int_equal(graph_function(g, "b")->timed, 1);
	assert_int_equal(graph_function(g, "b")->max, 911);
	assert_int_equal(g->unnamed_returns, 1);
	assert_int_equal(graph_function(g, "a")->total, 9000);
	graph_done(g);
}

/*
 * An interrupt between a call's last instruction and its end stands where the call stands, and
 * isn't called by it
 */
static void test_about_to_return(void **state)
{
	struct graph *g = graph_read(
		" 0)               |  a() {\n"
		" 0)               |    b() {\n"
		" 0)               |    irq() {\n"
		" 0)   1.000 us    |      c();\n"
		" 0)   2.000 us    |    }\n"
		" 0)   3.000 us    |    d();\n"
		" 0)   0.500 us    |    } /* b */\n"
		" 0)   0.700 us    |    b();\n"
		" 0)   9.200 us    |  }\n");
	FREE char *is = folded(g);

	(void)state;
	assert_int_equal(graph_function(g, "b")->calls, 2);
	assert_int_equal(graph_function(g, "b")->timed, 2);
	assert_int_equal(graph_function(g, "b")->total, 1200);
	assert_int_equal(graph_function(g, "b")->without_entry + graph_function(g, "b")->unfinished,
			 0);
	assert_int_equal(graph_function(g, "a")->self, 9200 - 2000 - 3000 - 1200);
	assert_string_equal(is, "a 3000\na;d 3000\na;irq 1000\na;irq;c 1000\na;b 1200\n");
	graph_done(g);
	/* trace-cmd doesn't say whose end it is; one interrupt in another */
	g = graph_read(
		" 0)               |  a() {\n"
		" 0)               |  irq() {\n"
		" 0)               |  nmi() {\n"
		" 0)   3.000 us    |  }\n"
		" 0)   2.000 us    |  }\n"
		" 0) + 11.000 us   |  }\n"
		" 0)   4.000 us    |  }\n");
	assert_int_equal(graph_function(g, "nmi")->total, 3000);
	assert_int_equal(graph_function(g, "irq")->total, 2000);
	assert_int_equal(graph_function(g, "a")->total, 11000);
	assert_int_equal(g->unnamed_returns, 1);
	assert_int_equal(graph_slowest(g)->v[0].duration, 11000);
	assert_int_equal(graph_slowest(g)->v[0].record.line, 1);
	graph_done(g);
	/* without ends they don't pile up */
	g = graph_read(
		" 0)               |  a() {\n 0)               |  a() {\n 0)               |  a() {\n 0)               |  a() {\n"
		" 0)               |  a() {\n 0)               |  a() {\n 0)               |  a() {\n 0)               |  a() {\n"
		" 0)               |  a() {\n 0)               |  a() {\n 0)               |  a() {\n 0)               |  b() {\n"
		" 0)   4.000 us    |  } /* b */\n 0)   4.000 us    |  } /* c */\n");
	assert_int_equal(graph_function(g, "a")->calls, 11);
	assert_int_equal(graph_function(g, "a")->unfinished, 11);
	assert_int_equal(graph_function(g, "b")->timed, 1);
	assert_int_equal(graph_function(g, "c")->without_entry, 1);
	graph_done(g);
}

static void expect_own_times(const struct graph *g)
{
	for (size_t i = 0; i < g->functions.n; i++) {
		const struct function *f = g->functions.v[i];
		uint64_t selfed = 0;
		int64_t self = 0;

		for (struct node *n = graph_tree(g)->root.first; n; n = tree_next(&graph_tree(g)->root, n)) {
			self += n->function == f ? n->self : 0;
			selfed += n->function == f ? n->selfed : 0;
		}
		assert_int_equal(self, f->self);
		assert_int_equal(selfed, f->selfed);
	}
}

/* A function has the same own time in the table and in the tree */
static void test_own_times(void **state)
{
	static const char *const texts[] = {
		" 0)   5.000 us    |    } /* b */\n 0)               |    b() {\n 0)   1.000 us    |      c();\n 0)   3.000 us    |    }\n",
		" 0)               |  a() {\n 0)               |    b() {\n 0)   1.000 us    |      c();\n 0)   9.000 us    |  } /* a */\n",
		" 0)               |  a() {\n 0)   1.000 us    |    } /* b */\n 0)   9.000 us    |  }\n",
		" 0) ! 200.000 us  |      } /* c */\n 0) ! 600.000 us  |    } /* b */\n",
		" 0)               |  a() {\n 0)   1.000 us    |    b();\n 0)   1.000 us    |    cu\n 0)   9.000 us    |  }\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct graph *g = graph_read(texts[i]);

		expect_own_times(g);
		graph_done(g);
	}
	/* what can't be read may have been called */
	struct graph *g = graph_read(texts[4]);

	assert_int_equal(graph_function(g, "a")->timed, 1);
	assert_int_equal(graph_function(g, "a")->selfed, 0);
	assert_int_equal(graph_tree(g)->root.total, 9000);
	graph_done(g);
}

/*
 * A program that wraps lines: its rests are no functions, and columns that were lost don't make
 * callers of callees
 */
static void test_wrapped(void **state)
{
	struct graph *g = graph_read(
		"13378.411863 |     0)               |  get_rate() {\n"
		"13378.411863 |     0)               |    get_driver_rate_of\n"
		"[cppc_cpufreq]() {\n"
		"13378.411864 |     0)   0.500 us    |      put();\n"
		"13378.411864 |     0)               |    get() {\n"
		"13378.411865 |     0)               | lock() {\n"
		"13378.411865 |     0)   0.680 us    | count();\n"
		"13378.411867 |     0)   2.020 us    | }\n"
		"13378.411868 |     0)   5.160 us    |    }\n"
		"13378.411868 |     0)   9.160 us    |  }\n");

	(void)state;
	assert_int_equal(g->unusable[UNUSABLE_TRUNCATED], 1);
	assert_int_equal(g->unusable[UNUSABLE_WRAPPED], 1);
	assert_int_equal(g->shifted, 3);
	assert_int_equal(g->functions.n, 5);
	assert_int_equal(graph_function(g, "count")->total, 680);
	assert_int_equal(graph_function(g, "lock")->self, 1340);
	assert_int_equal(graph_function(g, "get")->self, 3140);
	assert_int_equal(g->unfinished, 0);
	graph_done(g);
}

/*
 * Host and guest in one report of trace-cmd: a number of a CPU or of a process means another in
 * each
 */
static void test_sources(void **state)
{
	struct graph *g = graph_read(
		"       host.dat: CPU:0 [3 EVENTS DROPPED]\n"
		"        vhost-100-200  [000]  10.000000: funcgraph_entry:                   |  a() {\n"
		"      guest.dat:       kworker/0:1-200 [000]  10.000002: funcgraph_entry:                   |  b() {\n"
		"       host.dat:        vhost-100-200  [000]  10.000003: funcgraph_exit:         2.000 us   |  }\n"
		"      guest.dat:       kworker/0:1-200 [000]  10.000004: funcgraph_exit:         3.000 us   |  }\n");

	(void)state;
	assert_int_equal(g->tasks.n, 2);
	assert_int_equal(g->n_sources, 3);
	assert_string_equal(g->tasks.v[0]->name, "vhost-100-200");
	assert_int_equal(g->tasks.v[0]->busy, 2000);
	assert_int_equal(g->tasks.v[1]->busy, 3000);
	assert_int_equal(g->sources[1].cpus[1].lost, 3);
	assert_int_equal(g->sources[1].cpus[1].busy, 2000);
	assert_int_equal(g->sources[2].cpus[1].busy, 3000);
	assert_int_equal(g->unfinished, 0);
	graph_done(g);
}

/* Lines whose numbers are missing: nobody knows what was in them */
static void test_numbered(void **state)
{
	struct graph *g = graph_read(
		"7: 0)               |  a() {\n"
		"8: 0)   1.000 us    |    b();\n"
		"12: 0)   9.000 us    |  }\n"
		"13: 0)   1.000 us    |  c();\n");

	(void)state;
	assert_int_equal(g->gaps, 1);
	assert_int_equal(g->disguised[DISGUISE_NUMBER], 4);
	assert_int_equal(graph_function(g, "a")->selfed, 0);
	assert_int_equal(graph_function(g, "c")->selfed, 1);
	graph_done(g);
}

/* Text of a mail, with code in it, is no graph */
static void test_no_graph(void **state)
{
	struct graph *g = graph_read("> if (x) {\n>   foo();\n> }\n> bar();\n");

	(void)state;
	assert_int_equal(g->functions.n, 0);
	assert_int_equal(g->kinds[LINE_CALL], 0);
	graph_done(g);
}

/* Both ways round, cut at any byte, with letters of each length */
static void test_utf16(void **state)
{
	static const char utf8[] =
		" 0)   1.000 us    |  a();\n# \xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\n";
	static const char units[] = "\xe9\x00\xac\x20\x3d\xd8\x00\xde\n";
	char little[2 * sizeof(utf8)], big[2 * sizeof(utf8)];
	size_t len = 0;

	(void)state;
	for (const char *at = utf8; (unsigned char)*at < 0x80; at++, len += 2) {
		little[len] = *at;
		little[len + 1] = 0;
	}
	memcpy(little + len, units, 8);
	memcpy(little + len + 8, "\n", 2);
	len += 10;
	for (size_t i = 0; i < len; i++)
		big[i] = little[i ^ 1];
	for (size_t piece = 1; piece < 9; piece++) {
		for (int i = 0; i < 2; i++) {
			struct graph *g = graph_read("");

			graph_free(g);
			assert_int_equal(graph_init(g, &(struct graph_options){ .cpu = -1 }), 0);
			for (size_t at = 0; at < len; at += piece)
				assert_int_equal(graph_add(g, (i ? big : little) + at,
							    len - at < piece ? len - at : piece),
						 0);
			assert_int_equal(graph_end(g), 0);
			assert_int_equal(g->lines, 2);
			assert_int_equal(g->kinds[LINE_HEADER], 1);
			assert_int_equal(graph_function(g, "a")->total, 1000);
			graph_done(g);
		}
	}
}

static void test_encoding(void **state)
{
	static const unsigned char in[] = { 0xff, 0xfe, 0xe9, 0,    0xac, 0x20, 0x3d, 0xd8,
					    0,	  0xde, 0x3d, 0xd8, 'x',  0,	0,    0xdc };
	struct encoding e = { 0 };
	char out[ENCODING_PIECE], all[64];
	size_t used, n = 0;

	(void)state;
	for (size_t at = 0; at < sizeof(in); at++) {
		size_t got = encoding_convert(&e, (const char *)in + at, 1, false, out, &used);

		assert_int_equal(used, 1);
		memcpy(all + n, out, got);
		n += got;
	}
	all[n] = '\0';
	assert_string_equal(all, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbdx\xef\xbf\xbd");
}

static void test_clean(void **state)
{
	static const struct {
		const char *text, *clean, *straight;
	} rows[] = {
		{ "plain", "plain", "plain" }, { "\033[01;31m\033[Kx\033[m", "x", "x" },
		  { "\033]0;title\ax", "x", "x" },
		{ "\033]8;;u\033\\x", "x", "x" }, { "\033(Bx", "x", "x" }, { "x\033", "x", "x" },
		  { "x\033[", "x", "x" },
		{ "a\xc2\xa0" "b\xe2\x80\x8b" "c\xef\xbb\xbf", "a bc", "a bc" }, { "\xec\x9d\xb4",
		  "\xec\x9d\xb4", "\xec\x9d\xb4" },
		{ "a\tb", "a\tb", "a       b" }, { "\t\tb", "\t\tb", "                b" },
		  { "\xec\x9d\xb4\tb", "\xec\x9d\xb4\tb", "\xec\x9d\xb4       b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char clean[64], straight[64], *end;

		assert_int_equal(clean_needed(rows[i].text, strlen(rows[i].text)), i > 0);
		end = clean_text(rows[i].text, rows[i].text + strlen(rows[i].text), clean);
		*end = '\0';
		assert_string_equal(clean, rows[i].clean);
		end = clean_tabs(clean, end, 8, straight, sizeof(straight) - 1);
		*end = '\0';
		assert_string_equal(straight, rows[i].straight);
	}
	for (size_t at = 0; at < 40; at++) {
		char text[41];

		memset(text, 'x', sizeof(text));
		text[at] = at % 2 ? '\x80' : '\t';
		assert_true(clean_needed(text, 40));
		text[at] = at % 2 ? '\n' : ' ';
		assert_false(clean_needed(text, 40));
	}
	{
		static const char tab[] = "\t";
		char seven[7];

		assert_null(clean_tabs(tab, tab + 1, 8, seven, sizeof(seven)));
	}
}

/* From a web page or a chat: only braces are left */
static void test_no_indentation(void **state)
{
	(void)state;
	expect_folded(
		"0) | a() {\n"
		"0) | b() {\n"
		"0) 1.000 us | c();\n"
		"0) 3.000 us | }\n"
		"0) 1.000 us | c();\n"
		"0) 9.000 us | }\n",
		"a 5000\na;b 2000\na;b;c 1000\na;c 1000\n");
}

static void test_plain(void **state)
{
	struct graph *g = graph_read(
		"# tracer: function_graph\n#\na() {\n  b();\n  c() {\n    b();\n  }\n}\n");
	FREE char *is = folded(g);

	(void)state;
	assert_string_equal(is, "a 1\na;c 1\na;c;b 1\na;b 1\n");
	assert_false(g->durations);
	assert_int_equal(graph_function(g, "b")->calls, 2);
	assert_int_equal(graph_function(g, "b")->timed, 0);
	graph_done(g);
}

/* Several files in one, of different layouts: the second begins anew */
static void test_catenated(void **state)
{
	struct graph *g = graph_read(
		"# tracer: function_graph\n"
		" 0)               |  a() {\n"
		" 0)   1.000 us    |    b();\n"
		"# tracer: function_graph\n"
		"   46.613158 |   vhost-1-187   |     c();\n"
		"   46.613159 |   vhost-1-187   |   } /* d */\n");

	(void)state;
	assert_int_equal(g->unfinished, 1);
	assert_int_equal(graph_function(g, "c")->calls, 1);
	assert_int_equal(graph_function(g, "d")->without_entry, 1);
	assert_int_equal(g->kinds[LINE_CALL], 4);
	assert_int_equal(g->first, 46613158000);
	graph_done(g);
}

static const char tasks_text[] =
	" 0)  one-1         |               |  a() {\n"
	" 1)  two-2         |   2.000 us    |  c();\n"
	" 0)  one-1         |   1.000 us    |    b();\n"
	" 0)  one-1         | + 10.000 us   |  }\n";

static void test_wishes(void **state)
{
	struct graph *g =
		graph_read_as(tasks_text, &(struct graph_options){ .cpu = -1, .function = "b" });
	FREE char *only_b = folded(g);

	(void)state;
	assert_string_equal(only_b, "b 1000\n");
	assert_int_equal(g->outermost, 1);
	graph_done(g);
	for (size_t i = 0; i < 4; i++) {
		static const char *const names[] = { "two-*", "two", "2", "*-2" };

		g = graph_read_as(tasks_text,
				  &(struct graph_options){ .cpu = -1, .task = names[i] });
		FREE char *only_two = folded(g);

		assert_string_equal(only_two, "c 2000\n");
		assert_int_equal(g->left_out, 3);
		graph_done(g);
	}
	g = graph_read_as(tasks_text, &(struct graph_options){ .cpu = 0 });
	FREE char *only_0 = folded(g);

	assert_string_equal(only_0, "a 9000\na;b 1000\n");
	graph_done(g);
}

/* Cut at any byte, at the front or the end: nothing breaks and no line is forgotten */
static void test_cut(void **state)
{
	const size_t len = strlen(tasks_text);

	(void)state;
	for (size_t at = 0; at < len; at++) {
		FREE char *front = strndup(tasks_text, at);
		struct graph *ends[] = { graph_read(front), graph_read(tasks_text + at) };

		for (size_t i = 0; i < 2; i++) {
			uint64_t sum = 0;

			for (size_t k = 0; k < LINE_KINDS; k++)
				sum += ends[i]->kinds[k];
			assert_int_equal(sum, ends[i]->lines);
			assert_true(ends[i]->kinds[LINE_UNUSABLE] <= 1);
			graph_done(ends[i]);
		}
	}
}

static void test_pieces(void **state)
{
	struct graph *whole = graph_read(tasks_text);
	FREE char *wanted = folded(whole);

	(void)state;
	for (size_t piece = 1; piece < sizeof(tasks_text); piece++) {
		struct graph *g = graph_read("");

		graph_free(g);
		assert_int_equal(graph_init(g, &(struct graph_options){ .cpu = -1 }), 0);
		for (size_t at = 0, n; at < sizeof(tasks_text) - 1; at += n) {
			n = sizeof(tasks_text) - 1 - at < piece ? sizeof(tasks_text) - 1 - at :
								  piece;
			assert_int_equal(graph_add(g, tasks_text + at, n), 0);
		}
		assert_int_equal(graph_end(g), 0);
		FREE char *is = folded(g);

		assert_string_equal(is, wanted);
		graph_done(g);
	}
	graph_done(whole);
}

static void test_long_line(void **state)
{
	FREE char *text = malloc(GRAPH_LINE_MAX + 100);
	struct graph *g;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', GRAPH_LINE_MAX + 10);
	strcpy(text + GRAPH_LINE_MAX + 10, "\n 0)   1.000 us    |  a();\n");
	g = graph_read(text);
	assert_int_equal(g->unusable[UNUSABLE_LONG], 1);
	assert_int_equal(g->kinds[LINE_CALL], 1);
	assert_int_equal(g->lines, 2);
	graph_done(g);
}

/* Hundreds of functions in each other, and a name that no function has */
static void test_depth_and_names(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	struct graph *g;

	(void)state;
	for (int i = 0; i < 500; i++)
		fprintf(f, " 0)               |%*sf%d() {\n", 2 + 2 * i, "", i);
	for (int i = 499; i >= 0; i--)
		fprintf(f, " 0)   %d.000 us    |%*s}\n", 500 - i, 2 + 2 * i, "");
	fputs(" 0)   1.000 us    |  what is this();\n", f);
	fclose(f);
	g = graph_read(text);
	free(text);
	assert_int_equal(g->functions.n, 500);
	assert_int_equal(graph_function(g, "f0")->self, 1000);
	assert_int_equal(g->busy, 500000);
	assert_int_equal(g->unfinished, 0);
	assert_int_equal(g->unusable[UNUSABLE_TEXT], 1);
	graph_done(g);
}

/* More calls than a record holds: the long ones are kept, and their callers */
static void test_record_is_pruned(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	const struct record *r;
	struct graph *g;
	unsigned int longs = 0;

	(void)state;
	fputs(" 0)               |  a() {\n", f);
	for (int i = 0; i < 5000; i++) {
		fputs(" 0)               |    b() {\n", f);
		fprintf(f, " 0)   %d.000 us    |      c();\n", i % 500 ? 1 : 400);
		fprintf(f, " 0)   %d.000 us    |    }\n", i % 500 ? 2 : 401);
	}
	fputs(" 0) # 90000.00 us |  }\n", f);
	fclose(f);
	g = graph_read(text);
	free(text);
	assert_int_equal(graph_slowest(g)->n, 1);
	r = &graph_slowest(g)->v[0].record;
	assert_true(r->n <= RECORD_MAX);
	assert_int_equal(r->n + r->omitted, 10001);
	assert_int_equal(r->v[0].duration, 90000000);
	for (uint32_t i = 0; i < r->n; i++)
		longs += r->v[i].duration >= 400000 && r->v[i].level == 2;
	assert_int_equal(longs, 10);
	graph_done(g);
}

/* Distributions */

static void test_histogram(void **state)
{
	struct histogram_pieces p = { 0 };
	struct histogram h = { 0 }, ends = { 0 }, late = { 0 };

	(void)state;
	assert_int_equal(histogram_percentile(&h, &p, 0.5), UNKNOWN);
	for (uint64_t i = 1; i <= 1000000; i += 7)
		assert_true(histogram_add(&h, i, &p));
	for (int i = 1; i < 1000; i++) {
		double share = i / 1000.0, right = share * 1000000,
		       is = (double)histogram_percentile(&h, &p, share);

		if (is < right * (1 - HISTOGRAM_ERROR) - 7 ||
		    is > right * (1 + HISTOGRAM_ERROR) + 7)
			fail_msg("%g: %g instead of %g", share, is, right);
	}
	/* the ends of the scale, and no room for more */
	assert_true(histogram_add(&ends, 0, &p) && histogram_add(&ends, INT64_MAX, &p));
	assert_int_equal(histogram_percentile(&ends, &p, 0.5), 0);
	assert_true(histogram_percentile(&ends, &p, 1) > INT64_MAX - INT64_MAX / 64);
	for (int i = 0; i < 70000; i++)
		late = (struct histogram){ 0 }, (void)histogram_add(&late, 1000, &p);
	assert_false(histogram_add(&(struct histogram){ 0 }, 1000, &p));
	assert_true(histogram_add(&ends, 0, &p));
	free(p.v);
}

static void test_timeline(void **state)
{
	struct timeline r = { 0 };
	const int64_t s = 1000000000;
	uint64_t calls = 0;

	(void)state;
	assert_int_equal(timeline_used(&r), 0);
	/* forward by a second, then back to the beginning */
	for (int64_t t = 100 * s; t < 101 * s; t += s / 1000)
		timeline_add(&r, t, &(struct timeline_slot){ .calls = 1 });
	for (int64_t t = 0; t < 100 * s; t += s)
		timeline_add(&r, t, &(struct timeline_slot){ .calls = 1 });
	for (size_t i = 0; i < TIMELINE_SLOTS; i++)
		calls += r.slots[i].calls;
	assert_int_equal(calls, 1100);
	assert_true(r.start <= 0 && r.start + TIMELINE_SLOTS * r.width >= 101 * s);
	assert_true(timeline_used(&r) <= TIMELINE_SLOTS);
}

static void test_diff(void **state)
{
	struct graph *a = graph_read(
		" 0)   1.000 us    |  same();\n 0)   1.000 us    |  slower();\n 0)   1.000 us    |  gone();\n"
		" 0)   5.000 us    |  faster();\n");
	struct graph *b = graph_read(
		" 0)   1.000 us    |  same();\n 0)   3.000 us    |  slower();\n 0)   3.000 us    |  slower();\n"
		" 0)   1.000 us    |  new();\n 0)   4.000 us    |  faster();\n");
	FREE struct change *v = NULL;
	size_t n;

	(void)state;
	assert_int_equal(graph_diff(a, b, &v, &n), 0);
	assert_int_equal(n, 5);
	assert_string_equal(v[0].a->name, "slower");
	assert_true(v[0].weight == 4000 && v[0].average == 2000);
	assert_string_equal(v[4].a->name, "faster");
	assert_true(v[4].weight == -1000);
	for (size_t i = 1; i < 4; i++)
		assert_true(v[i].weight == 0);
	graph_done(a);
	graph_done(b);
}

/* What stands in a trace can't break out of the picture */
static void test_flamegraph(void **state)
{
	struct graph *g = graph_read(" 0)   1.000 us    |  <script>&bad();\n");
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(graph_flamegraph(g, "]]></script><b>\x1b[31m", f), 0);
	fclose(f);
	assert_null(strstr(text, "<b>"));
	assert_null(strstr(text, "<script>&"));
	assert_null(strchr(text, '\x1b'));
	assert_non_null(strstr(text, "data-n=\"&lt;script&gt;&amp;bad\""));
	free(text);
	graph_done(g);
	g = graph_read("");
	f = open_memstream(&text, &size);
	assert_true(graph_flamegraph(g, "", f) < 0);
	fclose(f);
	free(text);
	graph_done(g);
}

/* The sums of its slots are those of the trace, also of a call that ends after all beginnings */
static void test_timeline_of_trace(void **state)
{
	struct graph *g = graph_read(
		" 1.000000 |   0)               |  a() {\n"
		" 1.000001 |   0)   1.000 us    |    b();\n"
		" 1.000002 |   0)   1.000 us    |    } /* c */\n"
		" 1.000003 |   0)   4.000 us    |  }\n"
		" 1.000004 |   0)   2.000 us    |  b();\n"
		" 1.500000 |   0)               |  a() {\n"
		" 2.500000 |   0) $ 1000000 us  |  }\n");
	const struct timeline *r = graph_timeline(g);
	struct timeline_slot all = { 0 };

	(void)state;
	for (size_t i = 0; i < timeline_used(r); i++) {
		all.calls += r->slots[i].calls;
		all.outermost += r->slots[i].outermost;
		all.ended += r->slots[i].ended;
		all.duration += r->slots[i].duration;
	}
	assert_int_equal(all.calls, 5);
	assert_int_equal(all.outermost, g->outermost);
	assert_int_equal(all.outermost, 3);
	assert_int_equal(all.ended, 3);
	assert_int_equal(all.duration, g->busy);
	graph_done(g);
}

/* What a call had called when events were lost is not the next call's */
static void test_lost_in_record(void **state)
{
	struct graph *g = graph_read(
		" 0)               |  a() {\n"
		" 0)   1.000 us    |    b();\n"
		"CPU:0 [LOST 5 EVENTS]\n"
		" 0)               |  c() {\n"
		" 0)   1.000 us    |    d();\n"
		" 0)   5.000 us    |  }\n"
		" 0)   7.000 us    |  d();\n");

	(void)state;
	assert_int_equal(graph_slowest(g)->n, 2);
	assert_int_equal(graph_slowest(g)->v[0].duration, 7000);
	assert_int_equal(graph_slowest(g)->v[1].record.n, 2);
	assert_string_equal(graph_slowest(g)->v[1].record.v[0].function->name, "c");
	graph_done(g);
}

static void test_lost_ends(void **state)
{
	struct graph *g = graph_read(
		" 0) ! 600.000 us  |    } /* b */\n"
		"CPU:0 [LOST 5 EVENTS]\n"
		" 0) # 1000.000 us |  } /* a */\n");

	(void)state;
	assert_int_equal(g->outermost, 2);
	assert_int_equal(graph_tree(g)->root.total, 1600000);
	graph_done(g);
}

/* However many tasks there were, the slowest call is one of the last one's */
static void test_slowest_of_many_tasks(void **state)
{
	const size_t size = 64 * 20000;
	FREE char *text = malloc(size);
	size_t len = 0;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < 15000; i++)
		len += snprintf(text + len, size - len, " 0)  job-%d  |   1.000 us    |  x();\n",
				1000 + i);
	snprintf(text + len, size - len, " 0)  vhost-99  | ! 300.000 us  |  slow();\n");

	struct graph *g = graph_read(text);

	assert_string_equal(graph_slowest(g)->v[0].record.v[0].function->name, "slow");
	graph_done(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_switches),
		cmocka_unit_test(test_switches_of_known_tasks),
		cmocka_unit_test(test_begins_inside),
		cmocka_unit_test(test_ends_inside),
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_lost_caller),
		cmocka_unit_test(test_lost_on_the_way),
		cmocka_unit_test(test_lost_and_shifted),
		cmocka_unit_test(test_lost_trace_cmd),
		cmocka_unit_test(test_about_to_return),
		cmocka_unit_test(test_own_times),
		cmocka_unit_test(test_wrapped),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_numbered),
		cmocka_unit_test(test_no_graph),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_encoding),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_no_indentation),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_catenated),
		cmocka_unit_test(test_wishes),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_depth_and_names),
		cmocka_unit_test(test_record_is_pruned),
		cmocka_unit_test(test_histogram),
		cmocka_unit_test(test_timeline),
		cmocka_unit_test(test_timeline_of_trace),
		cmocka_unit_test(test_lost_in_record),
		cmocka_unit_test(test_lost_ends),
		cmocka_unit_test(test_slowest_of_many_tasks),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_flamegraph),
	};

	return cmocka_run_group_tests_name("unit/graph", tests, NULL, NULL);
}
