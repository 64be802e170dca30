// SPDX-License-Identifier: GPL-2.0-or-later
/* What the other end of standard output is, and text that fits it. */
#include "print/table.h"

#include <sys/ioctl.h>

#include "base/str.h"

#define WIDTH 80		/* of what is no terminal */
#define WIDTH_MIN 40		/* narrower than this it would only be broken to pieces */

enum out_colour out_colour;

struct out_style out_style_of(int fd)
{
	struct out_style s = { .width = WIDTH };
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	struct winsize w;

	s.colour = out_colour == OUT_ALWAYS;
	s.terminal = isatty(fd);
	if (!s.terminal)
		return s;
	if (!ioctl(fd, TIOCGWINSZ, &w) && w.ws_col)
		s.width = w.ws_col < WIDTH_MIN ? WIDTH_MIN : w.ws_col;
	if (out_colour == OUT_AUTO)
		s.colour = !(no && *no) && term && strcmp(term, "dumb") != 0;
	return s;
}

static unsigned int places_of(const char *text, size_t len)
{
	unsigned int n = 0;

	/* of UTF-8 the first bytes count; that some take two places is left out */
	for (size_t i = 0; i < len; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

unsigned int out_places(const char *text)
{
	return places_of(text, strlen(text));
}

void out_wrap(FILE *f, const struct out_style *s, const char *text, unsigned int indent,
	      unsigned int at)
{
	bool first = true;

	while (*text == ' ')
		text++;
	while (*text) {
		size_t len = strcspn(text, " ");
		unsigned int places = places_of(text, len);

		/* a word that is longer than a line stays whole: it may be a path to copy */
		if (!first && at + 1 + places > s->width) {
			fprintf(f, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			fputc(' ', f);
			at++;
		}
		fwrite(text, 1, len, f);
		at += places;
		first = false;
		text += len;
		while (*text == ' ')
			text++;
	}
}

void out_say(FILE *f, const struct out_style *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	FREE char *text = str_vprintf(fmt, ap);

	va_end(ap);
	if (!text)
		return;

	FREE char *escaped = str_escape(text, strlen(text));

	if (escaped)
		out_wrap(f, s, escaped, 0, 0);
	fputc('\n', f);
}
