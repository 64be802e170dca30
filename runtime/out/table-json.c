// SPDX-License-Identifier: GPL-2.0-or-later
/* A table as one JSON object. jansson is known here and nowhere else. */
#include "table.h"

#include <errno.h>
#include <jansson.h>

/* What is no UTF-8 can't be a JSON string: it's shown as on a terminal */
static json_t *string(const char *text)
{
	json_t *s = json_string(text);
	FREE char *escaped = s ? NULL : str_escape(text, strlen(text));

	return s ? s : escaped ? json_string(escaped) : NULL;
}

static json_t *list(const struct strv *strings)
{
	json_t *a = json_array();

	for (size_t i = 0; i < strings->n; i++) {
		if (json_array_append_new(a, string(strings->v[i]))) {
			json_decref(a);
			return NULL;
		}
	}
	return a;
}

static json_t *value(const struct cell *c)
{
	switch (c->kind) {
	case CELL_UNKNOWN:
		break;
	case CELL_STRING:
		return string(c->strings.v[0]);
	case CELL_NUMBER:
		return json_integer(c->number);
	case CELL_BOOL:
		return json_boolean(c->number);
	case CELL_LIST:
		return list(&c->strings);
	}
	return json_null();
}

static int add_rows(const struct table *t, json_t *rows)
{
	for (size_t r = 0; r < t->n_rows; r++) {
		json_t *o = json_object();

		if (json_array_append_new(rows, o))
			return -ENOMEM;
		for (size_t c = 0; c < t->n_columns; c++)
			if (t->columns[c].key &&
			    json_object_set_new(o, t->columns[c].key, value(table_cell(t, r, c))))
				return -ENOMEM;
	}
	return 0;
}

static int fill(const struct table *t, json_t *top)
{
	json_t *rows = json_array();

	if (json_object_set_new(top, "schema", json_sprintf("stap-vhost.%s/1", t->name))) {
		json_decref(rows);
		return -ENOMEM;
	}
	for (size_t i = 0; i < t->n_fields; i++) {
		if (json_object_set_new(top, t->fields[i].key, value(&t->fields[i].cell))) {
			json_decref(rows);
			return -ENOMEM;
		}
	}
	if (json_object_set_new(top, t->rows, rows))
		return -ENOMEM;
	return add_rows(t, rows);
}

int table_print_json(const struct table *t, FILE *f)
{
	json_t *top = json_object();
	int ret = top ? fill(t, top) : -ENOMEM;

	/* in ASCII: JSON may be looked at on a terminal too */
	if (!ret && (json_dumpf(top, f, JSON_INDENT(2) | JSON_ENSURE_ASCII) || fputc('\n', f) < 0))
		ret = -EIO;
	json_decref(top);
	return ret;
}
