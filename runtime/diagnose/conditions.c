// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One sample of a queue: what holds in it. Where a value is missing that is needed,
 * it is unknown. Most samples of a busy queue are taken while vhost holds its lock,
 * so that a number may be a moment older than its neighbour: what must not be mistaken
 * asks for the lock (busy=0) or for nothing to have moved since the sample before.
 */
#include "diagnose/history.h"

#include "base/version.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define NO_NOTIFY 1		/* VRING_USED_F_NO_NOTIFY: vhost wants no kicks */
#define NO_INTERRUPT 1		/* VRING_AVAIL_F_NO_INTERRUPT */
#define ZCOPY_RING 1024		/* UIO_MAXIOV, in drivers/vhost/net.c */

static bool same(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n == b.n;
}

static bool differ(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n != b.n;
}

static int is(struct value v, unsigned long long n)
{
	return value_known(v) ? v.n == n : -1;
}

static bool runs(const struct sample *s)
{
	return value_is(s->now->backend, 1);
}

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

/* Kicks */

static bool kicked(const struct sample *s)
{
	/* no program reads a kick eventfd's counter: it grows with each kick */
	return differ(s->now->count.kicks, s->before->count.kicks) ||
	       differ(s->now->kick, s->before->kick);
}

/*
 * The guest is ahead of what vhost has seen, vhost wants a kick, and sleeps. One that is kept
 * from its CPU has taken its work off the list: nothing is pending then, either
 */
int condition_kick_missing(const struct sample *s)
{
	const struct dump_vq *q = s->now;
	struct value waiting = condition_waiting(s);
	int asleep = condition_asleep(s);

	if (!runs(s) || !s->before || !value_known(q->used_flags) ||
	    !value_known(q->ring.avail_idx) || !value_known(q->avail_idx) || asleep < 0 ||
	    (s->rx && !value_known(waiting)))
		return -1;
	if ((q->used_flags.n & NO_NOTIFY) || !differ(q->ring.avail_idx, q->avail_idx) || !asleep ||
	    !same(q->avail_idx, s->before->avail_idx) ||
	    !same(q->last_avail_idx, s->before->last_avail_idx) || kicked(s) ||
	    (s->rx && !waiting.n))
		return 0;
	return is(s->given, 0);
}

/* Signals */

/* used_event was passed not longer ago than a ring and one: the guest asked for a signal there */
static bool event_passed(const struct dump_vq *q)
{
	struct value ago = minus16(q->last_used_idx, q->ring.used_event);

	return value_known(ago) && ago.n && value_known(q->num) && ago.n <= q->num.n + 1;
}

static int call_missing_event(const struct sample *s)
{
	const struct dump_vq *q = s->now;
	struct armed *a = s->armed;

	if (!value_known(q->ring.used_event) || !value_known(q->last_used_idx))
		return -1;
	if (!event_passed(q)) {
		*a = (struct armed){ true, q->ring.used_event, q->last_used_idx, q->count.signals,
				     0 };
		return 0;
	}
	if (a->is && same(a->event, q->ring.used_event) && same(a->signals, q->count.signals))
		return 1;
	a->is = false;
	return 0;
}

/*
 * Without EVENT_IDX a guest may switch signals off and on between two samples, and poll
 * instead: only one that has no buffer left, and packets waiting, has not polled.
 */
static int call_missing_flags(const struct sample *s)
{
	const struct dump_vq *q = s->now;
	struct armed *a = s->armed;

	if (!s->rx || !value_known(q->ring.avail_flags))
		return -1;
	if (q->ring.avail_flags.n & NO_INTERRUPT) {
		a->is = false;
		return 0;
	}
	if (!a->is || differ(a->signals, q->count.signals)) {
		*a = (struct armed){ true, { 0 }, q->last_used_idx, q->count.signals, 0 };
		return 0;
	}
	return differ(a->used, q->last_used_idx) && condition_rx_no_refill(s) > 0;
}

int condition_call_missing(const struct sample *s)
{
	/* without an eventfd none could go out: whether one is wanted is another question */
	if (runs(s) && s->now->call.state == VALUE_NONE)
		return 0;
	if (!runs(s) || s->event_idx < 0 || !value_known(s->now->count.signals) ||
	    (s->before && !value_known(s->given)))
		return -1;
	/* between giving back and deciding, while the lock is held, nothing is missing */
	if (!value_is(s->now->busy, 0)) {
		bool signalled = s->before &&
				 differ(s->now->count.signals, s->before->count.signals);

		return signalled || condition_no_interrupt(s) > 0 ? 0 : -1;
	}
	return s->event_idx ? call_missing_event(s) : call_missing_flags(s);
}

int condition_call_none(const struct sample *s)
{
	return runs(s) && s->now->call.state != VALUE_UNKNOWN ? s->now->call.state == VALUE_NONE :
								-1;
}

/*
 * KVM's irqfd takes the signal without reading the eventfd's counter before 5.11, b59e00dd8cda
 * ("kvm/eventfd: Drain events from eventfd in irqfd_wakeup()"): there it grows whatever is done
 */
static bool irqfd_drains(const char *release)
{
	static const struct version since = { 5, 11, 0 };
	struct version v;

	return version_parse(release, &v) && version_cmp(&v, &since) >= 0;
}

