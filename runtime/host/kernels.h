/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernels that this host has modules of. */
#ifndef HOST_KERNELS_H
#define HOST_KERNELS_H

#include "base/base.h"
#include "base/strv.h"

/* Their releases, sorted, below @root */
int kernels_list(const char *root, struct strv *releases);

#endif
