// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A pair's thread: sends, receives, and feeds what it receives. All three
 * never block; when none of them has anything to do, callbacks are switched on
 * and the thread sleeps, as a driver does.
 */
#include "vguest/traffic.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>

#include "base/msg.h"
#include "vguest/counters.h"
#include "vguest/fault.h"
#include "vguest/faults-lasting.h"
#include "vguest/frame.h"
#include "vguest/guest.h"
#include "vguest/host-sender.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/tap.h"
#include "vguest/vguest.h"

#define RETRY (NSEC / 1000)	/* after the tap refused a frame */
#define LOOK NSEC		/* how often the watchdog looks */
#define BUSY_STEPS 1024		/* how often it does when the thread never rests */
#define NEVER UINT64_MAX
#define LOOK_POLLED (NSEC / 5000)	/* --poll tx: how often */

uint64_t traffic_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * NSEC + t.tv_nsec;
}

enum phase traffic_phase(struct pair *p)
{
	return atomic_load(&p->guest->phase);
}

static const struct options *opt(const struct pair *p)
{
	return p->guest->opt;
}

static void tell_main(struct pair *p)
{
	uint64_t one = 1;

	atomic_store_explicit(&p->done, true, memory_order_release);
	if (write(p->guest->event, &one, sizeof(one)) < 0)
		queue_error(&p->tx, "eventfd: %s", strerror(errno));
}

/* It can't end well: the others need not be waited for. */
static void fail(struct pair *p)
{
	if (!p->failed) {
		p->failed = true;
		tell_main(p);
	}
}

uint64_t traffic_due(const struct pair *p, uint64_t n)
{
	return p->interval > 0 ? p->start + (uint64_t)(n * p->interval) : 0;
}

static bool is_due(const struct pair *p, uint64_t n)
{
	return p->interval <= 0 || traffic_now() >= traffic_due(p, n);
}

/* How many go next, apart from the pace: a whole batch or none. */
static unsigned int tx_next(struct pair *p)
{
	const struct queue *q = &p->tx;
	uint64_t n = p->tx_goal == OPT_INF ? p->tx_batch :
		     MIN(p->tx_batch, p->tx_goal - q->count.queued);

	if (traffic_phase(p) != PHASE_RUN || q->leaves & LEAVE_SEND ||
	    !ring_room(&q->ring, q->n_segs, n))
		return 0;
	return n;
}

static unsigned int sender_next(struct pair *p)
{
	const struct counts *c = &p->rx.count;
	uint64_t n = p->rx_goal == OPT_INF ? p->sender.batch :
		     MIN(p->sender.batch, p->rx_goal - c->sent);

	if (traffic_phase(p) != PHASE_RUN || p->flood.running ||
	    c->sent - c->received + n > p->sender.window)
		return 0;
	return n;
}

static bool send_batch(struct pair *p)
{
	struct queue *q = &p->tx;
	unsigned int n = tx_next(p), hdr = options_hdr_len(opt(p));

	if (!n || !is_due(p, q->count.queued))
		return false;
	for (unsigned int i = 0; i < n; i++) {
		uint8_t *buf = queue_buf(q, ring_next_head(&q->ring));

		frame_stamp(buf + hdr, opt(p)->size, q->count.queued);
		queue_add(q);
	}
	queue_publish(q);
	return true;
}

static bool sender_batch(struct pair *p)
{
	struct counts *c = &p->rx.count;
	unsigned int n = sender_next(p);

	if (!n || !is_due(p, c->sent))
		return false;
	if (p->send_not_before && traffic_now() < p->send_not_before)
		return false;
	int done = sender_send(&p->sender, c->sent, n);

	if (done < 0 && !sender_refused(done)) {
		queue_error(&p->rx, "the host's send on %s: %s", p->guest->tap.name,
			    strerror(-done));
		p->rx_goal = c->sent;
		fail(p);
		return false;
	}
	if (done > 0)
		c->sent += done;
	p->send_not_before = 0;
	/* sendmmsg() hides the error of a frame behind good ones: it was tried, though. */
	if (done < (int)n) {
		c->refused++;
		p->send_not_before = traffic_now() + RETRY;
	}
	return done > 0;
}

/* Takes what is used, unless a fault has the driver look less; false: it may rest */
static bool look(struct pair *p)
{
	bool tx = lasting_looks(&p->tx), rx = lasting_looks(&p->rx);
	bool any_tx = tx && traffic_reap_tx(p), any_rx = rx && traffic_reap_rx(p);

	if (tx && !any_tx && p->tx.leaves & SLEEP)
		any_tx = !lasting_rests(&p->tx, true);
	if (rx && !any_rx && p->rx.leaves & SLEEP)
		any_rx = !lasting_rests(&p->rx, false);
	return any_tx || any_rx;
}

