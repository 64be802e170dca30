// SPDX-License-Identifier: GPL-2.0-or-later
/* jansson is known here and nowhere else in this room. */
#include "print/json.h"

#include <errno.h>
#include <jansson.h>

#include "base/str.h"
#include "base/strv.h"

/* One of a document's objects and arrays; all of them go with the first */
struct json {
	json_t *value;		/* owned by the document */
	struct json *top, *next;
	bool broken;		/* of the first: it ran out of memory */
};

struct json *json_new(void)
{
	struct json *j = calloc(1, sizeof(*j));

	if (!j)
		return NULL;
	j->top = j;
	j->value = json_object();
	j->broken = !j->value;
	return j;
}

void json_free(struct json *top)
{
	if (!top)
		return;
	json_decref(top->value);
	for (struct json *next; top; top = next) {
		next = top->next;
		free(top);
	}
}

/* Takes @value, which may be NULL when there was no memory for it */
static bool put(struct json *in, const char *key, json_t *value)
{
	bool failed = true;

	if (in && !in->top->broken)
		failed = key ? json_object_set_new(in->value, key, value) :
			       json_array_append_new(in->value, value);
	else
		json_decref(value);
	if (in)
		in->top->broken |= failed;
	return !failed;
}

static struct json *put_container(struct json *in, const char *key, json_t *value)
{
	struct json *j = in ? calloc(1, sizeof(*j)) : NULL;

	if (!put(in, key, value) || !j) {
		free(j);
		if (in)
			in->top->broken = true;
		return NULL;
	}
	*j = (struct json){ .value = value, .top = in->top, .next = in->top->next };
	in->top->next = j;
	return j;
}

struct json *json_object_in(struct json *in, const char *key)
{
	return put_container(in, key, json_object());
}

struct json *json_array_in(struct json *in, const char *key)
{
	return put_container(in, key, json_array());
}

static json_t *string(const char *text)
{
	json_t *s = json_string(text);

	if (s)
		return s;

	FREE char *escaped = str_escape(text, strlen(text));

	return escaped ? json_string(escaped) : NULL;
}

void json_string_in(struct json *in, const char *key, const char *text)
{
	put(in, key, text ? string(text) : json_null());
}

void json_number_in(struct json *in, const char *key, long long number)
{
	put(in, key, json_integer(number));
}

void json_bool_in(struct json *in, const char *key, bool yes)
{
	put(in, key, json_boolean(yes));
}

void json_null_in(struct json *in, const char *key)
{
	put(in, key, json_null());
}

void json_strings_in(struct json *in, const char *key, const struct strv *strings)
{
	struct json *a = json_array_in(in, key);

	for (size_t i = 0; i < strings->n; i++)
		json_string_in(a, NULL, strings->v[i]);
}

/* The only control character that jansson leaves as it is is DEL, and only strings have it */
static int write_text(const char *text, size_t len, void *f)
{
	for (size_t n; len; text += n, len -= n) {
		const char *del = memchr(text, 0x7f, len);

		n = del ? (size_t)(del - text) : len;
		fwrite(text, 1, n, f);
		if (del) {
			fputs("\\u007f", f);
			n++;
		}
	}
	return ferror(f) ? -1 : 0;
}

int json_print(const struct json *top, FILE *f)
{
	if (!top || top->broken)
		return -ENOMEM;
	/* in ASCII: JSON may be looked at on a terminal too */
	if (json_dump_callback(top->value, write_text, f, JSON_INDENT(2) | JSON_ENSURE_ASCII) ||
	    fputc('\n', f) < 0)
		return -EIO;
	return 0;
}
