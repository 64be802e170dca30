// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is kept of a queue from one dump to the next, and the metrics that follow. Three
 * tables: numbers that are summed or compared, conditions that hold for a time, and
 * counts by name.
 */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

/* Where a number comes from */
enum from {
	FROM_DEV,
	FROM_VQ,
	FROM_DERIVED,
	FROM_NET,
	FROM_COUNT,
	FROM_TAP,
	FROM_TASK,
	FROM_THREADS,
	FROM_WORKER_GROUP,
	FROM_GUEST_GROUP
};

enum how {
	SUM,		/* of what it grew by: a counter */
	LARGEST,
	MAXIMUM,	/* the script's own since its start */
	NEWEST,
};

static const struct number {
	enum from from;
	size_t at;			/* in the record's struct */
	enum how how;
	unsigned int per;		/* what one of the metric's unit is of the record's */
	size_t metric;
} numbers[] = {
#define NUMBER(from, s, member, how, per, metric) \
	{ FROM_##from, offsetof(struct dump_##s, member), how, per, \
	  offsetof(struct queue_metrics, metric) }
#define COUNT(member) NUMBER(COUNT, count, member, SUM, 1, member)
#define GROUPS(member, how, per, metric)						\
	NUMBER(WORKER_GROUP, cgroup, member, how, per, worker_##metric),		\
	NUMBER(GUEST_GROUP, cgroup, member, how, per, guest_##metric)
	NUMBER(VQ, vq, num, NEWEST, 1, ring_size),
	NUMBER(VQ, vq, backend, NEWEST, 1, backend_now),
	NUMBER(VQ, vq, busyloop_us, NEWEST, 1, busyloop_us),
	NUMBER(DERIVED, derived, pending, NEWEST, 1, pending),
	NUMBER(DERIVED, derived, pending, LARGEST, 1, pending_max),
	NUMBER(DERIVED, derived, in_flight, NEWEST, 1, in_flight),
	NUMBER(DEV, dev, iotlb, NEWEST, 1, iotlb),
	NUMBER(DEV, dev, iotlb_entries, NEWEST, 1, iotlb_entries),
	COUNT(kicks), COUNT(signals), COUNT(suppressed), COUNT(no_call), COUNT(completions),
	COUNT(runs), COUNT(taken), COUNT(end_no_backend), COUNT(end_iotlb), COUNT(end_error),
	COUNT(end_ring_empty), COUNT(end_turn), COUNT(end_send_failed), COUNT(end_socket_empty),
	COUNT(errors), COUNT(misses), COUNT(works),
	NUMBER(COUNT, count, taken_max, MAXIMUM, 1, taken_max),
	NUMBER(COUNT, count, delay_max_ns, MAXIMUM, 1000, delay_max_us),
	NUMBER(COUNT, count, delay_ns, SUM, 1000, delay_avg_us),	/* divided in finish() */
	NUMBER(TASK, task, run_ns, SUM, 1000000, worker_run_ms),
	NUMBER(TASK, task, wait_ns, SUM, 1000000, worker_wait_ms),
	NUMBER(THREADS, threads, run_ns, SUM, 1000000, guest_run_pct),	/* of the time, there */
	NUMBER(THREADS, threads, wait_max_ns, SUM, 1000000, guest_wait_pct),
	GROUPS(throttled, LARGEST, 1, throttled),
	GROUPS(throttled_us, LARGEST, 1000, throttled_ms),
	GROUPS(quota_us, NEWEST, 1, quota_us),
	GROUPS(period_us, NEWEST, 1, period_us),
	GROUPS(weight, NEWEST, 1, weight),
	/* of the time, there */
	NUMBER(GUEST_GROUP, cgroup, throttled_us, LARGEST, 1000, guest_throttled_pct),
	NUMBER(TAP, tap, ring, NEWEST, 1, tap_ring),
	NUMBER(TAP, tap, filter, NEWEST, 1, filter),
	NUMBER(TAP, tap, sndbuf, NEWEST, 1, sndbuf),
	NUMBER(TAP, tap, wmem, LARGEST, 1, wmem_max),
	NUMBER(TAP, tap, to_guest, SUM, 1, to_guest),
	NUMBER(TAP, tap, to_guest_dropped, SUM, 1, drops),
	NUMBER(TAP, tap, from_guest, SUM, 1, from_guest),
	NUMBER(TAP, tap, from_guest_dropped, SUM, 1, from_guest_dropped),
	NUMBER(TAP, tap, from_guest_errors, SUM, 1, from_guest_errors),
	NUMBER(TAP, tap, qdisc_drops, SUM, 1, qdisc_drops),
	NUMBER(TAP, tap, qdisc_backlog, LARGEST, 1, qdisc_backlog_max),
	NUMBER(TAP, tap, from_guest_qdisc_drops, SUM, 1, from_guest_qdisc_drops),
#undef COUNT
#undef GROUPS
#undef NUMBER
};

#define HALF_LAP 0x8000
#define AT(metric) offsetof(struct queue_metrics, metric)

/* In how many samples it held, how long at most, how long at the end */
static const struct condition {
	int (*holds)(const struct sample *s);	/* 1, 0; -1: unknown */
	size_t pct, ms, now_ms;	/* 0: no such metric is kept */
	size_t ended, at_end;
	/* of now_ms, or of ms, for how much of it a thread of the guest waited for a CPU */
	size_t wait_pct;
	/* what it compares reaches over samples in which it is unknown */
	bool across;
} conditions[] = {
	{ condition_empty, .pct = AT(empty_pct), .ms = AT(empty_ms) },
	{ condition_rx_starved, .pct = AT(rx_starved_pct), .ms = AT(rx_starved_ms),
	  .now_ms = AT(rx_starved_now_ms),
	  .ended = AT(rx_starved_ended), .at_end = AT(rx_starved_at_end),
	  .wait_pct = AT(rx_starved_wait_pct) },
	{ condition_rx_no_refill, .ms = AT(rx_no_refill_ms), .now_ms = AT(rx_no_refill_now_ms),
	  .wait_pct = AT(rx_no_refill_wait_pct) },
	{ condition_rx_backlog, .pct = AT(rx_backlog_pct), .now_ms = AT(rx_backlog_now_ms) },
	{ condition_stalled, .ms = AT(stalled_ms), .now_ms = AT(stalled_now_ms) },
	{ condition_chain_broken, .ms = AT(chain_broken_ms) },
	{ condition_unreadable, .now_ms = AT(unreadable_now_ms) },
	{ condition_kick_missing, .ms = AT(kick_missing_ms),
	  .wait_pct = AT(kick_missing_wait_pct) },
	{ condition_call_missing, .ms = AT(call_missing_ms), .across = true },
	{ condition_call_none, .pct = AT(call_none_pct), .now_ms = AT(call_none_now_ms) },
	{ condition_call_unread, .ms = AT(call_unread_ms) },
	{ condition_no_interrupt, .pct = AT(no_interrupt_pct), .now_ms = AT(no_interrupt_now_ms) },
	{ condition_asleep, .pct = AT(worker_asleep_pct) },
	{ condition_stopped, .pct = AT(worker_stopped_pct), .now_ms = AT(worker_stopped_now_ms) },
	{ condition_worker_frozen, .pct = AT(worker_frozen_pct),
	  .now_ms = AT(worker_frozen_now_ms) },
	{ condition_guest_frozen, .pct = AT(guest_frozen_pct), .now_ms = AT(guest_frozen_now_ms) },
	{ condition_worker_stalled, .ms = AT(worker_stall_ms) },
	{ condition_busy, .now_ms = AT(worker_busy_now_ms) },
	{ condition_late, .now_ms = AT(worker_late_now_ms) },
	{ condition_tap_full, .pct = AT(tap_full_pct) },
	{ condition_tap_down, .pct = AT(tap_down_pct), .now_ms = AT(tap_down_now_ms) },
	{ condition_no_carrier, .pct = AT(no_carrier_pct), .now_ms = AT(no_carrier_now_ms) },
	{ condition_detached, .pct = AT(detached_pct), .now_ms = AT(detached_now_ms) },
	{ condition_unwritable, .pct = AT(unwritable_pct), .ms = AT(unwritable_ms),
	  .now_ms = AT(unwritable_now_ms) },
	{ condition_zcopy_stuck, .ms = AT(zcopy_stuck_ms) },
	{ condition_no_backend, .pct = AT(backend_none_pct) },
	{ condition_unserved, .ms = AT(unserved_ms) },
};

struct span {
	unsigned long long seen, held, ended, since_us, longest_us;
	/* ns that the guest's most delayed thread waited */
	struct value since_wait, now_wait, longest_wait;
	bool now;
};

struct history {
	unsigned long long first_us, newest_us, moved_us, samples, over, over_seen;
	/* unknown from the first interval on in which it is unknown */
	struct value moved;
	/* whether any index moved */
	struct value active;
	struct value event, event_age;
	struct counter numbers[ARRAY_SIZE(numbers)];
	struct span spans[ARRAY_SIZE(conditions)];
	struct names drops, refusals, sends;
	struct sent sent;
	bool drops_sampled;
	unsigned long long intervals, dropping, first_dropping, last_dropping;
	struct value waiting_max;
	/* the newest sample, without its lists */
	struct dump_vq vq;
	struct dump_tap tap;
	struct value missed, took;
	struct dump_worker worker;
	struct dump_cgroup worker_group, guest_group;	/* the newest that were read */
	struct value lost;
	struct armed armed;
	bool worker_known;
};

static struct value *metric_at(struct queue_metrics *m, size_t offset)
{
	return (struct value *)((char *)m + offset);
}

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
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct number *n = &numbers[i];
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

static struct value plus(struct value a, struct value b)
{
	if (!value_known(a) || !value_known(b))
		return value_known(a) ? a : b;
	return value_of(a.n + b.n);
}

/* Whether packets were lost since the sample before, and in which samples that was */
static void add_losses(struct history *h, struct sample *s)
{
	struct value lost = plus(s->dev->tap.to_guest_dropped, s->dev->tap.qdisc_drops);

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
	if (s->guest_group)
		h->guest_group = *s->guest_group;
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
	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		span(&h->spans[i], conditions[i].holds(s), conditions[i].across, s->time_us,
		     s->guest->threads.wait_max_ns);
	keep(h, s);
}

/* What is kept becomes metrics */

static void put(struct queue_metrics *m, size_t at, struct value v)
{
	if (at)
		*metric_at(m, at) = v;
}

static struct value share(struct value part, unsigned long long whole)
{
	if (!value_known(part) || !whole)
		return (struct value){ 0 };
	return value_of((100 * part.n + whole / 2) / whole);
}

static void finish_drops(struct queue_metrics *m, const struct history *h)
{
	const struct named *most = names_most(&h->drops, "FULL_RING");
	unsigned long long all = 0;

	for (size_t i = 0; i < h->drops.n; i++)
		all += h->drops.v[i].n.sum.n;
	/* where drops have no reasons, it's not known why they were */
	if (all > names_sum(&h->drops, "") || (value_is(m->drops, 0) && !all)) {
		m->drops_full = value_of(names_sum(&h->drops, "FULL_RING"));
		m->drops_other = value_of(all - m->drops_full.n - names_sum(&h->drops, ""));
		m->drops_sampled = value_of(h->drops_sampled);
	}
	if (most)
		snprintf(m->drop_reason, sizeof(m->drop_reason), "%s", most->name);
	m->lost = plus(m->drops, m->qdisc_drops);
	if (value_known(m->lost)) {
		m->drop_intervals = value_of(h->dropping);
		if (h->dropping)
			m->drop_intervals_pct = value_of(
				100 * h->dropping / (h->last_dropping - h->first_dropping + 1));
	}
}

static void finish_sends(struct queue_metrics *m, const struct history *h,
			 const struct sample *s)
{
	const struct named *most = names_most(&h->sends, ""),
			   *refusal = names_most(&h->refusals, "");
	unsigned long long all = 0;

	for (size_t i = 0; i < h->sends.n; i++)
		all += h->sends.v[i].n.sum.n;
	/* no record is no failure, where the script counts them at all */
	if (h->sends.n || value_known(m->end_send_failed))
		m->send_failures = value_of(all);
	if (most)
		snprintf(m->send_errno, sizeof(m->send_errno), "%s", most->name);
	if (refusal)
		snprintf(m->from_guest_reason, sizeof(m->from_guest_reason), "%s", refusal->name);
	snprintf(m->tap_driver, sizeof(m->tap_driver), "%s", s->dev->tap.driver);
}

/* A record's text as it was: systemd's names have backslashes. What is no ASCII stays as it is */
static void put_text(char to[METRIC_WORD], const char *text)
{
	size_t n = 0;

	for (; *text && n < METRIC_WORD - 1; text++) {
		bool backslash = !strncmp(text, "\\x5c", 4);

		to[n++] = *text;
		text += backslash ? 3 : 0;
	}
	to[n] = '\0';
}

static void finish_groups(struct queue_metrics *m, const struct history *h)
{
	const struct dump_cgroup *w = &h->worker_group, *g = &h->guest_group;

	put_text(m->worker_group, w->path);
	put_text(m->worker_limit, w->limit);
	put_text(m->worker_cpus, *w->allowed ? w->allowed : w->cpus);
	put_text(m->guest_group, g->path);
	put_text(m->guest_limit, g->limit);
	put_text(m->guest_cpus, *g->allowed ? g->allowed : g->cpus);
}

/*
 * A maximum that is older than the evidence, and did not grow in it, says that no delay was longer;
 * nor was one longer than all of them together. Where that bound is no delay it is good enough
 */
static void finish_delay_max(struct queue_metrics *m, const struct history *h)
{
	struct value bound = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (numbers[i].metric == AT(delay_max_us))
			bound = h->numbers[i].last;
	bound.n /= 1000;
	if (value_known(m->delay_max_us) || !value_known(bound))
		return;
	if (value_known(m->delay_avg_us) && m->delay_avg_us.n < bound.n)
		bound = m->delay_avg_us;	/* their sum, still */
	if (bound.n < DELAY_US)
		m->delay_max_us = bound;
}

static void finish_shares(struct queue_metrics *m, const struct history *h)
{
	unsigned long long ms = (h->newest_us - h->first_us) / 1000;

	if (value_known(m->delay_avg_us))
		m->delay_avg_us = value_known(m->works) && m->works.n ?
					  value_of(m->delay_avg_us.n / m->works.n) :
					  (struct value){ 0 };
	m->worker_run_pct = share(m->worker_run_ms, ms);
	m->worker_wait_pct = share(m->worker_wait_ms, ms);
	m->guest_run_pct = share(m->guest_run_pct, ms);
	m->guest_wait_pct = share(m->guest_wait_pct, ms);
	m->guest_throttled_pct = share(m->guest_throttled_pct, ms);
}

static void finish_span(struct queue_metrics *m, const struct history *h, size_t i)
{
	const struct condition *c = &conditions[i];
	const struct span *s = &h->spans[i];
	unsigned long long now_us = s->now ? h->newest_us - s->since_us : 0;

	if (!s->seen)
		return;
	/* of 1000 samples one is something, too */
	put(m, c->pct, value_of(s->held ? (100 * s->held + s->seen - 1) / s->seen : 0));
	put(m, c->ms, value_of(s->longest_us / 1000));
	put(m, c->now_ms, value_of(now_us / 1000));
	put(m, c->ended, value_of(s->ended));
	put(m, c->at_end, value_of(s->now));
	if (c->now_ms)
		put(m, c->wait_pct,
		    share(s->now ? s->now_wait : (struct value){ 0 }, 1000 * now_us));
	else
		put(m, c->wait_pct, share(s->longest_wait, 1000 * s->longest_us));
}

void history_metrics(const struct history *h, const struct sample *s, struct queue_metrics *m)
{
	*m = (struct queue_metrics){
		.rx = s->rx, .watched_ms = value_of((h->newest_us - h->first_us) / 1000),
		.samples = value_of(h->samples),
		.quiet_ms = value_of((h->newest_us - h->moved_us) / 1000),
		.waiting = condition_waiting(s), .waiting_max = h->waiting_max,
		.zcopy_waiting = condition_zcopy_waiting(s),
	};
	if (h->samples > 1 || value_known(h->vq.last_used_idx))
		m->moved = h->moved;
	m->active = h->active;
	if (h->over_seen)
		m->pending_over = value_of(h->over);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct value v = h->numbers[i].sum;

		v.n /= numbers[i].per;
		*metric_at(m, numbers[i].metric) = v;
	}
	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		finish_span(m, h, i);
	finish_delay_max(m, h);
	finish_shares(m, h);
	finish_drops(m, h);
	finish_sends(m, h, s);
	finish_groups(m, h);
	sent_metrics(&h->sent, m);
	snprintf(m->qdisc, sizeof(m->qdisc), "%s", s->dev->tap.qdisc);
	snprintf(m->worker_policy, sizeof(m->worker_policy), "%s",
		 s->worker ? s->worker->task.policy : "");
	condition_asks(s, &m->call_wanted, &m->call_wanted_full);
	snprintf(m->chain_end, sizeof(m->chain_end), "%s", condition_chain_end(s));
	snprintf(m->chain_meaning, sizeof(m->chain_meaning), "%s",
		 dump_chain_end(m->chain_end) ? dump_chain_end(m->chain_end) : "");
}

struct history *history_new(void)
{
	return calloc(1, sizeof(struct history));
}
