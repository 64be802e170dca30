/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print: data in, text for a person or JSON for a program out. The room uses base
 * only; json.c alone knows jansson. A verb fills a table and prints it; what comes
 * from outside (a file's name, a guest's) is escaped here.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdio.h>

#include "base/base.h"
#include "base/strv.h"

/* How to print (style.c) */

/* --color; auto: on a terminal, unless NO_COLOR is set */
enum out_colour { OUT_AUTO, OUT_ALWAYS, OUT_NEVER };

#define OUT_COLOURS "auto|always|never"
extern enum out_colour out_colour;

struct out_style {
	unsigned int width;	/* columns of the terminal, 80 where there is none */
	bool terminal, colour;
};

struct out_style out_style_of(int fd);

/* "TEXT", escaped and broken at the style's width; what goes around a table */
void out_say(FILE *f, const struct out_style *s, const char *fmt, ...) PRINTF(3, 4);
/* An end of line, then @indent blanks, in the places where @text gets too long */
void out_wrap(FILE *f, const struct out_style *s, const char *text, unsigned int indent,
	      unsigned int at);
/* How many places of a line @text takes */
unsigned int out_places(const char *text);

/* Tables (table.c). Each format has its file, table-FORMAT.c: see print/writer.h */

/* Where a column's cells are in text */
enum column_place {
	IN_LINE,		/* beside each other; the last of them is broken where it's long */
	IN_LINE_STATE,		/* the same; ok, warning, missing … get their colours */
	BELOW,			/* "heading: …" under the row, broken where it's long */
	BELOW_WHOLE,		/* the same, never broken: to be copied */
};

struct column {
	const char *key;	/* the member of a row's JSON object; NULL: only in text */
	const char *heading;	/* NULL: only in JSON */
	enum column_place place;
};

enum cell_kind { CELL_UNKNOWN, CELL_STRING, CELL_NUMBER, CELL_BOOL, CELL_LIST };

struct cell {
	enum cell_kind kind;
	long long number;	/* or the bool */
	struct strv strings;	/* one of them, or a list */
};

struct table_field {
	const char *key;
	struct cell cell;
};

struct table {
	const char *name, *rows;	/* {"schema": "stap-vhost.NAME/1", …, "ROWS": […]} */
	const struct column *columns;
	size_t n_columns;
	struct cell *cells;		/* row by row */
	size_t n_rows;
	struct table_field fields[12];	/* beside the rows, in JSON */
	size_t n_fields;
	bool broken;			/* ran out of memory: table_write() will say so */
};

/* All that is given here has to live as long as @t */
void table_init(struct table *t, const char *name, const char *rows,
		const struct column *columns, size_t n_columns);
void table_free(struct table *t);
/* Begins a row. All of its cells are unknown ("?", null) until they are set. */
void table_row(struct table *t);
/* Cells of that row, by the column's index; they copy. A NULL stays unknown. */
void table_string(struct table *t, size_t column, const char *text);
void table_number(struct table *t, size_t column, long long number);
void table_bool(struct table *t, size_t column, bool yes);
void table_list(struct table *t, size_t column, const struct strv *list);
/* Fields beside the rows, only in JSON; likewise. A number or bool that is negative: null */
void table_field_string(struct table *t, const char *key, const char *text);
void table_field_number(struct table *t, const char *key, long long number);
void table_field_bool(struct table *t, const char *key, int yes);
void table_field_list(struct table *t, const char *key, const struct strv *list);

const struct cell *table_cell(const struct table *t, size_t row, size_t column);

struct writer;
/* @w is of table_writers. -ENOMEM, or -EIO when it can't be written */
int table_write(const struct table *t, const struct writer *w, const struct out_style *s, FILE *f);

#endif
