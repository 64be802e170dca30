/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base: what every room may use and what uses no room: messages and hints,
 * strings, cleanup guards, running children, manual pages. Functions return -errno on
 * failure and never exit; only the msg_*() functions print, and only to
 * standard error.
 */
#ifndef BASE_H
#define BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Guards: the value is released when the variable goes out of scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define FREE CLEANUP(base_freep)
#define CLOSE CLEANUP(base_closep)

static inline void base_freep(void *p)
{
	free(*(void **)p);
}

static inline void base_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#endif
