// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the latency that was seen, as share/schemas/latency.schema.json says. */
#include "cmd/latency/latency.h"

#include "base/str.h"
#include "base/strv.h"
#include "latency/latency.h"
#include "print/json.h"
#include "print/writer.h"

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
		put(o, keys[i], latency_percentile(l, t, latency_shares[i]));
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
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++) {
		const char *key = latency_off[what].key;

		if (l->recorded[what])
			put_times(json_object_in(o, key), l, &t->times[what], "times");
		else
			json_null_in(o, key);
	}
}

static void put_worst(struct json *in, const struct latency *l, enum latency_kind what)
{
	const struct latency_worst *w = &l->worst[what];
	const char *kind = latency_off[what].key;
	FREE char *key = str_printf("worst%s%s", kind ? "_" : "", str_empty(kind));
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

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct latency_command *c = answer;
	const struct latency *l = &c->seen;
	struct json *top = json_new(), *o;

	(void)s;
	json_string_in(top, "schema", "stap-vhost.latency/1");
	json_string_in(top, "file", c->load);
	json_number_in(top, "milliseconds", c->took_ms);
	put(top, "lost_events", c->lost);
	o = json_object_in(top, "tracers");
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++) {
		const char *tracer = latency_off[what].tracer;

		json_bool_in(o, tracer, strv_has(&c->tracers, tracer));
	}
	o = json_array_in(top, "threads");
	for (size_t i = 0; i < l->n; i++)
		put_thread(o, l, &l->v[i]);
	for (int what = LATENCY_WAKE; what < LATENCY_KINDS; what++)
		put_worst(top, l, what);

	int ret = json_print(top, f);

	json_free(top);
	return ret;
}

WRITER(latency_writers) = { .name = "json", .place = 2, .print = write_json };
