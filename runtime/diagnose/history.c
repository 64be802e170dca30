// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is kept of a queue from one dump to the next: numbers that are summed or compared,
 * conditions that hold for a time, and counts by name. history-tables.c says which, and
 * history-metrics.c makes metrics of them.
 */
#include "diagnose/history-state.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define HALF_LAP 0x8000

/* What is unknown for a moment has not been seen to hold on */
static void span(struct span *s, int holds, bool across, unsigned long long now_us,
		 struct value wait)
{
	if (holds < 0) {
		s->now &= across;
		return;
	}
	s->seen++;
	if (holds && !s->now) {
		s->since_us = now_us;
		s->since_wait = wait;
	}
	s->ended += s->now && !holds;
	s->now = holds;
	s->held += holds;
	s->now_wait = (struct value){ 0 };
	if (value_known(wait) && value_known(s->since_wait) && wait.n >= s->since_wait.n)
		s->now_wait = value_of(wait.n - s->since_wait.n);
	if (holds && now_us - s->since_us > s->longest_us) {
		s->longest_us = now_us - s->since_us;
		s->longest_wait = s->now_wait;
	}
}

static const void *record_of(const struct sample *s, enum from from)
{
	switch (from) {
	case FROM_DEV:
		return s->dev;
	case FROM_VQ:
		return s->now;
	case FROM_DERIVED:
		return &s->now->derived;
	case FROM_NET:
		return &s->now->net;
	case FROM_COUNT:
		return &s->now->count;
	case FROM_TAP:
		return &s->dev->tap;
	case FROM_TASK:
		return s->worker ? &s->worker->task : NULL;
	case FROM_THREADS:
		return &s->guest->threads;
	case FROM_WORKER_GROUP:
		return s->worker_group;
	case FROM_GUEST_GROUP:
		return s->guest_group;
	}
	return NULL;
}

/* Indices that were read while vhost went on: of two moments they say more than a ring holds */
static bool is_torn(const struct sample *s)
{
	struct value pending = s->now->derived.pending, in_flight = s->now->derived.in_flight,
		     num = s->now->num;

	return !value_is(s->now->busy, 0) && value_known(num) &&
	       ((value_known(pending) && pending.n > num.n) ||
		(value_known(in_flight) && in_flight.n > num.n));
}

static void add_numbers(struct history *h, const struct sample *s, bool from_zero)
{
	for (size_t i = 0; i < n_history_numbers; i++) {
		const struct number *n = &history_numbers[i];
		const char *record = record_of(s, n->from);
		struct counter *c = &h->numbers[i];
		struct value v = { 0 };

		if (record && (n->from != FROM_DERIVED || !is_torn(s)))
			v = *(const struct value *)(record + n->at);

		/* a macvtap has no queue discipline on the way to the guest */
		bool absent = n->from == FROM_TAP && v.state == VALUE_NONE && !value_known(c->sum);
		bool most = value_known(v) && (!value_known(c->sum) || v.n > c->sum.n);

		/* what is older than the watch was not done in it */
		if (n->how == SUM && !absent)
			counter_add(c, v, from_zero && n->from == FROM_COUNT);
		else if (n->how == MAXIMUM)
			counter_max(c, v, s->counts_are_older && !from_zero);
		else if (n->how == NEWEST ? v.state != VALUE_UNKNOWN : n->how == SUM || most)
			c->sum = v;
	}
}

static void add_names(struct history *h, const struct sample *s, bool from_zero)
{
	for (size_t i = 0; i < s->dev->n_drops; i++) {
		const struct dump_drop *d = &s->dev->drops[i];

		if (!strcmp(d->way, "from_guest")) {
			names_add(&h->refusals, d->reason, d->n, from_zero || h->samples);
			continue;
		}
		names_add(&h->drops, d->reason, d->n, from_zero || h->samples);
		h->drops_sampled |= value_is(d->sampled, 1);
	}
	for (size_t i = 0; i < s->now->n_sends; i++)
		names_add(&h->sends, s->now->sends[i].name, s->now->sends[i].n,
			  from_zero || h->samples);
}

/* Whether packets were lost since the sample before, and in which samples that was */
static void add_losses(struct history *h, struct sample *s)
{
	struct value lost = history_plus(s->dev->tap.to_guest_dropped, s->dev->tap.qdisc_drops);

	s->lost = -1;
	if (value_known(lost) && value_known(h->lost)) {
		s->lost = lost.n != h->lost.n;
		h->intervals++;
		if (s->lost) {
			h->first_dropping = h->dropping ? h->first_dropping : h->intervals;
			h->last_dropping = h->intervals;
			h->dropping++;
		}
	}
	h->lost = lost;
}

