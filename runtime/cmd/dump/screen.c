// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: dumps for a person, below each other; on a terminal those of --watch in one place. */
#include "cmd/dump/dump.h"

#include "base/gate.h"
#include "print/writer.h"

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct dump_show *d = answer;
	bool screen = d->options.watch_ns && s->terminal;

	/* from the top left, then what is below goes */
	if (screen)
		fputs(gate_sign("\033[H\033[J"), f);
	else if (d->shown)
		fputs("\n----------------------------------------\n\n", f);
	dump_text(&d->now, d->taken > 1 ? &d->before : NULL, &d->findings, s, f);
	return 0;
}

WRITER(dump_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
