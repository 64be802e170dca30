// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "base/msg.h"
#include "print/table.h"

#define OPTS_MAX 32

/* getopt's two forms of a verb's table; -h, --help is in all of them */
static void make_tables(const struct verb *v, char letters[3 * OPTS_MAX], struct option *longs)
{
	char *l = letters;
	size_t n = 0;

	/* '+': the script's arguments are not ours, ':': we say what is missing */
	l += sprintf(l, "+:h");
	longs[n++] = (struct option){ verb_opt_help.name, no_argument, NULL, verb_opt_help.key };
	for (const struct verb_opt *o = v->opts; o && o->name && n < OPTS_MAX - 1; o++) {
		if (o->key < 256)
			l += sprintf(l, "%c%s", o->key, o->arg ? ":" : "");
		longs[n++] = (struct option){
			o->name, o->arg ? required_argument : no_argument, NULL, o->key,
		};
	}
	longs[n] = (struct option){ 0 };
}

static void complain(const struct verb *v, const char *word, int what, int letter)
{
	char one[3] = { '-', (char)letter, '\0' };

	/* in "-nx" it's the letter that is wrong, not the word */
	if (strncmp(word, "--", 2) && letter)
		word = one;
	if (what == ':')
		msg_error("%s: option '%s' needs a value", v->name, word);
	else if (letter && strchr(word, '='))
		msg_error("%s: option '%s' takes no value", v->name, word);
	else
		msg_error("%s: no option '%s'", v->name, word);
	msg_hint("%s %s --help lists the options", msg_program, v->name);
}

int verb_opts_next(struct verb_parse *p)
{
	struct option longs[OPTS_MAX + 1];
	char letters[3 * OPTS_MAX + 4];

	make_tables(p->verb, letters, longs);
	if (!p->rest)
		optind = 0;	/* GNU: start anew */
	opterr = 0;

	int key = getopt_long(p->argc, p->argv, letters, longs, NULL);

	p->rest = optind;
	p->value = optarg;
	switch (key) {
	case -1:
		return VERB_OPTS_END;
	case 'h':
		verb_help(p->verb);
		p->status = STATUS_OK;
		return VERB_OPTS_EXIT;
	case '?':
	case ':':
		complain(p->verb, p->argv[optind - 1], key, optopt < 256 ? optopt : 0);
		p->status = STATUS_USAGE;
		return VERB_OPTS_EXIT;
	}
	return key;
}

char *verb_opts_word(struct verb_parse *p)
{
	char *word = p->rest < p->argc ? p->argv[p->rest] : NULL;

	if (word)
		optind = ++p->rest;
	return word;
}

int verb_no_arguments(struct verb_parse *p)
{
	if (p->rest == p->argc)
		return 0;
	msg_error("%s takes no arguments, such as '%s'", p->verb->name, p->argv[p->rest]);
	msg_hint("%s %s --help shows how it is used", msg_program, p->verb->name);
	p->status = STATUS_USAGE;
	return VERB_OPTS_EXIT;
}

int verb_format(struct verb_parse *p, enum out_format *f)
{
	if (out_format_parse(p->value, f))
		return 0;
	msg_error("%s: no format '%s'; there are: " OUT_FORMATS, p->verb->name, p->value);
	p->status = STATUS_USAGE;
	return -EINVAL;
}

int verb_print(const struct table *t, enum out_format f)
{
	struct out_style style = out_style_of(STDOUT_FILENO);
	int ret = table_print(t, f, &style, stdout);

	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't print");
	return STATUS_FAILED;
}
