/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * callgraph: text of ftrace's function_graph tracer, read and understood. The reader takes
 * it in pieces cut anywhere and keeps what grows with functions, call paths, tasks and
 * depth, never with the length of the text. The room uses base only, opens nothing
 * and prints only to a stream that it is given.
 *
 * graph_init(), graph_add(), graph_end(), and the results: functions.h, tree.h, slowest.h,
 * timeline.h, tasks.h, and what is made of them below. sinks.h is for a further one.
 */
#ifndef CALLGRAPH_H
#define CALLGRAPH_H

#include <stdio.h>

#include "callgraph/functions.h"
#include "callgraph/line.h"
#include "callgraph/reading.h"
#include "callgraph/sinks.h"
#include "callgraph/tasks.h"

/* What is to be read of a trace */
struct graph_options {
	const char *function;		/* globs; NULL: all */
	const char *task;
	int64_t cpu;			/* -1: all */
	int64_t slowest;		/* how many */
};

#define GRAPH_SAMPLE 80

struct graph {
	struct graph_options options;
	struct reading reading;
	struct functions functions;
	struct tasks tasks;
	struct call_sinks sinks;
	struct graph_source sources[GRAPH_SOURCES];
	unsigned int n_sources;
	/* the source of events that were lost: trace-cmd leaves it out of the next line */
	unsigned int after_lost;

	uint64_t bytes, lines;		/* the lines are the sum of kinds */
	uint64_t kinds[LINE_KINDS];
	uint64_t unusable[UNUSABLE_KINDS];
	uint64_t unusable_line[UNUSABLE_KINDS];	/* the first of them */
	char unusable_text[UNUSABLE_KINDS][GRAPH_SAMPLE];
	/* lines with something before them that isn't the trace's */
	uint64_t disguised[DISGUISE_KINDS];
	uint64_t gaps;			/* places where numbers of lines are missing */
	uint64_t shifted;		/* calls in a column where the kernel has none */
	bool collapsed;			/* this trace's header has single blanks: so have columns */
	bool ticks;			/* times of a clock that has no unit */
	bool both;			/* '-' and '+' before lines, and no diff's headers */
	uint64_t left_out;		/* lines of LINE_CALL that were not asked for */
	uint64_t lost_marks;
	int64_t lost;			/* events */
	uint64_t unfinished;		/* calls that were not seen to end */
	uint64_t unnamed_returns;	/* of unknown calls */
	bool returns_only;		/* some of the outermost calls were only seen to end */
	/* there are beginnings in this part of the trace, not ends alone */
	bool begins;
	uint64_t outermost;		/* calls whose caller isn't in the trace */
	uint64_t ended;			/* of them */
	int64_t busy;			/* in those that ended */
	int64_t first, last;		/* times, or UNKNOWN */
	bool durations;			/* there was one */
	int32_t min_column, max_column;
	/* of a line with a bar in this part of the trace; -1: none yet */
	int32_t first_column;
};

/* -ENOMEM; -E2BIG: more call sinks are linked than there is room for */
int graph_init(struct graph *g, const struct graph_options *options);
/* The next piece of the text, cut anywhere. -ENOMEM */
int graph_add(struct graph *g, const char *data, size_t len);
/* A file ends: the next one may be laid out differently */
int graph_file_end(struct graph *g);
/* All has been read */
int graph_end(struct graph *g);
void graph_free(struct graph *g);

/* What is made of it */

enum function_sort { BY_SELF, BY_TOTAL, BY_CALLS, BY_AVERAGE, BY_MAX, BY_NAME };
/* Those that were called, sorted (sort.c); the caller frees *@v, not what it points to */
int graph_functions(const struct graph *g, enum function_sort sort, struct function ***v,
		    size_t *n);

/* A function in two traces (diff.c) */
struct change {
	const struct function *a, *b;	/* NULL: not in that trace */
	double average;			/* b's - a's; 0 unless both have one */
	double weight;			/* what that makes in b's calls: by which they are sorted */
};

/* Most slowed down first, most sped up last; the caller frees *@v */
int graph_diff(const struct graph *a, const struct graph *b, struct change **v, size_t *n);

/*
 * "caller;callee NANOSECONDS" lines, as flame graphs are made of (folded.c); calls where no time is
 * known
 */
int graph_folded(const struct graph *g, FILE *f);
/* A self-contained SVG (flamegraph.c) */
int graph_flamegraph(const struct graph *g, const char *title, FILE *f);

#endif
