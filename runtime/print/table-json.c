// SPDX-License-Identifier: GPL-2.0-or-later
/* A table as one JSON object. */
#include "print/table.h"

#include "print/json.h"
#include "print/writer.h"

static void put_cell(struct json *in, const char *key, const struct cell *c)
{
	switch (c->kind) {
	case CELL_UNKNOWN:
		json_null_in(in, key);
		break;
	case CELL_STRING:
		json_string_in(in, key, c->strings.v[0]);
		break;
	case CELL_NUMBER:
		json_number_in(in, key, c->number);
		break;
	case CELL_BOOL:
		json_bool_in(in, key, c->number);
		break;
	case CELL_LIST:
		json_strings_in(in, key, &c->strings);
		break;
	}
}

static void put_rows(const struct table *t, struct json *rows)
{
	for (size_t r = 0; r < t->n_rows; r++) {
		struct json *o = json_object_in(rows, NULL);

		for (size_t c = 0; c < t->n_columns; c++)
			if (t->columns[c].key)
				put_cell(o, t->columns[c].key, table_cell(t, r, c));
	}
}

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct table *t = answer;
	struct json *top = json_new();
	char schema[64];

	(void)s;
	snprintf(schema, sizeof(schema), "stap-vhost.%s/1", t->name);
	json_string_in(top, "schema", schema);
	for (size_t i = 0; i < t->n_fields; i++)
		put_cell(top, t->fields[i].key, &t->fields[i].cell);
	put_rows(t, json_array_in(top, t->rows));

	int ret = json_print(top, f);

	json_free(top);
	return ret;
}

WRITER(table_writers) = { .name = "json", .place = 2, .print = write_json };
