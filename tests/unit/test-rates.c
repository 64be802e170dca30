// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No verdict depends on where the rate falls. Guests that are well and guests with a fault,
 * each at another rate, and what is true of them beside it: the indices of their rings go
 * round between two samples, once, several times, and to the very same place. With
 * UNIT_LONG=1 more rates, guests, pairs and intervals.
 */
#include "base/strv.h"

#include <stdio.h>

#include "diagnose/diagnose.h"
#include "watch.h"

#define RING 256
#define SAMPLES 11
#define PAIRS_MAX 8

typedef unsigned long long u64;

/* A queue at one moment. Counts have 64 bits, as in truth; what is printed of indices has 16 */
struct made_queue {
	u64 used, taken, seen, avail;	/* given back, taken by vhost, seen by it, made available */
	u64 event, kicks, signals, ended_empty, refused;
	unsigned int used_flags;
	bool backend, in_qemu, no_kick_eventfd;
	u64 upend, done;
	bool oldest_busy;
};

struct made_pair {
	struct made_queue rx, tx;
	u64 ring_fill, run_us, wait_us, pending;
	char state;
};

struct made {
	u64 rate, us;			/* of its buffers; since the watch began */
	unsigned int pairs;
	struct made_pair pair[PAIRS_MAX];
	u64 to_guest, from_guest, lost;
};

static u64 at_rate(const struct made *m, u64 per_second)
{
	return per_second * m->us / 1000000;
}

/* From 40000 on, so that no index begins with 0 */
static void move_rx(struct made *m, unsigned int pair, u64 per_second)
{
	struct made_queue *q = &m->pair[pair].rx;
	u64 n = 40000 + at_rate(m, per_second);

	*q = (struct made_queue){ .used = n, .taken = n, .seen = n + RING, .avail = n + RING, .event = n + 10,
				  .signals = at_rate(m, 300), .used_flags = 1, .backend = true };
	m->to_guest += n;
}

static void move_tx(struct made *m, unsigned int pair, u64 per_second)
{
	struct made_queue *q = &m->pair[pair].tx;
	u64 n = 40000 + at_rate(m, per_second);

	*q = (struct made_queue){ .used = n, .taken = n, .seen = n + 20, .avail = n + 20, .event = n + 10,
				  .kicks = at_rate(m, 100), .signals = at_rate(m, 100),
				  .used_flags = 1, .backend = true };
	m->from_guest += n;
}

static void be_idle(struct made *m)
{
	m->to_guest = m->from_guest = m->lost = 0;
	for (unsigned int i = 0; i < m->pairs; i++) {
		m->pair[i] = (struct made_pair){ .state = 'S' };
		move_rx(m, i, 0);
		move_tx(m, i, 0);
		m->pair[i].tx.seen = m->pair[i].tx.avail = m->pair[i].tx.taken;
		m->pair[i].tx.used_flags = 0;
		m->pair[i].rx.signals = m->pair[i].tx.signals = m->pair[i].tx.kicks = 0;
	}
}

static void work(struct made_pair *p, const struct made *m, unsigned int run_pct,
		 unsigned int wait_pct)
{
	p->state = 'R';
	p->run_us = m->us * run_pct / 100;
	p->wait_us = m->us * wait_pct / 100;
}

/* What is true of them */

static void is_idle(struct made *m)
{
	(void)m;
}

static void flows(struct made *m)
{
	for (unsigned int i = 0; i < m->pairs; i++) {
		move_rx(m, i, m->rate);
		move_tx(m, i, m->rate);
		work(&m->pair[i], m, 60, 0);
	}
}

/* One thread can't do more, and the others have nothing to do */
static void is_busy(struct made *m)
{
	move_rx(m, 0, m->rate);
	work(&m->pair[0], m, 97, 0);
	m->pair[0].ring_fill = 1000;
	m->lost = at_rate(m, 5000);
}

static void is_busy_among_others(struct made *m)
{
	flows(m);
	work(&m->pair[0], m, 97, 0);
	m->pair[0].ring_fill = 1000;
	m->lost = at_rate(m, 5000);
}

