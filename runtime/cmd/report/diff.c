// SPDX-License-Identifier: GPL-2.0-or-later
/* Two traces beside each other: what became slower. */
#include "cmd/report/report.h"

#include <errno.h>

#include "base/str.h"
#include "callgraph/callgraph.h"
#include "print/json.h"
#include "print/units.h"

struct diff {
	const struct report *a, *b;
	struct change *v;
	size_t n;
};

static int64_t percentile(const struct report *r, const struct function *f, double share)
{
	return f ? report_percentile(r->graph, f, share) : UNKNOWN;
}

static int64_t mean(const struct function *f)
{
	return f ? report_average(f) : UNKNOWN;
}

static int64_t rounded(double ns)
{
	return (int64_t)(ns < 0 ? ns - 0.5 : ns + 0.5);
}

static const char *name_of(const struct change *c)
{
	return (c->a ? c->a : c->b)->name;
}

static bool comparable(const struct change *c)
{
	return c->a && c->b && c->a->timed && c->b->timed;
}

static void put_change(const struct diff *d, const struct change *c, FILE *f)
{
	char n[UNITS_TEXT];
	const int64_t times[] = {
		mean(c->a), mean(c->b), percentile(d->a, c->a, 0.5), percentile(d->b, c->b, 0.5),
		percentile(d->a, c->a, 0.99), percentile(d->b, c->b, 0.99),
	};
	FREE char *name = str_escape(name_of(c), strlen(name_of(c)));

	fprintf(f, "%9s", units_time(rounded(c->weight), n));
	fprintf(f, "%+8.1f%%",
		mean(c->a) ? 100.0 * c->average / ((double)c->a->total / (double)c->a->timed) : 0);
	fprintf(f, "%11s", units_count(c->a->calls, n));
	fprintf(f, "%11s", units_count(c->b->calls, n));
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		fprintf(f, "%8s", units_time(times[i], n));
	fprintf(f, "  %s\n", name ? name : "?");
}

static void put_heading(const char *what, FILE *f)
{
	fprintf(f, "\n%s\n%9s%9s%11s%11s%8s%8s%8s%8s%8s%8s  function\n", what, "costs", "avg",
		"calls A", "calls B", "avg A", "avg B", "p50 A", "p50 B", "p99 A", "p99 B");
}

/* The changed ones from the one end of the list or the other, as many as were asked for */
static void put_changed(const struct diff *d, bool slower, FILE *f)
{
	size_t most = d->a->options->top ? d->a->options->top : d->n, shown = 0;

	put_heading(slower ? "Slower, by what it costs the calls of B" : "Faster", f);
	for (size_t i = 0; i < d->n && shown < most; i++) {
		const struct change *c = &d->v[slower ? i : d->n - 1 - i];

		if (!comparable(c) || (slower ? c->weight <= 0 : c->weight >= 0))
			continue;
		put_change(d, c, f);
		shown++;
	}
	if (!shown)
		fputs("  none\n", f);
}

static void put_only(const struct diff *d, bool in_a, FILE *f)
{
	size_t most = d->a->options->top ? d->a->options->top : d->n, shown = 0;
	char n[UNITS_TEXT];

	for (size_t i = 0; i < d->n; i++) {
		const struct change *c = &d->v[i];
		const struct function *fn = in_a ? c->a : c->b;
		FREE char *name = str_escape(name_of(c), strlen(name_of(c)));

		if (!fn || (in_a ? c->b : c->a) || shown++ >= most)
			continue;
		if (shown == 1)
			fprintf(f, "\nOnly in %s\n%11s%9s\n", in_a ? "A" : "B", "calls", "avg");
		fprintf(f, "%11s", units_count(fn->calls, n));
		fprintf(f, "%9s  %s\n", units_time(mean(fn), n), name ? name : "?");
	}
	if (shown > most)
		fprintf(f, "%11s  %zu more; --top 0 shows all\n", "", shown - most);
}

