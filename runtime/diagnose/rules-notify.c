// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: kicks and calls that did not come. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

static enum confidence kick_lost(const struct queue_metrics *m)
{
	if (!least(m->kick_missing_ms, SOME_MS))
		return NO;
	if (hardly_ran(m, m->kick_missing_wait_pct))
		return POSSIBLE;
	return least(m->kick_missing_ms, LONG_MS) && !yes(m->iotlb) ? CERTAIN : LIKELY;
}

VERDICT(kick_lost) = {
	600, "KICK-LOST", ANY, kick_lost,
	"Guest {guest} has put {pending|buffer|buffers} into the ring of {queue} ({if}), but no "
	"kick for them reached vhost. vhost slept and waited for the guest's notification (kick) "
	"for {kick_missing_ms}. In all, {kicks|kick|kicks} came.",
	{ "kick_missing_ms", "pending", "kicks", "worker_asleep_pct", "stalled_ms" },
	"A kick goes from KVM to vhost by an eventfd (ioeventfd), or through QEMU (process "
	"{pid}). Look at QEMU's log, and whether QEMU was migrated or upgraded just before. Any "
	"new kick restarts the queue for now: in the guest, ip link set DEV down, then up.",
	{ "kick_missing_ms" }, { "RX-BIG", "RX-EMPTY", "RX-BURST" },
	.meaning = "the guest has buffers ready, and no kick has reached vhost",
};

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

VERDICT(call_none) = {
	700, "CALL-LOST", ANY, call_none,
	"vhost can't notify guest {guest} that packets are done on {queue} ({if}): the eventfd "
	"for the guest's interrupt (call eventfd) is missing. The guest waits for this "
	"notification.",
	{ "call_none_pct", "call_none_now_ms", "call_wanted", "no_call", "signals", "quiet_ms",
	  "rx_no_refill_ms" },
	"QEMU (process {pid}) sets up that eventfd together with the device's interrupt: look in "
	"QEMU's log for 'irqfd' or 'guest notifier'. In the guest, /proc/interrupts shows "
	"whether the queue has an interrupt at all. Unbind and bind the driver there to set it "
	"up again.",
	{ "call_none_pct" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" },
	.meaning = "packets are done, and no notification has reached the guest",
};

VERDICT(call_lost) = {
	710, "CALL-LOST", ANY, call_lost,
	"Guest {guest} got no notification that packets are done on {queue} ({if}). The guest "
	"had asked for one and vhost has passed that point, but vhost sent none for "
	"{call_missing_ms}.",
	{ "call_missing_ms", "signals", "suppressed", "completions", "quiet_ms" },
	"vhost made a mistake, or the guest's driver asked too late and did not look again. Look "
	"whether a published defect of this kernel fits (known defects, at the end). Save the "
	"state: stap-vhost dump --rings 8 --save FILE {pid}",
	{ "call_missing_ms" }, { "IRQ-OFF", "RX-EMPTY", "RX-BURST", "TX-NO-RECLAIM" }
};

static enum confidence irq_off(const struct queue_metrics *m)
{
	if (!least(m->no_interrupt_now_ms, LONG_MS) || !least(m->rx_no_refill_now_ms, LONG_MS) ||
	    hardly_ran(m, m->rx_no_refill_wait_pct))
		return NO;
	return least(m->rx_no_refill_now_ms, 2 * LONG_MS) ? CERTAIN : LIKELY;
}

VERDICT(irq_off) = {
	800, "IRQ-OFF", RX, irq_off,
	"Guest {guest} has switched off the notifications of {queue}, and does not poll either. "
	"It has given no buffers for {rx_no_refill_ms}, while {waiting_max|packet|packets} "
	"waited in {if}.",
	{ "no_interrupt_now_ms", "rx_no_refill_ms", "rx_no_refill_now_ms", "suppressed",
	  "signals", "lost" },
	"Look inside the guest whether its driver hangs (dmesg, softirq at 100 %). To restart "
	"the driver there: ip link set DEV down, then up. A driver that polls switches "
	"notifications off too, but goes on taking packets.",
	{ "no_interrupt_now_ms", "rx_no_refill_now_ms" }, { "RX-EMPTY", "RX-BURST" },
	.meaning = "the guest has switched notifications off, and does not poll",
};
