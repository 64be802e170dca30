// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines in; each dump goes into the evidence, and then into the window. */
#include "diagnose/diagnose.h"

#include "dump/dump.h"

static int take(struct watch *w)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	int ret;

	dump_reader_take(&w->reader, &d);
	ret = evidence_add(&w->evidence, &d);
	if (!ret)
		ret = window_take(&w->window, &d);
	return ret ? ret : 1;
}

int watch_line(struct watch *w, const char *line, size_t len)
{
	int got = dump_reader_line(&w->reader, line, len);

	return got > 0 ? take(w) : got;
}

int watch_end(struct watch *w)
{
	return dump_reader_end(&w->reader) > 0 ? take(w) : 0;
}

void watch_free(struct watch *w)
{
	dump_reader_free(&w->reader);
	evidence_free(&w->evidence);
	window_free(&w->window);
}
