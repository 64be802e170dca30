// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: what the guest sends. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

static enum confidence zcopy_stuck(const struct queue_metrics *m)
{
	if (!least(m->zcopy_stuck_ms, LONG_MS))
		return NO;
	return least(m->zcopy_stuck_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

VERDICT(zcopy_stuck) = {
	1500, "ZCOPY-STUCK", TX, zcopy_stuck,
	"The host still holds {zcopy_waiting|packet|packets} that guest {guest} has sent on "
	"{queue} ({if}) without copying (zerocopy), the oldest for more than {zcopy_stuck_ms}. "
	"The guest does not get these buffers back.",
	{ "zcopy_stuck_ms", "zcopy_waiting", "in_flight", "pending", "stalled_ms" },
	"Follow the packets from {if} on. Look for a queue that does not drain (tc -s qdisc), a "
	"program that does not read its socket (ss -nm), or a card that is stuck. Until then let "
	"vhost copy: options vhost_net experimental_zcopytx=0 in /etc/modprobe.d, for guests "
	"that start later.",
	{ "zcopy_stuck_ms" }, { "TX-TAP-FULL", "TX-HOL", "TX-NO-RECLAIM" },
	.meaning = "the host holds packets that were sent without copying",
};

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

VERDICT(tx_tap_full) = {
	1600, "TX-TAP-FULL", TX, tx_tap_full,
	"The interface {if} takes nothing more from guest {guest}, in {unwritable_pct} of the "
	"samples. Packets that it has taken are still on their way ({wmem_max} of at most "
	"{sndbuf}). {queue} waits.",
	{ "unwritable_pct", "unwritable_ms", "wmem_max", "sndbuf", "send_failures", "send_errno",
	  "stalled_ms" },
	"Find the slow part behind {if}: tc -s qdisc on the bridge's card, then the receiver. Or "
	"the limit is too small: sndbuf= of QEMU's -netdev tap. Without sndbuf= there is no "
	"limit.",
	{ "unwritable_pct" }, { "TX-HOL" },
	.meaning = "the interface takes nothing more from the guest",
};

static enum confidence tx_hol(const struct queue_metrics *m)
{
	if ((!any(m->send_failures) && !any(m->end_send_failed)) ||
	    !least(m->stalled_ms, LONG_MS) || least(m->unwritable_pct, OFTEN) ||
	    least(m->unwritable_now_ms, LONG_MS))
		return NO;
	return least(m->stalled_now_ms, LONG_MS) ? CERTAIN : LIKELY;
}

VERDICT(tx_hol) = {
	1700, "TX-HOL", TX, tx_hol,
	"The interface {if} refuses the next packet of guest {guest} again and again "
	"({send_errno}, {end_send_failed|time|times}). All other packets of {queue} have waited "
	"behind it for {stalled_ms}.",
	{ "end_send_failed", "send_failures", "send_errno", "stalled_ms", "pending",
	  "completions" },
	"The error shows why. ENOMEM or ENOBUFS: the host is short of memory. EINVAL or EIO: the "
	"kernel does not accept the packet (before Linux 5.12 it stops the queue for good: "
	"update). Look at the packet: stap-vhost dump --rings 4 --descs --headers {pid}",
	{ "send_failures", "stalled_ms" }, { "TX-REFUSED" },
	.meaning = "the interface refuses a packet, and all others wait behind it",
};

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

VERDICT(tx_refused) = {
	1800, "TX-REFUSED", TX | ONCE, tx_refused,
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
	{ "from_guest_dropped" }, { NULL },
	.meaning = "the host drops what the guest has sent",
};

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

VERDICT(tx_no_reclaim) = {
	1900, "TX-NO-RECLAIM", TX, tx_no_reclaim,
	"Guest {guest} does not take its sent buffers back on {queue} ({if}), although all of "
	"them are done. The guest had filled its ring and asked for a notification, and has not "
	"moved for {quiet_ms}. Its programs may get the error 'No buffer space available'.",
	{ "quiet_ms", "pending", "in_flight", "call_wanted_full", "call_unread_ms", "signals" },
	"Look inside the guest: does the counter of the queue's interrupt grow "
	"(/proc/interrupts, virtio…-output)? Does dmesg show 'NETDEV WATCHDOG'? If interrupts do "
	"not arrive, the fault is between vhost and the guest's CPU: QEMU's irqfd, or a CPU that "
	"does not run.",
	{ "call_wanted", "call_unread_ms" }, { NULL },
	.meaning = "the guest does not take its sent buffers back",
};
