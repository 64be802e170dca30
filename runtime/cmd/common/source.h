/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where records come from. A source is a file with one RECORD_SOURCE = { … }; the linker puts it
 * into the set of all, and records_run() takes the one that the user's words choose.
 */
#ifndef VERB_SOURCE_H
#define VERB_SOURCE_H

#include "cmd/common/records.h"

struct record_source {
	const char *name;	/* in a message, without .called */
	/* Of those that are chosen the lowest is taken. The script is the last: it always is */
	unsigned int place;
	bool recorded;		/* what it has is over: to wait for more is of no use */
	bool (*chosen)(const struct records *r);
	/* What to call it in a message, where the user's words say more; may be NULL */
	const char *(*called)(const struct records *r);
	/* 0, or the status to exit with, after a message. --save is opened after it */
	int (*open)(struct records *r);
	/* Each line goes to records_line(), until that returns false. As open() */
	int (*run)(struct records *r);
	/* Also after an open() that failed */
	void (*close)(struct records *r);
};

/* Begins a source */
#define RECORD_SOURCE							\
	static const struct record_source source_here;			\
	static const struct record_source *const source_entry		\
		__attribute__((used, section("record_sources"))) = &source_here; \
	static const struct record_source source_here

#endif
