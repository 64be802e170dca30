// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb.h"

#include <stdio.h>

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

static void print_opt(int key, const char *name, const char *arg, const char *help)
{
	char left[80];
	int n = snprintf(left, sizeof(left), key < 256 ? "  -%c, " : "      ", key);

	n += snprintf(left + n, sizeof(left) - n, "--%s%s%s", name, arg ? " " : "",
		      arg ? arg : "");
	printf("%-*s", INDENT, left);
	if (n >= INDENT)
		printf("\n%*s", INDENT, "");
	print_block(help, INDENT);
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
		print_opt(o->key, o->name, o->arg, o->help);
	print_opt('h', "help", NULL, "show this");
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
	printf("Usage: %s VERB [OPTIONS] [ARGS…]\n\n"
	       "What a KVM guest's vhost-net queues are doing, and why packets are lost.\n\n"
	       "Verbs:\n", msg_program);
	for (const struct verb *const *v = verbs; *v; v++)
		printf("  %-12s%s\n", (*v)->name, (*v)->summary);
	printf("\n'%s VERB --help' tells more about one of them.\n", msg_program);
}

static int help(const struct verb *v, int argc, char **argv)
{
	struct verb_parse p = { v, argc, argv, NULL, 0, 0 };

	while (verb_opts_next(&p) != VERB_OPTS_END)
		return p.status;
	if (p.rest == argc) {
		verb_help_all();
		return STATUS_OK;
	}
	v = verb_find(argv[p.rest]);
	if (!v)
		return STATUS_USAGE;
	verb_help(v);
	return STATUS_OK;
}

const struct verb verb_help_verb = {
	.name = "help",
	.args = "[VERB]",
	.summary = "Show the verbs, or how one is used",
	.run = help,
};
