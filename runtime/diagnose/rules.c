// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why a guest loses packets, as a table: a verdict a row. A test reads the metrics of
 * one queue and is sure only of what was read: with a value that isn't known it says NO,
 * and 'needs' says what then can't be excluded. Several rows may have one name: the first
 * that fits is taken. The metrics are explained in metrics.c.
 *
 * "Samples" are the script's, five a second unless it is asked for others.
 */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define LONG_MS 1000		/* nothing of a guest that works takes as long */
#define SOME_MS 400		/* two samples of 200 ms and more: no moment caught by chance */
#define SELDOM 10		/* % of the samples */
#define OFTEN 20		/* % of the time or of the samples */
#define MOSTLY 50
#define EVER 80
/* % of the time that a guest's thread waits: it gets a twentieth of a CPU */
#define HARDLY 95
#define BUSY 90			/* % of a CPU: a worker that never waits for work */
#define MANY_INTERVALS 5	/* with drops: no burst any more */
/* a host drops some of every guest, for protocols that it does not speak */
#define FEW_PACKETS 50
#define BIG_BUFFERS 64		/* a packet of 64 KiB in buffers of 1 KiB: it needs no more */

/* Words for the tests: false where it isn't known */

static bool least(struct value v, unsigned long long n)
{
	return value_known(v) && v.n >= n;
}

static bool most(struct value v, unsigned long long n)
{
	return value_known(v) && v.n <= n;
}

static bool any(struct value v)
{
	return least(v, 1);
}

static bool yes(struct value v)
{
	return value_is(v, 1);
}

/* By its own count, or the ring's index */
static bool moves(const struct queue_metrics *m)
{
	return any(m->completions) || any(m->moved);
}

static bool unknown(struct value v)
{
	return !value_known(v);
}

/* Packets were lost, and not only on other queues of the interface */
static bool loses(const struct queue_metrics *m)
{
	return any(m->lost) && !value_is(m->loss_possible, 0);
}

/* Packets were in plenty and vhost had buffers for them: the worker is what they waited for */
static bool waits_for_worker(const struct queue_metrics *m, unsigned long long pct)
{
	return unknown(m->rx_backlog_pct) ? any(m->drops_full) : least(m->rx_backlog_pct, pct);
}

/* The interface */

static enum confidence is_down(struct value pct, struct value now_ms)
{
	if (least(pct, 100) || any(now_ms))
		return CERTAIN;
	return any(pct) ? LIKELY : NO;
}

static enum confidence tap_down(const struct queue_metrics *m)
{
	return is_down(m->tap_down_pct, m->tap_down_now_ms);
}

static enum confidence no_carrier(const struct queue_metrics *m)
{
	return is_down(m->no_carrier_pct, m->no_carrier_now_ms);
}

/* It has the carrier of the device below */
static enum confidence macvtap_no_carrier(const struct queue_metrics *m)
{
	return !strcmp(m->tap_driver, "tap") ? no_carrier(m) : NO;
}

static enum confidence detached(const struct queue_metrics *m)
{
	return is_down(m->detached_pct, m->detached_now_ms);
}

static enum confidence no_backend(const struct queue_metrics *m)
{
	return value_is(m->backend_now, 0) && least(m->unserved_ms, LONG_MS) ? LIKELY : NO;
}

/* The ring's contents */

static enum confidence ring_over(const struct queue_metrics *m)
{
	if (!any(m->pending_over))
		return NO;
	return least(m->pending_over, 2) || any(m->end_error) ? CERTAIN : LIKELY;
}

