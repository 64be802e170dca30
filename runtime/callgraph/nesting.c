// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a line does: a task goes into a function, or comes out of one. Nesting is by task and by
 * column. A call whose end is missing is closed, without a time, by what can't be within it; an
 * end whose beginning is missing counts for its function where the kernel says its name, as it
 * does of those.
 */
#include "callgraph/nesting.h"

#include <errno.h>

#define DEPTH_MAX 4096
#define FRAMES_FIRST 16

/* calls in a column that are about to end: interrupts in one another */
#define RETURNING_MAX 8

/* How much a call adds to the sums of its function, its task, its CPU and the trace */

static inline void count_begin(const struct graph_at *at, struct function *f, bool outermost)
{
	f->calls++;
	at->task->calls++;
	at->cpu->calls++;
	if (!outermost)
		return;
	at->g->outermost++;
	at->task->outermost++;
	at->cpu->outermost++;
	at->task->shown_column = at->line->column;
}

static void count_unfinished(struct graph *g, struct function *f)
{
	f->unfinished++;
	g->unfinished++;
}

static inline void count_end(const struct graph_at *at, const struct call *c)
{
	struct task *t = at->task;
	struct graph *g = at->g;

	if (c->duration == UNKNOWN)
		return;
	g->durations = true;
	if (c->caller)
		return;
	g->ended++;
	t->ended++;
	at->cpu->ended++;
	time_add(&g->busy, c->duration);
	time_add(&t->busy, c->duration);
	time_add(&at->cpu->busy, c->duration);
}

struct frame *nesting_top(struct task *t)
{
	for (uint32_t n = t->depth; n > t->stale_from; n--)
		if (!t->frames[n - 1].returning)
			return &t->frames[n - 1];
	return NULL;
}

/* As a caller that sinks know; NULL: it isn't asked for */
static const struct frame *counted(const struct frame *f)
{
	return f && f->counted ? f : NULL;
}

/* The innermost frame is over; its duration is UNKNOWN where its end wasn't seen */
static int pop(const struct graph_at *at, int64_t duration)
{
	struct frame *f = &at->task->frames[--at->task->depth], *caller = nesting_top(at->task);
	const struct call c = {
		.at = at, .function = f->function, .frame = f, .caller = counted(caller),
		.duration = duration, .inner = f->inner, .self_known = !f->self_unknown,
	};

	if (caller && duration != UNKNOWN)
		time_add(&caller->inner, duration);
	if (!f->counted)
		return 0;
	count_end(at, &c);
	return call_sinks_run(at->g->sinks.end, &c, at->line->time != UNKNOWN);
}

/*
 * A call that was open when events were lost. Its duration counts where it is known. The calls that
 * it has made since are without a caller.
 */
static int pop_stale(const struct graph_at *at, int64_t duration)
{
	struct task *t = at->task;
	struct frame *f = &t->frames[--t->depth];
	const struct call c = {
		.at = at, .function = f->function, .frame = f, .duration = duration,
	};

	t->stale_from = t->depth;
	if (duration != UNKNOWN && f->column < t->shown_column)
		t->shown_column = f->column;
	if (!f->counted)
		return 0;
	if (duration == UNKNOWN)
		count_unfinished(at->g, f->function);
	else
		at->g->durations = true;
	return CALL_SINKS_EACH(&at->g->sinks, end_stale, &c);
}

/* Its end was not seen */
static int give_up(const struct graph_at *at)
{
	struct task *t = at->task;
	struct frame *f, *caller;
	int ret;

	if (t->depth <= t->stale_from)
		return pop_stale(at, UNKNOWN);
	f = &t->frames[t->depth - 1];
	if (f->counted)
		count_unfinished(at->g, f->function);
	ret = pop(at, UNKNOWN);
	caller = nesting_top(t);
	if (caller)
		caller->self_unknown = true;
	return ret;
}

/* What stands at @column can't be within what stands there or further in */
static int close_to(const struct graph_at *at, int32_t column)
{
	const struct task *t = at->task;
	int ret = 0;

	while (!ret && t->depth && t->frames[t->depth - 1].column >= column)
		ret = give_up(at);
	return ret;
}

