/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb is a file, cmd/NAME.c, or a folder of files, cmd/NAME/, with a const struct
 * verb, and one row of the table in main.c. Parsing, --help, the list of verbs, the manual page and
 * shell completion are all made from the struct, so that they can't say different
 * things.
 */
#ifndef VERB_H
#define VERB_H

#include "base/base.h"
#include "print/table.h"

/* What the program exits with; beside these, stap's own status and 128 + a signal */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,	/* stap or the script failed */
	STATUS_USAGE = 2,	/* wrong options, verb or script name */
	STATUS_MISSING = 3,	/* the host lacks something that is needed */
	/* 'diagnose' answers with 0 or 1, so that a failure is another number there */
	STATUS_PROBLEM = 1,	/* it has found one */
	STATUS_NO_ANSWER = 4,	/* it has failed */
};

struct verb_opt {
	int key;		/* the letter; above 255: it has none */
	const char *name;	/* --name */
	/*
	 * What it takes, NULL: nothing. The word tells completion what to offer: RELEASE,
	 * SCRIPT, VERB, PID, GUEST, FILE or PATH, DIR; "text|json": these. See complete.c.
	 */
	const char *arg;
	const char *help;	/* lines are broken by \n */
};

struct verb_note {
	const char *what, *text;
};

/* Rows of .environment that several verbs have: said once, the same everywhere */
#define VERB_ENV_DATADIR \
	{ "STAP_VHOST_DATADIR", "a directory with scripts/ and tapsets/, looked at first" }
#define VERB_ENV_CACHE \
	{ "STAP_VHOST_CACHE", "our cache directory (default: /var/cache/stap-vhost for root,\n" \
	  "stap-vhost in $XDG_CACHE_HOME or ~/.cache for others)" }
#define VERB_ENV_STAP { "STAP_VHOST_STAP", "the stap to use" }
#define VERB_ENV_SYSROOT \
	{ "STAP_VHOST_SYSROOT", "for tests: where /lib/modules, /sys, /usr/lib/debug … are" }
#define VERB_ENV_NO_COLOR { "NO_COLOR", "no colours, on a terminal too" }

struct verb {
	const char *name;
	const char *args;		/* "[OPTIONS] SCRIPT [ARGS…]": words as in verb_opt.arg */
	const char *summary;		/* one line, no full stop */
	/* A paragraph or two, may be NULL; a line that begins with a blank stays as it is */
	const char *about;
	const struct verb_opt *opts;	/* to a row without a name; NULL: --help only */
	const struct verb_note *examples, *environment, *statuses;	/* likewise, may be NULL */
	/* argv[0] is the verb; returns the exit status */
	int (*run)(const struct verb *v, int argc, char **argv);
};

extern const struct verb *const *verbs;	/* NULL-terminated; main() sets it */

/* What is to be said of the program as a whole (program.c) */
struct program {
	const char *version;
	const char *summary;		/* one line, no full stop, begins in lower case */
	const char *about;
	const struct verb_note *statuses, *files;	/* as in struct verb */
	const char *const *see_also;	/* "stap(1)", NULL-terminated */
};

extern const struct program program;

const struct verb *verb_find(const char *name);

/* Options (options.c). Starts as { verb, argc, argv } and 0s */
struct verb_parse {
	const struct verb *verb;
	int argc;
	char **argv;
	const char *value;	/* of the option, when it takes one */
	int rest;		/* index of the first argument, after VERB_OPTS_END */
	int status;		/* to exit with, after VERB_OPTS_EXIT */
};

extern const struct verb_opt verb_opt_help;	/* an option of every verb */

enum { VERB_OPTS_END = -1, VERB_OPTS_EXIT = -2 };

/* The next option's key. --help and mistakes are dealt with: VERB_OPTS_EXIT */
int verb_opts_next(struct verb_parse *p);

/*
 * After VERB_OPTS_END, where options may stand between the arguments, too: the next of these, or
 * NULL
 */
char *verb_opts_word(struct verb_parse *p);

/* For a verb that takes no arguments: 0, or VERB_OPTS_EXIT with @p->status set */
int verb_no_arguments(struct verb_parse *p);

/* --format, the same in each verb that shows data: a row of its options, and what its value is */
enum { VERB_OPT_FORMAT = 1000 };
#define VERB_FORMAT_ROW { VERB_OPT_FORMAT, "format", OUT_FORMATS, "how to print it (default: text)" }
/* 0, or -EINVAL with @p->status set */
int verb_format(struct verb_parse *p, enum out_format *f);
/* Prints @t on standard output; the status */
int verb_print(const struct table *t, enum out_format f);

/* Help, on standard output (help.c) */
void verb_help(const struct verb *v);
void verb_help_all(void);
/* The source of a verb's manual page (man.c); -ENOMEM */
int verb_man(FILE *out, const struct verb *v);
/* That of the page that lists them all */
void verb_man_index(FILE *out);
/*
 * What may stand where the last of @words stands (complete.c), a line each:
 * a word, or ":file SUFFIX", ":dir" for what a shell finds itself. The words
 * are those after "stap-vhost".
 */
int verb_complete(int n, char **words);

extern const struct verb verb_build, verb_clean, verb_defects, verb_diagnose, verb_doctor,
	verb_dump, verb_graph, verb_help_verb, verb_latency, verb_list, verb_quirks,
	verb_report_verb, verb_run, verb_selftest, verb_version;

#endif
