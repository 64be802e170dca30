// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules/modules.h"

#include <errno.h>
#include <stdio.h>

#include "base/strv.h"
#include "host/elf.h"

/* "pid:string" of a parm=; the runtime's own have words there: "_stp_bufsize:buffer size (int)" */
static void add_param(struct modinfo *i, const char *text)
{
	const char *colon = strchr(text, ':');

	if (!colon || colon == text)
		return;
	strv_addf(&i->params, "%.*s", (int)(colon - text), text);
	strv_add(&i->types, colon + 1);
}

int modinfo_parse(const char *text, size_t len, struct modinfo *i)
{
	const char *end = text + len;

	while (text < end) {
		size_t n = strnlen(text, end - text);
		FREE char *word = strndup(text, n);

		if (!word)
			return -ENOMEM;
		text += n + 1;
		if (!strncmp(word, "vermagic=", 9) && !i->vermagic)
			i->vermagic = strdup(word + 9);
		else if (!strncmp(word, "parmtype=", 9))
			add_param(i, word + 9);
	}
	if (i->params.broken || i->types.broken)
		return -ENOMEM;
	return i->vermagic ? 0 : -ENOEXEC;
}

int modinfo_read(const char *path, struct modinfo *i)
{
	FREE char *text = NULL;
	size_t len;

	*i = (struct modinfo){ 0 };

	int ret = elf_modinfo(path, i->arch, &text, &len);

	return ret ? ret : modinfo_parse(text, len, i);
}

const char *modinfo_param(const struct modinfo *i, const char *name)
{
	for (size_t n = 0; n < i->params.n; n++)
		if (!strcmp(i->params.v[n], name))
			return i->types.v[n];
	return NULL;
}

/* stap's own: argc and argv_N of scripts that use argv[], _stp_bufsize of the runtime */
static bool is_internal(const char *name)
{
	return !strcmp(name, "argc") || !strncmp(name, "argv_", 5) || *name == '_';
}

void modinfo_globals(const struct modinfo *i, struct strv *names)
{
	for (size_t n = 0; n < i->params.n; n++)
		if (!is_internal(i->params.v[n]))
			strv_add(names, i->params.v[n]);
}

void modinfo_free(struct modinfo *i)
{
	free(i->vermagic);
	strv_free(&i->params);
	strv_free(&i->types);
	*i = (struct modinfo){ 0 };
}
