// SPDX-License-Identifier: GPL-2.0-or-later
/* What latency was seen, for a person and for a program: runtime/graph/latency.schema.json says what is in it. */
#include "verb-latency.h"
#include "verb-report.h"
#include "out/json.h"

#include <errno.h>

#define BAR 30

static const double shares[] = { 0.5, 0.9, 0.99, 0.999 };

/* What only a tracer of the kernel's can tell */
static const struct {
	const char *tracer, *tells;
} absent[] = {
	{ "irqsoff", "how long the kernel keeps interrupts off, by which a wake-up is late before it is one" },
	{ "preemptoff", "how long the kernel itself keeps a thread from being put in another's place" },
};

static void histogram(const struct latency_thread *t, FILE *f)
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
		char from_text[REPORT_SHOWN], before_text[REPORT_SHOWN], n[REPORT_SHOWN];
		uint64_t from, before;
		int bar = (int)((t->powers[i] * BAR + most - 1) / most);

		latency_power(i, &from, &before);
		fprintf(f, "  %10s … %-10s %10s  %.*s\n", from ? report_time((int64_t)from * 1000, from_text) : "0",
			before ? report_time((int64_t)before * 1000, before_text) : "", report_count(t->powers[i], n), bar,
			"##############################");
	}
}

static void thread(const struct latency *l, const struct latency_thread *t, FILE *f)
{
	FREE char *name = str_escape(t->name, strlen(t->name));
	char text[4][REPORT_SHOWN], n[REPORT_SHOWN];

	fprintf(f, "\n%s-%d: woken %s times, after %s to %s, %s on average\n", name && *name ? name : "?", t->pid,
		report_count(t->n, n), report_time(t->min, text[0]), report_time(t->max, text[1]),
		report_time(t->sum / (int64_t)t->n, text[2]));
	fprintf(f, "  p50 %s", report_time(latency_percentile(l, t, shares[0]), text[0]));
	fprintf(f, ", p90 %s", report_time(latency_percentile(l, t, shares[1]), text[0]));
	fprintf(f, ", p99 %s", report_time(latency_percentile(l, t, shares[2]), text[0]));
	fprintf(f, ", p99.9 %s\n", report_time(latency_percentile(l, t, shares[3]), text[0]));
	if (t->waits)
		fprintf(f, "  %s times it was sent away and waited %s in all, %s at most\n", report_count(t->waits, n),
			report_time(t->wait_sum, text[0]), report_time(t->wait_max, text[1]));
	histogram(t, f);
}

static void worst(const struct latency *l, FILE *f)
{
	char text[REPORT_SHOWN];

	if (l->worst_time == UNKNOWN)
		return;
	fprintf(f, "\nThe longest, %s: from waking to running\n", report_time(l->worst_ns, text));
	for (size_t i = 0; i < l->trace.n; i++) {
		FREE char *line = str_escape(l->trace.v[i], strlen(l->trace.v[i]));

		fprintf(f, "  %s\n", line ? line : "");
	}
}

int latency_text(const struct latency_command *c, const struct out_style *s, FILE *f)
{
	const struct latency *l = &c->seen;
	size_t asleep = 0;

	fprintf(f, "Wake-ups of %zu threads in %.1f s, by the scheduler's events\n", l->n, (double)c->took_ms / 1000);
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].n)
			thread(l, &l->v[i], f);
		else
			asleep++;
	}
	if (asleep)
		fprintf(f, "\n%zu thread%s not woken\n", asleep, asleep == 1 ? " was" : "s were");
	worst(l, f);
	fputc('\n', f);
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		out_say(f, s, "%s: this kernel %s the tracer %s. Not told: %s.", absent[i].tracer,
			strv_has(&c->tracers, absent[i].tracer) ? "has" : "doesn't have", absent[i].tracer, absent[i].tells);
	return ferror(f) ? -EIO : 0;
}

static void put(struct json *in, const char *key, int64_t n)
{
	if (n == UNKNOWN)
		json_null_in(in, key);
	else
		json_number_in(in, key, n);
}

static void put_thread(struct json *in, const struct latency *l, const struct latency_thread *t)
{
	static const char *const keys[] = { "p50_ns", "p90_ns", "p99_ns", "p999_ns" };
	struct json *o = json_object_in(in, NULL), *a;

	json_number_in(o, "tid", t->pid);
	json_string_in(o, "name", *t->name ? t->name : NULL);
	json_number_in(o, "wakeups", (long long)t->n);
	put(o, "min_ns", t->n ? t->min : UNKNOWN);
	put(o, "avg_ns", t->n ? t->sum / (int64_t)t->n : UNKNOWN);
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		put(o, keys[i], latency_percentile(l, t, shares[i]));
	put(o, "max_ns", t->n ? t->max : UNKNOWN);
	json_number_in(o, "waits", (long long)t->waits);
	json_number_in(o, "waits_ns", t->wait_sum);
	put(o, "waits_max_ns", t->waits ? t->wait_max : UNKNOWN);
	a = json_array_in(o, "histogram");
	for (size_t i = 0; i < LATENCY_POWERS; i++) {
		uint64_t from, before;

		if (!t->powers[i])
			continue;
		latency_power(i, &from, &before);
		o = json_object_in(a, NULL);
		json_number_in(o, "from_us", (long long)from);
		put(o, "before_us", before ? (int64_t)before : UNKNOWN);
		json_number_in(o, "wakeups", (long long)t->powers[i]);
	}
}

int latency_json(const struct latency_command *c, FILE *f)
{
	const struct latency *l = &c->seen;
	struct json *top = json_new(), *o;

	json_string_in(top, "schema", "stap-vhost.latency/1");
	json_number_in(top, "milliseconds", c->took_ms);
	put(top, "lost_events", c->lost);
	o = json_object_in(top, "tracers");
	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		json_bool_in(o, absent[i].tracer, strv_has(&c->tracers, absent[i].tracer));
	o = json_array_in(top, "threads");
	for (size_t i = 0; i < l->n; i++)
		put_thread(o, l, &l->v[i]);
	if (l->worst_time == UNKNOWN) {
		json_null_in(top, "worst");
	} else {
		o = json_object_in(top, "worst");
		json_number_in(o, "tid", l->v[l->worst].pid);
		json_number_in(o, "ns", l->worst_ns);
		json_strings_in(o, "trace", &l->trace);
	}
	int ret = json_print(top, f);

	json_free(top);
	return ret;
}
