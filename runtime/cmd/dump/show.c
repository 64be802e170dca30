// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: what 'dump' does with records, wherever they come from. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "dump/dump.h"
#include "verb/verb.h"

#define CHECK_MS 1000		/* between the two dumps of --check */

static int start(void *ctx, const struct guest_list *l, const struct guest_matches *m,
		 struct strv *globals)
{
	const struct dump_options *o = &((struct dump_show *)ctx)->options;

	(void)l;
	(void)m;
	if (o->rings)
		strv_addf(globals, "rings=%lld", (long long)o->rings);
	if (o->descs)
		strv_add(globals, "descs=1");
	if (o->headers)
		strv_add(globals, "headers=1");
	if (o->payload)
		strv_addf(globals, "payload=%lld", (long long)o->payload);
	if (o->watch_ns)
		strv_addf(globals, "watch=%lld", (long long)o->watch_ns / 1000000);
	else if (o->check)
		strv_addf(globals, "watch=%d", CHECK_MS);
	return 0;
}

static int line(void *ctx, const char *text, size_t len)
{
	struct dump_show *s = ctx;

	return dump_reader_line(&s->reader, text, len);
}

static int passed(void *ctx, const char *text, size_t len)
{
	const struct writer *format = ((struct dump_show *)ctx)->options.format;

	return format->record ? format->record(text, len, stdout) : 0;
}

/* The next dump becomes .now, the one before it .before */
static int take(struct dump_show *s)
{
	int ret;

	dump_free(&s->before);
	s->before = s->now;
	s->now = (struct dump){ 0 };
	dump_reader_take(&s->reader, &s->now);
	ret = dump_findings_find(&s->now, s->taken ? &s->before : NULL, &s->findings);
	if (ret) {
		msg_errno(ret, "dump");
		return ret;
	}
	s->broken = dump_findings_broken(&s->findings, true);
	s->cut = !s->now.whole;
	s->taken++;
	return 0;
}

/* With --check only the second dump is shown: it is judged by the first */
static int complete(void *ctx)
{
	struct dump_show *s = ctx;
	bool twice = s->options.check && !records_are_recorded(&s->records);
	int ret = take(s);

	if (ret || (twice && s->taken < 2))
		return ret;
	ret = verb_write(s->options.format, s) ? -EIO : 0;
	s->shown++;
	return ret ? ret : twice && !s->options.watch_ns;
}

static int end(void *ctx)
{
	struct dump_show *s = ctx;

	return dump_reader_end(&s->reader);
}

const struct record_sink dump_sink = {
	.noun = "dump",
	.script = "vring-dump",
	.start = start,
	.line = line,
	.passed = passed,
	.complete = complete,
	.end = end,
};
