// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who records already, as far as tracefs tells: it knows no users. What isn't as the kernel
 * had it at its start is in use.
 */
#include "ftrace/ftrace.h"

#include <errno.h>

#include "base/strv.h"

static const struct {
	const char *file;
	const char *idle;	/* what its first line begins with when it is not set */
	const char *free;	/* how to give it back, by hand */
	bool all;		/* it acts on our instance too */
} uses[] = {
	{ "current_tracer", "nop", "echo nop > current_tracer", false },
	{ "set_event", NULL, "echo 0 > events/enable", false },
	{ "tracing_on", "1", "echo 1 > tracing_on", false },
	{ "set_ftrace_filter", "#### all functions enabled", "echo > set_ftrace_filter", false },
	{ "set_ftrace_notrace", "#### no functions disabled", "echo > set_ftrace_notrace", false },
	{ "set_ftrace_pid", "no pid", "echo > set_ftrace_pid", false },
	{ "set_ftrace_notrace_pid", "no pid", "echo > set_ftrace_notrace_pid", false },
	{ "set_graph_function", "#### all functions enabled", "echo > set_graph_function", true },
	{ "set_graph_notrace", "#### no functions disabled", "echo > set_graph_notrace", true },
	{ "max_graph_depth", "0", "echo 0 > max_graph_depth", true },
	{ "tracing_thresh", "0", "echo 0 > tracing_thresh", true },
};

/* What the file says first, if that isn't what it says when it is not set; NULL: it is free */
static char *said(const struct ftrace *t, size_t i)
{
	char *text = ftrace_get(t, FTRACE_TOP, uses[i].file);
	const char *idle = uses[i].idle;
	size_t len;

	if (!text)
		return NULL;
	len = strcspn(text, "\n");
	/* an empty file is not set */
	if (!*text || (idle ? !strncmp(text, idle, strlen(idle)) &&
				       (len == strlen(idle) || *idle == '#') && !text[len] :
			      !len)) {
		free(text);
		return NULL;
	}
	/* a command stands below the first line */
	if (idle && !strncmp(text, idle, strlen(idle)) && text[len])
		memmove(text, text + len + 1, strlen(text + len + 1) + 1);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

int ftrace_uses(const struct ftrace *t, struct strv *found)
{
	int64_t entries = t->instance ? 0 : ftrace_stats(t, FTRACE_TOP, "entries");

	for (size_t i = 0; i < ARRAY_SIZE(uses); i++) {
		FREE char *text = NULL;

		/* an instance that has a file of its own is not touched by the others' */
		if (t->instance && (!uses[i].all || ftrace_has(t, FTRACE_OURS, uses[i].file)))
			continue;
		text = said(t, i);
		if (text)
			strv_addf(found, "%s is '%s' (%s)", uses[i].file, text, uses[i].free);
	}
	if (entries > 0)
		strv_addf(found, "its buffer holds %lld events (echo > trace)", (long long)entries);
	return found->broken ? -ENOMEM : 0;
}
