/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Manual pages in man(7). */
#ifndef ROFF_H
#define ROFF_H

#include "base/base.h"

/*
 * Manual pages in man(7) (roff.c). Text is what --help shows: its lines are
 * filled, an empty one begins a paragraph, and one that begins with a blank
 * stays as it is.
 */

/* The page's first lines; its date is $SOURCE_DATE_EPOCH's, or today */
void roff_title(FILE *out, const char *name, const char *section, const char *version);
void roff_name(FILE *out, const char *name, const char *summary);
void roff_section(FILE *out, const char *title);
void roff_subsection(FILE *out, const char *title);
void roff_text(FILE *out, const char *text);
/* A new paragraph of text */
void roff_para(FILE *out, const char *text);
/* "run [-v] SCRIPT" within a line: capitals are what to fill in, the rest is typed */
void roff_usage(FILE *out, const char *usage);
/* An item, its description indented; the second form is of words that are typed as they are */
void roff_item(FILE *out, const char *usage, const char *text);
void roff_item_literal(FILE *out, const char *words, const char *text);
/* "stap(1)", "staprun(8)": a reference a word, NULL-terminated */
void roff_references(FILE *out, const char *const *pages);

#endif
