// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What latency was seen, for a person and for a program: share/schemas/latency.schema.json says
 * what is in it.
 */
#include "cmd/latency/latency.h"

#include <errno.h>

#include "base/str.h"
#include "base/strv.h"
#include "callgraph/callgraph.h"
#include "latency/latency.h"
#include "print/json.h"
#include "print/table.h"
#include "print/units.h"

#define BAR 30

static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };

/* What only kernels with a certain tracer can tell */
static const struct {
	const char *tracer, *tells, *title, *key;
} off[LATENCY_KINDS] = {
	[LATENCY_IRQS] = {
		"irqsoff",
		"how long the kernel keeps interrupts off, by which a wake-up is late before it is one",
		"interrupts off", "irqs_off",
	}, [LATENCY_PREEMPT] = {
		"preemptoff",
		"how long the kernel itself keeps a thread from being put in another's place",
		"preemption off", "preempt_off",
	},
};

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
		fprintf(f, "  %10s … %-10s %10s  %.*s\n",
			from ? units_time((int64_t)from * 1000, from_text) : "0",
			before ? units_time((int64_t)before * 1000, before_text) : "",
			units_count(t->powers[i], n), bar, "##############################");
	}
}

static void percentiles(const struct latency *l, const struct latency_times *t, FILE *f)
{
	char text[UNITS_TEXT];

	fprintf(f, "  p50 %s", units_time(latency_percentile(l, t, shares[0]), text));
	fprintf(f, ", p90 %s", units_time(latency_percentile(l, t, shares[1]), text));
	fprintf(f, ", p99 %s", units_time(latency_percentile(l, t, shares[2]), text));
	fprintf(f, ", p99.9 %s\n", units_time(latency_percentile(l, t, shares[3]), text));
}

