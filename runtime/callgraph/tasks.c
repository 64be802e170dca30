// SPDX-License-Identifier: GPL-2.0-or-later
#include "callgraph/tasks.h"

#include <errno.h>

#define TABLE_FIRST 256
#define TASKS_MAX 16384

/* Each CPU has an idle task, all of pid 0; where no pid is told a CPU is all that is known */
static int cpu_of(int pid, int cpu)
{
	return pid > 0 ? -1 : cpu;
}

static size_t place(const struct tasks *t, unsigned int source, int pid, int cpu)
{
	uint32_t h = ((uint32_t)pid * 0x9e3779b1u) ^ ((uint32_t)cpu * 0x85ebca77u) ^
		     (source * 0xc2b2ae3du);

	return (h >> 8) & (t->size - 1);
}

static struct task *look_up(const struct tasks *t, unsigned int source, int pid, int cpu)
{
	struct task *task = t->size ? t->table[place(t, source, pid, cpu)] : NULL;

	while (task && (task->pid != pid || task->cpu != cpu || task->source != source))
		task = task->chain;
	return task;
}

static void link_up(struct tasks *t, struct task *task)
{
	size_t at = place(t, task->source, task->pid, task->cpu);

	task->chain = t->table[at];
	t->table[at] = task;
}

static int grow(struct tasks *t)
{
	size_t size = t->size ? 2 * t->size : TABLE_FIRST;
	struct task **table = calloc(size, sizeof(struct task *));
	struct task **v = reallocarray(t->v, size, sizeof(struct task *));

	if (v)
		t->v = v;
	if (!table || !v) {
		free(table);
		return -ENOMEM;
	}
	free(t->table);
	t->table = table;
	t->size = size;
	for (size_t i = 0; i < t->n; i++)
		link_up(t, t->v[i]);
	return 0;
}

struct task *tasks_find(struct tasks *t, unsigned int source, int pid, int cpu, int *ret)
{
	struct task *task;

	cpu = cpu_of(pid, cpu);
	task = look_up(t, source, pid, cpu);
	if (task || t->n == TASKS_MAX)
		return task;
	if (t->n == t->size && (*ret = grow(t)))
		return NULL;
	task = calloc(1, sizeof(*task));
	if (!task) {
		*ret = -ENOMEM;
		return NULL;
	}
	task->source = source;
	task->pid = pid;
	task->cpu = cpu;
	task->shown_column = -1;
	t->v[t->n++] = task;
	link_up(t, task);
	return task;
}

static void unlink_it(struct tasks *t, const struct task *task)
{
	struct task **p = &t->table[place(t, task->source, task->pid, task->cpu)];

	while (*p != task)
		p = &(*p)->chain;
	*p = task->chain;
}

bool tasks_adopt(struct tasks *t, struct task *task, int pid)
{
	int cpu = cpu_of(pid, task->cpu);

	if (look_up(t, task->source, pid, cpu))
		return false;
	unlink_it(t, task);
	task->pid = pid;
	task->cpu = cpu;
	link_up(t, task);
	return true;
}

static void task_free(struct task *t)
{
	free(t->frames);
	call_sinks_free_task(t->notes);
	free(t);
}

/* From the table and the list */
static void take_out(struct tasks *t, struct task *task)
{
	size_t i = 0;

	unlink_it(t, task);
	while (t->v[i] != task)
		i++;
	t->n--;
	memmove(t->v + i, t->v + i + 1, (t->n - i) * sizeof(struct task *));
}

static void add_counts(struct task *to, const struct task *t)
{
	to->calls += t->calls;
	to->outermost += t->outermost;
	to->ended += t->ended;
	time_add(&to->busy, t->busy);
}

/* @task has nothing open: what @known has open goes on */
static void merge_counts(struct tasks *t, struct task *task, struct task *known)
{
	add_counts(known, task);
	call_sinks_join_task(known->notes, task->notes);
	take_out(t, task);
	task_free(task);
}

bool tasks_merge(struct tasks *t, struct task *task, struct task *known)
{
	struct task both = *task;

	if (!task->depth) {
		merge_counts(t, task, known);
		return true;
	}
	if (task->open_since < known->last_line || known->depth)
		return false;
	both.pid = known->pid;
	both.cpu = known->cpu;
	memcpy(both.name, known->name, sizeof(both.name));
	both.name_len = known->name_len;
	both.left_out = known->left_out;
	add_counts(&both, known);
	/* its memory goes with the other one */
	task->frames = known->frames;
	memset(task->notes, 0, sizeof(task->notes));
	call_sinks_join_task(both.notes, known->notes);
	take_out(t, task);
	both.chain = known->chain;	/* now that @task is in no chain any more */
	*known = both;
	task_free(task);
	return true;
}

void task_rename(struct task *t, const char *text, size_t len)
{
	if (len >= sizeof(t->name))
		len = sizeof(t->name) - 1;
	/* "<...>" is what the kernel says when it has forgotten the name */
	if (t->name_len && len > 5 && !memcmp(text, "<...>", 5))
		return;
	memcpy(t->name, text, len);
	t->name[len] = '\0';
	t->name_len = len;
}

void tasks_free(struct tasks *t)
{
	for (size_t i = 0; i < t->n; i++)
		task_free(t->v[i]);
	free(t->v);
	free(t->table);
	*t = (struct tasks){ 0 };
}
