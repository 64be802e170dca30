// SPDX-License-Identifier: GPL-2.0-or-later
/* A table for a person: columns, and below a row what is too long for one. */
#include "print/table.h"
#include "print/writer.h"

#include <errno.h>

#include "base/gate.h"
#include "base/str.h"
#include "base/strv.h"

#define GAP 2
#define BELOW_MAX 9	/* however wide the first column is */

static bool in_line(const struct column *c)
{
	return c->heading && (c->place == IN_LINE || c->place == IN_LINE_STATE);
}

/* One string fit for a terminal; a tab would break the columns */
static char *clean(const char *text)
{
	char *s = str_escape(text, strlen(text));

	for (char *p = s; p && *p; p++)
		if (*p == '\t')
			*p = ' ';
	return s;
}

/* The cell's strings as they are shown; a list in one line when it's to be @joined */
static int strings_of(const struct cell *c, bool joined, struct strv *out)
{
	char number[32];

	switch (c->kind) {
	case CELL_UNKNOWN:
		strv_add(out, "?");
		break;
	case CELL_NUMBER:
		snprintf(number, sizeof(number), "%lld", c->number);
		strv_add(out, number);
		break;
	case CELL_BOOL:
		strv_add(out, c->number ? "yes" : "no");
		break;
	case CELL_STRING:
	case CELL_LIST:
		for (size_t i = 0; i < c->strings.n; i++) {
			FREE char *s = clean(c->strings.v[i]);

			strv_add(out, s ? s : "");
			out->broken |= !s;
		}
		break;
	}
	if (joined && out->n != 1) {
		FREE char *all = strv_join(out, ", ");

		strv_free(out);
		strv_add(out, all ? all : "");
		out->broken |= !all;
	}
	return out->broken ? -ENOMEM : 0;
}

static const char *colour_of(const char *word)
{
	static const struct {
		const char *word, *colour;
	} colours[] = {
		{ "ok", "\033[32m" },
		{ "exact", "\033[32m" },
		{ "wrong", "\033[1;31m" },
		{ "never fired", "\033[1;31m" },
		{ "missing", "\033[1;31m" },
		{ "warning", "\033[33m" },
		{ "unknown", "\033[36m" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(colours); i++)
		if (!strcmp(word, colours[i].word))
			return colours[i].colour;
	return NULL;
}

struct layout {
	const struct table *t;
	const struct out_style *s;
	FILE *f;
	size_t last;			/* the column in line that takes the rest */
	unsigned int *width;		/* of each in line; 0: not in line */
	unsigned int below;		/* where that starts which is below a row */
};

static int measure(struct layout *l)
{
	const struct table *t = l->t;

	for (size_t c = 0; c < t->n_columns; c++) {
		if (!in_line(&t->columns[c]))
			continue;
		l->last = c;
		l->width[c] = out_places(t->columns[c].heading);
		for (size_t r = 0; r < t->n_rows; r++) {
			STRV_CLEAN struct strv s = { 0 };

			if (strings_of(table_cell(t, r, c), true, &s))
				return -ENOMEM;
			unsigned int places = out_places(s.v[0]);

			if (places > l->width[c])
				l->width[c] = places;
		}
		if (!l->below)
			l->below = l->width[c] + GAP < BELOW_MAX ? l->width[c] + GAP : BELOW_MAX;
	}
	return 0;
}

static void print_headings(const struct layout *l)
{
	const struct column *c = l->t->columns;
	bool any = false;

	for (size_t i = 0; i < l->t->n_columns; i++)
		any |= in_line(&c[i]) && *c[i].heading;
	if (!any)
		return;
	for (size_t i = 0; i <= l->last; i++)
		if (l->width[i])
			fprintf(l->f, "%-*s", i == l->last ? 0 : (int)(l->width[i] + GAP),
				c[i].heading);
	fputc('\n', l->f);
}

/* Each of @lines from column @at on, broken or not */
static void print_lines(const struct layout *l, const struct strv *lines, unsigned int at,
			bool whole)
{
	for (size_t i = 0; i < lines->n; i++) {
		if (i)
			fprintf(l->f, "\n%*s", (int)at, "");
		if (whole)
			fputs(lines->v[i], l->f);
		else
			out_wrap(l->f, l->s, lines->v[i], at, at);
	}
	fputc('\n', l->f);
}

/* (a row has no blanks at its end, where its last cells are empty) */
static int print_in_line(const struct layout *l, size_t row)
{
	unsigned int at = 0, blanks = 0;

	for (size_t c = 0; c <= l->last; c++) {
		STRV_CLEAN struct strv s = { 0 };
		const char *colour = NULL;

		if (!l->width[c])
			continue;
		if (strings_of(table_cell(l->t, row, c), c != l->last, &s))
			return -ENOMEM;
		if (s.n && *s.v[0]) {
			fprintf(l->f, "%*s", (int)blanks, "");
			blanks = 0;
		}
		if (c == l->last) {
			print_lines(l, &s, at, false);
			break;
		}
		if (l->s->colour && l->t->columns[c].place == IN_LINE_STATE)
			colour = colour_of(s.v[0]);
		at += l->width[c] + GAP;
		if (colour)
			fprintf(l->f, "%s%s%s", gate_sign(colour), s.v[0], gate_sign("\033[0m"));
		else
			fputs(s.v[0], l->f);
		blanks += l->width[c] + GAP - out_places(s.v[0]);
	}
	return 0;
}

static int print_below(const struct layout *l, size_t row)
{
	for (size_t c = 0; c < l->t->n_columns; c++) {
		const struct column *col = &l->t->columns[c];
		const struct cell *cell = table_cell(l->t, row, c);
		STRV_CLEAN struct strv s = { 0 };

		/* what isn't known or is empty isn't worth a line */
		if (!col->heading || in_line(col) || cell->kind == CELL_UNKNOWN)
			continue;
		if (strings_of(cell, false, &s))
			return -ENOMEM;
		if (!s.n)
			continue;
		fprintf(l->f, "%*s%s%s", (int)l->below, "", col->heading,
			*col->heading ? ": " : "");
		print_lines(l, &s, l->below + (*col->heading ? out_places(col->heading) + 2 : 0),
			    col->place == BELOW_WHOLE);
	}
	return 0;
}

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct table *t = answer;
	FREE unsigned int *width = calloc(t->n_columns, sizeof(*width));
	struct layout l = { .t = t, .s = s, .f = f, .width = width };
	int ret = width ? measure(&l) : -ENOMEM;

	if (ret || !t->n_rows)
		return ret;
	print_headings(&l);
	for (size_t r = 0; r < t->n_rows && !ret; r++) {
		ret = print_in_line(&l, r);
		if (!ret)
			ret = print_below(&l, r);
	}
	return ret;
}

WRITER(table_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
