// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "print/table.h"

#define OPTS_MAX 32

/* getopt's two forms of a verb's table. A long option's value is its place, beyond all letters */
static void make_tables(const struct verb *v, char letters[2 * OPTS_MAX + 3], struct option *longs)
{
	const struct verb_opt *o;
	char *l = letters;
	size_t i;

	/* ':': we say what is missing */
	l += sprintf(l, "%s:", v->own_words ? "+" : "");
	for (i = 0; (o = verb_opt_at(v, i)) && i < OPTS_MAX - 1; i++) {
		bool valued = verb_opt_arg(o);

		if (o->key < 256)
			l += sprintf(l, "%c%s", o->key, valued ? ":" : "");
		longs[i] = (struct option){
			o->name, valued ? required_argument : no_argument, NULL, 256 + (int)i,
		};
	}
	longs[i] = (struct option){ 0 };
}

static const struct verb_opt *option_of(const struct verb *v, int got)
{
	const struct verb_opt *o;

	if (got >= 256)
		return verb_opt_at(v, got - 256);
	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		if (o->key == got)
			return o;
	return NULL;
}

static void suggest(const struct verb *v, const char *word)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *typed = strndup(word, strcspn(word, "="));
	const char *nearest = NULL;
	const struct verb_opt *o;

	for (size_t i = 0; (o = verb_opt_at(v, i)); i++)
		strv_addf(&names, "--%s", o->name);
	if (typed && !strncmp(word, "--", 2))
		nearest = strv_nearest(&names, typed);
	if (nearest)
		msg_hint("did you mean %s?", nearest);
	else
		msg_hint("%s %s --help lists the options", msg_program, v->name);
}

/* @got and @opt as getopt_long() leaves them; @word is the long option, where it is one */
static void complain(const struct verb *v, const char *word, int got, int opt)
{
	char one[3] = { '-', (char)opt, '\0' };
	bool letter = opt > 0 && opt < 256;

	if (letter)
		word = one;
	if (got == ':')
		msg_error("%s: option '%s' needs a value", v->name, word);
	else if (opt >= 256)
		msg_error("%s: option '%s' takes no value", v->name, word);
	else
		msg_error("%s: no option '%s'", v->name, word);
	suggest(v, word);
}

/* NULL: nothing is changed. -EINVAL */
static int take_writer(const struct verb_opt *o, const struct writer *w, void *to)
{
	if (!w)
		return -EINVAL;
	*(const struct writer **)((char *)to + o->is.at) = w;
	return 0;
}

static int take(struct verb_parse *p, const struct verb_opt *o)
{
	char text[OPTION_TEXT_MAX];
	int ret = verb_common_take(o, optarg);

	if (ret == -ENOENT && o->writers)
		ret = take_writer(o, writers_find(o->writers, optarg), p->to);
	else if (ret == -ENOENT)
		ret = option_take(&o->is, o->arg, optarg, p->to);
	if (ret)
		return verb_usage_value(p, o->name, option_wants(&o->is, verb_opt_arg(o), text),
					optarg);
	return 0;
}

/* What is not asked for otherwise */
static void set_defaults(struct verb_parse *p)
{
	const struct verb_opt *o;

	for (size_t i = 0; (o = verb_opt_at(p->verb, i)); i++)
		if (o->writers)
			take_writer(o, writers_at(o->writers, 0), p->to);
}

int verb_opts_next(struct verb_parse *p)
{
	char letters[2 * OPTS_MAX + 3];
	struct option longs[OPTS_MAX];
	const struct verb_opt *o;

	make_tables(p->verb, letters, longs);
	if (!p->rest) {
		optind = 0;	/* GNU: start anew */
		set_defaults(p);
	}
	opterr = 0;
	do {
		int got = getopt_long(p->argc, p->argv, letters, longs, NULL);

		p->rest = optind;
		p->value = optarg;
		if (got == -1)
			return VERB_OPTS_END;
		if (got == '?' || got == ':') {
			complain(p->verb, p->argv[optind - 1], got, optopt);
			p->status = STATUS_USAGE;
			return VERB_OPTS_EXIT;
		}
		o = option_of(p->verb, got);
		if (o && o->key == 'h') {
			verb_help(p->verb);
			p->status = STATUS_OK;
			return VERB_OPTS_EXIT;
		}
		if (o && o->is.type != OPTION_OTHER && take(p, o))
			return VERB_OPTS_EXIT;
	} while (o && o->is.type != OPTION_OTHER);
	return o ? o->key : VERB_OPTS_EXIT;
}

int verb_opts(struct verb_parse *p)
{
	return verb_opts_next(p) == VERB_OPTS_END ? 0 : -EINVAL;
}

int verb_usage(struct verb_parse *p, const char *hint, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	FREE char *text = str_vprintf(fmt, ap);

	va_end(ap);
	msg_error("%s: %s", p->verb->name, text ? text : "out of memory");
	if (hint)
		msg_hint("%s", hint);
	p->status = STATUS_USAGE;
	return -EINVAL;
}

int verb_usage_value(struct verb_parse *p, const char *name, const char *wants, const char *value)
{
	return verb_usage(p, NULL, "--%s wants %s, not '%s'", name, wants, value);
}

int verb_no_arguments(struct verb_parse *p)
{
	if (p->rest == p->argc)
		return 0;
	msg_error("%s: too many arguments: '%s'", p->verb->name, p->argv[p->rest]);
	msg_hint("%s %s --help shows how to use it", msg_program, p->verb->name);
	p->status = STATUS_USAGE;
	return -EINVAL;
}

int verb_one_guest(struct verb_parse *p)
{
	if (p->argc <= p->rest + 1)
		return 0;
	return verb_usage(p, "name one guest, or use 'all'", "too many arguments: '%s' after '%s'",
			  p->argv[p->rest + 1], p->argv[p->rest]);
}

/* Why standard output could not be written, or 0; the status */
static int printed(int ret)
{
	if (!ret && fflush(stdout))
		ret = -errno;
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't write to standard output");
	return STATUS_FAILED;
}

int verb_print(const struct table *t, const struct writer *w)
{
	struct out_style style = out_style_of(STDOUT_FILENO);

	return printed(table_write(t, w, &style, stdout));
}

int verb_write(const struct writer *w, const void *answer)
{
	struct out_style style = out_style_of(STDOUT_FILENO);

	return printed(w->print(answer, &style, stdout));
}
