// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A diagnosis as one JSON object, stap-vhost.diagnose/1: share/schemas/diagnose.schema.json
 * says what is in it.
 */
#include "cmd/diagnose/diagnose.h"

#include "base/strv.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "print/json.h"
#include "print/writer.h"

static void put_value(struct json *in, const char *key, struct value v)
{
	if (v.state == VALUE_KNOWN)
		json_number_in(in, key, (long long)(v.n >> 63 ? ~0ULL >> 1 : v.n));
	else if (v.state == VALUE_NONE)
		json_string_in(in, key, "none");
	else
		json_null_in(in, key);
}

static void put_metric(struct json *in, const struct metric *f, const struct queue_metrics *m)
{
	struct value v;

	if (f->unit == UNIT_WORD) {
		json_string_in(in, f->key, metric_known(f, m) ? metric_word(f, m) : NULL);
		return;
	}
	v = metric_value(f, m);
	if (f->unit == UNIT_YES && value_known(v))
		json_bool_in(in, f->key, v.n);
	else
		put_value(in, f->key, v);
}

static void put_named(struct json *in, const char *const *keys, size_t n, const struct subject *at)
{
	for (size_t i = 0; i < n && keys[i]; i++) {
		const struct metric *f = metric_find(keys[i], strlen(keys[i]));

		if (f)
			put_metric(in, f, &at->queue->metrics);
	}
}

static void put_text(struct json *in, const char *key, const char *text)
{
	json_string_in(in, key, *text ? text : NULL);
}

static void put_template(struct json *in, const char *key, const char *text,
			 const struct subject *at, bool command)
{
	FREE char *filled = template_fill(text, at, command);

	json_string_in(in, key, filled);
}

static void put_place(struct json *in, const struct subject *at)
{
	put_value(in, "pid", at->guest->pid);
	put_value(in, "dev", at->dev->dev);
	put_text(in, "interface", at->dev->iface);
	json_string_in(in, "queue", at->queue->name);
}

static void put_finding(struct json *in, const struct verdict_row *v)
{
	json_string_in(in, "name", v->rule->name);
	json_bool_in(in, "problem", verdict_is_problem(v));
	json_string_in(in, "confidence", confidence_str(v->confidence));
	json_string_in(in, "because", v->because ? v->because->name : NULL);
	put_place(in, &v->at);
	put_template(in, "meaning", v->rule->template, &v->at, false);
	put_named(json_object_in(in, "metrics"), v->rule->shows, ARRAY_SIZE(v->rule->shows),
		  &v->at);
	put_template(in, "hint", v->rule->hint, &v->at, true);
}

static void put_queue(struct json *in, const struct health_row *row)
{
	const struct evidence_queue *q = row->at.queue;
	struct json *all;

	json_string_in(in, "queue", q->name);
	json_bool_in(in, "to_guest", q->metrics.rx);
	json_string_in(in, "health", health_str(row->health));
	put_value(in, "worker_tid", q->worker_tid);
	/* what is the interface's is there */
	all = json_object_in(in, "metrics");
	for (size_t i = 0; i < n_metrics; i++) {
		if (metric_is_own(&metrics[i], &q->metrics))
			put_metric(all, &metrics[i], &q->metrics);
		else
			json_null_in(all, metrics[i].key);
	}
}

/* The rows of verdicts.queues are in the evidence's order */
static void put_dev(struct json *in, const struct evidence_dev *d, const struct health_row **row)
{
	struct json *a;

	put_value(in, "dev", d->dev);
	put_text(in, "kind", d->kind);
	put_text(in, "interface", d->iface);
	put_value(in, "pair", d->pair);
	json_bool_in(in, "gone", d->gone);
	a = json_array_in(in, "queues");
	for (size_t i = 0; i < d->n_queues; i++)
		put_queue(json_object_in(a, NULL), (*row)++);
}

/*
 * Once for all its queues. Those of a direction have the same; metrics of a direction that it
 * does not have are null
 */
static void put_iface(struct json *in, const struct evidence_guest *g, const struct evidence_dev *d)
{
	static const struct queue_metrics none;
	const struct queue_metrics *of[] = {
		[METRIC_TO_GUEST] = &none, [METRIC_FROM_GUEST] = &none
	};
	struct json *all;

	put_text(in, "interface", d->iface);
	put_text(in, "driver", d->driver);
	json_bool_in(in, "gone", d->gone);
	for (size_t i = 0; i < g->n_devs; i++)
		for (size_t q = 0; evidence_same_iface(d, &g->devs[i]) && q < g->devs[i].n_queues;
		     q++) {
			const struct queue_metrics *f = &g->devs[i].queues[q].metrics;

			if (f->shared.first)
				of[f->rx ? METRIC_TO_GUEST : METRIC_FROM_GUEST] = f;
		}
	all = json_object_in(in, "metrics");
	for (size_t i = 0; i < n_metrics; i++)
		if (metrics[i].of != METRIC_QUEUE)
			put_metric(all, &metrics[i], of[metrics[i].of]);
}

static void put_ifaces(struct json *a, const struct evidence_guest *g)
{
	for (size_t i = 0; i < g->n_devs; i++) {
		size_t first = 0;

		while (!evidence_same_iface(&g->devs[first], &g->devs[i]))
			first++;
		if (first == i && g->devs[i].n_queues)
			put_iface(json_object_in(a, NULL), g, &g->devs[i]);
	}
}