/*
 * A call stands in the column of the innermost one, which has no end yet. The kernel counts the
 * depth down before it records an end (ftrace_pop_return_trace()), so an interrupt between these
 * two stands where the call stood that was about to end. Its end still comes, with its name, since
 * another has been noted in its place (func_match of print_graph_return()).
 */
static int return_at(const struct graph_at *at, int32_t column)
{
	struct task *t = at->task;
	struct frame *f = t->depth > t->stale_from ? &t->frames[t->depth - 1] : NULL;
	uint32_t n = t->depth;

	if (!f || f->column != column)
		return close_to(at, column);
	if (f->returning)
		return 0;
	while (n > t->stale_from && t->frames[n - 1].column == column)
		n--;
	/* so many are not about to end: their ends are missing */
	if (t->depth - n > RETURNING_MAX)
		return close_to(at, column);
	f->returning = true;
	if (!f->counted || counted(nesting_top(t)))
		return 0;
	return CALL_SINKS_EACH(&at->g->sinks, overtaken, t, f);
}

/* Where blanks were lost on the way, all columns are the same, and only braces tell */
static bool flat(const struct graph *g)
{
	return g->min_column == g->max_column;
}

static int close_further_in(const struct graph_at *at, int32_t column)
{
	int ret;

	if (flat(at->g)) {
		at->g->shifted++;
		return 0;
	}
	ret = close_to(at, column + 1);
	return ret ? ret : return_at(at, column);
}

/*
 * What comes now, at @column, is in none of those that stand further in, nor in one that stands
 * there
 */
static inline int make_way(const struct graph_at *at, int32_t column)
{
	const struct task *t = at->task;

	if (!t->depth || t->frames[t->depth - 1].column < column)
		return 0;
	return close_further_in(at, column);
}

/* Whether a call of @f is asked for, or within one that is */
static bool is_wanted(const struct graph_at *at, const struct function *f,
		      const struct frame *caller)
{
	return counted(caller) || !at->g->options.function || f->wanted;
}

static int leaf(const struct graph_at *at, struct function *f)
{
	struct call c = {
		.at = at, .function = f, .duration = at->line->duration, .self_known = true,
	};
	struct frame *caller;
	int ret = make_way(at, at->line->column);

	if (ret)
		return ret;
	caller = nesting_top(at->task);
	c.caller = counted(caller);
	if (caller && c.duration != UNKNOWN)
		time_add(&caller->inner, c.duration);
	if (!is_wanted(at, f, caller))
		return 0;
	count_begin(at, f, !c.caller);
	count_end(at, &c);
	return call_sinks_run(at->g->sinks.leaf, &c, at->line->time != UNKNOWN);
}

/* A place for one more frame; -ENOMEM */
static int make_frame(struct task *t)
{
	uint32_t size = t->size ? 2 * t->size : FRAMES_FIRST;
	struct frame *v;

	if (t->depth < t->size)
		return 0;
	v = reallocarray(t->frames, size, sizeof(*v));
	if (!v)
		return -ENOMEM;
	t->frames = v;
	t->size = size;
	return 0;
}

static int enter(const struct graph_at *at, struct function *f, struct line *line)
{
	struct call c = { .at = at, .function = f, .duration = UNKNOWN };
	struct task *t = at->task;
	int ret = make_way(at, line->column);
	struct frame *caller;

	if (ret)
		return ret;
	if (t->depth == DEPTH_MAX) {
		line->kind = LINE_UNUSABLE;
		line->unusable = UNUSABLE_LIMIT;
		return 0;
	}
	ret = make_frame(t);
	if (ret)
		return ret;
	caller = nesting_top(t);
	c.caller = counted(caller);
	c.frame = &t->frames[t->depth];
	*c.frame = (struct frame){
		.function = f, .column = line->column, .counted = is_wanted(at, f, caller),
	};
	if (!t->depth)
		t->open_since = at->g->lines;
	if (c.frame->counted) {
		count_begin(at, f, !c.caller);
		ret = call_sinks_run(at->g->sinks.begin, &c, at->line->time != UNKNOWN);
	}
	t->depth++;
	return ret;
}

