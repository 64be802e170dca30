// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: the guest's buffers for packets that it receives. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

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
	/* it could not run, whatever the buffers are like */
	if (any(m->worker_stopped_pct) || least(m->worker_wait_pct, MOSTLY) ||
	    least(m->worker_stall_ms, SOME_MS) || (!tried && is_throttled(m)))
		return NO;
	return tried && least(m->stalled_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

VERDICT(rx_big) = {
	900, "RX-BIG", RX, rx_big,
	"A packet for guest {guest} waits in {if}, and does not fit into the buffers that the "
	"guest has given. {queue} has {pending|buffer|buffers}, and vhost used none for "
	"{stalled_ms}. In all, {waiting|packet waits|packets wait}.",
	{ "stalled_ms", "pending", "waiting", "end_ring_empty", "completions", "worker_run_pct",
	  "lost" },
	"The guest has to give more buffers: look at its memory and driver (dmesg). Until then "
	"make packets smaller: ethtool -K {if} tso off gso off. If the worker (thread {thread}) "
	"uses 100 % of a CPU, the kernel has the endless loop of CVE-2026-74356: update the "
	"kernel.",
	{ "stalled_ms", "kick_missing_ms" }, { "WORKER-BUSY", "RX-EMPTY", "RX-BURST" },
	.meaning = "a packet waits that does not fit into the guest's buffers",
};

/*
 * Drops all the time, or to the end: not in bursts. A guest that waits for a CPU itself stops for
 * moments, however many they are
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

VERDICT(rx_empty) = {
	1200, "RX-EMPTY", RX, rx_empty,
	"Guest {guest} gives vhost too few buffers to receive into: {queue} had none in "
	"{rx_starved_pct} of the samples while packets waited, for up to {rx_starved_ms}. "
	"{lost|packet was|packets were} dropped on {if}.",
	{ "rx_starved_pct", "rx_starved_ms", "rx_no_refill_now_ms", "waiting_max", "lost",
	  "drops_full", "end_ring_empty" },
	"Look inside the guest: is one of its CPUs at its limit (softirq in top)? Is it out of "
	"memory for buffers (dmesg, 'page allocation failure')? Does its driver hang? On this "
	"host the guest's threads used {guest_run_pct} of a CPU, and its most delayed thread "
	"waited for a CPU {guest_wait_pct} of the time.",
	{ "rx_starved_pct", "lost" }, { "RX-BURST", "WORKER-BUSY" },
	.meaning = "the guest gives too few buffers to receive into",
};

/*
 * It had none when the watch ended, and was not seen to come back before. A guest that waits for a
 * CPU itself stops for moments
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

VERDICT(rx_burst_throttled_alone) = {
	1400, "RX-BURST", RX, rx_burst_throttled_alone,
	THROTTLED,
	{ "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	  "guest_limit", "rx_starved_pct", "lost",
	  "worker_run_pct" },
	"On this kernel (6.18 and later) a quota does not stop vhost's thread, which takes "
	"{worker_run_pct} of a CPU. If the thread is in the same control group, the vCPUs lack "
	"this CPU time. " MORE_QUOTA,
	{ NULL }, { NULL },
	.meaning = "the guest stops taking packets for moments",
};

VERDICT(rx_burst_throttled) = {
	1410, "RX-BURST", RX, rx_burst_throttled,
	THROTTLED,
	{ "guest_throttled", "guest_throttled_pct", "guest_quota_us", "guest_period_us",
	  "guest_limit", "rx_starved_pct", "lost",
	  "worker_throttled" },
	MORE_QUOTA,
	{ NULL }, { NULL }
};

VERDICT(rx_burst_at_the_end) = {
	1420, "RX-BURST", RX, rx_burst_at_the_end,
	"When the watch ended, guest {guest} had given vhost no buffers into {queue} for "
	"{rx_starved_now_ms}, as far as the samples show, while packets waited. {lost|packet "
	"was|packets were} dropped on {if}. These samples are too few to show whether the guest "
	"recovers.",
	{ "rx_starved_now_ms", "rx_starved_pct", "watched_ms", "waiting_max", "lost",
	  "drops_full", "guest_wait_pct" },
	"Watch again for longer: stap-vhost diagnose -d 60 {pid}. If the guest stops for good, "
	"look inside it. If it stops for moments, its vCPUs get too little CPU, or get their "
	"interrupts late.",
	{ NULL }, { NULL }
};

VERDICT(rx_burst) = {
	1430, "RX-BURST", RX, rx_burst,
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
	{ "rx_starved_pct", "lost" }, { NULL }
};

VERDICT(rx_short_burst) = {
	1440, "RX-BURST", RX, rx_short_burst,
	"Guest {guest} may stop taking packets for moments that are too short for the samples. "
	"vhost found no buffers in {queue} for a packet {end_ring_empty|time|times}. "
	"{lost|packet was|packets were} dropped on {if}.",
	{ "end_ring_empty", "lost", "drops_full", "drop_intervals_pct", "guest_wait_pct" },
	"Watch for longer (-d 60). A larger ring bridges gaps: rx_queue_size=1024 of QEMU's "
	"-device (libvirt: <driver rx_queue_size='1024'/>), then ethtool -G DEV rx 1024 in the "
	"guest. Steal time in the guest (st in top) shows whether its CPUs stall.",
	{ "end_ring_empty", "lost" }, { NULL }
};
