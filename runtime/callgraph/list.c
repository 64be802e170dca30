// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "1) ", "2) ", "3) " before the first lines: a list's numbers, or CPUs, as the kernel writes them
 * where a trace tells of them. Numbers of a list count up by one. The first lines are kept until it
 * is known whether theirs do.
 */
#include "callgraph/reading.h"

/* The number before a line, and before what is quoted in a mail; -1: none */
static int64_t listed_number(const char *at, const char *end, bool *quoted)
{
	struct disguise d = { 0 };
	const char *inner = disguise_strip(&d, DISGUISE_QUOTE, at, end);

	*quoted = inner;
	if (inner)
		at = inner;
	return disguise_strip(&d, DISGUISE_PAREN, at, end) ? (int64_t)d.number : -1;
}

enum listed_found listed_add(struct listed *l, const char *raw, const char *raw_end,
			     const char *text, const char *end)
{
	const size_t used = l->n ? l->ends[l->n - 1] : 0, len = raw_end - raw;
	bool quoted;
	int64_t number = listed_number(text, end, &quoted);

	if (!l->n && number < 0)
		return LISTED_NOTHING;
	memcpy(l->text + used, raw, len);
	l->text[used + len] = '\n';
	l->ends[l->n++] = used + len + 1;
	/* a list, and what follows it; CPUs, and not one after the other */
	if (number < 0)
		return l->n > LISTED_MIN && l->number == l->n - 1 ? LISTED_LIST : LISTED_CPUS;
	if (l->n > 1 && (number != l->number + 1 || quoted != l->quoted))
		return LISTED_CPUS;
	l->number = number;
	l->quoted = quoted;
	if (l->n == LISTED_MAX || l->ends[l->n - 1] > GRAPH_LINE_MAX)
		return l->n >= LISTED_MIN && number == l->n ? LISTED_LIST : LISTED_CPUS;
	return LISTED_KEPT;
}

enum listed_found listed_end(const struct listed *l)
{
	return l->n >= LISTED_MIN && l->number == l->n ? LISTED_LIST : LISTED_CPUS;
}
