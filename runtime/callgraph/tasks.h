/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tasks and CPUs: which calls they have made, and in which they are (tasks.c) */
#ifndef CALLGRAPH_TASKS_H
#define CALLGRAPH_TASKS_H

#include "callgraph/functions.h"
#include "callgraph/sinks.h"

struct frame {
	struct function *function;
	int64_t inner;			/* time of what it has called and is over */
	int32_t column;
	bool counted;			/* it is asked for, or within what is: sinks know it */
	bool self_unknown;		/* it has called what isn't known */
	/* its end has begun: it does not call what is in its column since */
	bool returning;
	union call_note notes[CALL_NOTES_MAX];
};

struct task {
	int pid;			/* -1: unknown */
	int cpu;			/* of an idle task, or one of unknown pid; else -1 */
	unsigned int source;		/* which of graph.sources */
	char name[32];			/* "vhost-1-187", "" for unknown */
	uint32_t name_len;
	struct frame *frames;
	uint32_t depth, size;
	/* the first of them: they were open when events were lost */
	uint32_t stale_from;
	int last_cpu;
	uint64_t last_line;		/* number of the last line of it */
	uint64_t lost_marks;		/* graph.lost_marks at that line */
	uint64_t open_since;		/* number of the line where the outermost open call began */
	int32_t shown_column;		/* of the last outermost call in the tree; -1: none */
	uint64_t calls, outermost;
	uint64_t ended;			/* of the outermost ones */
	int64_t busy;			/* in those */
	bool left_out;			/* not asked for */
	union call_note notes[CALL_NOTES_MAX];
	struct task *chain;
};

struct tasks {
	struct task **v;
	struct task **table;
	size_t n, size;
};

/* With a pid of -1 or 0, the one of @cpu. NULL: no memory, then *@ret is -ENOMEM, or too many */
struct task *tasks_find(struct tasks *t, unsigned int source, int pid, int cpu, int *ret);
/* A task whose pid was unknown is @pid; false: there is a task of that pid already */
bool tasks_adopt(struct tasks *t, struct task *task, int pid);
/*
 * @task, whose pid was unknown, is @known: that one gets all of it, and @task is freed. What @task
 * has open goes on, if it began after the last line of @known, and @known has nothing open; false:
 * it has, or it began before, so that it may have ended elsewhere
 */
bool tasks_merge(struct tasks *t, struct task *task, struct task *known);
/* "comm-pid" apart; false: it is none */
bool task_split(const char *text, size_t len, int *pid, size_t *comm_len);
void task_rename(struct task *t, const char *text, size_t len);
void tasks_free(struct tasks *t);

/* A CPU */
struct graph_cpu {
	bool seen;
	uint64_t calls, outermost, ended;
	int64_t busy;
	int64_t lost;			/* events; UNKNOWN: some, without a number */
	uint64_t lost_mark;		/* graph.lost_marks at the last of them */
	struct task *task;		/* the one that runs, by the last line about that */
};

#define GRAPH_SOURCES 16

/* A file that trace-cmd has put together with others: it has CPUs and tasks of its own */
struct graph_source {
	char name[64];			/* "": unknown */
	struct graph_cpu *cpus;		/* [0]: unknown; [1 + n]: CPU n */
	size_t n_cpus;
};

#endif
