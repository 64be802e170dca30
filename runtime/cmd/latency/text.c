// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the latency that was seen, for a person. */
#include "cmd/latency/latency.h"

#include <errno.h>

#include "base/str.h"
#include "base/strv.h"
#include "latency/latency.h"
#include "print/units.h"
#include "print/writer.h"

#define BAR 30

static void histogram(const struct latency_times *t, FILE *f)
{
	uint64_t most = 0;
	size_t first = LATENCY_POWERS, end = 0;

	for (size_t i = 0; i < LATENCY_POWERS; i++) {
		most = t->powers[i] > most ? t->powers[i] : most;
		if (t->powers[i]) {
			first = first < i ? first : i;
			end = i + 1;
		}
	}
	for (size_t i = first; i < end; i++) {
		char from_text[UNITS_TEXT], before_text[UNITS_TEXT], n[UNITS_TEXT];
		uint64_t from, before;
		int bar = (int)((t->powers[i] * BAR + most - 1) / most);

		latency_power(i, &from, &before);

		const char *least = from ? units_time((int64_t)from * 1000, from_text) : "0";
		const char *below = before ? units_time((int64_t)before * 1000, before_text) : "";

		fprintf(f, "  %10s … %-10s %10s  %.*s\n", least, below,
			units_count(t->powers[i], n), bar, "##############################");
	}
}

static void percentiles(const struct latency *l, const struct latency_times *t, FILE *f)
{
	char text[UNITS_TEXT];

	fprintf(f, "  p50 %s", units_time(latency_percentile(l, t, latency_shares[0]), text));
	fprintf(f, ", p90 %s", units_time(latency_percentile(l, t, latency_shares[1]), text));
	fprintf(f, ", p99 %s", units_time(latency_percentile(l, t, latency_shares[2]), text));
	fprintf(f, ", p99.9 %s\n", units_time(latency_percentile(l, t, latency_shares[3]), text));
}

static void thread(const struct latency *l, const struct latency_thread *t, FILE *f)
{
	FREE char *name = str_escape(t->name, strlen(t->name));
	const struct latency_times *wakes = &t->times[LATENCY_WAKE];
	char text[3][UNITS_TEXT], n[UNITS_TEXT];

	fprintf(f, "\n%s-%d: ", name && *name ? name : "?", t->pid);
	if (wakes->n) {
		fprintf(f, "woken %s times, ran after %s to %s, %s on average\n",
			units_count(wakes->n, n), units_time(wakes->min, text[0]),
			units_time(wakes->max, text[1]),
			units_time(wakes->sum / (int64_t)wakes->n, text[2]));
		percentiles(l, wakes, f);
	} else {
		fputs("not woken\n", f);
	}
	if (t->waits)
		fprintf(f, "  preempted %s times, waited %s in all, %s at most\n",
			units_count(t->waits, n), units_time(t->wait_sum, text[0]),
			units_time(t->wait_max, text[1]));
	histogram(wakes, f);
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++) {
		const struct latency_times *times = &t->times[what];

		if (!times->n)
			continue;
		fprintf(f, "  %s %s times, for %s to %s, %s on average\n", latency_off[what].title,
			units_count(times->n, n), units_time(times->min, text[0]),
			units_time(times->max, text[1]),
			units_time(times->sum / (int64_t)times->n, text[2]));
		percentiles(l, times, f);
		histogram(times, f);
	}
}

static bool is_seen(const struct latency_thread *t)
{
	return t->times[LATENCY_WAKE].n || t->times[LATENCY_IRQS].n || t->times[LATENCY_PREEMPT].n;
}

static void worst(const struct latency *l, enum latency_kind what, FILE *f)
{
	const struct latency_worst *w = &l->worst[what];
	char text[UNITS_TEXT];

	if (w->time == UNKNOWN)
		return;
	if (what == LATENCY_WAKE)
		fprintf(f, "\nThe longest, %s: from waking to running\n", units_time(w->ns, text));
	else
		fprintf(f, "\nThe longest with %s, %s:\n", latency_off[what].title,
			units_time(w->ns, text));
	for (size_t i = 0; i < w->trace.n; i++) {
		FREE char *line = str_escape(w->trace.v[i], strlen(w->trace.v[i]));

		fprintf(f, "  %s\n", str_empty(line));
	}
}

/* Whether there is more to know than the waits */
static void tell_off(const struct latency_command *c, int what, const struct out_style *s, FILE *f)
{
	const struct latency_off *off = &latency_off[what];
	bool shown = c->seen.recorded[what];

	if (c->load && shown)
		out_say(f, s, "%s: its events are in the file. They show: %s.", off->tracer,
			off->shows);
	else if (c->load)
		out_say(f, s, "%s: its events are not in the file. Unknown: %s.", off->tracer,
			off->shows);
	else if (shown)
		out_say(f, s, "%s: this kernel has the tracer, and its events show %s.",
			off->tracer, off->shows);
	else
		out_say(f, s, "%s: this kernel %s the tracer %s. Unknown: %s.", off->tracer,
			strv_has(&c->tracers, off->tracer) ? "has" : "doesn't have", off->tracer,
			off->shows);
}

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct latency_command *c = answer;
	const struct latency *l = &c->seen;
	size_t asleep = 0;

	FREE char *from = c->load ? str_escape(c->load, strlen(c->load)) : NULL;

	fprintf(f, "Wake-ups of %zu thread%s in %.1f s, by the scheduler's events%s%s\n", l->n,
		str_plural(l->n), (double)c->took_ms / 1000, from ? " in " : "", str_empty(from));
	for (size_t i = 0; i < l->n; i++) {
		if (is_seen(&l->v[i]))
			thread(l, &l->v[i], f);
		else
			asleep++;
	}
	if (asleep)
		fprintf(f, "\n%zu thread%s not woken\n", asleep, asleep == 1 ? " was" : "s were");
	for (int what = LATENCY_WAKE; what < LATENCY_KINDS; what++)
		worst(l, what, f);
	fputc('\n', f);
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++)
		tell_off(c, what, s, f);
	return ferror(f) ? -EIO : 0;
}

WRITER(latency_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
