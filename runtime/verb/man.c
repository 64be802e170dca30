// SPDX-License-Identifier: GPL-2.0-or-later
/* The manual page: what --help says of each verb, in the order that pages have. */
#include "verb/verb.h"

#include "base/msg.h"
#include "base/roff.h"
#include "base/str.h"

static void put_opt(FILE *out, const struct verb_opt *o)
{
	char usage[120];
	int n = 0;

	if (o->key < 256)
		n = snprintf(usage, sizeof(usage), "-%c, ", o->key);
	snprintf(usage + n, sizeof(usage) - n, "--%s%s%s", o->name, o->arg ? " " : "",
		 o->arg ? o->arg : "");
	roff_item(out, usage, o->help);
}

static void put_usage(FILE *out, const struct verb *v)
{
	roff_usage(out, msg_program);
	putc(' ', out);
	roff_usage(out, v->name);
	if (*v->args)
		putc(' ', out);
	roff_usage(out, v->args);
	putc('\n', out);
}

static void put_synopsis(FILE *out)
{
	roff_section(out, "SYNOPSIS");
	for (const struct verb *const *v = verbs; *v; v++) {
		if (v != verbs)
			fputs(".br\n", out);
		put_usage(out, *v);
	}
}

static void put_verb(FILE *out, const struct verb *v)
{
	FREE char *summary = str_printf("%s.", v->summary);

	roff_subsection(out, v->name);
	put_usage(out, v);
	roff_para(out, summary ? summary : v->summary);
	if (v->about)
		roff_para(out, v->about);
	for (const struct verb_opt *o = v->opts; o && o->name; o++)
		put_opt(out, o);
}

static void put_notes(FILE *out, const struct verb_note *n,
		      void item(FILE *out, const char *what, const char *text))
{
	for (; n && n->what; n++)
		item(out, n->what, n->text);
}

static void put_statuses(FILE *out)
{
	roff_section(out, "EXIT STATUS");
	put_notes(out, program.statuses, roff_item);
	for (const struct verb *const *v = verbs; *v; v++) {
		if (!(*v)->statuses)
			continue;
		roff_subsection(out, (*v)->name);
		put_notes(out, (*v)->statuses, roff_item);
	}
}

/* Whether a verb before @end has @note, word for word */
static bool is_told(const struct verb *const *end, const struct verb_note *note)
{
	for (const struct verb *const *v = verbs; v != end; v++)
		for (const struct verb_note *n = (*v)->environment; n && n->what; n++)
			if (!strcmp(n->what, note->what) && !strcmp(n->text, note->text))
				return true;
	return false;
}

static void put_environment(FILE *out)
{
	roff_section(out, "ENVIRONMENT");
	for (const struct verb *const *v = verbs; *v; v++)
		for (const struct verb_note *n = (*v)->environment; n && n->what; n++)
			if (!is_told(v, n))
				roff_item_literal(out, n->what, n->text);
}

static void put_examples(FILE *out)
{
	roff_section(out, "EXAMPLES");
	for (const struct verb *const *v = verbs; *v; v++)
		put_notes(out, (*v)->examples, roff_item_literal);
}

void verb_man(FILE *out)
{
	FREE char *version = str_printf("%s %s", msg_program, program.version);

	roff_title(out, msg_program, "8", version ? version : msg_program);
	roff_name(out, msg_program, program.summary);
	put_synopsis(out);
	roff_section(out, "DESCRIPTION");
	roff_text(out, program.about);
	roff_section(out, "OPTIONS");
	roff_text(out, "Each verb has this one, beside its own:");
	put_opt(out, &verb_opt_help);
	roff_section(out, "VERBS");
	for (const struct verb *const *v = verbs; *v; v++)
		put_verb(out, *v);
	put_statuses(out);
	put_environment(out);
	roff_section(out, "FILES");
	put_notes(out, program.files, roff_item_literal);
	put_examples(out);
	roff_section(out, "SEE ALSO");
	roff_references(out, program.see_also);
}
