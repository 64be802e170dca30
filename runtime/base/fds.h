/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File descriptors that a child must not have. */
#ifndef FDS_H
#define FDS_H

#include "base/base.h"

/* Descriptors from @from to @to, those that are open, are closed (fds.c) */
void fds_close(unsigned int from, unsigned int to);
/* Closes all descriptors from 3 on but @keep, which is small */
void fds_close_others(const int *keep, size_t n);
/* fds_close() without close_range(2), for kernels before 5.9 */
void fds_close_one_by_one(unsigned int from, unsigned int to);

#endif
