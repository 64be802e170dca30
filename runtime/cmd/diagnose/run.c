// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the script that watches for 'diagnose'. */
#include "cmd/diagnose/diagnose.h"

#include <signal.h>
#include <time.h>

#include "base/msg.h"
#include "base/progress.h"
#include "base/record.h"
#include "base/str.h"
#include "cmd/common/records.h"
#include "host/guests.h"
#include "verb/verb.h"

#define SCRIPT "vhost-drops"
#define SECONDS 10

/*
 * The rules are made for five samples a second; of many guests fewer are enough, for each costs a
 * line a queue and more
 */
static const char *sample_ms(size_t guests)
{
	if (guests <= 8)
		return "200";
	return guests <= 64 ? "500" : "1000";
}

long long diagnose_seconds(const struct diagnosis *d)
{
	return d->options.duration_ns ? d->options.duration_ns / 1000000000 : SECONDS;
}

static unsigned long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ULL + t.tv_nsec / 1000000;
}

static bool take_line(void *ctx, const char *line, size_t len)
{
	struct diagnosis *d = ctx;

	/* 'run' has its own words until the script begins */
	if (!d->watching && record_is(line, "DUMP")) {
		FREE char *what = str_printf("watching for %lld s", diagnose_seconds(d));

		d->watching = true;
		progress_start(what ? what : "watching");
	}
	progress_update(0, 0);
	if (record_is(line, "WORKER"))
		groups_worker(d->groups, line);
	/* by then the dump has named all its workers */
	if (record_is(line, "END") && !groups_records(d->groups, d, now_ms()))
		return false;
	return diagnose_line(d, line, len);
}

int diagnose_run(struct diagnosis *d, const struct guest_list *l, const struct guest_matches *m)
{
	struct records_run run = {
		.verb = "diagnose", .script = SCRIPT,
		.verbose = d->options.verbose > 1 ? d->options.verbose - 1 : 0,
		.take = take_line, .ctx = d,
	};
	int code;

	if (!records_names(l, m, diagnose_line, d) || !diagnose_host(d))
		return STATUS_FAILED;
	records_guests(&run, l, m);
	records_global(&run, "watch", sample_ms(m->n));
	records_number(&run, "duration", diagnose_seconds(d));
	d->groups = groups_new(l, m);
	code = records_script(&run);
	groups_free(d->groups);
	d->groups = NULL;
	progress_end();
	if (code < 0 || d->ret)
		return STATUS_FAILED;
	if (run.reader_gone)
		return 128 + SIGPIPE;
	/* after Ctrl-C the verdicts are those of what was seen until then */
	if (run.sig && d->watch.evidence.dumps)
		return STATUS_OK;
	if (code)
		return code;
	if (d->watch.evidence.dumps || d->watch.reader.open)
		return STATUS_OK;
	msg_error("diagnose: the script printed no records");
	return STATUS_FAILED;
}
