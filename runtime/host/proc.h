/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Numbers and names in /proc/PID */
#ifndef PROC_H
#define PROC_H

#include "base/base.h"

/* What the file @name of the directory @proc has after @key, as a number; -1: it isn't there */
long long proc_number(const char *proc, const char *name, const char *key);
/* The last number of the line that begins with @key; -1: there is no such line */
long long proc_last_number(const char *proc, const char *name, const char *key);
/* The name of the process or thread; NULL: it can't be read */
char *proc_comm(const char *proc);

#endif
