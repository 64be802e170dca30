// SPDX-License-Identifier: GPL-2.0-or-later
/* Which scripts there are, by what their .meta files say. */
#include "verb/verb.h"

#include <errno.h>
#include <stdio.h>

#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "print/table.h"
#include "stap/scripts.h"

struct script {
	char *path;
	struct meta meta;
	bool has_meta;
};

struct list {
	bool verbose, only_names;
	const struct writer *format;
	struct strv dirs, names;
	struct script *scripts;	/* one for each name */
	struct strv fields;	/* all that any of them has */
	struct column *columns;
};

#define AT(member) offsetof(struct list, member)

static const struct verb_opt opts[] = {
	{ 'v', "verbose", NULL, "also the purpose of each script, and its arguments",
	  { OPTION_FLAG, AT(verbose) } },
	{ VERB_LONG, "names", NULL, "names alone, one a line", { OPTION_FLAG, AT(only_names) } },
	VERB_FORMAT_ROW(struct list, format, table_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost list -v", "the scripts, what each shows, and how to call it" },
	{ "stap-vhost list --format json", "the same, with every field of their .meta files" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_DATADIR,
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "the scripts were listed" },
	{ "2", "wrong option" },
	{ "3", "there are no scripts" },
	{ 0 },
};

static void list_free(struct list *l)
{
	for (size_t i = 0; l->scripts && i < l->names.n; i++) {
		free(l->scripts[i].path);
		meta_free(&l->scripts[i].meta);
	}
	free(l->scripts);
	free(l->columns);
	strv_free(&l->dirs);
	strv_free(&l->names);
	strv_free(&l->fields);
}

static int parse(struct list *l, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	if (l->only_names && !l->format->prose)
		return verb_usage(p, NULL, "--names prints text, not %s", l->format->name);
	return verb_no_arguments(p);
}

static bool is_argument(const char *field)
{
	return !strncmp(field, "arg_", 4);
}

/* What we have ourselves: the name is the one that 'run' takes */
static bool is_ours(const char *field)
{
	return !strcmp(field, "name") || !strcmp(field, "path") || !strcmp(field, "arguments");
}

static int read_all(struct list *l)
{
	scripts_datadirs(&l->dirs);
	scripts_list(&l->dirs, &l->names);
	l->scripts = calloc(l->names.n + 1, sizeof(*l->scripts));
	if (!l->scripts || l->names.broken)
		return STATUS_FAILED;
	for (size_t i = 0; i < l->names.n; i++) {
		struct script *s = &l->scripts[i];

		/* what was listed and is gone now is without a .meta too */
		s->has_meta = !scripts_find(&l->dirs, l->names.v[i], &s->path) &&
			      !meta_read(s->path, &s->meta);
		for (size_t k = 0; k < s->meta.fields.n; k++) {
			const char *field = s->meta.fields.v[k];

			if (!is_argument(field) && !is_ours(field) &&
			    !strv_has(&l->fields, field))
				strv_add(&l->fields, field);
		}
	}
	return l->fields.broken ? STATUS_FAILED : STATUS_OK;
}

static void arguments(struct table *t, size_t column, const struct script *s)
{
	STRV_CLEAN struct strv args = { 0 };

	for (size_t k = 0; k < s->meta.fields.n; k++)
		if (is_argument(s->meta.fields.v[k]))
			strv_add(&args, s->meta.values.v[k]);
	if (s->has_meta)
		table_list(t, column, &args);
}

enum { NAME, TITLE, PATH, DESCRIPTION, USAGE, ARGUMENTS, TEXT_COLUMNS };

static int print_prose(const struct list *l)
{
	static const struct column columns[] = {
		[NAME] = { "name", "SCRIPT", IN_LINE },
		[TITLE] = { "title", "WHAT IT SHOWS", IN_LINE },
		[PATH] = { "path", "file", BELOW_WHOLE },
		[DESCRIPTION] = { "description", "", BELOW },
		[USAGE] = { "usage", "usage", BELOW },
		[ARGUMENTS] = { "arguments", "arguments", BELOW },
	};
	CLEANUP(table_free) struct table t;

	table_init(&t, "list", "scripts", columns, TEXT_COLUMNS);
	for (size_t i = 0; i < l->names.n; i++) {
		const struct script *s = &l->scripts[i];

		table_row(&t);
		table_string(&t, NAME, l->names.v[i]);
		table_string(&t, TITLE, meta_get(&s->meta, "title"));
		if (!l->verbose)
			continue;
		table_string(&t, PATH, s->path);
		table_string(&t, DESCRIPTION, meta_get(&s->meta, "description"));
		table_string(&t, USAGE, meta_get(&s->meta, "usage"));
		arguments(&t, ARGUMENTS, s);
	}
	return verb_print(&t, l->format);
}

/* name, path, arguments, and each field that any script has */
static int print_fields(struct list *l)
{
	size_t n = 3 + l->fields.n;
	CLEANUP(table_free) struct table t = { 0 };

	l->columns = calloc(n, sizeof(*l->columns));
	if (!l->columns)
		return STATUS_FAILED;
	l->columns[0].key = "name";
	l->columns[1].key = "path";
	l->columns[2].key = "arguments";
	for (size_t i = 3; i < n; i++)
		l->columns[i].key = l->fields.v[i - 3];
	table_init(&t, "list", "scripts", l->columns, n);
	for (size_t i = 0; i < l->names.n; i++) {
		const struct script *s = &l->scripts[i];

		table_row(&t);
		table_string(&t, 0, l->names.v[i]);
		table_string(&t, 1, s->path);
		arguments(&t, 2, s);
		for (size_t k = 3; k < n; k++)
			table_string(&t, k, meta_get(&s->meta, l->columns[k].key));
	}
	return verb_print(&t, l->format);
}

static int print_names(const struct list *l)
{
	for (size_t i = 0; i < l->names.n; i++) {
		FREE char *name = str_escape(l->names.v[i], strlen(l->names.v[i]));

		puts(str_empty(name));
	}
	return STATUS_OK;
}

static int list(const struct verb *v, int argc, char **argv)
{
	CLEANUP(list_free) struct list l = { 0 };
	struct verb_parse p = { v, argc, argv, &l };

	if (parse(&l, &p))
		return p.status;

	int status = read_all(&l);

	if (status) {
		msg_error("out of memory");
		return status;
	}
	if (l.only_names)
		status = print_names(&l);
	else
		status = l.format->prose ? print_prose(&l) : print_fields(&l);
	if (status || l.names.n)
		return status;
	msg_error("list: no scripts are installed");
	msg_hint("set STAP_VHOST_DATADIR to a directory that has scripts/ and tapsets/");
	return STATUS_MISSING;
}

VERB = {
	.name = "list",
	.place = 9,
	.args = "[OPTIONS]",
	.summary = "List the scripts that 'run' knows by name",
	.about =
	"--format json prints an object, stap-vhost.list/1, as list.schema.json in the data\n"
	"directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = list,
};
