// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slowest calls with what they called. What a task calls is recorded from its outermost
 * call on; when that is over it is kept if it is slower than one of those that are kept.
 */
#include "callgraph/callgraph.h"

#include <errno.h>

#define RECORD_FIRST 32

static int make_room(struct slowest *s, struct record *r)
{
	uint32_t size = r->size ? 4 * r->size : RECORD_FIRST;
	struct record_call *v;

	/* those in spare are of full size */
	if (!r->size && s->n_spare) {
		r->v = s->spare[--s->n_spare];
		r->size = RECORD_MOST;
		return 0;
	}
	size = size < RECORD_MOST ? size : RECORD_MOST;
	/* with many tasks in calls that don't end, each keeps less */
	if ((size - r->size) * sizeof(*v) > s->room)
		return -ENOMEM;
	v = reallocarray(r->v, size, sizeof(*v));
	if (!v)
		return -ENOMEM;
	s->room -= (size - r->size) * sizeof(*v);
	r->v = v;
	r->size = size;
	return 0;
}

/* A power of two for each duration: what isn't known is shorter than any */
static unsigned int length_of(int64_t duration)
{
	return duration <= 0 ? 0 : 64 - __builtin_clzll(duration);
}

/* Up to which length calls have to go so that a quarter of the record is free */
static unsigned int too_short(const struct record *r)
{
	uint32_t lengths[65] = { 0 }, gone = 0;
	unsigned int length = 0;

	for (uint32_t i = 0; i < r->n; i++)
		if (!r->v[i].open)
			lengths[length_of(r->v[i].duration)]++;
	for (; length < 64; length++) {
		gone += lengths[length];
		if (gone >= r->size / 4)
			break;
	}
	return length;
}

/*
 * Calls that are over and short are given up. One is no longer than its caller, so none is
 * left without; but for those that are still open.
 */
static void prune(struct task *t)
{
	struct record *r = &t->record;
	unsigned int length = too_short(r);
	uint32_t n = 0, frame = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (!r->v[i].open && length_of(r->v[i].duration) <= length) {
			r->omitted++;
			continue;
		}
		if (r->v[i].open) {
			while (frame < t->depth && t->frames[frame].record != i)
				frame++;
			if (frame < t->depth)
				t->frames[frame].record = n;
		}
		r->v[n++] = r->v[i];
	}
	r->n = n;
}

uint32_t slowest_record(struct slowest *s, struct task *t, const struct record_call *call)
{
	struct record *r = &t->record;

	if (r->n == r->size && (r->size == RECORD_MOST || make_room(s, r)))
		prune(t);
	if (r->n == r->size) {
		r->omitted++;
		return RECORD_MOST;
	}
	r->v[r->n] = *call;
	return r->n++;
}

/* The record is empty again; its room is given back when it's large */
static void forget(struct slowest *s, struct record *r)
{
	if (r->size == RECORD_MOST) {
		if (s->n_spare < ARRAY_SIZE(s->spare)) {
			s->spare[s->n_spare++] = r->v;
		} else {
			s->room += r->size * sizeof(*r->v);
			free(r->v);
		}
		r->v = NULL;
		r->size = 0;
	}
	r->n = 0;
	r->omitted = 0;
}

/* Where the fastest of those that are kept is, when there is no room for another */
static size_t weakest(const struct slowest *s)
{
	size_t at = 0;

	for (size_t i = 1; i < s->n; i++)
		if (s->v[i].duration < s->v[at].duration)
			at = i;
	return at;
}

int slowest_offer(struct slowest *s, struct record *r, int64_t duration, const char *task)
{
	struct slow_call *to;
	char *name;

	if (duration == UNKNOWN || !r->n || !s->most ||
	    (s->n == s->most && duration <= s->v[weakest(s)].duration)) {
		forget(s, r);
		return 0;
	}
	if (!s->v && !(s->v = calloc(s->most, sizeof(*s->v))))
		return -ENOMEM;
	name = strdup(task);
	if (!name)
		return -ENOMEM;
	to = s->n < s->most ? &s->v[s->n++] : &s->v[weakest(s)];

	/* the record that is given up is the task's next one */
	struct record old = to->record;

	free(to->task);
	*to = (struct slow_call){ .record = *r, .task = name, .duration = duration };
	*r = (struct record){ .v = old.v, .size = old.size };
	forget(s, r);
	return 0;
}

static int slower(const void *a, const void *b)
{
	const struct slow_call *x = a, *y = b;

	if (x->duration != y->duration)
		return x->duration < y->duration ? 1 : -1;
	return x->record.line < y->record.line ? -1 : x->record.line > y->record.line;
}

void slowest_sort(struct slowest *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), slower);
}

void slowest_free(struct slowest *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].record.v);
		free(s->v[i].task);
	}
	for (size_t i = 0; i < s->n_spare; i++)
		free(s->spare[i]);
	free(s->v);
	*s = (struct slowest){ 0 };
}
