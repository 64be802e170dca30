// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/msg.h"

#include <errno.h>
#include <stdio.h>

#include "base/str.h"

const char *msg_program = "stap-vhost";
bool msg_verbose;
bool msg_quiet;
void (*msg_before)(void);

/*
 * One write per message: two processes on one terminal don't interleave. What
 * is in a message may come from a file's name, the environment or a child, so
 * all of it is made fit for a terminal here.
 */
static void emit(const char *label, const char *tail, const char *fmt, va_list ap)
{
	FREE char *text = str_vprintf(fmt, ap);
	FREE char *escaped = text ? str_escape(text, strlen(text)) : NULL;
	FREE char *line = escaped ? str_printf("%s%s%s\n", label, escaped, tail) : NULL;

	if (!line)
		return;
	fflush(stdout);
	if (msg_before)
		msg_before();
	if (write(STDERR_FILENO, line, strlen(line)) < 0)
		return;	/* there is no reader any more */
}

#define EMIT(label, tail, fmt)				\
	do {						\
		va_list ap;				\
		va_start(ap, fmt);			\
		emit(label, tail, fmt, ap);		\
		va_end(ap);				\
	} while (0)

static const char *label(char *buf, size_t size, const char *what)
{
	snprintf(buf, size, "%s: %s", msg_program, what);
	return buf;
}

void msg_error(const char *fmt, ...)
{
	char l[128];

	EMIT(label(l, sizeof(l), ""), "", fmt);
}

void msg_errno(int err, const char *fmt, ...)
{
	char l[128], tail[256];

	snprintf(tail, sizeof(tail), ": %s", strerror(err < 0 ? -err : err));
	EMIT(label(l, sizeof(l), ""), tail, fmt);
}

void msg_warn(const char *fmt, ...)
{
	char l[128];

	EMIT(label(l, sizeof(l), "warning: "), "", fmt);
}

void msg_hint(const char *fmt, ...)
{
	if (!msg_quiet)
		EMIT("  hint: ", "", fmt);
}

void msg_note(const char *fmt, ...)
{
	char l[128];

	if (!msg_quiet)
		EMIT(label(l, sizeof(l), ""), "", fmt);
}

void msg_debug(const char *fmt, ...)
{
	if (msg_verbose) {
		char l[128];

		EMIT(label(l, sizeof(l), ""), "", fmt);
	}
}
