/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb is one file, verb-NAME.c, that ends in a const struct verb, and one row
 * of the table in main.c. Parsing, --help and the list of verbs are all made
 * from the struct, so that they can't say different things.
 */
#ifndef VERB_H
#define VERB_H

#include "base/base.h"

/* What the program exits with; beside these, stap's own status and 128 + a signal */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,	/* stap or the script failed */
	STATUS_USAGE = 2,	/* wrong options, verb or script name */
	STATUS_MISSING = 3,	/* the host lacks something that is needed */
};

struct verb_opt {
	int key;		/* the letter; above 255: it has none */
	const char *name;	/* --name */
	const char *arg;	/* what it takes, NULL: nothing */
	const char *help;	/* lines are broken by \n */
};

struct verb_note {
	const char *what, *text;
};

struct verb {
	const char *name;
	const char *args;		/* "[OPTIONS] SCRIPT [ARGS…]" */
	const char *summary;		/* one line, no full stop */
	const char *about;		/* a paragraph or two, may be NULL */
	const struct verb_opt *opts;	/* to a row without a name; NULL: --help only */
	const struct verb_note *examples, *environment, *statuses;	/* likewise, may be NULL */
	/* argv[0] is the verb; returns the exit status */
	int (*run)(const struct verb *v, int argc, char **argv);
};

extern const struct verb *const verbs[];	/* NULL-terminated */

const struct verb *verb_find(const char *name);

/* Options (verb-opts.c). Starts as { verb, argc, argv } and 0s */
struct verb_parse {
	const struct verb *verb;
	int argc;
	char **argv;
	const char *value;	/* of the option, when it takes one */
	int rest;		/* index of the first argument, after VERB_OPTS_END */
	int status;		/* to exit with, after VERB_OPTS_EXIT */
};

enum { VERB_OPTS_END = -1, VERB_OPTS_EXIT = -2 };

/* The next option's key. --help and mistakes are dealt with: VERB_OPTS_EXIT */
int verb_opts_next(struct verb_parse *p);

/* Help, on standard output (verb-help.c) */
void verb_help(const struct verb *v);
void verb_help_all(void);

extern const struct verb verb_build, verb_clean, verb_help_verb, verb_run, verb_version;

#endif
