// SPDX-License-Identifier: GPL-2.0-or-later
#include "print/writer.h"

#include <string.h>

static size_t count(const struct writers *set)
{
	return set->to - set->from;
}

static bool is_before(const struct writer *a, const struct writer *b)
{
	return a->place < b->place || (a->place == b->place && strcmp(a->name, b->name) < 0);
}

/* How many of the set come before this one */
static size_t rank(const struct writers *set, const struct writer *w)
{
	size_t before = 0;

	for (size_t i = 0; i < count(set); i++)
		before += is_before(set->from[i], w);
	return before;
}

const struct writer *writers_at(const struct writers *set, size_t at)
{
	for (size_t i = 0; i < count(set); i++)
		if (rank(set, set->from[i]) == at)
			return set->from[i];
	return NULL;
}

const struct writer *writers_find(const struct writers *set, const char *name)
{
	for (size_t i = 0; i < count(set); i++)
		if (!strcmp(set->from[i]->name, name))
			return set->from[i];
	return NULL;
}

const char *writers_words(const struct writers *set, char *text)
{
	const struct writer *w;
	size_t n = 0;

	text[0] = '\0';
	for (size_t i = 0; (w = writers_at(set, i)) && n < WRITERS_TEXT; i++)
		n += snprintf(text + n, WRITERS_TEXT - n, "%s%s", i ? "|" : "", w->name);
	return text;
}
