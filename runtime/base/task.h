/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks of the kernel. */
#ifndef TASK_H
#define TASK_H

#include "base/base.h"

/* Whether task @id of @proc, a /proc, is one of the kernel's own */
bool task_is_kernels(const char *proc, const char *id);

#endif
