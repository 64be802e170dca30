// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "vhost-9-10  [001] d..2.  12.345678: sched_switch: prev_comm=a prev_pid=1 … ==> next_comm=b next_pid=2
 * next_prio=120"; "vhost-9-10  [001] d..1.  12.345678: irq_disable: caller=…". A name may hold anything in 15 letters: what is
 * looked for is longer, or the last of its kind.
 */
#include "latency.h"

#include <ctype.h>

static const char *last(const char *line, const char *end, const char *what)
{
	size_t len = strlen(what);

	for (size_t n = (size_t)(end - line) >= len ? end - line - len + 1 : 0; n > 0; n--)
		if (!memcmp(line + n - 1, what, len))
			return line + n - 1;
	return NULL;
}

/* After @what; false: no number is there */
static bool number(const char *at, const char *end, const char *what, int *n)
{
	long long value = 0;
	const char *from;

	if (!at)
		return false;
	from = at += strlen(what);
	for (; at < end && isdigit((unsigned char)*at) && value < INT32_MAX; at++)
		value = 10 * value + *at - '0';
	*n = value <= INT32_MAX ? (int)value : 0;
	return at > from && value <= INT32_MAX;
}

/* "12.345678" that ends at @end, and the CPU in brackets before it. Nine digits of seconds are 31 years of uptime, and
 * their nanoseconds fit
 */
static bool stamp(const char *line, const char *end, struct sched_event *e)
{
	const char *at = end, *dot, *open;
	int64_t whole = 0, part = 0;
	int digits = 0;

	while (at > line && (isdigit((unsigned char)at[-1]) || at[-1] == '.'))
		at--;
	dot = memchr(at, '.', end - at);
	if (!dot || dot == at || dot - at > 9 || end - dot > 10)
		return false;
	for (const char *c = at; c < dot; c++)
		whole = 10 * whole + *c - '0';
	for (const char *c = dot + 1; c < end; c++, digits++)
		part = 10 * part + (*c != '.' ? *c - '0' : 0);
	for (; digits < 9; digits++)
		part *= 10;
	e->time = whole * 1000000000 + part;
	open = last(line, at, "[");
	return number(open, at, "[", &e->cpu);
}

static void waking(const char *at, const char *end, struct sched_event *e)
{
	const char *pid = last(at, end, " pid=");

	if (end - at < 5 || memcmp(at, "comm=", 5) != 0 || !number(pid, end, " pid=", &e->pid))
		return;
	e->comm = at + 5;
	e->comm_len = pid > e->comm ? pid - e->comm : 0;
	e->kind = SCHED_WAKING;
}

static void switches(const char *at, const char *end, struct sched_event *e)
{
	const char *next = last(at, end, " ==> next_comm=");
	const char *pid = last(at, end, " next_pid=");
	const char *prev = next ? last(at, next, " prev_pid=") : NULL;
	const char *state = next ? last(at, next, " prev_state=") : NULL;

	if (!next || !state || !number(pid, end, " next_pid=", &e->pid) || !number(prev, next, " prev_pid=", &e->prev))
		return;
	e->comm = next + strlen(" ==> next_comm=");
	e->comm_len = pid > e->comm ? pid - e->comm : 0;
	e->prev_runs = state[strlen(" prev_state=")] == 'R';
	e->kind = SCHED_SWITCH;
}

/* Whose event it is: "NAME-PID" before the brackets */
static bool task(const char *line, const char *at, struct sched_event *e)
{
	const char *end = last(line, at, "["), *dash;

	while (end && end > line && end[-1] == ' ')
		end--;
	dash = end ? last(line, end, "-") : NULL;
	if (!number(dash, end, "-", &e->pid) || dash == line)
		return false;
	e->comm = line;
	while (e->comm < dash && *e->comm == ' ')
		e->comm++;
	e->comm_len = dash - e->comm;
	return true;
}

static void off_or_on(const char *line, size_t len, struct sched_event *e)
{
	static const struct {
		const char *name;
		int kind;
		enum latency_kind what;
	} kinds[] = {
		{ ": irq_disable: ", SCHED_OFF, LATENCY_IRQS }, { ": irq_enable: ", SCHED_ON, LATENCY_IRQS },
		{ ": preempt_disable: ", SCHED_OFF, LATENCY_PREEMPT }, { ": preempt_enable: ", SCHED_ON, LATENCY_PREEMPT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		const char *at = last(line, line + len, kinds[i].name);

		if (!at || !stamp(line, at, e) || !task(line, at, e))
			continue;
		e->kind = kinds[i].kind;
		e->what = kinds[i].what;
		return;
	}
}

static void lost(const char *line, const char *end, struct sched_event *e)
{
	static const char mark[] = " [LOST ";
	const char *at = last(line, end, mark);
	int n;

	if (!at || end - line < 4 || memcmp(line, "CPU:", 4) != 0)
		return;
	e->kind = SCHED_LOST;
	e->lost = number(at, end, mark, &n) ? n : UNKNOWN;
}

/* @line is not NUL-terminated, and may hold anything */
void sched_parse(const char *line, size_t len, struct sched_event *e)
{
	static const struct {
		const char *name;
		void (*parse)(const char *at, const char *end, struct sched_event *e);
	} kinds[] = { { ": sched_waking: ", waking }, { ": sched_switch: ", switches } };

	*e = (struct sched_event){ .kind = SCHED_OTHER, .lost = 0, .time = UNKNOWN };
	lost(line, line + len, e);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && e->kind == SCHED_OTHER; i++) {
		const char *at = memmem(line, len, kinds[i].name, strlen(kinds[i].name));

		if (at && stamp(line, at, e))
			kinds[i].parse(at + strlen(kinds[i].name), line + len, e);
	}
	if (e->kind == SCHED_OTHER)
		off_or_on(line, len, e);
}
