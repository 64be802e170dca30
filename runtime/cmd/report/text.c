// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report for a person: what was read and how much of it is known, then the table of
 * functions, the tree, the slowest calls, and who did it where and when.
 */
#include "cmd/report/report.h"

#include <errno.h>

#include "base/gate.h"
#include "base/str.h"
#include "base/strv.h"
#include "callgraph/slowest.h"
#include "callgraph/timeline.h"
#include "callgraph/tree.h"
#include "print/table.h"
#include "print/units.h"
#include "print/writer.h"

#define NAMED_MAX 12		/* tasks */
#define BAR 30

int64_t report_average(const struct function *f)
{
	return f->timed ? f->total / (int64_t)f->timed : UNKNOWN;
}

int64_t report_percentile(const struct graph *g, const struct function *f, double share)
{
	int64_t p = f->sampled ? UNKNOWN :
				 histogram_percentile(&f->spread, &g->functions.pieces, share);

	/* the middle of a step may be outside of what there was */
	if (p == UNKNOWN)
		return p;
	if (p < f->min)
		return f->min;
	return p > f->max ? f->max : p;
}

static const char *heading(const struct out_style *s, bool on)
{
	if (!s->colour)
		return "";
	return gate_sign(on ? "\033[1m" : "\033[0m");
}

/* "12,345 of calls, 4 of headers …": those that there are */
static void put_lines(const struct graph *g, const struct out_style *s, FILE *f)
{
	static const char *const what[LINE_KINDS] = {
		[LINE_CALL] = "of calls", [LINE_HEADER] = "of headers",
		[LINE_SWITCH] = "of task switches",
		[LINE_LOST] = "of lost events", [LINE_IRQ] = "of interrupt marks",
		[LINE_COMMENT] = "of events and comments", [LINE_BLANK] = "blank",
		[LINE_UNUSABLE] = "UNUSABLE",
	};
	STRV_CLEAN struct strv all = { 0 };
	char n[UNITS_TEXT];

	for (size_t i = 0; i < LINE_KINDS; i++)
		if (g->kinds[i])
			strv_addf(&all, "%s %s", units_count(g->kinds[i], n), what[i]);

	FREE char *text = strv_join(&all, ", ");

	fprintf(f, "%-9s", "lines");
	units_count(g->lines, n);
	FREE char *line = str_printf("%s: %s", n, str_known(text));

	out_wrap(f, s, str_known(line), 9, 9);
	fputc('\n', f);
	for (size_t i = 0; i < UNUSABLE_KINDS; i++) {
		const char *first = g->unusable_text[i];
		FREE char *sample = str_escape(first, strnlen(first, 60));

		if (g->unusable[i])
			fprintf(f, "%9s%s: %s; the first is line %llu: %s\n", "",
				units_count(g->unusable[i], n), unusable_reason(i),
				(unsigned long long)g->unusable_line[i], str_known(sample));
	}
	if (g->left_out)
		fprintf(f, "%9s%s of calls that do not match the options\n", "",
			units_count(g->left_out, n));
}

static void put_time(const struct graph *g, FILE *f)
{
	char text[UNITS_TEXT];

	if (g->first == UNKNOWN) {
		fprintf(f, "%-9s?: %s\n", "time",
			g->ticks ? "its times are a clock's ticks, and their length is unknown" :
				   "the trace has no absolute times");
		return;
	}
	fprintf(f, "%-9s%s, from %lld.%06lld s on\n", "time", units_time(g->last - g->first, text),
		(long long)(g->first / 1000000000), (long long)(g->first % 1000000000 / 1000));
}

