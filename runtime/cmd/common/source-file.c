// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: records that were saved in a file, or that come on standard input. */
#include <errno.h>

#include "base/file.h"
#include "base/msg.h"
#include "cmd/common/records.h"
#include "cmd/common/source.h"
#include "verb/verb.h"

static bool is_standard_input(const struct records *r)
{
	return !strcmp(r->load, "-");
}

static bool is_chosen(const struct records *r)
{
	return r->load;
}

static const char *name_of(const struct records *r)
{
	return is_standard_input(r) ? "standard input" : r->load;
}

static int open_file(struct records *r)
{
	r->own = is_standard_input(r) ? stdin : file_stream(r->load);
	if (r->own)
		return STATUS_OK;
	msg_errno(errno, "can't read %s", r->load);
	return STATUS_FAILED;
}

/*
 * What is longer than any record is handed over in pieces, and refused there. -1: no more;
 * @cut: but a line without its end, in which a number may be cut
 */
static ssize_t read_line(FILE *f, char *line, size_t size, bool *cut)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		line[len++] = (char)c;
		if (len == size)
			break;
	}
	*cut = c == EOF && len;
	return c == EOF ? -1 : (ssize_t)len;
}

static int read_lines(struct records *r)
{
	bool wanted = true, cut = false;
	FILE *f = r->own;
	char line[8192];
	ssize_t len;

	while (wanted && (len = read_line(f, line, sizeof(line), &cut)) >= 0)
		wanted = records_line(r, line, len);
	if (wanted && ferror(f)) {
		msg_errno(errno, "can't read %s", name_of(r));
		r->ret = -EIO;
		return STATUS_FAILED;
	}
	if (wanted && cut)
		msg_warn("%s: the last line is incomplete and ignored: is the file truncated?",
			 name_of(r));
	if (r->ret || r->dumps || r->reader->open)
		return STATUS_OK;
	msg_error("%s: no %s in %s", r->verb, r->sink->noun, name_of(r));
	return STATUS_FAILED;
}

static void close_file(struct records *r)
{
	if (r->own && r->own != stdin)
		fclose(r->own);
}

RECORD_SOURCE = {
	.name = "file",
	.place = 1,
	.recorded = true,
	.chosen = is_chosen,
	.called = name_of,
	.open = open_file,
	.run = read_lines,
	.close = close_file,
};
