// SPDX-License-Identifier: GPL-2.0-or-later
/* The file NAME.meta beside a script: "field: value" lines, in SystemTap's own form. */
#include "stap/scripts.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"

#define META_MAX 65536

int meta_read(const char *script, struct meta *m)
{
	size_t len = strlen(script), stem = str_ends_with(script, ".stp") ? len - 4 : len;
	FREE char *path = str_printf("%.*s.meta", (int)stem, script);
	char *text = NULL, *save = NULL;

	*m = (struct meta){ 0 };

	int ret = path ? file_read(path, META_MAX, &text, &len) : -ENOMEM;

	if (ret)
		return ret;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *colon = strchr(line, ':');

		if (*line == '#' || !colon)
			continue;
		*colon = '\0';
		strv_add(&m->fields, line);
		strv_add(&m->values, colon + 1 + strspn(colon + 1, " \t"));
	}
	free(text);
	return m->fields.broken || m->values.broken ? -ENOMEM : 0;
}

const char *meta_get(const struct meta *m, const char *field)
{
	for (size_t i = 0; i < m->fields.n; i++)
		if (!strcmp(m->fields.v[i], field))
			return m->values.v[i];
	return NULL;
}

bool meta_for_stapusr(const char *script)
{
	CLEANUP(meta_free) struct meta m = { 0 };
	const char *value = meta_read(script, &m) ? NULL : meta_get(&m, "x-stapusr");

	return value && !strcmp(value, "yes");
}

void meta_free(struct meta *m)
{
	strv_free(&m->fields);
	strv_free(&m->values);
}

int meta_debuginfo(const char *script, struct strv *names)
{
	CLEANUP(meta_free) struct meta m = { 0 };
	int ret = meta_read(script, &m);
	const char *value = ret ? NULL : meta_get(&m, "debuginfo");
	FREE char *words = value ? strdup(value) : NULL;
	char *save = NULL;

	for (char *w = words ? strtok_r(words, " \t", &save) : NULL; w;
	     w = strtok_r(NULL, " \t", &save))
		if (!strv_has(names, w))
			strv_add(names, w);
	if (ret)
		return ret == -ENOENT ? 0 : ret;
	return names->broken ? -ENOMEM : 0;
}
