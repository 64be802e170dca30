// SPDX-License-Identifier: GPL-2.0-or-later
/* One sample of a queue: kicks and calls that did not come. */
#include "diagnose/conditions.h"

#include "base/version.h"
#include "dump/dump.h"

#define NO_NOTIFY 1		/* VRING_USED_F_NO_NOTIFY: vhost wants no kicks */
#define NO_INTERRUPT 1		/* VRING_AVAIL_F_NO_INTERRUPT */

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
