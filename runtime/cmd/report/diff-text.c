// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the comparison of two traces, for a person. */
#include "cmd/report/diff.h"

#include <errno.h>

#include "base/str.h"
#include "callgraph/callgraph.h"
#include "print/units.h"
#include "print/writer.h"

static void put_change(const struct diff *d, const struct change *c, FILE *f)
{
	char n[UNITS_TEXT];
	const int64_t times[] = {
		diff_mean(c->a), diff_mean(c->b),
		diff_percentile(d->a, c->a, 0.5), diff_percentile(d->b, c->b, 0.5),
		diff_percentile(d->a, c->a, 0.99), diff_percentile(d->b, c->b, 0.99),
	};
	double of = c->a->timed ? (double)c->a->total / (double)c->a->timed : 0;
	double percent = diff_mean(c->a) ? 100.0 * c->average / of : 0;
	FREE char *name = str_escape(diff_name(c), strlen(diff_name(c)));

	fprintf(f, "%9s", units_time(diff_rounded(c->weight), n));
	fprintf(f, "%+8.1f%%", percent);
	fprintf(f, "%11s", units_count(c->a->calls, n));
	fprintf(f, "%11s", units_count(c->b->calls, n));
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		fprintf(f, "%8s", units_time(times[i], n));
	fprintf(f, "  %s\n", str_known(name));
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

	put_heading(slower ? "Slower, by the cost for the calls of B" : "Faster", f);
	for (size_t i = 0; i < d->n && shown < most; i++) {
		const struct change *c = &d->v[slower ? i : d->n - 1 - i];

		if (!diff_comparable(c) || (slower ? c->weight <= 0 : c->weight >= 0))
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
		FREE char *name = str_escape(diff_name(c), strlen(diff_name(c)));

		if (!fn || (in_a ? c->b : c->a) || shown++ >= most)
			continue;
		if (shown == 1)
			fprintf(f, "\nOnly in %s\n%11s%9s\n", in_a ? "A" : "B", "calls", "avg");
		fprintf(f, "%11s", units_count(fn->calls, n));
		fprintf(f, "%9s  %s\n", units_time(diff_mean(fn), n), str_known(name));
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
		letter, str_known(shown), units_count(g->lines, lines),
		units_count(g->kinds[LINE_UNUSABLE], bad), units_count(g->outermost, outermost),
		units_time(g->durations ? g->busy : UNKNOWN, busy));
}

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct diff *d = answer;

	(void)s;
	put_trace("A", d->a, f);
	put_trace("B", d->b, f);
	put_changed(d, true, f);
	put_changed(d, false, f);
	put_only(d, true, f);
	put_only(d, false, f);
	return ferror(f) ? -EIO : 0;
}

WRITER(diff_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
