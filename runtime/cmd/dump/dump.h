/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'dump': what is asked for, where records come from, how they are shown */
#ifndef VERB_DUMP_H
#define VERB_DUMP_H

#include "base/base.h"
#include "cmd/common/records.h"
#include "dump/dump.h"
#include "host/guests.h"
#include "print/writer.h"

struct dump_options {
	const struct writer *format;	/* of dump_writers */
	int64_t rings, payload, watch_ns;	/* 0: not asked for */
	bool descs, headers, check;
	const char *save, *load;
	unsigned int verbose;
};

/* show.c: each dump in turn, as it was asked for */

struct dump_show {
	const struct dump_options *options;
	struct dump_reader reader;
	struct dump now, before;
	struct dump_findings remarks;		/* of now */
	struct records_file save;
	unsigned int taken, shown;	/* dumps */
	size_t broken;			/* of the last dump: for certain */
	bool cut;			/* the last wasn't whole */
	int ret;			/* -errno, after a message */
};

/* A line of records; false: no use in going on, show->ret says why */
bool dump_show_line(struct dump_show *s, const char *line, size_t len);
/* There is no more: what was cut off is shown as far as it came */
void dump_show_end(struct dump_show *s);
void dump_show_free(struct dump_show *s);

/* run.c */

/* Runs the script; its records go to @show. The status */
int dump_run(struct dump_show *show, const struct guest_list *l, const struct guest_matches *m);

/* Answers: a struct dump_show, of its dump .now */
extern const struct writers dump_writers;

/* text.c, rings.c */

/* @before may be NULL: nothing is marked as changed */
void dump_text(const struct dump *d, const struct dump *before, const struct dump_findings *r,
	       const struct out_style *s, FILE *f);
void dump_text_rings(const struct dump_vq *q, const struct out_style *s, FILE *f);

/* @text escaped, and cut at @places with "…"; the caller frees it */
char *dump_clean(const char *text, unsigned int places);
/* A field of a record, by its key; in @shown, of FIELD_SHOWN bytes, or constant */
const char *dump_shown(enum dump_kind kind, const char *key, const void *record, char *shown);

#endif
