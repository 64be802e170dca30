// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Why a guest loses packets, as a table: a verdict a row. A test looks at the facts of
 * one queue and is sure only of what was read: with a value that isn't known it says NO,
 * and 'needs' says what then can't be excluded. Several rows may have one name: the first
 * that fits is taken. The facts are explained in metrics.c.
 *
 * "Samples" are the script's, five a second unless it is told otherwise.
 */
#include "diagnose/diagnose.h"

#include "dump/dump.h"

#define LONG_MS 1000		/* nothing of a guest that works takes as long */
#define SOME_MS 400		/* two samples of 200 ms and more: no moment caught by chance */
#define DELAY_US 200000		/* from work to worker; a busy host has some ms */
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
static bool moves(const struct queue_metrics *f)
{
	return any(f->completions) || any(f->moved);
}

static bool unknown(struct value v)
{
	return !value_known(v);
}

/* Packets were lost, and not only on other queues of the interface */
static bool loses(const struct queue_metrics *f)
{
	return any(f->lost) && !value_is(f->loses, 0);
}

/* Packets were in plenty and vhost had buffers for them: the worker is what they waited for */
static bool waits_for_worker(const struct queue_metrics *f, unsigned long long pct)
{
	return unknown(f->stuffed_pct) ? any(f->drops_full) : least(f->stuffed_pct, pct);
}

/* The interface */

static enum confidence is_down(struct value pct, struct value now_ms)
{
	if (least(pct, 100) || any(now_ms))
		return CERTAIN;
	return any(pct) ? LIKELY : NO;
}

static enum confidence tap_down(const struct queue_metrics *f)
{
	return is_down(f->tap_down_pct, f->tap_down_now_ms);
}

static enum confidence no_carrier(const struct queue_metrics *f)
{
	return is_down(f->no_carrier_pct, f->no_carrier_now_ms);
}

/* It has the carrier of the device below */
static enum confidence macvtap_no_carrier(const struct queue_metrics *f)
{
	return !strcmp(f->tap_driver, "tap") ? no_carrier(f) : NO;
}

static enum confidence detached(const struct queue_metrics *f)
{
	return is_down(f->detached_pct, f->detached_now_ms);
}

static enum confidence no_backend(const struct queue_metrics *f)
{
	return value_is(f->backend_now, 0) && least(f->unserved_ms, LONG_MS) ? LIKELY : NO;
}

/* The ring's contents */

static enum confidence ring_over(const struct queue_metrics *f)
{
	if (!any(f->pending_over))
		return NO;
	return least(f->pending_over, 2) || any(f->end_error) ? CERTAIN : LIKELY;
}

