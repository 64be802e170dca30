// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One sample of a queue: what holds in it. Where a value is missing that is needed,
 * it can't be told. Most samples of a busy queue are taken while vhost holds its lock,
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

static bool runs(const struct conditions *l)
{
	return value_is(l->now->backend, 1);
}

struct value condition_waiting(const struct conditions *l)
{
	struct value fill = l->dev->tap.ring_fill, batched = l->now->net.batched;

	if (!l->rx || !value_known(fill))
		return (struct value){ 0 };
	return value_of(fill.n + (value_known(batched) ? batched.n : 0));
}

struct value condition_zcopy_waiting(const struct conditions *l)
{
	const struct dump_net *n = &l->now->net;

	if (l->rx || !value_known(n->upend) || !value_known(n->done))
		return (struct value){ 0 };
	return value_of((n->upend.n - n->done.n) % ZCOPY_RING);
}

/* Buffers and packets */

int condition_empty(const struct conditions *l)
{
	return l->rx && runs(l) ? is(l->now->derived.pending, 0) : -1;
}

int condition_rx_starved(const struct conditions *l)
{
	struct value waiting = condition_waiting(l);
	int empty = condition_empty(l);

	if (empty <= 0)
		return empty;
	/* where the tap can't be looked into, a loss tells that packets were there */
	if (!value_known(waiting))
		return l->lost > 0 ? 1 : -1;
	return waiting.n > 0;
}

/* Not even slowly */
int condition_rx_no_refill(const struct conditions *l)
{
	int starved = condition_rx_starved(l);

	if (starved <= 0)
		return starved;
	if (!l->before)
		return -1;
	return l->stood;
}

/* Packets in plenty, and room for them */
int condition_rx_backlog(const struct conditions *l)
{
	const struct dump_tap *tap = &l->dev->tap;
	int empty = condition_empty(l);

	if (empty < 0 || !value_known(tap->ring) || !value_known(tap->ring_fill))
		return -1;
	return !empty && (value_is(tap->ring_full, 1) || 4 * tap->ring_fill.n >= 3 * tap->ring.n);
}

/* The ring is where nobody can look: not mapped, or without a translation */
int condition_unreadable(const struct conditions *l)
{
	return runs(l) ? !value_known(l->now->ring.avail_idx) : 0;
}

/* There is work, and none of it was finished since the sample before */
int condition_stalled(const struct conditions *l)
{
	struct value waiting = condition_waiting(l);

	if (!runs(l) || !l->before || !value_known(l->now->derived.pending) ||
	    (l->rx && !value_known(waiting)))
		return -1;
	if (!l->now->derived.pending.n || (l->rx && !waiting.n))
		return 0;
	if (differ(l->now->last_used_idx, l->before->last_used_idx))
		return 0;
	return is(l->given, 0);
}

/* What is wrong with the ring */

int condition_pending_over(const struct conditions *l)
{
	struct value seen = minus16(l->now->avail_idx, l->now->last_avail_idx);
	struct value num = l->now->num, pending = l->now->derived.pending;

	if (!runs(l) || !value_known(num) || !value_known(pending))
		return -1;
	/* vhost refuses such a ring: one that moves is none */
	if (l->before && (differ(l->now->last_used_idx, l->before->last_used_idx) ||
			  (value_known(l->given) && l->given.n)))
		return 0;
	if (!value_is(l->now->busy, 0))
		return -1;
	return pending.n > num.n || (value_known(seen) && seen.n > num.n);
}

static const struct dump_chain *next_chain(const struct conditions *l)
{
	for (size_t i = 0; i < l->now->n_chains; i++)
		if (same(l->now->chains[i].pos, l->now->last_avail_idx))
			return &l->now->chains[i];
	return NULL;
}

static bool is_broken(const struct conditions *l, const struct dump_chain *c)
{
	if (!*c->end || !strcmp(c->end, "ok") || !strcmp(c->end, "unreadable"))
		return false;
	/* what isn't translated yet is asked for */
	return !value_is(l->dev->iotlb, 1) ||
	       (strcmp(c->end, "unmapped") != 0 && strcmp(c->end, "indirect_unmapped") != 0);
}

