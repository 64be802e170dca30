/* SPDX-License-Identifier: GPL-2.0-or-later */
/* CSV: the fields of a row, for spreadsheets. The caller ends a row with a newline */
#ifndef CSV_H
#define CSV_H

#include <stdint.h>
#include <stdio.h>

#include "base/base.h"

#define CSV_UNKNOWN INT64_MIN	/* of a number; the rooms with times call it UNKNOWN */

/* A row's first field: in quotes, where it needs them */
void csv_text(const char *text, FILE *f);
/* The next field of a row; CSV_UNKNOWN: empty */
void csv_number(int64_t n, FILE *f);

#endif
