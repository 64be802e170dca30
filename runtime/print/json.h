/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JSON, built from the outside in. Where memory runs out nothing is built any more,
 * and json_print() says so: callers need not look at each step.
 */
#ifndef JSON_H
#define JSON_H

#include <stdio.h>

#include "base/base.h"
#include "base/strv.h"

struct json;

/* A whole document, an object; NULL without memory, which the others take */
struct json *json_new(void);
void json_free(struct json *top);
/* Within @in: a member named @key of an object, or with a NULL one the next of an array */
struct json *json_object_in(struct json *in, const char *key);
struct json *json_array_in(struct json *in, const char *key);
/* What is no UTF-8 is shown as on a terminal. A NULL is null */
void json_string_in(struct json *in, const char *key, const char *text);
void json_number_in(struct json *in, const char *key, long long number);
void json_bool_in(struct json *in, const char *key, bool yes);
void json_null_in(struct json *in, const char *key);
void json_strings_in(struct json *in, const char *key, const struct strv *strings);
/* In ASCII, and a newline. -ENOMEM, or -EIO when it can't be written */
int json_print(const struct json *top, FILE *f);

#endif
