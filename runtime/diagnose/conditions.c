// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One sample of a queue: what holds in it. conditions-notify.c has kicks and calls,
 * conditions-worker.c the threads. Where a value is missing that is needed,
 * it is unknown. Most samples of a busy queue are taken while vhost holds its lock,
 * so that a number may be a moment older than its neighbour: what must not be mistaken
 * asks for the lock (busy=0) or for nothing to have moved since the sample before.
 */
#include "diagnose/conditions.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define ZCOPY_RING 1024		/* UIO_MAXIOV, in drivers/vhost/net.c */

struct value condition_waiting(const struct sample *s)
{
	struct value fill = s->dev->tap.ring_fill, batched = s->now->net.batched;

	if (!s->rx || !value_known(fill))
		return (struct value){ 0 };
	return value_of(fill.n + (value_known(batched) ? batched.n : 0));
}

struct value condition_zcopy_waiting(const struct sample *s)
{
	const struct dump_net *n = &s->now->net;

	if (s->rx || !value_known(n->upend) || !value_known(n->done))
		return (struct value){ 0 };
	return value_of((n->upend.n - n->done.n) % ZCOPY_RING);
}

/* Buffers and packets */

int condition_empty(const struct sample *s)
{
	return s->rx && runs(s) ? is(s->now->derived.pending, 0) : -1;
}

int condition_rx_starved(const struct sample *s)
{
	struct value waiting = condition_waiting(s);
	int empty = condition_empty(s);

	if (empty <= 0)
		return empty;
	/* where the tap can't be read, a loss shows that packets were there */
	if (!value_known(waiting))
		return s->lost > 0 ? 1 : -1;
	return waiting.n > 0;
}

/* Not even slowly */
int condition_rx_no_refill(const struct sample *s)
{
	int starved = condition_rx_starved(s);

	if (starved <= 0)
		return starved;
	if (!s->before)
		return -1;
	return s->unmoved;
}

/* Packets in plenty, and room for them */
int condition_rx_backlog(const struct sample *s)
{
	const struct dump_tap *tap = &s->dev->tap;
	int empty = condition_empty(s);

	if (empty < 0 || !value_known(tap->ring) || !value_known(tap->ring_fill))
		return -1;
	return !empty && (value_is(tap->ring_full, 1) || 4 * tap->ring_fill.n >= 3 * tap->ring.n);
}

/* vhost can't read the ring: it is not mapped, or has no translation */
int condition_unreadable(const struct sample *s)
{
	return runs(s) ? !value_known(s->now->ring.avail_idx) : 0;
}

/* There is work, and none of it was finished since the sample before */
int condition_stalled(const struct sample *s)
{
	struct value waiting = condition_waiting(s);

	if (!runs(s) || !s->before || !value_known(s->now->derived.pending) ||
	    (s->rx && !value_known(waiting)))
		return -1;
	if (!s->now->derived.pending.n || (s->rx && !waiting.n))
		return 0;
	if (differ(s->now->last_used_idx, s->before->last_used_idx))
		return 0;
	return is(s->given, 0);
}

/* What is wrong with the ring */

int condition_pending_over(const struct sample *s)
{
	struct value seen = minus16(s->now->avail_idx, s->now->last_avail_idx);
	struct value num = s->now->num, pending = s->now->derived.pending;

	if (!runs(s) || !value_known(num) || !value_known(pending))
		return -1;
	/* vhost refuses such a ring: one that moves is none */
	if (s->before && (differ(s->now->last_used_idx, s->before->last_used_idx) ||
			  (value_known(s->given) && s->given.n)))
		return 0;
	if (!value_is(s->now->busy, 0))
		return -1;
	return pending.n > num.n || (value_known(seen) && seen.n > num.n);
}

static const struct dump_chain *next_chain(const struct sample *s)
{
	for (size_t i = 0; i < s->now->n_chains; i++)
		if (same(s->now->chains[i].pos, s->now->last_avail_idx))
			return &s->now->chains[i];
	return NULL;
}

