/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The gate to standard output and to files: what goes through it can not hurt a terminal. */
#ifndef GATE_H
#define GATE_H

#include "base/base.h"

/*
 * The gate (gate.c): what we print on standard output and into files goes through one, and
 * control characters and broken UTF-8 come out as \xHH, wherever a name is from. A
 * newline and a tab stay. Messages have theirs in msg.c.
 */

/* From now on stdout is one. -errno */
int gate_standard(void);
/* The last of it is written. -errno, and so it is if anything before couldn't be */
int gate_end(void);
/* A stream to @fd, which fclose() closes; NULL with errno set */
FILE *gate_open(int fd);
/*
 * Escape sequences of our own, such as colours, fit to be printed; valid until the 8th call after
 * it
 */
const char *gate_sign(const char *sequences);

#endif
