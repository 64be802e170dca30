// SPDX-License-Identifier: GPL-2.0-or-later
/* What is kept of a queue becomes its metrics. */
#include "diagnose/history-state.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

static struct value *metric_at(struct queue_metrics *m, size_t offset)
{
	return (struct value *)((char *)m + offset);
}

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
	m->lost = history_plus(m->drops, m->qdisc_drops);
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

	for (size_t i = 0; i < n_history_numbers; i++)
		if (history_numbers[i].metric == offsetof(struct queue_metrics, delay_max_us))
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
	/* (these records come once a second, not with each sample) */
	m->guest_throttled_pct = share(m->guest_throttled_pct,
				       (h->group_newest_us - h->group_first_us) / 1000);
}

static void finish_span(struct queue_metrics *m, const struct history *h, size_t i)
{
	const struct condition *c = &history_conditions[i];
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
	for (size_t i = 0; i < n_history_numbers; i++) {
		struct value v = h->numbers[i].sum;

		v.n /= history_numbers[i].per;
		*metric_at(m, history_numbers[i].metric) = v;
	}
	for (size_t i = 0; i < n_history_conditions; i++)
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