static void put_calls(const struct graph *g, size_t functions, FILE *f)
{
	char a[UNITS_TEXT], b[UNITS_TEXT], c[UNITS_TEXT], d[UNITS_TEXT];
	uint64_t calls = 0, without_entry = 0;

	for (size_t i = 0; i < g->functions.n; i++) {
		calls += g->functions.v[i]->calls;
		without_entry += g->functions.v[i]->without_entry;
	}
	fprintf(f, "%-9s%s of %s functions; %s outermost ones", "calls", units_count(calls, a),
		units_count(functions, b), units_count(g->outermost, c));
	if (g->durations)
		fprintf(f, ", %s in them\n", units_time(g->ended ? g->busy : UNKNOWN, d));
	else
		fputs("; no durations were recorded\n", f);
	if (g->unfinished)
		fprintf(f, "%9s%s not seen to end\n", "", units_count(g->unfinished, a));
	if (without_entry && graph_tree(g)->outside)
		fprintf(f, "%9s%s not seen to begin, of which %s not in the tree\n", "",
			units_count(without_entry, a), units_count(graph_tree(g)->outside, b));
	else if (without_entry)
		fprintf(f, "%9s%s not seen to begin\n", "", units_count(without_entry, a));
	if (g->unnamed_returns)
		fprintf(f, "%9s%s more ends of unknown calls\n", "",
			units_count(g->unnamed_returns, a));
	if (graph_tree(g)->folded)
		fprintf(f, "%9s%s not in the tree: there are too many different ways\n", "",
			units_count(graph_tree(g)->folded, a));
}

bool report_lost_unknown(const struct graph *g)
{
	bool some = false;

	for (unsigned int s = 0; s < g->n_sources; s++)
		for (size_t i = 0; i < g->sources[s].n_cpus; i++)
			some |= g->sources[s].cpus[i].lost == UNKNOWN;
	return some;
}

static void put_lost(const struct graph *g, FILE *f)
{
	char n[UNITS_TEXT];
	bool some = report_lost_unknown(g);

	if (!g->lost_marks)
		return;
	if (some && !g->lost)
		fprintf(f, "%-9san unknown number of events, at ", "LOST");
	else
		fprintf(f, "%-9s%s%s events, at ", "LOST", some ? "more than " : "",
			units_count(g->lost, n));
	fprintf(f, "%s place%s\n", units_count(g->lost_marks, n), str_plural(g->lost_marks));
}

/* What isn't as the kernel, or trace-cmd, has written it */
static void put_disguise(const struct graph *g, FILE *f)
{
	char n[UNITS_TEXT];

	for (int kind = 1; kind < DISGUISE_KINDS; kind++)
		if (g->disguised[kind])
			fprintf(f, "%9s%s %s\n", "", units_count(g->disguised[kind], n),
				disguise_text(kind));
	if (g->gaps)
		fprintf(f, "%9slines are MISSING at %s place%s, by their numbers\n", "",
			units_count(g->gaps, n), str_plural(g->gaps));
	if (g->both)
		fprintf(f,
			"%9ssome lines begin with '-' and some with '+': a diff is no trace\n",
			"");
	if (g->shifted)
		fprintf(f,
			"%9s%s of calls in a column that the kernel does not use: only braces show "
			"their callers\n",
			"", units_count(g->shifted, n));
}

static void put_head(const struct report *r, const struct out_style *s, size_t functions, FILE *f)
{
	FREE char *name = report_name(r->files, r->n_files);
	FREE char *shown = name ? str_escape(name, strlen(name)) : NULL;

	fprintf(f, "%s%s%s\n", heading(s, true), str_known(shown), heading(s, false));
	put_lines(r->graph, s, f);
	put_disguise(r->graph, f);
	put_time(r->graph, f);
	put_calls(r->graph, functions, f);
	put_lost(r->graph, f);
}

/* Functions */

static void put_share(FILE *f, int64_t part, int64_t all)
{
	if (part == UNKNOWN || !all)
		fprintf(f, "%7s", "?");
	else
		fprintf(f, "%6.1f%%", 100.0 * (double)part / (double)all);
}

