/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Strings: printed, escaped, quoted, compared. */
#ifndef STR_H
#define STR_H

#include "base/base.h"

/* A printed string of its own, or NULL when there is no memory */
char *str_printf(const char *fmt, ...) PRINTF(1, 2);
char *str_vprintf(const char *fmt, va_list ap) PRINTF(1, 0);
/*
 * @s made fit for a terminal: control characters and broken UTF-8 as \xHH, a
 * newline as \n. A tab stays. The caller frees it; NULL when there is no memory.
 */
char *str_escape(const char *s, size_t len);
/* @s as one word of a POSIX shell; unquoted where it needs no quotes */
char *str_shell_quote(const char *s);
/* @s with each @from replaced by @to */
char *str_replace(const char *s, const char *from, const char *to);
/* how many letters to change, add, drop or swap to turn @a into @b */
unsigned int str_distance(const char *a, const char *b);
bool str_ends_with(const char *s, const char *end);
/* "?" in the place of what is unknown, or of a string that there was no memory for */
static inline const char *str_known(const char *s)
{
	return s ? s : "?";
}
/* "" in the place of NULL */
static inline const char *str_empty(const char *s)
{
	return s ? s : "";
}
/* What makes a noun the plural, behind @n of them */
static inline const char *str_plural(unsigned long long n)
{
	return n == 1 ? "" : "s";
}

#endif
