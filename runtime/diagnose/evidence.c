// SPDX-License-Identifier: GPL-2.0-or-later
/* Dumps in, a tree of guests, devices and queues with their metrics out. */
#include "diagnose/history.h"

#include <errno.h>

#include "base/version.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"

/* The tree */

static void *more(void *list, size_t *n, size_t size)
{
	void **v = list, *grown = reallocarray(*v, *n + 1, size);

	if (!grown)
		return NULL;
	*v = grown;
	return memset((char *)grown + size * (*n)++, 0, size);
}

static struct evidence_guest *guest_of(struct evidence *e, const struct dump_guest *d)
{
	struct evidence_guest *g;

	for (size_t i = 0; i < e->n_guests; i++)
		if (e->guests[i].pid.n == d->pid.n)
			return &e->guests[i];
	g = more(&e->guests, &e->n_guests, sizeof(*g));
	if (g)
		g->pid = d->pid;
	return g;
}

#define GONE_MAX 64	/* devices of a guest that went, and are still shown */

static void free_dev(struct evidence_dev *d)
{
	for (size_t q = 0; q < d->n_queues; q++)
		free(d->queues[q].history);
	free(d->queues);
}

/* The oldest that went makes room */
static void drop_oldest(struct evidence_guest *g)
{
	size_t gone = 0, oldest = g->n_devs;

	for (size_t i = g->n_devs; i--;)
		if (g->devs[i].gone) {
			oldest = i;
			gone++;
		}
	if (gone < GONE_MAX)
		return;
	free_dev(&g->devs[oldest]);
	g->n_devs--;
	memmove(&g->devs[oldest], &g->devs[oldest + 1], (g->n_devs - oldest) * sizeof(*g->devs));
}

/*
 * The device by its identity, since its number changes with its neighbours. What went and came
 * again, or has another interface, is another one, whose history begins anew. Of several that
 * look the same each is met once a dump, and the same number is preferred
 */
static struct evidence_dev *dev_of(struct evidence_guest *g, const struct dump_dev *d,
				   unsigned long long dump)
{
	struct dump_identity id = dump_identity_of(d);
	struct evidence_dev *found = NULL;

	for (size_t i = 0; i < g->n_devs; i++) {
		struct evidence_dev *dev = &g->devs[i];

		if (dev->gone || dev->seen == dump || !dump_identity_same(&dev->id, &id))
			continue;
		if (!found || value_is(d->dev, dev->dev.n))
			found = dev;
	}
	if (found)
		return found;
	drop_oldest(g);
	return more(&g->devs, &g->n_devs, sizeof(*found));
}

/* What is known of it stays known: a device without a backend has no interface for a while */
static void keep_identity(struct evidence_dev *dev, const struct dump_dev *d,
			  unsigned long long dump)
{
	struct dump_identity id = dump_identity_of(d);

	dev->dev = d->dev;
	dev->seen = dump;
	dev->id.id = value_known(id.id) ? id.id : dev->id.id;
	dev->id.fd = value_known(id.fd) ? id.fd : dev->id.fd;
	dev->id.owner = value_known(id.owner) ? id.owner : dev->id.owner;
	dev->id.tid = value_known(id.tid) ? id.tid : dev->id.tid;
	if (*id.iface)
		snprintf(dev->id.iface, sizeof(dev->id.iface), "%s", id.iface);
}

static bool is_in(const struct evidence_dev *dev, const struct dump_guest *guest)
{
	for (size_t i = 0; guest && i < guest->n_devs; i++) {
		struct dump_identity id = dump_identity_of(&guest->devs[i]);

		if (dump_identity_same(&dev->id, &id))
			return true;
	}
	return false;
}

/*
 * Those that a whole dump has not: before its devices are met, so that none takes another's place;
 * NULL: it has none
 */
static void find_gone(struct evidence_guest *g, const struct dump_guest *guest)
{
	for (size_t i = 0; i < g->n_devs; i++)
		if (!g->devs[i].gone && !is_in(&g->devs[i], guest))
			g->devs[i].gone = g->changed = true;
}

