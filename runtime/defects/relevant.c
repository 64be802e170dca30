// SPDX-License-Identifier: GPL-2.0-or-later
/* Which of the known defects each device may meet, and which look like what was found. */
#include "defects/relevant.h"

#include <ctype.h>
#include <errno.h>

#include "base/strv.h"
#include "defects/defects.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define HANG RELEVANT_EFFECT(EFFECT_HANG)
#define STALL RELEVANT_EFFECT(EFFECT_STALL)
#define LOSS RELEVANT_EFFECT(EFFECT_LOSS)
#define DATA RELEVANT_EFFECT(EFFECT_DATA)
#define NONE { { 0 } }			/* no features */
#define IOMMU { { 1ULL << 33 } }	/* ACCESS_PLATFORM */

/* Verdicts that aren't here are about the guest, its CPUs or the interface: no defect makes them */
const struct relevant_likeness relevant_likenesses[] = {
	{ "RX-BIG", HANG | STALL, NONE, 0 },
	{ "WORKER-BUSY", HANG, NONE, 0 },
	{ "KICK-LOST", STALL, NONE, 0 },
	{ "CALL-LOST", STALL, NONE, 0 },
	{ "TX-NO-RECLAIM", STALL, NONE, 0 },
	{ "TX-HOL", STALL | LOSS, NONE, 0 },
	{ "RING-CORRUPT", STALL | DATA, NONE, 0 },
	{ "ZCOPY-STUCK", STALL, NONE, SETUP_ZEROCOPY },
	{ "IOTLB-MISS", HANG | STALL | DATA, IOMMU, 0 },
};

const size_t n_relevant_likenesses = ARRAY_SIZE(relevant_likenesses);

/* The set-up */

static void put(struct defect_setup *s, unsigned int bits, bool has)
{
	s->has_known |= bits;
	s->has |= has ? bits : 0;
}

/* The parameter allows it, the interface has to be able to */
static void put_zerocopy(struct defect_setup *s, const struct evidence *e,
			 const struct evidence_dev *d)
{
	if (value_known(d->zerocopy))
		put(s, SETUP_ZEROCOPY, d->zerocopy.n);
	else if (value_is(e->host.zerocopy, 0))
		put(s, SETUP_ZEROCOPY, false);
}

static void put_busy_poll(struct defect_setup *s, const struct evidence_dev *d)
{
	size_t known = 0;

	for (size_t i = 0; i < d->n_queues; i++) {
		struct value us = d->queues[i].metrics.busyloop_us;

		known += us.state != VALUE_UNKNOWN;
		if (value_known(us) && us.n)
			put(s, SETUP_BUSY_POLL, true);
	}
	if (known && known == d->n_queues)
		put(s, SETUP_BUSY_POLL, false);
}

/* Zero-copy packets go one by one */
static void put_batch(struct defect_setup *s, const struct evidence_dev *d)
{
	struct value sndbuf = { 0 };

	for (size_t i = 0; i < d->n_queues; i++)
		if (value_known(d->queues[i].metrics.sndbuf))
			sndbuf = d->queues[i].metrics.sndbuf;
	if (s->has & SETUP_ZEROCOPY || (value_known(sndbuf) && sndbuf.n < SNDBUF_UNLIMITED))
		put(s, SETUP_BATCH, false);
	else if (value_known(sndbuf) && s->has_known & SETUP_ZEROCOPY)
		put(s, SETUP_BATCH, true);
}

void relevant_setup(const struct evidence *e, const struct evidence_dev *d, struct defect_setup *s)
{
	*s = (struct defect_setup){ 0 };
	s->features = features_of(d->features, d->features_high);
	if (value_known(d->features))
		s->features_known.word[0] = ~0ULL;
	if (value_known(d->features_high))
		s->features_known.word[1] = ~0ULL;
	put_zerocopy(s, e, d);
	put_busy_poll(s, d);
	put_batch(s, d);
	/* an XDP program and NAPI are in no record */
	if (!strcmp(d->driver, "tun") || !strcmp(d->driver, "tap")) {
		put(s, SETUP_TUN, d->driver[1] == 'u');
		put(s, SETUP_MACVTAP, d->driver[1] == 'a');
	}
}

/* The matches */

