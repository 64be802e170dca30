// SPDX-License-Identifier: GPL-2.0-or-later
#include "latency.h"

#include <errno.h>

void latency_init(struct latency *l)
{
	*l = (struct latency){ .tells[LATENCY_WAKE] = true };
	for (size_t i = 0; i < LATENCY_KINDS; i++)
		l->worst[i].time = UNKNOWN;
}

static struct latency_thread *find(struct latency *l, int pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].pid == pid)
			return &l->v[i];
	return NULL;
}

static void nothing_open(struct latency_thread *t)
{
	for (size_t i = 0; i < LATENCY_KINDS; i++)
		t->since[i] = UNKNOWN;
	t->preempted = UNKNOWN;
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
	v[l->n] = (struct latency_thread){ .pid = pid };
	nothing_open(&v[l->n++]);
	return 0;
}

static void name(struct latency_thread *t, const struct sched_event *e)
{
	size_t len = e->comm_len < sizeof(t->name) - 1 ? e->comm_len : sizeof(t->name) - 1;

	memcpy(t->name, e->comm, len);
	t->name[len] = '\0';
}

static void copy_line(char to[LATENCY_LINE], const char *line, size_t len)
{
	len = len < LATENCY_LINE - 1 ? len : LATENCY_LINE - 1;
	memcpy(to, line, len);
	to[len] = '\0';
}

/* The scheduler's are kept; who switches something off or on does so often, and his line is kept with him */
static void keep_line(struct latency *l, int64_t time, const char *line, size_t len)
{
	size_t at = l->lines++ % LATENCY_LINES;

	copy_line(l->recent[at], line, len);
	l->recent_time[at] = time;
}

/* What has happened since it began, as far as it is kept: @began first and @ended last, where those aren't the scheduler's */
static int keep_trace(struct latency *l, struct latency_worst *w, int64_t since, const char *began, const char *ended)
{
	uint64_t first = l->lines > LATENCY_LINES ? l->lines - LATENCY_LINES : 0;

	strv_free(&w->trace);
	if (began)
		strv_add(&w->trace, began);
	for (uint64_t i = first; i < l->lines; i++)
		if (l->recent_time[i % LATENCY_LINES] >= since)
			strv_add(&w->trace, l->recent[i % LATENCY_LINES]);
	if (ended)
		strv_add(&w->trace, ended);
	return w->trace.broken ? -ENOMEM : 0;
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

static void count(struct latency *l, struct latency_times *t, int64_t ns)
{
	t->min = t->n ? (ns < t->min ? ns : t->min) : ns;
	t->max = t->n ? (ns > t->max ? ns : t->max) : ns;
	t->n++;
	time_add(&t->sum, ns);
	t->powers[power_of(ns)]++;
	histogram_add(&t->spread, (uint64_t)ns, &l->pieces);
}

/* What has begun is over; @line, if it isn't the scheduler's, says so */
static int over(struct latency *l, struct latency_thread *t, enum latency_kind what, int64_t now, const char *line, size_t len)
{
	struct latency_worst *w = &l->worst[what];
	int64_t since = t->since[what], ns;
	char ended[LATENCY_LINE];

	if (since == UNKNOWN)
		return 0;
	ns = now - since;
	t->since[what] = UNKNOWN;
	if (ns < 0) {
		l->odd++;
		return 0;
	}
	count(l, &t->times[what], ns);
	if (w->time != UNKNOWN && ns <= w->ns)
		return 0;
	w->ns = ns;
	w->thread = t - l->v;
	w->time = now;
	if (line)
		copy_line(ended, line, len);
	return keep_trace(l, w, since, *t->began[what] ? t->began[what] : NULL, line ? ended : NULL);
}

/* A CPU goes from one thread to the other with both off: of each what is its own */
static int pass_on(struct latency *l, struct latency_thread *prev, struct latency_thread *next, int64_t now)
{
	int ret = 0;

	for (int what = LATENCY_IRQS; what < LATENCY_KINDS && !ret; what++) {
		if (!l->tells[what])
			continue;
		if (prev)
			ret = over(l, prev, what, now, NULL, 0);
		if (next) {
			next->since[what] = now;
			*next->began[what] = '\0';
		}
	}
	return ret;
}

static int off_or_on(struct latency *l, const struct sched_event *e, const char *line, size_t len)
{
	struct latency_thread *t = find(l, e->pid);

	if (!t || !l->tells[e->what])
		return 0;
	if (!*t->name)
		name(t, e);
	if (e->kind == SCHED_ON)
		return over(l, t, e->what, e->time, line, len);
	t->since[e->what] = e->time;
	copy_line(t->began[e->what], line, len);
	return 0;
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
	int ret = pass_on(l, prev, next, e->time);

	if (prev) {
		prev->since[LATENCY_WAKE] = UNKNOWN;
		prev->preempted = e->prev_runs ? e->time : UNKNOWN;
	}
	if (!next || ret)
		return ret;
	name(next, e);
	if (next->since[LATENCY_WAKE] != UNKNOWN)
		ret = over(l, next, LATENCY_WAKE, e->time, NULL, 0);
	else if (next->preempted != UNKNOWN)
		came_back(next, e->time);
	next->preempted = UNKNOWN;
	return ret;
}

/* Who waits may have run meanwhile */
static void forget(struct latency *l, int64_t lost)
{
	for (size_t i = 0; i < l->n; i++)
		nothing_open(&l->v[i]);
	time_add(&l->lost, lost > 0 ? lost : 1);
}

int latency_line(struct latency *l, const char *line, size_t len)
{
	struct sched_event e;
	struct latency_thread *t;

	sched_parse(line, len, &e);
	if (e.kind == SCHED_LOST)
		forget(l, e.lost);
	if (e.kind == SCHED_OTHER || e.kind == SCHED_LOST) {
		l->other += e.kind == SCHED_OTHER;
		return 0;
	}
	l->events++;
	if (e.kind == SCHED_OFF || e.kind == SCHED_ON)
		return off_or_on(l, &e, line, len);
	keep_line(l, e.time, line, len);
	if (e.kind == SCHED_SWITCH)
		return switched(l, &e);
	t = find(l, e.pid);
	/* who is preempted waits for a CPU already; who was woken twice waits since the first time */
	if (t && t->since[LATENCY_WAKE] == UNKNOWN && t->preempted == UNKNOWN)
		t->since[LATENCY_WAKE] = e.time;
	if (t && !*t->name)
		name(t, &e);
	return 0;
}

int64_t latency_percentile(const struct latency *l, const struct latency_times *t, double share)
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
	for (size_t i = 0; i < LATENCY_KINDS; i++)
		strv_free(&l->worst[i].trace);
	latency_init(l);
}
