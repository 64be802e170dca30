// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include "base/msg.h"
#include "base/str.h"

#define INDENT 30	/* where an option's help starts */
#define WIDTH_MAX 100

/*
 * @text from column @indent on, as wide as the terminal is. Its lines are one paragraph, but for
 * empty ones and those that begin with a blank
 */
static void print_text(const struct out_style *s, const char *text, unsigned int indent)
{
	FREE char *flat = strdup(text);
	char *next = flat;

	for (char *at = flat; at && *at; at++)
		if (*at == '\n' && at[1] != '\n' && at[1] != ' ' && at > flat && at[-1] != '\n' &&
		    *next != ' ')
			*at = ' ';
		else if (*at == '\n')
			next = at + 1;
	for (char *line = flat; line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (*line == ' ')
			fputs(line, stdout);
		else
			out_wrap(stdout, s, line, indent, indent);
		putchar('\n');
		if (next && *next && *next != '\n')
			printf("%*s", (int)indent, "");
	}
}

static void print_opt(const struct out_style *s, const struct verb_opt *o)
{
	FREE char *help = verb_opt_help(o);
	const char *arg = verb_opt_arg(o);
	char left[80];
	int n = snprintf(left, sizeof(left), o->key < 256 ? "  -%c, " : "      ", o->key);

	n += snprintf(left + n, sizeof(left) - n, "--%s%s%s", o->name, arg ? " " : "",
		      str_empty(arg));
	printf("%-*s", INDENT, left);
	if (n >= INDENT)
		printf("\n%*s", INDENT, "");
	print_text(s, str_empty(help), INDENT);
}

static void print_notes(const struct out_style *s, const char *title, const struct verb_note *n,
			int indent)
{
	if (!n)
		return;
	printf("\n%s:\n", title);
	for (; n->what; n++) {
		printf("  %-*s", indent - 2, n->what);
		if ((int)strlen(n->what) > indent - 3)
			printf("\n%*s", indent, "");
		print_text(s, n->text, indent);
	}
}

/* Long lines are hard to read, however wide the terminal is */
static struct out_style style(void)
{
	struct out_style s = out_style_of(STDOUT_FILENO);

	if (s.width > WIDTH_MAX)
		s.width = WIDTH_MAX;
	return s;
}

static void print_about(const struct out_style *s, const struct verb *v)
{
	FREE char *list = v->list ? v->list() : NULL;
	const char *const texts[] = { v->about, list };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		if (!texts[i])
			continue;
		putchar('\n');
		print_text(s, texts[i], 0);
	}
}

void verb_help(const struct verb *v)
{
	struct out_style s = style();
	const struct verb_opt *o;

	printf("Usage: %s %s %s\n\n%s.\n", msg_program, v->name, v->args, v->summary);
	print_about(&s, v);
	printf("\nOptions:\n");
	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		print_opt(&s, o);
	if (v->examples) {
		printf("\nExamples:\n");
		for (const struct verb_note *n = v->examples; n->what; n++) {
			printf("  %s\n      ", n->what);
			print_text(&s, n->text, 6);
		}
	}
	print_notes(&s, "Environment", v->environment, INDENT);
	print_notes(&s, "Exit status", v->statuses, 10);
}

void verb_help_all(void)
{
	struct out_style s = style();

	printf("Usage: %s VERB [OPTIONS] [ARGS…]\n\n%s: %s.\n\n", msg_program, msg_program,
	       program.summary);
	print_text(&s, program.about, 0);
	printf("\nVerbs:\n");
	for (const struct verb *const *v = verbs; *v; v++)
		printf("  %-12s%s\n", (*v)->name, (*v)->summary);
	print_notes(&s, "Exit status", program.statuses, 10);
	print_notes(&s, "Files", program.files, INDENT);
	printf("\nSee also:\n");
	for (const char *const *p = program.see_also; *p; p++)
		printf("  %s\n", *p);
	printf("\n'%s VERB --help' and the manual page %s-VERB(8) describe one verb.\n",
	       msg_program, msg_program);
}
