// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a line does: a task goes into a function, or comes out of one. Nesting is by task and by
 * column. A call whose end is missing is closed, without a time, by what can't be within it; an
 * end whose beginning is missing counts for its function where the kernel says its name, as it
 * does of those.
 */
#include "graph.h"

#include <errno.h>

#define DEPTH_MOST 4096
#define FRAMES_FIRST 16

/* Who and where a line is about */
struct at {
	struct graph *g;
	struct task *task;
	struct graph_cpu *cpu;
	const struct line *line;
};

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
static int leave(const struct at *at, int64_t duration)
{
	struct task *t = at->task;
	struct graph *g = at->g;

	if (duration != UNKNOWN) {
		time_add(&g->busy, duration);
		time_add(&t->busy, duration);
		time_add(&at->cpu->busy, duration);
		if (at->line->time != UNKNOWN)
			rate_add(&g->rate, at->line->time, &(struct rate_slot){ .duration = duration });
	}
	return slowest_offer(&g->slowest, &t->record, duration, t->name);
}

/* A call of @duration has ended, of which @inner was spent in others; @sure: that is all of them */
static void add_call(struct graph *g, struct function *f, struct node *n, int64_t duration, int64_t inner,
		     bool sure)
{
	int64_t self = duration > inner ? duration - inner : 0;

	if (duration == UNKNOWN)
		return;
	add_time(g, f, duration);
	/* of an unsure one the tree takes what there is, so that its total is right */
	time_add(&n->self, self);
	if (!sure)
		return;
	time_add(&f->self, self);
	f->selfed++;
}

/* The innermost call, as far as it is sure that the task is in it */
static struct frame *top_of(struct task *t)
{
	return t->depth > t->ghosts ? &t->frames[t->depth - 1] : NULL;
}

/* The innermost frame is over; its duration is UNKNOWN where its end wasn't seen */
static int pop(const struct at *at, int64_t duration)
{
	struct task *t = at->task;
	struct frame *f = &t->frames[--t->depth], *caller = top_of(t);
	bool outermost = f->node && !(caller && caller->node);

	if (caller && duration != UNKNOWN)
		time_add(&caller->inner, duration);
	if (!f->node)
		return 0;
	add_call(at->g, f->function, f->node, duration, f->inner, !f->doubtful);
	if (f->record < RECORD_MOST) {
		t->record.v[f->record].duration = duration;
		t->record.v[f->record].open = false;
	}
	return outermost ? leave(at, duration) : 0;
}

/*
 * A call that was open when events were lost. Its duration counts where it is known; what the tree
 * has of it is what came before, and what came since stands there without a caller.
 */