static void thread(const struct latency *l, const struct latency_thread *t, FILE *f)
{
	FREE char *name = str_escape(t->name, strlen(t->name));
	const struct latency_times *wakes = &t->times[LATENCY_WAKE];
	char text[3][UNITS_TEXT], n[UNITS_TEXT];

	fprintf(f, "\n%s-%d: ", name && *name ? name : "?", t->pid);
	if (wakes->n) {
		fprintf(f, "woken %s times, after %s to %s, %s on average\n",
			units_count(wakes->n, n), units_time(wakes->min, text[0]),
			units_time(wakes->max, text[1]),
			units_time(wakes->sum / (int64_t)wakes->n, text[2]));
		percentiles(l, wakes, f);
	} else {
		fputs("not woken\n", f);
	}
	if (t->waits)
		fprintf(f, "  %s times it was sent away and waited %s in all, %s at most\n",
			units_count(t->waits, n), units_time(t->wait_sum, text[0]),
			units_time(t->wait_max, text[1]));
	histogram(wakes, f);
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++) {
		const struct latency_times *times = &t->times[what];

		if (!times->n)
			continue;
		fprintf(f, "  %s %s times, for %s to %s, %s on average\n", off[what].title,
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
		fprintf(f, "\nThe longest with %s, %s:\n", off[what].title,
			units_time(w->ns, text));
	for (size_t i = 0; i < w->trace.n; i++) {
		FREE char *line = str_escape(w->trace.v[i], strlen(w->trace.v[i]));

		fprintf(f, "  %s\n", line ? line : "");
	}
}

int latency_text(const struct latency_command *c, const struct out_style *s, FILE *f)
{
	const struct latency *l = &c->seen;
	size_t asleep = 0;

	FREE char *from = c->load ? str_escape(c->load, strlen(c->load)) : NULL;

	fprintf(f, "Wake-ups of %zu thread%s in %.1f s, by the scheduler's events%s%s\n", l->n,
		l->n == 1 ? "" : "s", (double)c->took_ms / 1000, from ? " in " : "",
		from ? from : "");
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
		if (c->load)
			out_say(f, s, "%s: its events %s. %s: %s.", off[what].tracer,
				l->tells[what] ? "are there" : "aren't there",
				l->tells[what] ? "They tell" : "Not told", off[what].tells);
		else if (l->tells[what])
			out_say(f, s, "%s: this kernel has it, and its events tell: %s.",
				off[what].tracer, off[what].tells);
		else
			out_say(f, s, "%s: this kernel %s the tracer %s. Not told: %s.",
				off[what].tracer,
				strv_has(&c->tracers, off[what].tracer) ? "has" : "doesn't have",
				off[what].tracer, off[what].tells);
	return ferror(f) ? -EIO : 0;
}

static void put(struct json *in, const char *key, int64_t n)
{
	if (n == UNKNOWN)
		json_null_in(in, key);
	else
		json_number_in(in, key, n);
}

/* @count is what their number is called */
static void put_times(struct json *o, const struct latency *l, const struct latency_times *t,
		      const char *count)
{
	static const char *const keys[] = { "p50_ns", "p90_ns", "p99_ns", "p999_ns" };
	struct json *a;

	json_number_in(o, count, (long long)t->n);
	put(o, "min_ns", t->n ? t->min : UNKNOWN);
	put(o, "avg_ns", t->n ? t->sum / (int64_t)t->n : UNKNOWN);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		put(o, keys[i], latency_percentile(l, t, shares[i]));
	put(o, "max_ns", t->n ? t->max : UNKNOWN);
	a = json_array_in(o, "histogram");
	for (size_t i = 0; i < LATENCY_POWERS; i++) {
		uint64_t from, before;

		if (!t->powers[i])
			continue;
		latency_power(i, &from, &before);

		struct json *one = json_object_in(a, NULL);

		json_number_in(one, "from_us", (long long)from);
		put(one, "before_us", before ? (int64_t)before : UNKNOWN);
		json_number_in(one, count, (long long)t->powers[i]);
	}
}

static void put_thread(struct json *in, const struct latency *l, const struct latency_thread *t)
{
	struct json *o = json_object_in(in, NULL);

	json_number_in(o, "tid", t->pid);
	json_string_in(o, "name", *t->name ? t->name : NULL);
	put_times(o, l, &t->times[LATENCY_WAKE], "wakeups");
	json_number_in(o, "waits", (long long)t->waits);
	json_number_in(o, "waits_ns", t->wait_sum);
	put(o, "waits_max_ns", t->waits ? t->wait_max : UNKNOWN);
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++)
		if (l->tells[what])
			put_times(json_object_in(o, off[what].key), l, &t->times[what], "times");
		else
			json_null_in(o, off[what].key);
}

static void put_worst(struct json *in, const struct latency *l, enum latency_kind what)
{
	const struct latency_worst *w = &l->worst[what];
	FREE char *key = str_printf("worst%s%s", off[what].key ? "_" : "",
				    off[what].key ? off[what].key : "");
	struct json *o;

	if (!key || w->time == UNKNOWN) {
		json_null_in(in, key ? key : "worst");
		return;
	}
	o = json_object_in(in, key);
	json_number_in(o, "tid", l->v[w->thread].pid);
	json_number_in(o, "ns", w->ns);
	json_strings_in(o, "trace", &w->trace);
}

int latency_json(const struct latency_command *c, FILE *f)
{
	const struct latency *l = &c->seen;
	struct json *top = json_new(), *o;

	json_string_in(top, "schema", "stap-vhost.latency/1");
	json_string_in(top, "file", c->load);
	json_number_in(top, "milliseconds", c->took_ms);
	put(top, "lost_events", c->lost);
	o = json_object_in(top, "tracers");
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++)
		json_bool_in(o, off[what].tracer, strv_has(&c->tracers, off[what].tracer));
	o = json_array_in(top, "threads");
	for (size_t i = 0; i < l->n; i++)
		put_thread(o, l, &l->v[i]);
	for (int what = LATENCY_WAKE; what < LATENCY_KINDS; what++)
		put_worst(top, l, what);

	int ret = json_print(top, f);

	json_free(top);
	return ret;
}
