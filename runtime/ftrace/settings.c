// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A setting is made in our instance where that has it, and else for all; then it is noted
 * before, so that it comes back. The tracer's options are in each instance, and yet one for all:
 * flags of the tracer itself (until each has its own, it is seen by looking at the top level's).
 */
#include "ftrace/ftrace.h"

#include <errno.h>

#include "base/journal.h"
#include "base/str.h"
#include "base/strv.h"

#define GRAPH "function_graph"

/* That it would be changed while another program looks at it */
static int check_shared(const struct ftrace *t, const char *file, struct ftrace_trouble *p)
{
	STRV_CLEAN struct strv who = { 0 };
	int ret = t->instance ? ftrace_others(t, GRAPH, &who) : 0;

	if (ret || !who.n)
		return ret;
	FREE char *all = strv_join(&who, ", ");

	ftrace_say(
		p,
		str_printf("programs that record graphs share %s, and others record in %s", file,
			   all ? all : "another place"),
		strdup("wait until they have ended, or use preset vhost without options, which "
		       "needs no shared setting"));
	return -EBUSY;
}

/* "7 (expanded: 1408)": a buffer that was never used; afterwards it has the second size */
static char *former(const struct ftrace *t, enum ftrace_where where, const char *file)
{
	char *value = ftrace_get(t, where, file);
	const char *more = value ? strstr(value, "(expanded: ") : NULL;

	if (more) {
		more += strlen("(expanded: ");
		char *expanded = strndup(more, strspn(more, "0123456789"));

		free(value);
		value = expanded;
	}
	return value;
}

static enum ftrace_where where_is(const struct ftrace *t, const char *file)
{
	return t->instance && ftrace_has(t, FTRACE_OURS, file) ? FTRACE_OURS : FTRACE_TOP;
}

static int refused(const char *file, const char *value, int ret, struct ftrace_trouble *p)
{
	ftrace_say(
		p,
		str_printf("the kernel does not accept '%s' for %s: %s", value, file,
			   strerror(-ret)),
		NULL);
	return ret;
}

int ftrace_set(struct ftrace *t, const char *file, const char *value, struct ftrace_trouble *p)
{
	enum ftrace_where where = where_is(t, file);
	FREE char *was = former(t, where, file);
	int ret = 0;

	if (!was) {
		ftrace_say(p, str_printf("this kernel has no %s", file), NULL);
		return -ENOENT;
	}
	if (!strcmp(was, value))
		return 0;
	if (where == FTRACE_TOP)
		ret = check_shared(t, file, p) ?: journal_note(&t->journal, JOURNAL_SET, file, was);
	if (ret)
		return ret;
	ret = ftrace_put(t, where, file, value, false);
	return ret ? refused(file, value, ret, p) : 0;
}

int ftrace_add(struct ftrace *t, const char *file, const char *word, struct ftrace_trouble *p)
{
	enum ftrace_where where = where_is(t, file);
	int ret = 0;

	if (where == FTRACE_TOP && !strv_has(&t->cleared, file)) {
		ret = check_shared(t, file, p) ?:
			      journal_note(&t->journal, JOURNAL_CLEAR, file, NULL);
		strv_add(&t->cleared, file);
	}
	return ret ? ret : ftrace_put(t, where, file, word, true);
}

int ftrace_tracer(struct ftrace *t, const char *tracer, struct ftrace_trouble *p)
{
	FREE char *file = t->instance ? str_printf("instances/%s/current_tracer", t->name) : NULL;
	int ret = 0;

	/* put back first: what a running tracer looks at is slow to change */
	if (t->instance)
		ret = file ? journal_note(&t->journal, JOURNAL_SET, file, "nop") : -ENOMEM;
	return ret ? ret : ftrace_set(t, "current_tracer", tracer, p);
}

int ftrace_command(struct ftrace *t, const char *command, struct ftrace_trouble *p)
{
	FREE char *undo = ftrace_unword(command);
	int ret = 0;

	(void)p;
	if (!t->instance)	/* emptying the file leaves commands in it */
		ret = undo ? journal_note(&t->journal, JOURNAL_APPEND, "set_ftrace_filter", undo) :
			     -ENOMEM;
	return ret ? ret : ftrace_put(t, FTRACE_OURS, "set_ftrace_filter", command, true);
}

int ftrace_option(struct ftrace *t, const char *name, bool on, struct ftrace_trouble *p)
{
	FREE char *file = str_printf("options/%s", name);
	FREE char *was = file ? ftrace_get(t, FTRACE_TOP, file) : NULL;
	FREE char *is = NULL;
	const char *value = on ? "1" : "0";
	int ret;

	if (!file)
		return -ENOMEM;
	if (!was || !t->instance)
		return ftrace_set(t, file, value, p);
	/* seen at the top level, if it is one for all */
	ret = journal_note(&t->journal, JOURNAL_SET, file, was);
	if (ret || !ftrace_has(t, FTRACE_OURS, file))
		return ret ? ret : ftrace_set(t, file, value, p);
	ret = ftrace_put(t, FTRACE_OURS, file, value, false);
	if (ret)
		return refused(file, value, ret, p);
	is = ftrace_get(t, FTRACE_TOP, file);
	if (!is || !strcmp(is, was))
		return 0;
	ret = check_shared(t, file, p);
	if (ret)
		ftrace_put(t, FTRACE_TOP, file, was, false);
	return ret;
}