static void is_starved(struct made *m)
{
	is_busy(m);
	work(&m->pair[0], m, 5, 93);
}

/* No buffers in any sample, but as many as it likes between */
static void is_at_its_limit(struct made *m)
{
	struct made_queue *q = &m->pair[0].rx;

	move_rx(m, 0, m->rate);
	q->seen = q->avail = q->taken;
	q->event = q->used + 1000;
	q->ended_empty = at_rate(m, 300);
	q->used_flags = 0;
	m->pair[0].ring_fill = 300;
	work(&m->pair[0], m, 60, 0);
}

static void is_too_slow(struct made *m)
{
	is_at_its_limit(m);
	m->pair[0].ring_fill = 1000;
	m->lost = at_rate(m, 5000);
}

/* The queue does not move, and the other direction keeps its thread busy */
static void gives_no_buffers(struct made *m)
{
	struct made_queue *q = &m->pair[0].rx;

	flows(m);
	move_rx(m, 0, 0);
	q->seen = q->avail = q->taken;
	q->signals = 0;
	q->used_flags = 0;
	q->event = q->used;
	m->pair[0].ring_fill = 1000;
	m->lost = at_rate(m, 5000);
}

static void has_few_buffers(struct made *m)
{
	move_rx(m, 0, m->rate);
	m->pair[0].rx.seen = m->pair[0].rx.avail = m->pair[0].rx.taken + 3;
	m->pair[0].rx.ended_empty = at_rate(m, 300);
	m->pair[0].ring_fill = 300;
	work(&m->pair[0], m, 60, 0);
}

/* Just about to kick, in each sample */
static void kicks(struct made *m)
{
	struct made_queue *q = &m->pair[0].tx;

	move_tx(m, 0, m->rate);
	q->seen = q->taken;
	q->avail = q->taken + 5;
	q->used_flags = 0;
	q->no_kick_eventfd = true;
	m->pair[0].run_us = m->us * 6 / 10;
}

static void is_served_by_qemu(struct made *m)
{
	move_rx(m, 0, m->rate);
	move_tx(m, 0, m->rate);
	m->pair[0].rx.backend = m->pair[0].tx.backend = false;
	m->pair[0].rx.in_qemu = m->pair[0].tx.in_qemu = true;
	m->pair[0].ring_fill = 10;
}

static void sends_without_copying(struct made *m)
{
	struct made_queue *q = &m->pair[0].tx;

	move_tx(m, 0, m->rate);
	q->upend = q->used + 40;
	q->done = q->used;
	q->oldest_busy = true;
	work(&m->pair[0], m, 60, 0);
}

static void is_refused_here_and_there(struct made *m)
{
	move_tx(m, 0, m->rate);
	m->pair[0].tx.refused = at_rate(m, 5);
	work(&m->pair[0], m, 60, 0);
}

/* With all sent it does nothing, and its used_event is from a time long before */
static void rests_after_traffic(struct made *m)
{
	struct made past = *m;
	struct made_queue *q = &m->pair[0].tx;
	u64 end = 3000000;

	past.us = m->us < end ? m->us : end;
	move_tx(&past, 0, m->rate);
	*q = past.pair[0].tx;
	m->from_guest = past.from_guest;
	past.us = end;
	q->event = 40000 + at_rate(&past, m->rate) - 64;
	if (m->us >= end)
		q->seen = q->avail = q->taken;
	work(&m->pair[0], m, 60, 0);
	m->pair[0].state = m->us < end ? 'R' : 'S';
	m->pair[0].run_us = past.us < m->us ? end / 2 : m->us / 2;
}