static void put_trace(const char *letter, const struct report *r, FILE *f)
{
	const struct graph *g = r->graph;
	FREE char *name = report_name(r->files, r->n_files);
	FREE char *shown = name ? str_escape(name, strlen(name)) : NULL;
	char lines[UNITS_TEXT], outermost[UNITS_TEXT], bad[UNITS_TEXT], busy[UNITS_TEXT];

	fprintf(f, "%s  %s: %s lines, %s of them unusable; %s outermost calls, %s in them\n",
		letter, shown ? shown : "?", units_count(g->lines, lines),
		units_count(g->kinds[LINE_UNUSABLE], bad), units_count(g->outermost, outermost),
		units_time(g->durations ? g->busy : UNKNOWN, busy));
}

static int text(const struct diff *d, FILE *f)
{
	put_trace("A", d->a, f);
	put_trace("B", d->b, f);
	put_changed(d, true, f);
	put_changed(d, false, f);
	put_only(d, true, f);
	put_only(d, false, f);
	return ferror(f) ? -EIO : 0;
}

static void json_time(struct json *in, const char *key, int64_t n)
{
	if (n == UNKNOWN)
		json_null_in(in, key);
	else
		json_number_in(in, key, n);
}

static void json_side(struct json *in, const char *key, const struct report *r,
		      const struct function *fn)
{
	struct json *o = fn ? json_object_in(in, key) : NULL;

	if (!fn) {
		json_null_in(in, key);
		return;
	}
	json_number_in(o, "calls", (long long)fn->calls);
	json_time(o, "avg_ns", mean(fn));
	json_time(o, "p50_ns", percentile(r, fn, 0.5));
	json_time(o, "p99_ns", percentile(r, fn, 0.99));
}

static int json(const struct diff *d, FILE *f)
{
	struct json *top = json_new(), *a;
	int ret;

	json_string_in(top, "schema", "stap-vhost.report-diff/1");
	json_string_in(top, "a", d->a->files[0]);
	json_string_in(top, "b", d->b->files[0]);
	a = json_array_in(top, "functions");
	for (size_t i = 0; i < d->n; i++) {
		const struct change *c = &d->v[i];
		struct json *o = json_object_in(a, NULL);

		json_string_in(o, "name", name_of(c));
		json_time(o, "costs_ns", comparable(c) ? rounded(c->weight) : UNKNOWN);
		json_time(o, "avg_change_ns", comparable(c) ? rounded(c->average) : UNKNOWN);
		json_side(o, "a", d->a, c->a);
		json_side(o, "b", d->b, c->b);
	}
	ret = json_print(top, f);
	json_free(top);
	return ret;
}

static void csv_time(int64_t n, FILE *f)
{
	fputc(',', f);
	if (n != UNKNOWN)
		fprintf(f, "%lld", (long long)n);
}

static int csv(const struct diff *d, FILE *f)
{
	fputs("function,costs_ns,calls_a,calls_b,avg_a_ns,avg_b_ns,p50_a_ns,p50_b_ns,p99_a_ns,p99_b_ns\n",
	      f);
	for (size_t i = 0; i < d->n; i++) {
		const struct change *c = &d->v[i];

		report_csv_text(name_of(c), f);
		csv_time(comparable(c) ? rounded(c->weight) : UNKNOWN, f);
		csv_time(c->a ? (int64_t)c->a->calls : 0, f);
		csv_time(c->b ? (int64_t)c->b->calls : 0, f);
		csv_time(mean(c->a), f);
		csv_time(mean(c->b), f);
		csv_time(percentile(d->a, c->a, 0.5), f);
		csv_time(percentile(d->b, c->b, 0.5), f);
		csv_time(percentile(d->a, c->a, 0.99), f);
		csv_time(percentile(d->b, c->b, 0.99), f);
		fputc('\n', f);
	}
	return ferror(f) ? -EIO : 0;
}

int report_diff(const struct report *a, const struct report *b, FILE *f)
{
	struct diff d = { .a = a, .b = b };
	int ret = graph_diff(a->graph, b->graph, &d.v, &d.n);

	if (!ret)
		ret = a->options->format == REPORT_JSON ? json(&d, f) :
		      a->options->format == REPORT_CSV	? csv(&d, f) :
							  text(&d, f);
	free(d.v);
	return ret;
}
