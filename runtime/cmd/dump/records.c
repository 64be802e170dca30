// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the records themselves, as --save keeps them. */
#include <errno.h>

#include "base/msg.h"
#include "base/str.h"
#include "cmd/dump/dump.h"
#include "print/writer.h"

/* Fit for a terminal, where a file's line says more than a script would */
static int pass(const char *line, size_t len, FILE *f)
{
	FREE char *clean = str_escape(line, len);

	if (clean && fputs(clean, f) != EOF && fputc('\n', f) != EOF)
		return 0;
	msg_error("can't write to standard output");
	return -EIO;
}

/* Its lines were printed as they came */
static int end_dump(const void *answer, const struct out_style *s, FILE *f)
{
	(void)answer;
	(void)s;
	return ferror(f) ? -EIO : 0;
}

WRITER(dump_writers) = {
	.name = "records", .place = 3, .meaning = "the script's own lines",
	.print = end_dump, .record = pass,
};
