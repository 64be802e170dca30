/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Call sinks: what is made of calls. The nesting finds out which call begins and ends within which,
 * and hands each to all sinks. A sink is a file with one CALL_SINK = { … }; the linker puts it
 * into the set. Neither the nesting nor another sink has to know it.
 */
#ifndef CALLGRAPH_SINKS_H
#define CALLGRAPH_SINKS_H

#include <stdint.h>

#include "base/base.h"

struct frame;
struct function;
struct graph;
struct graph_at;
struct task;

#define CALL_SINKS_MAX 8
#define CALL_NOTES_MAX 4	/* sinks with notes */

/* What a sink keeps of an open call, and of a task; zero at first */
union call_note {
	void *p;
	uint64_t n;
};

/* A call, as far as it is known at an event */
struct call {
	const struct graph_at *at;	/* the line: its task, CPU and time */
	struct function *function;
	struct frame *frame;		/* while it is open; NULL of leaf() and end_only() */
	/* NULL: it is an outermost one; of end_only() and end_stale(): or that is unknown */
	const struct frame *caller;
	int64_t duration;		/* UNKNOWN: it has none, or no end */
	int64_t inner;			/* of that, in calls that it has made */
	bool self_known;		/* inner is all of these */
	/* of an end without a beginning: the calls that it has made did not come before it */
	bool without_callees;
};

/* Each event may be NULL. 0 or -errno; @sink is what init() has made */
struct call_sink {
	const char *name;
	/* It has a place in the notes of each open call and each task: the @note of init() */
	bool has_notes;
	/* begin(), leaf() and end() are for lines with a time only */
	bool needs_time;
	/* NULL: no memory */
	void *(*init)(struct graph *g, unsigned int note);
	/* Whether it is asked for; where it is not, it gets no event. NULL: always */
	bool (*is_wanted)(const struct graph *g);

	int (*begin)(void *sink, const struct call *c);
	/* Beginning and end in one line */
	int (*leaf)(void *sink, const struct call *c);
	int (*end)(void *sink, const struct call *c);
	/* An end whose beginning was not seen */
	int (*end_only)(void *sink, const struct call *c);
	/* The end of a call that was open when events were lost */
	int (*end_stale)(void *sink, const struct call *c);
	/* Another call begins where this outermost one is about to end */
	int (*overtaken)(void *sink, struct task *t, struct frame *f);

	/* Events were lost: what @t has open may have ended */
	int (*lost)(void *sink, struct task *t);
	/* A trace ends: @t has nothing open */
	int (*close)(void *sink, struct graph *g, struct task *t);
	/* All has been read */
	int (*finish)(void *sink, struct graph *g);

	/* @from, which has nothing open, becomes a part of @to */
	void (*join_task)(union call_note *to, union call_note *from);
	void (*free_task)(union call_note *note);
	void (*free)(void *sink);
};

#define CALL_SINK								\
	static const struct call_sink call_sink;				\
	static const struct call_sink *const call_sink_entry			\
		__attribute__((used, section("call_sinks"))) = &call_sink;	\
	static const struct call_sink call_sink

/* An event's function and its sink; a list of them ends with a NULL */
struct call_hook {
	int (*event)(void *sink, const struct call *c);
	void *sink;
};

/* Those that are wanted for a graph */
struct call_sinks {
	size_t n;
	struct {
		const struct call_sink *ops;
		void *sink;
	} v[CALL_SINKS_MAX];
	/* theirs for events that are as frequent as lines; [1]: of those that need a time */
	struct call_hook begin[2][CALL_SINKS_MAX + 1], leaf[2][CALL_SINKS_MAX + 1],
		end[2][CALL_SINKS_MAX + 1];
};

/* -ENOMEM */
int call_sinks_init(struct call_sinks *s, struct graph *g);
void call_sinks_free(struct call_sinks *s);
void call_sinks_join_task(union call_note *to, union call_note *from);
void call_sinks_free_task(union call_note *notes);

/* What @ops has made; NULL: it is not wanted */
static inline void *call_sinks_find(const struct call_sinks *s, const struct call_sink *ops)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].ops == ops)
			return s->v[i].sink;
	return NULL;
}

/* An event, for all sinks of the struct call_sinks @s that have it: 0 or the first -errno */
#define CALL_SINKS_EACH(s, event, ...)						\
	({									\
		const struct call_sinks *s_ = (s);				\
		int ret_ = 0;							\
										\
		for (size_t i_ = 0; i_ < s_->n && !ret_; i_++)			\
			if (s_->v[i_].ops->event)				\
				ret_ = s_->v[i_].ops->event(s_->v[i_].sink, __VA_ARGS__); \
		ret_;								\
	})

/* Such a frequent event. A list for each costs less than a look at each sink */
static inline int call_sinks_run(const struct call_hook hooks[2][CALL_SINKS_MAX + 1],
				 const struct call *c, bool has_time)
{
	int ret = 0;

	for (const struct call_hook *h = hooks[0]; h->event && !ret; h++)
		ret = h->event(h->sink, c);
	for (const struct call_hook *h = hooks[1]; has_time && h->event && !ret; h++)
		ret = h->event(h->sink, c);
	return ret;
}

#endif
