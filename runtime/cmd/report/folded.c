// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: a line for each way of calls, for other programs that draw flame graphs. */
#include "cmd/report/report.h"

#include "print/writer.h"

static int write_folded(const void *answer, const struct out_style *s, FILE *f)
{
	const struct report *r = answer;

	(void)s;
	return graph_folded(r->graph, f);
}

WRITER(report_writers) = {
	.name = "folded", .place = 4, .print = write_folded,
	.meaning = "a line for each way with its own nanoseconds, for other programs that draw "
		   "flame graphs",
};
