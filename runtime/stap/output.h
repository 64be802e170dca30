/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stap writes to its standard error (output.c, hints.c). */
#ifndef STAP_OUTPUT_H
#define STAP_OUTPUT_H

#include "base/base.h"
#include "base/strv.h"

struct hint {
	/* RAN: of a script that ran, so that it's worth saying after Ctrl-C too */
	enum { FAILED, RAN } when;
	const char *says;	/* part of a line of stap's */
	const char *hint;	/* what to do; @REL@ is the kernel's release */
};

extern const struct hint hints[];
extern const size_t n_hints;

/* A warning of stap's that is written once in a run of ours, with what it means */
struct aside {
	const char *says, *means;
};

extern const struct aside asides[];
extern const size_t asides_n;

struct stderr_filter {
	bool keep_all;		/* -v: the noise too */
	bool error_seen;	/* a line that says ERROR: went through */
	unsigned int lost;	/* lines that say that output can't be written */
	unsigned long long hinted;	/* bit n: hints[n] was recognised */
	int fd;			/* where the lines go */
};

/*
 * One line of stap's; for struct child's on_stderr: true when the output can't
 * be written any more
 */
bool stderr_filter_line(void *filter, const char *line, size_t len);
/* Whether the line only repeats what an ERROR line before it said */
bool stderr_is_noise(const char *line);
/* The recognised hints as text. What broke because it was interrupted needs none. */
void stderr_filter_hints(const struct stderr_filter *f, const char *release, bool interrupted,
			 struct strv *out);

#endif