int condition_chain_broken(const struct conditions *l)
{
	const struct dump_chain *c = next_chain(l);

	if (!runs(l) || !c || !l->before)
		return -1;
	if (!is_broken(l, c) || strcmp(dump_position(l->now, c->pos), "pending") != 0 ||
	    !same(l->now->last_avail_idx, l->before->last_avail_idx))
		return 0;
	return is(l->given, 0);
}

const char *condition_chain_end(const struct conditions *l)
{
	const struct dump_chain *c = next_chain(l);

	return c && is_broken(l, c) ? c->end : "";
}

/* Kicks */

static bool kicked(const struct conditions *l)
{
	/* nobody reads a kick eventfd's counter: it grows with each kick */
	return differ(l->now->count.kicks, l->before->count.kicks) ||
	       differ(l->now->kick, l->before->kick);
}

/*
 * The guest is ahead of what vhost has seen, vhost wants to be told, and sleeps. One that is kept
 * from its CPU has taken its work off the list: nothing is pending then, either
 */
int condition_kick_missing(const struct conditions *l)
{
	const struct dump_vq *q = l->now;
	struct value waiting = condition_waiting(l);
	int asleep = condition_asleep(l);

	if (!runs(l) || !l->before || !value_known(q->used_flags) ||
	    !value_known(q->ring.avail_idx) || !value_known(q->avail_idx) || asleep < 0 ||
	    (l->rx && !value_known(waiting)))
		return -1;
	if ((q->used_flags.n & NO_NOTIFY) || !differ(q->ring.avail_idx, q->avail_idx) || !asleep ||
	    !same(q->avail_idx, l->before->avail_idx) ||
	    !same(q->last_avail_idx, l->before->last_avail_idx) || kicked(l) ||
	    (l->rx && !waiting.n))
		return 0;
	return is(l->given, 0);
}

/* Signals */

/* used_event was passed not longer ago than a ring and one: the guest asked for a signal there */
static bool event_passed(const struct dump_vq *q)
{
	struct value ago = minus16(q->last_used_idx, q->ring.used_event);

	return value_known(ago) && ago.n && value_known(q->num) && ago.n <= q->num.n + 1;
}