static enum confidence chain_broken(const struct queue_metrics *f)
{
	if (!any(f->chain_broken_ms) && !(*f->chain_end && any(f->end_error)))
		return NO;
	return any(f->end_error) || least(f->chain_broken_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/* With an IOTLB and with busy polling vhost reports errors of rings that are well */
static enum confidence ring_errors(const struct queue_metrics *f)
{
	if (!any(f->end_error) || !value_is(f->iotlb, 0))
		return NO;
	if (any(f->busyloop_us) && !least(f->still_ms, SOME_MS))
		return NO;
	return LIKELY;
}

static enum confidence iotlb_miss(const struct queue_metrics *f)
{
	bool asked = any(f->misses) || any(f->end_iotlb);

	if (!yes(f->iotlb))
		return NO;
	if (least(f->still_ms, LONG_MS) && (asked || value_is(f->iotlb_entries, 0)))
		return asked && least(f->still_now_ms, LONG_MS) ? CERTAIN : LIKELY;
	/* the ring itself is not translated, so that its index can't be read */
	if (least(f->unreadable_now_ms, LONG_MS) && least(f->quiet_ms, LONG_MS) &&
	    (asked || any(f->waiting)))
		return LIKELY;
	return NO;
}

/* Notifications */

/*
 * Its vCPUs would run, and wait for a CPU or for the next period of their quota: since 6.18 that is
 * no waiting for a CPU
 */
static bool held_back(const struct queue_metrics *f, struct value wait_pct, unsigned long long pct)
{
	return least(wait_pct, pct) || least(f->guest_throttled_pct, pct);
}

/*
 * A guest that hardly runs does not look, gives no buffers, and stops between a buffer and its
 * kick, whatever it would do
 */
static bool hardly_ran(const struct queue_metrics *f, struct value wait_pct)
{
	return held_back(f, wait_pct, HARDLY);
}

static enum confidence kick_lost(const struct queue_metrics *f)
{
	if (!least(f->unkicked_ms, SOME_MS))
		return NO;
	if (hardly_ran(f, f->unkicked_wait_pct))
		return POSSIBLE;
	return least(f->unkicked_ms, LONG_MS) && !yes(f->iotlb) ? CERTAIN : LIKELY;
}

static enum confidence call_missing(const struct queue_metrics *f)
{
	/* it may have lost it while we watched */
	if ((!least(f->call_none_pct, MOSTLY) && !least(f->call_none_now_ms, LONG_MS)) ||
	    !yes(f->asks))
		return NO;
	if (f->rx ? least(f->parched_ms, LONG_MS) : moves(f) && least(f->quiet_ms, LONG_MS))
		return CERTAIN;
	return any(f->no_call) || moves(f) || yes(f->full_asked) ? LIKELY :
	       least(f->quiet_ms, LONG_MS) && !f->rx ? POSSIBLE : NO;
}

/* A guest that has asked too late, and has not looked again, looks the same */
static enum confidence call_lost(const struct queue_metrics *f)
{
	return least(f->uncalled_ms, LONG_MS) ? LIKELY :
	       least(f->uncalled_ms, SOME_MS) ? POSSIBLE :
						NO;
}

static enum confidence irq_off(const struct queue_metrics *f)
{
	if (!least(f->no_interrupt_now_ms, LONG_MS) || !least(f->parched_now_ms, LONG_MS) ||
	    hardly_ran(f, f->parched_wait_pct))
		return NO;
	return least(f->parched_now_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

/* The worker */

static bool is_starved(const struct queue_metrics *f)
{
	return least(f->worker_wait_pct, OFTEN) || least(f->worker_stall_ms, SOME_MS) ||
	       least(f->worker_late_now_ms, LONG_MS) || least(f->delay_max_us, DELAY_US);
}

/* In the whole watch, or from a moment in it to the end */
static bool starves(const struct queue_metrics *f)
{
	return least(f->worker_wait_pct, MOSTLY) || least(f->worker_late_now_ms, LONG_MS);
}

/* It does, and nothing comes of it */
static enum confidence waits_in_vain(const struct queue_metrics *f)
{
	return any(f->works) && starves(f) ? NOTED : NO;
}

/* It has work, and neither runs nor waits for a CPU: that is no want of CPUs */
static bool stands_aside(const struct queue_metrics *f)
{
	return least(f->worker_stall_ms, LONG_MS) && value_is(f->worker_run_ms, 0) &&
	       value_is(f->worker_wait_ms, 0) && !any(f->worker_stopped_pct);
}

/* Whether the queue has felt it */
static bool has_stood_still(const struct queue_metrics *f)
{
	return (f->rx && loses(f)) || least(f->still_ms, SOME_MS) || least(f->parched_ms, SOME_MS);
}

static enum confidence frozen(const struct queue_metrics *f, struct value pct)
{
	return !any(pct) ? NO : has_stood_still(f) ? CERTAIN : NOTED;
}

static enum confidence guest_frozen(const struct queue_metrics *f)
{
	return frozen(f, f->guest_frozen_pct);
}

static enum confidence worker_frozen(const struct queue_metrics *f)
{
	return frozen(f, f->worker_frozen_pct);
}

/* Its group isn't known: nothing else keeps a worker away for as long and leaves no trace */
static enum confidence looks_frozen(const struct queue_metrics *f)
{
	if (!stands_aside(f) || !unknown(f->worker_frozen_pct))
		return NO;
	return has_stood_still(f) ? LIKELY : NOTED;
}

static enum confidence worker_hangs(const struct queue_metrics *f)
{
	if (!stands_aside(f) || !value_is(f->worker_frozen_pct, 0))
		return NO;
	return has_stood_still(f) ? LIKELY : NOTED;
}

static enum confidence worker_stopped(const struct queue_metrics *f)
{
	if (!least(f->worker_stopped_pct, OFTEN) && !least(f->worker_stopped_now_ms, SOME_MS))
		return NO;
	return (f->rx && loses(f)) || least(f->still_ms, SOME_MS) ? CERTAIN : NOTED;
}

static enum confidence rx_worker_starved(const struct queue_metrics *f)
{
	if (!is_starved(f) || stands_aside(f))
		return NO;
	if (!loses(f))
		return waits_in_vain(f);
	if (!waits_for_worker(f, 5) || !most(f->hungry_pct, MOSTLY))
		return NO;
	return starves(f) || least(f->worker_stall_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/*
 * What a guest can't send it keeps, as long as its ring has room: that it waited is all that is
 * seen here
 */
static enum confidence tx_worker_starved(const struct queue_metrics *f)
{
	bool waited = least(f->still_ms, SOME_MS) || least(f->worker_stall_ms, SOME_MS) ||
		      least(f->delay_max_us, DELAY_US);

	if ((!least(f->worker_wait_pct, OFTEN) && !least(f->worker_stall_ms, LONG_MS) &&
	     !starves(f)) ||
	    stands_aside(f))
		return NO;
	if (!waited || !any(f->pending_max))
		return waits_in_vain(f);
	if (starves(f) && least(f->still_ms, SOME_MS))
		return CERTAIN;
	return value_known(f->ring_size) && least(f->pending_max, f->ring_size.n) ? LIKELY : NOTED;
}

/* By the quota of its group, on a kernel where that stops it */
static enum confidence worker_throttled(const struct queue_metrics *f)
{
	if (!yes(f->quota_stops_worker) || !any(f->worker_throttled) ||
	    !value_known(f->watched_ms) ||
	    !least(f->worker_throttled_ms, f->watched_ms.n * SELDOM / 100))
		return NO;
	return f->rx ? rx_worker_starved(f) : tx_worker_starved(f);
}

/* From the whole watch, or from a moment in it to the end */
static bool is_busy(const struct queue_metrics *f)
{
	return least(f->worker_run_pct, BUSY) || least(f->worker_busy_now_ms, LONG_MS);
}

static enum confidence worker_busy(const struct queue_metrics *f)
{
	bool stuffed = least(f->stuffed_now_ms, LONG_MS);

	if (!loses(f) || !(moves(f) || yes(f->stirred)) || !is_busy(f) ||
	    !most(f->hungry_pct, OFTEN) || !(waits_for_worker(f, OFTEN) || stuffed))
		return NO;
	return least(f->stuffed_pct, MOSTLY) || stuffed ? CERTAIN : LIKELY;
}

/* And the other queues, with threads of their own, have little or nothing to do */
static enum confidence worker_busy_alone(const struct queue_metrics *f)
{
	return least(f->if_queues, 2) && least(f->if_share_pct, EVER) ? worker_busy(f) : NO;
}

/* The guest and its buffers */

/*
 * Some buffers are there, packets wait, and vhost, which has seen both and could run, gives nothing
 */
static enum confidence rx_big(const struct queue_metrics *f)
{
	bool tried = any(f->runs) && (any(f->end_ring_empty) || least(f->worker_run_pct, MOSTLY));

	if (!least(f->still_ms, LONG_MS) || !most(f->unkicked_ms, SOME_MS) || !any(f->pending) ||
	    !most(f->pending, BIG_BUFFERS) || !value_known(f->ring_size) ||
	    2 * f->pending.n > f->ring_size.n || any(f->pending_over))
		return NO;
	if (any(f->worker_stopped_pct) || least(f->worker_wait_pct, MOSTLY) ||
	    least(f->worker_stall_ms, SOME_MS))
		return NO;
	return tried && least(f->still_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/*
 * Drops all the time, or to the end: not in bursts. Who waits for a CPU himself stops for moments,
 * however many they are
 */
static bool never_recovers(const struct queue_metrics *f)
{
	bool all_along =
		least(f->drop_intervals, MANY_INTERVALS) && least(f->drop_intervals_pct, EVER);

	return (least(f->parched_now_ms, LONG_MS) && !hardly_ran(f, f->parched_wait_pct)) ||
	       (least(f->hungry_now_ms, LONG_MS) && all_along && !held_back(f, f->hungry_wait_pct,
	       MOSTLY)) ||
	       (least(f->hungry_pct, 10) && all_along && !held_back(f, f->guest_wait_pct, MOSTLY));
}

static enum confidence rx_empty(const struct queue_metrics *f)
{
	if (value_is(f->lost, 0) || value_is(f->loses, 0))
		return least(f->parched_ms, LONG_MS) ? NOTED : NO;
	if (!any(f->lost))
		return least(f->parched_ms, LONG_MS) ? LIKELY : NO;
	if (!never_recovers(f))
		return NO;
	return least(f->parched_now_ms, LONG_MS) || least(f->hungry_now_ms, LONG_MS) ||
		       least(f->hungry_pct, MOSTLY) ? CERTAIN : LIKELY;
}

/*
 * It had none when the watch ended, and was not seen to come back before. Who waits for a CPU
 * himself stops for moments
 */
static bool not_seen_to_return(const struct queue_metrics *f)
{
	return value_is(f->hungry_at_end, 1) && value_is(f->hungry_ended, 0) &&
	       !least(f->parched_now_ms, LONG_MS) && !held_back(f, f->hungry_wait_pct, MOSTLY);
}

static bool bursts(const struct queue_metrics *f)
{
	return loses(f) && !never_recovers(f) && any(f->hungry_pct);
}

static enum confidence rx_burst_at_the_end(const struct queue_metrics *f)
{
	return bursts(f) && not_seen_to_return(f) ? POSSIBLE : NO;
}

static enum confidence rx_burst(const struct queue_metrics *f)
{
	return bursts(f) && !not_seen_to_return(f) ? LIKELY : NO;
}

/* Its vCPUs had used up the quota of their group */
static enum confidence rx_burst_throttled(const struct queue_metrics *f)
{
	if (!bursts(f) || !any(f->guest_throttled) || !least(f->guest_throttled_pct, SELDOM))
		return NO;
	return least(f->guest_throttled_pct, OFTEN) ? CERTAIN : LIKELY;
}

/* On a kernel where vhost goes on */
static enum confidence rx_burst_throttled_alone(const struct queue_metrics *f)
{
	return value_is(f->quota_stops_worker, 0) ? rx_burst_throttled(f) : NO;
}

/* Shorter than the time between two samples */
static enum confidence rx_short_burst(const struct queue_metrics *f)
{
	if (!loses(f) || never_recovers(f) || !any(f->end_ring_empty))
		return NO;
	if (any(f->drops_full) || any(f->tap_full_pct))
		return POSSIBLE;
	/* the tap's, and no reason that tells otherwise was met */
	return any(f->drops) && !any(f->drops_other) ? POSSIBLE : NO;
}

/* Drops that are not the ring's */

static enum confidence drop_reason(const struct queue_metrics *f)
{
	if (!any(f->drops_other))
		return NO;
	/* here and there one is dropped on every host */
	if (value_known(f->to_guest) && 1000 * f->drops_other.n < f->to_guest.n)
		return NOTED;
	return least(f->drops_other, f->drops_full.n) ? CERTAIN : LIKELY;
}

/*
 * Most of the drops are its own, and there were some all the time, though the tap was almost never
 * full
 */
static bool drops_with_room(const struct queue_metrics *f)
{
	return value_known(f->drops) && least(f->qdisc_drops, f->drops.n + 1) &&
	       most(f->shared.full_pct, SELDOM) && most(f->shared.hungry_pct, SELDOM) &&
	       least(f->drop_intervals, MANY_INTERVALS) && least(f->drop_intervals_pct, EVER);
}

static enum confidence drop_qdisc(const struct queue_metrics *f)
{
	return any(f->qdisc_drops) && (f->shared.had_room || drops_with_room(f)) ? LIKELY : NO;
}

static enum confidence drop_unexplained(const struct queue_metrics *f)
{
	if (!any(f->drops) || value_known(f->drops_full) || !f->shared.had_room)
		return NO;
	/* for want of buffers, between two samples */
	if (any(f->shared.end_ring_empty) && !yes(f->filter))
		return NO;
	return yes(f->filter) ? LIKELY : POSSIBLE;
}

/* From the guest */

static enum confidence zcopy_stuck(const struct queue_metrics *f)
{
	if (!least(f->zcopy_stuck_ms, LONG_MS))
		return NO;
	return least(f->zcopy_stuck_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

static enum confidence tx_tap_full(const struct queue_metrics *f)
{
	bool refused = !strcmp(f->send_errno, "EAGAIN") && least(f->end_send_failed, 10) &&
		       value_known(f->runs) && 2 * f->end_send_failed.n >= f->runs.n;

	if ((least(f->unwritable_pct, MOSTLY) || least(f->unwritable_now_ms, LONG_MS)) &&
	    any(f->pending_max))
		return CERTAIN;
	if (least(f->unwritable_pct, OFTEN) && any(f->pending_max))
		return least(f->still_ms, LONG_MS) ? CERTAIN : LIKELY;
	return refused && value_known(f->sndbuf) && value_known(f->wmem_max) &&
		       2 * f->wmem_max.n >= f->sndbuf.n ? LIKELY : NO;
}

static enum confidence tx_hol(const struct queue_metrics *f)
{
	if ((!any(f->send_failures) && !any(f->end_send_failed)) || !least(f->still_ms, LONG_MS) ||
	    least(f->unwritable_pct, OFTEN) || least(f->unwritable_now_ms, LONG_MS))
		return NO;
	return least(f->still_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

/* macvtap counts a packet as dropped and as wrong */
static unsigned long long refused(const struct queue_metrics *f)
{
	unsigned long long n = value_known(f->from_guest_dropped) ? f->from_guest_dropped.n : 0;

	if (least(f->from_guest_errors, n))
		n = f->from_guest_errors.n;
	return n + (value_known(f->from_guest_qdisc_drops) ? f->from_guest_qdisc_drops.n : 0);
}

/* The guest has its buffers back as if they were sent */
static enum confidence tx_refused(const struct queue_metrics *f)
{
	unsigned long long n = refused(f), all = n + f->from_guest.n;

	if (!n)
		return NO;
	if (n < FEW_PACKETS || 100 * n < all)
		return NOTED;
	return value_known(f->from_guest) && 10 * n >= all ? CERTAIN : LIKELY;
}

/*
 * All is sent and given back, the guest has asked to be told and was, and does nothing: that it
 * filled its ring before, or does not read its signals, tells it from a guest that is idle
 */
static enum confidence tx_no_reclaim(const struct queue_metrics *f)
{
	if (!value_is(f->pending, 0) || !value_is(f->in_flight, 0) ||
	    !least(f->quiet_ms, LONG_MS) || !yes(f->asks))
		return NO;
	if (least(f->call_unread_ms, LONG_MS))
		return LIKELY;
	/* it was seen to stop */
	return !yes(f->full_asked) ? NO : moves(f) ? LIKELY : POSSIBLE;
}

#define THROTTLED \
	"Guest {guest} stops taking packets for moments because its vCPUs may not run: their control group {guest_limit} may " \
	"use {guest_quota_us} of CPU time in {guest_period_us}, and had used it up {guest_throttled|time|times}. {queue} had no " \
	"buffers in {hungry_pct} of the samples, with packets waiting, and {lost|packet was|packets were} dropped on {if}."
#define MORE_QUOTA \
	"Give that group more. libvirt: virsh schedinfo {name} --set vcpu_quota=-1 (or global_quota). KubeVirt: a higher CPU " \
	"limit, or dedicatedCpuPlacement. OpenStack: quota:cpu_quota of the flavor. By hand: echo max > " \
	"/sys/fs/cgroup{guest_limit}/cpu.max; version 1: echo -1 > cpu.cfs_quota_us."
/* A cpuset undoes what taskset sets */
#define OTHER_CPUS \
	"Give it others: virsh emulatorpin {name} CPUS under libvirt, since vhost's thread is one of the emulator's; " \
	"isolateEmulatorThread under KubeVirt; hw:emulator_threads_policy of the flavor under OpenStack; taskset -pc CPUS " \
	"{thread} where no cpuset undoes it. "

const struct verdict_rule verdict_rules[] = {
	{ "TAP-DOWN", ANY | WIDE, tap_down,
	  "The interface {if} of guest {guest} is down, so that no packet passes on {queue}: it was down in "
	  "{tap_down_pct} of the samples.",
	  { "tap_down_pct", "tap_down_now_ms", "to_guest", "from_guest", "send_failures",
	    "send_errno" },
	  "Bring it up: ip link set {if} up. Then look at who took it down: ip monitor link, the "
	  "network manager's and the hypervisor's logs.",
	  { "tap_down_pct" },
	  { "DROP-BEFORE-RING", "TX-HOL", "TX-TAP-FULL", "TX-REFUSED", "ZCOPY-STUCK", "RX-EMPTY",
	    "RX-BURST" } },
	{ "TAP-DOWN", ANY | WIDE, macvtap_no_carrier,
	  "The interface {if} of guest {guest} has no carrier, because the card below this macvtap has none, so that no "
	  "packet passes on {queue}.",
	  { "no_carrier_pct", "no_carrier_now_ms", "tap_driver", "to_guest", "from_guest" },
	  "See which card it is on, and its link: ip -d link show {if}; ethtool CARD. The guest's own link is virsh "
	  "domif-setlink, set_link in QEMU's monitor.",
	  { NULL }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY", "RX-BURST" } },
	{ "TAP-DOWN", ANY | WIDE, no_carrier,
	  "The interface {if} of guest {guest} has no carrier (its link is switched off on the host), so that no "
	  "packet passes on {queue}.",
	  { "no_carrier_pct", "no_carrier_now_ms", "to_guest", "from_guest" },
	  "See ip -d link show {if}. The carrier is QEMU's to switch: set_link in its monitor, virsh "
	  "domif-setlink.",
	  { "no_carrier_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	    "RX-BURST" } },
	{ "TAP-DOWN", ANY, detached,
	  "The queue of {if} that serves {queue} of guest {guest} is switched off (detached) while vhost still "
	  "uses it, so that its packets are lost.",
	  { "detached_pct", "detached_now_ms", "send_failures", "send_errno" },
	  "QEMU attaches as many queues as the guest uses: compare ethtool -l in the guest with queues= of "
	  "QEMU's -netdev (process {pid}); setting the guest's number of queues anew (ethtool -L) repairs it.",
	  { "detached_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	    "RX-BURST" } },
	{ "NO-BACKEND", ANY, no_backend,
	  "Nobody serves {queue} of guest {guest}: vhost has no interface attached to it (no backend; {if} was to be "
	  "it), though the guest's buffers have waited in it for {unserved_ms}.",
	  { "backend_none_pct", "unserved_ms", "waiting", "kicks", "quiet_ms" },
	  "If the guest is paused, or its link is set down in QEMU, that is as it should be: ask the monitor "
	  "(info status, info network). Else the log of QEMU (process {pid}) says why vhost did not start.",
	  { "backend_none_pct", "unserved_ms" }, { "KICK-LOST", "CALL-LOST" } },
	{ "RING-CORRUPT", ANY, ring_over,
	  "The ring of {queue} of guest {guest} is damaged: it claims more buffers ({pending_max}) than it has "
	  "entries ({ring_size}). vhost refuses such a ring, and nothing moves on {if}.",
	  { "pending_over", "pending_max", "ring_size", "end_error", "errors" },
	  "The guest's driver or its memory is wrong, or a migration has restored the index wrong. A reset of "
	  "the device helps for the moment (in the guest: unbind and bind virtio_net, or reboot). Keep the state "
	  "first: stap-vhost dump --rings 8 --descs --save FILE {pid}",
	  { "pending_over" },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	    "TX-NO-RECLAIM" } },
	{ "RING-CORRUPT", ANY, chain_broken,
	  "The ring of {queue} of guest {guest} is damaged: the buffer that vhost is to take next for {if} is wrong "
	  "({chain_end}: {chain_meaning}). vhost has stood at it for {chain_broken_ms}.",
	  { "chain_end", "chain_broken_ms", "end_error", "errors" },
	  "The guest's driver or its memory is wrong. Keep the state, then reset the device: stap-vhost dump "
	  "--rings 8 --descs --save FILE {pid}",
	  { NULL },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	    "TX-NO-RECLAIM" } },
	{ "RING-CORRUPT", ANY, ring_errors,
	  "vhost could not use what guest {guest} has put into the ring of {queue}: {end_error|attempt|attempts} to "
	  "serve {if} ended in an error.",
	  { "end_error", "errors", "runs", "still_ms" },
	  "What is wrong with the buffers vhost says in the kernel's log, once asked: echo 'module vhost +p; "
	  "module vhost_net +p' > /sys/kernel/debug/dynamic_debug/control. The ring itself: stap-vhost dump "
	  "--rings 8 --descs {pid}",
	  { "end_error" }, { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST",
	    "TX-HOL" } },
	{ "IOTLB-MISS", ANY | WIDE, iotlb_miss,
	  "vhost can't reach the memory of guest {guest} for {queue}: it asked QEMU to translate an address (the "
	  "guest has a virtual IOMMU) and got no answer; nothing has moved on {if} for {quiet_ms}.",
	  { "misses", "end_iotlb", "iotlb_entries", "unreadable_now_ms", "still_ms", "quiet_ms" },
	  "QEMU (process {pid}) has to answer: is it stuck? See its threads' states: ps -L -o tid,stat,wchan,comm "
	  "-p {pid}. Or the guest has mapped less than its driver uses: dmesg in the guest (DMAR, iommu).",
	  { "misses", "end_iotlb" },
	  { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST" } },
	{ "KICK-LOST", ANY, kick_lost,
	  "Guest {guest} has put {pending|buffer|buffers} into the ring of {queue} ({if}) and vhost was not told: it sleeps "
	  "and waited for the guest's notification (kick) for {unkicked_ms}; in all, {kicks|kick|kicks} came.",
	  { "unkicked_ms", "pending", "kicks", "worker_asleep_pct", "still_ms" },
	  "A kick goes from KVM to vhost by an eventfd (ioeventfd), or through QEMU (process {pid}): look "
	  "whether it was migrated or upgraded just before, and at its log. Any new kick gets the queue going "
	  "for now: ip link set DEV down, then up, in the guest.",
	  { "unkicked_ms" }, { "RX-BIG", "RX-EMPTY", "RX-BURST" } },
	{ "CALL-LOST", ANY, call_missing,
	  "vhost has no means to tell guest {guest} that packets are done on {queue} ({if}): the eventfd for its "
	  "interrupt is missing (no call eventfd), and the guest waits to be told.",
	  { "call_none_pct", "call_none_now_ms", "asks", "no_call", "signals", "quiet_ms",
	    "parched_ms" },
	  "QEMU (process {pid}) sets that eventfd up with the device's interrupt: look in its log for 'irqfd' or "
	  "'guest notifier'. In the guest, /proc/interrupts shows whether the queue has an interrupt at all; "
	  "binding the driver anew sets it up again.",
	  { "call_none_pct" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" } },
	{ "CALL-LOST", ANY, call_lost,
	  "Guest {guest} was not told that packets are done on {queue} ({if}): it had asked for a notification (signal), "
	  "vhost has passed that point, and none went out for {uncalled_ms}.",
	  { "uncalled_ms", "signals", "suppressed", "completions", "quiet_ms" },
	  "That is vhost's mistake, or the guest's driver asked too late and did not look again: see whether a published "
	  "defect of this kernel is told of at the end (known defects), and keep the state: stap-vhost dump --rings 8 "
	  "--save FILE {pid}",
	  { "uncalled_ms" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" } },
	{ "IRQ-OFF", RX, irq_off,
	  "Guest {guest} has switched the notifications of {queue} off and does not look itself: it has given no "
	  "buffers for {parched_ms} while {waiting_max|packet|packets} waited in {if}.",
	  { "no_interrupt_now_ms", "parched_ms", "parched_now_ms", "suppressed", "signals",
	    "lost" },
	  "A driver that polls switches them off too, but goes on taking packets. Look inside the guest: does "
	  "its driver hang (dmesg, softirq at 100 %)? ip link set DEV down, then up, makes it begin anew.",
	  { "no_interrupt_now_ms", "parched_now_ms" }, { "RX-EMPTY", "RX-BURST" } },
	{ "RX-BIG", RX, rx_big,
	  "A packet for guest {guest} waits in {if} and does not fit into the buffers that the guest has given: "
	  "{queue} has {pending|buffer|buffers}, and for {still_ms} none was used. Behind it "
	  "{waiting|packet waits|packets wait} in all.",
	  { "still_ms", "pending", "waiting", "end_ring_empty", "completions", "worker_run_pct",
	    "lost" },
	  "The guest has to give more buffers: look at its memory and driver (dmesg). Smaller packets fit "
	  "meanwhile: ethtool -K {if} tso off gso off. If the worker (thread {thread}) is at 100 % CPU, the kernel "
	  "has the endless loop of CVE-2026-74356: update it.",
	  { "still_ms", "unkicked_ms" }, { "WORKER-BUSY", "RX-EMPTY", "RX-BURST" } },
#define FROZEN_EXPLAINS \
	{ "WORKER-STARVED", "WORKER-BUSY", "KICK-LOST", "CALL-LOST", "IRQ-OFF", "RX-BIG", "RX-EMPTY", "RX-BURST", \
	  "TX-NO-RECLAIM", "TX-HOL" }
	{ "GUEST-FROZEN", ANY | WIDE, guest_frozen,
	  "Guest {guest} is frozen: its control group {guest_group} was in {guest_frozen_pct} of the samples, so that its "
	  "vCPUs don't run, and since Linux 6.4 vhost's thread doesn't either. {queue} of {if} stands still.",
	  { "guest_frozen_pct", "guest_frozen_now_ms", "guest_group", "worker_frozen_pct", "lost",
	    "still_ms" },
	  "What freezes groups are container managers and systemd (podman unpause, docker unpause, systemctl thaw UNIT), "
	  "not virsh suspend. By hand: echo 0 > cgroup.freeze in /sys/fs/cgroup{guest_group} or in the group above it "
	  "whose file says 1; version 1: echo THAWED > freezer.state.",
	  { NULL }, FROZEN_EXPLAINS },
	{ "GUEST-FROZEN", ANY | WIDE, worker_frozen,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, is frozen: its control group {worker_group} was in "
	  "{worker_frozen_pct} of the samples. {queue} stands still.",
	  { "worker_frozen_pct", "worker_frozen_now_ms", "worker_group", "guest_frozen_pct", "lost",
	    "still_ms" },
	  "What freezes groups are container managers and systemd (podman unpause, docker unpause, systemctl thaw UNIT). "
	  "By hand: echo 0 > cgroup.freeze in /sys/fs/cgroup{worker_group} or in the group above it whose file says 1; "
	  "version 1: echo THAWED > freezer.state.",
	  { NULL }, FROZEN_EXPLAINS },
	{ "GUEST-FROZEN", ANY | WIDE, looks_frozen,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, had work for {worker_stall_ms} and neither ran nor "
	  "waited for a CPU: its control group is frozen, as far as can be told. {queue} stands still.",
	  { "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_stopped_pct", "lost",
	    "still_ms" },
	  "The group is in /proc/{thread}/cgroup, and its state in /sys/fs/cgroup/…/cgroup.events (frozen 1; version 1: "
	  "freezer.state). podman unpause, docker unpause, systemctl thaw UNIT let it go on. If it isn't frozen: cat "
	  "/proc/{thread}/stack says where it hangs.",
	  { "worker_stall_ms" }, FROZEN_EXPLAINS },
#undef FROZEN_EXPLAINS
	{ "WORKER-STARVED", ANY | WIDE, worker_hangs,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, had work for {worker_stall_ms} and neither ran nor "
	  "waited for a CPU, and its control group is not frozen: it hangs in the kernel. {queue} stands still.",
	  { "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_frozen_pct",
	    "worker_group", "lost", "still_ms" },
	  "Where it hangs: cat /proc/{thread}/stack; dmesg may have a hung task.",
	  { NULL }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", ANY | WIDE, worker_stopped,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, is stopped: {queue} stands still.",
	  { "worker_stopped_pct", "worker_run_pct", "still_ms", "lost", "delay_max_us" },
	  "Somebody sent SIGSTOP, or a debugger holds it. kill -CONT {pid} lets it go on; grep -E "
	  "'State|TracerPid' /proc/{thread}/status says which.",
	  { "worker_stopped_pct" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", ANY | WIDE, worker_throttled,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, may not run: its control group {worker_limit} may use "
	  "{worker_quota_us} of CPU time in {worker_period_us}, and had used it up {worker_throttled|time|times}. Work of "
	  "{queue} lay up to {delay_max_us} before it began.",
	  { "worker_throttled", "worker_throttled_ms", "worker_quota_us", "worker_period_us",
	    "worker_limit", "worker_wait_pct",
	    "delay_max_us", "lost" },
	  "Give that group more. libvirt: virsh schedinfo {name} --set emulator_quota=-1 (vhost's thread is one of the "
	  "emulator's). KubeVirt: a higher CPU limit, or isolateEmulatorThread. OpenStack: quota:cpu_quota of the flavor. By hand: "
	  "echo max > /sys/fs/cgroup{worker_limit}/cpu.max; version 1: echo -1 > cpu.cfs_quota_us.",
	  { NULL }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", RX | WIDE, rx_worker_starved,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, gets too little CPU: it waited for one "
	  "{worker_wait_pct} of the time, and work lay up to {delay_max_us} before it began. "
	  "{lost|packet was|packets were} dropped although {queue} had room.",
	  { "worker_wait_pct", "worker_run_pct", "delay_max_us", "worker_stall_ms", "stuffed_pct",
	    "lost",
	    "worker_policy", "worker_cpus" },
	  "See who has its CPU: ps -eLo tid,psr,cls,rtprio,pcpu,comm --sort=-pcpu | head. " OTHER_CPUS
	  "If nobody has it, its group may be limited: cat /proc/{thread}/cgroup, then cpu.max and cpu.stat of that group.",
	  { "worker_wait_pct", "delay_max_us" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "WORKER-STARVED", TX | WIDE, tx_worker_starved,
	  "Thread {thread} of vhost, which serves {if} of guest {guest}, gets too little CPU: it waited for one "
	  "{worker_wait_pct} of the time, and what the guest wanted to send on {queue} waited up to {delay_max_us} for it.",
	  { "worker_wait_pct", "worker_run_pct", "delay_max_us", "worker_stall_ms", "still_ms",
	    "worker_policy",
	    "worker_cpus" },
	  "See who has its CPU: ps -eLo tid,psr,cls,rtprio,pcpu,comm --sort=-pcpu | head. " OTHER_CPUS
	  "If nobody has it, its group may be limited: cat /proc/{thread}/cgroup, then cpu.max and cpu.stat of that group.",
	  { "worker_wait_pct" }, { "WORKER-BUSY", "RX-BURST" } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_reason,
	  "{drops_other|packet|packets} for guest {guest} did not get as far as {queue}: dropped by the kernel on "
	  "{if}, and not because it was full; most for the reason {drop_reason}.",
	  { "drops_other", "drop_reason", "drops_full", "drops", "filter", "waiting_max",
	    "tap_ring" },
	  "The reason says where to look: a FILTER is one that was attached to {if} (the guest's MAC filter, or "
	  "a program's: ip -d link show {if}, tc filter show dev {if}); NOMEM is the host's memory; DEV_READY is an "
	  "interface that was going down.",
	  { "drops_other" }, { NULL } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_qdisc,
	  "{qdisc_drops|packet|packets} for guest {guest} did not get as far as {queue}: dropped by the queue "
	  "discipline of {if} ({qdisc}), and the tap behind it had room.",
	  { "qdisc_drops", "qdisc", "qdisc_backlog_max", "waiting_max", "tap_ring",
	    "tap_full_pct" },
	  "A limit was set on {if}, on purpose or not: tc -s qdisc show dev {if}",
	  { "qdisc_drops" }, { NULL } },
	{ "DROP-BEFORE-RING", RX | ONCE, drop_unexplained,
	  "{drops|packet|packets} for guest {guest} were dropped on {if} though it was never seen full and {queue} "
	  "had buffers; this kernel does not say why.",
	  { "drops", "waiting_max", "tap_ring", "hungry_pct", "filter" },
	  "Is there a filter on {if} (ip -d link show {if}, tc filter show dev {if}), was the host out of memory "
	  "(dmesg)? A kernel from 5.17 on names the reason.",
	  { NULL }, { NULL } },
	{ "RX-EMPTY", RX, rx_empty,
	  "Guest {guest} gives vhost too few buffers to receive into: {queue} had none in {hungry_pct} of the "
	  "samples while packets waited, for up to {hungry_ms}. {lost|packet was|packets were} dropped on {if}.",
	  { "hungry_pct", "hungry_ms", "parched_now_ms", "waiting_max", "lost", "drops_full",
	    "end_ring_empty" },
	  "Look inside the guest: is a CPU of it at its limit (softirq in top), is it out of memory for "
	  "buffers (dmesg, 'page allocation failure'), does its driver hang? The guest's threads used "
	  "{guest_run_pct} of a CPU here, and one waited for a CPU {guest_wait_pct} of the time.",
	  { "hungry_pct", "lost" }, { "RX-BURST", "WORKER-BUSY" } },
	{ "WORKER-BUSY", RX, worker_busy_alone,
	  "The host can't copy faster on one queue: thread {thread} of vhost, which serves {queue} of guest {guest}, "
	  "ran {worker_run_pct} of the time, and {lost|packet was|packets were} dropped on {if} though {queue} had "
	  "buffers. Of its {if_queues} queues {if_moving} moved, and this one took {if_share_pct} of all.",
	  { "worker_run_pct", "worker_wait_pct", "stuffed_pct", "hungry_pct", "lost", "completions",
	    "if_share_pct" },
	  "More queues don't help as long as one has it all: what belongs to one connection stays on one queue. "
	  "More connections spread, if they differ in addresses or ports; a tunnel is one. Fewer, larger packets "
	  "cost less (GRO on the host's card, a larger MTU). What the thread does: perf top -t {thread}",
	  { "worker_run_pct", "moved" }, { "RX-BURST" } },
	{ "WORKER-BUSY", RX, worker_busy,
	  "The host can't copy faster: thread {thread} of vhost, which serves {if} of guest {guest}, ran "
	  "{worker_run_pct} of the time, and {lost|packet was|packets were} dropped though {queue} had buffers.",
	  { "worker_run_pct", "worker_wait_pct", "stuffed_pct", "hungry_pct", "lost", "completions",
	    "end_turn" },
	  "More queues share the work out to more threads: queues=N in QEMU's -netdev (libvirt: <driver queues='N'/>), "
	  "ethtool -L DEV combined N in the guest. Fewer, larger packets cost less (GRO on the host's card, a larger MTU). What it does: "
	  "perf top -t {thread}",
	  { "worker_run_pct", "moved" }, { "RX-BURST" } },
	{ "RX-BURST", RX, rx_burst_throttled_alone,
	  THROTTLED,
	  { "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	    "guest_limit", "hungry_pct", "lost",
	    "worker_run_pct" },
	  "vhost's thread takes {worker_run_pct} of a CPU and is not stopped by a quota on this kernel (6.18 and later), but "
	  "where it is in the same group what it takes is missing to the vCPUs. " MORE_QUOTA,
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst_throttled,
	  THROTTLED,
	  { "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	    "guest_limit", "hungry_pct", "lost",
	    "worker_throttled" },
	  MORE_QUOTA,
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst_at_the_end,
	  "Guest {guest} had given vhost no buffers into {queue} when the watch ended, for {hungry_now_ms} as far as was "
	  "seen, while packets waited. {lost|packet was|packets were} dropped on {if}. Whether it comes back was not seen.",
	  { "hungry_now_ms", "hungry_pct", "watched_ms", "waiting_max", "lost", "drops_full",
	    "guest_wait_pct" },
	  "Watch again, and longer: stap-vhost diagnose -d 60 {pid}. If the guest stops for good, look inside it; "
	  "if it stops for moments, its vCPUs get too little CPU or are kept from their interrupts.",
	  { NULL }, { NULL } },
	{ "RX-BURST", RX, rx_burst,
	  "Guest {guest} stops taking packets for moments, and comes back: {queue} had no buffers in {hungry_pct} of "
	  "the samples, with packets waiting, and {lost|packet was|packets were} dropped on {if}.",
	  { "hungry_pct", "hungry_ms", "drop_intervals_pct", "lost", "end_ring_empty",
	    "guest_wait_pct" },
	  "The guest's CPUs stall, or it has other things to do: look at steal time in it (st in top), and "
	  "whether its threads wait for a CPU here ({guest_wait_pct} of the time; pidstat -w -t -p {pid} 1). A "
	  "larger ring bridges gaps: rx_queue_size=1024 of QEMU's -device (libvirt: <driver rx_queue_size='1024'/>), ethtool -G DEV "
	  "rx 1024 in the guest.",
	  { "hungry_pct", "lost" }, { NULL } },
	{ "RX-BURST", RX, rx_short_burst,
	  "Guest {guest} may stop taking packets for moments, too short to be seen: {end_ring_empty|time|times} vhost "
	  "found no buffers in {queue} for a packet, and {lost|packet was|packets were} dropped on {if}.",
	  { "end_ring_empty", "lost", "drops_full", "drop_intervals_pct", "guest_wait_pct" },
	  "Watch for longer (-d 60). A larger ring bridges gaps: rx_queue_size=1024 of QEMU's -device (libvirt: <driver "
	  "rx_queue_size='1024'/>), ethtool -G DEV rx 1024 in the guest. Steal time in the guest (st in top) shows whether its CPUs stall.",
	  { "end_ring_empty", "lost" }, { NULL } },
	{ "ZCOPY-STUCK", TX, zcopy_stuck,
	  "{zcopy_waiting|packet|packets} that guest {guest} has sent on {queue} ({if}) without copying (zerocopy) are still "
	  "held somewhere on the host, the oldest for more than {zcopy_stuck_ms}, and the guest does not get its "
	  "buffers back.",
	  { "zcopy_stuck_ms", "zcopy_waiting", "in_flight", "pending", "still_ms" },
	  "Follow the packets from {if} on: a queue that does not drain (tc -s qdisc), a program that does not "
	  "read its socket (ss -nm), a card that is stuck. Until then copying avoids it: options vhost_net "
	  "experimental_zcopytx=0 in /etc/modprobe.d, for guests started later.",
	  { "zcopy_stuck_ms" }, { "TX-TAP-FULL", "TX-HOL", "TX-NO-RECLAIM" } },
	{ "TX-TAP-FULL", TX, tx_tap_full,
	  "The interface {if} takes nothing more from guest {guest}: what it has taken is not through yet ({wmem_max} "
	  "of at most {sndbuf}), in {unwritable_pct} of the samples. {queue} waits.",
	  { "unwritable_pct", "unwritable_ms", "wmem_max", "sndbuf", "send_failures", "send_errno",
	    "still_ms" },
	  "What is behind {if} is slower than the guest: tc -s qdisc on the bridge's card, and who receives. Or "
	  "the limit is too small: sndbuf= of QEMU's -netdev tap; without it there is none.",
	  { "unwritable_pct" }, { "TX-HOL" } },
	{ "TX-HOL", TX, tx_hol,
	  "The interface {if} refuses the next packet of guest {guest} again and again ({send_errno}, "
	  "{end_send_failed|time|times}), and all others of {queue} wait behind it, for {still_ms} so far.",
	  { "end_send_failed", "send_failures", "send_errno", "still_ms", "pending",
	    "completions" },
	  "The error says why: ENOMEM or ENOBUFS is the host's memory; EINVAL or EIO a packet that the kernel does "
	  "not take (before Linux 5.12 it stops the queue for good: update). Look at the packet: stap-vhost dump "
	  "--rings 4 --descs --headers {pid}",
	  { "send_failures", "still_ms" }, { "TX-REFUSED" } },
	{ "TX-REFUSED", TX | ONCE, tx_refused,
	  "The host drops what guest {guest} sends on {if}: {from_guest_dropped|packet was|packets were} dropped and "
	  "{from_guest_errors} had errors, while {from_guest} went on. The guest takes all of {queue} for sent.",
	  { "from_guest_dropped", "from_guest_errors", "from_guest_qdisc_drops", "from_guest",
	    "from_guest_reason",
	    "send_errno" },
	  "Errors are frames or headers that the guest's driver has made wrong (a virtio-net header with a bad "
	  "checksum or GSO field): update it, or switch offloads off in the guest: ethtool -K DEV tx off tso off. Drops are "
	  "the host's: no memory (dmesg), a full backlog (second column of /proc/net/softnet_stat; "
	  "net.core.netdev_max_backlog), a filter on {if} (tc filter show dev {if} ingress), a protocol that nobody "
	  "takes because {if} is in no bridge (bridge link).",
	  { "from_guest_dropped" }, { NULL } },
	{ "TX-NO-RECLAIM", TX, tx_no_reclaim,
	  "Guest {guest} does not take its sent buffers back on {queue} ({if}): all of them are done, it had filled its "
	  "ring and asked to be told, and has not moved for {quiet_ms}. Programs in it may see 'No buffer space "
	  "available'.",
	  { "quiet_ms", "pending", "in_flight", "full_asked", "call_unread_ms", "signals" },
	  "In the guest: does the interrupt of the queue still count (/proc/interrupts, virtio…-output), does "
	  "dmesg say 'NETDEV WATCHDOG'? If interrupts do not arrive, it is between vhost and the guest's CPU: "
	  "QEMU's irqfd, or a CPU of the guest that stands still.",
	  { "asks", "call_unread_ms" }, { NULL } },
};

const size_t verdict_rules_n = ARRAY_SIZE(verdict_rules);
