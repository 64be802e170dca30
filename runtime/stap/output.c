// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/output.h"

#include <errno.h>
#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"

/*
 * After an ERROR line these say nothing new:
 *   WARNING: Number of errors: 1, skipped probes: 0
 *   WARNING: /usr/bin/staprun exited with status: 1
 *   Pass 5: run failed.  [man error::pass5]
 *   Tip: /usr/share/doc/systemtap/README.Debian should help you get started.
 */
bool stderr_is_noise(const char *line)
{
	const char *skipped = ", skipped probes: 0";

	if (!strncmp(line, "Pass 5: run failed.", 19) ||
	    !strncmp(line, "Tip: /usr/share/doc/systemtap/", 30))
		return true;
	if (strncmp(line, "WARNING: ", 9))
		return false;
	if (strstr(line, "staprun exited with status: "))
		return true;
	return !strncmp(line + 9, "Number of errors: ", 18) && str_ends_with(line, skipped);
}

/*
 * --all runs stap for each script: what it says of the kernel it says each time. False: it was said
 */
static bool first_aside(const char *line, const char **means)
{
	static unsigned int said;

	for (size_t i = 0; i < asides_n; i++) {
		if (!strstr(line, asides[i].says))
			continue;
		*means = asides[i].means;
		if (said & 1U << i)
			return false;
		said |= 1U << i;
	}
	return true;
}

static void recognise(struct stderr_filter *f, const char *line)
{
	/* the first row counts: it says more than those below it */
	for (size_t i = 0; i < n_hints; i++) {
		if (strstr(line, hints[i].says)) {
			f->hinted |= 1ULL << i;
			return;
		}
	}
}

/* stapio's words for output that it can't write; the second are those of 4.x, a line a CPU */
static bool is_lost(const char *text)
{
	return strstr(text, "error writing output: ") || strstr(text, "Couldn't write to output ");
}

bool stderr_filter_line(void *filter, const char *line, size_t len)
{
	struct stderr_filter *f = filter;
	/* also turns a NUL into text, so that it is a string from here on */
	FREE char *text = str_escape(line, len);
	FREE char *out = text ? str_printf("%s\n", text) : NULL;
	bool lost = text && is_lost(text);
	const char *means = NULL;

	if (!out)
		return false;
	if (f->error_seen && !f->keep_all && stderr_is_noise(text))
		return false;
	/* stapio says so for each line that it can't write, and goes on for ever */
	if (lost && f->lost++ && !f->keep_all)
		return false;
	/* that the reader has gone is his affair, as it is for any program */
	if (lost && strstr(text, strerror(EPIPE)))
		return f->lost == 1;
	if (!f->keep_all && !first_aside(text, &means))
		return false;
	f->error_seen |= !strncmp(text, "ERROR: ", 7);
	recognise(f, text);
	FREE char *both = means ? str_printf("%s  that is: %s\n", out, means) : NULL;
	const char *words = both ? both : out;

	if (write(f->fd, words, strlen(words)) < 0)
		return false;		/* there is no reader any more */
	return lost && f->lost == 1;
}

void stderr_filter_hints(const struct stderr_filter *f, const char *release, bool interrupted,
			 struct strv *out)
{
	for (size_t i = 0; i < n_hints; i++) {
		FREE char *hint = NULL;

		if (!(f->hinted & 1ULL << i) || (interrupted && hints[i].when != RAN))
			continue;
		hint = str_replace(hints[i].hint, "@REL@", release);
		/* several lines may have one cause */
		if (hint && !strv_has(out, hint))
			strv_add(out, hint);
	}
}
