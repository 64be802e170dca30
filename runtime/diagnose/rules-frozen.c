// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: threads that may not run, or don't though they have work. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

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

#define FROZEN_EXPLAINS \
	{ "WORKER-STARVED", "WORKER-BUSY", "KICK-LOST", "CALL-LOST", "IRQ-OFF", "RX-BIG",	\
	  "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM", "TX-HOL" }

VERDICT(guest_frozen) = {
	500, "GUEST-FROZEN", ANY | WIDE, guest_frozen,
	"Guest {guest} is frozen: its control group {guest_group} was frozen in "
	"{guest_frozen_pct} of the samples. Its vCPUs don't run, and since Linux 6.4 vhost's "
	"thread doesn't run either. {queue} of {if} does not move.",
	{ "guest_frozen_pct", "guest_frozen_now_ms", "guest_group", "worker_frozen_pct", "lost",
	  "stalled_ms" },
	"Thaw the group: podman unpause, docker unpause, or systemctl thaw UNIT. Container "
	"managers and systemd freeze groups; virsh suspend does not. By hand: echo 0 > "
	"cgroup.freeze in /sys/fs/cgroup{guest_group}, or in the group above it whose file "
	"contains 1. With cgroup version 1: echo THAWED > freezer.state.",
	{ NULL }, FROZEN_EXPLAINS,
	.meaning = "the control group of the guest or of vhost's thread is frozen",
};

VERDICT(worker_frozen) = {
	510, "GUEST-FROZEN", ANY | WIDE, worker_frozen,
	"Thread {thread} of vhost, which serves {if} of guest {guest}, is frozen: its control "
	"group {worker_group} was frozen in {worker_frozen_pct} of the samples. {queue} does not "
	"move.",
	{ "worker_frozen_pct", "worker_frozen_now_ms", "worker_group", "guest_frozen_pct", "lost",
	  "stalled_ms" },
	"Thaw the group: podman unpause, docker unpause, or systemctl thaw UNIT. Container "
	"managers and systemd freeze groups. By hand: echo 0 > cgroup.freeze in "
	"/sys/fs/cgroup{worker_group}, or in the group above it whose file contains 1. With "
	"cgroup version 1: echo THAWED > freezer.state.",
	{ NULL }, FROZEN_EXPLAINS
};

VERDICT(looks_frozen) = {
	520, "GUEST-FROZEN", ANY | WIDE, looks_frozen,
	"Thread {thread} of vhost, which serves {if} of guest {guest}, had work for "
	"{worker_stall_ms}, but neither ran nor waited for a CPU. Its control group is probably "
	"frozen; the state of the group is unknown. {queue} does not move.",
	{ "worker_stall_ms", "worker_run_ms", "worker_wait_ms", "worker_stopped_pct", "lost",
	  "stalled_ms" },
	"Read the group in /proc/{thread}/cgroup, and its state in "
	"/sys/fs/cgroup/…/cgroup.events (frozen 1; with cgroup version 1: freezer.state). Thaw "
	"it: podman unpause, docker unpause, or systemctl thaw UNIT. If it is not frozen, cat "
	"/proc/{thread}/stack shows where the thread hangs.",
	{ "worker_stall_ms" }, FROZEN_EXPLAINS
};
