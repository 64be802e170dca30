/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'report': what is asked for, what is read, how it is shown */
#ifndef VERB_REPORT_H
#define VERB_REPORT_H

#include "base/base.h"
#include "callgraph/callgraph.h"
#include "print/writer.h"

struct report_options {
	const struct writer *format;	/* of report_writers */
	const char *flamegraph;		/* a file's name, or NULL */
	bool diff, timeline;
	uint64_t top;			/* functions; 0: all */
	uint64_t depth;			/* of the tree; 0: all */
	double share;			/* per cent, below which the tree says nothing */
	int sort;			/* an enum function_sort; -1: the best that there is */
	struct graph_options graph;
};

struct report {
	const struct report_options *options;
	struct graph *graph;
	char *const *files;
	size_t n_files;
};

/* As asked for, else by the functions' own time */
static inline enum function_sort report_sort(const struct report *r)
{
	return r->options->sort >= 0 ? (enum function_sort)r->options->sort : BY_SELF;
}

/* read.c */

/* Reads @files into @g; a message and -errno when one can't be read */
int report_read(struct graph *g, char *const *files, size_t n);
/* A message and -ENODATA when no graph was found */
int report_check(const struct report *r);
/* "a.txt", "a.txt and 2 more"; the caller frees it */
char *report_name(char *const *files, size_t n);

/* Answers: a struct report; and, of --diff, a struct diff (diff.h) */
extern const struct writers report_writers, diff_writers;

/* calls.c: the parts of text that show calls within calls */
void report_tree(const struct report *r, FILE *f);
void report_slowest(const struct report *r, FILE *f);

/* A percentile of @f; UNKNOWN where not all of its durations are kept */
int64_t report_percentile(const struct graph *g, const struct function *f, double share);
int64_t report_average(const struct function *f);
/* Somewhere the trace doesn't say how many events were lost */
bool report_lost_unknown(const struct graph *g);

#endif
