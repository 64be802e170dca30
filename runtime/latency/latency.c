// SPDX-License-Identifier: GPL-2.0-or-later
#include "latency/latency.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/strv.h"

void latency_init(struct latency *l)
{
	*l = (struct latency){ .recorded[LATENCY_WAKE] = true, .first = UNKNOWN, .last = UNKNOWN };
	for (size_t i = 0; i < LATENCY_KINDS; i++)
		l->worst[i].time = UNKNOWN;
}

static size_t place(const struct latency *l, int pid)
{
	return ((uint32_t)pid * 0x9e3779b1u >> 8) & (l->size - 1);
}

static struct latency_thread *find(struct latency *l, int pid)
{
	for (size_t at = l->size ? place(l, pid) : 0; l->size && l->table[at];
	     at = (at + 1) & (l->size - 1))
		if (l->v[l->table[at] - 1].pid == pid)
			return &l->v[l->table[at] - 1];
	return NULL;
}

static void link_up(struct latency *l, size_t i)
{
	size_t at = place(l, l->v[i].pid);

	while (l->table[at])
		at = (at + 1) & (l->size - 1);
	l->table[at] = (uint32_t)i + 1;
}

static int grow(struct latency *l)
{
	size_t size = l->size ? 2 * l->size : 64;
	uint32_t *table = calloc(size, sizeof(*table));

	if (!table)
		return -ENOMEM;
	free(l->table);
	l->table = table;
	l->size = size;
	for (size_t i = 0; i < l->n; i++)
		link_up(l, i);
	return 0;
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
	if (2 * l->n >= l->size && grow(l))
		return -ENOMEM;
	v = reallocarray(l->v, l->n + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	l->v = v;
	v[l->n] = (struct latency_thread){ .pid = pid };
	nothing_open(&v[l->n]);
	link_up(l, l->n++);
	return 0;
}

/* By its pid, its name, or both with a dash between */
static bool is_wanted(const struct strv *wanted, int pid, const char *comm, size_t len)
{
	char name[32], number[16], both[64];

	len = len < sizeof(name) - 1 ? len : sizeof(name) - 1;
	memcpy(name, comm, len);
	name[len] = '\0';
	snprintf(number, sizeof(number), "%d", pid);
	snprintf(both, sizeof(both), "%s-%d", name, pid);
	for (size_t i = 0; i < wanted->n; i++)
		if (!strcmp(wanted->v[i], number) || !fnmatch(wanted->v[i], name, 0) ||
		    !fnmatch(wanted->v[i], both, 0))
			return true;
	return false;
}

static int meet(struct latency *l, int pid, const char *comm, size_t len)
{
	/* each CPU has an idle task, and all are 0 */
	if (!pid || find(l, pid) || !is_wanted(l->wanted, pid, comm, len))
		return 0;
	if (l->n < LATENCY_THREADS)
		return latency_watch(l, pid);
	l->left_out++;
	return 0;
}

/* Who is seen for the first time, and is one of those that were asked for */
static int meet_all(struct latency *l, const struct sched_event *e)
{
	int ret = meet(l, e->pid, e->comm, e->comm_len);

	if (e->kind == SCHED_OFF || e->kind == SCHED_ON)
		l->recorded[e->what] = true;
	return ret || e->kind != SCHED_SWITCH ? ret :
						meet(l, e->prev, e->prev_comm, e->prev_comm_len);
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

/*
 * The scheduler's are kept; who switches something off or on does so often, and his line is kept
 * with him
 */
static void keep_line(struct latency *l, int64_t time, const char *line, size_t len)
{
	size_t at = l->lines++ % LATENCY_LINES;

	copy_line(l->recent[at], line, len);
	l->recent_time[at] = time;
}

/*
 * What has happened since it began, as far as it is kept: @began first and @ended last, where those
 * aren't the scheduler's
 */
static int keep_trace(struct latency *l, struct latency_worst *w, int64_t since, const char *began,
		      const char *ended)
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
	if (!t->n || ns < t->min)
		t->min = ns;
	if (!t->n || ns > t->max)
		t->max = ns;
	t->n++;
	time_add(&t->sum, ns);
	t->powers[power_of(ns)]++;
	histogram_add(&t->spread, (uint64_t)ns, &l->pieces);
}

/* What has begun is over; @line, if it isn't the scheduler's, says so */
static int over(struct latency *l, struct latency_thread *t, enum latency_kind what, int64_t now,
		const char *line, size_t len)
{
	struct latency_worst *w = &l->worst[what];
	int64_t since = t->since[what], ns;
	const char *began = *t->began[what] ? t->began[what] : NULL;
	char ended[LATENCY_LINE];

	if (since == UNKNOWN)
		return 0;
	ns = now - since;
	t->since[what] = UNKNOWN;
	if (ns < 0) {
		l->backwards++;
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
	return keep_trace(l, w, since, began, line ? ended : NULL);
}

/* A CPU goes from one thread to the other with both off: of each what is its own */
static int pass_on(struct latency *l, struct latency_thread *prev, struct latency_thread *next,
		   int64_t now)
{
	int ret = 0;

	for (int what = LATENCY_IRQS; what < LATENCY_KINDS && !ret; what++) {
		if (!l->recorded[what])
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

	if (!t || !l->recorded[e->what])
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

static void no_event(struct latency *l, const struct sched_event *e, const char *line, size_t len)
{
	l->other += e->kind == SCHED_OTHER;
	if (e->kind == SCHED_LOST)
		forget(l, e->lost);
	if (e->kind == SCHED_BROKEN && !l->broken++) {
		l->broken_at = l->all;
		copy_line(l->broken_text, line, len);
	}
}

static void count_event(struct latency *l, const struct sched_event *e)
{
	l->events++;
	l->switches += e->kind == SCHED_SWITCH;
	l->wakings += e->kind == SCHED_WAKING && !e->woken;
	l->wakeups += e->kind == SCHED_WAKING && e->woken;
	if (l->first == UNKNOWN || e->time < l->first)
		l->first = e->time;
	if (l->last == UNKNOWN || e->time > l->last)
		l->last = e->time;
}

int latency_line(struct latency *l, const char *line, size_t len)
{
	struct sched_event e;
	struct latency_thread *t;

	l->all++;
	sched_parse(line, len, &e);
	if (e.kind == SCHED_OTHER || e.kind == SCHED_LOST || e.kind == SCHED_BROKEN) {
		no_event(l, &e, line, len);
		return 0;
	}
	count_event(l, &e);
	if (l->wanted && meet_all(l, &e))
		return -ENOMEM;
	if (e.kind == SCHED_OFF || e.kind == SCHED_ON)
		return off_or_on(l, &e, line, len);
	keep_line(l, e.time, line, len);
	if (e.kind == SCHED_SWITCH)
		return switched(l, &e);
	t = find(l, e.pid);
	/*
	 * who is preempted waits for a CPU already; who was woken twice waits since the first time
	 */
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
	if (p < t->min)
		return t->min;
	return p > t->max ? t->max : p;
}

void latency_free(struct latency *l)
{
	free(l->v);
	free(l->pieces.v);
	free(l->table);
	for (size_t i = 0; i < LATENCY_KINDS; i++)
		strv_free(&l->worst[i].trace);
	latency_init(l);
}
