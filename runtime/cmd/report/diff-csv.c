// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the comparison of two traces, for a spreadsheet. */
#include "cmd/report/diff.h"

#include <errno.h>

#include "callgraph/callgraph.h"
#include "print/csv.h"
#include "print/writer.h"

static int write_csv(const void *answer, const struct out_style *s, FILE *f)
{
	const struct diff *d = answer;

	(void)s;
	fputs("function,costs_ns,calls_a,calls_b,avg_a_ns,avg_b_ns,p50_a_ns,p50_b_ns,p99_a_ns,p99_b_ns\n",
	      f);
	for (size_t i = 0; i < d->n; i++) {
		const struct change *c = &d->v[i];

		csv_text(diff_name(c), f);
		csv_number(diff_comparable(c) ? diff_rounded(c->weight) : UNKNOWN, f);
		csv_number(c->a ? (int64_t)c->a->calls : 0, f);
		csv_number(c->b ? (int64_t)c->b->calls : 0, f);
		csv_number(diff_mean(c->a), f);
		csv_number(diff_mean(c->b), f);
		csv_number(diff_percentile(d->a, c->a, 0.5), f);
		csv_number(diff_percentile(d->b, c->b, 0.5), f);
		csv_number(diff_percentile(d->a, c->a, 0.99), f);
		csv_number(diff_percentile(d->b, c->b, 0.99), f);
		fputc('\n', f);
	}
	return ferror(f) ? -EIO : 0;
}

WRITER(diff_writers) = { .name = "csv", .place = 3, .print = write_csv };
