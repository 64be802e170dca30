// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * "vhost-9-10  [001] d..2.  12.345678: sched_switch: prev_comm=a prev_pid=1 … ==> next_comm=b
 * next_pid=2 next_prio=120"; "vhost-9-10  [001] d..1.  12.345678: irq_disable: caller=…". A name
 * may hold anything in 15 letters: what is looked for is longer, or the last of its kind.
 */
#include "latency/latency.h"

#include <ctype.h>

#include "callgraph/tasks.h"

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

/*
 * "12.345678" that ends at @end, and the CPU in brackets before it, if there is one. Nine digits of
 * seconds are 31 years of uptime, and their nanoseconds fit
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
	if (!number(open, at, "[", &e->cpu))
		e->cpu = -1;		/* trace-cmd report -l has no brackets */
	return true;
}

/* "vhost-9:10 [120]" of trace-cmd, up to @end; what is behind it, or NULL */
static const char *short_task(const char *at, const char *end, const char **comm, size_t *len,
			      int *pid)
{
	const char *open = last(at, end, " ["), *colon;
	int unused;

	if (!number(open, end, " [", &unused))
		return NULL;
	colon = last(at, open, ":");
	if (!number(colon, open, ":", pid) || colon + 1 + strspn(colon + 1, "0123456789") != open)
		return NULL;
	*comm = at;
	*len = colon - at;
	at = memchr(open, ']', end - open);
	return at ? at + 1 : NULL;
}

static const char *blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

static void waking(const char *at, const char *end, struct sched_event *e)
{
	const char *pid = last(at, end, " pid=");

	/* before 4.3 (fbd705a0c618) it was told of those that were awake already, too */
	if (memmem(at, end - at, " success=0", 10))
		return;
	at = blanks(at, end);
	if (end - at >= 5 && !memcmp(at, "comm=", 5) && number(pid, end, " pid=", &e->pid)) {
		e->comm = at + 5;
		e->comm_len = pid > e->comm ? pid - e->comm : 0;
		e->kind = SCHED_WAKING;
		return;
	}
	if (short_task(at, end, &e->comm, &e->comm_len, &e->pid))
		e->kind = SCHED_WAKING;
}

static void wakeup(const char *at, const char *end, struct sched_event *e)
{
	waking(at, end, e);
	e->woken = e->kind == SCHED_WAKING;
}

static void short_switch(const char *at, const char *end, struct sched_event *e)
{
	const char *next = last(at, end, " ==> "), *state;

	if (!next)
		return;
	state = short_task(at, next, &e->prev_comm, &e->prev_comm_len, &e->prev);
	if (!state || !short_task(next + strlen(" ==> "), end, &e->comm, &e->comm_len, &e->pid))
		return;
	e->prev_runs = *blanks(state, next) == 'R';
	e->kind = SCHED_SWITCH;
}

static void switches(const char *at, const char *end, struct sched_event *e)
{
	static const char prev_comm[] = "prev_comm=";
	const char *next = last(at = blanks(at, end), end, " ==> next_comm=");
	const char *pid = last(at, end, " next_pid=");
	const char *prev = next ? last(at, next, " prev_pid=") : NULL;
	const char *state = next ? last(at, next, " prev_state=") : NULL;

	if (!next || !state || !number(pid, end, " next_pid=", &e->pid) ||
	    !number(prev, next, " prev_pid=", &e->prev)) {
		short_switch(at, end, e);
		return;
	}
	e->comm = next + strlen(" ==> next_comm=");
	e->comm_len = pid > e->comm ? pid - e->comm : 0;
	e->prev_comm = at + (end - at > 10 && !memcmp(at, prev_comm, 10) ? 10 : 0);
	e->prev_comm_len = prev > e->prev_comm ? prev - e->prev_comm : 0;
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
		{ ": irq_disable: ", SCHED_OFF, LATENCY_IRQS }, { ": irq_enable: ", SCHED_ON,
		  LATENCY_IRQS },
		{ ": preempt_disable: ", SCHED_OFF, LATENCY_PREEMPT }, { ": preempt_enable: ",
		  SCHED_ON, LATENCY_PREEMPT },
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

/* "CPU:1 [LOST 12 EVENTS]", trace-cmd's "CPU:1 [12 EVENTS DROPPED]" */
static void lost(const char *line, const char *end, struct sched_event *e)
{
	static const char *const marks[] = { " [LOST ", " [" };
	const char *cpu = memmem(line, end - line, "CPU:", 4);
	int n;

	if (!cpu || (cpu > line && cpu[-1] != ' ') ||
	    !(last(cpu, end, " EVENTS]") || last(cpu, end, "EVENTS DROPPED]") ||
	      last(cpu, end, " [LOST EVENTS]")))
		return;
	e->kind = SCHED_LOST;
	e->lost = UNKNOWN;
	for (size_t i = 0; i < ARRAY_SIZE(marks) && e->lost == UNKNOWN; i++)
		if (number(last(cpu, end, marks[i]), end, marks[i], &n))
			e->lost = n;
}

/* What stands before an event's name: its time's end, or NULL */
static const char *before_name(const char *line, const char *name)
{
	static const char system[] = "sched:";
	const char *end = name, *difference;

	/* perf script's "sched:sched_switch:" */
	if (end - line > 6 && !memcmp(end - 6, system, 6))
		end -= 6;
	while (end > line && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	/* trace-cmd's --ts-diff */
	difference = end > line && end[-1] == ')' ? last(line, end, "(+") : NULL;
	if (difference)
		for (end = difference; end > line && end[-1] == ' '; end--)
			;
	return end > line && end[-1] == ':' && end != name ? end - 1 : NULL;
}

/* @line is not NUL-terminated, and may hold anything */
void sched_parse(const char *line, size_t len, struct sched_event *e)
{
	static const struct {
		const char *name;
		void (*parse)(const char *at, const char *end, struct sched_event *e);
	} kinds[] = {
		{ "sched_waking: ", waking }, { "sched_switch: ", switches }, { "sched_wakeup: ",
		  wakeup }, { "sched_wakeup_new: ", wakeup },
	};
	const char *end = line + len;
	bool named = false;

	while (end > line && (end[-1] == '\r' || end[-1] == ' '))
		end--;
	*e = (struct sched_event){ .kind = SCHED_OTHER, .lost = 0, .time = UNKNOWN };
	lost(line, end, e);
	for (size_t i = 0; i < ARRAY_SIZE(kinds) && e->kind == SCHED_OTHER; i++) {
		const char *at = line, *to;
		size_t n = strlen(kinds[i].name);

		/* a task may be called so */
		for (; e->kind == SCHED_OTHER && (at = memmem(at, end - at, kinds[i].name, n));
		     at += n) {
			named |= at > line && (at[-1] == ' ' || at[-1] == ':');
			to = before_name(line, at);
			if (to && stamp(line, to, e))
				kinds[i].parse(at + n, end, e);
		}
	}
	if (e->kind == SCHED_OTHER)
		off_or_on(line, end - line, e);
	if (e->kind == SCHED_OTHER && named && !memmem(line, len, " success=0", 10))
		e->kind = SCHED_BROKEN;
}
