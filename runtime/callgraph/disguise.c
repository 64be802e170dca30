// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What stands before the lines of a trace that was quoted, numbered, searched, compared, or came by
 * a kernel's log.
 */
#include "callgraph/reading.h"

static bool digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static bool letter(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26;
}

static const char *digits(const char *at, const char *end)
{
	while (at < end && digit(*at))
		at++;
	return at;
}

static const char *blanks(const char *at, const char *end)
{
	while (at < end && *at == ' ')
		at++;
	return at;
}

/*
 * "> ", ">> ", "JD> "; one blank behind the last is the mail's, the others are the trace's, as all
 * are where one line has none
 */
static const char *quote(struct disguise *d, const char *at, const char *end)
{
	const char *last = NULL;

	at = blanks(at, end);
	for (int initials = 0; at < end && letter(*at) && initials < 4; initials++)
		at++;
	while (at < end) {
		if (*at == '>')
			last = ++at;
		else if (end - at >= 4 && !memcmp(at, "&gt;", 4))
			last = at += 4;
		else if (last && *at == ' ' && at + 1 < end && (at[1] == '>' || at[1] == '&'))
			at++;
		else
			break;
	}
	if (!last || last == end)
		return last;
	d->tight |= *last != ' ' && *last != '\t';
	return *last == ' ' && !d->tight ? last + 1 : last;
}

/* "[  100.004000] ", "[Sat Nov 28 10:38:03 2026] "; @at of anything else */
static const char *bracket(const char *at, const char *end)
{
	bool time = false;
	const char *p = at;

	if (p == end || *p != '[')
		return at;
	for (p++; p < end && *p != ']' && p - at < 40; p++) {
		if (!digit(*p) && !letter(*p) && !strchr(" .:-/+,", *p))
			return at;
		time |= (*p == '.' || *p == ':') && digit(p[-1]) && p + 1 < end && digit(p[1]);
	}
	if (p == end || *p != ']' || !time)
		return at;
	p++;
	return p < end && *p == ' ' ? p + 1 : p;
}

/* "[    T123] ", whose message it is, of CONFIG_PRINTK_CALLER */
static const char *caller(const char *at, const char *end)
{
	const char *p = at < end && *at == '[' ? blanks(at + 1, end) : end, *n;

	if (p == end || (*p != 'T' && *p != 'C'))
		return at;
	n = digits(p + 1, end);
	if (n == p + 1 || n == end || *n != ']')
		return at;
	return n + 1 < end && n[1] == ' ' ? n + 2 : n + 1;
}

/* @shape is '0' for any digit, 'a' for any letter, or the character itself */
static bool has_shape(char c, char shape)
{
	if (shape == '0')
		return digit(c);
	if (shape == 'a')
		return letter(c);
	return c == shape;
}

/*
 * "2026-11-28T10:38:03.123Z ", "2026-11-28 10:38:03 ", "Nov 28 10:38:03 ", "10:38:03 "; @at of
 * anything else
 */
static const char *date(const char *at, const char *end)
{
	static const char *const shapes[] = { "0000-00-00T00:00:00", "0000-00-00 00:00:00",
					      "aaa 00 00:00:00", "aaa  0 00:00:00", "00:00:00" };

	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		const char *s = shapes[i], *p = at;

		for (; *s && p < end; s++, p++)
			if (!has_shape(*p, *s))
				break;
		if (*s)
			continue;
		while (p < end && *p != ' ' && *p != '|')
			p++;
		return p < end && *p == ' ' ? p + 1 : at;
	}
	return at;
}

/* Its own time before a line is the log's, and no trace's */
static const char *log_line(struct disguise *d, const char *at, const char *end)
{
	static const char from[] = "kernel: ";
	const char *p = at, *most = end - at > 120 ? at + 120 : end, *named;

	(void)d;
	if (end - p > 3 && *p == '<' && digit(p[1])) {
		const char *n = digits(p + 1, end);

		p = n < end && *n == '>' ? n + 1 : p;
	}
	p = date(p, end);
	named = memmem(p, most - p, from, sizeof(from) - 1);
	if (named)
		p = named + sizeof(from) - 1;
	p = bracket(p, end);
	p = caller(p, end);
	return p == at ? NULL : p;
}

