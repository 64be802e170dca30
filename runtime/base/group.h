/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Process groups: whether one runs, and its end. */
#ifndef GROUP_H
#define GROUP_H

#include "base/base.h"

/* A process that ended or is a zombie doesn't run */
bool group_runs(pid_t group);
/* SIGTERM, then after @ms SIGKILL; returns when the group is gone, or soon after */
void group_end(pid_t group, unsigned int ms);

#endif
