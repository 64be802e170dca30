/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Ways to print an answer. A format is a file with one WRITER(SET) = { … }; the linker puts it
 * into its set, and nothing else has to know it. The words of --format are made of the set.
 */
#ifndef WRITER_H
#define WRITER_H

#include <stdio.h>

#include "base/base.h"
#include "print/table.h"

struct writer {
	const char *name;	/* as --format takes it */
	unsigned int place;	/* among those of its set; 1 is text's, which is the default */
	bool prose;		/* for a person: sentences may stand around the answer */
	/* What help says of it: begins in lower case, no full stop; NULL: its name says it */
	const char *meaning;
	/* @answer is what the set's header says. 0 or -errno. Each writer has this one */
	int (*print)(const void *answer, const struct out_style *s, FILE *f);
	/* A record, as it comes, where the answer is made of records; may be NULL. 0 or -errno */
	int (*record)(const char *line, size_t len, FILE *f);
};

struct writers {
	const struct writer *const *from, *const *to;
};

/* Defines the set @name, which has at least one writer */
#define WRITERS(name)								\
	extern const struct writer *const __start_writers_##name[];		\
	extern const struct writer *const __stop_writers_##name[];		\
	const struct writers name = { __start_writers_##name, __stop_writers_##name }

/* Begins a writer of the set @name; one a file and set */
#define WRITER(name)								\
	static const struct writer writer_of_##name;				\
	static const struct writer *const writer_entry_of_##name		\
		__attribute__((used, section("writers_" #name))) = &writer_of_##name; \
	static const struct writer writer_of_##name

/* The @i'th by place; NULL: there are no more */
const struct writer *writers_at(const struct writers *set, size_t i);
/* NULL: there is none */
const struct writer *writers_find(const struct writers *set, const char *name);

#define WRITERS_TEXT 80
/* "text|json|csv", in @text of WRITERS_TEXT bytes */
const char *writers_words(const struct writers *set, char *text);

/* Of a struct table */
extern const struct writers table_writers;

#endif
