// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a line does: a task goes into a function, or comes out of one. Nesting is by task and by
 * column. A call whose end is missing is closed, without a time, by what can't be within it; an
 * end whose beginning is missing counts for its function where the kernel says its name, as it
 * does of those.
 */
#include "callgraph/callgraph.h"

#include <errno.h>

#define DEPTH_MOST 4096
#define FRAMES_FIRST 16

/* calls in a column that are about to end: interrupts in one another */
#define RETURNING_MOST 8

/* Durations */

static void add_time(struct graph *g, struct function *f, int64_t duration)
{
	if (!f->timed || duration < f->min)
		f->min = duration;
	if (!f->timed || duration > f->max)
		f->max = duration;
	f->timed++;
	time_add(&f->total, duration);
	g->durations = true;
	if (!histogram_add(&f->spread, duration, &g->functions.pieces))
		f->sampled = true;
}

/* The outermost call is over */
static int leave(const struct graph_at *at, struct record *r, int64_t duration)
{
	struct task *t = at->task;
	struct graph *g = at->g;

	if (duration != UNKNOWN) {
		g->ended++;
		t->ended++;
		at->cpu->ended++;
		time_add(&g->busy, duration);
		time_add(&t->busy, duration);
		time_add(&at->cpu->busy, duration);
		if (at->line->time != UNKNOWN)
			timeline_add(&g->rate, at->line->time,
				     &(struct timeline_slot){ .duration = duration, .ended = 1 });
	}
	return slowest_offer(&g->slowest, r, duration, t->name);
}

/* A call of @duration has ended, of which @inner was spent in others; @sure: that is all of them */
static void add_call(struct graph *g, struct function *f, struct node *n, int64_t duration,
		     int64_t inner, bool sure)
{
	int64_t self = duration > inner ? duration - inner : 0;

	if (duration == UNKNOWN)
		return;
	add_time(g, f, duration);
	n->timed++;
	if (sure) {
		time_add(&f->self, self);
		f->selfed++;
	}
	/*
	 * a function has one own time, in the table and in the tree; what the tree has of others is
	 * theirs and their callees'
	 */
	if (sure && n->function == f) {
		time_add(&n->self, self);
		n->selfed++;
	} else {
		time_add(&n->rest, self);
	}
}

struct frame *nesting_top(struct task *t)
{
	for (uint32_t n = t->depth; n > t->stale_from; n--)
		if (!t->frames[n - 1].returning)
			return &t->frames[n - 1];
	return NULL;
}

/* The innermost frame is over; its duration is UNKNOWN where its end wasn't seen */
static int pop(const struct graph_at *at, int64_t duration)
{
	struct task *t = at->task;
	struct frame *f = &t->frames[--t->depth], *caller = nesting_top(t);
	bool outermost = f->node && !(caller && caller->node);
	struct record *r = f->kept ? &t->kept : &t->record, none = { 0 };

	if (caller && duration != UNKNOWN)
		time_add(&caller->inner, duration);
	if (!f->node)
		return 0;
	add_call(at->g, f->function, f->node, duration, f->inner, !f->doubtful);
	if (f->record < RECORD_MOST) {
		r->v[f->record].duration = duration;
		r->v[f->record].open = false;
	}
	if (outermost && f->returning && !f->kept)
		r = &none;
	return outermost ? leave(at, r, duration) : 0;
}

/*
 * A call that was open when events were lost. Its duration counts where it is known; what the tree
 * has of it is what came before, and what came since stands there without a caller.
 */
static void pop_stale(const struct graph_at *at, int64_t duration)
{
	struct task *t = at->task;
	struct frame *f = &t->frames[--t->depth];

	t->stale_from = t->depth;
	if (duration != UNKNOWN && f->column < t->shown_column)
		t->shown_column = f->column;
	if (f->node && duration != UNKNOWN)
		add_time(at->g, f->function, duration);
	if (f->node && duration == UNKNOWN) {
		f->function->unfinished++;
		at->g->unfinished++;
	}
}

