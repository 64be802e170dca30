/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A verb is a file, cmd/NAME.c, or a folder of files, cmd/NAME/, with one VERB = { … };
 * nothing else has to know it. Parsing, --help, the list of verbs, the manual page and
 * shell completion are all made from the struct, so that they can't say different
 * things.
 */
#ifndef VERB_H
#define VERB_H

#include "base/base.h"
#include "base/option.h"
#include "print/table.h"
#include "print/writer.h"

/* What the program exits with; beside these, stap's own status and 128 + a signal */
enum status {
	STATUS_OK = 0,
	STATUS_FAILED = 1,	/* the verb, stap or the script failed */
	STATUS_USAGE = 2,	/* wrong options, verb or script name */
	STATUS_MISSING = 3,	/* the host lacks something that is needed */
	STATUS_PROBLEM = 4,	/* it worked, and found a problem */
	STATUS_NO_ANSWER = 5,	/* it worked, and has too little evidence to tell */
};

enum { VERB_LONG = 256 };

struct verb_opt {
	/* The letter, or VERB_LONG: it has none. Of an OPTION_OTHER another number above 255 */
	int key;
	const char *name;	/* --name */
	/*
	 * What it takes, NULL: nothing. The word tells completion what to offer: RELEASE,
	 * SCRIPT, VERB, PID, GUEST, FILE or PATH, DIR; "text|json": these. See complete.c.
	 */
	const char *arg;
	const char *help;	/* lines are broken by \n */
	/* What its value may be and where it goes in .to of struct verb_parse; or OPTION_OTHER */
	struct option_is is;
	/* Its value is one of these, and what goes there a const struct writer *; .arg is NULL */
	const struct writers *writers;
};

/* .arg, or the words of .writers: valid until it is called again */
const char *verb_opt_arg(const struct verb_opt *o);
/* .help, with the meanings of its .writers; NULL: no memory */
char *verb_opt_help(const struct verb_opt *o);

struct verb_note {
	const char *what, *text;
};

/* Rows of .environment that several verbs have: said once, the same everywhere */
#define VERB_ENV_DATADIR \
	{ "STAP_VHOST_DATADIR", "a directory with scripts/ and tapsets/, searched first" }
#define VERB_ENV_CACHE \
	{ "STAP_VHOST_CACHE", "the cache directory (default: /var/cache/stap-vhost for root,\n" \
	  "stap-vhost in $XDG_CACHE_HOME or ~/.cache for others)" }
#define VERB_ENV_STAP { "STAP_VHOST_STAP", "the stap to use" }
#define VERB_ENV_SYSROOT \
	{ "STAP_VHOST_SYSROOT", "for tests: where /lib/modules, /sys, /usr/lib/debug … are" }
#define VERB_ENV_NO_COLOR { "NO_COLOR", "no colours, even on a terminal" }

struct verb {
	const char *name;
	unsigned int place;		/* in the list of verbs, the most used first */
	const char *args;		/* "[OPTIONS] SCRIPT [ARGS…]": words as in verb_opt.arg */
	const char *summary;		/* one line, no full stop */
	/* A paragraph or two, may be NULL; a line that begins with a blank stays as it is */
	const char *about;
	/* What goes on behind it, made of the verb's table; or NULL. It returns NULL: no memory */
	char *(*list)(void);
	const struct verb_opt *opts;	/* to a row without a name; NULL: those of all verbs only */
	/* From the first argument on all words are its own: options stand before it */
	bool own_words;
	const struct verb_note *examples, *environment, *statuses;	/* likewise, may be NULL */
	/* argv[0] is the verb; returns the exit status */
	int (*run)(const struct verb *v, int argc, char **argv);
};

/* Begins a verb. The linker puts all of them beside each other, where verbs_collect() finds them */
#define VERB								\
	static const struct verb verb_here;				\
	static const struct verb *const verb_entry			\
		__attribute__((used, section("stap_vhost_verbs"))) = &verb_here; \
	static const struct verb verb_here

extern const struct verb *const *verbs;	/* by their places; NULL-terminated */
/* Before all else */
void verbs_collect(void);

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

/* Options (options.c) */
struct verb_parse {
	const struct verb *verb;
	int argc;
	char **argv;
	void *to;		/* where values go */
	/* These start as 0s */
	const char *value;	/* of an OPTION_OTHER, when it takes one */
	int rest;		/* index of the first argument, after VERB_OPTS_END */
	int status;		/* to exit with, after VERB_OPTS_EXIT */
};

/*
 * The @i'th option of the verb, those that all have behind its own (common.c); NULL: there are no
 * more
 */
const struct verb_opt *verb_opt_at(const struct verb *v, size_t i);
/* -ENOENT: it is none that all have; -EINVAL: it can't have this value */
int verb_common_take(const struct verb_opt *o, const char *value);

enum { VERB_OPTS_END = -1, VERB_OPTS_EXIT = -2 };

/*
 * The next OPTION_OTHER's key; all others are dealt with, and so are mistakes: VERB_OPTS_EXIT.
 * After VERB_OPTS_END the arguments stand together, wherever they were.
 */
int verb_opts_next(struct verb_parse *p);

/* For a verb that has no OPTION_OTHER: 0, or -EINVAL with @p->status set */
int verb_opts(struct verb_parse *p);

/* What is wrong with the command line, and what helps, or NULL. -EINVAL with @p->status set */
int verb_usage(struct verb_parse *p, const char *hint, const char *fmt, ...) PRINTF(3, 4);
/* The same: the value of option @name is not what it @wants: "a function" */
int verb_usage_value(struct verb_parse *p, const char *name, const char *wants, const char *value);

/* For a verb that takes no arguments: 0, or -EINVAL with @p->status set */
int verb_no_arguments(struct verb_parse *p);
/* For one that takes a guest, or none: likewise */
int verb_one_guest(struct verb_parse *p);

/*
 * --format, the same in each verb that shows data; @member is a const struct writer *, the first
 * of @set where the option isn't given
 */
#define VERB_FORMAT_ROW(type, member, set)						\
	{ VERB_LONG, "format", NULL, "how to print it (default: text)",			\
	  { OPTION_CHOICE, offsetof(type, member) }, &(set) }
/* --stap; @member is a const char * */
#define VERB_STAP_ROW(type, member)							\
	{ VERB_LONG, "stap", "PATH",							\
	  "the stap to use (default: $STAP_VHOST_STAP, or stap)",			\
	  { OPTION_TEXT, offsetof(type, member) } }
/* Prints @t, or the @answer to a writer, on standard output; the status */
int verb_print(const struct table *t, const struct writer *w);
int verb_write(const struct writer *w, const void *answer);

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

#endif
