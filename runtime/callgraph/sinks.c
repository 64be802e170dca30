// SPDX-License-Identifier: GPL-2.0-or-later
/* The set of call sinks, as the linker has collected it. */
#include "callgraph/sinks.h"

#include <errno.h>

extern const struct call_sink *const __start_call_sinks[];
extern const struct call_sink *const __stop_call_sinks[];

/* NULL: there are no more */
static const struct call_sink *sink_at(size_t i)
{
	/* cppcheck-suppress comparePointers */
	return __start_call_sinks + i < __stop_call_sinks ? __start_call_sinks[i] : NULL;
}

static void add_hook(struct call_hook *hooks, int (*event)(void *sink, const struct call *c),
		     void *sink)
{
	if (!event)
		return;
	while (hooks->event)
		hooks++;
	*hooks = (struct call_hook){ event, sink };
}

static void add_hooks(struct call_sinks *s, const struct call_sink *ops, void *sink)
{
	add_hook(s->begin[ops->needs_time], ops->begin, sink);
	add_hook(s->leaf[ops->needs_time], ops->leaf, sink);
	add_hook(s->end[ops->needs_time], ops->end, sink);
}

int call_sinks_init(struct call_sinks *s, struct graph *g)
{
	const struct call_sink *ops;
	unsigned int note = 0;

	*s = (struct call_sinks){ 0 };
	for (size_t i = 0; (ops = sink_at(i)); i++) {
		const unsigned int own = note;

		note += ops->has_notes;
		if (s->n == CALL_SINKS_MAX || note > CALL_NOTES_MAX)
			return -E2BIG;
		if (ops->is_wanted && !ops->is_wanted(g))
			continue;
		s->v[s->n].sink = ops->init(g, own);
		if (!s->v[s->n].sink)
			return -ENOMEM;
		add_hooks(s, ops, s->v[s->n].sink);
		s->v[s->n++].ops = ops;
	}
	return 0;
}

void call_sinks_free(struct call_sinks *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].ops->free)
			s->v[i].ops->free(s->v[i].sink);
	s->n = 0;
}

void call_sinks_join_task(union call_note *to, union call_note *from)
{
	const struct call_sink *ops;
	size_t note = 0;

	for (size_t i = 0; (ops = sink_at(i)); i++) {
		if (ops->join_task)
			ops->join_task(&to[note], &from[note]);
		note += ops->has_notes;
	}
}

void call_sinks_free_task(union call_note *notes)
{
	const struct call_sink *ops;
	size_t note = 0;

	for (size_t i = 0; (ops = sink_at(i)); i++) {
		if (ops->free_task)
			ops->free_task(&notes[note]);
		note += ops->has_notes;
	}
}
