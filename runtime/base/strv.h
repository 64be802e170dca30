/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of strings. */
#ifndef STRV_H
#define STRV_H

#include "base/base.h"

/*
 * A growing list of strings of its own, NULL-terminated once it holds any.
 * A list that ran out of memory says so by @broken, so that a caller who adds
 * twenty strings checks once.
 */
struct strv {
	char **v;
	size_t n;
	bool broken;
};
#define STRV_CLEAN CLEANUP(strv_free)

void strv_add(struct strv *s, const char *text);
void strv_addf(struct strv *s, const char *fmt, ...) PRINTF(2, 3);
void strv_add_all(struct strv *s, const struct strv *from);
/* "a, b, c" for @between ", "; "" for none, NULL without memory */
char *strv_join(const struct strv *s, const char *between);
bool strv_has(const struct strv *s, const char *text);
void strv_sort(struct strv *s);
/* the member that @word most looks like, or NULL when it looks like none */
const char *strv_nearest(const struct strv *s, const char *word);
void strv_free(struct strv *s);

#endif
