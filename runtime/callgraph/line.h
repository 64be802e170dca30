/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of a function graph (parse.c) */
#ifndef CALLGRAPH_LINE_H
#define CALLGRAPH_LINE_H

#include "callgraph/times.h"

#define GRAPH_CPUS 8192		/* a CPU's number is below */

enum line_kind {
	LINE_CALL,		/* a call, a return, or a leaf, which is both */
	LINE_HEADER,		/* '#', and what programs say around a trace */
	LINE_SWITCH,		/* " 0)  a-1  =>  b-2", and the dashes around it */
	LINE_LOST,		/* "CPU:0 [LOST 12 EVENTS]" */
	LINE_IRQ,		/* "==========> |" */
	LINE_COMMENT,		/* events, stack traces, what a person has put in */
	LINE_BLANK,
	LINE_UNUSABLE,
	LINE_KINDS
};

enum unusable {			/* a line is unusable */
	UNUSABLE_TEXT,		/* no line of a graph */
	UNUSABLE_TRUNCATED,	/* the end of it is missing */
	/* it is the end of the one before: a program has wrapped lines */
	UNUSABLE_WRAPPED,
	UNUSABLE_LONG,
	UNUSABLE_LIMIT,		/* too many tasks, or too deep a stack */
	UNUSABLE_LAYOUT,	/* a call, with something before it that isn't known */
	UNUSABLE_RAW,		/* trace-cmd report -R */
	UNUSABLE_REMOVED,		/* a diff's '-' */
	UNUSABLE_FUNCTION_TRACER, /* of the tracer function */
	UNUSABLE_ANDROID,		/* "graph_ent: func=": neither depth nor duration */
	UNUSABLE_NEGATIVE_TIME,	/* it took less than nothing: "18446744062074069 us" */
	UNUSABLE_KINDS
};

enum call_kind { CALL_LEAF, CALL_ENTER, CALL_RETURN };

struct line {
	enum line_kind kind;
	enum unusable unusable;		/* of an unusable one */
	enum call_kind call;
	const char *name;		/* "handle_tx [vhost_net]"; NULL: a '}' that doesn't say */
	uint32_t name_len;
	int32_t column;			/* where the name or the '}' begins, in blanks */
	/* counted from a bar: the kernel puts two blanks there for each level */
	bool bar;
	bool margin;			/* nothing but the blanks of columns is before the bar */
	/* trace-cmd's, which has the name at each end, or at none */
	bool event;
	bool wrapped;			/* its duration is below zero */
	/* it has a time, in a clock's ticks of unknown length */
	bool ticks;
	const char *source;		/* the file that trace-cmd has it from; NULL: unknown */
	uint32_t source_len;
	int32_t cpu;			/* -1: unknown */
	const char *task;		/* "vhost-1-187"; NULL: unknown. Of a switch: the first */
	uint32_t task_len;
	const char *next;		/* of a switch: the second */
	uint32_t next_len;
	int64_t duration, time;		/* or UNKNOWN */
	int64_t lost;			/* of LINE_LOST: how many events, or UNKNOWN */
};

/* What the lines so far say of the next */
struct layout {
	enum {
		LAYOUT_START,		/* nothing yet */
		LAYOUT_TRACE,		/* a header of function_graph */
		LAYOUT_COLUMNS,		/* lines with columns: one without is put in by a person */
		LAYOUT_PLAIN,		/* lines without any column */
		LAYOUT_TEXT,		/* it began with something else */
	} state;
	bool comment;			/* in the middle of one */
	bool cut;			/* the line before had no end */
};

/* @end is readable, a newline or a NUL, and no part of the line */
void line_parse(struct layout *l, const char *text, const char *end, struct line *line);
/*
 * Whether a function, or a '}', is what this line is about; of names that no function has it is
 * none
 */
bool line_has_call(const struct line *line);
/* @to without the blanks before it */
const char *line_trim(const char *from, const char *to);
/* In words (unusable.c) */
const char *unusable_reason(enum unusable reason);

#endif
