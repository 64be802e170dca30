// SPDX-License-Identifier: GPL-2.0-or-later
#include "print/table.h"

#include <errno.h>

#include "base/strv.h"

void table_init(struct table *t, const char *name, const char *rows,
		const struct column *columns, size_t n_columns)
{
	*t = (struct table){
		.name = name, .rows = rows, .columns = columns, .n_columns = n_columns,
	};
}

void table_free(struct table *t)
{
	for (size_t i = 0; i < t->n_rows * t->n_columns; i++)
		strv_free(&t->cells[i].strings);
	free(t->cells);
	for (size_t i = 0; i < t->n_fields; i++)
		strv_free(&t->fields[i].cell.strings);
	*t = (struct table){ 0 };
}

void table_row(struct table *t)
{
	struct cell *cells = t->broken ? NULL :
		reallocarray(t->cells, (t->n_rows + 1) * t->n_columns, sizeof(*cells));

	if (!cells) {
		t->broken = true;
		return;
	}
	t->cells = cells;
	memset(&cells[t->n_rows++ * t->n_columns], 0, t->n_columns * sizeof(*cells));
}

const struct cell *table_cell(const struct table *t, size_t row, size_t column)
{
	return &t->cells[row * t->n_columns + column];
}

/* The cell to be filled, NULL when there was no memory for its row */
static struct cell *current(struct table *t, size_t column, enum cell_kind kind)
{
	struct cell *c;

	if (t->broken || !t->n_rows || column >= t->n_columns)
		return NULL;
	c = &t->cells[(t->n_rows - 1) * t->n_columns + column];
	strv_free(&c->strings);
	c->kind = kind;
	return c;
}

static struct cell *field(struct table *t, const char *key, enum cell_kind kind)
{
	struct table_field *f;

	if (t->n_fields == ARRAY_SIZE(t->fields)) {
		t->broken = true;
		return NULL;
	}
	f = &t->fields[t->n_fields++];
	*f = (struct table_field){ .key = key, .cell.kind = kind };
	return &f->cell;
}

static void fill(struct table *t, struct cell *c, const char *text)
{
	if (c && text)
		strv_add(&c->strings, text);
	if (c)
		t->broken |= c->strings.broken;
}

void table_string(struct table *t, size_t column, const char *text)
{
	fill(t, current(t, column, text ? CELL_STRING : CELL_UNKNOWN), text);
}

void table_number(struct table *t, size_t column, long long number)
{
	struct cell *c = current(t, column, CELL_NUMBER);

	if (c)
		c->number = number;
}

void table_bool(struct table *t, size_t column, bool yes)
{
	struct cell *c = current(t, column, CELL_BOOL);

	if (c)
		c->number = yes;
}

void table_list(struct table *t, size_t column, const struct strv *list)
{
	struct cell *c = current(t, column, CELL_LIST);

	if (c)
		strv_add_all(&c->strings, list);
	fill(t, c, NULL);
}

void table_field_string(struct table *t, const char *key, const char *text)
{
	fill(t, field(t, key, text ? CELL_STRING : CELL_UNKNOWN), text);
}

void table_field_number(struct table *t, const char *key, long long number)
{
	struct cell *c = field(t, key, number < 0 ? CELL_UNKNOWN : CELL_NUMBER);

	if (c)
		c->number = number;
}

void table_field_bool(struct table *t, const char *key, int yes)
{
	struct cell *c = field(t, key, yes < 0 ? CELL_UNKNOWN : CELL_BOOL);

	if (c)
		c->number = yes;
}

void table_field_list(struct table *t, const char *key, const struct strv *list)
{
	struct cell *c = field(t, key, CELL_LIST);

	if (c)
		strv_add_all(&c->strings, list);
	fill(t, c, NULL);
}
