// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Queues that share an interface: what its counters say is the interface's and not each
 * queue's, and what a queue has of it is known only beside the others.
 */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

/* The queues of one direction of @first's interface, in turn: NULL, 0, 0 at first */
struct siblings {
	struct evidence_guest *guest;
	const struct evidence_dev *first;
	bool rx;
	size_t dev, queue;
};

bool evidence_same_iface(const struct evidence_dev *a, const struct evidence_dev *b)
{
	return a == b || (*a->iface && a->gone == b->gone && !strcmp(a->iface, b->iface));
}

static struct evidence_queue *next(struct siblings *s)
{
	for (; s->dev < s->guest->n_devs; s->dev++, s->queue = 0) {
		struct evidence_dev *d = &s->guest->devs[s->dev];

		while (evidence_same_iface(s->first, d) && s->queue < d->n_queues)
			if (d->queues[s->queue++].metrics.rx == s->rx)
				return &d->queues[s->queue - 1];
	}
	return NULL;
}

static bool any(struct value v)
{
	return value_known(v) && v.n;
}

static void most(struct value *to, struct value v)
{
	if (value_known(v) && (!value_known(*to) || v.n > to->n))
		*to = v;
}

static struct value buffers(const struct queue_metrics *m)
{
	return value_known(m->completions) ? m->completions : m->moved;
}

/* It was seen full, or without buffers while packets waited: what was lost is its own, or may be */
static bool suffered(const struct queue_metrics *m)
{
	return any(m->tap_full_pct) || any(m->rx_backlog_pct) || any(m->rx_starved_pct);
}

/* Fewer packets waited than would make the tap drop some */
static bool had_room(const struct queue_metrics *m)
{
	return !any(m->tap_full_pct) && !any(m->rx_starved_pct) && value_known(m->waiting_max) &&
	       value_known(m->tap_ring) && 4 * m->waiting_max.n < 3 * m->tap_ring.n;
}

static struct shared sum_up(struct siblings s, bool *moved_known, bool *suffers)
{
	struct shared all = { .queues = value_of(0),
			      .moving = value_of(0),
			      .buffers = value_of(0),
			      .had_room = true };
	struct evidence_queue *q;

	*moved_known = true;
	*suffers = false;
	while ((q = next(&s))) {
		const struct queue_metrics *m = &q->metrics;
		struct value n = buffers(m);

		all.queues.n++;
		all.moving.n += any(n);
		all.buffers.n += n.n;
		*moved_known &= value_known(n) || value_is(m->backend_none_pct, 100);
		*suffers |= suffered(m);
		all.had_room &= had_room(m) || value_is(m->backend_none_pct, 100);
		most(&all.full_pct, m->tap_full_pct);
		most(&all.rx_starved_pct, m->rx_starved_pct);
		most(&all.end_ring_empty, m->end_ring_empty);
	}
	return all;
}

static void share(struct siblings s)
{
	bool moved_known, suffers, first = true;
	struct shared all = sum_up(s, &moved_known, &suffers);
	struct evidence_queue *q;

	while ((q = next(&s))) {
		struct queue_metrics *m = &q->metrics;

		m->shared = all;
		m->shared.first = first;
		first = false;
		m->if_queues = all.queues;
		/*
		 * of several queues those that suffer have lost it; where none was seen to, each
		 * may have
		 */
		m->loss_possible = value_of(all.queues.n < 2 || !suffers || suffered(m));
		m->if_moving = moved_known ? all.moving : (struct value){ 0 };
		m->if_share_pct = moved_known && all.buffers.n ?
					  value_of(100 * buffers(m).n / all.buffers.n) :
					  (struct value){ 0 };
	}
}

void evidence_share(struct evidence_guest *g)
{
	for (size_t i = 0; i < g->n_devs; i++) {
		size_t first = 0;

		while (!evidence_same_iface(&g->devs[first], &g->devs[i]))
			first++;
		for (int rx = 0; first == i && rx < 2; rx++)
			share((struct siblings){ g, &g->devs[i], rx, 0, 0 });
	}
}

bool metric_is_own(const struct metric *f, const struct queue_metrics *m)
{
	return f->of == METRIC_QUEUE ||
	       (m->rx == (f->of == METRIC_TO_GUEST) && value_is(m->if_queues, 1));
}
