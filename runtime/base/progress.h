/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line at the bottom of the terminal, for work that takes over 2 s. */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "base/base.h"

/*
 * Progress (progress.c): one line at the bottom of the terminal, for what takes
 * over 2 s. Without a terminal there is none, with -v a message now and then.
 */

extern bool progress_off;	/* there is none: -q, --no-progress */

/* @what is being done: "downloading the debuginfo of vhost" */
void progress_start(const char *what);
/* Bytes; @total 0: not known, and the time it takes is all that is shown. Call it often. */
void progress_update(long long done, long long total);
/* Clears the line; progress_start() can follow */
void progress_end(void);
/* For what prints meanwhile: takes the line away, the next update puts it back */
void progress_hide(void);

#endif
