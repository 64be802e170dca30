// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the one way of records, from any source to a verb's sink and into a file. */
#include "cmd/common/records.h"

#include <errno.h>

#include "base/file.h"
#include "base/gate.h"
#include "base/msg.h"
#include "base/str.h"
#include "cmd/common/source.h"
#include "dump/dump.h"
#include "verb/verb.h"

/* Of the linker */
extern const struct record_source *const __start_record_sources[];
extern const struct record_source *const __stop_record_sources[];

static const struct record_source *choose(const struct records *r)
{
	const struct record_source *const *s = __start_record_sources;
	const struct record_source *best = NULL;

	/* cppcheck-suppress comparePointers */
	for (; s < __stop_record_sources; s++)
		if ((*s)->chosen(r) && (!best || (*s)->place < best->place))
			best = *s;
	return best;
}

/* A guest's memory may be in it: no other user may read it */
static int save_begin(struct records *r)
{
	int fd = r->save ? file_create_private(r->save) : -1;
	int ret;

	if (!r->save)
		return 0;
	r->saved = fd < 0 ? NULL : gate_open(fd);
	if (!r->saved) {
		ret = fd < 0 ? fd : -errno;
		msg_errno(ret, "can't write to %s", r->save);
		if (fd >= 0)
			close(fd);
		return ret;
	}
	fprintf(r->saved, "# %s %s: records of format %d; read them with %s %s --load FILE\n",
		msg_program, r->verb, DUMP_FORMAT, msg_program, r->verb);
	return 0;
}

static int save_line(struct records *r, const char *line, size_t len)
{
	if (!r->saved ||
	    (fwrite(line, 1, len, r->saved) == len && fputc('\n', r->saved) != EOF))
		return 0;
	msg_errno(errno, "can't write to %s", r->save);
	return -EIO;
}

static int save_end(struct records *r)
{
	FILE *f = r->saved;

	r->saved = NULL;
	if (!f || !fclose(f))
		return 0;
	msg_errno(errno, "can't write to %s", r->save);
	return -EIO;
}

static int report(const struct records *r, int ret)
{
	if (ret == -ENOMEM)
		msg_error("%s: out of memory", r->verb);
	else
		msg_error("%s, %s", records_source(r),
			  r->reader->why ? r->reader->why : strerror(-ret));
	return ret;
}

/* A dump has ended, with its last record or without it */
static int complete(struct records *r)
{
	int ret = r->sink->complete ? r->sink->complete(r->ctx) : 0;

	r->dumps++;
	r->enough = ret > 0;
	return ret < 0 ? ret : 0;
}

bool records_line(struct records *r, const char *line, size_t len)
{
	int got;

	if (r->ret || r->enough)
		return false;
	got = r->sink->line(r->ctx, line, len);
	/* a sink may pass records that go before this one, and then the message is printed */
	if (got < 0)
		r->ret = r->ret ? r->ret : report(r, got);
	else
		r->ret = save_line(r, line, len);
	if (!r->ret && r->sink->passed)
		r->ret = r->sink->passed(r->ctx, line, len);
	if (!r->ret && got)
		r->ret = complete(r);
	return !r->ret && !r->enough;
}

/* What came of a dump whose end is missing */
static void end(struct records *r)
{
	int got;

	if (r->ret || r->reader_gone || (r->sig && !r->sink->until_signal))
		return;
	got = r->sink->end(r->ctx);
	if (got < 0)
		r->ret = report(r, got);
	else if (got)
		r->ret = complete(r);
}

static void passed_over(const struct records *r)
{
	const struct dump_reader *in = r->reader;

	if (in->unknown)
		msg_debug("%llu records of kinds that this program doesn't know", in->unknown);
	if (in->odd)
		msg_warn("%s: %llu value%s out of range, taken as unknown; the first is in %s",
			 records_source(r), in->odd, str_plural(in->odd),
			 str_known(in->first_odd));
}

static int run(struct records *r)
{
	int status = r->source->open(r);

	if (status)
		return status;
	if (save_begin(r))
		return STATUS_FAILED;
	status = r->source->run(r);
	end(r);
	if (save_end(r))
		r->ret = -EIO;
	if (!status && r->ret)
		status = STATUS_FAILED;
	return status;
}

int records_run(struct records *r)
{
	int status;

	r->source = choose(r);
	status = run(r);
	r->source->close(r);
	passed_over(r);
	return status;
}

bool records_are_recorded(const struct records *r)
{
	return r->source->recorded;
}

const char *records_source(const struct records *r)
{
	return r->source->called ? r->source->called(r) : r->source->name;
}

void records_truncated(const struct records *r)
{
	msg_error("%s: the %s is truncated: its last record is missing", r->verb, r->sink->noun);
}

char *records_text(const char *text)
{
	size_t len = strlen(text);
	char *out, *o;

	if (!strcmp(text, "?"))
		return strdup("\\x3f");	/* "?" itself is unknown */
	out = o = calloc(4, len + 1);

	for (size_t i = 0; out && i < len; i++) {
		unsigned char c = text[i];

		o += c > ' ' && c < 0x7f && c != '\\' ? sprintf(o, "%c", c) :
							sprintf(o, "\\x%02x", c);
	}
	if (out)
		*o = '\0';
	return out;
}