static const struct scene {
	const char *what;
	void (*make)(struct made *m);
	const char *want;
	u64 from;		/* buffers a second: slower, it is something else */
} scenes[] = {
	{ "idle", is_idle, "", 0 },
	{ "traffic in all queues", flows, "", 0 },
	{ "a busy worker", is_busy, "RX0 WORKER-BUSY certain", 0 },
	{ "a busy worker among others", is_busy_among_others, "RX0 WORKER-BUSY certain", 0 },
	{ "a starved worker", is_starved, "RX0 WORKER-STARVED certain", 0 },
	{ "a guest at its limit", is_at_its_limit, "", 0 },
	{ "a guest that is too slow", is_too_slow, "RX0 RX-EMPTY certain", 0 },
	{ "a guest that gives no buffers", gives_no_buffers, "RX0 RX-EMPTY certain", 0 },
	{ "a guest with few buffers", has_few_buffers, "", 0 },
	{ "kicks", kicks, "", 0 },
	{ "served by QEMU", is_served_by_qemu, "", 0 },
	{ "zerocopy", sends_without_copying, "", 2000 },
	{ "a refusal now and then", is_refused_here_and_there, "", 0 },
	{ "rest after traffic", rests_after_traffic, "", 25000 },
};

/* As records */

static void put_queue(FILE *f, const char *of, const struct made_queue *q, bool counted)
{
	char n[24] = "?", kicks[24] = "?";

	if (counted) {
		snprintf(n, sizeof(n), "%llu", q->used);
		snprintf(kicks, sizeof(kicks), "%llu", q->kicks);
	}
	fprintf(f,
		"VQ %s num=%u backend=%u worker=0 last_avail_idx=%llu avail_idx=%llu last_used_idx=%llu used_flags=%u "
		"signalled_used=%llu signalled_used_valid=1 busyloop_us=0 kick=%s call=0 error=none "
		"vq_features=0x138008000 busy=0\n",
		of, RING, q->backend, (q->in_qemu ? 0 : q->taken) & 0xffff,
		(q->in_qemu ? 0 : q->seen) & 0xffff, (q->in_qemu ? 0 : q->used) & 0xffff,
		q->used_flags, q->used & 0xffff, q->no_kick_eventfd ? "?" : kicks);
	fprintf(f,
		"RING %s avail_flags=0 avail_idx=%llu used_event=%llu used_flags=0 used_idx=%llu avail_event=%llu "
		"error=none\n",
		of, q->avail & 0xffff, q->event & 0xffff, q->used & 0xffff, q->seen & 0xffff);
	fprintf(f, "NET %s upend=%llu done=%llu oldest_busy=%u ubufs=%u batched=0\n", of,
		q->upend % 1024, q->done % 1024, q->oldest_busy, q->upend != q->done);
	fprintf(f,
		"COUNT %s kicks=%s signals=%llu suppressed=0 no_call=0 completions=%s runs=%llu taken=%s taken_max=64 "
		"end_no_backend=0 end_iotlb=0 end_error=0 end_ring_empty=%llu end_turn=0 end_send_failed=%llu "
		"end_socket_empty=0 errors=0 misses=0 works=%llu delay_ns=0 delay_max_ns=0\n",
		of, kicks, q->signals, n, q->signals, n, q->ended_empty, q->refused, q->signals);
	if (q->refused)
		fprintf(f, "SEND %s errno=EAGAIN n=%llu\n", of, q->refused);
}

static void put_pair(FILE *f, const struct made *m, unsigned int pid, unsigned int i, bool counted)
{
	const struct made_pair *p = &m->pair[i];
	char of[80];

	snprintf(of, sizeof(of), "pid=%u dev=%u", pid, i);
	fprintf(f,
		"DEV %s kind=net fd=%u if=tap%u pair=%u queues=2 owner=%u features=0x138008000 iotlb=0 workers=1\n",
		of, 31 + i, pid, i, pid);
	fprintf(f,
		"TAP %s driver=tun up=1 carrier=1 queues=%u ring=1000 ring_fill=%llu ring_full=%u sndbuf=2147483647 "
		"wmem=0 rx_packets=%llu rx_dropped=0 rx_errors=0 tx_packets=%llu tx_dropped=%llu tx_errors=0 "
		"qdisc=fq_codel qdisc_drops=0 qdisc_backlog=0 filter=0 detached=0\n",
		of, m->pairs, p->ring_fill, p->ring_fill >= 1000, m->from_guest, m->to_guest,
		m->lost);
	fprintf(f,
		"WORKER %s worker=0 tid=%u comm=vhost state=%c cpu=1 form=vhost_task pending=0\n",
		of, 50 + i, p->state);
	fprintf(f, "TASK %s worker=0 run_ns=%llu wait_ns=%llu waits=9 policy=other prio=120\n", of,
		1000 * p->run_us, 1000 * p->wait_us);
	snprintf(of, sizeof(of), "pid=%u dev=%u queue=RX%u index=0", pid, i, i);
	put_queue(f, of, &p->rx, counted);
	snprintf(of, sizeof(of), "pid=%u dev=%u queue=TX%u index=1", pid, i, i);
	put_queue(f, of, &p->tx, counted);
	fprintf(f, "DROP pid=%u dev=%u reason=FULL_RING n=%llu sampled=0\n", pid, i, m->lost);
}