static void pop_ghost(const struct at *at, int64_t duration)
{
	struct task *t = at->task;
	struct frame *f = &t->frames[--t->depth];

	t->ghosts = t->depth;
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
static int give_up(const struct at *at)
{
	struct task *t = at->task;
	struct frame *f = top_of(t);

	if (!f) {
		pop_ghost(at, UNKNOWN);
		return 0;
	}
	if (f->node) {
		f->function->unfinished++;
		at->g->unfinished++;
	}
	if (t->depth > t->ghosts + 1)
		f[-1].doubtful = true;
	return pop(at, UNKNOWN);
}

/* What stands at @column can't be within what stands there or further in */
static int close_to(const struct at *at, int32_t column)
{
	const struct task *t = at->task;
	int ret = 0;

	while (!ret && t->depth && t->frames[t->depth - 1].column >= column)
		ret = give_up(at);
	return ret;
}

/* Where blanks were lost on the way, all columns are the same, and only braces tell */
static bool flat(const struct graph *g)
{
	return g->least_column == g->most_column;
}

/* The node of a call of @f that begins now; NULL: it isn't asked for, nor within one that is */
static struct node *begin(const struct at *at, struct function *f, struct frame *caller, uint32_t *level)
{
	struct graph *g = at->g;
	struct node *parent = caller ? caller->node : NULL, *n;

	*level = 0;
	if (!parent) {
		if (g->wish.function && !f->wanted)
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

static uint32_t keep(const struct at *at, struct function *f, uint32_t level, bool open)
{
	const struct record_call call = {
		.function = f, .level = level, .open = open, .duration = open ? UNKNOWN : at->line->duration,
	};

	return at->g->slowest.most ? slowest_record(&at->g->slowest, at->task, &call) : RECORD_MOST;
}

static int leaf(const struct at *at, struct function *f)
{
	struct frame *caller;
	struct node *n;
	uint32_t level;
	int ret = flat(at->g) ? 0 : close_to(at, at->line->column);

	if (ret)
		return ret;
	caller = top_of(at->task);
	n = begin(at, f, caller, &level);
	if (caller && at->line->duration != UNKNOWN)
		time_add(&caller->inner, at->line->duration);
	if (!n)
		return 0;
	add_call(at->g, f, n, at->line->duration, 0, true);
	keep(at, f, level, false);
	return caller && caller->node ? 0 : leave(at, at->line->duration);
}

static int enter(const struct at *at, struct function *f, struct line *line)
{
	struct task *t = at->task;
	int ret = flat(at->g) ? 0 : close_to(at, line->column);
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
	n = begin(at, f, top_of(t), &level);
	t->frames[t->depth++] = (struct frame){
		.function = f, .node = n, .column = line->column,
		.record = n ? keep(at, f, level, true) : RECORD_MOST,
	};
	return 0;
}

/* An end without a beginning, of a function that the kernel names, or @f is NULL */
static int headless(const struct at *at, struct function *f)
{
	struct graph *g = at->g;
	struct task *t = at->task;
	struct frame *caller = top_of(t);
	int64_t duration = at->line->duration;
	int32_t column = at->line->column;
	bool inside = caller && caller->node;

	if (caller) {
		caller->doubtful = true;
		time_add(&caller->inner, duration != UNKNOWN ? duration : 0);
	}
	if (!f)
		g->nameless++;
	if (!f || (!inside && g->wish.function && !f->wanted)) {
		t->shown_column = column < t->shown_column ? column : t->shown_column;
		return 0;
	}
	f->calls++;
	f->headless++;
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
	/* what it has called stands in the tree already, without it */
	if (column < t->shown_column) {
		t->shown_column = column;
		g->outside++;
		return 0;
	}
	return late_return(&g->tree, t, f, column, duration);
}

/*
 * A '}' between the columns of the innermost call and its caller. Of a lost end and a lost beginning
 * the kernel would say the name; so it's the innermost one's, moved by a person.
 */
static bool moved(const struct at *at)
{
	const struct task *t = at->task;
	int32_t column = at->line->column;

	return !at->line->name && t->depth > t->ghosts && t->frames[t->depth - 1].column > column &&
	       (t->depth == 1 || t->frames[t->depth - 2].column < column);
}

/* The innermost call's end */
static int end(const struct at *at)
{
	if (top_of(at->task))
		return pop(at, at->line->duration);
	pop_ghost(at, at->line->duration);
	return 0;
}

static int come_back(const struct at *at)
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
	f = at->task->depth ? &at->task->frames[at->task->depth - 1] : NULL;
	here = f && (f->column == line->column || flat(at->g));
	if (here && (!line->name || (f->function->name_len == line->name_len &&
				     !memcmp(f->function->name, line->name, line->name_len))))
		return end(at);
	if (line->name)
		named = functions_find(&at->g->functions, line->name, line->name_len, &ret);
	if (ret)
		return ret;
	/* what no function can be called is a person's comment */
	if (here && !named)
		return end(at);
	if (here)
		ret = give_up(at);
	return ret ? ret : headless(at, named);
}

static void note_time(struct graph *g, int64_t time)
{
	if (time == UNKNOWN)
		return;
	if (g->first == UNKNOWN || time < g->first)
		g->first = time;
	if (g->last == UNKNOWN || time > g->last)
		g->last = time;
}

static int take_call(struct graph *g, struct line *line)
{
	struct at at = { .g = g, .line = line };
	struct function *f = NULL;
	uint64_t calls, outermost;
	int ret = 0;

	if (line->call != CALL_RETURN) {
		f = functions_find(&g->functions, line->name, line->name_len, &ret);
		if (!f) {
			line->kind = LINE_UNUSABLE;
			line->why = WHY_TEXT;
			return ret;
		}
	}
	at.cpu = graph_cpu_of(g, line->cpu);
	if (!at.cpu)
		return -ENOMEM;
	at.cpu->seen = true;
	at.task = graph_task_of(g, at.cpu, line, &ret);
	if (!at.task) {
		line->kind = LINE_UNUSABLE;
		line->why = WHY_MANY;
		return ret;
	}
	if (line->column < g->least_column)
		g->least_column = line->column;
	if (line->column > g->most_column)
		g->most_column = line->column;
	if (at.task->left_out || (g->wish.cpu >= 0 && g->wish.cpu != line->cpu)) {
		g->left_out++;
		return 0;
	}
	at.task->last_cpu = line->cpu;
	note_time(g, line->time);
	calls = at.task->calls;
	outermost = at.task->outermost;
	switch (line->call) {
	case CALL_LEAF:
		ret = leaf(&at, f);
		break;
	case CALL_ENTER:
		ret = enter(&at, f, line);
		break;
	case CALL_RETURN:
		ret = come_back(&at);
		break;
	}
	if (line->time != UNKNOWN && at.task->calls != calls)
		rate_add(&g->rate, line->time, &(struct rate_slot){
			.calls = at.task->calls - calls, .outermost = at.task->outermost - outermost });
	return ret;
}

/* What is open may have ended meanwhile, and another call may be where it was */
static void haunt(struct graph *g, struct task *t)
{
	for (uint32_t n = t->ghosts; n < t->depth; n++)
		t->frames[n].record = RECORD_MOST;
	slowest_offer(&g->slowest, &t->record, UNKNOWN, t->name);
	late_flush(g, t);
	t->ghosts = t->depth;
}

static int take_lost(struct graph *g, const struct line *line)
{
	struct graph_cpu *c = graph_cpu_of(g, line->cpu);

	if (!c)
		return -ENOMEM;
	g->lost_marks++;
	if (line->lost == UNKNOWN || c->lost == UNKNOWN) {
		c->lost = UNKNOWN;
	} else {
		time_add(&c->lost, line->lost);
		time_add(&g->lost, line->lost);
	}
	for (size_t i = 0; i < g->tasks.n; i++)
		if (g->tasks.v[i]->last_cpu == line->cpu || g->tasks.v[i]->last_cpu < 0)
			haunt(g, g->tasks.v[i]);
	return 0;
}

int graph_take(struct graph *g, struct line *line)
{
	switch (line->kind) {
	case LINE_CALL:
		return take_call(g, line);
	case LINE_SWITCH:
		return graph_switch(g, line);
	case LINE_LOST:
		return take_lost(g, line);
	default:
		return 0;
	}
}

int graph_close_all(struct graph *g)
{
	const struct line none = { .time = UNKNOWN };
	struct at at = { .g = g, .cpu = &g->cpus[0], .line = &none };
	int ret = 0;

	for (size_t i = 0; i < g->tasks.n && !ret; i++) {
		at.task = g->tasks.v[i];
		ret = close_to(&at, 0);
		late_flush(g, at.task);
		at.task->shown_column = -1;
	}
	for (size_t i = 0; i < g->n_cpus; i++)
		g->cpus[i].task = NULL;
	return ret;
}
