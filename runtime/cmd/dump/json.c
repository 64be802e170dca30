// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump as one JSON object, stap-vhost.dump/1: share/schemas/dump.schema.json says
 * what is in it. Addresses and bit sets are strings "0x…", because a JSON number of
 * more than 53 bits is not the same everywhere.
 */
#include "cmd/dump/dump.h"

#include "base/strv.h"
#include "dump/dump.h"
#include "print/json.h"
#include "print/writer.h"

static void put_value(struct json *in, const char *key, const struct field *f, struct value v)
{
	char shown[FIELD_SHOWN];

	if (v.state == VALUE_UNKNOWN)
		json_null_in(in, key);
	else if (v.state == VALUE_NONE)
		json_string_in(in, key, "none");
	else if (f->type == FIELD_BOOL)
		json_bool_in(in, key, v.n);
	else if (f->type == FIELD_HEX || (f->type != FIELD_SIGNED && v.n >> 63))
		json_string_in(in, key, field_show(f, v, shown));
	else
		json_number_in(in, key, (long long)v.n);
}

static void put_text(struct json *in, const char *key, const char *text)
{
	json_string_in(in, key, *text ? text : NULL);
}

/* Keys that have another name in the JSON of all verbs */
static const struct {
	enum dump_kind kind;
	const char *key, *name;
} names[] = {
	{ KIND_DUMP, "release", "kernel" },
	{ KIND_DEV, "if", "interface" },
	{ KIND_END, "queues", "queue_count" },
	{ KIND_END, "us", "duration_us" },
};

static const char *name_of(enum dump_kind kind, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].kind == kind && !strcmp(names[i].key, key))
			return names[i].name;
	return key;
}

/* All of a record's fields */
static void put_fields(struct json *in, enum dump_kind kind, const void *record)
{
	for (size_t i = 0; i < dump_fields[kind].n; i++) {
		const struct field *f = &dump_fields[kind].v[i];

		if (f->inner)
			continue;
		if (f->type == FIELD_TEXT)
			put_text(in, name_of(kind, f->key), field_text(f, record));
		else
			put_value(in, name_of(kind, f->key), f, field_value(f, record));
	}
}

static void put_list(struct json *in, const char *key, enum dump_kind kind, const void *list,
		     size_t n, size_t size)
{
	struct json *a = json_array_in(in, key);

	for (size_t i = 0; i < n; i++)
		put_fields(json_object_in(a, NULL), kind, (const char *)list + i * size);
}

#define PUT_LIST(in, key, kind, list, n) put_list(in, key, kind, list, n, sizeof(*(list)))

static void put_queue(struct json *in, const struct dump_vq *q)
{
	put_fields(in, KIND_VQ, q);
	put_fields(json_object_in(in, "ring"), KIND_RING, &q->ring);
	put_fields(json_object_in(in, "derived"), KIND_DERIVED, &q->derived);
	PUT_LIST(in, "avail_entries", KIND_AVAIL, q->avails, q->n_avails);
	PUT_LIST(in, "used_entries", KIND_USED, q->useds, q->n_useds);
	PUT_LIST(in, "chains", KIND_CHAIN, q->chains, q->n_chains);
	PUT_LIST(in, "descriptors", KIND_DESC, q->descs, q->n_descs);
	PUT_LIST(in, "headers", KIND_HDR, q->hdrs, q->n_hdrs);
	PUT_LIST(in, "payload", KIND_DATA, q->datas, q->n_datas);
}

static void put_names(struct json *in, const char *key, struct value set, const struct strv *names)
{
	if (value_known(set))
		json_strings_in(in, key, names);
	else
		json_null_in(in, key);
}

static void put_dev(struct json *in, const struct dump_dev *d)
{
	STRV_CLEAN struct strv features = { 0 };
	STRV_CLEAN struct strv backend = { 0 };
	struct json *a;

	dump_feature_names(features_of(d->features, d->features_high), !strcmp(d->kind, "net"),
			   &features);
	dump_backend_feature_names(d->backend_features, &backend);
	put_fields(in, KIND_DEV, d);
	put_names(in, "feature_names", d->features, &features);
	put_names(in, "backend_feature_names", d->backend_features, &backend);
	PUT_LIST(in, "workers", KIND_WORKER, d->workers, d->n_workers);
	a = json_array_in(in, "queues");
	for (size_t i = 0; i < d->n_vqs; i++)
		put_queue(json_object_in(a, NULL), &d->vqs[i]);
}

static void put_guest(struct json *in, const struct dump_guest *g)
{
	struct json *a;

	put_fields(in, KIND_GUEST, g);
	put_text(in, "name", g->name);
	a = json_array_in(in, "devices");
	for (size_t i = 0; i < g->n_devs; i++)
		put_dev(json_object_in(a, NULL), &g->devs[i]);
}

static void put_shown(struct json *in, const struct dump_finding *r)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->rule->shows) && r->rule->shows[i]; i++) {
		const struct field *f;
		struct value v = { 0 };
		const char *text = NULL;

		if (!place_value(&r->place, r->rule->shows[i], &f, &v, &text))
			continue;
		if (text)
			put_text(in, r->rule->shows[i], text);
		else
			put_value(in, r->rule->shows[i], f, v);
	}
}

static void put_finding(struct json *in, const struct dump_finding *r)
{
	const struct place *p = &r->place;

	json_string_in(in, "name", r->rule->name);
	json_string_in(in, "class", invariant_class_str(r->rule->class));
	json_bool_in(in, "sure", r->sure);
	json_number_in(in, "pid", (long long)p->guest->pid.n);
	json_number_in(in, "dev", (long long)p->dev->dev.n);
	json_string_in(in, "queue", p->vq ? p->vq->queue : NULL);
	if (p->worker)
		json_number_in(in, "worker", (long long)p->worker->worker.n);
	else
		json_null_in(in, "worker");
	put_shown(json_object_in(in, "values"), r);
	json_string_in(in, "meaning", r->rule->meaning);
	json_string_in(in, "hint", r->rule->hint);
}

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct dump_show *show = answer;
	const struct dump_findings *r = &show->findings;
	const struct dump *d = &show->now;
	struct json *top = json_new(), *a;
	int ret;

	(void)s;
	json_string_in(top, "schema", "stap-vhost.dump/1");
	put_fields(top, KIND_DUMP, d);
	json_bool_in(top, "whole", d->whole);
	put_fields(top, KIND_END, d);
	a = json_array_in(top, "guests");
	for (size_t i = 0; i < d->n_guests; i++)
		put_guest(json_object_in(a, NULL), &d->guests[i]);
	PUT_LIST(top, "gone", KIND_GONE, d->gone, d->n_gone);
	a = json_array_in(top, "findings");
	for (size_t i = 0; i < r->n; i++)
		put_finding(json_object_in(a, NULL), &r->v[i]);
	ret = json_print(top, f);
	json_free(top);
	return ret;
}

WRITER(dump_writers) = { .name = "json", .place = 2, .print = write_json };
