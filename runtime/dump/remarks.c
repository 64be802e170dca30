// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of invariants, applied to each device, worker, queue and entry. */
#include "dump.h"

#include <errno.h>

const char *invariant_class_str(enum invariant_class c)
{
	static const char *const names[] = {
		[ALWAYS] = "always", [LOCKED] = "locked", [AT_REST] = "at-rest", [NOTICE] = "notice",
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

/* Nothing of the queue was moving, from the dump before to this one */
static bool stood_still(const struct place *p, const struct dump *before)
{
	const struct dump_dev *dev = dump_find_dev(dump_find_guest(before, p->guest->pid), p->dev->dev);
	const struct dump_vq *vq = p->vq ? dump_find_vq(dev, p->vq->queue) : NULL;
	const struct dump_worker *w = p->worker ? dump_find_worker(dev, p->worker->worker) : NULL;

	if (p->vq && (!vq || value_is(vq->busy, 1) || !all_same(KIND_VQ, vq, p->vq) ||
		      !all_same(KIND_RING, &vq->ring, &p->vq->ring)))
		return false;
	return !p->worker || (w && all_same(KIND_WORKER, w, p->worker)) || p->vq;
}

/* VQ and RING are of one moment, and who writes used entries holds the mutex */
static bool of_one_moment(const struct place *p)
{
	return p->vq && value_is(p->vq->busy, 0) &&
	       (!strcmp(p->dev->kind, "net") || !strcmp(p->dev->kind, "vsock"));
}

static bool is_sure(const struct place *p, const struct invariant *rule, const struct dump *before)
{
	switch (rule->class) {
	case ALWAYS:
		return true;
	case LOCKED:
		return of_one_moment(p) || stood_still(p, before);
	case AT_REST:
		return stood_still(p, before);
	case NOTICE:
		break;
	}
	return false;
}

static int add(struct remarks *f, const struct place *p, const struct invariant *rule,
	       const struct dump *before)
{
	struct remark *v = reallocarray(f->v, f->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	f->v = v;
	v[f->n++] = (struct remark){
		.rule = rule, .place = *p,
		.sure = is_sure(p, rule, before),
	};
	return 0;
}

static int test(struct remarks *f, const struct place *p, enum invariant_scope scope,
		const struct dump *before)
{
	int ret = 0;

	for (size_t i = 0; i < invariants_n && !ret; i++)
		if (invariants[i].scope == scope && invariants[i].broken(p))
			ret = add(f, p, &invariants[i], before);
	return ret;
}

static int test_queue(struct remarks *f, struct place p, const struct dump *before)
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

static int test_dev(struct remarks *f, struct place p, const struct dump *before)
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

int remarks_find(const struct dump *d, const struct dump *before, struct remarks *f)
{
	struct place p = { .dump = d };
	int ret = 0;

	remarks_free(f);
	for (size_t g = 0; g < d->n_guests; g++) {
		p.guest = &d->guests[g];
		for (size_t i = 0; i < p.guest->n_devs && !ret; i++) {
			p.dev = &p.guest->devs[i];
			ret = test_dev(f, p, before);
		}
	}
	return ret;
}

size_t remarks_broken(const struct remarks *f, bool sure)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].rule->class != NOTICE && f->v[i].sure == sure;
	return n;
}

size_t remarks_notices(const struct remarks *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->v[i].rule->class == NOTICE;
	return n;
}

void remarks_free(struct remarks *f)
{
	free(f->v);
	*f = (struct remarks){ 0 };
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