/* Of those that look the same there are fewer */
static void find_unmet(struct evidence_guest *g, unsigned long long dump)
{
	for (size_t i = 0; i < g->n_devs; i++)
		if (!g->devs[i].gone && g->devs[i].seen != dump)
			g->devs[i].gone = g->changed = true;
}

static bool same_queue(const struct evidence_queue *queue, const struct dump_vq *q)
{
	if (value_known(queue->index) && value_known(q->index))
		return queue->index.n == q->index.n;
	return !strcmp(queue->name, q->queue);
}

static struct evidence_queue *queue_of(struct evidence_dev *d, const struct dump_vq *q)
{
	struct evidence_queue *queue;
	struct history *t;

	/* while it has no backend a queue's number isn't known, and "RX0" is "RX?" */
	for (size_t i = 0; i < d->n_queues; i++) {
		queue = &d->queues[i];
		if (!same_queue(queue, q))
			continue;
		if (strchr(queue->name, '?'))
			snprintf(queue->name, sizeof(queue->name), "%s", q->queue);
		return queue;
	}
	t = history_new();
	queue = t ? more(&d->queues, &d->n_queues, sizeof(*queue)) : NULL;
	if (!queue) {
		free(t);
		return NULL;
	}
	queue->index = q->index;
	queue->history = t;
	queue->metrics.rx = !strncmp(q->queue, "RX", 2);
	snprintf(queue->name, sizeof(queue->name), "%s", q->queue);
	return queue;
}

/*
 * Since e1fad12dcb66 ("sched/fair: Switch to task based throttle model", 6.18) a thread is stopped
 * on its way to user space, where vhost's worker never goes. What the worker runs is paid out of
 * the quota all the same
 */
static struct value quota_stops_worker(const char *release)
{
	static const struct version since = { 6, 18, 0 };
	struct version is;

	return version_parse(release, &is) ? value_of(version_cmp(&is, &since) < 0) :
					     (struct value){ 0 };
}

static int add_queue(struct evidence_dev *to, struct sample *s, const struct dump *d,
		     bool later)
{
	struct evidence_queue *q = queue_of(to, s->now);

	if (!q)
		return -ENOMEM;
	s->worker = dump_find_worker(s->dev, s->now->worker);
	if (s->worker)
		q->worker_tid = s->worker->tid;
	s->rx = q->metrics.rx;
	s->event_idx = dump_vq_feature(s->dev, s->now, BIT_EVENT_IDX);
	q->event_idx = s->event_idx > 0;
	s->time_us = value_known(d->time_us) ? d->time_us.n : 0;
	history_sample(q->history, s, later);
	history_metrics(q->history, s, &q->metrics);
	q->metrics.missed = s->missed;
	q->metrics.quota_stops_worker = quota_stops_worker(d->release);
	return 0;
}

/* A queue without a backend, or whose lock was taken, says nothing */
static void add_zerocopy(struct evidence_dev *to, const struct dump_vq *q)
{
	struct value ubufs = q->net.ubufs;

	if (value_known(ubufs) && ubufs.n)
		to->zerocopy = value_of(1);
	else if (ubufs.state == VALUE_NONE && value_is(q->backend, 1) && value_is(q->busy, 0) &&
		 !value_known(to->zerocopy))
		to->zerocopy = value_of(0);
}

/* Events since the evidence began */
static struct value missed_in(const struct evidence *e, const struct dump *d)
{
	if (!value_known(d->missed) || !value_known(e->missed_before) ||
	    d->missed.n < e->missed_before.n)
		return d->missed;
	return value_of(d->missed.n - e->missed_before.n);
}

