// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The columns of words. A task's name is whatever it gave itself: it may hold blanks, dashes
 * and bars ("CPU 0/K-4242"); what tells a task's column is the "-PID" before its end.
 */
#include "callgraph/columns.h"
#include "callgraph/tasks.h"

static bool digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static const char *blanks(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at;
}

#define COMM_MAX 15		/* bytes of a task's name */
#define COLUMN_MAX 7		/* what print_graph_proc() leaves of it */

bool columns_task(const char **at, const char *end, struct line *line)
{
	const char *bar = *at, *to;

	if (line->task)
		return false;
	while ((bar = bar < end ? memchr(bar, '|', end - bar) : NULL)) {
		to = line_trim(*at, bar);
		if (columns_is_task(*at, to, COLUMN_MAX)) {
			line->task = *at;
			line->task_len = to - *at;
			*at = bar + 1;
			return true;
		}
		bar++;
	}
	return false;
}

/* " bN.1. | ": irqs, need-resched, context, preemption and (since 5.16) migration */
bool columns_flags(const char **at, const char *end)
{
	static const char flags[] = ".0123456789abcdefABDFGHLNSXZghlnpsz#";
	const char *p = *at, *bar;

	while (p < end && *p && memchr(flags, *p, sizeof(flags) - 1))
		p++;
	bar = blanks(p, end);
	if (p - *at < 4 || p - *at > 6 || bar >= end || *bar != '|' || bar == p)
		return false;
	*at = bar + 1;
	return true;
}

bool columns_switch(const char *at, const char *end, struct line *line)
{
	const char *arrow, *to, *next;

	if (*at == '-') {
		const char *p = at;

		while (p < end && *p == '-')
			p++;
		return p == line_trim(at, end) && p - at >= 10;
	}
	arrow = memmem(at, end - at, "=>", 2);
	if (!arrow)
		return false;
	to = line_trim(at, arrow);
	next = blanks(arrow + 2, end);
	end = line_trim(next, end);
	if (!columns_is_task(at, to, COLUMN_MAX) || !columns_is_task(next, end, COLUMN_MAX))
		return false;
	line->task = at;
	line->task_len = to - at;
	line->next = next;
	line->next_len = end - next;
	return true;
}

static int64_t number(const char **at, const char *end)
{
	const char *from = *at;
	int64_t n = 0;

	for (; *at < end && digit(**at); (*at)++)
		n = n < INT64_MAX / 100 ? n * 10 + (**at - '0') : n;
	return *at == from ? -1 : n;
}

/* "CPU:2 [LOST 1234 EVENTS]", trace-cmd's "CPU:2 [1234 EVENTS DROPPED]" */
static bool lost(const char *at, const char *end, struct line *line)
{
	int64_t cpu;

	if (end - at > 6 && memcmp(at, "CPU:", 4) != 0 && memmem(at, end - at, " CPU:", 5))
		at = columns_source(at, end, line);
	while (at < end && *at == ' ')
		at++;
	if (end - at < 6 || memcmp(at, "CPU:", 4))
		return false;
	at += 4;
	end = line_trim(at, end);
	cpu = number(&at, end);
	at = blanks(at, end);
	if (cpu < 0 || cpu >= GRAPH_CPUS || at >= end || *at != '[' || end[-1] != ']' ||
	    !memmem(at, end - at, "EVENTS", 6))
		return false;
	while (at < end && !digit(*at))
		at++;
	line->cpu = (int32_t)cpu;
	line->lost = number(&at, end);
	if (line->lost < 0)
		line->lost = UNKNOWN;
	line->kind = LINE_LOST;
	return true;
}

