// SPDX-License-Identifier: GPL-2.0-or-later
/* A record that was read gets its place in the dump: below its guest, device or queue. */
#include "dump/reader.h"

#include <errno.h>

#include "base/str.h"

#define RECORDS_MAX 500000	/* in one dump: some hundred rings with all that they hold */
#define NAMES_MAX 100000

int reader_wrong(struct dump_reader *r, int ret, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	FREE char *text = str_vprintf(fmt, ap);

	va_end(ap);
	free(r->why);
	r->why = str_printf("line %llu: %s", r->line, text ? text : "out of memory");
	return ret;
}

/* Room for one more, all 0s. Doubles, so that a long list costs no more than it should */
static void *grow(void *list, size_t *n, size_t size)
{
	void **v = list;

	if (!(*n & (*n - 1))) {
		void *more = reallocarray(*v, *n ? 2 * *n : 1, size);

		if (!more)
			return NULL;
		*v = more;
	}
	return memset((char *)*v + size * (*n)++, 0, size);
}

#define APPEND(list, n, what)						\
	({								\
		__typeof__(list) new_ = grow(&(list), &(n), sizeof(*(list)));	\
		if (new_)						\
			*new_ = (what);					\
		new_ ? 0 : -ENOMEM;					\
	})

/* Parents: those that came last are asked first, since a record follows its parent */

static struct dump_guest *guest_of(struct dump *d, const struct whose *w)
{
	for (size_t i = d->n_guests; i--;)
		if (value_is(d->guests[i].pid, w->pid.n))
			return &d->guests[i];
	return NULL;
}

static struct dump_dev *dev_of(struct dump *d, const struct whose *w)
{
	struct dump_guest *g = guest_of(d, w);

	for (size_t i = g ? g->n_devs : 0; i--;)
		if (value_is(g->devs[i].dev, w->dev.n))
			return &g->devs[i];
	return NULL;
}

static struct dump_vq *vq_of(struct dump *d, const struct whose *w)
{
	struct dump_dev *dev = dev_of(d, w);

	for (size_t i = dev ? dev->n_vqs : 0; i--;)
		if (!strcmp(dev->vqs[i].queue, w->queue))
			return &dev->vqs[i];
	return NULL;
}

static int orphan(struct dump_reader *r, const char *what)
{
	return reader_wrong(r, -EBADMSG, "its %s was not named before", what);
}

static int twice(struct dump_reader *r)
{
	return reader_wrong(r, -EBADMSG, "named twice");
}

static const char *name_of(const struct dump_reader *r, struct value pid)
{
	for (size_t i = r->n_names; i--;)
		if (value_is(r->names[i].pid, pid.n))
			return r->names[i].name;
	return "";
}

static int put_guest(struct dump_reader *r, union record *rec, const struct whose *w)
{
	(void)w;
	if (dump_find_guest(&r->now, rec->guest.pid))
		return twice(r);
	snprintf(rec->guest.name, sizeof(rec->guest.name), "%s", name_of(r, rec->guest.pid));
	return APPEND(r->now.guests, r->now.n_guests, rec->guest);
}

static int put_dev(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return orphan(r, "process");
	if (dump_find_dev(g, rec->dev.dev))
		return twice(r);
	return APPEND(g->devs, g->n_devs, rec->dev);
}

static int put_worker(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (dump_find_worker(d, rec->worker.worker))
		return twice(r);
	return APPEND(d->workers, d->n_workers, rec->worker);
}

static int put_vq(struct dump_reader *r, union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (dump_find_vq(d, rec->vq.queue))
		return twice(r);
	return APPEND(d->vqs, d->n_vqs, rec->vq);
}

static int put_task(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	for (size_t i = d ? d->n_workers : 0; i--;) {
		if (!value_is(d->workers[i].worker, rec->task.worker.n))
			continue;
		d->workers[i].task = rec->task;
		return 0;
	}
	return orphan(r, "worker");
}

static int put_threads(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return orphan(r, "process");
	g->threads = rec->threads;
	return 0;
}

/* Not the script's: what it was made for may have ended before the dump */
static int put_cgroup(struct dump_reader *r, const union record *rec, const struct whose *w)
{
	struct dump_guest *g = guest_of(&r->now, w);

	if (!g)
		return 0;
	return APPEND(g->cgroups, g->n_cgroups, rec->cgroup);
}

/* What belongs to a device's tap */
static int put_tap(struct dump_reader *r, enum dump_kind kind, const union record *rec,
		   const struct whose *w)
{
	struct dump_dev *d = dev_of(&r->now, w);

	if (!d)
		return orphan(r, "device");
	if (kind == KIND_DROP)
		return APPEND(d->drops, d->n_drops, rec->drop);
	d->tap = rec->tap;
	dump_tap_directions(&d->tap);
	return 0;
}

