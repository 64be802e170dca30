/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers with their units, for a person: one way to write each in all verbs. */
#ifndef UNITS_H
#define UNITS_H

#include <stdint.h>

#include "base/base.h"

#define UNITS_UNKNOWN INT64_MIN
#define UNITS_TEXT 32
/* "0.85us", "12.3ms", "?" of UNITS_UNKNOWN; in @text, or constant */
const char *units_time(int64_t ns, char text[UNITS_TEXT]);
/* "1,234,567" */
const char *units_count(uint64_t n, char text[UNITS_TEXT]);

#endif
