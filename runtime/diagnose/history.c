// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is kept of a queue from one dump to the next, and the facts that follow. Three
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
	MOST,		/* the largest */
	NEWEST,
};

static const struct number {
	enum from from;
	size_t at;			/* in the record's struct */
	enum how how;
	unsigned int per;		/* what one of the fact's unit is of the record's */
	size_t fact;
} numbers[] = {
#define NUMBER(from, s, member, how, per, fact) \
	{ FROM_##from, offsetof(struct dump_##s, member), how, per, \
	  offsetof(struct queue_metrics, fact) }
#define COUNT(member) NUMBER(COUNT, count, member, SUM, 1, member)
#define GROUPS(member, how, per, fact)						\
	NUMBER(WORKER_GROUP, cgroup, member, how, per, worker_##fact),		\
	NUMBER(GUEST_GROUP, cgroup, member, how, per, guest_##fact)
	NUMBER(VQ, vq, num, NEWEST, 1, ring_size),
	NUMBER(VQ, vq, backend, NEWEST, 1, backend_now),
	NUMBER(VQ, vq, busyloop_us, NEWEST, 1, busyloop_us),
	NUMBER(DERIVED, derived, pending, NEWEST, 1, pending),
	NUMBER(DERIVED, derived, pending, MOST, 1, pending_max),
	NUMBER(DERIVED, derived, in_flight, NEWEST, 1, in_flight),
	NUMBER(DEV, dev, iotlb, NEWEST, 1, iotlb),
	NUMBER(DEV, dev, iotlb_entries, NEWEST, 1, iotlb_entries),
	COUNT(kicks), COUNT(signals), COUNT(suppressed), COUNT(no_call), COUNT(completions),
	COUNT(runs), COUNT(taken), COUNT(end_no_backend), COUNT(end_iotlb), COUNT(end_error),
	COUNT(end_ring_empty), COUNT(end_turn), COUNT(end_send_failed), COUNT(end_socket_empty),
	COUNT(errors), COUNT(misses), COUNT(works),
	NUMBER(COUNT, count, taken_max, MOST, 1, taken_max),
	NUMBER(COUNT, count, delay_max_ns, MOST, 1000, delay_max_us),
	NUMBER(COUNT, count, delay_ns, SUM, 1000, delay_avg_us),	/* divided in finish() */
	NUMBER(TASK, task, run_ns, SUM, 1000000, worker_run_ms),
	NUMBER(TASK, task, wait_ns, SUM, 1000000, worker_wait_ms),
	NUMBER(THREADS, threads, run_ns, SUM, 1000000, guest_run_pct),	/* of the time, there */
	NUMBER(THREADS, threads, wait_max_ns, SUM, 1000000, guest_wait_pct),
	GROUPS(throttled, MOST, 1, throttled),
	GROUPS(throttled_us, MOST, 1000, throttled_ms),
	GROUPS(quota_us, NEWEST, 1, quota_us),
	GROUPS(period_us, NEWEST, 1, period_us),
	GROUPS(weight, NEWEST, 1, weight),
	/* of the time, there */
	NUMBER(GUEST_GROUP, cgroup, throttled_us, MOST, 1000, guest_throttled_pct),
	NUMBER(TAP, tap, ring, NEWEST, 1, tap_ring),
	NUMBER(TAP, tap, filter, NEWEST, 1, filter),
	NUMBER(TAP, tap, sndbuf, NEWEST, 1, sndbuf),
	NUMBER(TAP, tap, wmem, MOST, 1, wmem_max),
	NUMBER(TAP, tap, to_guest, SUM, 1, to_guest),
	NUMBER(TAP, tap, to_guest_dropped, SUM, 1, drops),
	NUMBER(TAP, tap, from_guest, SUM, 1, from_guest),
	NUMBER(TAP, tap, from_guest_dropped, SUM, 1, from_guest_dropped),
	NUMBER(TAP, tap, from_guest_errors, SUM, 1, from_guest_errors),
	NUMBER(TAP, tap, qdisc_drops, SUM, 1, qdisc_drops),
	NUMBER(TAP, tap, qdisc_backlog, MOST, 1, qdisc_backlog_max),
	NUMBER(TAP, tap, from_guest_qdisc_drops, SUM, 1, from_guest_qdisc_drops),
#undef COUNT
#undef GROUPS
#undef NUMBER
};

#define HALF_LAP 0x8000
#define AT(fact) offsetof(struct queue_metrics, fact)

/* In how many samples it held, how long at most, how long at the end */
static const struct condition {
	int (*holds)(const struct conditions *l);	/* 1, 0; -1: can't be told */
	size_t pct, ms, now_ms;	/* 0: no such fact is kept */
	size_t ended, at_end;
	/* of now_ms, or of ms, for how much of it a thread of the guest waited for a CPU */
	size_t wait_pct;
	/* what it compares reaches over samples in which it can't be told */
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
	/* unknown from the first time on that it can't be told */
	struct value moved;
	/* whether any index moved; unknown: it can't be told */
	struct value stirred;
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
	struct dump_cgroup worker_group, guest_group;	/* the newest that were looked at */
	struct value lost;
	struct armed armed;
	bool worker_known;
};

static struct value *metric_at(struct queue_metrics *f, size_t offset)
{
	return (struct value *)((char *)f + offset);
}

/* What can't be told for a moment has not been seen to hold on */
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

static const void *record_of(const struct conditions *l, enum from from)
{
	switch (from) {
	case FROM_DEV:
		return l->dev;
	case FROM_VQ:
		return l->now;
	case FROM_DERIVED:
		return &l->now->derived;
	case FROM_NET:
		return &l->now->net;
	case FROM_COUNT:
		return &l->now->count;
	case FROM_TAP:
		return &l->dev->tap;
	case FROM_TASK:
		return l->worker ? &l->worker->task : NULL;
	case FROM_THREADS:
		return &l->guest->threads;
	case FROM_WORKER_GROUP:
		return l->worker_group;
	case FROM_GUEST_GROUP:
		return l->guest_group;
	}
	return NULL;
}

/* Indices that were read while vhost went on: of two moments they say more than a ring holds */
static bool is_torn(const struct conditions *l)
{
	struct value pending = l->now->derived.pending, in_flight = l->now->derived.in_flight,
		     num = l->now->num;

	return !value_is(l->now->busy, 0) && value_known(num) &&
	       ((value_known(pending) && pending.n > num.n) ||
		(value_known(in_flight) && in_flight.n > num.n));
}

static void add_numbers(struct history *t, const struct conditions *l, bool from_zero)
{
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		const struct number *n = &numbers[i];
		const char *record = record_of(l, n->from);
		struct counter *c = &t->numbers[i];
		struct value v = { 0 };

		if (record && (n->from != FROM_DERIVED || !is_torn(l)))
			v = *(const struct value *)(record + n->at);

		/* a macvtap has no queue discipline on the way to the guest */
		bool absent = n->from == FROM_TAP && v.state == VALUE_NONE && !value_known(c->sum);
		bool most = value_known(v) && (!value_known(c->sum) || v.n > c->sum.n);

		/* what is older than the watch was not done in it */
		if (n->how == SUM && !absent)
			counter_add(c, v, from_zero && n->from == FROM_COUNT);
		else if (n->how == NEWEST ? v.state != VALUE_UNKNOWN : n->how == SUM || most)
			c->sum = v;
	}
}

static void add_names(struct history *t, const struct conditions *l, bool from_zero)
{
	for (size_t i = 0; i < l->dev->n_drops; i++) {
		const struct dump_drop *d = &l->dev->drops[i];

		if (!strcmp(d->way, "from_guest")) {
			names_add(&t->refusals, d->reason, d->n, from_zero || t->samples);
			continue;
		}
		names_add(&t->drops, d->reason, d->n, from_zero || t->samples);
		t->drops_sampled |= value_is(d->sampled, 1);
	}
	for (size_t i = 0; i < l->now->n_sends; i++)
		names_add(&t->sends, l->now->sends[i].name, l->now->sends[i].n,
			  from_zero || t->samples);
}

static struct value plus(struct value a, struct value b)
{
	if (!value_known(a) || !value_known(b))
		return value_known(a) ? a : b;
	return value_of(a.n + b.n);
}

/* Whether packets were lost since the sample before, and in which samples that was */
static void add_losses(struct history *t, struct conditions *l)
{
	struct value lost = plus(l->dev->tap.to_guest_dropped, l->dev->tap.qdisc_drops);

	l->lost = -1;
	if (value_known(lost) && value_known(t->lost)) {
		l->lost = lost.n != t->lost.n;
		t->intervals++;
		if (l->lost) {
			t->first_dropping = t->dropping ? t->first_dropping : t->intervals;
			t->last_dropping = t->intervals;
			t->dropping++;
		}
	}
	t->lost = lost;
}

/* How long ago, in buffers, the guest has written its used_event */
static void add_event(struct history *t, struct conditions *l)
{
	struct value event = l->now->ring.used_event;

	if (!l->before || !value_known(event) || !value_is(t->event, event.n))
		t->event_age = value_of(0);
	else if (value_known(t->event_age) && value_known(l->given))
		t->event_age.n += l->given.n;
	else
		t->event_age = (struct value){ 0 };
	t->event = event;
	l->event_age = t->event_age;
	t->armed.given += l->given.n;
	/* what is older says nothing about an index any more */
	if ((l->before && !value_known(l->given)) || t->armed.given >= HALF_LAP)
		t->armed.is = false;
}

/* What moved since the sample before */
static void add_passed(struct history *t, struct conditions *l)
{
	l->given = passed_given(l);
	l->stood = passed_stood(l);
	if (!l->before) {
		t->moved = value_of(0);
		t->moved_us = l->time_us;
	} else {
		if (value_known(t->moved) && value_known(l->given))
			t->moved.n += l->given.n;
		else
			t->moved = (struct value){ 0 };
		/* where it can't be told, nothing stood for certain */
		if (l->stood <= 0)
			t->moved_us = l->time_us;
		if (!l->stood)
			t->stirred = value_of(1);
		else if (t->samples == 1 && l->stood > 0)
			t->stirred = value_of(0);
		else if (l->stood < 0 && !value_is(t->stirred, 1))
			t->stirred = (struct value){ 0 };
	}
	add_event(t, l);
}

static void keep(struct history *t, const struct conditions *l)
{
	t->vq = *l->now;
	t->vq.avails = NULL;
	t->vq.useds = NULL;
	t->vq.chains = NULL;
	t->vq.descs = NULL;
	t->vq.hdrs = NULL;
	t->vq.datas = NULL;
	t->vq.sends = NULL;
	t->worker_known = l->worker;
	if (l->worker)
		t->worker = *l->worker;
	if (l->worker_group)
		t->worker_group = *l->worker_group;
	if (l->guest_group)
		t->guest_group = *l->guest_group;
	t->tap = l->dev->tap;
	t->missed = l->dump->missed;
	t->took = l->dump->us;
	t->newest_us = l->time_us;
	t->samples++;
}

void history_sample(struct history *t, struct conditions *l, bool later)
{
	bool from_zero = later && !t->samples;
	int over;

	l->before = t->samples ? &t->vq : NULL;
	l->worker_before = t->samples && t->worker_known ? &t->worker : NULL;
	l->tap_before = t->samples ? &t->tap : NULL;
	l->missed_before = t->missed;
	l->took_before = t->took;
	l->armed = &t->armed;
	condition_groups(l);
	if (!t->samples)
		t->first_us = l->time_us;
	/* a clock that was set back, or is not known */
	if (l->time_us < t->newest_us)
		l->time_us = t->newest_us;
	l->before_us = t->newest_us;
	add_passed(t, l);
	add_losses(t, l);
	add_numbers(t, l, from_zero);
	add_names(t, l, from_zero);
	sent_sample(&t->sent, l);
	over = condition_pending_over(l);
	t->over_seen += over >= 0;
	t->over += over > 0;

	struct value waiting = condition_waiting(l);

	if (value_known(waiting) && (!value_known(t->waiting_max) || waiting.n > t->waiting_max.n))
		t->waiting_max = waiting;
	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		span(&t->spans[i], conditions[i].holds(l), conditions[i].across, l->time_us,
		     l->guest->threads.wait_max_ns);
	keep(t, l);
}

/* What is kept becomes facts */

static void put(struct queue_metrics *f, size_t at, struct value v)
{
	if (at)
		*metric_at(f, at) = v;
}

static struct value share(struct value part, unsigned long long whole)
{
	if (!value_known(part) || !whole)
		return (struct value){ 0 };
	return value_of((100 * part.n + whole / 2) / whole);
}

static void finish_drops(struct queue_metrics *f, const struct history *t)
{
	const struct named *most = names_most(&t->drops, "FULL_RING");
	unsigned long long all = 0;

	for (size_t i = 0; i < t->drops.n; i++)
		all += t->drops.v[i].n.sum.n;
	/* where drops have no reasons, it's not known why they were */
	if (all > names_sum(&t->drops, "") || (value_is(f->drops, 0) && !all)) {
		f->drops_full = value_of(names_sum(&t->drops, "FULL_RING"));
		f->drops_other = value_of(all - f->drops_full.n - names_sum(&t->drops, ""));
		f->drops_sampled = value_of(t->drops_sampled);
	}
	if (most)
		snprintf(f->drop_reason, sizeof(f->drop_reason), "%s", most->name);
	f->lost = plus(f->drops, f->qdisc_drops);
	if (value_known(f->lost)) {
		f->drop_intervals = value_of(t->dropping);
		if (t->dropping)
			f->drop_intervals_pct = value_of(
				100 * t->dropping / (t->last_dropping - t->first_dropping + 1));
	}
}

static void finish_sends(struct queue_metrics *f, const struct history *t,
			 const struct conditions *l)
{
	const struct named *most = names_most(&t->sends, ""),
			   *refusal = names_most(&t->refusals, "");
	unsigned long long all = 0;

	for (size_t i = 0; i < t->sends.n; i++)
		all += t->sends.v[i].n.sum.n;
	/* no record is no failure, where the script counts them at all */
	if (t->sends.n || value_known(f->end_send_failed))
		f->send_failures = value_of(all);
	if (most)
		snprintf(f->send_errno, sizeof(f->send_errno), "%s", most->name);
	if (refusal)
		snprintf(f->from_guest_reason, sizeof(f->from_guest_reason), "%s", refusal->name);
	snprintf(f->tap_driver, sizeof(f->tap_driver), "%s", l->dev->tap.driver);
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

static void finish_groups(struct queue_metrics *f, const struct history *t)
{
	const struct dump_cgroup *w = &t->worker_group, *g = &t->guest_group;

	put_text(f->worker_group, w->path);
	put_text(f->worker_limit, w->limit);
	put_text(f->worker_cpus, *w->allowed ? w->allowed : w->cpus);
	put_text(f->guest_group, g->path);
	put_text(f->guest_limit, g->limit);
	put_text(f->guest_cpus, *g->allowed ? g->allowed : g->cpus);
}

static void finish_shares(struct queue_metrics *f, const struct history *t)
{
	unsigned long long ms = (t->newest_us - t->first_us) / 1000;

	if (value_known(f->delay_avg_us))
		f->delay_avg_us = value_known(f->works) && f->works.n ?
					  value_of(f->delay_avg_us.n / f->works.n) :
					  (struct value){ 0 };
	f->worker_run_pct = share(f->worker_run_ms, ms);
	f->worker_wait_pct = share(f->worker_wait_ms, ms);
	f->guest_run_pct = share(f->guest_run_pct, ms);
	f->guest_wait_pct = share(f->guest_wait_pct, ms);
	f->guest_throttled_pct = share(f->guest_throttled_pct, ms);
}

static void finish_span(struct queue_metrics *f, const struct history *t, size_t i)
{
	const struct condition *c = &conditions[i];
	const struct span *s = &t->spans[i];
	unsigned long long now_us = s->now ? t->newest_us - s->since_us : 0;

	if (!s->seen)
		return;
	/* of 1000 samples one is something, too */
	put(f, c->pct, value_of(s->held ? (100 * s->held + s->seen - 1) / s->seen : 0));
	put(f, c->ms, value_of(s->longest_us / 1000));
	put(f, c->now_ms, value_of(now_us / 1000));
	put(f, c->ended, value_of(s->ended));
	put(f, c->at_end, value_of(s->now));
	if (c->now_ms)
		put(f, c->wait_pct,
		    share(s->now ? s->now_wait : (struct value){ 0 }, 1000 * now_us));
	else
		put(f, c->wait_pct, share(s->longest_wait, 1000 * s->longest_us));
}

void history_metrics(const struct history *t, const struct conditions *l, struct queue_metrics *f)
{
	*f = (struct queue_metrics){
		.rx = l->rx, .watched_ms = value_of((t->newest_us - t->first_us) / 1000),
		.samples = value_of(t->samples),
		.quiet_ms = value_of((t->newest_us - t->moved_us) / 1000),
		.waiting = condition_waiting(l), .waiting_max = t->waiting_max,
		.zcopy_waiting = condition_zcopy_waiting(l),
	};
	if (t->samples > 1 || value_known(t->vq.last_used_idx))
		f->moved = t->moved;
	f->stirred = t->stirred;
	if (t->over_seen)
		f->pending_over = value_of(t->over);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct value v = t->numbers[i].sum;

		v.n /= numbers[i].per;
		*metric_at(f, numbers[i].fact) = v;
	}
	for (size_t i = 0; i < ARRAY_SIZE(conditions); i++)
		finish_span(f, t, i);
	finish_shares(f, t);
	finish_drops(f, t);
	finish_sends(f, t, l);
	finish_groups(f, t);
	sent_facts(&t->sent, f);
	snprintf(f->qdisc, sizeof(f->qdisc), "%s", l->dev->tap.qdisc);
	snprintf(f->worker_policy, sizeof(f->worker_policy), "%s",
		 l->worker ? l->worker->task.policy : "");
	condition_asks(l, &f->asks, &f->full_asked);
	snprintf(f->chain_end, sizeof(f->chain_end), "%s", condition_chain_end(l));
	snprintf(f->chain_meaning, sizeof(f->chain_meaning), "%s",
		 dump_chain_end(f->chain_end) ? dump_chain_end(f->chain_end) : "");
}

struct history *history_new(void)
{
	return calloc(1, sizeof(struct history));
}
