// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What vguest says of itself: once, in two forms, as --help and as the manual
 * page. Options, faults and counters come from their own tables.
 */
#include "vguest/help.h"

#include "base/roff.h"
#include "base/str.h"
#include "vguest/counters.h"
#include "vguest/fault.h"
#include "vguest/options.h"
#include "vguest/vguest.h"

#define COLUMN 27
#define WIDTH 80

static const char *const examples[][2] = {
	{ "vguest --tx 100000 --rx 0 --batch 64", "send as fast as possible" },
	{ "vguest --pairs 4 --ring 1024 --event-idx off", "four queue pairs, both directions" },
	{ "vguest --wait --rate 1000 --duration 10", "start when the observer is ready" },
	{ "vguest --tx 0 --rx 0 --hold inf", "an idle guest" },
	{ "vguest --iommu on --iommu-granule 4096", "a miss for every page" },
	{ "vguest --rx 0 --fault tx-write:100", "vhost refuses packet 100" },
	{ "vguest --window inf --rate 5000 --fault rx-no-refill:99",
	  "the guest stops receiving, the host goes on sending" },
};

static const char *const statuses[][2] = {
	{ "0", "fine" },
	{ "1", "the run had errors" },
	{ "2", "wrong options" },
	{ "3", "setup failed" },
};

static const char *const pages[] = { "stap-vhost(8)", "staprun(8)", NULL };

static void fault_rows(const struct help_form *f, FILE *out)
{
	char left[40];

	for (unsigned int i = 0; i < n_fault_kinds; i++) {
		snprintf(left, sizeof(left), "%s:%s", fault_kinds[i].name, fault_kinds[i].arg);
		f->row(out, 0, left, fault_kinds[i].help);
	}
}

void help_show(const struct help_form *f, FILE *out)
{
	f->begin(out, "a guest without a guest, the reference for counts of vhost-net",
		 "vguest drives /dev/vhost-net over a tap of its own, as a guest's virtio-net\n"
		 "driver would, and prints exact counts of queued and completed buffers, kicks\n"
		 "and notifications. Needs root.");
	f->section(out, "options", "In brackets the default, in parentheses the range.");
	options_rows(f, out);
	f->section(out, "faults",
		   "On pair 0. A fault that lasts begins after packet N of its queue, at a\n"
		   "batch's end, and ends with the guest.");
	fault_rows(f, out);
	f->section(out, "output", "One record per line; '?' is unknown.");
	counters_rows(f, out);
	f->section(out, "exit status", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		f->row(out, 0, statuses[i][0], statuses[i][1]);
	f->section(out, "examples", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(examples); i++)
		f->row(out, 0, examples[i][0], examples[i][1]);
	f->end(out);
}

/* --help */

static void text_begin(FILE *out, const char *summary, const char *about)
{
	fprintf(out, "usage: vguest [OPTION...]\n\nvguest: %s.\n\n%s\n", summary, about);
}

static void text_section(FILE *out, const char *title, const char *text)
{
	fprintf(out, "\n%s:%s%s\n", title, text ? " " : "", str_empty(text));
}

/* Prints @text word by word, from column @at on. */
static void wrap(FILE *out, const char *text, unsigned int at)
{
	while (*text) {
		unsigned int len = strcspn(text, " ");

		if (at + 1 + len > WIDTH)
			at = fprintf(out, "\n%*s", COLUMN - 1, "") - 1;
		at += fprintf(out, " %.*s", (int)len, text);
		text += len + strspn(text + len, " ");
	}
	putc('\n', out);
}

static void text_row(FILE *out, unsigned int level, const char *what, const char *text)
{
	wrap(out, text, fprintf(out, "  %*s%-*s", 2 * (int)level, "",
				COLUMN - 3 - 2 * (int)level, what));
}

static void text_end(FILE *out)
{
	(void)out;
}

const struct help_form help_text = { text_begin, text_section, text_row, text_end };

/* --man */

static unsigned int man_level;

static void man_indent(FILE *out, unsigned int level)
{
	for (; man_level < level; man_level++)
		fputs(".RS\n", out);
	for (; man_level > level; man_level--)
		fputs(".RE\n", out);
}

static void man_begin(FILE *out, const char *summary, const char *about)
{
	roff_title(out, "vguest", "8", "stap-vhost " VERSION);
	roff_name(out, "vguest", summary);
	roff_section(out, "SYNOPSIS");
	roff_usage(out, "vguest [OPTION...]");
	putc('\n', out);
	roff_section(out, "DESCRIPTION");
	roff_text(out, about);
}

static void man_section(FILE *out, const char *title, const char *text)
{
	char upper[40];
	size_t i = 0;

	man_indent(out, 0);
	for (; i < sizeof(upper) - 1 && title[i]; i++)
		upper[i] = title[i] >= 'a' && title[i] <= 'z' ? title[i] - 'a' + 'A' : title[i];
	upper[i] = '\0';
	roff_section(out, upper);
	if (text)
		roff_text(out, text);
}

static void man_row(FILE *out, unsigned int level, const char *what, const char *text)
{
	man_indent(out, level);
	/* a program's call and a record's keys are typed as they are */
	if (*what == '-' || strchr(what, ':'))
		roff_item(out, what, text);
	else
		roff_item_literal(out, what, text);
}

static void man_end(FILE *out)
{
	man_indent(out, 0);
	roff_section(out, "SEE ALSO");
	roff_references(out, pages);
}

const struct help_form help_man = { man_begin, man_section, man_row, man_end };
