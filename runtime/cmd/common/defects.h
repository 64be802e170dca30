/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What 'diagnose' and 'defects' share: the table of known defects, and what the running host says
 * of itself
 */
#ifndef VERB_DEFECTS_H
#define VERB_DEFECTS_H

#include "base/base.h"
#include "defects/defects.h"

/*
 * Reads the table from the data directories. -ENOENT: there is none; -EINVAL: it has a
 * mistake; another -errno: it can't be read. @why then says so in words, the caller frees it.
 */
int verb_defects_load(struct defect_table *t, char **why);

/* The first line of a file of the kernel's, below $STAP_VHOST_SYSROOT; NULL: it can't be read */
char *verb_kernel_says(const char *path);
/* uname's version; NULL: unknown */
char *verb_kernel_version(void);
/* vhost_net's experimental_zcopytx: 1, 0, or -1 where the module isn't loaded */
int verb_kernel_zerocopy(void);

#endif