/* Its end was not seen */
static int give_up(const struct graph_at *at)
{
	struct task *t = at->task;
	struct frame *f, *caller;
	int ret;

	if (t->depth <= t->stale_from) {
		pop_stale(at, UNKNOWN);
		return 0;
	}
	f = &t->frames[t->depth - 1];
	if (f->node) {
		f->function->unfinished++;
		at->g->unfinished++;
	}
	ret = pop(at, UNKNOWN);
	caller = nesting_top(t);
	if (caller)
		caller->doubtful = true;
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

/* The record of an outermost call goes on, beside that of what comes before its end */
static int keep_record(const struct graph_at *at, struct frame *f)
{
	struct task *t = at->task;
	struct record empty = { 0 };

	if (f->record == RECORD_MOST)
		return 0;
	if (t->kept.n) {
		f->record = RECORD_MOST;
		return slowest_offer(&at->g->slowest, &t->record, UNKNOWN, t->name);
	}
	empty.v = t->kept.v;
	empty.size = t->kept.size;
	t->kept = t->record;
	t->record = empty;
	f->kept = true;
	return 0;
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
	struct frame *f = t->depth > t->stale_from ? &t->frames[t->depth - 1] : NULL, *caller;
	uint32_t n = t->depth;

	if (!f || f->column != column)
		return close_to(at, column);
	if (f->returning)
		return 0;
	while (n > t->stale_from && t->frames[n - 1].column == column)
		n--;
	/* so many are not about to end: their ends are missing */
	if (t->depth - n > RETURNING_MOST)
		return close_to(at, column);
	f->returning = true;
	caller = nesting_top(t);
	return f->node && !(caller && caller->node) ? keep_record(at, f) : 0;
}

/* Where blanks were lost on the way, all columns are the same, and only braces tell */
static bool flat(const struct graph *g)
{
	return g->least_column == g->most_column;
}

/*
 * What comes now, at @column, is in none of those that stand further in, nor in one that stands
 * there
 */
static int make_way(const struct graph_at *at, int32_t column)
{
	const struct task *t = at->task;
	int ret;

	if (!t->depth || t->frames[t->depth - 1].column < column)
		return 0;
	if (flat(at->g)) {
		at->g->shifted++;
		return 0;
	}
	ret = close_to(at, column + 1);
	return ret ? ret : return_at(at, column);
}

/* The node of a call of @f that begins now; NULL: it isn't asked for, nor within one that is */
static struct node *begin(const struct graph_at *at, struct function *f, struct frame *caller,
			  uint32_t *level)
{
	struct graph *g = at->g;
	struct node *parent = caller ? caller->node : NULL, *n;

	*level = 0;
	if (!parent) {
		if (g->options.function && !f->wanted)
			return NULL;
		parent = &g->tree.root;
		g->outermost++;
		at->task->outermost++;
		at->cpu->outermost++;
		at->task->shown_column = at->line->column;
		at->task->record.line = g->lines;
		at->task->record.time = at->line->time;
		at->task->record.cpu = at->line->cpu;
		at->task->record.depth = at->task->depth;
	}
	*level = at->task->depth - at->task->record.depth;
	n = tree_child(&g->tree, parent, f);
	if (n) {
		n->calls++;
	} else {
		g->tree.folded++;
		n = parent;
	}
	f->calls++;
	at->task->calls++;
	at->cpu->calls++;
	return n;
}

static uint32_t keep(const struct graph_at *at, struct function *f, uint32_t level, bool open)
{
	const struct record_call call = {
		.function = f, .level = level, .open = open,
		.duration = open ? UNKNOWN : at->line->duration,
	};

	return at->g->slowest.most ? slowest_record(&at->g->slowest, at->task, &call) : RECORD_MOST;
}

static int leaf(const struct graph_at *at, struct function *f)
{
	struct frame *caller;
	struct node *n;
	uint32_t level;
	int ret = make_way(at, at->line->column);

	if (ret)
		return ret;
	caller = nesting_top(at->task);
	n = begin(at, f, caller, &level);
	if (caller && at->line->duration != UNKNOWN)
		time_add(&caller->inner, at->line->duration);
	if (!n)
		return 0;
	add_call(at->g, f, n, at->line->duration, 0, true);
	keep(at, f, level, false);
	return caller && caller->node ? 0 : leave(at, &at->task->record, at->line->duration);
}

static int enter(const struct graph_at *at, struct function *f, struct line *line)
{
	struct task *t = at->task;
	int ret = make_way(at, line->column);
	struct node *n;
	uint32_t level;

	if (ret)
		return ret;
	if (t->depth == DEPTH_MOST) {
		line->kind = LINE_UNUSABLE;
		line->why = WHY_MANY;
		return 0;
	}
	if (t->depth == t->size) {
		uint32_t size = t->size ? 2 * t->size : FRAMES_FIRST;
		struct frame *v = reallocarray(t->frames, size, sizeof(*v));

		if (!v)
			return -ENOMEM;
		t->frames = v;
		t->size = size;
	}
	n = begin(at, f, nesting_top(t), &level);
	if (!t->depth)
		t->open_since = at->g->lines;
	t->frames[t->depth++] = (struct frame){
		.function = f, .node = n, .column = line->column,
		.record = n ? keep(at, f, level, true) : RECORD_MOST,
	};
	return 0;
}

/* An end without a beginning, of a function that the kernel names, or @f is NULL */
static int without_entry(const struct graph_at *at, struct function *f)
{
	struct graph *g = at->g;
	struct task *t = at->task;
	struct frame *caller = nesting_top(t);
	int64_t duration = at->line->duration;
	int32_t column = at->line->column;
	bool inside = caller && caller->node;

	if (caller) {
		caller->doubtful = true;
		time_add(&caller->inner, duration != UNKNOWN ? duration : 0);
	}
	if (!f)
		g->nameless++;
	if (!f || (!inside && g->options.function && !f->wanted)) {
		t->shown_column = column < t->shown_column ? column : t->shown_column;
		return 0;
	}
	f->calls++;
	f->without_entry++;
	t->calls++;
	at->cpu->calls++;
	if (inside) {
		struct node *n = tree_child(&g->tree, caller->node, f);

		if (n)
			n->calls++;
		else
			g->tree.folded++;
		n = n ? n : caller->node;
		add_call(g, f, n, duration, 0, false);
		return 0;
	}
	if (duration != UNKNOWN)
		add_time(g, f, duration);
	/*
	 * what it has called stands in the tree already, without it; or it had begun before the
	 * trace did
	 */
	if (g->begins || column < t->shown_column) {
		t->shown_column = column < t->shown_column ? column : t->shown_column;
		g->outside++;
		return 0;
	}
	return returns_only_return(&g->tree, t, f, column, duration);
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
	pop_stale(at, at->line->duration);
	return 0;
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
		pop_stale(at, UNKNOWN);
		return without_entry(at, NULL);
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
