// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The slowest calls with what they called. What a task calls is recorded from its outermost
 * call on; when that is over it is kept if it is slower than one of those that are kept.
 */
#include "callgraph/nesting.h"
#include "callgraph/slowest.h"

#include <errno.h>

#define RECORD_FIRST 32
#define RECORDS_ROOM (4 << 20)	/* bytes that records may use at most, however odd a trace */

/* The note of a task, from its first call on */
struct slow_task {
	struct record record;
	struct record kept;		/* of an outermost call that is about to end */
};

/* The note of an open call: its place in the record, and whether that is the task's other one */
#define NOWHERE RECORD_MAX
#define KEPT (1U << 31)

static int make_room(struct slowest *s, struct record *r)
{
	uint32_t size = r->size ? 4 * r->size : RECORD_FIRST;
	struct record_call *v;

	/* those in spare are of full size */
	if (!r->size && s->n_spare) {
		r->v = s->spare[--s->n_spare];
		r->size = RECORD_MAX;
		return 0;
	}
	size = size < RECORD_MAX ? size : RECORD_MAX;
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
static void prune(const struct slowest *s, struct record *r, struct task *t)
{
	unsigned int length = too_short(r);
	uint32_t n = 0, frame = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		if (!r->v[i].open && length_of(r->v[i].duration) <= length) {
			r->omitted++;
			continue;
		}
		if (r->v[i].open) {
			while (frame < t->depth && (!t->frames[frame].counted ||
						    t->frames[frame].notes[s->note].n != i))
				frame++;
			if (frame < t->depth)
				t->frames[frame].notes[s->note].n = n;
		}
		r->v[n++] = r->v[i];
	}
	r->n = n;
}

/* Where in its task's record a call is kept that begins, or is a leaf */
static inline uint32_t record(struct slowest *s, struct record *r, const struct call *c)
{
	struct task *t = c->at->task;

	if (!c->caller) {
		r->line = c->at->g->lines;
		r->time = c->at->line->time;
		r->cpu = c->at->line->cpu;
		r->depth = t->depth;
	}
	if (r->n == r->size && (r->size == RECORD_MAX || make_room(s, r)))
		prune(s, r, t);
	if (r->n == r->size) {
		r->omitted++;
		return NOWHERE;
	}
	r->v[r->n] = (struct record_call){
		.function = c->function, .level = t->depth - r->depth, .open = c->frame,
		.duration = c->duration,
	};
	return r->n++;
}

/* The record is empty again; its room is given back when it's large */
static void forget(struct slowest *s, struct record *r)
{
	/* (of small ones, too, when there are so many tasks that they have half of it) */
	if (r->size == RECORD_MAX || s->room < RECORDS_ROOM / 2) {
		if (r->size == RECORD_MAX && s->n_spare < ARRAY_SIZE(s->spare)) {
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

/* The outermost call of @r has ended, after @duration */
static int offer(struct slowest *s, struct record *r, int64_t duration, const char *task)
{
	struct slow_call *to;
	char *name;

	if (duration == UNKNOWN || !r->n ||
	    (s->n == s->max && duration <= s->v[weakest(s)].duration)) {
		forget(s, r);
		return 0;
	}
	if (!s->v && !(s->v = calloc(s->max, sizeof(*s->v))))
		return -ENOMEM;
	name = strdup(task);
	if (!name)
		return -ENOMEM;
	to = s->n < s->max ? &s->v[s->n++] : &s->v[weakest(s)];

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

static struct slow_task *slow_task(const struct slowest *s, const struct task *t)
{
	return t->notes[s->note].p;
}

static struct slow_task *find_task(const struct slowest *s, struct task *t)
{
	void **p = &t->notes[s->note].p;

	if (!*p)
		*p = calloc(1, sizeof(struct slow_task));
	return *p;
}

static int begin(void *sink, const struct call *c)
{
	struct slow_task *t = find_task(sink, c->at->task);
	const struct slowest *s = sink;

	if (!t)
		return -ENOMEM;
	c->frame->notes[s->note].n = record(sink, &t->record, c);
	return 0;
}

static int leaf(void *sink, const struct call *c)
{
	struct slow_task *t = find_task(sink, c->at->task);

	if (!t)
		return -ENOMEM;
	record(sink, &t->record, c);
	return c->caller ? 0 : offer(sink, &t->record, c->duration, c->at->task->name);
}

static int end(void *sink, const struct call *c)
{
	const struct slowest *s = sink;
	struct slow_task *t = slow_task(s, c->at->task);
	const uint64_t note = c->frame->notes[s->note].n, place = note & ~KEPT;
	struct record *r = note & KEPT ? &t->kept : &t->record;

	if (place < NOWHERE) {
		r->v[place].duration = c->duration;
		r->v[place].open = false;
	}
	if (c->caller || (c->frame->returning && !(note & KEPT)))
		return 0;
	return offer(sink, r, c->duration, c->at->task->name);
}

/* The record of an outermost call goes on, beside that of what comes before its end */
static int overtaken(void *sink, struct task *task, struct frame *f)
{
	struct slowest *s = sink;
	struct slow_task *t = slow_task(s, task);
	struct record empty = { 0 };
	uint64_t *note = &f->notes[s->note].n;

	if (*note == NOWHERE)
		return 0;
	if (t->kept.n) {
		*note = NOWHERE;
		forget(s, &t->record);
		return 0;
	}
	empty.v = t->kept.v;
	empty.size = t->kept.size;
	t->kept = t->record;
	t->record = empty;
	*note |= KEPT;
	return 0;
}

static int lost(void *sink, struct task *task)
{
	struct slowest *s = sink;
	struct slow_task *t = slow_task(s, task);

	for (uint32_t n = task->stale_from; n < task->depth; n++)
		task->frames[n].notes[s->note].n = NOWHERE;
	if (!t)
		return 0;
	forget(s, &t->record);
	forget(s, &t->kept);
	return 0;
}

static int finish(void *sink, struct graph *g)
{
	struct slowest *s = sink;

	(void)g;
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), slower);
	return 0;
}

static void free_task(union call_note *note)
{
	struct slow_task *t = note->p;

	if (!t)
		return;
	free(t->record.v);
	free(t->kept.v);
	free(t);
	note->p = NULL;
}

/* Nothing of @from is open: its records are empty */
static void join_task(union call_note *to, union call_note *from)
{
	(void)to;
	free_task(from);
}

static bool is_wanted(const struct graph *g)
{
	return g->options.slowest;
}

static void *init(struct graph *g, unsigned int note)
{
	struct slowest *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->max = g->options.slowest;
	s->room = RECORDS_ROOM;
	s->note = note;
	return s;
}

static void free_slowest(void *sink)
{
	struct slowest *s = sink;

	for (size_t i = 0; i < s->n; i++) {
		free(s->v[i].record.v);
		free(s->v[i].task);
	}
	for (size_t i = 0; i < s->n_spare; i++)
		free(s->spare[i]);
	free(s->v);
	free(s);
}

CALL_SINK = {
	.name = "slowest",
	.has_notes = true,
	.is_wanted = is_wanted,
	.init = init,
	.begin = begin,
	.leaf = leaf,
	.end = end,
	.overtaken = overtaken,
	.lost = lost,
	.finish = finish,
	.join_task = join_task,
	.free_task = free_task,
	.free = free_slowest,
};

const struct slowest *graph_slowest(const struct graph *g)
{
	static const struct slowest none = { 0 };
	const struct slowest *s = call_sinks_find(&g->sinks, &call_sink);

	return s ? s : &none;
}
