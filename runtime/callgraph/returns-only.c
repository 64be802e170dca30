// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where only ends are recorded (tracing_thresh), a call comes after those that it has made: they
 * are kept, merged, by the column they stand at, until an end further out takes them in. Where a
 * beginning follows, they were of calls that had begun before the trace, and no part of its time.
 */
#include "callgraph/callgraph.h"
#include "callgraph/tree.h"

#include <errno.h>

struct returns_only {
	int32_t column;
	struct node holder;		/* whose children await their caller */
	int64_t time;			/* theirs */
	/* the next column to the right that has been seen */
	struct returns_only *inner;
};

/* @from's children become @to's. They stay, empty: the same ones will come again */
static void move_children(struct tree *tree, struct node *to, struct node *from)
{
	for (struct node *c = from->first; c; c = c->next) {
		struct node *n;

		if (!c->calls)
			continue;
		n = tree_child(tree, to, c->function);
		if (n) {
			n->calls += c->calls;
			n->timed += c->timed;
			time_add(&n->rest, c->rest);
		} else {
			tree->folded += c->calls;
			time_add(&to->rest, c->rest);
		}
		move_children(tree, n ? n : to, c);
		c->calls = c->timed = 0;
		c->rest = 0;
	}
}

/* What awaits at @column; NULL: no memory */
static struct returns_only *find(struct returns_only **all, int32_t column)
{
	struct returns_only **p = all, *new;

	while (*p && (*p)->column < column)
		p = &(*p)->inner;
	if (!*p || (*p)->column != column) {
		new = calloc(1, sizeof(*new));
		if (!new)
			return NULL;
		new->column = column;
		new->inner = *p;
		*p = new;
	}
	return *p;
}

int returns_only_return(struct tree *tree, struct returns_only **all, struct function *f,
			int32_t column, int64_t duration)
{
	struct returns_only *l = find(all, column);
	struct node *n = l ? tree_child(tree, &l->holder, f) : NULL;
	int64_t inner = 0;

	if (!l)
		return -ENOMEM;
	if (!n) {
		tree->folded++;
		return 0;
	}
	for (struct returns_only *in = l->inner; in; in = in->inner) {
		move_children(tree, n, &in->holder);
		time_add(&inner, in->time);
		in->time = 0;
	}
	n->calls++;
	if (duration == UNKNOWN)
		return 0;
	n->timed++;
	time_add(&n->rest, duration > inner ? duration - inner : 0);
	time_add(&l->time, duration);
	return 0;
}

#define SETTLED (-1)		/* a column that no end comes back to */

int returns_only_settle(struct tree *tree, struct returns_only **all)
{
	struct returns_only *to = *all ? find(all, SETTLED) : NULL;

	if (*all && !to)
		return -ENOMEM;
	for (struct returns_only *l = to ? to->inner : NULL; l; l = l->inner) {
		move_children(tree, &to->holder, &l->holder);
		time_add(&to->time, l->time);
		l->time = 0;
	}
	return 0;
}

struct returns_only *returns_only_join(struct returns_only *to, struct returns_only *from)
{
	struct returns_only **end = &from;

	for (; *end; end = &(*end)->inner)
		(*end)->column = SETTLED;
	*end = to;
	return from;
}

void returns_only_flush(struct graph *g, struct tree *tree, struct task *t,
			struct returns_only *all)
{
	for (struct returns_only *l = all; l; l = l->inner) {
		for (struct node *c = l->holder.first; c; c = c->next) {
			g->outermost += c->calls;
			t->outermost += c->calls;
			g->ended += c->timed;
			t->ended += c->timed;
		}
		g->returns_only |= l->time != 0;
		time_add(&g->busy, l->time);
		time_add(&t->busy, l->time);
		move_children(tree, &tree->root, &l->holder);
		l->time = 0;
	}
}

void returns_only_drop(struct tree *tree, struct returns_only *all)
{
	for (struct returns_only *l = all; l; l = l->inner) {
		for (struct node *n = tree_next(&l->holder, &l->holder); n;
		     n = tree_next(&l->holder, n)) {
			tree->outside += n->calls;
			n->calls = n->timed = 0;
			n->rest = 0;
		}
		l->time = 0;
	}
}

void returns_only_free(struct returns_only *all)
{
	for (struct returns_only *l = all, *next; l; l = next) {
		next = l->inner;
		free(l);
	}
}
