// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: vhost's worker has too little CPU, or too much to do. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

/* Packets were in plenty and vhost had buffers for them: the worker is what they waited for */
static bool waits_for_worker(const struct queue_metrics *m, unsigned long long pct)
{
	return unknown(m->rx_backlog_pct) ? any(m->drops_full) : least(m->rx_backlog_pct, pct);
}

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
	if (!is_throttled(m))
		return NO;
	return m->rx ? rx_worker_starved(m) : tx_worker_starved(m);
}

/* A cpuset undoes what taskset sets */
#define OTHER_CPUS \
	"Give vhost's thread other CPUs. libvirt: virsh emulatorpin {name} CPUS, because it is one " \
	"of the emulator's threads. KubeVirt: isolateEmulatorThread. OpenStack: " \
	"hw:emulator_threads_policy of the flavor. By hand, where no cpuset undoes it: taskset -pc " \
	"CPUS {thread}. "

VERDICT(worker_hangs) = {
	1000, "WORKER-STARVED", ANY | WIDE, worker_hangs,
	"Thread {thread} of vhost, which serves {if} of guest {guest}, had work for "
	"{worker_stall_ms}, but neither ran nor waited for a CPU. Its control group is not "
	"frozen: the thread hangs in the kernel. {queue} does not move.",
	{ "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_frozen_pct",
	  "worker_group", "lost", "stalled_ms" },
	"Look where the thread hangs: cat /proc/{thread}/stack. dmesg may report a hung task.",
	{ NULL }, { "WORKER-BUSY", "RX-BURST" },
	.meaning = "vhost's thread gets too little CPU",
};

VERDICT(worker_stopped) = {
	1010, "WORKER-STARVED", ANY | WIDE, worker_stopped,
	"Thread {thread} of vhost, which serves {if} of guest {guest}, is stopped: {queue} does "
	"not move.",
	{ "worker_stopped_pct", "worker_run_pct", "stalled_ms", "lost", "delay_max_us" },
	"A process sent SIGSTOP, or a debugger holds the thread: grep -E 'State|TracerPid' "
	"/proc/{thread}/status shows which. To continue the thread: kill -CONT {pid}",
	{ "worker_stopped_pct" }, { "WORKER-BUSY", "RX-BURST" }
};

VERDICT(worker_throttled) = {
	1020, "WORKER-STARVED", ANY | WIDE, worker_throttled,
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
	{ NULL }, { "WORKER-BUSY", "RX-BURST" }
};

VERDICT(rx_worker_starved) = {
	1030, "WORKER-STARVED", RX | WIDE, rx_worker_starved,
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
	{ "worker_wait_pct", "delay_max_us" }, { "WORKER-BUSY", "RX-BURST" }
};

VERDICT(tx_worker_starved) = {
	1040, "WORKER-STARVED", TX | WIDE, tx_worker_starved,
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
	{ "worker_wait_pct" }, { "WORKER-BUSY", "RX-BURST" }
};

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

VERDICT(worker_busy_alone) = {
	1300, "WORKER-BUSY", RX, worker_busy_alone,
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
	{ "worker_run_pct", "moved" }, { "RX-BURST" },
	.meaning = "vhost's thread can't copy faster",
};

VERDICT(worker_busy) = {
	1310, "WORKER-BUSY", RX, worker_busy,
	"The host can't copy faster: thread {thread} of vhost, which serves {if} of guest "
	"{guest}, ran {worker_run_pct} of the time. {lost|packet was|packets were} dropped, "
	"although {queue} had buffers.",
	{ "worker_run_pct", "worker_wait_pct", "rx_backlog_pct", "rx_starved_pct", "lost",
	  "completions", "end_turn" },
	"Add queues, so that more threads share the work: queues=N of QEMU's -netdev (libvirt: "
	"<driver queues='N'/>), then ethtool -L DEV combined N in the guest. Fewer, larger "
	"packets cost less (GRO on the host's card, a larger MTU). To see what the thread does: "
	"perf top -t {thread}",
	{ "worker_run_pct", "moved" }, { "RX-BURST" }
};