static void put_guest(struct json *in, const struct evidence_guest *g,
		      const struct health_row **row)
{
	struct json *a;

	put_value(in, "pid", g->pid);
	put_text(in, "name", g->name);
	put_text(in, "comm", g->comm);
	json_bool_in(in, "gone", g->gone);
	put_ifaces(json_array_in(in, "interfaces"), g);
	a = json_array_in(in, "devices");
	for (size_t i = 0; i < g->n_devs; i++)
		put_dev(json_object_in(a, NULL), &g->devs[i], row);
}

static void put_inconsistency(struct json *in, const struct inconsistency_row *d)
{
	json_string_in(in, "name", d->rule->name);
	put_place(in, &d->at);
	put_template(in, "meaning", d->rule->template, &d->at, false);
	put_named(json_object_in(in, "metrics"), d->rule->shows, ARRAY_SIZE(d->rule->shows),
		  &d->at);
}

static void put_not_excluded(struct json *in, const struct not_excluded_row *b)
{
	struct json *a;

	json_string_in(in, "name", b->rule->name);
	put_place(in, &b->at);
	a = json_array_in(in, "missing");
	for (size_t i = 0; i < ARRAY_SIZE(b->missing) && b->missing[i]; i++)
		json_string_in(a, NULL, b->missing[i]);
}

static void put_words(struct json *in, const char *key, const struct strv *words)
{
	struct json *a = json_array_in(in, key);

	for (size_t i = 0; i < words->n; i++)
		json_string_in(a, NULL, words->v[i]);
}

static void put_defect(struct json *in, const struct relevant_row *row,
		       const struct defect_kernel *k)
{
	const struct defect *e = row->match.entry;
	FREE char *why = defect_why_text(row->match.why, k);
	STRV_CLEAN struct strv needs = { 0 };
	STRV_CLEAN struct strv fixed = { 0 };
	struct json *a;

	defect_needs(e, &needs);
	defect_fixed(e, &fixed);
	json_string_in(in, "id", e->id);
	json_string_in(in, "title", e->title);
	json_string_in(in, "commit", e->commit);
	json_bool_in(in, "certain", row->match.certainty == DEFECT_AFFECTED);
	put_text(in, "why", why ? why : "");
	json_string_in(in, "severity", defect_severity_name(e->severity));
	json_string_in(in, "effect", defect_effect_name(e->effect));
	json_string_in(in, "symptom", e->symptom);
	put_words(in, "needs", &needs);
	put_words(in, "fixed", &fixed);
	put_words(in, "may_cause", &row->fits);
	a = json_array_in(in, "devices");
	for (size_t i = 0; i < row->n_at; i++) {
		struct json *o = json_object_in(a, NULL);

		put_value(o, "pid", row->at[i].guest->pid);
		put_value(o, "dev", row->at[i].dev->dev);
		put_text(o, "interface", row->at[i].dev->iface);
	}
}

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct diagnosis *d = answer;
	const struct evidence *e = d->evidence;
	const struct verdicts *v = &d->verdicts;
	const struct health_row *row = v->queues;
	struct json *top = json_new(), *a;
	int ret;

	(void)s;
	json_string_in(top, "schema", "stap-vhost.diagnose/1");
	put_text(top, "kernel", e->release);
	if (d->options.window_ns == DIAGNOSE_WHOLE)
		json_null_in(top, "window_ms");
	else
		json_number_in(top, "window_ms", d->options.window_ns / 1000000);
	put_value(top, "begun_us", e->begun_us);
	put_value(top, "watched_ms", e->watched_ms);
	json_number_in(top, "samples", (long long)e->dumps);
	put_value(top, "missed", e->missed);
	json_bool_in(top, "whole", !e->cut);
	json_number_in(top, "problems", (long long)verdicts_problems(v));
	a = json_array_in(top, "guests");
	for (size_t i = 0; i < e->n_guests; i++)
		put_guest(json_object_in(a, NULL), &e->guests[i], &row);
	a = json_array_in(top, "findings");
	for (size_t i = 0; i < v->n; i++)
		put_finding(json_object_in(a, NULL), &v->v[i]);
	a = json_array_in(top, "inconsistencies");
	for (size_t i = 0; i < v->n_inconsistencies; i++)
		put_inconsistency(json_object_in(a, NULL), &v->inconsistencies[i]);
	a = json_array_in(top, "not_excluded");
	for (size_t i = 0; i < v->n_not_excluded; i++)
		put_not_excluded(json_object_in(a, NULL), &v->not_excluded[i]);
	json_string_in(top, "list_date", d->defect_table.date);
	if (d->defects_known) {
		a = json_array_in(top, "defects");
		for (size_t i = 0; i < d->defects.n; i++)
			put_defect(json_object_in(a, NULL), &d->defects.v[i], &d->defects.kernel);
	} else {
		json_null_in(top, "defects");
	}
	ret = json_print(top, f);
	json_free(top);
	return ret;
}

WRITER(diagnosis_writers) = { .name = "json", .place = 2, .print = write_json };
