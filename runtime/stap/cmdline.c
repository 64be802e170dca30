// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/command.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "stap/quirks.h"

bool command_global_ok(const char *s)
{
	if (!isalpha((unsigned char)*s) && *s != '_')
		return false;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	return *s == '=';
}

int command_build(const struct request *r, struct command *c)
{
	strv_add(&c->argv, r->stap);
	/* one -v is about our steps; from the second on stap is verbose too */
	for (unsigned int i = 1; i < r->verbose; i++)
		strv_add(&c->argv, "-v");
	if (r->release) {
		strv_add(&c->argv, "-r");
		strv_add(&c->argv, r->release);
	}
	if (r->release || r->module)
		strv_add(&c->argv, "-p4");	/* can't be loaded here: stap would warn of it */
	if (r->module) {
		strv_add(&c->argv, "-m");
		strv_add(&c->argv, r->module);
	}
	if (r->runtime) {
		strv_add(&c->argv, "-R");
		strv_add(&c->argv, r->runtime);
	}
	strv_add(&c->argv, "-I");
	strv_add(&c->argv, r->tapsets);
	strv_add_all(&c->argv, &r->quirks->flags);
	for (size_t i = 0; i < r->globals->n; i++) {
		strv_add(&c->argv, "-G");
		strv_add(&c->argv, r->globals->v[i]);
	}
	/* stap takes no options after the script: ARGS may start with a dash */
	strv_add(&c->argv, r->script);
	for (char *const *a = r->args; *a; a++)
		strv_add(&c->argv, *a);

	strv_addf(&c->env, "SYSTEMTAP_DEBUGINFO_PATH=%s", r->debuginfo_path);
	strv_add_all(&c->env, &r->quirks->env);
	return c->argv.broken || c->env.broken ? -ENOMEM : 0;
}

/* Appends @word, quoted, to *@line */
static int append(char **line, const char *word)
{
	FREE char *quoted = str_shell_quote(word);
	char *more = quoted ? str_printf("%s %s", *line, quoted) : NULL;

	if (!more)
		return -ENOMEM;
	free(*line);
	*line = more;
	return 0;
}

char *command_shell(const struct command *c)
{
	const struct strv *parts[] = { &c->env, &c->argv };
	char *line = strdup("env");

	for (size_t p = 0; p < ARRAY_SIZE(parts) && line; p++) {
		for (size_t i = 0; i < parts[p]->n; i++) {
			if (append(&line, parts[p]->v[i])) {
				free(line);
				return NULL;
			}
		}
	}
	return line;
}

void command_free(struct command *c)
{
	strv_free(&c->argv);
	strv_free(&c->env);
}
