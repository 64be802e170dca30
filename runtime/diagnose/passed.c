// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What passed between two samples of a queue. A ring's indices have 16 bits: at 330,000
 * buffers a second they go round in 200 ms, and the same index says nothing about whether
 * it moved, nor a difference by how much. So an index is believed only as far as something
 * else bounds it: a count of 64 bits, the worker's time on a CPU, or the time that passed.
 */
#include "diagnose/history.h"

#include "dump/dump.h"

#define LAP 65536
/*
 * Nothing gives back a lap of buffers in less: 15 ns for each, in which a CPU doesn't even
 * fetch a descriptor that another one has written
 */
#define LAP_NS 1000000
/*
 * A run of a handler gives back less (VHOST_NET_WEIGHT, VHOST_NET_PKT_WEIGHT); missed runs are not
 * in the count
 */
#define RUNS_MISSED_MAX 16

static bool both(struct value a, struct value b)
{
	return value_known(a) && value_known(b);
}

static struct value grew(struct value now, struct value before)
{
	if (!both(now, before) || now.n < before.n)
		return (struct value){ 0 };
	return value_of(now.n - before.n);
}

/* Buffers given back by vhost's own count: off by less than half a lap, of a run that goes on */
static struct value counted(const struct sample *s)
{
	struct value missed = grew(s->dump->missed, s->missed_before);

	if (value_known(missed) && missed.n > RUNS_MISSED_MAX)
		return (struct value){ 0 };
	return grew(s->now->count.completions, s->before->count.completions);
}

/*
 * A thread's time is written when it leaves its CPU, or by the tick, which a CPU may be without. A
 * dump reads it later than the queue: what it ran in between is not in the difference
 */
static bool worker_rested(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;
	struct value ran = w && b ? grew(w->task.run_ns, b->task.run_ns) : (struct value){ 0 };

	return both(ran, s->took_before) && ran.n + 1000 * s->took_before.n < LAP_NS &&
	       *w->state == 'S' && *b->state == 'S';
}

static bool no_lap(const struct sample *s)
{
	return worker_rested(s) || (s->time_us - s->before_us) * 1000 < LAP_NS;
}

/* The number nearest to @about whose rest modulo a lap is @index */
static struct value nearest(unsigned long long about, unsigned long long index)
{
	short off = (short)(index - about);

	/* an index that was set back is no movement */
	return value_of(off < 0 && about < (unsigned long long)-off ? 0 : about + off);
}

struct value passed_given(const struct sample *s)
{
	struct value index, count;

	if (!s->before)
		return (struct value){ 0 };
	index = minus16(s->now->last_used_idx, s->before->last_used_idx);
	count = counted(s);
	if (value_known(count))
		return value_known(index) ? nearest(count.n, index.n) : count;
	if (!value_known(index) || !no_lap(s))
		return (struct value){ 0 };
	return index.n < LAP / 2 ? index : value_of(0);
}

static int differ(struct value a, struct value b)
{
	return both(a, b) ? a.n != b.n : -1;
}

/*
 * An index that differs has moved; the same one has not, as long as what is given back is known to
 * be nothing. Where the guest's own can't be read, vhost's are taken for both
 */
int passed_unmoved(const struct sample *s)
{
	int moved[3];

	if (!s->before)
		return -1;
	moved[0] = differ(s->now->last_used_idx, s->before->last_used_idx);
	moved[1] = differ(s->now->last_avail_idx, s->before->last_avail_idx);
	moved[2] = differ(s->now->ring.avail_idx, s->before->ring.avail_idx);
	for (size_t i = 0; i < ARRAY_SIZE(moved); i++)
		if (moved[i] > 0)
			return 0;
	if (value_known(s->given) && s->given.n)
		return 0;
	return value_known(s->given) && moved[0] == 0 ? 1 : -1;
}

/*
 * Without a backend it is QEMU that may serve a queue, and nothing counts what it gives back but
 * the interface: of @most packets in all its queues there is no lap in one
 */
bool passed_few(const struct sample *s, unsigned long long most)
{
	const struct dump_tap *t = &s->dev->tap, *b = s->tap_before;
	struct value n = { 0 };

	if (b)
		n = s->rx ? grew(t->to_guest, b->to_guest) : grew(t->from_guest, b->from_guest);
	return value_known(n) && n.n < most;
}