static void put_function(const struct graph *g, const struct function *fn, FILE *f)
{
	char n[UNITS_TEXT];
	int64_t min = fn->timed ? fn->min : UNKNOWN;
	int64_t max = fn->timed ? fn->max : UNKNOWN;
	const int64_t times[] = {
		min,				report_average(fn),
		report_percentile(g, fn, 0.5),	report_percentile(g, fn, 0.9),
		report_percentile(g, fn, 0.99), report_percentile(g, fn, 0.999),
		max,
	};
	int64_t self = fn->selfed ? fn->self : UNKNOWN;

	put_share(f, self, graph_tree(g)->root.total);
	fprintf(f, "%9s", units_time(self, n));
	fprintf(f, "%9s", units_time(fn->timed ? fn->total : UNKNOWN, n));
	fprintf(f, "%12s", units_count(fn->calls, n));
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		fprintf(f, "%8s", units_time(times[i], n));

	FREE char *name = str_escape(fn->name, fn->name_len);

	fprintf(f, "  %s\n", str_known(name));
}

/* The best order that the trace has values for */
static enum function_sort sort_of(const struct report *r)
{
	bool self = false;

	if (r->options->sort >= 0)
		return r->options->sort;
	for (size_t i = 0; i < r->graph->functions.n; i++)
		self |= r->graph->functions.v[i]->selfed > 0;
	if (!r->graph->durations)
		return BY_CALLS;
	return self ? BY_SELF : BY_TOTAL;
}

static int put_functions(const struct report *r, const struct out_style *s, struct function **v,
			 size_t n, FILE *f)
{
	static const char *const by[] = {
		[BY_SELF] = "own time", [BY_TOTAL] = "total time", [BY_CALLS] = "number of calls",
		[BY_AVERAGE] = "average", [BY_MAX] = "slowest call", [BY_NAME] = "name",
	};
	size_t most = r->options->top && r->options->top < n ? r->options->top : n;
	char text[UNITS_TEXT];

	fprintf(f, "\n%sFunctions, by %s%s\n", heading(s, true), by[sort_of(r)],
		heading(s, false));
	fprintf(f, "%7s%9s%9s%12s%8s%8s%8s%8s%8s%8s%8s  function\n", "share", "self", "total",
		"calls", "min", "avg", "p50", "p90", "p99", "p99.9", "max");
	for (size_t i = 0; i < most; i++)
		put_function(r->graph, v[i], f);
	if (most < n)
		fprintf(f, "%7s%s more; --top 0 shows all\n", "", units_count(n - most, text));
	return 0;
}

/* Who, where, when */

static int busier(const void *a, const void *b)
{
	const struct task *x = *(struct task *const *)a, *y = *(struct task *const *)b;

	if (x->busy != y->busy)
		return x->busy < y->busy ? 1 : -1;
	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return x->pid < y->pid ? -1 : x->pid > y->pid;
}

/* @outermost: UNKNOWN where the trace has ends alone, but of a task */
static void put_counts(const struct graph *g, const char *name, uint64_t calls, int64_t outermost,
		       int64_t busy, FILE *f)
{
	char n[UNITS_TEXT];

	put_share(f, busy, g->busy);
	fprintf(f, "%9s", units_time(busy, n));
	fprintf(f, "%12s", units_count(calls, n));
	fprintf(f, "%12s  %s\n", outermost == UNKNOWN ? "?" : units_count(outermost, n), name);
}

static void put_counts_heading(const struct out_style *s, const char *who, FILE *f)
{
	fprintf(f, "\n%s%s%s\n%7s%9s%12s%12s\n", heading(s, true), who, heading(s, false), "share",
		"time", "calls", "outermost");
}

/* "NAME of host.dat"; the caller frees it */
static char *source_of(const struct graph *g, unsigned int source, const char *name)
{
	FREE char *from = str_escape(g->sources[source].name, strlen(g->sources[source].name));

	return source ? str_printf("%s of %s", name, str_known(from)) : strdup(name);
}