static const char *diff(struct disguise *d, const char *at, const char *end)
{
	if (at == end || (*at != '+' && !(d->diff && (*at == '-' || *at == ' '))))
		return NULL;
	d->removed = *at == '-';
	d->plus |= *at == '+';
	return at + 1;
}

/* "     12\t" of cat -n, "12:" and "12-" of grep -n, "12. ", "     12 " */
static const char *number(struct disguise *d, const char *at, const char *end)
{
	const char *from = blanks(at, end), *to = digits(from, end);
	uint64_t n = 0;

	if (to == from || to == end || to - from > 12)
		return NULL;
	for (const char *p = from; p < to; p++)
		n = n * 10 + (*p - '0');
	if (*to == '.' && to + 1 < end && to[1] == ' ')
		to++;
	else if (!strchr("\t:- ", *to))
		return NULL;
	d->gap = d->number && n != d->number + 1;
	d->number = n;
	return to + 1;
}

/*
 * "12) ", where it comes after 11, or something less, or is 1: a CPU's is written in the same way
 */
static const char *paren(struct disguise *d, const char *at, const char *end)
{
	const char *from = blanks(at, end), *to = digits(from, end);
	uint64_t n = 0;

	if (to == from || end - to < 2 || to - from > 9 || to[0] != ')' ||
	    (to[1] != ' ' && to[1] != '\t'))
		return NULL;
	for (const char *p = from; p < to; p++)
		n = n * 10 + (*p - '0');
	/* 1: another list */
	if (d->number && n <= d->number && n != 1)
		return NULL;
	d->gap = d->number && n != d->number + 1 && n != 1;
	d->number = n;
	return to + 2;
}

static const char *list(struct disguise *d, const char *at, const char *end)
{
	static const char bullet[] = "\xe2\x80\xa2";

	at = blanks(at, end);
	if (end - at > 4 && !memcmp(at, bullet, 3))
		return at + 3 + (at[3] == ' ');
	if (end - at < 2 || (*at != '-' && *at != '*') || at[1] != ' ')
		return NULL;
	d->minus |= *at == '-';
	return at + 2;
}

/* "trace.txt:" and "trace.txt:12:" of grep with several files */
static const char *file(struct disguise *d, const char *at, const char *end)
{
	const char *p = at, *numbered;

	while (p < end && *p != ':' && *p != ' ' && *p != '|')
		p++;
	if (p == at || p == end || *p != ':' || p - at > 255)
		return NULL;
	p++;
	numbered = p < end && digit(*p) ? number(d, p, end) : NULL;
	return numbered && (numbered[-1] == ':' || numbered[-1] == '-') ? numbered : p;
}

static const struct {
	const char *(*strip)(struct disguise *d, const char *at, const char *end);
	const char *text;
} kinds[DISGUISE_KINDS] = {
	[DISGUISE_QUOTE] = { quote, "quoted" },
	[DISGUISE_LOG] = { log_line, "behind a log's time" },
	[DISGUISE_DIFF] = { diff, "behind a diff's mark" },
	[DISGUISE_NUMBER] = { number, "numbered" },
	[DISGUISE_LIST] = { list, "as a list" },
	[DISGUISE_PAREN] = { paren, "numbered as a list" },
	[DISGUISE_FILE] = { file, "behind a file's name" },
};

const char *disguise_strip(struct disguise *d, enum disguise_kind kind, const char *at,
			   const char *end)
{
	d->removed = false;
	return kinds[kind].strip(d, at, end);
}

void disguise_see_diff(struct disguise *d, const char *at, const char *end)
{
	if (end - at > 3 && (!memcmp(at, "@@ ", 3) || !memcmp(at, "+++ ", 4)))
		d->diff = true;
}

const char *disguise_text(enum disguise_kind kind)
{
	return kinds[kind].text;
}
