// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: what 'dump' does with records, wherever they come from. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "dump/dump.h"
#include "verb/verb.h"

/* A dump has come to its end. With --check only the second is shown: it is judged by the first */
static int take(struct dump_show *s)
{
	int ret;

	dump_free(&s->before);
	s->before = s->now;
	s->now = (struct dump){ 0 };
	dump_reader_take(&s->reader, &s->now);
	ret = dump_findings_find(&s->now, s->taken ? &s->before : NULL, &s->remarks);
	if (ret) {
		msg_errno(ret, "dump");
		return ret;
	}
	s->broken = dump_findings_broken(&s->remarks, true);
	s->cut = !s->now.whole;
	s->taken++;
	if (s->options->check && !s->options->load && s->taken < 2)
		return 0;
	ret = verb_write(s->options->format, s) ? -EIO : 0;
	s->shown++;
	return ret;
}

bool dump_show_line(struct dump_show *s, const char *line, size_t len)
{
	int got = dump_reader_line(&s->reader, line, len);

	if (got < 0) {
		msg_error("%s, %s", records_source(s->options->load),
			  s->reader.why ? s->reader.why : strerror(-got));
		s->ret = got;
		return false;
	}
	s->ret = records_keep(&s->save, line, len);
	if (!s->ret && s->options->format->record)
		s->ret = s->options->format->record(line, len, stdout);
	if (!s->ret && got)
		s->ret = take(s);
	return !s->ret;
}

void dump_show_end(struct dump_show *s)
{
	if (!s->ret && dump_reader_end(&s->reader))
		s->ret = take(s);
}

void dump_show_free(struct dump_show *s)
{
	dump_reader_free(&s->reader);
	dump_findings_free(&s->remarks);
	dump_free(&s->now);
	dump_free(&s->before);
	if (s->save.f)
		fclose(s->save.f);
}
