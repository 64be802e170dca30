/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host that a verb is about, and what is said of it. */
#ifndef CMD_HOST_H
#define CMD_HOST_H

#include "base/base.h"
#include "base/problem.h"
#include "host/host.h"

/* @release NULL: the running kernel. What is wrong is said; the status */
int verb_host(const char *release, struct host *h);
/* One message, what to do, and the status; nothing for a @ret of 0 */
int verb_report(int ret, const struct problem *p);

#endif
