// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A script's globals are its module's parameters. staprun and the kernel take
 * what is wrong with them badly: a blank ends a value, an unknown name is
 * ignored, a number that is none is "Invalid parameters".
 */
#include "modules/modules.h"

#include <errno.h>
#include <stdio.h>

#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "stap/command.h"

#define STRING_MAX 511	/* MAXSTRINGLEN, without the end */

static int refuse(struct problem *p, char *what, char *hint)
{
	problem_set(p, what, hint);
	return -EINVAL;
}

bool params_can_hold(const char *global)
{
	for (const unsigned char *s = (const unsigned char *)global; *s; s++)
		if (*s <= ' ' || *s == '"' || *s == 0x7f)
			return false;
	return true;
}

/* Appends @word to "NAME=a,b", each blank in it as a comma: "$(pidof x)" is one word */
static int join(char **list, const char *name, const char *word)
{
	char *more = *list ? str_printf("%s,%s", *list, word) : str_printf("%s=%s", name, word);

	if (!more)
		return -ENOMEM;
	for (char *c = more; *c; c++)
		if (strchr(" \t\n", *c))
			*c = ',';
	free(*list);
	*list = more;
	return 0;
}

int params_words(const char *load_args, char *const *words, struct strv *globals,
	       struct problem *p)
{
	FREE char *list = NULL;
	size_t len = strlen(load_args);

	for (; *words; words++) {
		if (!strncmp(*words, load_args, len) && (*words)[len] == '=') {
			if (join(&list, load_args, *words + len + 1))
				return -ENOMEM;
		} else if (command_global_ok(*words)) {
			if (!params_can_hold(*words))
				return refuse(p, str_printf("'%s': a value can't have blanks or "
							    "quotes", *words), NULL);
			strv_add(globals, *words);
		} else if (join(&list, load_args, *words)) {
			return -ENOMEM;
		}
	}
	if (list && !params_can_hold(list))
		return refuse(p, str_printf("'%s': a value can't have quotes or control characters",
					    list), NULL);
	if (list)
		strv_add(globals, list);
	return globals->broken ? -ENOMEM : 0;
}

static int unknown(const char *name, const struct modinfo *i, struct problem *p)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *all = NULL;
	const char *nearest;

	modinfo_globals(i, &names);
	all = strv_join(&names, ", ");
	nearest = strv_nearest(&names, name);
	if (nearest)
		return refuse(p, str_printf("the script has no global '%s'", name),
			      str_printf("did you mean %s?", nearest));
	return refuse(p, str_printf("the script has no global '%s'", name),
		      names.n ? str_printf("it has: %s", str_empty(all)) : NULL);
}

static int check_one(const char *global, const struct modinfo *i, struct problem *p)
{
	const char *value = strchr(global, '=') + 1;
	FREE char *name = strndup(global, value - 1 - global);
	const char *type = name ? modinfo_param(i, name) : NULL;

	if (!name)
		return -ENOMEM;
	if (!type)
		return unknown(name, i, p);
	if (strcmp(type, "string")) {
		char *end;

		errno = 0;
		strtoll(value, &end, 0);
		if (!*value || *end || errno)
			return refuse(p, str_printf("%s=%s: not a number", name, value), NULL);
	} else if (strlen(value) > STRING_MAX) {
		return refuse(p, str_printf("%s=…: %zu characters are too many, a script's string "
					    "has at most %d", name, strlen(value), STRING_MAX),
			      NULL);
	}
	return 0;
}

int params_check(const struct strv *globals, const struct modinfo *i, struct problem *p)
{
	int ret = 0;

	for (size_t n = 0; n < globals->n && !ret; n++)
		ret = check_one(globals->v[n], i, p);
	return ret;
}
