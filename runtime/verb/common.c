// SPDX-License-Identifier: GPL-2.0-or-later
/* The options that every verb has. */
#include "verb/verb.h"

#include <errno.h>

#include "base/msg.h"
#include "base/progress.h"
#include "base/strv.h"
#include "print/table.h"

static struct {
	bool quiet, no_progress;
	int colour;		/* enum out_colour */
} common;

/* Of every verb; -h and --help are not dealt with as the others */
static const struct verb_opt common_opts[] = {
	{ VERB_LONG, "color", OUT_COLOURS, "colours (default: auto, on a terminal, unless $NO_COLOR\n"
	  "is set)", { OPTION_CHOICE, offsetof(__typeof__(common), colour) } },
	{ 'q', "quiet", NULL, "no notes, no hints, no progress; errors and warnings stay",
	  { OPTION_FLAG, offsetof(__typeof__(common), quiet) } },
	{ VERB_LONG, "no-progress", NULL, "no line that shows the progress",
	  { OPTION_FLAG, offsetof(__typeof__(common), no_progress) } },
	{ 'h', "help", NULL, "show this" },
};

const char *verb_opt_arg(const struct verb_opt *o)
{
	static char words[WRITERS_TEXT];

	return o->writers ? writers_words(o->writers, words) : o->arg;
}

char *verb_opt_help(const struct verb_opt *o)
{
	STRV_CLEAN struct strv texts = { 0 };
	const struct writer *w;

	strv_add(&texts, o->help);
	for (size_t i = 0; o->writers && (w = writers_at(o->writers, i)); i++)
		if (w->meaning)
			strv_addf(&texts, "%s: %s", w->name, w->meaning);
	return texts.broken ? NULL : strv_join(&texts, "; ");
}

const struct verb_opt *verb_opt_at(const struct verb *v, size_t i)
{
	size_t own = 0;

	while (v->opts && v->opts[own].name) {
		if (own == i)
			return &v->opts[own];
		own++;
	}
	return i - own < ARRAY_SIZE(common_opts) ? &common_opts[i - own] : NULL;
}

int verb_common_take(const struct verb_opt *o, const char *value)
{
	if (o < common_opts || o >= common_opts + ARRAY_SIZE(common_opts))
		return -ENOENT;

	int ret = option_take(&o->is, o->arg, value, &common);

	msg_quiet = common.quiet;
	progress_off = common.quiet || common.no_progress;
	out_colour = common.colour;
	return ret;
}