/* Only whole batches, so that publishes are as regular as the guest's. */
static void rx_refill(struct pair *p, unsigned int batch)
{
	struct queue *q = &p->rx;
	unsigned int limit = lasting_refill(q, opt(p));

	if (limit != UINT_MAX)
		batch = limit > ring_outstanding(&q->ring) ? limit - ring_outstanding(&q->ring) : 0;
	while (batch && ring_outstanding(&q->ring) < limit &&
	       ring_room(&q->ring, q->n_segs, batch)) {
		for (unsigned int i = 0; i < batch; i++)
			queue_add(q);
		queue_publish(q);
	}
}

void traffic_init(struct pair *p, const struct options *o)
{
	uint64_t senders = o->one_flow ? 1 : o->pairs;

	p->tx_batch = MIN(o->batch, p->tx.capacity);
	/*
	 * vhost leaves a packet in the tap until all its buffers are there, and
	 * a guest that waits for more room then waits forever: at least half of
	 * the ring stays filled, and options_parse() lets no packet need more.
	 */
	p->rx_batch = MIN(o->batch, MAX(1, p->rx.capacity / 2));
	p->interval = o->rate ? (double)NSEC * senders / o->rate : 0;
	/* A driver fills its RX ring at once and kicks once. */
	rx_refill(p, p->rx.capacity);
	/* And is interested: an idle guest's callbacks are on. */
	if (!options_polls(o, true))
		ring_cb_enable(&p->rx.ring, false);
	if (!options_polls(o, false))
		ring_cb_enable(&p->tx.ring, false);
}

static bool tx_under_way(const struct pair *p)
{
	return ring_outstanding(&p->tx.ring);
}

static bool rx_under_way(struct pair *p)
{
	const struct counts *c = &p->rx.count;

	return c->sent != c->received || (p->send_not_before && traffic_phase(p) == PHASE_RUN);
}

static void check_done(struct pair *p)
{
	bool run = traffic_phase(p) == PHASE_RUN;

	/* What gets lost never comes, what is under way may not. */
	if (opt(p)->lossy && !atomic_load_explicit(&p->done, memory_order_relaxed) &&
	    (!run || (p->tx.count.queued == p->tx_goal && !ring_outstanding(&p->tx.ring) &&
		      (p->flood.running ? atomic_load(&p->flood.done) :
					  p->rx.count.sent == p->rx_goal))))
		tell_main(p);
	if (opt(p)->lossy || atomic_load_explicit(&p->done, memory_order_relaxed) ||
	    ring_outstanding(&p->tx.ring) || p->rx.count.sent != p->rx.count.received)
		return;
	if (!run || (p->tx.count.queued == p->tx_goal && p->rx.count.sent == p->rx_goal))
		tell_main(p);
}

/* Returns whether @w has waited too long for @mark to change. */
static bool starves(struct watch *w, bool under_way, uint64_t mark, uint64_t now, uint64_t limit)
{
	if (!under_way || mark != w->mark || !w->since) {
		w->mark = mark;
		w->since = now;
	}
	return limit != OPT_INF && now - w->since > limit;
}

/* Each direction on its own: one may flow while the other is stuck. */
static void check_watchdog(struct pair *p, uint64_t now)
{
	const struct counts *rx = &p->rx.count;
	uint64_t limit = opt(p)->lossy ? OPT_INF : opt(p)->watchdog;
	bool tx = starves(&p->tx_watch, tx_under_way(p), p->tx.count.completions, now, limit);

	if (!starves(&p->rx_watch, rx_under_way(p), rx->sent + rx->completions, now, limit) && !tx)
		return;
	if (p->failed)
		return;
	msg_error("pair %u: %s packets are under way and nothing has moved for %.3g seconds",
		  p->index, tx ? "TX" : "RX", (double)limit / NSEC);
	counters_ring_state(&p->rx);
	counters_ring_state(&p->tx);
	fail(p);
}

/* When there is something to do that no eventfd announces. */
static uint64_t next_time(struct pair *p, uint64_t now)
{
	uint64_t at = tx_under_way(p) || rx_under_way(p) ? now + LOOK : NEVER;

	if (tx_under_way(p) && options_polls(opt(p), false))
		at = now + LOOK_POLLED;
	if (tx_next(p))
		at = MIN(at, traffic_due(p, p->tx.count.queued));
	if (sender_next(p))
		at = MIN(at, MAX(traffic_due(p, p->rx.count.sent), p->send_not_before));
	return at;
}

