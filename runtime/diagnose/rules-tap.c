// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: the interface, whether vhost serves its queue, and drops before the ring. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

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

VERDICT(tap_down) = {
	100, "TAP-DOWN", ANY | WIDE, tap_down,
	"The interface {if} of guest {guest} is down: no packet passes on {queue}. It was down "
	"in {tap_down_pct} of the samples.",
	{ "tap_down_pct", "tap_down_now_ms", "to_guest", "from_guest", "send_failures",
	  "send_errno" },
	"Set the interface up: ip link set {if} up. Then find the program that set it down: ip "
	"monitor link, and the logs of the network manager and of the hypervisor.",
	{ "tap_down_pct" },
	{ "DROP-BEFORE-RING", "TX-HOL", "TX-TAP-FULL", "TX-REFUSED", "ZCOPY-STUCK", "RX-EMPTY",
	  "RX-BURST" },
	.meaning = "the interface is down, has no carrier, or is detached",
};

VERDICT(macvtap_no_carrier) = {
	110, "TAP-DOWN", ANY | WIDE, macvtap_no_carrier,
	"The interface {if} of guest {guest} has no carrier, because the card below this macvtap "
	"has none. No packet passes on {queue}.",
	{ "no_carrier_pct", "no_carrier_now_ms", "tap_driver", "to_guest", "from_guest" },
	"Find the card of the macvtap, and look at its link: ip -d link show {if}; ethtool CARD. "
	"The guest's own link is switched by virsh domif-setlink, or by set_link in QEMU's "
	"monitor.",
	{ NULL }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY", "RX-BURST" }
};

VERDICT(no_carrier) = {
	120, "TAP-DOWN", ANY | WIDE, no_carrier,
	"The interface {if} of guest {guest} has no carrier: its link is switched off on the "
	"host. No packet passes on {queue}.",
	{ "no_carrier_pct", "no_carrier_now_ms", "to_guest", "from_guest" },
	"Look at the interface: ip -d link show {if}. QEMU switches its carrier: set_link in "
	"QEMU's monitor, or virsh domif-setlink.",
	{ "no_carrier_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	  "RX-BURST" }
};

VERDICT(detached) = {
	130, "TAP-DOWN", ANY, detached,
	"The queue of {if} that serves {queue} of guest {guest} is switched off (detached), "
	"while vhost still uses it. Its packets are lost.",
	{ "detached_pct", "detached_now_ms", "send_failures", "send_errno" },
	"QEMU (process {pid}) attaches as many queues as the guest uses. Compare ethtool -l in "
	"the guest with queues= of QEMU's -netdev. Set the guest's number of queues again "
	"(ethtool -L) to repair it.",
	{ "detached_pct" }, { "DROP-BEFORE-RING", "TX-HOL", "TX-REFUSED", "RX-EMPTY",
	  "RX-BURST" }
};

static enum confidence no_backend(const struct queue_metrics *m)
{
	return value_is(m->backend_now, 0) && least(m->unserved_ms, LONG_MS) ? LIKELY : NO;
}

VERDICT(no_backend) = {
	200, "NO-BACKEND", ANY, no_backend,
	"Neither vhost nor QEMU serves {queue} of guest {guest}: the queue has no backend in "
	"vhost, which should be {if}. The guest's buffers have waited in the queue for "
	"{unserved_ms}.",
	{ "backend_none_pct", "unserved_ms", "waiting", "kicks", "quiet_ms" },
	"This is right where the guest is paused, or its link is down in QEMU: ask QEMU's "
	"monitor (info status, info network). Otherwise the log of QEMU (process {pid}) shows "
	"why vhost did not start.",
	{ "backend_none_pct", "unserved_ms" }, { "KICK-LOST", "CALL-LOST" },
	.meaning = "vhost does not serve a queue that the guest uses",
};

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

VERDICT(drop_reason) = {
	1100, "DROP-BEFORE-RING", RX | ONCE, drop_reason,
	"The kernel dropped {drops_other|packet|packets} for guest {guest} on {if}, on the way "
	"to {queue}. The reason was not a full tap, but in most cases {drop_reason}.",
	{ "drops_other", "drop_reason", "drops_full", "drops", "filter", "waiting_max",
	  "tap_ring" },
	"The reason shows where to look. FILTER: a filter is attached to {if}, the guest's MAC "
	"filter or a program's (ip -d link show {if}, tc filter show dev {if}). NOMEM: the host "
	"was short of memory. DEV_READY: the interface was going down.",
	{ "drops_other" }, { NULL },
	.meaning = "packets are dropped before they reach the guest's queue",
};

VERDICT(drop_qdisc) = {
	1110, "DROP-BEFORE-RING", RX | ONCE, drop_qdisc,
	"The queue discipline of {if} ({qdisc}) dropped {qdisc_drops|packet|packets} for guest "
	"{guest}, on the way to {queue}. The tap behind it had room.",
	{ "qdisc_drops", "qdisc", "qdisc_backlog_max", "waiting_max", "tap_ring",
	  "tap_full_pct" },
	"Look at the limit that is set on {if}, on purpose or not: tc -s qdisc show dev {if}",
	{ "qdisc_drops" }, { NULL }
};

VERDICT(drop_unexplained) = {
	1120, "DROP-BEFORE-RING", RX | ONCE, drop_unexplained,
	"The kernel dropped {drops|packet|packets} for guest {guest} on {if}, although no sample "
	"found the tap full, and {queue} had buffers. This kernel does not report the reason.",
	{ "drops", "waiting_max", "tap_ring", "rx_starved_pct", "filter" },
	"Look for a filter on {if} (ip -d link show {if}, tc filter show dev {if}), and whether "
	"the host was out of memory (dmesg). Kernels from 5.17 on report the reason.",
	{ NULL }, { NULL }
};