/* The counter in the call eventfd grew by each signal, or is the same: no program has read it */
int condition_call_unread(const struct sample *s)
{
	struct value now = s->now->call, before = s->before ? s->before->call : (struct value){ 0 };
	struct value signals = s->now->count.signals;

	if (now.state == VALUE_NONE)
		return 0;
	if (!runs(s) || !value_known(now) || !value_known(before) ||
	    !irqfd_drains(s->dump->release))
		return -1;
	if (value_known(signals) && value_known(s->before->count.signals))
		return before.n && now.n - before.n == signals.n - s->before->count.signals.n;
	return before.n && now.n == before.n;
}

int condition_no_interrupt(const struct sample *s)
{
	const struct dump_vq *q = s->now;
	struct value ahead = minus16(q->ring.used_event, q->last_used_idx);

	if (!runs(s) || s->event_idx < 0)
		return -1;
	if (!s->event_idx)
		return value_known(q->ring.avail_flags) ?
			       (int)(q->ring.avail_flags.n & NO_INTERRUPT) :
			       -1;
	if (!value_known(ahead) || !value_known(q->num))
		return -1;
	return ahead.n >= q->num.n && !event_passed(q);
}

void condition_asks(const struct sample *s, struct value *asks, struct value *full)
{
	const struct dump_vq *q = s->now;
	struct value rest = minus16(q->ring.avail_idx, q->ring.used_event);

	*asks = *full = (struct value){ 0 };
	if (!s->event_idx && value_known(q->ring.avail_flags)) {
		*asks = value_of(!(q->ring.avail_flags.n & NO_INTERRUPT));
		return;
	}
	if (s->event_idx <= 0 || !value_known(rest) || !value_known(q->last_used_idx) ||
	    !value_known(q->num))
		return;
	/* one that was written long ago may have been passed a lap ago, and answered */
	if (!value_known(s->event_age))
		return;
	/* newer guests write 0 when they want no signals */
	*asks = value_of(event_passed(q) && q->ring.used_event.n && s->event_age.n < 0x8000);
	/*
	 * Or it has asked long before, and a whole ring came since.
	 * A guest whose ring is full asks for a signal after three quarters of it
	 * (virtqueue_enable_cb_delayed()); Linux takes it for full when 18 descriptors are left
	 */
	*full = value_of(asks->n && ((4 * rest.n + 24 >= q->num.n && 4 * rest.n <= q->num.n + 4) ||
				     (rest.n + 18 >= q->num.n && rest.n <= q->num.n + 1)));
}

/* The worker */

int condition_asleep(const struct sample *s)
{
	if (!s->worker || !*s->worker->state || !value_known(s->worker->pending))
		return -1;
	return *s->worker->state == 'S' && !s->worker->pending.n;
}

/*
 * Of the guest's vCPUs, where they are known by their names: a frozen one, or the one that was held
 * up most
 */
static const struct dump_cgroup *guest_group(const struct dump_guest *g)
{
	const struct dump_cgroup *worst = NULL;

	for (size_t i = 0; i < g->n_cgroups; i++) {
		const struct dump_cgroup *c = &g->cgroups[i];
		bool vcpu = !strcmp(c->kind, "vcpu");

		if (!vcpu &&
		    (strcmp(c->kind, "emulator") != 0 || (worst && !strcmp(worst->kind, "vcpu"))))
			continue;
		if (!worst || strcmp(c->kind, worst->kind) != 0 || c->frozen.n > worst->frozen.n ||
		    (c->frozen.n == worst->frozen.n && c->throttled_us.n > worst->throttled_us.n))
			worst = c;
	}
	return worst;
}

void condition_groups(struct sample *s)
{
	s->guest_group = guest_group(s->guest);
	s->worker_group = NULL;
	for (size_t i = 0; i < s->guest->n_cgroups && s->worker; i++)
		if (!strcmp(s->guest->cgroups[i].kind, "worker") &&
		    same(s->guest->cgroups[i].tid, s->worker->tid))
			s->worker_group = &s->guest->cgroups[i];
}

int condition_worker_frozen(const struct sample *s)
{
	return s->worker_group ? is(s->worker_group->frozen, 1) : -1;
}

int condition_guest_frozen(const struct sample *s)
{
	return s->guest_group ? is(s->guest_group->frozen, 1) : -1;
}

int condition_stopped(const struct sample *s)
{
	return s->worker && *s->worker->state ? !!strchr("TtZX", *s->worker->state) : -1;
}

int condition_worker_stalled(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	if (!w || !b || !value_known(w->pending) || !value_known(w->task.run_ns))
		return -1;
	return w->pending.n && value_is(b->pending, 1) && same(w->task.run_ns, b->task.run_ns) &&
	       !differ(s->now->count.works, s->before->count.works);
}

/* Whether a time of the worker's grew by @pct of that since the sample before */
static int took(const struct sample *s, struct value now, struct value before, unsigned int pct)
{
	unsigned long long us = s->time_us - s->before_us;

	if (!value_known(now) || !value_known(before) || now.n < before.n || !us)
		return -1;
	return (now.n - before.n) / 10 >= pct * us;
}

/* Nearly all the time it runs */
int condition_busy(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	return w && b ? took(s, w->task.run_ns, b->task.run_ns, 90) : -1;
}

/* More than half of the time it waits for a CPU */
int condition_late(const struct sample *s)
{
	const struct dump_worker *w = s->worker, *b = s->worker_before;

	return w && b ? took(s, w->task.wait_ns, b->task.wait_ns, 50) : -1;
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
