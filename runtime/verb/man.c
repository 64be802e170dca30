// SPDX-License-Identifier: GPL-2.0-or-later
/* The manual pages: one a verb, with what its --help shows, and stap-vhost(8), their index. */
#include "verb/verb.h"

#include <ctype.h>
#include <errno.h>

#include "base/msg.h"
#include "base/roff.h"
#include "base/str.h"
#include "base/strv.h"

static void put_opt(FILE *out, const struct verb_opt *o)
{
	FREE char *help = verb_opt_help(o);
	const char *arg = verb_opt_arg(o);
	char usage[120];
	int n = 0;

	if (o->key < 256)
		n = snprintf(usage, sizeof(usage), "-%c, ", o->key);
	snprintf(usage + n, sizeof(usage) - n, "--%s%s%s", o->name, arg ? " " : "",
		 str_empty(arg));
	roff_item(out, usage, str_empty(help));
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

static void put_notes(FILE *out, const char *title, const struct verb_note *n,
		      void item(FILE *out, const char *what, const char *text))
{
	if (!n || !n->what)
		return;
	roff_section(out, title);
	for (; n->what; n++)
		item(out, n->what, n->text);
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

/* The pages of all verbs but @but, and those of the program */
static void put_see_also(FILE *out, const struct verb *but)
{
	STRV_CLEAN struct strv pages = { 0 };

	if (but)
		strv_addf(&pages, "%s(8)", msg_program);
	for (const struct verb *const *v = verbs; *v; v++)
		if (*v != but)
			strv_addf(&pages, "%s-%s(8)", msg_program, (*v)->name);
	for (const char *const *p = program.see_also; *p; p++)
		strv_add(&pages, *p);
	roff_section(out, "SEE ALSO");
	if (!pages.broken)
		roff_references(out, (const char *const *)pages.v);
}

static void put_title(FILE *out, const char *name, const char *summary)
{
	FREE char *version = str_printf("%s %s", msg_program, program.version);

	roff_title(out, name, "8", version ? version : msg_program);
	roff_name(out, name, summary);
	roff_section(out, "SYNOPSIS");
}

int verb_man(FILE *out, const struct verb *v)
{
	FREE char *name = str_printf("%s-%s", msg_program, v->name);
	FREE char *summary = strdup(v->summary);
	FREE char *sentence = str_printf("%s.", v->summary);
	FREE char *list = v->list ? v->list() : NULL;
	const struct verb_opt *o;

	if (!name || !summary || !sentence || (v->list && !list))
		return -ENOMEM;
	*summary = (char)tolower((unsigned char)*summary);
	put_title(out, name, summary);
	put_usage(out, v);
	roff_section(out, "DESCRIPTION");
	roff_text(out, sentence);
	if (v->about)
		roff_para(out, v->about);
	if (list)
		roff_para(out, list);
	roff_section(out, "OPTIONS");
	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		put_opt(out, o);
	put_notes(out, "EXIT STATUS", v->statuses ? v->statuses : program.statuses, roff_item);
	put_notes(out, "ENVIRONMENT", v->environment, roff_item_literal);
	put_notes(out, "FILES", program.files, roff_item_literal);
	put_notes(out, "EXAMPLES", v->examples, roff_item_literal);
	put_see_also(out, v);
	return 0;
}

void verb_man_index(FILE *out)
{
	put_title(out, msg_program, program.summary);
	roff_usage(out, msg_program);
	fputs(" ", out);
	roff_usage(out, "VERB [OPTIONS] [ARGS…]");
	fputs("\n", out);
	roff_section(out, "DESCRIPTION");
	roff_text(out, program.about);
	roff_section(out, "VERBS");
	roff_text(out, "Each verb has a page of its own.");
	for (const struct verb *const *v = verbs; *v; v++) {
		FREE char *text = str_printf("%s: see %s-%s(8).", (*v)->summary, msg_program,
					     (*v)->name);

		roff_item_literal(out, (*v)->name, text ? text : (*v)->summary);
	}
	put_notes(out, "EXIT STATUS", program.statuses, roff_item);
	put_environment(out);
	put_notes(out, "FILES", program.files, roff_item_literal);
	put_see_also(out, NULL);
}
