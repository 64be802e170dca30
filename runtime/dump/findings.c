// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of invariants, applied to each device, worker, queue and entry. */
#include "dump/dump.h"

#include <errno.h>

const char *invariant_class_str(enum invariant_class c)
{
	static const char *const names[] = {
		[ALWAYS] = "always", [SET_UP] = "set-up", [LOCKED] = "locked",
		[AT_REST] = "at-rest",
		[NOTICE] = "notice",
	};

	return names[c];
}

static bool all_same(enum dump_kind kind, const void *a, const void *b)
{
	for (size_t i = 0; i < dump_fields[kind].n; i++)
		if (!field_same(&dump_fields[kind].v[i], a, b))
			return false;
	return true;
}

/* The same place in the dump before: false where there is none */
static bool place_before(const struct place *p, const struct dump *before, struct place *b)
{
	*b = (struct place){ .dump = before, .guest = dump_find_guest(before, p->guest->pid) };
	b->dev = dump_find_same_dev(b->guest, p->dev);
	if (p->worker)
		b->worker = dump_find_worker(b->dev, p->worker->worker);
	if (p->vq)
		b->vq = dump_find_vq(b->dev, p->vq->queue);
	for (size_t i = 0; b->vq && p->chain && i < b->vq->n_chains && !b->chain; i++)
		if (all_same(KIND_CHAIN, &b->vq->chains[i], p->chain))
			b->chain = &b->vq->chains[i];
	for (size_t i = 0; b->vq && p->used && i < b->vq->n_useds && !b->used; i++)
		if (all_same(KIND_USED, &b->vq->useds[i], p->used))
			b->used = &b->vq->useds[i];
	return b->dev && !b->worker == !p->worker && !b->vq == !p->vq && !b->chain == !p->chain &&
	       !b->used == !p->used;
}

/* All that a rule shows has the same value in both */
static bool shows_same(const struct invariant *rule, const struct place *p, const struct place *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(rule->shows) && rule->shows[i]; i++) {
		const struct field *f;
		struct value v = { 0 }, w = { 0 };
		const char *text = "", *other = "";

		if (!place_value(p, rule->shows[i], &f, &v, &text) ||
		    !place_value(b, rule->shows[i], &f, &w, &other) || strcmp(text, other) != 0 ||
		    v.state != w.state || v.n != w.n)
			return false;
	}
	return true;
}

static bool queue_stood_still(const struct dump_vq *q, const struct dump_vq *before)
{
	/* an index may have gone round: where there are counts, these haven't */
	return value_is(q->busy, 0) && all_same(KIND_VQ, q, before) &&
	       all_same(KIND_RING, &q->ring, &before->ring) &&
	       all_same(KIND_COUNT, &q->count, &before->count);
}

static bool value_same(struct value a, struct value b)
{
	return a.state == b.state && a.n == b.n;
}

/* As far as the worker moves it: what the guest adds meanwhile doesn't count */
static bool worker_stood_still(const struct place *p, const struct place *b)
{
	if (!all_same(KIND_WORKER, p->worker, b->worker))
		return false;
	for (size_t i = 0; i < p->dev->n_vqs; i++) {
		const struct dump_vq *q = &p->dev->vqs[i], *was = dump_find_vq(b->dev, q->queue);

		if (!value_is(q->worker, p->worker->worker.n))
			continue;
		if (!was || !value_same(q->last_avail_idx, was->last_avail_idx) ||
		    !value_same(q->avail_idx, was->avail_idx) ||
		    !value_same(q->last_used_idx, was->last_used_idx))
			return false;
	}
	return true;
}

static bool dev_stood_still(const struct dump_dev *d, const struct dump_dev *before)
{
	for (size_t i = 0; i < d->n_vqs; i++) {
		const struct dump_vq *was = dump_find_vq(before, d->vqs[i].queue);

		if (!was || !value_same(d->vqs[i].backend, was->backend))
			return false;
	}
	return all_same(KIND_DEV, d, before);
}

/* It was broken before too, and nothing that it is about was moving from then to now */
static bool so_twice(const struct place *p, const struct invariant *rule, const struct dump *before)
{
	struct place b;

	if (!place_before(p, before, &b) || !rule->broken(&b))
		return false;
	if (rule->class == SET_UP)
		return shows_same(rule, p, &b);
	if (p->vq)
		return queue_stood_still(p->vq, b.vq);
	return p->worker ? worker_stood_still(p, &b) : dev_stood_still(p->dev, b.dev);
}

/* The device's mutex was had: else these are not read */
static bool dev_was_held(const struct place *p)
{
	return value_known(p->dev->regions) || value_known(p->dev->iotlb_entries);
}