static void *more(void *list, size_t *n, size_t size)
{
	void **v = list, *grown = reallocarray(*v, *n + 1, size);

	if (!grown)
		return NULL;
	*v = grown;
	return memset((char *)grown + size * (*n)++, 0, size);
}

static struct relevant_row *row_of(struct relevant *t, const struct defect_match *m)
{
	struct relevant_row *row;

	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].match.entry == m->entry)
			return &t->v[i];
	row = more(&t->v, &t->n, sizeof(*row));
	if (row)
		row->match = *m;
	return row;
}

static bool is_surer(const struct defect_match *a, const struct defect_match *b)
{
	if (a->certainty != b->certainty)
		return a->certainty > b->certainty;
	return (a->why & WHY_SETUP) < (b->why & WHY_SETUP);
}

static bool looks_like(const struct defect *e, const char *verdict)
{
	for (size_t i = 0; i < n_relevant_likenesses; i++) {
		const struct relevant_likeness *l = &relevant_likenesses[i];

		if (!strcmp(l->verdict, verdict))
			return l->effects & RELEVANT_EFFECT(e->effect) &&
			       !features_any(features_but(l->features, e->features)) &&
			       (e->setup & l->setup) == l->setup;
	}
	return false;
}

static int add_match(struct relevant *t, const struct defect_match *m, const struct defect_setup *s,
		     const struct relevant_place *at, const struct verdicts *v)
{
	struct relevant_row *row = row_of(t, m);
	struct relevant_place *place = row ? more(&row->at, &row->n_at, sizeof(*place)) : NULL;

	if (!place)
		return -ENOMEM;
	*place = *at;
	if (row->n_at == 1 || is_surer(m, &row->match)) {
		row->match = *m;
		row->setup = *s;
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct verdict_row *r = &v->v[i];

		if (r->at.dev == at->dev && verdict_is_problem(r) &&
		    looks_like(m->entry, r->rule->name) && !strv_has(&row->fits, r->rule->name))
			strv_add(&row->fits, r->rule->name);
	}
	return row->fits.broken ? -ENOMEM : 0;
}

/* A record's text as it was before it became one */
static char *unescape(const char *text)
{
	char *out = strdup(text), *o = out;

	for (const char *c = text; out && *c; o++) {
		char hex[3] = "";

		if (c[0] == '\\' && c[1] == 'x' && isxdigit((unsigned char)c[2]) &&
		    isxdigit((unsigned char)c[3])) {
			memcpy(hex, c + 2, 2);
			*o = (char)strtoul(hex, NULL, 16);
			c += 4;
		} else {
			*o = *c++;
		}
	}
	if (out)
		*o = '\0';
	return out;
}

static int add_dev(const struct defect_table *t, const struct relevant_place *at,
		   const struct evidence *e, const struct verdicts *v, const char *version,
		   struct relevant *out)
{
	CLEANUP(defect_matches_free) struct defect_matches m = { 0 };
	struct defect_setup s;
	int ret;

	relevant_setup(e, at->dev, &s);
	defect_setup_host(&s, e->host.arch, version);
	ret = defect_match(t, e->release, version, &s, &m);
	for (size_t i = 0; i < m.n && !ret; i++)
		ret = add_match(out, &m.v[i], &s, at, v);
	return ret;
}

int relevant_find(const struct defect_table *t, const struct evidence *e, const struct verdicts *v,
		 struct relevant *out)
{
	FREE char *version = unescape(e->host.version);
	int ret = version ? 0 : -ENOMEM;

	*out = (struct relevant){ 0 };
	if (!ret && !defect_kernel_read(e->release, version, &out->kernel))
		ret = -EINVAL;
	for (size_t g = 0; g < e->n_guests && !ret; g++)
		for (size_t i = 0; i < e->guests[g].n_devs && !ret; i++) {
			struct relevant_place at = { &e->guests[g], &e->guests[g].devs[i] };

			if (!at.dev->n_queues)	/* not vhost-net's */
				continue;
			out->n_devs++;
			ret = add_dev(t, &at, e, v, version, out);
		}
	if (!ret && out->n)
		qsort(out->v, out->n, sizeof(*out->v), defect_by_weight);
	return ret;
}

void relevant_free(struct relevant *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].at);
		strv_free(&t->v[i].fits);
	}
	free(t->v);
	*t = (struct relevant){ 0 };
}
