/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Records on their way to a verb. A source (source.h) has lines, records_line() takes each once,
 * and the verb's sink makes dumps of them. The verbs 'dump' and 'diagnose' are sinks.
 */
#ifndef VERB_RECORDS_H
#define VERB_RECORDS_H

#include <stdio.h>

#include "base/base.h"
#include "base/strv.h"
#include "dump/dump.h"
#include "host/guests.h"

/* What a verb does with records. Each function gets the .ctx of struct records */
struct record_sink {
	const char *noun;	/* what the records are to the verb, for messages: "dump" */
	const char *script;	/* that prints them */
	/*
	 * The verb watches for a while: when a signal ends the script, what came until then is
	 * an answer. Else a dump that is incomplete by then is left out.
	 */
	bool until_signal;
	/*
	 * Before the script starts: adds "NAME=VALUE" to @globals, and may pass records to
	 * records_line() that no script can print. 0, or -errno after a message
	 */
	int (*start)(void *ctx, const struct guest_list *l, const struct guest_matches *m,
		     struct strv *globals);
	/* As dump_reader_line(): 1: a dump has ended. After an error .reader->why says it */
	int (*line)(void *ctx, const char *line, size_t len);
	/* A line that is a record, once it is saved; may be NULL. 0, or -errno after a message */
	int (*passed)(void *ctx, const char *line, size_t len);
	/* A dump has ended; may be NULL. 1: no more are wanted, -errno after a message */
	int (*complete)(void *ctx);
	/* There are no more lines. As dump_reader_end() */
	int (*end)(void *ctx);
};

struct record_source;

/* Starts as 0s, with what the verb sets */
struct records {
	/* The user's words */
	const char *verb;
	const char *guest;		/* NULL: the only one */
	const char *load;		/* --load; "-": standard input; NULL: none */
	const char *save;		/* --save, or NULL */
	unsigned int verbose;		/* how often 'run' gets -v */
	/* The verb's */
	const struct record_sink *sink;
	void *ctx;
	const struct dump_reader *reader;
	/* What came of it */
	const struct record_source *source;
	unsigned int dumps;		/* that have ended */
	bool enough;			/* the sink wants no more */
	bool reader_gone;		/* no process reads our output any more */
	int sig;			/* that ended the script, 0: none did */
	int ret;			/* -errno, after a message */
	/* records.c's and the source's */
	FILE *saved;
	void *own;
};

/*
 * Options of each verb whose @member is a struct records: where from, where to. What a further
 * source is chosen by is one more, with its member above. "@reads saved @noun"
 */
#define RECORDS_ROWS(type, member, reads, noun)						\
	{ VERB_LONG, "save", "FILE", "also save the " noun " in FILE",			\
	  { OPTION_TEXT, offsetof(type, member.save) } },				\
	{ VERB_LONG, "load", "FILE",							\
	  reads " saved " noun ", on any machine and without root; - is\nstandard input", \
	  { OPTION_TEXT, offsetof(type, member.load) } }

/*
 * All records of the source that the user's words choose, through the sink. 0, or the status to
 * exit with, after a message
 */
int records_run(struct records *r);
/* A line without its newline; false: no more of them are wanted, and @r->ret may say why */
bool records_line(struct records *r, const char *line, size_t len);
/* Whether what the source has is over, as in a file. After records_run() */
bool records_are_recorded(const struct records *r);
/* What to call the source in a message */
const char *records_source(const struct records *r);
/* The message for evidence or a dump without its end */
void records_truncated(const struct records *r);
/*
 * A text as a record's value: no blanks, and nothing that a terminal would take for more. NULL: no
 * memory
 */
char *records_text(const char *text);

#endif