/* VQ and RING are of one moment, and who writes used entries holds the mutex */
static bool of_one_moment(const struct place *p)
{
	return p->vq && value_is(p->vq->busy, 0) && dump_dev_works_locked(p->dev);
}

static bool is_sure(const struct place *p, const struct invariant *rule, const struct dump *before)
{
	switch (rule->class) {
	case ALWAYS:
		return true;
	case SET_UP:
		return dev_was_held(p) || so_twice(p, rule, before);
	case LOCKED:
		return of_one_moment(p) || so_twice(p, rule, before);
	case AT_REST:
		return so_twice(p, rule, before);
	case NOTICE:
		break;
	}
	return false;
}

static int add(struct dump_findings *f, const struct place *p, const struct invariant *rule,
	       const struct dump *before)
{
	struct dump_finding *v = reallocarray(f->v, f->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	f->v = v;
	v[f->n++] = (struct dump_finding){
		.rule = rule, .place = *p,
		.sure = is_sure(p, rule, before),
	};
	return 0;
}

static int test(struct dump_findings *f, const struct place *p, enum invariant_scope scope,
		const struct dump *before)
{
	const struct invariant *rule;
	int ret = 0;

	for (size_t i = 0; (rule = invariants_at(i)) && !ret; i++)
		if (rule->scope == scope && rule->broken(p))
			ret = add(f, p, rule, before);
	return ret;
}

static int test_queue(struct dump_findings *f, struct place p, const struct dump *before)
{
	int ret;

	p.worker = dump_find_worker(p.dev, p.vq->worker);
	ret = test(f, &p, OF_QUEUE, before);
	for (size_t i = 0; i < p.vq->n_chains && !ret; i++) {
		p.chain = &p.vq->chains[i];
		ret = test(f, &p, OF_CHAIN, before);
	}
	p.chain = NULL;
	for (size_t i = 0; i < p.vq->n_useds && !ret; i++) {
		p.used = &p.vq->useds[i];
		ret = test(f, &p, OF_USED, before);
	}
	return ret;
}

static int test_dev(struct dump_findings *f, struct place p, const struct dump *before)
{
	int ret = test(f, &p, OF_DEV, before);

	for (size_t i = 0; i < p.dev->n_workers && !ret; i++) {
		p.worker = &p.dev->workers[i];
		ret = test(f, &p, OF_WORKER, before);
	}
	p.worker = NULL;
	for (size_t i = 0; i < p.dev->n_vqs && !ret; i++) {
		p.vq = &p.dev->vqs[i];
		ret = test_queue(f, p, before);
	}
	return ret;
}

int dump_findings_find(const struct dump *d, const struct dump *before, struct dump_findings *f)
{
	struct place p = { .dump = d };
	int ret = 0;

	dump_findings_free(f);
	for (size_t g = 0; g < d->n_guests; g++) {
		p.guest = &d->guests[g];
		for (size_t i = 0; i < p.guest->n_devs && !ret; i++) {
			p.dev = &p.guest->devs[i];
			ret = test_dev(f, p, before);
		}
	}
	return ret;
}

size_t dump_findings_broken(const struct dump_findings *f, bool sure)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].rule->class != NOTICE && f->v[i].sure == sure;
	return n;
}

size_t dump_findings_notices(const struct dump_findings *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].rule->class == NOTICE;
	return n;
}

void dump_findings_free(struct dump_findings *f)
{
	free(f->v);
	*f = (struct dump_findings){ 0 };
}

bool place_value(const struct place *p, const char *name, const struct field **f, struct value *v,
		 const char **text)
{
	const struct {
		const char *prefix;
		enum dump_kind kind;
		const void *record;
	} records[] = {
		{ "dev", KIND_DEV, p->dev },
		{ "worker", KIND_WORKER, p->worker },
		{ "vq", KIND_VQ, p->vq },
		{ "ring", KIND_RING, p->vq ? &p->vq->ring : NULL },
		{ "derived", KIND_DERIVED, p->vq ? &p->vq->derived : NULL },
		{ "chain", KIND_CHAIN, p->chain },
		{ "used", KIND_USED, p->used },
	};
	const char *dot = strchr(name, '.');

	for (size_t i = 0; dot && i < ARRAY_SIZE(records); i++) {
		if (strlen(records[i].prefix) != (size_t)(dot - name) ||
		    strncmp(records[i].prefix, name, dot - name) != 0 || !records[i].record)
			continue;
		*f = dump_field(records[i].kind, dot + 1, strlen(dot + 1));
		if (!*f)
			return false;
		if ((*f)->type == FIELD_TEXT)
			*text = field_text(*f, records[i].record);
		else
			*v = field_value(*f, records[i].record);
		return true;
	}
	return false;
}
