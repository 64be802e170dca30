/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The merged call tree (tree.c), and how calls get into it (tree-sink.c) */
#ifndef CALLGRAPH_TREE_H
#define CALLGRAPH_TREE_H

#include "callgraph/functions.h"

struct graph;
struct returns_only;
struct task;

struct node {
	struct function *function;	/* NULL: the root */
	struct node *parent, *first, *last, *next;
	struct node *cursor;		/* the child that was called last */
	struct node *chain;		/* in the tree's table */
	uint64_t calls;
	uint64_t timed;			/* of them and, after graph_end(), of all below */
	uint64_t selfed;
	/* of those whose own time is known; after graph_end() calls, if no duration is known */
	int64_t self;
	/* in the others, and not in callees that are known */
	int64_t rest;
	int64_t total;			/* after graph_end(): all of these and of all below */
};

struct tree {
	struct node root;
	struct node **table;
	size_t n, size, max;
	/* calls that there was no node for: they are in their caller's */
	uint64_t folded;
	uint64_t outside;		/* calls that are in the table of functions and not here */
	unsigned int note;		/* its place in notes */
};

/* The same, without a look at the one that was called last and the one after it */
struct node *tree_find(struct tree *t, struct node *parent, struct function *f);

/* The child of @parent that stands for calls of @f; NULL: no memory or no room */
static inline struct node *tree_child(struct tree *t, struct node *parent, struct function *f)
{
	struct node *n = parent->cursor;

	if (n && n->function == f)
		return n;
	n = n ? n->next : NULL;
	if (!n || n->function != f)
		n = tree_find(t, parent, f);
	parent->cursor = n;
	return n;
}

void tree_free(struct tree *t);
/*
 * Totals are summed up; children get into order: by total, most first, where no time is known by
 * calls
 */
int tree_sort(struct tree *t);
/* After @n in a walk of @top that goes to callees first; NULL: that was the last */
struct node *tree_next(const struct node *top, struct node *n);

/* Of a graph that has been read */
struct tree *graph_tree(const struct graph *g);

/*
 * Calls that were only seen to end, as with a threshold, made a tree of (returns-only.c): those of
 * a task that await their caller's end
 */

/* Of @f, at @column: what has ended further in becomes its own */
int returns_only_return(struct tree *tree, struct returns_only **all, struct function *f,
			int32_t column, int64_t duration);
/* Events were lost: what awaits its caller won't find it any more. -ENOMEM */
int returns_only_settle(struct tree *tree, struct returns_only **all);
/* Both of them: what is in @from won't find its caller any more */
struct returns_only *returns_only_join(struct returns_only *to, struct returns_only *from);
/* No more comes: what awaits its caller is put at the root, and counted for @t */
void returns_only_flush(struct graph *g, struct tree *tree, struct task *t,
			struct returns_only *all);
/* They are no part of the tree */
void returns_only_drop(struct tree *tree, struct returns_only *all);
void returns_only_free(struct returns_only *all);

#endif