/* @guests of that scene, a rate each */
static char *records(const struct scene *s, const u64 *rates, unsigned int guests,
		     unsigned int pairs, unsigned int every, bool counted)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	assert_non_null(f);
	for (unsigned int at = 0; at < SAMPLES * (every < 500 ? 2 : 1); at++) {
		fprintf(f, "DUMP format=1 release=6.12.1 time_us=%llu seq=%u\n",
			1000000 + 1000ULL * every * at, at);
		for (unsigned int g = 0; g < guests; g++) {
			struct made m = { .rate = rates[g], .us = 1000ULL * every * at,
					  .pairs = pairs ? pairs : g % PAIRS_MAX + 1 };

			be_idle(&m);
			s->make(&m);
			fprintf(f,
				"GUEST pid=%u comm=qemu\nTHREADS pid=%u threads=6 run_ns=%llu wait_ns=0 wait_max_ns=0\n",
				1000 + g, 1000 + g, 500 * m.us);
			for (unsigned int i = 0; i < m.pairs; i++)
				put_pair(f, &m, 1000 + g, i, counted);
		}
		fprintf(f, "MISSED events=0\nEND queues=0 unreadable=0 lost=0 us=184\n");
	}
	fclose(f);
	return out;
}

/* The verdicts, beside what is true */

static char *verdicts_of_guest(const struct verdicts *v, u64 pid)
{
	STRV_CLEAN struct strv s = { 0 };

	for (size_t i = 0; i < v->n; i++)
		if (v->v[i].at.guest->pid.n == pid && !v->v[i].because)
			strv_addf(&s, "%s %s %s", v->v[i].at.queue->name, v->v[i].rule->name,
				  confidence_str(v->v[i].confidence));
	return strv_join(&s, ", ");
}

static bool is_not_excluded(const struct verdicts *v, u64 pid, const char *rule)
{
	for (size_t i = 0; i < v->n_not_excluded; i++)
		if (v->not_excluded[i].at.guest->pid.n == pid &&
		    !strcmp(v->not_excluded[i].rule->name, rule))
			return true;
	return false;
}

/*
 * Without counts a verdict may be one that can't be excluded; but never one that isn't so
 */
static bool is_right(const struct scene *s, const char *is, const struct verdicts *v, u64 pid,
		     bool counted)
{
	FREE char *rule = strdup(s->want);
	char *name = strchr(rule, ' ');

	if (counted || !strcmp(is, s->want))
		return !strcmp(is, s->want);
	if (!*s->want)
		return false;
	*strchr(++name, ' ') = '\0';
	/* the same, less sure */
	return *is ? strstr(is, name) && !strchr(is, ',') : is_not_excluded(v, pid, name);
}

/* What moves is called so, or unknown: never idle */
static void check_health(const struct scene *s, const struct verdicts *v, bool counted)
{
	for (size_t i = 0; i < v->n_queues; i++) {
		enum health h = v->queues[i].health;

		if (s->make == is_idle)
			assert_int_equal(h, HEALTH_IDLE);
		else if (s->make == flows)
			assert_true(h == HEALTH_GOOD || (!counted && h == HEALTH_UNKNOWN));
	}
}

