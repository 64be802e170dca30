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
	unsigned int verbose;
};

struct dump_show {
	struct dump_options options;
	struct records records;
	struct dump_reader reader;
	struct dump now, before;
	struct dump_findings findings;		/* of now */
	unsigned int taken, shown;	/* dumps */
	size_t broken;			/* of the last dump: for certain */
	bool cut;			/* the last is incomplete */
};

/* show.c: each dump in turn, as it was asked for. The .ctx is a struct dump_show */
extern const struct record_sink dump_sink;

/* Answers: a struct dump_show, of its dump .now */
extern const struct writers dump_writers;

/* text.c */

/* @before may be NULL: nothing is marked as changed */
void dump_text(const struct dump *d, const struct dump *before, const struct dump_findings *r,
	       const struct out_style *s, FILE *f);

/* shown.c */

/* @text escaped, and cut at @places with "…"; the caller frees it */
char *dump_clean(const char *text, unsigned int places);
/* A field of a record, by its key; in @shown, of FIELD_SHOWN bytes, or constant */
const char *dump_shown(enum dump_kind kind, const char *key, const void *record, char *shown);

#endif
