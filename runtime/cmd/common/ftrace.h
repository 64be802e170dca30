/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the verbs that record with ftrace share. */
#ifndef CMD_FTRACE_H
#define CMD_FTRACE_H

#include <signal.h>

#include "base/base.h"
#include "base/strv.h"
#include "ftrace/ftrace.h"

extern volatile sig_atomic_t ftrace_stopped;	/* how often we were told to end */
/* From now on a signal ends the recording, and not us */
void ftrace_signals(void);
/* Chooses guests, and adds their pids; the status */
int ftrace_choose(const char *verb, const char *guest, struct strv *pids);
/* One message and a hint; the status */
int ftrace_report(const char *verb, int ret, const struct ftrace_trouble *p);
/* Puts everything back, and says so when it can't; @status, or STATUS_FAILED */
int ftrace_finish(const char *verb, struct ftrace *t, int status);

#endif
