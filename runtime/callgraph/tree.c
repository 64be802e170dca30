// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The merged call tree: calls of a function by the same way are one node. A caller mostly calls
 * the same functions in the same order, so the next child is looked at first.
 */
#include "callgraph/tree.h"

#include <errno.h>

#define TABLE_FIRST 4096

static size_t place(const struct tree *t, const struct node *parent, const struct function *f)
{
	uint64_t h = ((uintptr_t)parent >> 4) * 0x9e3779b97f4a7c15ULL ^ f->hash;

	h *= 0xff51afd7ed558ccdULL;
	return (h >> 32) & (t->size - 1);
}

static int grow(struct tree *t)
{
	size_t size = t->size ? 2 * t->size : TABLE_FIRST, old = t->size;
	struct node **table = calloc(size, sizeof(struct node *)), **was = t->table;

	if (!table)
		return -ENOMEM;
	t->table = table;
	t->size = size;
	for (size_t i = 0; i < old; i++) {
		for (struct node *n = was[i], *next; n; n = next) {
			size_t at = place(t, n->parent, n->function);

			next = n->chain;
			n->chain = table[at];
			table[at] = n;
		}
	}
	free(was);
	return 0;
}

static struct node *add(struct tree *t, struct node *parent, struct function *f)
{
	struct node *n;
	size_t at;

	if (t->n >= t->max || (t->n >= t->size && grow(t)))
		return NULL;
	n = malloc(sizeof(*n));
	if (!n)
		return NULL;
	*n = (struct node){ .function = f, .parent = parent };
	if (parent->last)
		parent->last->next = n;
	else
		parent->first = n;
	parent->last = n;
	at = place(t, parent, f);
	n->chain = t->table[at];
	t->table[at] = n;
	t->n++;
	return n;
}

struct node *tree_find(struct tree *t, struct node *parent, struct function *f)
{
	struct node *n = t->size ? t->table[place(t, parent, f)] : NULL;

	while (n && (n->parent != parent || n->function != f))
		n = n->chain;
	return n ? n : add(t, parent, f);
}

struct node *tree_next(const struct node *top, struct node *n)
{
	if (n->first)
		return n->first;
	while (n != top && !n->next)
		n = n->parent;
	return n == top ? NULL : n->next;
}

struct keyed {
	struct node *node;
	int64_t time;
};

static int by_time(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? 1 : -1;
	if (x->node->calls != y->node->calls)
		return x->node->calls < y->node->calls ? 1 : -1;
	return strcmp(x->node->function->name, y->node->function->name);
}

static void sort_children(struct node *n, struct keyed *v)
{
	size_t count = 0;

	for (struct node *c = n->first; c; c = c->next)
		v[count++] = (struct keyed){ c, c->total };
	if (count < 2)
		return;
	qsort(v, count, sizeof(*v), by_time);
	for (size_t i = 0; i < count; i++)
		v[i].node->next = i + 1 < count ? v[i + 1].node : NULL;
	n->first = v[0].node;
	n->last = v[count - 1].node;
}

static void add_up(struct tree *t)
{
	struct node *n = &t->root;

	while (n->first)
		n = n->first;
	for (;;) {
		n->total = n->self;
		time_add(&n->total, n->rest);
		for (struct node *c = n->first; c; c = c->next) {
			time_add(&n->total, c->total);
			n->timed += c->timed;
		}
		if (n == &t->root)
			return;
		if (!n->next) {
			n = n->parent;
			continue;
		}
		for (n = n->next; n->first; n = n->first)
			;
	}
}

int tree_sort(struct tree *t)
{
	FREE struct keyed *v = calloc(t->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	add_up(t);
	for (struct node *n = &t->root; n; n = tree_next(&t->root, n))
		sort_children(n, v);
	return 0;
}

void tree_free(struct tree *t)
{
	for (size_t i = 0; i < t->size; i++) {
		for (struct node *n = t->table[i], *next; n; n = next) {
			next = n->chain;
			free(n);
		}
	}
	free(t->table);
	*t = (struct tree){ 0 };
}
