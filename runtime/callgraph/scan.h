/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small steps through a line, for parse.c and call.c */
#ifndef CALLGRAPH_SCAN_H
#define CALLGRAPH_SCAN_H

#include "callgraph/line.h"

static inline bool digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

/* Stops at the end of a line at the latest, since no blank is there */
static inline const char *blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

static inline bool starts(const char *at, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - at) >= len && !memcmp(at, word, len);
}

static inline void line_set_unusable(struct line *line, enum unusable reason)
{
	line->kind = LINE_UNUSABLE;
	line->unusable = reason;
}

/* "name() {", "name [module](arguments);" or "}": from @at on, @column blanks in (call.c) */
void call_parse(const char *at, const char *end, int32_t column, struct line *line);

#endif
