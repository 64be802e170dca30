/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal of the settings that we change, so that they are restored however we end. */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/base.h"
#include "base/strv.h"

/*
 * Undo (journal.c, journal-parse.c): a journal of the settings that we change in a directory of
 * them, such as tracefs. What was there is noted before it is changed. Whoever ends well puts it
 * back; for who was killed the guard does it, and else the next command. A journal is locked by its
 * owner and by his guard.
 */

enum journal_kind {
	JOURNAL_SET,	/* the file's value was this */
	/* it was empty: a file that takes one more with each write, until it is truncated */
	JOURNAL_CLEAR,
	JOURNAL_APPEND,	/* this has to be written so that what was added is gone */
	JOURNAL_REMOVE,	/* a directory that was not there */
};

struct journal_step {
	enum journal_kind kind;
	char *path;	/* within the directory of settings */
	char *value;	/* NULL where there is none */
};

struct journal_steps {
	char *settings;	/* the directory, NULL: unknown */
	struct journal_step *v;	/* in the order in which they were noted */
	size_t n;
};

/* A journal's text: what is cut off, or isn't a step, is left out. -ENOMEM */
int journal_parse(const char *text, size_t len, struct journal_steps *s);
/* The journal's line; NULL: no memory, or it can't be one */
char *journal_line(enum journal_kind kind, const char *path, const char *value);
bool journal_path_ok(const char *path);
void journal_steps_free(struct journal_steps *s);

struct journal {
	char *dir, *path;	/* the journals', and ours; NULL: none */
	int fd;
};

/* Where journals are: gone with the next boot, as are the settings. The caller frees it */
char *journal_dir(const char *root);
int journal_start(struct journal *u, const char *dir, const char *settings);
int journal_note(struct journal *u, enum journal_kind kind, const char *path, const char *value);
/*
 * All is put back, last things first, and the journal removed. -errno: something was busy for @ms,
 * or refused, and is in the journal still
 */
int journal_end(struct journal *u, unsigned int ms);
/*
 * Settings of processes that have ended are restored; sentences about it go to @done and @stuck,
 * which may be NULL
 */
int journal_sweep(const char *dir, unsigned int ms, struct strv *done, struct strv *stuck);
/* The same sentences, and nothing is done */
int journal_find(const char *dir, struct strv *found);

#endif
