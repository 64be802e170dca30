// SPDX-License-Identifier: GPL-2.0-or-later
#include "latency.h"

#include <errno.h>

void latency_init(struct latency *l)
{
	*l = (struct latency){ .worst_time = UNKNOWN };
}

static struct latency_thread *find(struct latency *l, int pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].pid == pid)
			return &l->v[i];
	return NULL;
}

int latency_watch(struct latency *l, int pid)
{
	struct latency_thread *v;

	if (find(l, pid))
		return 0;
	v = reallocarray(l->v, l->n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	l->v = v;
	v[l->n++] = (struct latency_thread){ .pid = pid, .woken = UNKNOWN, .preempted = UNKNOWN };
	return 0;
}

static void name(struct latency_thread *t, const struct sched_event *e)
{
	size_t len = e->comm_len < sizeof(t->name) - 1 ? e->comm_len : sizeof(t->name) - 1;

	memcpy(t->name, e->comm, len);
	t->name[len] = '\0';
}

static void keep_line(struct latency *l, int64_t time, const char *line, size_t len)
{
	size_t at = l->lines++ % LATENCY_LINES;

	len = len < LATENCY_LINE - 1 ? len : LATENCY_LINE - 1;
	memcpy(l->recent[at], line, len);
	l->recent[at][len] = '\0';
	l->recent_time[at] = time;
}

/* What has happened since @woken, as far as it is kept */
static int keep_trace(struct latency *l, int64_t woken)
{
	uint64_t first = l->lines > LATENCY_LINES ? l->lines - LATENCY_LINES : 0;

	strv_free(&l->trace);
	for (uint64_t i = first; i < l->lines; i++)
		if (l->recent_time[i % LATENCY_LINES] >= woken)
			strv_add(&l->trace, l->recent[i % LATENCY_LINES]);
	return l->trace.broken ? -ENOMEM : 0;
}

void latency_power(size_t i, uint64_t *from, uint64_t *before)
{
	*from = i ? 1ULL << (i - 1) : 0;
	*before = i < LATENCY_POWERS - 1 ? 1ULL << i : 0;
}

static size_t power_of(int64_t ns)
{
	uint64_t us = ns / 1000;
	size_t bits = us ? 64 - __builtin_clzll(us) : 0;

	return bits < LATENCY_POWERS ? bits : LATENCY_POWERS - 1;
}

static int woke(struct latency *l, struct latency_thread *t, int64_t now)
{
	int64_t ns = now - t->woken, since = t->woken;

	t->woken = UNKNOWN;
	if (ns < 0) {
		l->odd++;
		return 0;
	}
	t->min = t->n ? (ns < t->min ? ns : t->min) : ns;
	t->max = t->n ? (ns > t->max ? ns : t->max) : ns;
	t->n++;
	time_add(&t->sum, ns);
	t->powers[power_of(ns)]++;
	histogram_add(&t->spread, (uint64_t)ns, &l->pieces);
	if (l->worst_time != UNKNOWN && ns <= l->worst_ns)
		return 0;
	l->worst_ns = ns;
	l->worst = t - l->v;
	l->worst_time = now;
	return keep_trace(l, since);
}

static void came_back(struct latency_thread *t, int64_t now)
{
	int64_t ns = now - t->preempted;

	t->preempted = UNKNOWN;
	if (ns < 0)
		return;
	t->waits++;
	time_add(&t->wait_sum, ns);
	t->wait_max = ns > t->wait_max ? ns : t->wait_max;
}

static int switched(struct latency *l, const struct sched_event *e)
{
	struct latency_thread *next = find(l, e->pid), *prev = find(l, e->prev);
	int ret = 0;

	if (prev) {
		prev->woken = UNKNOWN;
		prev->preempted = e->prev_runs ? e->time : UNKNOWN;
	}
	if (!next)
		return 0;
	name(next, e);
	if (next->woken != UNKNOWN)
		ret = woke(l, next, e->time);
	else if (next->preempted != UNKNOWN)
		came_back(next, e->time);
	next->preempted = UNKNOWN;
	return ret;
}

/* Who waits may have run meanwhile */
static void forget(struct latency *l, int64_t lost)
{
	for (size_t i = 0; i < l->n; i++) {
		l->v[i].woken = UNKNOWN;
		l->v[i].preempted = UNKNOWN;
	}
	time_add(&l->lost, lost > 0 ? lost : 1);
}

int latency_line(struct latency *l, const char *line, size_t len)
{
	struct sched_event e;
	struct latency_thread *t;

	sched_parse(line, len, &e);
	if (e.kind == SCHED_LOST)
		forget(l, e.lost);
	if (e.kind != SCHED_WAKING && e.kind != SCHED_SWITCH) {
		l->other += e.kind == SCHED_OTHER;
		return 0;
	}
	l->events++;
	keep_line(l, e.time, line, len);
	if (e.kind == SCHED_SWITCH)
		return switched(l, &e);
	t = find(l, e.pid);
	/* who is preempted waits for a CPU already; who was woken twice waits since the first time */
	if (t && t->woken == UNKNOWN && t->preempted == UNKNOWN)
		t->woken = e.time;
	if (t && !*t->name)
		name(t, &e);
	return 0;
}

int64_t latency_percentile(const struct latency *l, const struct latency_thread *t, double share)
{
	int64_t p = t->n ? histogram_percentile(&t->spread, &l->pieces, share) : UNKNOWN;

	if (p == UNKNOWN)
		return p;
	return p < t->min ? t->min : p > t->max ? t->max : p;
}

void latency_free(struct latency *l)
{
	free(l->v);
	free(l->pieces.v);
	strv_free(&l->trace);
	latency_init(l);
}