static bool is_broken(const struct sample *s, const struct dump_chain *c)
{
	if (!*c->end || !strcmp(c->end, "ok") || !strcmp(c->end, "unreadable"))
		return false;
	/* what isn't translated yet is asked for */
	return !value_is(s->dev->iotlb, 1) ||
	       (strcmp(c->end, "unmapped") != 0 && strcmp(c->end, "indirect_unmapped") != 0);
}

int condition_chain_broken(const struct sample *s)
{
	const struct dump_chain *c = next_chain(s);

	if (!runs(s) || !c || !s->before)
		return -1;
	if (!is_broken(s, c) || strcmp(dump_position(s->now, c->pos), "pending") != 0 ||
	    !same(s->now->last_avail_idx, s->before->last_avail_idx))
		return 0;
	return is(s->given, 0);
}

const char *condition_chain_end(const struct sample *s)
{
	const struct dump_chain *c = next_chain(s);

	return c && is_broken(s, c) ? c->end : "";
}

/* The tap */

int condition_tap_full(const struct sample *s)
{
	return s->rx ? is(s->dev->tap.ring_full, 1) : -1;
}

int condition_tap_down(const struct sample *s)
{
	return runs(s) ? is(s->dev->tap.up, 0) : -1;
}

int condition_no_carrier(const struct sample *s)
{
	/* an interface that is down has none either */
	return runs(s) && value_is(s->dev->tap.up, 1) ? is(s->dev->tap.carrier, 0) : -1;
}

int condition_detached(const struct sample *s)
{
	return runs(s) ? is(s->dev->tap.detached, 1) : -1;
}

int condition_unwritable(const struct sample *s)
{
	struct value sndbuf = s->dev->tap.sndbuf, wmem = s->dev->tap.wmem;

	if (s->rx || !runs(s) || !value_known(sndbuf) || !value_known(wmem))
		return -1;
	if (sndbuf.n == SNDBUF_UNLIMITED || wmem.n >= sndbuf.n)
		return sndbuf.n != SNDBUF_UNLIMITED;
	/* once refused, vhost is woken when less than half is under way (sock_writeable()) */
	return 2 * wmem.n >= sndbuf.n && s->before && value_known(s->now->derived.pending) &&
	       s->now->derived.pending.n &&
	       (differ(s->now->count.end_send_failed,
	       s->before->count.end_send_failed) || condition_stalled(s) > 0);
}

int condition_zcopy_stuck(const struct sample *s)
{
	struct value waiting = condition_zcopy_waiting(s);

	if (s->now->net.upend.state == VALUE_NONE)
		return 0;	/* it isn't in use */
	if (!runs(s) || !value_known(waiting) || !s->before ||
	    !value_known(s->now->net.oldest_busy))
		return -1;
	if (!waiting.n || !s->now->net.oldest_busy.n ||
	    !same(s->now->net.done, s->before->net.done))
		return 0;
	/* what is done goes round, too */
	return value_known(s->given) && s->given.n < ZCOPY_RING ? 1 : -1;
}

/* Backend */

int condition_no_backend(const struct sample *s)
{
	return is(s->now->backend, 0);
}

/*
 * The guest has given buffers that neither vhost nor QEMU uses. RX buffers always
 * lie ready: there, packets have to wait
 */
int condition_unserved(const struct sample *s)
{
	const struct dump_ring *r = &s->now->ring;
	struct value out = minus16(r->avail_idx, r->used_idx), waiting = condition_waiting(s);
	/* a packet takes no more than some buffers */
	unsigned long long few = s->rx ? 1024 : 65536;

	if (!value_known(s->now->backend) || !s->before || !value_known(out) ||
	    (s->rx && !value_known(waiting)))
		return -1;
	if (s->now->backend.n || !out.n || !same(r->used_idx, s->before->ring.used_idx) ||
	    (s->rx && !waiting.n))
		return 0;
	return passed_few(s, few) ? 1 : -1;
}