/* An end without a beginning, of a function that the kernel names, or @f is NULL */
static int without_entry(const struct graph_at *at, struct function *f)
{
	struct graph *g = at->g;
	struct task *t = at->task;
	struct frame *caller = nesting_top(t);
	struct call c = {
		.at = at, .function = f, .caller = counted(caller),
		.duration = at->line->duration,
	};
	int32_t column = at->line->column;

	if (caller) {
		caller->self_unknown = true;
		time_add(&caller->inner, c.duration != UNKNOWN ? c.duration : 0);
	}
	if (!f)
		g->unnamed_returns++;
	if (!f || !is_wanted(at, f, caller)) {
		t->shown_column = column < t->shown_column ? column : t->shown_column;
		return 0;
	}
	count_begin(at, f, false);
	f->without_entry++;
	g->durations |= c.duration != UNKNOWN;
	/*
	 * what it has called stands in the tree already, without it; or it had begun before the
	 * trace did
	 */
	c.without_callees = !c.caller && (g->begins || column < t->shown_column);
	if (c.without_callees && column < t->shown_column)
		t->shown_column = column;
	return CALL_SINKS_EACH(&g->sinks, end_only, &c);
}

/*
 * A '}' between the columns of the innermost call and its caller. Of a lost end and a lost
 * beginning the kernel would say the name; so it's the innermost one's, moved by a person.
 */
static bool moved(const struct graph_at *at)
{
	const struct task *t = at->task;
	int32_t column = at->line->column;

	return !at->line->name && t->depth > t->stale_from &&
	       t->frames[t->depth - 1].column > column &&
	       (t->depth == 1 || t->frames[t->depth - 2].column < column);
}

/* The end of the last of them that are open */
static int end(const struct graph_at *at)
{
	if (at->task->depth > at->task->stale_from)
		return pop(at, at->line->duration);
	return pop_stale(at, at->line->duration);
}

static bool is_called(const struct frame *f, const struct line *line)
{
	return f->function->name_len == line->name_len &&
	       !memcmp(f->function->name, line->name, line->name_len);
}

/*
 * Of several calls in a column, those that were not seen to end before the one that the line names
 */
static int close_before_named(const struct graph_at *at)
{
	const struct task *t = at->task;
	uint32_t n = t->depth;
	int ret = 0;

	while (n > t->stale_from && t->frames[n - 1].column == at->line->column &&
	       !is_called(&t->frames[n - 1], at->line))
		n--;
	if (n == t->stale_from || t->frames[n - 1].column != at->line->column)
		return 0;
	while (!ret && t->depth > n)
		ret = give_up(at);
	return ret;
}

static int handle_return(const struct graph_at *at)
{
	const struct line *line = at->line;
	struct function *named = NULL;
	struct frame *f;
	bool here;
	int ret;

	if (moved(at))
		return pop(at, line->duration);
	ret = flat(at->g) ? 0 : close_to(at, line->column + 1);
	if (ret)
		return ret;
	if (line->name && !flat(at->g))
		ret = close_before_named(at);
	if (ret)
		return ret;
	f = at->task->depth ? &at->task->frames[at->task->depth - 1] : NULL;
	here = f && (f->column == line->column || flat(at->g));
	/*
	 * of an end that isn't that of the call before the loss the kernel would say the name,
	 * trace-cmd wouldn't
	 */
	if (here && line->event && !line->name && at->task->depth <= at->task->stale_from) {
		ret = pop_stale(at, UNKNOWN);
		return ret ? ret : without_entry(at, NULL);
	}
	if (here && (!line->name || is_called(f, line)))
		return end(at);
	if (line->name)
		named = functions_find(&at->g->functions, line->name, line->name_len, &ret);
	if (ret)
		return ret;
	/* what no function can be called is a person's comment */
	if (here && !named)
		return end(at);
	if (here && !f->returning)
		ret = give_up(at);
	return ret ? ret : without_entry(at, named);
}

int nesting_call(const struct graph_at *at, struct function *f, struct line *line)
{
	switch (line->call) {
	case CALL_LEAF:
		return leaf(at, f);
	case CALL_ENTER:
		return enter(at, f, line);
	case CALL_RETURN:
		return handle_return(at);
	}
	return 0;
}

int nesting_close(const struct graph_at *at)
{
	return close_to(at, 0);
}
