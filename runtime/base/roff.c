// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Manual pages in man(7). Everything is escaped here, so that what is in a
 * table is on the page: a dash is one that can be pasted into a shell, a
 * dot at a line's beginning is no request.
 */
#include "base/roff.h"

#include <ctype.h>
#include <time.h>

static size_t bytes_by_first(unsigned char c)
{
	if (c >= 0xf0)
		return 4;
	if (c >= 0xe0)
		return 3;
	return c >= 0xc0 ? 2 : 1;
}

/* The code point at @s, of @len bytes; a byte that is no UTF-8 is itself */
static unsigned int code_point(const unsigned char *s, size_t *len)
{
	size_t n = bytes_by_first(*s);
	unsigned int c = n == 1 ? *s : *s & (0xff >> (n + 1));

	*len = 1;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return *s;
		c = c << 6 | (s[i] & 0x3f);
	}
	*len = n;
	return c;
}

/* What roff, or a font, would take for something else */
static const char *special(unsigned char c)
{
	switch (c) {
	case '\\':
		return "\\(rs";
	case '-':
		return "\\-";
	case '\'':
		return "\\(aq";
	case '`':
		return "\\(ga";
	case '^':
		return "\\(ha";
	case '~':
		return "\\(ti";
	case '"':
		return "\\(dq";	/* also within a macro's quoted argument */
	}
	return NULL;
}

static void escape(FILE *out, const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text, *end = s + len;

	for (size_t n = 1; s < end; s += n) {
		const char *as = special(*s);
		unsigned int c;

		n = 1;
		if (as)
			fputs(as, out);
		else if (*s < 0x80)
			putc(*s, out);
		else if ((c = code_point(s, &n)) == 0x2026)
			fputs("...", out);	/* an ellipsis: a terminal may lack it */
		else
			fprintf(out, "\\[u%04X]", c);
	}
}

static void put_date(FILE *out)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t t = epoch && *epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	struct tm tm;
	char date[32];

	if (gmtime_r(&t, &tm) && strftime(date, sizeof(date), "%Y-%m-%d", &tm))
		fputs(date, out);
}

void roff_title(FILE *out, const char *name, const char *section, const char *version)
{
	fputs(".TH \"", out);
	for (const char *s = name; *s; s++) {
		char c = (char)toupper((unsigned char)*s);

		escape(out, &c, 1);
	}
	fprintf(out, "\" \"%s\" \"", section);
	put_date(out);
	fputs("\" \"", out);
	escape(out, version, strlen(version));
	/* as docbook's and help2man's pages: no words cut in two, no wide gaps */
	fputs("\" \"System Administration\"\n.nh\n.ad l\n", out);
}

static void heading(FILE *out, const char *macro, const char *title)
{
	fprintf(out, "%s \"", macro);
	escape(out, title, strlen(title));
	fputs("\"\n", out);
}

void roff_section(FILE *out, const char *title)
{
	heading(out, ".SH", title);
}

void roff_subsection(FILE *out, const char *title)
{
	heading(out, ".SS", title);
}

void roff_name(FILE *out, const char *name, const char *summary)
{
	roff_section(out, "NAME");
	escape(out, name, strlen(name));
	fputs(" \\- ", out);
	escape(out, summary, strlen(summary));
	putc('\n', out);
}

static void put_line(FILE *out, const char *line, size_t len)
{
	if (len && *line == '.')
		fputs("\\&", out);
	escape(out, line, len);
	putc('\n', out);
}

/* @again begins another paragraph: .PP, or .IP within an item */
static void put_text(FILE *out, const char *text, const char *again)
{
	bool literal = false, empty = false, first = true;

	for (size_t len; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		if (!len) {
			empty = !first;
			continue;
		}

		bool keep = *text == ' ' || *text == '\t';

		if (keep && !literal)
			fputs(".sp\n.nf\n", out);
		else if (keep && empty)
			fputs(".sp\n", out);
		else if (literal && !keep)
			fprintf(out, ".fi\n%s\n", again);
		else if (empty)
			fprintf(out, "%s\n", again);
		put_line(out, text, len);
		literal = keep;
		empty = first = false;
	}
	if (literal)
		fputs(".fi\n", out);
}

void roff_text(FILE *out, const char *text)
{
	put_text(out, text, ".PP");
}

void roff_para(FILE *out, const char *text)
{
	fputs(".PP\n", out);
	roff_text(out, text);
}

/* The length of the like-minded characters at @s, and the font that they have */
static size_t piece(const char *s, char *font)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	size_t n = 0;

	if (isupper((unsigned char)*s)) {
		n = strspn(s, capitals);
		*font = 'I';
	}
	if (n && !islower((unsigned char)s[n]))
		return n;
	*font = strchr("[]|=+,: ", *s) ? 'R' : 'B';
	if (*font == 'R')
		return strspn(s, "[]|=+,: ");
	if (!strncmp(s, "…", strlen("…")) || !strncmp(s, "...", 3)) {
		*font = 'R';
		return 3;
	}
	n = 1;
	while (s[n] && !strchr("[]|=+,: ", s[n]) && !isupper((unsigned char)s[n]) &&
	       strncmp(s + n, "…", strlen("…")))
		n++;
	return n;
}

void roff_usage(FILE *out, const char *usage)
{
	char font;

	for (size_t n; *usage; usage += n) {
		n = piece(usage, &font);
		if (font != 'R')
			fprintf(out, "\\f%c", font);
		escape(out, usage, n);
		if (font != 'R')
			fputs("\\fR", out);
	}
}

void roff_item(FILE *out, const char *usage, const char *text)
{
	fputs(".TP\n", out);
	roff_usage(out, usage);
	putc('\n', out);
	put_text(out, text, ".IP");
}

void roff_item_literal(FILE *out, const char *words, const char *text)
{
	fputs(".TP\n\\fB", out);
	escape(out, words, strlen(words));
	fputs("\\fR\n", out);
	put_text(out, text, ".IP");
}

void roff_references(FILE *out, const char *const *pages)
{
	for (; *pages; pages++) {
		size_t name = strcspn(*pages, "(");

		fputs(".BR \"", out);
		escape(out, *pages, name);
		fprintf(out, "\" %s%s\n", *pages + name, pages[1] ? "," : "");
	}
}
