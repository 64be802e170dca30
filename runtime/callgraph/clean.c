// SPDX-License-Identifier: GPL-2.0-or-later
/* What terminals, editors and web pages make of a line: colours, tabs, blanks that don't break. */
#include "callgraph/reading.h"

typedef unsigned char bytes16 __attribute__((vector_size(16)));

/* Of each line, or of a whole piece: as cheap as it gets */
bool clean_needed(const char *at, size_t len)
{
	const bytes16 first = (bytes16){ 0 } + ' ', newline = (bytes16){ 0 } + '\n';
	bytes16 odd = { 0 };
	uint64_t two[2];

	for (; len >= sizeof(bytes16); at += sizeof(bytes16), len -= sizeof(bytes16)) {
		bytes16 v;

		memcpy(&v, at, sizeof(v));
		/* as signed bytes, what isn't ASCII is below all of it */
		odd |= (bytes16)((__attribute__((vector_size(16))) signed char)v <
				 (__attribute__((vector_size(16))) signed char)first) &
		       (bytes16)(v != newline);
	}
	memcpy(two, &odd, sizeof(two));
	if (two[0] | two[1])
		return true;
	for (; len; at++, len--)
		if ((signed char)*at < ' ' && *at != '\n')
			return true;
	return false;
}

/* Behind a terminal's command that begins at @at with ESC */
static const char *escape_end(const char *at, const char *end)
{
	const char *p = at + 1;

	if (p == end)
		return end;
	if (*p == '[') {
		for (p++; p < end && (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x40; p++)
			;
		return p < end ? p + 1 : end;
	}
	if (*p == ']') {
		for (; p < end && *p != '\a' && *p != 033; p++)
			;
		if (p < end && *p == 033 && p + 1 < end)
			p++;
		return p < end ? p + 1 : end;
	}
	return p + (strchr("()#%", *p) && p + 1 < end ? 2 : 1);
}

/*
 * A letter of UTF-8 that is a blank, or nothing: its length, and what it is in @as; 0: it's another
 * one
 */
static size_t odd_blank(const char *at, const char *end, const char **as)
{
	static const struct {
		char letter[4];
		const char *as;
	} blanks[] = {
		{ "\xc2\xa0", " " },					/* no-break space */
		{ "\xe2\x80\x80", " " }, { "\xe2\x80\x82", " " }, { "\xe2\x80\x83", " " },
		  { "\xe2\x80\x87", " " },
		{ "\xe2\x80\x89", " " }, { "\xe2\x80\xaf", " " }, { "\xe3\x80\x80", " " },
		/* of no width */
		{ "\xe2\x80\x8b", "" }, { "\xe2\x81\xa0", "" }, { "\xef\xbb\xbf", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(blanks); i++) {
		size_t len = strlen(blanks[i].letter);

		if ((size_t)(end - at) >= len && !memcmp(at, blanks[i].letter, len)) {
			*as = blanks[i].as;
			return len;
		}
	}
	return 0;
}

/*
 * Behind what stands at @at: @n is 1 where a byte is left of it, @as or that at @at where @as is ""
 */
static const char *clean_one(const char *at, const char *end, const char **as, size_t *n)
{
	size_t len;

	*as = "";
	*n = 0;
	if (*at == 033)
		return escape_end(at, end);
	if ((unsigned char)*at >= 0x80 && (len = odd_blank(at, end, as))) {
		*n = **as != '\0';
		return at + len;
	}
	*n = 1;
	return at + 1;
}

char *clean_text(const char *text, const char *end, char *to)
{
	for (const char *at = text, *next, *as; at < end; at = next) {
		size_t n;

		next = clean_one(at, end, &as, &n);
		if (n)
			*to++ = *as ? *as : *at;
	}
	return to;
}

const char *clean_behind(const char *text, const char *end, size_t n)
{
	const char *as;

	for (size_t one; n && text < end; n -= one)
		text = clean_one(text, end, &as, &one);
	return text;
}

/*
 * Blanks that would have become a tab, and tabs that would have stayed a blank, had tabs been put
 * in from @text on
 */
size_t clean_tab_faults(const char *text, const char *end, size_t tab)
{
	size_t column = 0, faults = 0;

	for (const char *at = text; at < end; at++) {
		bool behind = at > text && (at[-1] == ' ' || at[-1] == '\t');
		size_t n = *at == '\t' ? tab - column % tab : 1;

		column += ((unsigned char)*at & 0xc0) != 0x80 ? n : 0;
		if (*at == ' ' && behind && column % tab == 0)
			faults++;
		if (*at == '\t' && n == 1 && !behind)
			faults++;
	}
	return faults;
}

char *clean_tabs(const char *text, const char *end, size_t tab, char *to, size_t size)
{
	size_t column = 0;		/* in letters, not in bytes */

	for (const char *at = text, *room = to + size; at < end; at++) {
		size_t n = *at == '\t' ? tab - column % tab : 1;

		if ((size_t)(room - to) < n)
			return NULL;
		memset(to, *at == '\t' ? ' ' : *at, n);
		to += n;
		column += ((unsigned char)*at & 0xc0) != 0x80 ? n : 0;
	}
	return to;
}
