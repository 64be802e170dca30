/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the tables say, in two forms (help.c) */
#ifndef VGUEST_HELP_H
#define VGUEST_HELP_H

#include <stdio.h>

#include "base/base.h"

struct help_form {
	void (*begin)(FILE *out, const char *summary, const char *about);
	/* text may be NULL */
	void (*section)(FILE *out, const char *title, const char *text);
	void (*row)(FILE *out, unsigned int level, const char *what, const char *text);
	void (*end)(FILE *out);
};
extern const struct help_form help_text, help_man;
void help_show(const struct help_form *f, FILE *out);

#endif
