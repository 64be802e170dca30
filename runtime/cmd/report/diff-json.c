// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the comparison of two traces, as share/schemas/report-diff.schema.json says. */
#include "cmd/report/diff.h"

#include "callgraph/callgraph.h"
#include "print/json.h"
#include "print/writer.h"

static void json_time(struct json *in, const char *key, int64_t n)
{
	if (n == UNKNOWN)
		json_null_in(in, key);
	else
		json_number_in(in, key, n);
}

static void json_side(struct json *in, const char *key, const struct report *r,
		      const struct function *fn)
{
	struct json *o = fn ? json_object_in(in, key) : NULL;

	if (!fn) {
		json_null_in(in, key);
		return;
	}
	json_number_in(o, "calls", (long long)fn->calls);
	json_time(o, "avg_ns", diff_mean(fn));
	json_time(o, "p50_ns", diff_percentile(r, fn, 0.5));
	json_time(o, "p99_ns", diff_percentile(r, fn, 0.99));
}

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct diff *d = answer;
	struct json *top = json_new(), *a;
	int ret;

	(void)s;
	json_string_in(top, "schema", "stap-vhost.report-diff/1");
	json_string_in(top, "a", d->a->files[0]);
	json_string_in(top, "b", d->b->files[0]);
	a = json_array_in(top, "functions");
	for (size_t i = 0; i < d->n; i++) {
		const struct change *c = &d->v[i];
		struct json *o = json_object_in(a, NULL);

		json_string_in(o, "name", diff_name(c));
		json_time(o, "costs_ns", diff_comparable(c) ? diff_rounded(c->weight) : UNKNOWN);
		json_time(o, "avg_change_ns", diff_comparable(c) ? diff_rounded(c->average) : UNKNOWN);
		json_side(o, "a", d->a, c->a);
		json_side(o, "b", d->b, c->b);
	}
	ret = json_print(top, f);
	json_free(top);
	return ret;
}

WRITER(diff_writers) = { .name = "json", .place = 2, .print = write_json };