static int add_dev(struct evidence *e, struct evidence_guest *g, const struct dump_guest *guest,
		   const struct dump_dev *dev, const struct dump *d)
{
	struct evidence_dev *to = dev_of(g, dev, e->dumps + 1);
	/* counts of a device that took another's place may have begun with that one */
	bool later = e->dumps && !g->changed;
	int ret = to ? 0 : -ENOMEM;

	if (ret)
		return ret;
	keep_identity(to, dev, e->dumps + 1);
	to->pair = dev->pair;
	to->features = dev->features;
	to->features_high = dev->features_high;
	snprintf(to->kind, sizeof(to->kind), "%s", dev->kind);
	if (*dev->iface)
		snprintf(to->iface, sizeof(to->iface), "%s", dev->iface);
	if (*dev->tap.driver)
		snprintf(to->driver, sizeof(to->driver), "%s", dev->tap.driver);
	/* what is lost, and how, is vhost-net's: of others there is nothing to say yet */
	for (size_t i = 0; !strcmp(dev->kind, "net") && i < dev->n_vqs && !ret; i++) {
		struct sample s = {
			.dump = d, .guest = guest, .dev = dev, .now = &dev->vqs[i],
			.missed = missed_in(e, d), .counts_are_older = e->counts_are_older
		};

		if (!strncmp(dev->vqs[i].queue, "TX", 2))
			add_zerocopy(to, &dev->vqs[i]);
		ret = add_queue(to, &s, d, later);
	}
	return ret;
}

static int add_guest(struct evidence *e, const struct dump_guest *guest, const struct dump *d)
{
	struct evidence_guest *g = guest_of(e, guest);
	struct dump_guest here = *guest;
	FREE struct dump_cgroup *groups = NULL;
	int ret = g ? 0 : -ENOMEM;

	if (!ret && e->counts_are_older) {
		here.cgroups = groups = groups_since(g, guest);
		ret = groups ? 0 : -ENOMEM;
	}
	if (ret)
		return ret;
	g->gone = false;
	snprintf(g->comm, sizeof(g->comm), "%s", guest->comm);
	snprintf(g->name, sizeof(g->name), "%s", guest->name);
	if (d->whole)
		find_gone(g, guest);
	for (size_t i = 0; i < guest->n_devs && !ret; i++)
		ret = add_dev(e, g, &here, &guest->devs[i], d);
	if (d->whole)
		find_unmet(g, e->dumps + 1);
	evidence_share(g);
	return ret;
}

int evidence_add(struct evidence *e, const struct dump *d)
{
	int ret = 0;

	/* vhost-drops keeps dump 0 to itself, which comes before its probes */
	if (!e->dumps)
		e->counts_are_older = value_known(d->seq) && d->seq.n > 1;
	if (*d->release)
		snprintf(e->release, sizeof(e->release), "%s", d->release);
	if (!value_known(e->begun_us))
		e->begun_us = d->time_us;
	if (value_known(d->time_us) && d->time_us.n >= e->begun_us.n)
		e->watched_ms = value_of((d->time_us.n - e->begun_us.n) / 1000);
	if (e->counts_are_older && !value_known(e->missed_before))
		e->missed_before = d->missed;
	if (value_known(d->missed))
		e->missed = missed_in(e, d);
	e->host = d->host;
	e->cut = !d->whole;
	/* a guest that is missing in a truncated dump may have come after */
	for (size_t i = 0; d->whole && i < e->n_guests; i++)
		e->guests[i].gone = true;
	for (size_t i = 0; i < d->n_guests && !ret; i++)
		ret = add_guest(e, &d->guests[i], d);
	for (size_t i = 0; i < e->n_guests; i++)
		if (e->guests[i].gone)
			find_gone(&e->guests[i], NULL);
	e->dumps++;
	return ret;
}

size_t evidence_queues(const struct evidence *e)
{
	size_t n = 0;

	for (size_t g = 0; g < e->n_guests; g++)
		for (size_t i = 0; i < e->guests[g].n_devs; i++)
			n += e->guests[g].devs[i].n_queues;
	return n;
}

void evidence_free(struct evidence *e)
{
	for (size_t g = 0; g < e->n_guests; g++) {
		for (size_t i = 0; i < e->guests[g].n_devs; i++)
			free_dev(&e->guests[g].devs[i]);
		free(e->guests[g].devs);
		free(e->guests[g].groups);
	}
	free(e->guests);
	*e = (struct evidence){ 0 };
}