/* " [000]", and of the task that stands before it */
static const char *prefix_cpu(const char *at, const char *end, struct line *line)
{
	for (const char *p = at; (p = p < end ? memchr(p, '[', end - p) : NULL); p++) {
		const char *to = line_trim(at, p), *q = p + 1;
		const char *paren = to > at && to[-1] == ')' ? memrchr(at, '(', to - at) : NULL;
		int64_t cpu = number(&q, end);

		if (cpu < 0 || cpu >= GRAPH_CPUS || q >= end || *q != ']')
			continue;
		/* "(1234)", the thread group's */
		if (paren)
			to = line_trim(at, paren);
		if (!columns_is_task(at, to, COMM_MAX))
			continue;
		line->task = at;
		line->task_len = to - at;
		line->cpu = (int32_t)cpu;
		return q + 1;
	}
	return NULL;
}

/* "46.613158: ", where "bN.1. " may stand before it; behind it, or NULL */
static const char *prefix_time(const char *at, const char *end, struct line *line)
{
	const char *p;
	int64_t whole, part = 0;

	for (int words = 0; words < 2; words++) {
		at = blanks(at, end);
		p = at;
		whole = number(&p, end);
		if (whole >= 0 && p < end && *p == '.') {
			int digits = 0;

			for (p++; p < end && digit(*p); p++, digits++)
				part = digits < 9 ? part * 10 + (*p - '0') : part;
			for (; digits < 9; digits++)
				part *= 10;
			if (p >= end || *p != ':' || whole > INT64_MAX / 1000000000 / 4)
				return NULL;
			line->time = whole * 1000000000 + part;
			return p + 1;
		}
		while (at < end && *at != ' ')
			at++;
	}
	return NULL;
}

/* "vfs_read <-ksys_read" of the tracer function, and what trace-cmd and Android make of events */
static void other_event(const char *at, const char *end, struct line *line)
{
	static const struct {
		const char *begins;
		enum unusable reason;
	} events[] = { { "function:", UNUSABLE_FUNCTION_TRACER },
		       { "graph_ent:", UNUSABLE_ANDROID },
		       { "graph_ret:", UNUSABLE_ANDROID } };
	const char *word = at;

	line->kind = LINE_COMMENT;
	for (size_t i = 0; i < ARRAY_SIZE(events); i++) {
		size_t len = strlen(events[i].begins);

		if ((size_t)(end - at) > len && !memcmp(at, events[i].begins, len)) {
			line->kind = LINE_UNUSABLE;
			line->unusable = events[i].reason;
		}
	}
	while (word < end && *word != ' ' && *word != ':')
		word++;
	if (memmem(word, end - word, " <-", 3) == word && word > at) {
		line->kind = LINE_UNUSABLE;
		line->unusable = UNUSABLE_FUNCTION_TRACER;
	}
}

/*
 * What trace-cmd begins its lines with, and the kernel those that aren't a graph's, "vhost-1-187
 * [000] bN.1. 46.613158: ": any event but a graph's is a comment. *@at is NULL where that is all
 * there is to say.
 */
bool columns_prefix(const char **at, const char *end, struct line *line)
{
	const int32_t cpu_before = line->cpu;
	const char *p;

	if (lost(*at, end, line)) {
		*at = NULL;
		return true;
	}
	/* a stack's " => function", and what funcgraph-overrun puts behind a return */
	if (end - *at > 3 &&
	    (!memcmp(*at, "=> ", 3) || (end - *at > 11 && !memcmp(*at, "(Overruns: ", 11)))) {
		line->kind = LINE_COMMENT;
		*at = NULL;
		return true;
	}
	if (columns_event(at, end, line))
		return true;
	p = prefix_cpu(*at, end, line);
	if (p)
		p = prefix_time(p, end, line);
	if (!p) {
		line->task = NULL;
		line->cpu = cpu_before;
		return false;
	}
	p = blanks(p, end);
	/*
	 * the kernel's own prefix before a graph's columns, when another tracer is the current one
	 */
	if (p < end && (digit(*p) || *p == '|')) {
		const char *cpu = p;

		*at = number(&cpu, end) == line->cpu && cpu < end && *cpu == ')' ? cpu + 1 : p;
		return true;
	}
	other_event(p, end, line);
	*at = NULL;
	return true;
}
