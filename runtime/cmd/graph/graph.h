/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'graph': what is asked for, and how it is recorded */
#ifndef VERB_GRAPH_H
#define VERB_GRAPH_H

#include "cmd/common/records.h"
#include "ftrace/ftrace.h"

struct graph_command {
	struct ftrace_wish wish;
	const char *guest;		/* NULL: everybody */
	const char *save;		/* a file's name, or NULL */
	long long seconds;		/* 0: until Ctrl-C */
	long long start_ns, stop_ns;	/* a call that takes longer; 0: none */
};

/* run.c: the status */
int graph_record(struct graph_command *c);

/* What 'graph' and 'latency' share (cmd/common/ftrace.c) */

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
