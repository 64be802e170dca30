/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What traces are read from, by all verbs that take one: files, pipes, standard input, packed or
 * not, and trace-cmd's own (trace.c)
 */
#ifndef VERB_TRACE_H
#define VERB_TRACE_H

#include "base/base.h"

/*
 * Hands what @path, or - for standard input, holds to @add, piece by piece, until it ends or a
 * signal stops it. -errno, what
 * @add has said, or -ECANCELED where the cause was said already
 */
int trace_read(const char *verb, const char *path,
	       int (*add)(void *ctx, const char *data, size_t len), void *ctx);
/* SIGINT ends the reading from here on, and nothing else; until trace_signals_back() */
void trace_signals(void);
void trace_signals_back(void);
bool trace_stopped(void);

#endif
