/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What 'dump' and 'diagnose' share: whose records they want, and where these come from */
#ifndef VERB_RECORDS_H
#define VERB_RECORDS_H

#include "base/base.h"
#include "base/strv.h"
#include "dump/dump.h"
#include "host/guests.h"

/* A line of records without its newline; false: no more of them are wanted */
typedef bool records_line(void *ctx, const char *line, size_t len);

/* Guests (guests.c). @verb is who asks, for the messages */

/* Of which guests the name isn't known, and why */
void guests_warn_of_silent(const char *verb, const struct guest_list *l);
/* Which guests have the process id @word in their containers: a hint, if there are any */
void guests_hint_inside(const char *word, const struct guest_list *l);

/*
 * The guests that @word means; NULL: the only one. 0, or -errno after a message: -EINVAL for
 * several, -ENOENT for none
 */
int records_choose(const char *verb, const char *word, struct guest_list *l,
		   struct guest_matches *m);
/* The status of what records_choose() said */
int records_chosen(int ret);
/* What no script can know: a NAME record of each. false: @take doesn't want more */
bool records_names(const struct guest_list *l, const struct guest_matches *m, records_line *take,
		   void *ctx);
/*
 * A text as a record's value: no blanks, and nothing that a terminal would take for more. NULL: no
 * memory
 */
char *records_text(const char *text);

/* Files (records.c) */

/* --save */
struct records_file {
	const char *path;	/* NULL: nothing is kept */
	FILE *f;
};

/* 0, or -errno after a message */
int records_save(const char *verb, struct records_file *s);
int records_keep(struct records_file *s, const char *line, size_t len);
int records_close(struct records_file *s);
/* --load: each line of a file, "-" standard input. 0, or -errno after a message */
int records_load(const char *path, records_line *take, void *ctx);
/* What to call it in a message; @load NULL: the script */
const char *records_source(const char *load);
/* What was passed over in them */
struct dump_reader;
void records_passed_over(const struct dump_reader *r, const char *load);

/* Runs a script for these guests; the verb's status */
typedef int records_watch(void *ctx, const struct guest_list *l, const struct guest_matches *m);
/*
 * @watch of the guests that @word means, and what is kept of it is closed; the verb's status
 */
int records_live(const char *verb, const char *word, struct records_file *save,
		 records_watch *watch, void *ctx);

/* Scripts (records.c) */

struct records_run {
	const char *verb, *script;
	unsigned int verbose;
	struct strv globals;	/* "NAME=VALUE" */
	records_line *take;
	void *ctx;
	/* afterwards */
	int sig;		/* that ended it, 0: none did */
	bool reader_gone;	/* nobody reads our output any more */
};

void records_global(struct records_run *r, const char *name, const char *value);
void records_number(struct records_run *r, const char *name, long long value);
/* Their process ids, or "all" */
void records_guests(struct records_run *r, const struct guest_list *l,
		    const struct guest_matches *m);
/*
 * Frees the globals. The exit status of 'run', which has said what was wrong, or -errno after a
 * message
 */
int records_script(struct records_run *r);

#endif
