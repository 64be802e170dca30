// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of functions for other programs: times in nanoseconds, empty where nothing is known. */
#include "cmd/report/report.h"

#include <errno.h>

#include "callgraph/callgraph.h"
#include "print/csv.h"
#include "print/writer.h"

static void put_function(const struct graph *g, const struct function *fn, FILE *f)
{
	csv_text(fn->name, f);
	csv_number((int64_t)fn->calls, f);
	csv_number((int64_t)fn->timed, f);
	csv_number((int64_t)fn->unfinished, f);
	csv_number((int64_t)fn->without_entry, f);
	csv_number(fn->timed ? fn->total : UNKNOWN, f);
	csv_number(fn->selfed ? fn->self : UNKNOWN, f);
	csv_number(fn->timed ? fn->min : UNKNOWN, f);
	csv_number(report_average(fn), f);
	csv_number(report_percentile(g, fn, 0.5), f);
	csv_number(report_percentile(g, fn, 0.9), f);
	csv_number(report_percentile(g, fn, 0.99), f);
	csv_number(report_percentile(g, fn, 0.999), f);
	csv_number(fn->timed ? fn->max : UNKNOWN, f);
	fputc('\n', f);
}

static int write_csv(const void *answer, const struct out_style *s, FILE *f)
{
	const struct report *r = answer;
	FREE struct function **v = NULL;
	size_t n;
	int ret = graph_functions(r->graph, report_sort(r), &v, &n);

	(void)s;
	if (ret)
		return ret;
	if (r->options->top && r->options->top < n)
		n = r->options->top;
	fputs("function,calls,timed,unfinished,without_entry,total_ns,self_ns,min_ns,avg_ns,p50_ns,p90_ns,p99_ns,p999_ns,max_ns\n",
	      f);
	for (size_t i = 0; i < n; i++)
		put_function(r->graph, v[i], f);
	return ferror(f) ? -EIO : 0;
}

WRITER(report_writers) = {
	.name = "csv", .place = 3, .meaning = "the table of functions", .print = write_csv,
};