/* How long ago, in buffers, the guest has written its used_event */
static void add_event(struct history *h, struct sample *s)
{
	struct value event = s->now->ring.used_event;

	if (!s->before || !value_known(event) || !value_is(h->event, event.n))
		h->event_age = value_of(0);
	else if (value_known(h->event_age) && value_known(s->given))
		h->event_age.n += s->given.n;
	else
		h->event_age = (struct value){ 0 };
	h->event = event;
	s->event_age = h->event_age;
	h->armed.given += s->given.n;
	/* what is older says nothing about an index any more */
	if ((s->before && !value_known(s->given)) || h->armed.given >= HALF_LAP)
		h->armed.is = false;
}

/* What moved since the sample before */
static void add_passed(struct history *h, struct sample *s)
{
	s->given = passed_given(s);
	s->unmoved = passed_unmoved(s);
	if (!s->before) {
		h->moved = value_of(0);
		h->moved_us = s->time_us;
	} else {
		if (value_known(h->moved) && value_known(s->given))
			h->moved.n += s->given.n;
		else
			h->moved = (struct value){ 0 };
		/* where it is unknown, nothing was unmoved for certain */
		if (s->unmoved <= 0)
			h->moved_us = s->time_us;
		if (!s->unmoved)
			h->active = value_of(1);
		else if (h->samples == 1 && s->unmoved > 0)
			h->active = value_of(0);
		else if (s->unmoved < 0 && !value_is(h->active, 1))
			h->active = (struct value){ 0 };
	}
	add_event(h, s);
}

static void keep(struct history *h, const struct sample *s)
{
	h->vq = *s->now;
	h->vq.avails = NULL;
	h->vq.useds = NULL;
	h->vq.chains = NULL;
	h->vq.descs = NULL;
	h->vq.hdrs = NULL;
	h->vq.datas = NULL;
	h->vq.sends = NULL;
	h->worker_known = s->worker;
	if (s->worker)
		h->worker = *s->worker;
	if (s->worker_group)
		h->worker_group = *s->worker_group;
	if (s->guest_group) {
		h->guest_group = *s->guest_group;
		/* from then on the group's counts are those of this evidence */
		if (!h->group_known)
			h->group_first_us = s->counts_are_older ? s->time_us : h->first_us;
		h->group_newest_us = s->time_us;
		h->group_known = true;
	}
	h->tap = s->dev->tap;
	h->missed = s->dump->missed;
	h->took = s->dump->us;
	h->newest_us = s->time_us;
	h->samples++;
}

void history_sample(struct history *h, struct sample *s, bool later)
{
	bool from_zero = later && !h->samples;
	int over;

	s->before = h->samples ? &h->vq : NULL;
	s->worker_before = h->samples && h->worker_known ? &h->worker : NULL;
	s->tap_before = h->samples ? &h->tap : NULL;
	s->missed_before = h->missed;
	s->took_before = h->took;
	s->armed = &h->armed;
	condition_groups(s);
	if (!h->samples)
		h->first_us = s->time_us;
	/* a clock that was set back, or is not known */
	if (s->time_us < h->newest_us)
		s->time_us = h->newest_us;
	s->before_us = h->newest_us;
	add_passed(h, s);
	add_losses(h, s);
	add_numbers(h, s, from_zero);
	add_names(h, s, from_zero);
	sent_sample(&h->sent, s);
	over = condition_pending_over(s);
	h->over_seen += over >= 0;
	h->over += over > 0;

	struct value waiting = condition_waiting(s);

	if (value_known(waiting) && (!value_known(h->waiting_max) || waiting.n > h->waiting_max.n))
		h->waiting_max = waiting;
	for (size_t i = 0; i < n_history_conditions; i++) {
		const struct condition *c = &history_conditions[i];

		span(&h->spans[i], c->holds(s), c->across, s->time_us,
		     s->guest->threads.wait_max_ns);
	}
	keep(h, s);
}

struct history *history_new(void)
{
	/* one piece, so that free() ends it */
	size_t numbers = n_history_numbers * sizeof(struct counter);
	struct history *h =
		calloc(1, sizeof(*h) + numbers + n_history_conditions * sizeof(struct span));

	if (!h)
		return NULL;
	h->numbers = (struct counter *)(h + 1);
	h->spans = (struct span *)((char *)h->numbers + numbers);
	return h;
}
