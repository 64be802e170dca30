// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A journal is lines: "in DIRECTORY" first, then a step each, "set PATH VALUE". The last
 * line may be cut off, when its writer was killed: its setting was not changed yet.
 */
#include "base/journal.h"

#include <errno.h>

#include "base/str.h"

#define VALUE_MAX 4096

static const char *const words[] = {
	[JOURNAL_SET] = "set", [JOURNAL_CLEAR] = "clear", [JOURNAL_APPEND] = "append",
	[JOURNAL_REMOVE] = "remove",
};

static const bool has_value[] = { [JOURNAL_SET] = true,
				  [JOURNAL_CLEAR] = false,
				  [JOURNAL_APPEND] = true,
				  [JOURNAL_REMOVE] = false };

/* A path that stays where it is: no way up, no blank, nothing that isn't a setting's name */
bool journal_path_ok(const char *path)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";

	if (!*path || *path == '/' || path[strspn(path, letters)])
		return false;
	for (const char *at = path; at; at = strchr(at, '/') ? strchr(at, '/') + 1 : NULL)
		if (*at == '.' || *at == '/' || !*at)
			return false;
	return true;
}

static bool value_ok(const char *value)
{
	if (strlen(value) > VALUE_MAX)
		return false;
	for (; *value; value++)
		if ((unsigned char)*value < ' ' || *value == 0x7f)
			return false;
	return true;
}

char *journal_line(enum journal_kind kind, const char *path, const char *value)
{
	if (!journal_path_ok(path) || (value && !value_ok(value)) || has_value[kind] != !!value)
		return NULL;
	return str_printf("%s %s%s%s\n", words[kind], path, value ? " " : "", str_empty(value));
}

static int add(struct journal_steps *s, enum journal_kind kind, const char *path, const char *value)
{
	struct journal_step *v = reallocarray(s->v, s->n + 1, sizeof(*v)), *step;

	if (!v)
		return -ENOMEM;
	s->v = v;
	step = &v[s->n++];
	*step = (struct journal_step){ kind, strdup(path), value ? strdup(value) : NULL };
	return step->path && (!value || step->value) ? 0 : -ENOMEM;
}

/* "set PATH VALUE": @line is changed */
static int take_step(struct journal_steps *s, char *line)
{
	char *path = strchr(line, ' '), *value;

	if (!path)
		return 0;
	*path++ = '\0';
	value = strchr(path, ' ');
	if (value)
		*value++ = '\0';
	for (size_t k = 0; k < ARRAY_SIZE(words); k++)
		if (!strcmp(line, words[k]) && has_value[k] == !!value && journal_path_ok(path) &&
		    (!value || value_ok(value)))
			return add(s, k, path, value);
	return 0;
}

static int take_line(struct journal_steps *s, char *line)
{
	const char *settings = line + 3;

	if (strncmp(line, "in ", 3) != 0)
		return s->settings ? take_step(s, line) : 0;
	if (s->settings || *settings != '/' || !value_ok(settings))
		return 0;
	s->settings = strdup(settings);
	return s->settings ? 0 : -ENOMEM;
}

int journal_parse(const char *text, size_t len, struct journal_steps *s)
{
	const char *end = text + len, *newline;
	int ret = 0;

	*s = (struct journal_steps){ 0 };
	for (; !ret && (newline = memchr(text, '\n', end - text)); text = newline + 1) {
		/* nothing that we have written holds one */
		FREE char *line = memchr(text, '\0', newline - text) ?
					  strdup("") :
					  strndup(text, newline - text);

		ret = line ? take_line(s, line) : -ENOMEM;
	}
	return ret;
}

void journal_steps_free(struct journal_steps *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].path);
		free(s->v[i].value);
	}
	free(s->v);
	free(s->settings);
	*s = (struct journal_steps){ 0 };
}
