/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What there is on this host to choose from; sorted. */
#ifndef HOST_KERNELS_H
#define HOST_KERNELS_H

#include "base/base.h"
#include "base/strv.h"

/* Kernels with modules below @root */
int kernels_list(const char *root, struct strv *releases);
/* The processes that are QEMUs */
int qemus_list(const char *root, struct strv *pids);

#endif