/* What belongs to a queue */
static int put_in_queue(struct dump_reader *r, enum dump_kind kind, const union record *rec,
			const struct whose *w)
{
	struct dump_vq *q = vq_of(&r->now, w);

	if (!q)
		return orphan(r, "queue");
	switch (kind) {
	case KIND_AVAIL:
		return APPEND(q->avails, q->n_avails, rec->avail);
	case KIND_USED:
		return APPEND(q->useds, q->n_useds, rec->used);
	case KIND_CHAIN:
		return APPEND(q->chains, q->n_chains, rec->chain);
	case KIND_DESC:
		return APPEND(q->descs, q->n_descs, rec->desc);
	case KIND_HDR:
		return APPEND(q->hdrs, q->n_hdrs, rec->hdr);
	case KIND_DATA:
		return APPEND(q->datas, q->n_datas, rec->data);
	case KIND_SEND:
		return APPEND(q->sends, q->n_sends, rec->send);
	case KIND_NET:
		q->net = rec->net;
		return 0;
	case KIND_COUNT:
		q->count = rec->count;
		return 0;
	default:
		q->ring = rec->ring;
		return 0;
	}
}

static void derive_all(struct dump *d)
{
	for (size_t g = 0; g < d->n_guests; g++)
		for (size_t i = 0; i < d->guests[g].n_devs; i++)
			for (size_t q = 0; q < d->guests[g].devs[i].n_vqs; q++)
				dump_derive(&d->guests[g].devs[i], &d->guests[g].devs[i].vqs[q]);
}

int reader_end(struct dump_reader *r, bool whole)
{
	if (!r->open)
		return 0;
	r->now.whole = whole;
	derive_all(&r->now);
	dump_free(&r->done);
	r->done = r->now;
	r->now = (struct dump){ 0 };
	r->open = false;
	r->records = 0;
	return 1;
}

static int begin(struct dump_reader *r, const struct dump *head)
{
	int ended = reader_end(r, false);

	if (!value_is(head->format, DUMP_FORMAT))
		return reader_wrong(r, -EBADMSG,
				    "records of format %llu, but this program knows format %d",
				    head->format.n, DUMP_FORMAT);
	r->now = *head;
	r->now.host = r->host;
	r->open = true;
	return ended;
}

static int finish(struct dump_reader *r, const struct dump *tail)
{
	r->now.queues = tail->queues;
	r->now.unreadable = tail->unreadable;
	r->now.lost = tail->lost;
	r->now.us = tail->us;
	return reader_end(r, true);
}

static int put_name(struct dump_reader *r, const struct dump_name *name)
{
	if (r->n_names >= NAMES_MAX)
		return reader_wrong(r, -E2BIG, "more than %d names", NAMES_MAX);
	return APPEND(r->names, r->n_names, *name);
}

int reader_put(struct dump_reader *r, enum dump_kind kind, union record *rec,
	       const struct whose *w)
{
	if (kind == KIND_NAME)
		return put_name(r, &rec->name);
	if (kind == KIND_HOST) {
		r->host = rec->host;
		return 0;
	}
	if (kind == KIND_DUMP)
		return begin(r, &rec->dump);
	/* a process that ended between two dumps */
	if (kind == KIND_GONE && !r->open)
		return 0;
	if (!r->open)
		return reader_wrong(r, -EBADMSG, "no DUMP record before it");
	if (++r->records > RECORDS_MAX)
		return reader_wrong(r, -E2BIG, "more than %d records in one dump", RECORDS_MAX);
	switch (kind) {
	case KIND_GUEST:
		return put_guest(r, rec, w);
	case KIND_DEV:
		return put_dev(r, rec, w);
	case KIND_WORKER:
		return put_worker(r, rec, w);
	case KIND_VQ:
		return put_vq(r, rec, w);
	case KIND_GONE:
		return APPEND(r->now.gone, r->now.n_gone, rec->gone);
	case KIND_TASK:
		return put_task(r, rec, w);
	case KIND_THREADS:
		return put_threads(r, rec, w);
	case KIND_CGROUP:
		return put_cgroup(r, rec, w);
	case KIND_TAP:
	case KIND_DROP:
		return put_tap(r, kind, rec, w);
	case KIND_MISSED:
		r->now.missed = rec->dump.missed;
		return 0;
	case KIND_END:
		return finish(r, &rec->dump);
	default:
		return put_in_queue(r, kind, rec, w);
	}
}
