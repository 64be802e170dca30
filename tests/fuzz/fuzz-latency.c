// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of the scheduler's events and of what is switched off, of three threads, and then of all
 * that a file has, in pieces: what is counted adds up, and the worst is one of them
 */
#include "latency/latency.h"

#include "base/strv.h"
#include "callgraph/reading.h"
#include "fuzz.h"

static void check(const struct latency *l)
{
	for (int what = LATENCY_WAKE; what < LATENCY_KINDS; what++) {
		const struct latency_worst *w = &l->worst[what];

		for (size_t i = 0; i < l->n; i++) {
			const struct latency_times *t = &l->v[i].times[what];
			uint64_t counted = 0;

			for (size_t k = 0; k < LATENCY_POWERS; k++)
				counted += t->powers[k];
			MUST(counted == t->n);
			MUST(!t->n || (t->min <= t->max && t->min >= 0));
			MUST(!t->n || latency_percentile(l, t, 0.5) >= t->min);
			MUST(!t->n || w->ns >= t->max);
		}
		MUST(w->time == UNKNOWN || (w->thread < l->n && l->v[w->thread].times[what].max == w->ns));
		MUST(w->trace.n <= LATENCY_LINES + 2);
	}
}

static int take_line(void *ctx, const char *text, const char *end, bool odd)
{
	(void)odd;
	return latency_line(ctx, text, end - text);
}

static int take_long(void *ctx, const char *text, size_t len)
{
	return latency_line(ctx, text, len);
}

/* As of a file: who is seen is watched */
static void read_file(const uint8_t *data, size_t size)
{
	static struct latency l;
	static struct lines t;
	STRV_CLEAN struct strv all = { 0 };
	size_t piece = 1 + size % 50;

	strv_add(&all, "*");
	latency_init(&l);
	l.wanted = &all;
	t = (struct lines){ .line = take_line, .long_line = take_long, .ctx = &l };
	for (size_t at = 0; at < size; at += piece)
		MUST(!lines_add(&t, (const char *)data + at,
		size - at < piece ? size - at : piece));
	MUST(!lines_end(&t));
	check(&l);
	MUST(l.n <= LATENCY_THREADS && l.wakings + l.wakeups + l.switches <= l.events && l.events + l.other + l.broken <= l.all);
	for (size_t i = 0; i < l.n; i++)
		MUST(!latency_watch(&l, l.v[i].pid) && l.v[i].pid);
	latency_free(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct latency l;
	const uint8_t *at = data, *end = data + size;

	latency_init(&l);
	l.recorded[LATENCY_IRQS] = l.recorded[LATENCY_PREEMPT] = true;
	for (int pid = 1; pid <= 3; pid++)
		MUST(!latency_watch(&l, pid));
	while (at < end) {
		const uint8_t *newline = memchr(at, '\n', end - at);
		size_t len = (newline ? newline : end) - at;
		/* exactly as long as it is, for the sanitizer */
		FREE char *line = malloc(len ? len : 1);

		MUST(line);
		memcpy(line, at, len);
		MUST(!latency_line(&l, line, len));
		at += len + (newline != NULL);
	}
	check(&l);
	latency_free(&l);
	read_file(data, size);
	return 0;
}
