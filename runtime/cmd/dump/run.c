// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the script that reads the queues for 'dump'. */
#include "cmd/dump/dump.h"

#include <signal.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "host/guests.h"
#include "verb/verb.h"

#define SCRIPT "vring-dump"
#define CHECK_MS 1000		/* between the two looks of --check */

static bool is_enough(const struct dump_show *show)
{
	return show->ret || (show->options->check && !show->options->watch_ns && show->taken >= 2);
}

static bool take_line(void *ctx, const char *line, size_t len)
{
	struct dump_show *show = ctx;

	return !is_enough(show) && dump_show_line(show, line, len) && !is_enough(show);
}

int dump_run(struct dump_show *show, const struct guest_list *l, const struct guest_matches *m)
{
	const struct dump_options *w = show->options;
	struct records_run run = {
		.verb = "dump", .script = SCRIPT, .verbose = w->verbose, .take = take_line,
		.ctx = show,
	};
	long long watch_ms = w->watch_ns ? w->watch_ns / 1000000 : CHECK_MS;
	int code;

	if (!records_names(l, m, take_line, show))
		return STATUS_FAILED;
	records_guests(&run, l, m);
	if (w->rings)
		records_number(&run, "rings", w->rings);
	records_global(&run, "descs", w->descs ? "1" : NULL);
	records_global(&run, "headers", w->headers ? "1" : NULL);
	if (w->payload)
		records_number(&run, "payload", w->payload);
	if (w->watch_ns || w->check)
		records_number(&run, "watch", watch_ms);
	code = records_script(&run);
	if (code < 0)
		return STATUS_FAILED;
	if (run.reader_gone)
		return 128 + SIGPIPE;
	if (show->ret)
		return STATUS_FAILED;
	/* 'run' has said what is wrong; what came before it is shown all the same */
	if (show->reader.open && !run.sig)
		dump_show_end(show);
	if (code)
		return code;
	if (show->taken || run.sig)
		return STATUS_OK;
	msg_error("dump: the script printed no records");
	return STATUS_FAILED;
}