/* Whether the queue's callbacks go on and off as the thread rests and works */
static bool has_callbacks(const struct pair *p, const struct queue *q)
{
	return !(q->leaves & (SLEEP | LEAVE_RECLAIM)) && !options_polls(opt(p), q->device_writes);
}

/* false: there is something to do already */
static bool arm(struct pair *p)
{
	if (has_callbacks(p, &p->rx) && !ring_cb_enable(&p->rx.ring, false))
		return false;
	return !has_callbacks(p, &p->tx) || ring_cb_enable(&p->tx.ring, true);
}

static void disarm(struct pair *p)
{
	if (has_callbacks(p, &p->rx))
		ring_cb_disable(&p->rx.ring);
	if (has_callbacks(p, &p->tx))
		ring_cb_disable(&p->tx.ring);
}

static void sleep_until(struct pair *p, uint64_t now, uint64_t at)
{
	struct timespec ts = { .tv_sec = (at - now) / NSEC, .tv_nsec = (at - now) % NSEC };
	struct pollfd fds[] = {
		{ .fd = p->wake, .events = POLLIN },
		{ .fd = p->rx.call, .events = POLLIN },
		{ .fd = p->tx.call, .events = POLLIN },
		{ .fd = p->rx.error, .events = POLLIN },
		{ .fd = p->tx.error, .events = POLLIN },
	};
	uint64_t n;

	if (ppoll(fds, ARRAY_SIZE(fds), at == NEVER ? NULL : &ts, NULL) <= 0)
		return;
	if (fds[0].revents && read(p->wake, &n, sizeof(n)) < 0)
		queue_error(&p->tx, "eventfd: %s", strerror(errno));
	if (fds[1].revents)
		queue_take_signals(&p->rx);
	if (fds[2].revents)
		queue_take_signals(&p->tx);
	if (fds[3].revents)
		queue_take_errors(&p->rx);
	if (fds[4].revents)
		queue_take_errors(&p->tx);
}

static uint64_t look_after(struct pair *p)
{
	uint64_t now = traffic_now();

	check_done(p);
	check_watchdog(p, now);
	return now;
}

static void rest(struct pair *p)
{
	uint64_t now = look_after(p);
	uint64_t at = next_time(p, now);

	if (options_polls(opt(p), true))
		sched_yield();
	else if (at > now && arm(p))
		sleep_until(p, now, at);
	disarm(p);
}

static bool step(struct pair *p)
{
	bool any;

	if (p->rx.n_faults + p->tx.n_faults)
		lasting_begin(p);
	any = look(p);
	any |= fault_recover(&p->rx);
	any |= fault_recover(&p->tx);
	rx_refill(p, p->rx_batch);
	any |= send_batch(p);
	any |= sender_batch(p);
	return any;
}

/* What came in while we waited for the go: it is not the traffic's. */
static void settle(struct pair *p)
{
	queue_take_signals(&p->rx);
	queue_take_signals(&p->tx);
	traffic_reap(p);
	rx_refill(p, p->rx_batch);
	p->rx.before = p->rx.count;
	p->tx.before = p->tx.count;
	p->start = traffic_now();
}

/* The watchdog starts anew afterwards: the time was not the traffic's. */
static void freeze(struct pair *p)
{
	struct pollfd fd = { .fd = p->wake, .events = POLLIN };
	uint64_t one = 1;

	atomic_store_explicit(&p->frozen, true, memory_order_release);
	if (write(p->guest->event, &one, sizeof(one)) < 0)
		queue_error(&p->tx, "eventfd: %s", strerror(errno));
	while (traffic_phase(p) == PHASE_FREEZE)
		if (poll(&fd, 1, -1) > 0 && read(p->wake, &one, sizeof(one)) < 0)
			queue_error(&p->tx, "eventfd: %s", strerror(errno));
	p->tx_watch.since = p->rx_watch.since = 0;
	atomic_store_explicit(&p->frozen, false, memory_order_release);
}

void *traffic_thread(void *arg)
{
	struct pair *p = arg;
	char name[16];

	snprintf(name, sizeof(name), "vcpu%u", p->index);
	prctl(PR_SET_NAME, name);
	settle(p);
	for (unsigned int n = 1; traffic_phase(p) != PHASE_QUIT; n++) {
		if (traffic_phase(p) == PHASE_FREEZE)
			freeze(p);
		else if (!step(p))
			rest(p);
		else if (!(n % BUSY_STEPS))
			look_after(p);
	}
	return NULL;
}
