// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose a line is: its task stands in it, or is the one that the CPU has switched to. */
#include "callgraph/nesting.h"

#include <errno.h>
#include <fnmatch.h>

/* Several files that trace-cmd reports as one: each has its own CPUs, and process ids */
unsigned int graph_source_of(struct graph *g, const struct line *line)
{
	size_t len = line->source_len < sizeof(g->sources->name) - 1 ? line->source_len :
								       sizeof(g->sources->name) - 1;

	if (!len)
		return 0;
	for (unsigned int i = 1; i < g->n_sources; i++)
		if (!strncmp(g->sources[i].name, line->source, len) && !g->sources[i].name[len])
			return i;
	if (g->n_sources == GRAPH_SOURCES)
		return GRAPH_SOURCES;
	memcpy(g->sources[g->n_sources].name, line->source, len);
	return g->n_sources++;
}

/* Lost events alone were told of: the line before the first call looks the same in both cases */
void graph_source_forget(struct graph *g, const char *name, size_t len)
{
	struct graph_source *s = &g->sources[g->n_sources - 1];

	if (g->n_sources != 2 || strlen(s->name) != len || memcmp(s->name, name, len))
		return;
	for (size_t i = 0; i < s->n_cpus; i++)
		if (s->cpus[i].calls)
			return;
	for (size_t i = 0; i < g->sources[0].n_cpus; i++)
		if (g->sources[0].cpus[i].seen)
			return;
	free(g->sources[0].cpus);
	g->sources[0].cpus = s->cpus;
	g->sources[0].n_cpus = s->n_cpus;
	*s = (struct graph_source){ 0 };
	g->n_sources = 1;
	g->after_lost = 0;
}

struct graph_cpu *graph_cpu_of(struct graph *g, unsigned int source, int cpu)
{
	struct graph_source *s = &g->sources[source];
	size_t at = (size_t)cpu + 1;	/* -1: not told */

	if (at >= s->n_cpus) {
		size_t n = 2 * at + 1;
		struct graph_cpu *v = reallocarray(s->cpus, n, sizeof(*v));

		if (!v)
			return NULL;
		memset(v + s->n_cpus, 0, (n - s->n_cpus) * sizeof(*v));
		s->cpus = v;
		s->n_cpus = n;
	}
	return &s->cpus[at];
}

/* "vhost-1-187" is asked for by that, by its comm and by its pid */
static bool task_wanted(const struct graph_options *w, const struct task *t)
{
	char comm[sizeof(t->name)], pid[16];
	size_t len = 0;
	int n;

	if (!w->task)
		return true;
	if (!task_split(t->name, t->name_len, &n, &len))
		return false;
	memcpy(comm, t->name, len);
	comm[len] = '\0';
	snprintf(pid, sizeof(pid), "%d", t->pid);
	return !fnmatch(w->task, t->name, 0) || !fnmatch(w->task, comm, 0) || !strcmp(w->task, pid);
}

static void name_task(struct graph *g, struct task *t, const char *text, size_t len)
{
	task_rename(t, text, len);
	t->left_out = !task_wanted(&g->options, t);
}

static struct task *told_task(struct graph *g, unsigned int source, const char *text, size_t len,
			      int cpu, int *ret)
{
	struct task *t;
	size_t comm;
	int pid;

	if (!task_split(text, len, &pid, &comm))
		return NULL;
	t = tasks_find(&g->tasks, source, pid, cpu, ret);
	if (t)
		name_task(g, t, text, len);
	return t;
}

static bool is_told(const struct task *t, const struct line *line)
{
	return t->name_len == line->task_len && !memcmp(t->name, line->task, line->task_len);
}

struct task *graph_task_of(struct graph *g, unsigned int source, struct graph_cpu *c,
			   const struct line *line, int *ret)
{
	struct task *t = c->task;

	if (line->task) {
		if (!t || !is_told(t, line))
			t = told_task(g, source, line->task, line->task_len, line->cpu, ret);
	} else if (!t) {
		t = tasks_find(&g->tasks, source, -1, line->cpu, ret);
		if (t)
			t->left_out = !task_wanted(&g->options, t);
	}
	c->task = t;
	return t;
}

/* Of the line, @t is the task that was running until then, of @pid */
static int identify(struct graph *g, struct task *t, const struct line *line, int pid)
{
	struct task *known;
	int ret = 0;

	if (tasks_adopt(&g->tasks, t, pid)) {
		name_task(g, t, line->task, line->task_len);
		return 0;
	}
	known = told_task(g, 0, line->task, line->task_len, line->cpu, &ret);
	if (known && !known->left_out)
		tasks_merge(&g->tasks, t, known);
	return ret;
}

int graph_switch(struct graph *g, const struct line *line)
{
	struct graph_cpu *c;
	size_t comm;
	int pid, ret = 0;

	if (!line->task)
		return 0;
	c = graph_cpu_of(g, 0, line->cpu);
	if (!c)
		return -ENOMEM;
	/* which task it was before the first switch is known now */
	if (c->task && c->task->pid < 0 && task_split(line->task, line->task_len, &pid, &comm))
		ret = identify(g, c->task, line, pid);
	if (ret)
		return ret;
	c->task = told_task(g, 0, line->next, line->next_len, line->cpu, &ret);
	return ret;
}
