// SPDX-License-Identifier: GPL-2.0-or-later
/* Calls put into the merged tree. The note of an open call is its node. */
#include "callgraph/nesting.h"
#include "callgraph/tree.h"

#include <errno.h>

/*
 * What may be used at most, however odd a trace: a kernel that is traced whole has
 * some 5,000 functions and 50,000 ways to them.
 */
#define NODES_MAX 75000

static struct node *node_of(const struct tree *t, const struct frame *f)
{
	return f->notes[t->note].p;
}

/* The node of a call that has begun: where there is no room for one, its caller's */
static inline struct node *add(struct tree *t, const struct call *c)
{
	struct node *parent = c->caller ? node_of(t, c->caller) : &t->root;
	struct node *n = tree_child(t, parent, c->function);

	if (!n) {
		t->folded++;
		return parent;
	}
	n->calls++;
	return n;
}

/*
 * A function has one own time, in the table and in the tree. What the tree has of others is theirs
 * and their callees'.
 */
static inline void add_time(struct node *n, const struct call *c)
{
	int64_t self = c->duration > c->inner ? c->duration - c->inner : 0;

	if (c->duration == UNKNOWN)
		return;
	n->timed++;
	if (c->self_known && n->function == c->function) {
		time_add(&n->self, self);
		n->selfed++;
	} else {
		time_add(&n->rest, self);
	}
}

static int begin(void *sink, const struct call *c)
{
	struct tree *t = sink;

	c->frame->notes[t->note].p = add(t, c);
	return 0;
}

static int leaf(void *sink, const struct call *c)
{
	add_time(add(sink, c), c);
	return 0;
}

static int end(void *sink, const struct call *c)
{
	add_time(node_of(sink, c->frame), c);
	return 0;
}

static struct returns_only **awaiting(const struct tree *t, struct task *task)
{
	return (struct returns_only **)&task->notes[t->note].p;
}

static int end_only(void *sink, const struct call *c)
{
	struct tree *t = sink;

	if (c->caller) {
		add_time(add(t, c), c);
		return 0;
	}
	if (c->without_callees) {
		t->outside++;
		return 0;
	}
	return returns_only_return(t, awaiting(t, c->at->task), c->function, c->at->line->column,
				   c->duration);
}

static int lost(void *sink, struct task *t)
{
	return returns_only_settle(sink, awaiting(sink, t));
}

/* Ends came before the first beginning, or only ends were recorded: now it is known which */
static int close_task(void *sink, struct graph *g, struct task *t)
{
	if (g->begins)
		returns_only_drop(sink, *awaiting(sink, t));
	else
		returns_only_flush(g, sink, t, *awaiting(sink, t));
	return 0;
}

static int finish(void *sink, struct graph *g)
{
	struct tree *t = sink;

	/* where no time is known, a tree is of calls */
	for (struct node *n = &t->root; n && !g->durations; n = tree_next(&t->root, n))
		n->self = (int64_t)n->calls;
	return tree_sort(t);
}

static void join_task(union call_note *to, union call_note *from)
{
	to->p = returns_only_join(to->p, from->p);
	from->p = NULL;
}

static void free_task(union call_note *note)
{
	returns_only_free(note->p);
	note->p = NULL;
}

static void *init(struct graph *g, unsigned int note)
{
	struct tree *t = calloc(1, sizeof(*t));

	(void)g;
	if (!t)
		return NULL;
	t->max = NODES_MAX;
	t->note = note;
	return t;
}

static void free_tree(void *sink)
{
	tree_free(sink);
	free(sink);
}

CALL_SINK = {
	.name = "tree",
	.has_notes = true,
	.init = init,
	.begin = begin,
	.leaf = leaf,
	.end = end,
	.end_only = end_only,
	.lost = lost,
	.close = close_task,
	.finish = finish,
	.join_task = join_task,
	.free_task = free_task,
	.free = free_tree,
};

struct tree *graph_tree(const struct graph *g)
{
	return call_sinks_find(&g->sinks, &call_sink);
}
