// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include "base/msg.h"

#define INDENT 30	/* where an option's help starts */

/* @text from column @indent on, each line of it */
static void print_block(const char *text, int indent)
{
	for (const char *end;; text = end + 1) {
		end = strchr(text, '\n');
		printf("%.*s\n", end ? (int)(end - text) : (int)strlen(text), text);
		if (!end)
			return;
		printf("%*s", indent, "");
	}
}

static void print_opt(const struct verb_opt *o)
{
	char left[80];
	int n = snprintf(left, sizeof(left), o->key < 256 ? "  -%c, " : "      ", o->key);

	n += snprintf(left + n, sizeof(left) - n, "--%s%s%s", o->name, o->arg ? " " : "",
		      o->arg ? o->arg : "");
	printf("%-*s", INDENT, left);
	if (n >= INDENT)
		printf("\n%*s", INDENT, "");
	print_block(o->help, INDENT);
}

static void print_notes(const char *title, const struct verb_note *n, int indent)
{
	if (!n)
		return;
	printf("\n%s:\n", title);
	for (; n->what; n++) {
		printf("  %-*s", indent - 2, n->what);
		if ((int)strlen(n->what) > indent - 3)
			printf("\n%*s", indent, "");
		print_block(n->text, indent);
	}
}

void verb_help(const struct verb *v)
{
	printf("Usage: %s %s %s\n\n%s.\n", msg_program, v->name, v->args, v->summary);
	if (v->about)
		printf("\n%s\n", v->about);
	printf("\nOptions:\n");
	for (const struct verb_opt *o = v->opts; o && o->name; o++)
		print_opt(o);
	print_opt(&verb_opt_help);
	if (v->examples) {
		printf("\nExamples:\n");
		for (const struct verb_note *n = v->examples; n->what; n++)
			printf("  %s\n      %s\n", n->what, n->text);
	}
	print_notes("Environment", v->environment, INDENT);
	print_notes("Exit status", v->statuses, 10);
}

void verb_help_all(void)
{
	printf("Usage: %s VERB [OPTIONS] [ARGS…]\n\n%s: %s.\n\n%s\n\nVerbs:\n", msg_program,
	       msg_program, program.summary, program.about);
	for (const struct verb *const *v = verbs; *v; v++)
		printf("  %-12s%s\n", (*v)->name, (*v)->summary);
	print_notes("Exit status", program.statuses, 10);
	print_notes("Files", program.files, INDENT);
	printf("\nSee also:\n");
	for (const char *const *p = program.see_also; *p; p++)
		printf("  %s\n", *p);
	printf("\n'%s VERB --help' and the manual page %s-VERB(8) describe one verb.\n",
	       msg_program, msg_program);
}