static int put_tasks(const struct graph *g, const struct out_style *s, FILE *f)
{
	FREE struct task **v = calloc(g->tasks.n + 1, sizeof(struct task *));
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < g->tasks.n; i++)
		if (g->tasks.v[i]->calls)
			v[n++] = g->tasks.v[i];
	qsort(v, n, sizeof(struct task *), busier);
	put_counts_heading(s, "Tasks", f);
	for (size_t i = 0; i < n && i < NAMED_MAX; i++) {
		FREE char *name = str_escape(v[i]->name, v[i]->name_len);
		FREE char *unnamed =
			v[i]->cpu >= 0 ? str_printf("? on CPU %d", v[i]->cpu) : strdup("?");
		const char *task = v[i]->name_len && name ? name : str_known(unnamed);
		FREE char *from = source_of(g, v[i]->source, task);

		put_counts(g, str_known(from), v[i]->calls, v[i]->outermost,
			v[i]->ended ? v[i]->busy : UNKNOWN, f);
	}
	if (n > NAMED_MAX)
		fprintf(f, "%7s%zu more; --format json has all\n", "", n - NAMED_MAX);
	return 0;
}

static void put_source_cpus(const struct graph *g, unsigned int source, FILE *f)
{
	for (size_t i = 0; i < g->sources[source].n_cpus; i++) {
		const struct graph_cpu *c = &g->sources[source].cpus[i];
		char number[32];

		if (!c->calls && !c->lost)
			continue;
		snprintf(number, sizeof(number), i ? "%zu" : "?", i - 1);

		FREE char *name = source_of(g, source, number);

		put_counts(g, str_known(name), c->calls,
			   g->returns_only ? UNKNOWN : (int64_t)c->outermost,
			   g->returns_only || !c->ended ? UNKNOWN : c->busy, f);
	}
}

static void put_cpus(const struct graph *g, const struct out_style *s, FILE *f)
{
	put_counts_heading(s, "CPUs", f);
	for (unsigned int from = 0; from < g->n_sources; from++)
		put_source_cpus(g, from, f);
}

static void put_timeline(const struct graph *g, const struct out_style *s, FILE *f)
{
	const struct timeline *r = graph_timeline(g);
	size_t n = timeline_used(r);
	uint64_t most = 1;
	char text[UNITS_TEXT];

	if (!n) {
		fprintf(f, "\nNo timeline: %s\n",
			g->first == UNKNOWN ?
				"the trace has no absolute times (funcgraph-abstime)" :
				"no call of a known function has a time");
		return;
	}
	for (size_t i = 0; i < n; i++)
		most = r->slots[i].calls > most ? r->slots[i].calls : most;
	fprintf(f, "\n%sOver time, %s a line%s\n%14s%12s%12s%9s\n", heading(s, true),
		units_time(r->width, text), heading(s, false), "from, s", "calls", "outermost",
		"time");
	for (size_t i = 0; i < n; i++) {
		const struct timeline_slot *slot = &r->slots[i];
		int64_t from = r->start + (int64_t)i * r->width;

		fprintf(f, "%14.6f%12s", (double)from / 1e9, units_count(slot->calls, text));
		fprintf(f, "%12s",
			g->returns_only ? "?" : units_count(slot->outermost, text));
		fprintf(f, "%9s%s", units_time(slot->ended ? slot->duration : UNKNOWN, text),
			slot->calls ? "  " : "");
		for (uint64_t b = 0; b < (slot->calls * BAR + most - 1) / most; b++)
			fputc('#', f);
		fputc('\n', f);
	}
}

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct report *r = answer;
	FREE struct function **v = NULL;
	size_t n;
	int ret = graph_functions(r->graph, sort_of(r), &v, &n);

	if (ret)
		return ret;
	put_head(r, s, n, f);
	put_functions(r, s, v, n, f);
	fprintf(f, "\n%sCall tree%s\n", heading(s, true), heading(s, false));
	report_tree(r, f);
	if (graph_slowest(r->graph)->n) {
		fprintf(f, "\n%sSlowest outermost calls%s\n", heading(s, true), heading(s, false));
		report_slowest(r, f);
	}
	ret = put_tasks(r->graph, s, f);
	put_cpus(r->graph, s, f);
	if (r->options->timeline)
		put_timeline(r->graph, s, f);
	if (ret)
		return ret;
	return ferror(f) ? -EIO : 0;
}

WRITER(report_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
