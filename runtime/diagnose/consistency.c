// SPDX-License-Identifier: GPL-2.0-or-later
/* What doesn't fit together, as a table: numbers that were counted at different places. */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define SLACK 16	/* between two readings of one dump */

static bool both(struct value a, struct value b)
{
	return value_known(a) && value_known(b);
}

static bool events_missed(const struct queue_metrics *m)
{
	return value_known(m->missed) && m->missed.n;
}

static bool reasons_differ(const struct queue_metrics *m)
{
	unsigned long long reasons = m->drops_full.n + m->drops_other.n;

	if (!both(m->drops, m->drops_full) || value_is(m->drops_sampled, 1))
		return false;
	return reasons > m->drops.n + m->drops.n / 20 + SLACK ||
	       m->drops.n > reasons + reasons / 20 + SLACK;
}

static bool counts_differ(const struct queue_metrics *m)
{
	if (!both(m->completions, m->moved) || !value_known(m->ring_size))
		return false;
	/* the index is read a moment before the counts, and laps between two samples aren't seen */
	return m->moved.n > m->completions.n + 2 * m->ring_size.n;
}

static bool empty_without_end(const struct queue_metrics *m)
{
	return value_known(m->rx_starved_pct) && m->rx_starved_pct.n >= 50 &&
	       value_is(m->end_ring_empty, 0) && value_known(m->runs) && m->runs.n;
}

static bool delayed_without_wait(const struct queue_metrics *m)
{
	return value_known(m->delay_max_us) && m->delay_max_us.n >= DELAY_US &&
	       value_known(m->worker_wait_ms) &&
	       10 * m->worker_wait_ms.n < m->delay_max_us.n / 1000 &&
	       value_is(m->worker_stopped_pct, 0);
}

/*
 * The interface counts each packet that vhost gave back as sent: passed on, dropped or wrong. It
 * counts for all its queues together, and a queue may come or go in the watch: so of an interface
 * with one queue alone.
 */
static bool sent_without_count(const struct queue_metrics *m)
{
	unsigned long long counted = m->sent.counted.n;

	return both(m->sent.given, m->sent.counted) && value_is(m->if_queues, 1) &&
	       m->sent.given.n > counted + counted / 10 + 100;
}

const struct consistency_rule consistency_rules[] = {
	{ "events-missed", ANY, events_missed,
	  "The script could not follow {missed|event|events}: counts are too low by as many.",
	  { "missed" } },
	{ "drop-reasons", RX | ONCE, reasons_differ,
	  "The counters differ: {if} counts {drops|dropped packet|dropped packets}, but the kernel "
	  "has reported {drops_full} because the tap was full, and {drops_other} for other "
	  "reasons.",
	  { "drops", "drops_full", "drops_other" } },
	{ "counts-low", ANY, counts_differ,
	  "The ring of {queue} has moved by {moved}, but only {completions|buffer was|buffers "
	  "were} counted: the counts of this queue are too low.", { "moved", "completions" } },
	{ "sent-uncounted", TX | ONCE, sent_without_count,
	  "{if} counts {from_guest|packet|packets} of the guest as passed on and "
	  "{from_guest_dropped} as dropped. No counter has the rest: an XDP program of the tap may "
	  "have taken it. Without such a program it is lost.",
	  { "completions", "from_guest", "from_guest_dropped", "from_guest_errors" } },
	{ "empty-unseen", RX, empty_without_end,
	  "{queue} had no buffers in {rx_starved_pct} of the samples, but no run of vhost's "
	  "handler ended for that reason.",
	  { "rx_starved_pct", "end_ring_empty", "runs" } },
	{ "delay-unexplained", ANY, delayed_without_wait,
	  "Work of {queue} waited {delay_max_us} before it began, but the worker (thread {thread}) "
	  "hardly waited for a CPU. Its control group had used up its quota (cpu.max), or it "
	  "waited for something else.",
	  { "delay_max_us", "worker_wait_ms", "worker_run_pct" } },
};

const size_t n_consistency_rules = ARRAY_SIZE(consistency_rules);
