/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records: the lines that guests and scripts print. */
#ifndef RECORD_H
#define RECORD_H

#include "base/base.h"

/*
 * Records (record.c): "KIND key=value key=value …", a line. What guests and
 * scripts print.
 */
bool record_is(const char *line, const char *kind);
/* Not NUL-terminated; NULL when the key isn't there */
const char *record_value(const char *line, const char *key, size_t *len);
bool record_says(const char *line, const char *key, const char *value);
/* false for '?' and whatever else is no number */
bool record_number(const char *line, const char *key, long long *number);

#endif
