// SPDX-License-Identifier: GPL-2.0-or-later
/* A dump as a whole: its end, and what is where in it. */
#include "dump/dump.h"

static void vq_free(struct dump_vq *q)
{
	free(q->avails);
	free(q->useds);
	free(q->chains);
	free(q->descs);
	free(q->hdrs);
	free(q->datas);
	free(q->sends);
}

void dump_free(struct dump *d)
{
	for (size_t g = 0; g < d->n_guests; g++) {
		for (size_t i = 0; i < d->guests[g].n_devs; i++) {
			struct dump_dev *dev = &d->guests[g].devs[i];

			for (size_t q = 0; q < dev->n_vqs; q++)
				vq_free(&dev->vqs[q]);
			free(dev->vqs);
			free(dev->workers);
			free(dev->drops);
		}
		free(d->guests[g].devs);
		free(d->guests[g].cgroups);
	}
	free(d->guests);
	free(d->gone);
	*d = (struct dump){ 0 };
}

size_t dump_queues(const struct dump *d)
{
	size_t n = 0;

	for (size_t g = 0; g < d->n_guests; g++)
		for (size_t i = 0; i < d->guests[g].n_devs; i++)
			n += d->guests[g].devs[i].n_vqs;
	return n;
}

const struct dump_guest *dump_find_guest(const struct dump *d, struct value pid)
{
	for (size_t i = 0; d && value_known(pid) && i < d->n_guests; i++)
		if (value_is(d->guests[i].pid, pid.n))
			return &d->guests[i];
	return NULL;
}

const struct dump_dev *dump_find_dev(const struct dump_guest *g, struct value dev)
{
	for (size_t i = 0; g && value_known(dev) && i < g->n_devs; i++)
		if (value_is(g->devs[i].dev, dev.n))
			return &g->devs[i];
	return NULL;
}

struct dump_identity dump_identity_of(const struct dump_dev *d)
{
	struct dump_identity id = { .id = d->id, .fd = d->fd, .owner = d->owner };

	/* a device has its worker from its first use to its end */
	if (d->n_workers)
		id.tid = d->workers[0].tid;
	snprintf(id.iface, sizeof(id.iface), "%s", d->iface);
	return id;
}

static bool may_be(struct value a, struct value b)
{
	return !value_known(a) || !value_known(b) || a.n == b.n;
}

bool dump_identity_same(const struct dump_identity *a, const struct dump_identity *b)
{
	/* without a backend a device has no interface */
	return may_be(a->id, b->id) && may_be(a->fd, b->fd) && may_be(a->owner, b->owner) &&
	       may_be(a->tid, b->tid) && (!*a->iface || !*b->iface || !strcmp(a->iface, b->iface));
}

const struct dump_dev *dump_find_same_dev(const struct dump_guest *g, const struct dump_dev *d)
{
	struct dump_identity id = dump_identity_of(d);
	const struct dump_dev *found = NULL;

	for (size_t i = 0; g && i < g->n_devs; i++) {
		struct dump_identity other = dump_identity_of(&g->devs[i]);

		if (!dump_identity_same(&other, &id))
			continue;
		/* of several that are alike in all of it */
		if (value_known(d->dev) && value_is(g->devs[i].dev, d->dev.n))
			return &g->devs[i];
		found = found ? found : &g->devs[i];
	}
	return found;
}

const struct dump_vq *dump_find_vq(const struct dump_dev *d, const char *queue)
{
	for (size_t i = 0; d && i < d->n_vqs; i++)
		if (!strcmp(d->vqs[i].queue, queue))
			return &d->vqs[i];
	return NULL;
}

const struct dump_worker *dump_find_worker(const struct dump_dev *d, struct value worker)
{
	for (size_t i = 0; d && value_known(worker) && i < d->n_workers; i++)
		if (value_is(d->workers[i].worker, worker.n))
			return &d->workers[i];
	return NULL;
}