static int call_missing_event(const struct conditions *l)
{
	const struct dump_vq *q = l->now;
	struct armed *a = l->armed;

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
 * Without EVENT_IDX a guest may switch signals off and on between two samples, and look
 * for itself: only one that has no buffer left, and packets waiting, has not looked.
 */
static int call_missing_flags(const struct conditions *l)
{
	const struct dump_vq *q = l->now;
	struct armed *a = l->armed;

	if (!l->rx || !value_known(q->ring.avail_flags))
		return -1;
	if (q->ring.avail_flags.n & NO_INTERRUPT) {
		a->is = false;
		return 0;
	}
	if (!a->is || differ(a->signals, q->count.signals)) {
		*a = (struct armed){ true, { 0 }, q->last_used_idx, q->count.signals, 0 };
		return 0;
	}
	return differ(a->used, q->last_used_idx) && condition_rx_no_refill(l) > 0;
}

int condition_call_missing(const struct conditions *l)
{
	/* without an eventfd none could go out: whether one is wanted is another question */
	if (runs(l) && l->now->call.state == VALUE_NONE)
		return 0;
	if (!runs(l) || l->event_idx < 0 || !value_known(l->now->count.signals) ||
	    (l->before && !value_known(l->given)))
		return -1;
	/* between giving back and deciding, while the lock is held, nothing is missing */
	if (!value_is(l->now->busy, 0)) {
		bool told = l->before && differ(l->now->count.signals, l->before->count.signals);

		return told || condition_no_interrupt(l) > 0 ? 0 : -1;
	}
	return l->event_idx ? call_missing_event(l) : call_missing_flags(l);
}

int condition_call_none(const struct conditions *l)
{
	return runs(l) && l->now->call.state != VALUE_UNKNOWN ? l->now->call.state == VALUE_NONE :
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

/* The counter in the call eventfd grew by each signal, or stands: nobody has read it */
int condition_call_unread(const struct conditions *l)
{
	struct value now = l->now->call, before = l->before ? l->before->call : (struct value){ 0 };
	struct value signals = l->now->count.signals;

	if (now.state == VALUE_NONE)
		return 0;
	if (!runs(l) || !value_known(now) || !value_known(before) ||
	    !irqfd_drains(l->dump->release))
		return -1;
	if (value_known(signals) && value_known(l->before->count.signals))
		return before.n && now.n - before.n == signals.n - l->before->count.signals.n;
	return before.n && now.n == before.n;
}

int condition_no_interrupt(const struct conditions *l)
{
	const struct dump_vq *q = l->now;
	struct value ahead = minus16(q->ring.used_event, q->last_used_idx);

	if (!runs(l) || l->event_idx < 0)
		return -1;
	if (!l->event_idx)
		return value_known(q->ring.avail_flags) ?
			       (int)(q->ring.avail_flags.n & NO_INTERRUPT) :
			       -1;
	if (!value_known(ahead) || !value_known(q->num))
		return -1;
	return ahead.n >= q->num.n && !event_passed(q);
}

void condition_asks(const struct conditions *l, struct value *asks, struct value *full)
{
	const struct dump_vq *q = l->now;
	struct value rest = minus16(q->ring.avail_idx, q->ring.used_event);

	*asks = *full = (struct value){ 0 };
	if (!l->event_idx && value_known(q->ring.avail_flags)) {
		*asks = value_of(!(q->ring.avail_flags.n & NO_INTERRUPT));
		return;
	}
	if (l->event_idx <= 0 || !value_known(rest) || !value_known(q->last_used_idx) ||
	    !value_known(q->num))
		return;
	/* one that was written long ago may have been passed a lap ago, and answered */
	if (!value_known(l->event_age))
		return;
	/* newer guests write 0 when they want no signals */
	*asks = value_of(event_passed(q) && q->ring.used_event.n && l->event_age.n < 0x8000);
	/*
	 * Or it has asked long before, and a whole ring came since.
	 * A guest whose ring is full asks for a signal after three quarters of it
	 * (virtqueue_enable_cb_delayed()); Linux takes it for full when 18 descriptors are left
	 */
	*full = value_of(asks->n && ((4 * rest.n + 24 >= q->num.n && 4 * rest.n <= q->num.n + 4) ||
				     (rest.n + 18 >= q->num.n && rest.n <= q->num.n + 1)));
}

/* The worker */

int condition_asleep(const struct conditions *l)
{
	if (!l->worker || !*l->worker->state || !value_known(l->worker->pending))
		return -1;
	return *l->worker->state == 'S' && !l->worker->pending.n;
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

void condition_groups(struct conditions *l)
{
	l->guest_group = guest_group(l->guest);
	l->worker_group = NULL;
	for (size_t i = 0; i < l->guest->n_cgroups && l->worker; i++)
		if (!strcmp(l->guest->cgroups[i].kind, "worker") &&
		    same(l->guest->cgroups[i].tid, l->worker->tid))
			l->worker_group = &l->guest->cgroups[i];
}

int condition_worker_frozen(const struct conditions *l)
{
	return l->worker_group ? is(l->worker_group->frozen, 1) : -1;
}

int condition_guest_frozen(const struct conditions *l)
{
	return l->guest_group ? is(l->guest_group->frozen, 1) : -1;
}

int condition_stopped(const struct conditions *l)
{
	return l->worker && *l->worker->state ? !!strchr("TtZX", *l->worker->state) : -1;
}

int condition_worker_stalled(const struct conditions *l)
{
	const struct dump_worker *w = l->worker, *b = l->worker_before;

	if (!w || !b || !value_known(w->pending) || !value_known(w->task.run_ns))
		return -1;
	return w->pending.n && value_is(b->pending, 1) && same(w->task.run_ns, b->task.run_ns) &&
	       !differ(l->now->count.works, l->before->count.works);
}

/* Whether a time of the worker's grew by @pct of that since the sample before */
static int took(const struct conditions *l, struct value now, struct value before, unsigned int pct)
{
	unsigned long long us = l->time_us - l->before_us;

	if (!value_known(now) || !value_known(before) || now.n < before.n || !us)
		return -1;
	return (now.n - before.n) / 10 >= pct * us;
}

/* Nearly all the time it runs */
int condition_busy(const struct conditions *l)
{
	const struct dump_worker *w = l->worker, *b = l->worker_before;

	return w && b ? took(l, w->task.run_ns, b->task.run_ns, 90) : -1;
}

/* More than half of the time it waits for a CPU */
int condition_late(const struct conditions *l)
{
	const struct dump_worker *w = l->worker, *b = l->worker_before;

	return w && b ? took(l, w->task.wait_ns, b->task.wait_ns, 50) : -1;
}

/* The tap */

int condition_tap_full(const struct conditions *l)
{
	return l->rx ? is(l->dev->tap.ring_full, 1) : -1;
}

int condition_tap_down(const struct conditions *l)
{
	return runs(l) ? is(l->dev->tap.up, 0) : -1;
}

int condition_no_carrier(const struct conditions *l)
{
	/* who is down has none either */
	return runs(l) && value_is(l->dev->tap.up, 1) ? is(l->dev->tap.carrier, 0) : -1;
}

int condition_detached(const struct conditions *l)
{
	return runs(l) ? is(l->dev->tap.detached, 1) : -1;
}

int condition_unwritable(const struct conditions *l)
{
	struct value sndbuf = l->dev->tap.sndbuf, wmem = l->dev->tap.wmem;

	if (l->rx || !runs(l) || !value_known(sndbuf) || !value_known(wmem))
		return -1;
	if (sndbuf.n == SNDBUF_UNLIMITED || wmem.n >= sndbuf.n)
		return sndbuf.n != SNDBUF_UNLIMITED;
	/* once refused, vhost is woken when less than half is under way (sock_writeable()) */
	return 2 * wmem.n >= sndbuf.n && l->before && value_known(l->now->derived.pending) &&
	       l->now->derived.pending.n &&
	       (differ(l->now->count.end_send_failed,
	       l->before->count.end_send_failed) || condition_stalled(l) > 0);
}

int condition_zcopy_stuck(const struct conditions *l)
{
	struct value waiting = condition_zcopy_waiting(l);

	if (l->now->net.upend.state == VALUE_NONE)
		return 0;	/* it isn't in use */
	if (!runs(l) || !value_known(waiting) || !l->before ||
	    !value_known(l->now->net.oldest_busy))
		return -1;
	if (!waiting.n || !l->now->net.oldest_busy.n ||
	    !same(l->now->net.done, l->before->net.done))
		return 0;
	/* what is done goes round, too */
	return value_known(l->given) && l->given.n < ZCOPY_RING ? 1 : -1;
}

/* Backend */

int condition_no_backend(const struct conditions *l)
{
	return is(l->now->backend, 0);
}

/*
 * The guest has given buffers that nobody uses, neither vhost nor QEMU. RX buffers always
 * lie ready: there, packets have to wait
 */
int condition_unserved(const struct conditions *l)
{
	const struct dump_ring *r = &l->now->ring;
	struct value out = minus16(r->avail_idx, r->used_idx), waiting = condition_waiting(l);
	/* a packet takes no more than some buffers */
	unsigned long long few = l->rx ? 1024 : 65536;

	if (!value_known(l->now->backend) || !l->before || !value_known(out) ||
	    (l->rx && !value_known(waiting)))
		return -1;
	if (l->now->backend.n || !out.n || !same(r->used_idx, l->before->ring.used_idx) ||
	    (l->rx && !waiting.n))
		return 0;
	return passed_few(l, few) ? 1 : -1;
}
