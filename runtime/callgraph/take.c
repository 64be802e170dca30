// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whom a line is about, and what it means for others: beginnings, lost events, what could not be
 * read.
 */
#include "callgraph/nesting.h"

#include <errno.h>

static void note_time(struct graph *g, int64_t time)
{
	if (time == UNKNOWN)
		return;
	if (g->first == UNKNOWN || time < g->first)
		g->first = time;
	if (g->last == UNKNOWN || time > g->last)
		g->last = time;
}

static int unusable(struct line *line, enum unusable reason, int ret)
{
	line->kind = LINE_UNUSABLE;
	line->unusable = reason;
	return ret;
}

/*
 * Behind a bar, the kernel puts two blanks more for each level. Where a call has another column,
 * blanks were lost or put in: then only its brace tells where it belongs.
 */
static void straighten(struct graph *g, struct task *t, struct line *line)
{
	struct frame *top;

	if (g->first_column < 0 && line->column >= 0)
		g->first_column = line->column;
	if (line->column >= 0 && !((line->column ^ g->first_column) & 1) &&
	    (line->column >= 2 || (!line->bar && line->cpu < 0))) {
		/* of ends alone the braces don't tell it either */
		g->shifted += g->collapsed && !g->begins;
		return;
	}
	top = nesting_top(t);
	g->shifted++;
	if (!top)
		line->column = g->first_column < 0 ? 2 : g->first_column;
	else
		line->column = line->call == CALL_RETURN ? top->column : top->column + 2;
}

static void see_column(struct graph *g, int32_t column)
{
	if (column < g->min_column)
		g->min_column = column;
	if (column > g->max_column)
		g->max_column = column;
}

/* Who and where it is about; false: @line is unusable, or there is no memory */
static bool find_at(struct graph *g, struct line *line, struct graph_at *at, int *ret)
{
	unsigned int source = line->source ? graph_source_of(g, line) : g->after_lost;
	size_t cpu = (size_t)line->cpu + 1;

	if (g->after_lost)
		g->after_lost = 0;
	if (source == GRAPH_SOURCES) {
		unusable(line, UNUSABLE_LIMIT, 0);
		return false;
	}
	at->cpu = cpu < g->sources[source].n_cpus ? &g->sources[source].cpus[cpu] :
						    graph_cpu_of(g, source, line->cpu);
	if (!at->cpu) {
		*ret = -ENOMEM;
		return false;
	}
	at->cpu->seen = true;
	at->task = graph_task_of(g, source, at->cpu, line, ret);
	if (!at->task)
		unusable(line, UNUSABLE_LIMIT, 0);
	return at->task;
}

/* What is open may have ended meanwhile, and another call may be where it was */
static int invalidate_open_frames(struct graph *g, struct task *t)
{
	int ret = CALL_SINKS_EACH(&g->sinks, lost, t);

	t->stale_from = t->depth;
	return ret;
}

/*
 * It is on @c now. Where it comes from another CPU, it may have been here already when events of
 * this one were lost
 */
static int arrive(struct graph *g, struct task *t, const struct graph_cpu *c, int cpu)
{
	bool unseen = t->last_cpu != cpu && c->lost_mark > t->lost_marks;

	t->last_cpu = cpu;
	t->last_line = g->lines;
	t->lost_marks = g->lost_marks;
	return unseen ? invalidate_open_frames(g, t) : 0;
}

static int take_call(struct graph *g, struct line *line)
{
	struct graph_at at = { .g = g, .line = line };
	struct function *f = NULL;
	bool left_out;
	int ret = 0;

	if (line->call != CALL_RETURN) {
		f = functions_find(&g->functions, line->name, line->name_len, &ret);
		if (!f)
			return unusable(line, UNUSABLE_TEXT, ret);
	}
	if (!find_at(g, line, &at, &ret))
		return ret;
	left_out = at.task->left_out || (g->options.cpu >= 0 && g->options.cpu != line->cpu);
	if (!left_out)
		ret = arrive(g, at.task, at.cpu, line->cpu);
	if (ret)
		return ret;
	straighten(g, at.task, line);
	see_column(g, line->column);
	g->ticks |= line->ticks;
	if (left_out) {
		g->left_out++;
		return 0;
	}
	note_time(g, line->time);
	/* from now on it isn't a trace of ends alone */
	g->begins |= f != NULL;
	return nesting_call(&at, f, line);
}

/* All tasks that may have run there, or everywhere */
static int invalidate_all_frames(struct graph *g, unsigned int source, int cpu)
{
	int ret = 0;

	for (size_t i = 0; i < g->tasks.n && !ret; i++) {
		struct task *t = g->tasks.v[i];

		if (cpu < 0 || (t->source == source && (t->last_cpu == cpu || t->last_cpu < 0)))
			ret = invalidate_open_frames(g, t);
	}
	return ret;
}

int graph_gap(struct graph *g)
{
	g->gaps++;
	return invalidate_all_frames(g, 0, -1);
}

/* What can't be read may have been called by what is open: its own time isn't known */
int graph_self_unknown(struct graph *g, const struct line *line)
{
	for (size_t i = 0; i < g->tasks.n; i++) {
		struct frame *top = nesting_top(g->tasks.v[i]);

		if (top && (line->cpu < 0 || g->tasks.v[i]->last_cpu == line->cpu ||
			    g->tasks.v[i]->last_cpu < 0))
			top->self_unknown = true;
	}
	return 0;
}

static int take_lost(struct graph *g, struct line *line)
{
	unsigned int source = graph_source_of(g, line);
	struct graph_cpu *c = source < GRAPH_SOURCES ? graph_cpu_of(g, source, line->cpu) : NULL;

	if (source == GRAPH_SOURCES)
		return unusable(line, UNUSABLE_LIMIT, 0);
	if (!c)
		return -ENOMEM;
	g->after_lost = source;
	g->lost_marks++;
	if (line->lost == UNKNOWN || c->lost == UNKNOWN) {
		c->lost = UNKNOWN;
	} else {
		time_add(&c->lost, line->lost);
		time_add(&g->lost, line->lost);
	}
	c->lost_mark = g->lost_marks;
	return invalidate_all_frames(g, source, line->cpu);
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

/* A call's end is missing, or only ends were recorded: now it is sure */
static int close_task(const struct graph_at *at)
{
	struct graph *g = at->g;
	int ret = nesting_close(at);

	if (!ret)
		ret = CALL_SINKS_EACH(&g->sinks, close, g, at->task);
	at->task->shown_column = -1;
	return ret;
}

int graph_close_all(struct graph *g)
{
	const struct line none = { .time = UNKNOWN };
	struct graph_at at = { .g = g, .cpu = &g->sources[0].cpus[0], .line = &none };
	int ret = 0;

	for (size_t i = 0; i < g->tasks.n && !ret; i++) {
		at.task = g->tasks.v[i];
		ret = close_task(&at);
	}
	for (unsigned int s = 0; s < g->n_sources; s++)
		for (size_t i = 0; i < g->sources[s].n_cpus; i++)
			g->sources[s].cpus[i].task = NULL;
	g->begins = false;
	g->collapsed = false;
	g->first_column = -1;
	return ret;
}
