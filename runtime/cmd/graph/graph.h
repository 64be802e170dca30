/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'graph': what is asked for, and how it is recorded */
#ifndef VERB_GRAPH_H
#define VERB_GRAPH_H

#include "base/base.h"
#include "ftrace/ftrace.h"

struct graph_command {
	struct ftrace_options options;
	const char *guest;		/* NULL: everybody */
	const char *save;		/* a file's name, or NULL */
	int64_t duration_ns;		/* 0: until Ctrl-C */
	int64_t start_ns, stop_ns;	/* a call that takes longer; 0: none */
	bool verbose;
};

/* run.c: the status */
int graph_record(struct graph_command *c);

#endif
