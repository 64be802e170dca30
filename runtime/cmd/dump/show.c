// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: what 'dump' does with records, wherever they come from. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/gate.h"
#include "base/msg.h"
#include "base/str.h"
#include "cmd/common/records.h"
#include "dump/dump.h"

static void print_text(struct dump_show *s)
{
	bool screen = s->options->watch_ns && isatty(STDOUT_FILENO);

	/* from the top left, then what is below goes */
	if (screen)
		fputs(gate_sign("\033[H\033[J"), stdout);
	else if (s->shown)
		puts("\n----------------------------------------\n");
	dump_text(&s->now, s->taken > 1 ? &s->before : NULL, &s->remarks, &s->style, stdout);
}

static int print(struct dump_show *s)
{
	int ret = 0;

	if (s->options->format == DUMP_TEXT)
		print_text(s);
	else if (s->options->format == DUMP_JSON)
		ret = dump_json(&s->now, &s->remarks, stdout);
	if (!ret && fflush(stdout))
		ret = -EIO;
	if (ret)
		msg_errno(ret, "can't print");
	return ret;
}

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
	ret = print(s);
	s->shown++;
	return ret;
}

/* A line as it is, but fit for a terminal where a file's says more than a script would */
static int pass(const char *line, size_t len)
{
	FREE char *clean = str_escape(line, len);

	if (clean && puts(clean) != EOF)
		return 0;
	msg_error("can't print");
	return -EIO;
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
	if (!s->ret && s->options->format == DUMP_RECORDS)
		s->ret = pass(line, len);
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
