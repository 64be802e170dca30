// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: how text of 'diagnose' is broken, indented and coloured. */
#include "cmd/diagnose/page.h"

#include <ctype.h>

#include "base/gate.h"
#include "base/str.h"
#include "diagnose/diagnose.h"
#include "print/table.h"

#define PROOF 6
#define NUMBERS 12		/* places of a metric's value */

const char *page_colour(const struct page *p, const char *code)
{
	return p->s->colour ? gate_sign(code) : "";
}

char *page_clean(const char *text)
{
	return str_escape(text, strlen(text));
}

/* str_escape() lets none through */
#define GLUE '\x1f'

/* "100 %", "2.0 s": no line ends between a number and its unit */
static void glue(char *text)
{
	static const char *const units[] = { "%", "s", "ms", "us", "KiB" };

	for (char *c = text; (c = strchr(c, ' ')); c++) {
		size_t len = strcspn(c + 1, " ,.;:()");

		for (size_t i = 0;
		     c > text && isdigit((unsigned char)c[-1]) && i < ARRAY_SIZE(units); i++)
			if (strlen(units[i]) == len && !strncmp(c + 1, units[i], len))
				*c = GLUE;
	}
}

/* @text, made fit for the terminal and broken at its width */
void page_wrap(const struct page *p, const char *text, unsigned int indent, unsigned int at)
{
	FREE char *fit = page_clean(str_known(text));
	FREE char *lines = NULL;
	size_t size;
	FILE *f = open_memstream(&lines, &size);

	if (!f)
		return;
	if (fit)
		glue(fit);
	out_wrap(f, p->s, str_known(fit), indent, at);
	fclose(f);
	for (size_t i = 0; lines && i < size; i++)
		fputc(lines[i] == GLUE ? ' ' : lines[i], p->f);
}

void page_paragraph(const struct page *p, const char *text, unsigned int indent)
{
	fprintf(p->f, "%*s", (int)indent, "");
	page_wrap(p, text, indent, indent);
	fputc('\n', p->f);
}

void page_metric(const struct page *p, const char *value, const char *text)
{
	unsigned int places = out_places(str_known(value));

	fprintf(p->f, "%*s%-*s ", PROOF, "", NUMBERS, str_known(value));
	page_wrap(p, text, PROOF + NUMBERS + 1, PROOF + (places > NUMBERS ? places : NUMBERS) + 1);
	fputc('\n', p->f);
}

bool page_same_iface(const struct subject *a, const struct subject *b)
{
	return a->guest == b->guest && evidence_same_iface(a->dev, b->dev);
}
