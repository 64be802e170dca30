// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/strv.h"

#include <stdio.h>

#include "base/str.h"

/* Takes @text, which may be NULL when there was no memory for it */
static void strv_take(struct strv *s, char *text)
{
	char **v = s->broken || !text ? NULL : realloc(s->v, (s->n + 2) * sizeof(*v));

	if (!v) {
		s->broken = true;
		free(text);
		return;
	}
	s->v = v;
	v[s->n++] = text;
	v[s->n] = NULL;
}

void strv_add(struct strv *s, const char *text)
{
	strv_take(s, strdup(text));
}

void strv_addf(struct strv *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	strv_take(s, str_vprintf(fmt, ap));
	va_end(ap);
}

void strv_add_all(struct strv *s, const struct strv *from)
{
	s->broken |= from->broken;
	for (size_t i = 0; i < from->n; i++)
		strv_add(s, from->v[i]);
}

char *strv_join(const struct strv *s, const char *between)
{
	size_t len = 1, gap = strlen(between);

	for (size_t i = 0; i < s->n; i++)
		len += strlen(s->v[i]) + gap;

	char *all = malloc(len), *o = all;

	if (!all)
		return NULL;
	*o = '\0';
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			o = stpcpy(o, between);
		o = stpcpy(o, s->v[i]);
	}
	return all;
}

bool strv_has(const struct strv *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i], text))
			return true;
	return false;
}

static int cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), cmp);
}

const char *strv_nearest(const struct strv *s, const char *word)
{
	const char *best = NULL;
	/* a third of the letters may be wrong, else it's another word */
	unsigned int limit = strlen(word) / 3 + 2;

	for (size_t i = 0; i < s->n; i++) {
		unsigned int d = str_distance(s->v[i], word);

		if (d < limit) {
			best = s->v[i];
			limit = d;
		}
	}
	return best;
}

void strv_free(struct strv *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	*s = (struct strv){ 0 };
}
