// SPDX-License-Identifier: GPL-2.0-or-later
/* Help, the manual page and completion, as a verb. */
#include "verb/verb.h"

#include <stdio.h>

#include "base/msg.h"

struct help_options {
	bool man, complete;
};

#define AT(member) offsetof(struct help_options, member)

static const struct verb_opt opts[] = {
	{ VERB_LONG, "man", NULL,
	  "write the source of the manual page of VERB, or of the page\n"
	  "that lists the verbs", { OPTION_FLAG, AT(man) } },
	{ VERB_LONG, "complete", NULL,
	  "write the words that may replace the last of the WORDS,\n"
	  "for a shell's completion", { OPTION_FLAG, AT(complete) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost help run", "how to run a script" },
	{ "stap-vhost help --man diagnose | man -l -",
	  "a manual page, where it isn't installed" },
	{ 0 },
};

static int help(const struct verb *v, int argc, char **argv)
{
	struct help_options w = { 0 };
	struct verb_parse p = { v, argc, argv, &w };

	if (verb_opts(&p))
		return p.status;
	if (w.complete)
		return verb_complete(argc - p.rest, argv + p.rest);
	if (argc - p.rest > 1) {
		msg_error("help: too many arguments: '%s'", argv[argc - 1]);
		msg_hint("%s help --help", msg_program);
		return STATUS_USAGE;
	}
	if (p.rest == argc) {
		w.man ? verb_man_index(stdout) : verb_help_all();
		return STATUS_OK;
	}
	v = verb_find(argv[p.rest]);
	if (!v)
		return STATUS_USAGE;
	if (w.man && verb_man(stdout, v)) {
		msg_error("help: out of memory");
		return STATUS_FAILED;
	}
	if (!w.man)
		verb_help(v);
	return STATUS_OK;
}

VERB = {
	.name = "help",
	.place = 15,
	.args = "[OPTIONS] [VERB | WORDS…]",
	.summary = "Show the verbs, or how to use one",
	.opts = opts,
	.own_words = true,
	.examples = examples,
	.run = help,
};