static void check(const struct scene *s, const u64 *rates, unsigned int guests, unsigned int pairs,
		  unsigned int every, bool counted)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	FREE char *text = records(s, rates, guests, pairs, every, counted);
	bool bad = false;

	assert_true(watch_text(&w, text) >= 0);
	assert_int_equal(w.reader.odd, 0);
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(w.evidence.n_guests, guests);
	for (unsigned int g = 0; g < guests; g++) {
		FREE char *is = verdicts_of_guest(&v, 1000 + g);

		if (rates[g] < s->from || is_right(s, is, &v, 1000 + g, counted))
			continue;
		bad = true;
		print_message("%s, %llu/s, every %u ms, %u guests, %s: '%s', not '%s'\n", s->what,
			      rates[g], every, guests, counted ? "counted" : "not counted", is,
			      s->want);
	}
	assert_false(bad);
	check_health(s, &v, counted);
}

/* Spread, and where an index comes back to where it was, or half round */
static size_t make_rates(u64 *rates, size_t most, unsigned int every)
{
	static const u64 spread[] = { 1000,   3000,   10000,  30000,   100000, 150000,
				      200000, 300000, 700000, 1000000, 2000000 };
	const u64 lap = 65536ULL * 1000 / every;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(spread) && n < most; i++)
		rates[n++] = spread[i];
	for (u64 k = 1; k <= 60 && n + 3 < most && k * lap / 2 <= 2000000; k++)
		for (int off = -1; off <= 1; off++)
			rates[n++] = k * lap / 2 + off;
	return n;
}

static void no_verdict_depends_on_the_rate(void **state)
{
	static const unsigned int intervals[] = { 200, 1000, 500, 2000 };
	const bool all = getenv("UNIT_LONG") && *getenv("UNIT_LONG");
	u64 rates[200];

	(void)state;
	for (size_t e = 0; e < (all ? ARRAY_SIZE(intervals) : 2); e++) {
		size_t n = make_rates(rates, all ? ARRAY_SIZE(rates) : 24, intervals[e]);

		for (size_t s = 0; s < ARRAY_SIZE(scenes); s++)
			for (int counted = 1; counted >= 0; counted--) {
				/* all at once, with 1 to 8 pairs */
				check(&scenes[s], rates, n, 0, intervals[e], counted);
				/* ten, and each alone, with each number of pairs */
				for (size_t i = 0; all && i + 10 <= n; i += 10)
					check(&scenes[s], rates + i, 10, i / 10 % PAIRS_MAX + 1,
					      intervals[e], counted);
				for (size_t i = 0; all && i < n; i++)
					check(&scenes[s], rates + i, 1, i % PAIRS_MAX + 1,
					      intervals[e], counted);
			}
	}
}

/*
 * The same worker below and above the rate at which an index moves by half its range between two
 * samples
 */
static void a_busy_worker_is_found_and_its_losses_are_told_once(void **state)
{
	static const u64 rates[] = { 150000, 163840, 200000, 327680 };
	const struct scene *busy = &scenes[2];

	(void)state;
	assert_string_equal(busy->what, "a busy worker");
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		FREE char *text = records(busy, &rates[i], 1, 4, 200, true);
		size_t shown = 0;

		assert_true(watch_text(&w, text) >= 0);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);
		assert_int_equal(v.n, 1);
		assert_string_equal(v.v[0].rule->name, "WORKER-BUSY");
		assert_int_equal(v.v[0].confidence, CERTAIN);
		assert_string_equal(v.v[0].at.queue->name, "RX0");
		assert_int_equal(v.n_queues, 8);
		for (size_t q = 0; q < v.n_queues; q++) {
			const struct queue_metrics *f = &v.queues[q].at.queue->metrics;

			assert_true(value_is(f->lost, 5000 * f->watched_ms.n / 1000));
			assert_false(metric_is_own(metric_find("lost", strlen("lost")), f));
			shown += f->rx && f->shared.first;
			if (q)
				assert_int_equal(v.queues[q].health, HEALTH_IDLE);
		}
		assert_int_equal(shown, 1);
		assert_true(value_is(v.queues[0].at.queue->metrics.moved, rates[i] * 21 / 5));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_verdict_depends_on_the_rate),
		cmocka_unit_test(a_busy_worker_is_found_and_its_losses_are_told_once),
	};

	return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
