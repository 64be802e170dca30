// SPDX-License-Identifier: GPL-2.0-or-later
/* What a person has typed, as tracefs takes it. */
#include "ftrace/ftrace.h"

#include <ctype.h>
#include <fnmatch.h>

#include "base/str.h"

#define WORD_MAX 250
#define CPU_MAX 8192

/* Commands of set_ftrace_filter: "FUNCTION:COMMAND[:VALUE]" */
static const char *const commands[] = {
	"traceon", "traceoff", "snapshot", "stacktrace", "dump", "cpudump", "enable_event",
	"disable_event",
};

static bool is_command(const char *word, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (strlen(commands[i]) == len && !strncmp(commands[i], word, len))
			return true;
	return false;
}

static bool letters_ok(const char *word)
{
	static const char others[] = "_.*?$:[]-";

	for (const char *c = word; *c; c++)
		if (!isalnum((unsigned char)*c) && !strchr(others, *c))
			return false;
	return *word && strlen(word) <= WORD_MAX;
}

enum ftrace_word ftrace_word(const char *word)
{
	const char *colon = strchr(word, ':'), *rest;
	size_t len;

	/* a number would be the so-manieth function */
	if (!letters_ok(word) || isdigit((unsigned char)*word))
		return WORD_WRONG;
	if (!colon)
		return ftrace_preset(word) ? WORD_PRESET : WORD_FUNCTION;
	rest = colon + 1;
	len = strcspn(rest, ":");
	if (len == 3 && !strncmp(rest, "mod", 3) && rest[len] == ':' && rest[len + 1] &&
	    !strchr(rest + len + 1, ':'))
		return WORD_FILTER;
	if (colon == word || !*rest)
		return WORD_WRONG;
	if (is_command(rest, len))
		return WORD_COMMAND;
	return rest[len] ? WORD_WRONG : WORD_MODULE;
}

char *ftrace_unword(const char *command)
{
	const char *at = strchr(command, ':');
	const char *value = at ? strchr(at + 1, ':') : NULL;

	if (!at)
		return NULL;
	/* an event's name stays, a count becomes one of none */
	if (value && isdigit((unsigned char)value[1]))
		return str_printf("!%.*s:0", (int)(value - command), command);
	return str_printf("!%s", command);
}

static bool take_number(const char **at, unsigned int *n)
{
	char *end;
	unsigned long value;

	if (!isdigit((unsigned char)**at))
		return false;
	value = strtoul(*at, &end, 10);
	*at = end;
	*n = value < CPU_MAX ? value : CPU_MAX;
	return value < CPU_MAX;
}

/* The highest CPU, -1: it's no list. @set takes CPU_MAX bits */
static int read_list(const char *list, unsigned char *set)
{
	int most = -1;

	for (const char *at = list;; at++) {
		unsigned int from, to;

		if (!take_number(&at, &from))
			return -1;
		to = from;
		if (*at == '-') {
			at++;
			if (!take_number(&at, &to) || to < from)
				return -1;
		}
		for (unsigned int i = from; i <= to; i++)
			set[i / 4] |= 1 << i % 4;
		most = (int)to > most ? (int)to : most;
		if (*at != ',')
			return *at ? -1 : most;
	}
}

char *ftrace_cpumask(const char *list)
{
	unsigned char set[CPU_MAX / 4] = { 0 };
	int most = read_list(list, set);
	char *mask, *o;

	if (most < 0)
		return NULL;
	o = mask = malloc(most / 4 + 2 + most / 32 + 1);
	for (int i = most / 4; mask && i >= 0; i--) {
		o += sprintf(o, "%x", set[i]);
		if (i && i % 8 == 0)
			*o++ = ',';
	}
	if (mask)
		*o = '\0';
	return mask;
}

bool ftrace_is_function(const char *line, const char *glob, const char *module)
{
	size_t len = strcspn(line, " \t\n");
	const char *open = line + len + strspn(line + len, " \t");
	char name[WORD_MAX + 1];

	if (!len || len > WORD_MAX)
		return false;
	memcpy(name, line, len);
	name[len] = '\0';
	if (fnmatch(glob, name, 0) != 0)
		return false;
	if (!module)
		return true;
	return *open == '[' && !strncmp(open + 1, module, strlen(module)) &&
	       open[1 + strlen(module)] == ']';
}