static enum confidence chain_broken(const struct queue_metrics *m)
{
	if (!any(m->chain_broken_ms) && !(*m->chain_end && any(m->end_error)))
		return NO;
	return any(m->end_error) || least(m->chain_broken_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/* With an IOTLB and with busy polling vhost reports errors of rings that are well */
static enum confidence ring_errors(const struct queue_metrics *m)
{
	if (!any(m->end_error) || !value_is(m->iotlb, 0))
		return NO;
	if (any(m->busyloop_us) && !least(m->stalled_ms, SOME_MS))
		return NO;
	return LIKELY;
}

static enum confidence iotlb_miss(const struct queue_metrics *m)
{
	bool asked = any(m->misses) || any(m->end_iotlb);

	if (!yes(m->iotlb))
		return NO;
	if (least(m->stalled_ms, LONG_MS) && (asked || value_is(m->iotlb_entries, 0)))
		return asked && least(m->stalled_now_ms, LONG_MS) ? CERTAIN : LIKELY;
	/* the ring itself is not translated, so that its index can't be read */
	if (least(m->unreadable_now_ms, LONG_MS) && least(m->quiet_ms, LONG_MS) &&
	    (asked || any(m->waiting)))
		return LIKELY;
	return NO;
}

/* Notifications */

/*
 * Its vCPUs would run, and wait for a CPU or for the next period of their quota: since 6.18 that is
 * no waiting for a CPU
 */
static bool held_back(const struct queue_metrics *m, struct value wait_pct, unsigned long long pct)
{
	return least(wait_pct, pct) || least(m->guest_throttled_pct, pct);
}

/*
 * A guest that hardly runs does not poll, gives no buffers, and stops between a buffer and its
 * kick, whatever it would do
 */
static bool hardly_ran(const struct queue_metrics *m, struct value wait_pct)
{
	return held_back(m, wait_pct, HARDLY);
}

static enum confidence kick_lost(const struct queue_metrics *m)
{
	if (!least(m->kick_missing_ms, SOME_MS))
		return NO;
	if (hardly_ran(m, m->kick_missing_wait_pct))
		return POSSIBLE;
	return least(m->kick_missing_ms, LONG_MS) && !yes(m->iotlb) ? CERTAIN : LIKELY;
}

static enum confidence call_none(const struct queue_metrics *m)
{
	/* it may have lost it while we watched */
	if ((!least(m->call_none_pct, MOSTLY) && !least(m->call_none_now_ms, LONG_MS)) ||
	    !yes(m->call_wanted))
		return NO;
	if (m->rx ? least(m->rx_no_refill_ms, LONG_MS) : moves(m) && least(m->quiet_ms, LONG_MS))
		return CERTAIN;
	if (any(m->no_call) || moves(m) || yes(m->call_wanted_full))
		return LIKELY;
	return least(m->quiet_ms, LONG_MS) && !m->rx ? POSSIBLE : NO;
}

/* A guest that has asked too late, and has not polled again, looks the same */
static enum confidence call_lost(const struct queue_metrics *m)
{
	if (least(m->call_missing_ms, LONG_MS))
		return LIKELY;
	return least(m->call_missing_ms, SOME_MS) ? POSSIBLE : NO;
}

static enum confidence irq_off(const struct queue_metrics *m)
{
	if (!least(m->no_interrupt_now_ms, LONG_MS) || !least(m->rx_no_refill_now_ms, LONG_MS) ||
	    hardly_ran(m, m->rx_no_refill_wait_pct))
		return NO;
	return least(m->rx_no_refill_now_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

/* The worker */

static bool is_starved(const struct queue_metrics *m)
{
	return least(m->worker_wait_pct, OFTEN) || least(m->worker_stall_ms, SOME_MS) ||
	       least(m->worker_late_now_ms, LONG_MS) || least(m->delay_max_us, DELAY_US);
}

/* In the whole watch, or from a moment in it to the end */
static bool starves(const struct queue_metrics *m)
{
	return least(m->worker_wait_pct, MOSTLY) || least(m->worker_late_now_ms, LONG_MS);
}

/* It does, and nothing comes of it */
static enum confidence starved_without_effect(const struct queue_metrics *m)
{
	return any(m->works) && starves(m) ? NOTED : NO;
}

/* It has work, and neither runs nor waits for a CPU: that is no want of CPUs */
static bool is_blocked(const struct queue_metrics *m)
{
	return least(m->worker_stall_ms, LONG_MS) && value_is(m->worker_run_ms, 0) &&
	       value_is(m->worker_wait_ms, 0) && !any(m->worker_stopped_pct);
}

/* Whether the queue has felt it */
static bool was_stalled(const struct queue_metrics *m)
{
	return (m->rx && loses(m)) || least(m->stalled_ms, SOME_MS) ||
	       least(m->rx_no_refill_ms, SOME_MS);
}

static enum confidence frozen(const struct queue_metrics *m, struct value pct)
{
	if (!any(pct))
		return NO;
	return was_stalled(m) ? CERTAIN : NOTED;
}

static enum confidence guest_frozen(const struct queue_metrics *m)
{
	return frozen(m, m->guest_frozen_pct);
}

static enum confidence worker_frozen(const struct queue_metrics *m)
{
	return frozen(m, m->worker_frozen_pct);
}

/* Its group isn't known: nothing else keeps a worker away for as long and leaves no trace */
static enum confidence looks_frozen(const struct queue_metrics *m)
{
	if (!is_blocked(m) || !unknown(m->worker_frozen_pct))
		return NO;
	return was_stalled(m) ? LIKELY : NOTED;
}

static enum confidence worker_hangs(const struct queue_metrics *m)
{
	if (!is_blocked(m) || !value_is(m->worker_frozen_pct, 0))
		return NO;
	return was_stalled(m) ? LIKELY : NOTED;
}

static enum confidence worker_stopped(const struct queue_metrics *m)
{
	if (!least(m->worker_stopped_pct, OFTEN) && !least(m->worker_stopped_now_ms, SOME_MS))
		return NO;
	return (m->rx && loses(m)) || least(m->stalled_ms, SOME_MS) ? CERTAIN : NOTED;
}

static enum confidence rx_worker_starved(const struct queue_metrics *m)
{
	if (!is_starved(m) || is_blocked(m))
		return NO;
	if (!loses(m))
		return starved_without_effect(m);
	if (!waits_for_worker(m, 5) || !most(m->rx_starved_pct, MOSTLY))
		return NO;
	return starves(m) || least(m->worker_stall_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/*
 * What a guest can't send it keeps, as long as its ring has room: that it waited is all that is
 * seen here
 */
static enum confidence tx_worker_starved(const struct queue_metrics *m)
{
	bool waited = least(m->stalled_ms, SOME_MS) || least(m->worker_stall_ms, SOME_MS) ||
		      least(m->delay_max_us, DELAY_US);

	if ((!least(m->worker_wait_pct, OFTEN) && !least(m->worker_stall_ms, LONG_MS) &&
	     !starves(m)) ||
	    is_blocked(m))
		return NO;
	if (!waited || !any(m->pending_max))
		return starved_without_effect(m);
	if (starves(m) && least(m->stalled_ms, SOME_MS))
		return CERTAIN;
	return value_known(m->ring_size) && least(m->pending_max, m->ring_size.n) ? LIKELY : NOTED;
}

/* By the quota of its group, on a kernel where that stops it */
static enum confidence worker_throttled(const struct queue_metrics *m)
{
	if (!yes(m->quota_stops_worker) || !any(m->worker_throttled) ||
	    !value_known(m->watched_ms) ||
	    !least(m->worker_throttled_ms, m->watched_ms.n * SELDOM / 100))
		return NO;
	return m->rx ? rx_worker_starved(m) : tx_worker_starved(m);
}

/* From the whole watch, or from a moment in it to the end */
static bool is_busy(const struct queue_metrics *m)
{
	return least(m->worker_run_pct, BUSY) || least(m->worker_busy_now_ms, LONG_MS);
}

static enum confidence worker_busy(const struct queue_metrics *m)
{
	bool backlog = least(m->rx_backlog_now_ms, LONG_MS);

	if (!loses(m) || !(moves(m) || yes(m->active)) || !is_busy(m) ||
	    !most(m->rx_starved_pct, OFTEN) || !(waits_for_worker(m, OFTEN) || backlog))
		return NO;
	return least(m->rx_backlog_pct, MOSTLY) || backlog ? CERTAIN : LIKELY;
}

/* And the other queues, with threads of their own, have little or nothing to do */
static enum confidence worker_busy_alone(const struct queue_metrics *m)
{
	return least(m->if_queues, 2) && least(m->if_share_pct, EVER) ? worker_busy(m) : NO;
}

/* The guest and its buffers */

/*
 * Some buffers are there, packets wait, and vhost, which has seen both and could run, gives nothing
 */
static enum confidence rx_big(const struct queue_metrics *m)
{
	bool tried = any(m->runs) && (any(m->end_ring_empty) || least(m->worker_run_pct, MOSTLY));

	if (!least(m->stalled_ms, LONG_MS) || !most(m->kick_missing_ms, SOME_MS) ||
	    !any(m->pending) || !most(m->pending, BIG_BUFFERS) || !value_known(m->ring_size) ||
	    2 * m->pending.n > m->ring_size.n || any(m->pending_over))
		return NO;
	if (any(m->worker_stopped_pct) || least(m->worker_wait_pct, MOSTLY) ||
	    least(m->worker_stall_ms, SOME_MS))
		return NO;
	return tried && least(m->stalled_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/*
 * Drops all the time, or to the end: not in bursts. Who waits for a CPU himself stops for moments,
 * however many they are
 */
static bool never_recovers(const struct queue_metrics *m)
{
	bool all_along =
		least(m->drop_intervals, MANY_INTERVALS) && least(m->drop_intervals_pct, EVER);

	return (least(m->rx_no_refill_now_ms, LONG_MS) &&
		!hardly_ran(m, m->rx_no_refill_wait_pct)) ||
	       (least(m->rx_starved_now_ms, LONG_MS) && all_along &&
		!held_back(m, m->rx_starved_wait_pct, MOSTLY)) ||
	       (least(m->rx_starved_pct, 10) && all_along &&
		!held_back(m, m->guest_wait_pct, MOSTLY));
}

static enum confidence rx_empty(const struct queue_metrics *m)
{
	if (value_is(m->lost, 0) || value_is(m->loss_possible, 0))
		return least(m->rx_no_refill_ms, LONG_MS) ? NOTED : NO;
	if (!any(m->lost))
		return least(m->rx_no_refill_ms, LONG_MS) ? LIKELY : NO;
	if (!never_recovers(m))
		return NO;
	return least(m->rx_no_refill_now_ms, LONG_MS) || least(m->rx_starved_now_ms, LONG_MS) ||
		       least(m->rx_starved_pct, MOSTLY) ? CERTAIN : LIKELY;
}

/*
 * It had none when the watch ended, and was not seen to come back before. Who waits for a CPU
 * himself stops for moments
 */
static bool not_seen_to_return(const struct queue_metrics *m)
{
	return value_is(m->rx_starved_at_end, 1) && value_is(m->rx_starved_ended, 0) &&
	       !least(m->rx_no_refill_now_ms, LONG_MS) &&
	       !held_back(m, m->rx_starved_wait_pct, MOSTLY);
}

static bool bursts(const struct queue_metrics *m)
{
	return loses(m) && !never_recovers(m) && any(m->rx_starved_pct);
}

static enum confidence rx_burst_at_the_end(const struct queue_metrics *m)
{
	return bursts(m) && not_seen_to_return(m) ? POSSIBLE : NO;
}

static enum confidence rx_burst(const struct queue_metrics *m)
{
	return bursts(m) && !not_seen_to_return(m) ? LIKELY : NO;
}

/* Its vCPUs had used up the quota of their group */
static enum confidence rx_burst_throttled(const struct queue_metrics *m)
{
	if (!bursts(m) || !any(m->guest_throttled) || !least(m->guest_throttled_pct, SELDOM))
		return NO;
	return least(m->guest_throttled_pct, OFTEN) ? CERTAIN : LIKELY;
}

/* On a kernel where vhost goes on */
static enum confidence rx_burst_throttled_alone(const struct queue_metrics *m)
{
	return value_is(m->quota_stops_worker, 0) ? rx_burst_throttled(m) : NO;
}

/* Shorter than the time between two samples */
static enum confidence rx_short_burst(const struct queue_metrics *m)
{
	if (!loses(m) || never_recovers(m) || !any(m->end_ring_empty))
		return NO;
	if (any(m->drops_full) || any(m->tap_full_pct))
		return POSSIBLE;
	/* the tap's, and no other reason was met */
	return any(m->drops) && !any(m->drops_other) ? POSSIBLE : NO;
}

/* Drops that are not the ring's */

static enum confidence drop_reason(const struct queue_metrics *m)
{
	if (!any(m->drops_other))
		return NO;
	/* here and there one is dropped on every host */
	if (value_known(m->to_guest) && 1000 * m->drops_other.n < m->to_guest.n)
		return NOTED;
	return least(m->drops_other, m->drops_full.n) ? CERTAIN : LIKELY;
}

/*
 * Most of the drops are its own, and there were some all the time, though the tap was almost never
 * full
 */
static bool drops_with_room(const struct queue_metrics *m)
{
	return value_known(m->drops) && least(m->qdisc_drops, m->drops.n + 1) &&
	       most(m->shared.full_pct, SELDOM) && most(m->shared.rx_starved_pct, SELDOM) &&
	       least(m->drop_intervals, MANY_INTERVALS) && least(m->drop_intervals_pct, EVER);
}

static enum confidence drop_qdisc(const struct queue_metrics *m)
{
	return any(m->qdisc_drops) && (m->shared.had_room || drops_with_room(m)) ? LIKELY : NO;
}

static enum confidence drop_unexplained(const struct queue_metrics *m)
{
	if (!any(m->drops) || value_known(m->drops_full) || !m->shared.had_room)
		return NO;
	/* for want of buffers, between two samples */
	if (any(m->shared.end_ring_empty) && !yes(m->filter))
		return NO;
	return yes(m->filter) ? LIKELY : POSSIBLE;
}

/* From the guest */

static enum confidence zcopy_stuck(const struct queue_metrics *m)
{
	if (!least(m->zcopy_stuck_ms, LONG_MS))
		return NO;
	return least(m->zcopy_stuck_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

static enum confidence tx_tap_full(const struct queue_metrics *m)
{
	bool refused = !strcmp(m->send_errno, "EAGAIN") && least(m->end_send_failed, 10) &&
		       value_known(m->runs) && 2 * m->end_send_failed.n >= m->runs.n;

	if ((least(m->unwritable_pct, MOSTLY) || least(m->unwritable_now_ms, LONG_MS)) &&
	    any(m->pending_max))
		return CERTAIN;
	if (least(m->unwritable_pct, OFTEN) && any(m->pending_max))
		return least(m->stalled_ms, LONG_MS) ? CERTAIN : LIKELY;
	return refused && value_known(m->sndbuf) && value_known(m->wmem_max) &&
		       2 * m->wmem_max.n >= m->sndbuf.n ? LIKELY : NO;
}

static enum confidence tx_hol(const struct queue_metrics *m)
{
	if ((!any(m->send_failures) && !any(m->end_send_failed)) ||
	    !least(m->stalled_ms, LONG_MS) || least(m->unwritable_pct, OFTEN) ||
	    least(m->unwritable_now_ms, LONG_MS))
		return NO;
	return least(m->stalled_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/* macvtap counts a packet as dropped and as wrong */
static unsigned long long refused(const struct queue_metrics *m)
{
	unsigned long long n = value_known(m->from_guest_dropped) ? m->from_guest_dropped.n : 0;

	if (least(m->from_guest_errors, n))
		n = m->from_guest_errors.n;
	return n + (value_known(m->from_guest_qdisc_drops) ? m->from_guest_qdisc_drops.n : 0);
}

/* The guest has its buffers back as if they were sent */
static enum confidence tx_refused(const struct queue_metrics *m)
{
	unsigned long long n = refused(m), all = n + m->from_guest.n;

	if (!n)
		return NO;
	if (n < FEW_PACKETS || 100 * n < all)
		return NOTED;
	return value_known(m->from_guest) && 10 * n >= all ? CERTAIN : LIKELY;
}

/*
 * All is sent and given back, the guest has asked for a notification and got it, and does nothing.
 * An idle guest looks the same, but has not filled its ring before, and reads its notifications
 */
static enum confidence tx_no_reclaim(const struct queue_metrics *m)
{
	if (!value_is(m->pending, 0) || !value_is(m->in_flight, 0) ||
	    !least(m->quiet_ms, LONG_MS) || !yes(m->call_wanted))
		return NO;
	if (least(m->call_unread_ms, LONG_MS))
		return LIKELY;
	if (!yes(m->call_wanted_full))
		return NO;
	/* it was seen to stop */
	return moves(m) ? LIKELY : POSSIBLE;
}

#define THROTTLED \
	"Guest {guest} stops taking packets for moments, because a CPU quota stops its vCPUs. " \
	"Their control group {guest_limit} may use {guest_quota_us} of CPU time in " \
	"{guest_period_us}, and used it up {guest_throttled|time|times}. {queue} had no buffers in " \
	"{rx_starved_pct} of the samples while packets waited. {lost|packet was|packets were} " \
	"dropped on {if}."
#define MORE_QUOTA \
	"Give that control group more CPU time. libvirt: virsh schedinfo {name} --set " \
	"vcpu_quota=-1 (or global_quota). KubeVirt: a higher CPU limit, or dedicatedCpuPlacement. " \
	"OpenStack: quota:cpu_quota of the flavor. By hand: echo max > " \
	"/sys/fs/cgroup{guest_limit}/cpu.max; with cgroup version 1: echo -1 > cpu.cfs_quota_us."
/* A cpuset undoes what taskset sets */
#define OTHER_CPUS \
	"Give vhost's thread other CPUs. libvirt: virsh emulatorpin {name} CPUS, because it is one " \
	"of the emulator's threads. KubeVirt: isolateEmulatorThread. OpenStack: " \
	"hw:emulator_threads_policy of the flavor. By hand, where no cpuset undoes it: taskset -pc " \
	"CPUS {thread}. "

const struct verdict_rule verdict_rules[] = {
	{ "TAP-DOWN", ANY | WIDE, tap_down,
	  "The interface {if} of guest {guest} is down: no packet passes on {queue}. It was down "
	  "in {tap_down_pct} of the samples.",
	  { "tap_down_pct", "tap_down_now_ms", "to_guest", "from_guest", "send_failures",
	    "send_errno" },
	  "Set the interface up: ip link set {if} up. Then find the program that set it down: ip "
	  "monitor link, and the logs of the network manager and of the hypervisor.",
	  { "tap_down_pct" },
	  { "DROP-BEFORE-RING", "TX-HOL", "TX-TAP-FULL", "TX-REFUSED", "ZCOPY-STUCK", "RX-EMPTY",
	    "RX-BURST" } },
	{ "TAP-DOWN", ANY | WIDE, macvtap_no_carrier,
	  "The interface {if} of guest {guest} has no carrier, because the card below this macvtap "
	  "has none. No packet passes on {queue}.",
	  { "no_carrier_pct", "no_carrier_now_ms", "tap_driver", "to_guest", "from_guest" },
	  "Find the card of the macvtap, and look at its link: ip -d link show {if}; ethtool CARD. "
	  "The guest's own link is switched by virsh domif-setlink, or by set_link in QEMU's "
	  "monitor.",
	  { NULL }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY", "RX-BURST" } },
	{ "TAP-DOWN", ANY | WIDE, no_carrier,
	  "The interface {if} of guest {guest} has no carrier: its link is switched off on the "
	  "host. No packet passes on {queue}.",
	  { "no_carrier_pct", "no_carrier_now_ms", "to_guest", "from_guest" },
	  "Look at the interface: ip -d link show {if}. QEMU switches its carrier: set_link in "
	  "QEMU's monitor, or virsh domif-setlink.",
	  { "no_carrier_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	    "RX-BURST" } },
	{ "TAP-DOWN", ANY, detached,
	  "The queue of {if} that serves {queue} of guest {guest} is switched off (detached), "
	  "while vhost still uses it. Its packets are lost.",
	  { "detached_pct", "detached_now_ms", "send_failures", "send_errno" },
	  "QEMU (process {pid}) attaches as many queues as the guest uses. Compare ethtool -l in "
	  "the guest with queues= of QEMU's -netdev. Set the guest's number of queues again "
	  "(ethtool -L) to repair it.",
	  { "detached_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	    "RX-BURST" } },
	{ "NO-BACKEND", ANY, no_backend,
	  "Neither vhost nor QEMU serves {queue} of guest {guest}: the queue has no backend in "
	  "vhost, which should be {if}. The guest's buffers have waited in the queue for "
	  "{unserved_ms}.",
	  { "backend_none_pct", "unserved_ms", "waiting", "kicks", "quiet_ms" },
	  "This is right where the guest is paused, or its link is down in QEMU: ask QEMU's "
	  "monitor (info status, info network). Otherwise the log of QEMU (process {pid}) shows "
	  "why vhost did not start.",
	  { "backend_none_pct", "unserved_ms" }, { "KICK-LOST", "CALL-LOST" } },
	{ "RING-CORRUPT", ANY, ring_over,
	  "The ring of {queue} of guest {guest} is damaged: it claims more buffers ({pending_max}) than it has "
	  "entries ({ring_size}). vhost refuses such a ring, and nothing moves on {if}.",
	  { "pending_over", "pending_max", "ring_size", "end_error", "errors" },
	  "Save the state first (stap-vhost dump --rings 8 --descs --save FILE {pid}). Then reset "
	  "the device (in the guest: unbind and bind virtio_net, or reboot), which helps for the "
	  "moment. The guest's driver or its memory is wrong, or a migration restored a wrong "
	  "index.",
	  { "pending_over" },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	    "TX-NO-RECLAIM" } },
	{ "RING-CORRUPT", ANY, chain_broken,
	  "The ring of {queue} of guest {guest} is damaged: the next buffer that vhost has to take "
	  "for {if} is wrong ({chain_end}: {chain_meaning}). vhost has been stuck at it for "
	  "{chain_broken_ms}.",
	  { "chain_end", "chain_broken_ms", "end_error", "errors" },
	  "Save the state (stap-vhost dump --rings 8 --descs --save FILE {pid}), then reset the "
	  "device. The guest's driver or its memory is wrong.",
	  { NULL },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	    "TX-NO-RECLAIM" } },
	{ "RING-CORRUPT", ANY, ring_errors,
	  "vhost could not use the buffers that guest {guest} put into the ring of {queue}: "
	  "{end_error|attempt|attempts} to serve {if} ended in an error.",
	  { "end_error", "errors", "runs", "stalled_ms" },
	  "Make vhost write to the kernel's log what is wrong with the buffers: echo 'module vhost "
	  "+p; module vhost_net +p' > /sys/kernel/debug/dynamic_debug/control. Look at the ring "
	  "itself: stap-vhost dump --rings 8 --descs {pid}",
	  { "end_error" }, { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST",
	    "TX-HOL" } },
	{ "IOTLB-MISS", ANY | WIDE, iotlb_miss,
	  "vhost can't reach the memory of guest {guest} for {queue}: it asked QEMU to translate "
	  "an address, and got no answer. The guest has a virtual IOMMU. Nothing has moved on {if} "
	  "for {quiet_ms}.",
	  { "misses", "end_iotlb", "iotlb_entries", "unreadable_now_ms", "stalled_ms", "quiet_ms" },
	  "QEMU (process {pid}) has to answer. Look whether its threads are stuck: ps -L -o "
	  "tid,stat,wchan,comm -p {pid}. Or the guest has mapped less than its driver uses: look "
	  "at dmesg in the guest (DMAR, iommu).",
	  { "misses", "end_iotlb" },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST" } },
	{ "KICK-LOST", ANY, kick_lost,
	  "Guest {guest} has put {pending|buffer|buffers} into the ring of {queue} ({if}), but no "
	  "kick for them reached vhost. vhost slept and waited for the guest's notification (kick) "
	  "for {kick_missing_ms}. In all, {kicks|kick|kicks} came.",
	  { "kick_missing_ms", "pending", "kicks", "worker_asleep_pct", "stalled_ms" },
	  "A kick goes from KVM to vhost by an eventfd (ioeventfd), or through QEMU (process "
	  "{pid}). Look at QEMU's log, and whether QEMU was migrated or upgraded just before. Any "
	  "new kick restarts the queue for now: in the guest, ip link set DEV down, then up.",
	  { "kick_missing_ms" }, { "RX-BIG", "RX-EMPTY", "RX-BURST" } },
	{ "CALL-LOST", ANY, call_none,
	  "vhost can't notify guest {guest} that packets are done on {queue} ({if}): the eventfd "
	  "for the guest's interrupt (call eventfd) is missing. The guest waits for this "
	  "notification.",
	  { "call_none_pct", "call_none_now_ms", "call_wanted", "no_call", "signals", "quiet_ms",
	    "rx_no_refill_ms" },
	  "QEMU (process {pid}) sets up that eventfd together with the device's interrupt: look in "
	  "QEMU's log for 'irqfd' or 'guest notifier'. In the guest, /proc/interrupts shows "
	  "whether the queue has an interrupt at all. Unbind and bind the driver there to set it "
	  "up again.",
	  { "call_none_pct" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" } },
	{ "CALL-LOST", ANY, call_lost,
	  "Guest {guest} got no notification that packets are done on {queue} ({if}). The guest "
	  "had asked for one and vhost has passed that point, but vhost sent none for "
	  "{call_missing_ms}.",
	  { "call_missing_ms", "signals", "suppressed", "completions", "quiet_ms" },
	  "vhost made a mistake, or the guest's driver asked too late and did not look again. Look "
	  "whether a published defect of this kernel fits (known defects, at the end). Save the "
	  "state: stap-vhost dump --rings 8 --save FILE {pid}",
	  { "call_missing_ms" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" } },
	{ "IRQ-OFF", RX, irq_off,
	  "Guest {guest} has switched off the notifications of {queue}, and does not poll either. "
	  "It has given no buffers for {rx_no_refill_ms}, while {waiting_max|packet|packets} "
	  "waited in {if}.",
	  { "no_interrupt_now_ms", "rx_no_refill_ms", "rx_no_refill_now_ms", "suppressed",
	    "signals", "lost" },
	  "Look inside the guest whether its driver hangs (dmesg, softirq at 100 %). To restart "
	  "the driver there: ip link set DEV down, then up. A driver that polls switches "
	  "notifications off too, but goes on taking packets.",
	  { "no_interrupt_now_ms", "rx_no_refill_now_ms" }, { "RX-EMPTY", "RX-BURST" } },
	{ "RX-BIG", RX, rx_big,
	  "A packet for guest {guest} waits in {if}, and does not fit into the buffers that the "
	  "guest has given. {queue} has {pending|buffer|buffers}, and vhost used none for "
	  "{stalled_ms}. In all, {waiting|packet waits|packets wait}.",
	  { "stalled_ms", "pending", "waiting", "end_ring_empty", "completions", "worker_run_pct",
	    "lost" },
	  "The guest has to give more buffers: look at its memory and driver (dmesg). Until then "
	  "make packets smaller: ethtool -K {if} tso off gso off. If the worker (thread {thread}) "
	  "uses 100 % of a CPU, the kernel has the endless loop of CVE-2026-74356: update the "
	  "kernel.",
	  { "stalled_ms", "kick_missing_ms" }, { "WORKER-BUSY", "RX-EMPTY", "RX-BURST" } },
#define FROZEN_EXPLAINS \
	{ "WORKER-STARVED", "WORKER-BUSY", "KICK-LOST", "CALL-LOST", "IRQ-OFF", "RX-BIG", "RX-EMPTY", "RX-BURST", \
	  "TX-NO-RECLAIM", "TX-HOL" }
	{ "GUEST-FROZEN", ANY | WIDE, guest_frozen,
	  "Guest {guest} is frozen: its control group {guest_group} was frozen in "
	  "{guest_frozen_pct} of the samples. Its vCPUs don't run, and since Linux 6.4 vhost's "
	  "thread doesn't run either. {queue} of {if} does not move.",
	  { "guest_frozen_pct", "guest_frozen_now_ms", "guest_group", "worker_frozen_pct", "lost",
	    "stalled_ms" },
	  "Thaw the group: podman unpause, docker unpause, or systemctl thaw UNIT. Container "
	  "managers and systemd freeze groups; virsh suspend does not. By hand: echo 0 > "
	  "cgroup.freeze in /sys/fs/cgroup{guest_group}, or in the group above it whose file "
	  "contains 1. With cgroup version 1: echo THAWED > freezer.state.",
	  { NULL }, FROZEN_EXPLAINS },
	{ "GUEST-FROZEN", ANY | WIDE, worker_frozen,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, is frozen: its control "
	  "group {worker_group} was frozen in {worker_frozen_pct} of the samples. {queue} does not "
	  "move.",
	  { "worker_frozen_pct", "worker_frozen_now_ms", "worker_group", "guest_frozen_pct", "lost",
	    "stalled_ms" },
	  "Thaw the group: podman unpause, docker unpause, or systemctl thaw UNIT. Container "
	  "managers and systemd freeze groups. By hand: echo 0 > cgroup.freeze in "
	  "/sys/fs/cgroup{worker_group}, or in the group above it whose file contains 1. With "
	  "cgroup version 1: echo THAWED > freezer.state.",
	  { NULL }, FROZEN_EXPLAINS },
	{ "GUEST-FROZEN", ANY | WIDE, looks_frozen,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, had work for "
	  "{worker_stall_ms}, but neither ran nor waited for a CPU. Its control group is probably "
	  "frozen; the state of the group is unknown. {queue} does not move.",
	  { "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_stopped_pct", "lost",
	    "stalled_ms" },
	  "Read the group in /proc/{thread}/cgroup, and its state in "
	  "/sys/fs/cgroup/…/cgroup.events (frozen 1; with cgroup version 1: freezer.state). Thaw "
	  "it: podman unpause, docker unpause, or systemctl thaw UNIT. If it is not frozen, cat "
	  "/proc/{thread}/stack shows where the thread hangs.",
	  { "worker_stall_ms" }, FROZEN_EXPLAINS },
#undef FROZEN_EXPLAINS
	{ "WORKER-STARVED", ANY | WIDE, worker_hangs,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, had work for "
	  "{worker_stall_ms}, but neither ran nor waited for a CPU. Its control group is not "
	  "frozen: the thread hangs in the kernel. {queue} does not move.",
	  { "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_frozen_pct",
	    "worker_group", "lost", "stalled_ms" },
	  "Look where the thread hangs: cat /proc/{thread}/stack. dmesg may report a hung task.",
	  { NULL }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", ANY | WIDE, worker_stopped,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, is stopped: {queue} does "
	  "not move.",
	  { "worker_stopped_pct", "worker_run_pct", "stalled_ms", "lost", "delay_max_us" },
	  "A process sent SIGSTOP, or a debugger holds the thread: grep -E 'State|TracerPid' "
	  "/proc/{thread}/status shows which. To continue the thread: kill -CONT {pid}",
	  { "worker_stopped_pct" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", ANY | WIDE, worker_throttled,
	  "A CPU quota stops thread {thread} of vhost, which serves {if} of guest {guest}. Its "
	  "control group {worker_limit} may use {worker_quota_us} of CPU time in "
	  "{worker_period_us}, and used it up {worker_throttled|time|times}. Work of {queue} "
	  "waited up to {delay_max_us} before it began.",
	  { "worker_throttled", "worker_throttled_ms", "worker_quota_us", "worker_period_us",
	    "worker_limit", "worker_wait_pct",
	    "delay_max_us", "lost" },
	  "Give that control group more CPU time. libvirt: virsh schedinfo {name} --set "
	  "emulator_quota=-1, because vhost's thread is one of the emulator's. KubeVirt: a higher "
	  "CPU limit, or isolateEmulatorThread. OpenStack: quota:cpu_quota of the flavor. By hand: "
	  "echo max > /sys/fs/cgroup{worker_limit}/cpu.max; with cgroup version 1: echo -1 > "
	  "cpu.cfs_quota_us.",
	  { NULL }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", RX | WIDE, rx_worker_starved,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, gets too little CPU. It "
	  "waited for a CPU {worker_wait_pct} of the time, and its work waited up to "
	  "{delay_max_us} before it began. {lost|packet was|packets were} dropped, although "
	  "{queue} had room.",
	  { "worker_wait_pct", "worker_run_pct", "delay_max_us", "worker_stall_ms",
	    "rx_backlog_pct", "lost",
	    "worker_policy", "worker_cpus" },
	  "Find the thread that uses its CPU: ps -eLo tid,psr,cls,rtprio,pcpu,comm --sort=-pcpu | "
	  "head. " OTHER_CPUS
	  "If no other thread uses its CPU, a quota may limit its control group: cat "
	  "/proc/{thread}/cgroup, then read cpu.max and cpu.stat of that group.",
	  { "worker_wait_pct", "delay_max_us" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", TX | WIDE, tx_worker_starved,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, gets too little CPU. It "
	  "waited for a CPU {worker_wait_pct} of the time. Packets that the guest wanted to send "
	  "on {queue} waited up to {delay_max_us} for the thread.",
	  { "worker_wait_pct", "worker_run_pct", "delay_max_us", "worker_stall_ms", "stalled_ms",
	    "worker_policy",
	    "worker_cpus" },
	  "Find the thread that uses its CPU: ps -eLo tid,psr,cls,rtprio,pcpu,comm --sort=-pcpu | "
	  "head. " OTHER_CPUS
	  "If no other thread uses its CPU, a quota may limit its control group: cat "
	  "/proc/{thread}/cgroup, then read cpu.max and cpu.stat of that group.",
	  { "worker_wait_pct" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_reason,
	  "The kernel dropped {drops_other|packet|packets} for guest {guest} on {if}, on the way "
	  "to {queue}. The reason was not a full tap, but in most cases {drop_reason}.",
	  { "drops_other", "drop_reason", "drops_full", "drops", "filter", "waiting_max",
	    "tap_ring" },
	  "The reason shows where to look. FILTER: a filter is attached to {if}, the guest's MAC "
	  "filter or a program's (ip -d link show {if}, tc filter show dev {if}). NOMEM: the host "
	  "was short of memory. DEV_READY: the interface was going down.",
	  { "drops_other" }, { NULL } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_qdisc,
	  "The queue discipline of {if} ({qdisc}) dropped {qdisc_drops|packet|packets} for guest "
	  "{guest}, on the way to {queue}. The tap behind it had room.",
	  { "qdisc_drops", "qdisc", "qdisc_backlog_max", "waiting_max", "tap_ring",
	    "tap_full_pct" },
	  "Look at the limit that is set on {if}, on purpose or not: tc -s qdisc show dev {if}",
	  { "qdisc_drops" }, { NULL } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_unexplained,
	  "The kernel dropped {drops|packet|packets} for guest {guest} on {if}, although no sample "
	  "found the tap full, and {queue} had buffers. This kernel does not report the reason.",
	  { "drops", "waiting_max", "tap_ring", "rx_starved_pct", "filter" },
	  "Look for a filter on {if} (ip -d link show {if}, tc filter show dev {if}), and whether "
	  "the host was out of memory (dmesg). Kernels from 5.17 on report the reason.",
	  { NULL }, { NULL } },
	{ "RX-EMPTY", RX, rx_empty,
	  "Guest {guest} gives vhost too few buffers to receive into: {queue} had none in "
	  "{rx_starved_pct} of the samples while packets waited, for up to {rx_starved_ms}. "
	  "{lost|packet was|packets were} dropped on {if}.",
	  { "rx_starved_pct", "rx_starved_ms", "rx_no_refill_now_ms", "waiting_max", "lost",
	    "drops_full", "end_ring_empty" },
	  "Look inside the guest: is one of its CPUs at its limit (softirq in top)? Is it out of "
	  "memory for buffers (dmesg, 'page allocation failure')? Does its driver hang? On this "
	  "host the guest's threads used {guest_run_pct} of a CPU, and its most delayed thread "
	  "waited for a CPU {guest_wait_pct} of the time.",
	  { "rx_starved_pct", "lost" }, { "RX-BURST", "WORKER-BUSY" } },
	{ "WORKER-BUSY", RX, worker_busy_alone,
	  "The host can't copy faster on one queue. Thread {thread} of vhost, which serves {queue} "
	  "of guest {guest}, ran {worker_run_pct} of the time. {lost|packet was|packets were} "
	  "dropped on {if}, although {queue} had buffers. The interface has {if_queues} such "
	  "queues: {if_moving} of them moved, and this one took {if_share_pct} of all.",
	  { "worker_run_pct", "worker_wait_pct", "rx_backlog_pct", "rx_starved_pct", "lost",
	    "completions", "if_share_pct" },
	  "More queues don't help while one queue has it all: the packets of one connection stay "
	  "on one queue. Several connections spread over the queues, if they differ in addresses "
	  "or ports; a tunnel is one connection. Fewer, larger packets cost less (GRO on the "
	  "host's card, a larger MTU). To see what the thread does: perf top -t {thread}",
	  { "worker_run_pct", "moved" }, { "RX-BURST" } },
	{ "WORKER-BUSY", RX, worker_busy,
	  "The host can't copy faster: thread {thread} of vhost, which serves {if} of guest "
	  "{guest}, ran {worker_run_pct} of the time. {lost|packet was|packets were} dropped, "
	  "although {queue} had buffers.",
	  { "worker_run_pct", "worker_wait_pct", "rx_backlog_pct", "rx_starved_pct", "lost",
	    "completions", "end_turn" },
	  "Add queues, so that more threads share the work: queues=N of QEMU's -netdev (libvirt: "
	  "<driver queues='N'/>), then ethtool -L DEV combined N in the guest. Fewer, larger "
	  "packets cost less (GRO on the host's card, a larger MTU). To see what the thread does: "
	  "perf top -t {thread}",
	  { "worker_run_pct", "moved" }, { "RX-BURST" } },
	{ "RX-BURST", RX, rx_burst_throttled_alone,
	  THROTTLED,
	  { "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	    "guest_limit", "rx_starved_pct", "lost",
	    "worker_run_pct" },
	  "On this kernel (6.18 and later) a quota does not stop vhost's thread, which takes "
	  "{worker_run_pct} of a CPU. If the thread is in the same control group, the vCPUs lack "
	  "this CPU time. " MORE_QUOTA,
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst_throttled,
	  THROTTLED,
	  { "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	    "guest_limit", "rx_starved_pct", "lost",
	    "worker_throttled" },
	  MORE_QUOTA,
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst_at_the_end,
	  "When the watch ended, guest {guest} had given vhost no buffers into {queue} for "
	  "{rx_starved_now_ms}, as far as the samples show, while packets waited. {lost|packet "
	  "was|packets were} dropped on {if}. The watch was too short to show whether the guest "
	  "recovers.",
	  { "rx_starved_now_ms", "rx_starved_pct", "watched_ms", "waiting_max", "lost",
	    "drops_full", "guest_wait_pct" },
	  "Watch again for longer: stap-vhost diagnose -d 60 {pid}. If the guest stops for good, "
	  "look inside it. If it stops for moments, its vCPUs get too little CPU, or get their "
	  "interrupts late.",
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst,
	  "Guest {guest} stops taking packets for moments, and recovers. {queue} had no buffers in "
	  "{rx_starved_pct} of the samples while packets waited. {lost|packet was|packets were} "
	  "dropped on {if}.",
	  { "rx_starved_pct", "rx_starved_ms", "drop_intervals_pct", "lost", "end_ring_empty",
	    "guest_wait_pct" },
	  "The guest's CPUs stall, or the guest has other work. Look at its steal time (st in "
	  "top), and whether its threads wait for a CPU on this host ({guest_wait_pct} of the "
	  "time; pidstat -w -t -p {pid} 1). A larger ring bridges gaps: rx_queue_size=1024 of "
	  "QEMU's -device (libvirt: <driver rx_queue_size='1024'/>), then ethtool -G DEV rx 1024 "
	  "in the guest.",
	  { "rx_starved_pct", "lost" }, { NULL } },
	{ "RX-BURST", RX, rx_short_burst,
	  "Guest {guest} may stop taking packets for moments that are too short for the samples. "
	  "vhost found no buffers in {queue} for a packet {end_ring_empty|time|times}. "
	  "{lost|packet was|packets were} dropped on {if}.",
	  { "end_ring_empty", "lost", "drops_full", "drop_intervals_pct", "guest_wait_pct" },
	  "Watch for longer (-d 60). A larger ring bridges gaps: rx_queue_size=1024 of QEMU's "
	  "-device (libvirt: <driver rx_queue_size='1024'/>), then ethtool -G DEV rx 1024 in the "
	  "guest. Steal time in the guest (st in top) shows whether its CPUs stall.",
	  { "end_ring_empty", "lost" }, { NULL } },
	{ "ZCOPY-STUCK", TX, zcopy_stuck,
	  "The host still holds {zcopy_waiting|packet|packets} that guest {guest} has sent on "
	  "{queue} ({if}) without copying (zerocopy), the oldest for more than {zcopy_stuck_ms}. "
	  "The guest does not get these buffers back.",
	  { "zcopy_stuck_ms", "zcopy_waiting", "in_flight", "pending", "stalled_ms" },
	  "Follow the packets from {if} on. Look for a queue that does not drain (tc -s qdisc), a "
	  "program that does not read its socket (ss -nm), or a card that is stuck. Until then let "
	  "vhost copy: options vhost_net experimental_zcopytx=0 in /etc/modprobe.d, for guests "
	  "that start later.",
	  { "zcopy_stuck_ms" }, { "TX-TAP-FULL", "TX-HOL", "TX-NO-RECLAIM" } },
	{ "TX-TAP-FULL", TX, tx_tap_full,
	  "The interface {if} takes nothing more from guest {guest}, in {unwritable_pct} of the "
	  "samples. Packets that it has taken are still on their way ({wmem_max} of at most "
	  "{sndbuf}). {queue} waits.",
	  { "unwritable_pct", "unwritable_ms", "wmem_max", "sndbuf", "send_failures", "send_errno",
	    "stalled_ms" },
	  "Find the slow part behind {if}: tc -s qdisc on the bridge's card, then the receiver. Or "
	  "the limit is too small: sndbuf= of QEMU's -netdev tap. Without sndbuf= there is no "
	  "limit.",
	  { "unwritable_pct" }, { "TX-HOL" } },
	{ "TX-HOL", TX, tx_hol,
	  "The interface {if} refuses the next packet of guest {guest} again and again "
	  "({send_errno}, {end_send_failed|time|times}). All other packets of {queue} have waited "
	  "behind it for {stalled_ms}.",
	  { "end_send_failed", "send_failures", "send_errno", "stalled_ms", "pending",
	    "completions" },
	  "The error shows why. ENOMEM or ENOBUFS: the host is short of memory. EINVAL or EIO: the "
	  "kernel does not accept the packet (before Linux 5.12 it stops the queue for good: "
	  "update). Look at the packet: stap-vhost dump --rings 4 --descs --headers {pid}",
	  { "send_failures", "stalled_ms" }, { "TX-REFUSED" } },
	{ "TX-REFUSED", TX | ONCE, tx_refused,
	  "The host drops packets that guest {guest} sends on {if}: {from_guest_dropped|packet "
	  "was|packets were} dropped, {from_guest_errors} had errors, and {from_guest} went on. "
	  "The guest takes all packets of {queue} for sent.",
	  { "from_guest_dropped", "from_guest_errors", "from_guest_qdisc_drops", "from_guest",
	    "from_guest_reason",
	    "send_errno" },
	  "Errors: the guest's driver makes wrong frames or headers (a virtio-net header with a "
	  "bad checksum or GSO field). Update the driver, or switch offloads off in the guest: "
	  "ethtool -K DEV tx off tso off. Drops: look for lack of memory on the host (dmesg), a "
	  "full backlog (second column of /proc/net/softnet_stat; net.core.netdev_max_backlog), or "
	  "a filter on {if} (tc filter show dev {if} ingress). Or the host has no use for the "
	  "protocol, because {if} is in no bridge (bridge link).",
	  { "from_guest_dropped" }, { NULL } },
	{ "TX-NO-RECLAIM", TX, tx_no_reclaim,
	  "Guest {guest} does not take its sent buffers back on {queue} ({if}), although all of "
	  "them are done. The guest had filled its ring and asked for a notification, and has not "
	  "moved for {quiet_ms}. Its programs may get the error 'No buffer space available'.",
	  { "quiet_ms", "pending", "in_flight", "call_wanted_full", "call_unread_ms", "signals" },
	  "Look inside the guest: does the counter of the queue's interrupt grow "
	  "(/proc/interrupts, virtio…-output)? Does dmesg show 'NETDEV WATCHDOG'? If interrupts do "
	  "not arrive, the fault is between vhost and the guest's CPU: QEMU's irqfd, or a CPU that "
	  "does not run.",
	  { "call_wanted", "call_unread_ms" }, { NULL } },
};

const size_t n_verdict_rules = ARRAY_SIZE(verdict_rules);
