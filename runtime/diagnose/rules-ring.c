// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts: what is in the ring, and whether vhost can reach it. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

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

VERDICT(ring_over) = {
	300, "RING-CORRUPT", ANY, ring_over,
	"The ring of {queue} of guest {guest} is damaged: it claims more buffers "
	"({pending_max}) than it has entries ({ring_size}). vhost refuses such a ring, and nothing moves on {if}.",
	{ "pending_over", "pending_max", "ring_size", "end_error", "errors" },
	"Save the state first (stap-vhost dump --rings 8 --descs --save FILE {pid}). Then reset "
	"the device (in the guest: unbind and bind virtio_net, or reboot), which helps for the "
	"moment. The guest's driver or its memory is wrong, or a migration restored a wrong "
	"index.",
	{ "pending_over" },
	{ "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	  "TX-NO-RECLAIM" },
	.meaning = "the content of the ring is wrong",
};

VERDICT(chain_broken) = {
	310, "RING-CORRUPT", ANY, chain_broken,
	"The ring of {queue} of guest {guest} is damaged: the next buffer that vhost has to take "
	"for {if} is wrong ({chain_end}: {chain_meaning}). vhost has been stuck at it for "
	"{chain_broken_ms}.",
	{ "chain_end", "chain_broken_ms", "end_error", "errors" },
	"Save the state (stap-vhost dump --rings 8 --descs --save FILE {pid}), then reset the "
	"device. The guest's driver or its memory is wrong.",
	{ NULL },
	{ "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST", "TX-HOL",
	  "TX-NO-RECLAIM" }
};

VERDICT(ring_errors) = {
	320, "RING-CORRUPT", ANY, ring_errors,
	"vhost could not use the buffers that guest {guest} put into the ring of {queue}: "
	"{end_error|attempt|attempts} to serve {if} ended in an error.",
	{ "end_error", "errors", "runs", "stalled_ms" },
	"Make vhost write to the kernel's log what is wrong with the buffers: echo 'module vhost "
	"+p; module vhost_net +p' > /sys/kernel/debug/dynamic_debug/control. Look at the ring "
	"itself: stap-vhost dump --rings 8 --descs {pid}",
	{ "end_error" }, { "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST",
	  "TX-HOL" }
};

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

VERDICT(iotlb_miss) = {
	400, "IOTLB-MISS", ANY | WIDE, iotlb_miss,
	"vhost can't reach the memory of guest {guest} for {queue}: it asked QEMU to translate "
	"an address, and got no answer. The guest has a virtual IOMMU. Nothing has moved on {if} "
	"for {quiet_ms}.",
	{ "misses", "end_iotlb", "iotlb_entries", "unreadable_now_ms", "stalled_ms", "quiet_ms" },
	"QEMU (process {pid}) has to answer. Look whether its threads are stuck: ps -L -o "
	"tid,stat,wchan,comm -p {pid}. Or the guest has mapped less than its driver uses: look "
	"at dmesg in the guest (DMAR, iommu).",
	{ "misses", "end_iotlb" },
	{ "KICK-LOST", "CALL-LOST", "RX-BIG", "RX-EMPTY", "RX-BURST" },
	.meaning = "QEMU does not translate an address that vhost needs",
};
