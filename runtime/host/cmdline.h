/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Command lines of processes that may hang in the kernel. */
#ifndef CMDLINE_H
#define CMDLINE_H

#include "base/base.h"

struct cmdline {
	long long pid;
	char *args;		/* @len bytes and a NUL, NUL after each; the caller frees it */
	size_t len;
	bool silent;		/* it could not be read, or not in 3 seconds; args may be NULL */
};

/* Reads @n of them: within 3 seconds for some dozens, whatever their processes do */
void cmdlines_read(const char *root, struct cmdline *v, size_t n);
/* The value of "--@name VALUE" or "--@name=VALUE" in it, or NULL */
const char *cmdline_option(const struct cmdline *c, const char *name);

#endif
