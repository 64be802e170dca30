// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is behind the columns of a line: a function that is called, one that returns, or a comment.
 */
#include "callgraph/scan.h"

/*
 * Whether a comment that begins at @at has no end, and could be the kernel's: a function's name
 * alone, or what stands behind it
 */
static bool is_cut_tail(const char *at, const char *end)
{
	if (memmem(at, end - at, "*/", 2))
		return false;
	at = blanks(at);
	while (at < end && *at != ' ' && *at != '(')
		at++;
	at = starts(at, end, "()") ? at + 2 : at;
	return line_trim(at, end) == at || starts(at, end, " [") || starts(at, end, " *") ||
	       starts(at, end, " ret=") || starts(at, end, " = ");
}

/* A function's end: " } [/" "* name *" "/]", where a person may have written something else */
static void parse_tail(const char *at, const char *end, struct line *line)
{
	const char *name, *close;

	at = blanks(at);
	if (starts(at, end, "/*") ? is_cut_tail(at + 2, end) : *at == '/' && at + 1 == end) {
		line_set_unusable(line, UNUSABLE_TRUNCATED);
		return;
	}
	if (!starts(at, end, "/*"))
		return;
	name = at = blanks(at + 2);
	while (at < end && *at != ' ' && *at != '(' && *at != '*' && *at != '[')
		at++;
	close = at;
	if (starts(at, end, " [")) {
		at = memchr(at, ']', end - at);
		if (!at)
			return;
		close = ++at;
	}
	if (starts(at, end, "()"))
		at += 2;
	at = blanks(at);
	/* what it returned: "= 0x0" before 6.13, "ret=0x0" since */
	if (starts(at, end, "= ") || starts(at, end, "ret=")) {
		at = memmem(at, end - at, "*/", 2);
		if (!at)
			return;
	}
	if (close == name || !starts(at, end, "*/"))
		return;
	line->name = name;
	line->name_len = close - name;
}

/* Behind the parenthesis that closes the one at @at; NULL: there is none */
static const char *parse_arguments(const char *at, const char *end)
{
	unsigned int depth = 0;

	for (; at < end; at++) {
		if (*at == '(')
			depth++;
		else if (*at == ')' && !--depth)
			return at + 1;
	}
	return NULL;
}

void call_parse(const char *at, const char *end, int32_t column, struct line *line)
{
	const char *open, *close;

	line->kind = LINE_CALL;
	line->column = column;
	if (*at == '}') {
		line->call = CALL_RETURN;
		if (at + 1 < end)
			parse_tail(at + 1, end, line);
		return;
	}
	if (*at == '/' && (at[1] == '*' || at[1] == '/')) {
		line->kind = LINE_COMMENT;
		return;
	}
	open = at < end ? memchr(at, '(', end - at) : NULL;
	if (!open) {
		line_set_unusable(line, UNUSABLE_TRUNCATED);
		return;
	}
	line->name = at;
	line->name_len = open - at;
	close = open[1] == ')' ? open + 2 : parse_arguments(open, end);
	if (close && *close == ';') {
		line->call = CALL_LEAF;
		return;
	}
	if (close)
		close = blanks(close);
	/* trace-cmd's way to say who called it: "foo() [comment] {" */
	if (close && starts(close, end, "/*")) {
		close = memmem(close, end - close, "*/", 2);
		close = close ? blanks(close + 2) : NULL;
	}
	if (close && close < end && *close == '{')
		line->call = CALL_ENTER;
	else
		line_set_unusable(line, UNUSABLE_TRUNCATED);
}
