// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the script that watches for 'diagnose'. */
#include "cmd/diagnose/diagnose.h"

#include <time.h>

#include "base/progress.h"
#include "base/record.h"
#include "base/str.h"
#include "base/strv.h"
#include "cmd/common/records.h"
#include "host/guests.h"

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

/* False: a record of a control group was not taken */
static bool follow(struct diagnosis *d, const char *text)
{
	/* 'run' has its own words until the script begins */
	if (!d->watching && record_is(text, "DUMP")) {
		FREE char *what = str_printf("watching for %lld s", diagnose_seconds(d));

		d->watching = true;
		progress_start(what ? what : "watching");
	}
	progress_update(0, 0);
	if (record_is(text, "WORKER"))
		groups_worker(d->groups, text);
	/* by then the dump has named all its workers */
	return !record_is(text, "END") || groups_records(d->groups, d, now_ms());
}

static int line(void *ctx, const char *text, size_t len)
{
	struct diagnosis *d = ctx;

	if (d->live && !follow(d, text))
		return d->records.ret;
	return watch_line(&d->watch, text, len);
}

static int start(void *ctx, const struct guest_list *l, const struct guest_matches *m,
		 struct strv *globals)
{
	struct diagnosis *d = ctx;

	if (!diagnose_host(d))
		return d->records.ret;
	strv_addf(globals, "watch=%s", sample_ms(m->n));
	strv_addf(globals, "duration=%lld", diagnose_seconds(d));
	d->groups = groups_new(l, m);
	d->live = true;
	return 0;
}

static int end(void *ctx)
{
	struct diagnosis *d = ctx;

	return watch_end(&d->watch);
}

const struct record_sink diagnose_sink = {
	.noun = "evidence",
	.script = "vhost-drops",
	.until_signal = true,
	.start = start,
	.line = line,
	.end = end,
};
