// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The newest dumps of a watch, so that a part of it can be evidence of its own. A window begins
 * with a dump, as a watch does: what was before it is none of its evidence. So its evidence is made
 * of its dumps when it is asked for, and a sample costs no more than to keep its dump.
 */
#include "diagnose/history.h"

#include <errno.h>

#include "diagnose/diagnose.h"
#include "dump/dump.h"

/*
 * What evidence never reads of a queue, and what a hostile guest can make long: of the chains only
 * the one that vhost takes next
 */
static void strip(struct dump_vq *q)
{
	size_t next = 0;

	while (next < q->n_chains && (!value_known(q->chains[next].pos) ||
				      !value_is(q->last_avail_idx, q->chains[next].pos.n)))
		next++;
	if (next && next < q->n_chains)
		q->chains[0] = q->chains[next];
	q->n_chains = next < q->n_chains;
	if (q->n_chains) {
		struct dump_chain *one = realloc(q->chains, sizeof(*one));

		q->chains = one ? one : q->chains;
	} else {
		free(q->chains);
		q->chains = NULL;
	}
	free(q->avails);
	free(q->useds);
	free(q->descs);
	free(q->hdrs);
	free(q->datas);
	q->avails = NULL;
	q->useds = NULL;
	q->descs = NULL;
	q->hdrs = NULL;
	q->datas = NULL;
	q->n_avails = q->n_useds = q->n_descs = q->n_hdrs = q->n_datas = 0;
}

static size_t strip_dev(struct dump_dev *d)
{
	size_t bytes = d->n_workers * sizeof(*d->workers) + d->n_drops * sizeof(*d->drops);

	for (size_t i = 0; i < d->n_vqs; i++) {
		struct dump_vq *q = &d->vqs[i];

		strip(q);
		bytes += sizeof(*q) + q->n_sends * sizeof(*q->sends);
	}
	return bytes;
}

/* Returns about how many bytes it has then */
static size_t strip_dump(struct dump *d)
{
	size_t bytes = sizeof(*d);

	free(d->gone);
	d->gone = NULL;
	d->n_gone = 0;
	for (size_t g = 0; g < d->n_guests; g++) {
		struct dump_guest *guest = &d->guests[g];

		bytes += sizeof(*guest) + guest->n_cgroups * sizeof(*guest->cgroups) +
			 guest->n_devs * sizeof(*guest->devs);
		for (size_t i = 0; i < guest->n_devs; i++)
			bytes += strip_dev(&guest->devs[i]);
	}
	return bytes;
}

/* Room for one more. The dumps move to the front when half of the room is before them */
static int make_room(struct window *w)
{
	size_t size = w->size ? 2 * w->size : 4;
	struct window_dump *more;

	if (w->from && w->from >= w->size / 2) {
		memmove(w->dumps, w->dumps + w->from, w->n * sizeof(*w->dumps));
		w->from = 0;
	}
	if (w->from + w->n < w->size)
		return 0;
	more = reallocarray(w->dumps, size, sizeof(*more));
	if (!more)
		return -ENOMEM;
	w->dumps = more;
	w->size = size;
	return 0;
}

static const struct window_dump *newest(const struct window *w)
{
	return &w->dumps[w->from + w->n - 1];
}

static void drop_oldest(struct window *w)
{
	struct window_dump *d = &w->dumps[w->from++];

	w->bytes -= d->bytes;
	w->n--;
	dump_free(&d->dump);
}

/* Two are kept in any case: the last interval */
static void drop_old(struct window *w)
{
	unsigned long long now_us = newest(w)->time_us;

	while (w->n > 2 &&
	       (!w->keep_ms || now_us - w->dumps[w->from].time_us > w->keep_ms * 1000))
		drop_oldest(w);
	while (w->n > 2 && (w->n > WINDOW_DUMPS_MAX || w->bytes > WINDOW_BYTES_MAX)) {
		w->cut = true;
		w->cut_us = w->dumps[w->from].time_us;
		drop_oldest(w);
	}
}

int window_take(struct window *w, struct dump *d)
{
	int ret = make_room(w);
	struct window_dump *to;

	if (ret)
		return ret;
	to = &w->dumps[w->from + w->n];
	*to = (struct window_dump){ .dump = *d };
	*d = (struct dump){ 0 };
	to->bytes = strip_dump(&to->dump);
	/* as the history of a queue has it: a clock that was set back, or is unknown */
	to->time_us = value_known(to->dump.time_us) ? to->dump.time_us.n : 0;
	if (w->n && to->time_us < to[-1].time_us)
		to->time_us = to[-1].time_us;
	w->bytes += to->bytes;
	w->n++;
	drop_old(w);
	return 0;
}

/* How many of the newest dumps are in the last @ms */
static size_t dumps_in(const struct window *w, unsigned long long ms)
{
	size_t n = 0;

	/* (the last interval is that of two dumps, whatever their times are) */
	while (ms && n < w->n &&
	       newest(w)->time_us - w->dumps[w->from + w->n - 1 - n].time_us <= ms * 1000)
		n++;
	if (n >= 2)
		return n;
	return w->n < 2 ? w->n : 2;
}

int window_evidence(const struct window *w, unsigned long long ms, struct evidence *e)
{
	size_t n = dumps_in(w, ms);
	int ret = ms > w->keep_ms ? -ERANGE : 0;

	evidence_free(e);
	for (size_t i = w->n - n; i < w->n && !ret; i++)
		ret = evidence_add(e, &w->dumps[w->from + i].dump);
	return ret;
}

bool window_is_cut(const struct window *w, unsigned long long ms)
{
	return w->cut && newest(w)->time_us - w->cut_us <= ms * 1000;
}

void window_free(struct window *w)
{
	while (w->n)
		drop_oldest(w);
	free(w->dumps);
	*w = (struct window){ 0 };
}
