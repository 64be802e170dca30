// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest may do wrong on purpose: one table, from which parsing, help
 * and the expected counters come. A fault is made once, and after vhost has
 * stumbled over it the guest does what gets the queue going again, so that the
 * run ends as exactly as any other. Or it lasts, see faults-lasting.c: it begins behind
 * packet N, and goes on to the end.
 */
#include "vguest/fault.h"

#include <errno.h>
#include <inttypes.h>

#include "base/msg.h"
#include "vguest/faults-lasting.h"
#include "vguest/guest.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/vguest.h"

static bool within_tx(const struct options *o, uint64_t arg)
{
	uint64_t share = guest_share(o->tx, o->pairs, 0);

	if (arg <= share)
		return true;
	msg_error("--fault: TX0 has no packet %" PRIu64 ", it sends %" PRIu64, arg, share);
	return false;
}

static bool has_event_idx(const struct options *o, uint64_t arg)
{
	(void)arg;
	if (!o->event_idx)
		msg_error("--fault: a used_event needs --event-idx on");
	return o->event_idx;
}

static bool has_iommu(const struct options *o, uint64_t arg)
{
	(void)arg;
	if (!o->iommu)
		msg_error("--fault: an IOTLB needs --iommu on");
	return o->iommu;
}

static bool has_no_iommu(const struct options *o, uint64_t arg)
{
	(void)arg;
	if (o->iommu)
		msg_error("--fault: unplug goes with --iommu off only");
	return !o->iommu;
}

static bool takes_several(const struct options *o, uint64_t arg)
{
	bool several = o->mrg && o->rxbuf < options_hdr_len(o) + o->size;

	(void)arg;
	if (!several)
		msg_error(
			"--fault: rx-few needs --mrg on, and --rxbuf so small that a packet takes "
			"several buffers");
	return several;
}

static bool make_writable(struct queue *q, const struct fault *f, uint16_t head)
{
	if (q->count.queued != f->arg)
		return false;
	ring_chain_write(&q->ring, head);
	return true;
}

/*
 * get_tx_bufs() looks at what vhost_get_vq_desc() has consumed already: last_avail_idx
 * is past it, nothing discards it, so it is never used. vhost then leaves the
 * handler with its notifications off (the flag set, or avail_event behind) until
 * the next kick, which no driver that honours them would make. So in 6.1 and 6.12.
 */
static void take_back(struct queue *q, const struct fault *f)
{
	if (ring_forget(&q->ring, f->head))
		queue_error(q, "vhost refused buffer %" PRIu64 " and returned it too", f->arg);
	else
		q->count.lost++;
	queue_kick(q);
}

const struct fault_kind fault_kinds[] = {
	{
		.name = "tx-write", .arg = "N", .min = 1, .max = UINT64_MAX - 2,
		.help = "the descriptors of TX packet N (from 1) are for the device to write: "
			"vhost reports an error, never returns the buffer and stops; the guest "
			"counts it as lost and kicks once more; the packet never arrives",
		.vq_errors = 1,
		.fits = within_tx,
		.added = make_writable,
		.refused = take_back,
	},
#define LASTS(name_, rx_, help_) .name = (name_), .arg = "N", .max = UINT64_MAX - 2, .rx = (rx_), \
		.help = "lasts: " help_
	{
		LASTS("rx-no-refill", true, "the guest makes no RX buffer available any more"),
		.lasts = LEAVE_REFILL,
	},
	{
		LASTS("rx-few", true,
		"the guest makes only as many RX buffers available as a packet needs, minus one"),
		.lasts = FEW, .fits = takes_several,
	},
	{
		LASTS("rx-no-kick", true,
		"the guest makes RX buffers available only when vhost has used all and asks for a "
		      "kick, and doesn't kick"),
		.lasts = LEAVE_KICK,
	},
	{
		LASTS("tx-no-kick", false, "the guest makes TX packets available without a kick"),
		.lasts = LEAVE_KICK,
	},
	{
		LASTS("rx-no-call", true,
		"vhost has no call eventfd any more, and the guest waits for notifications"),
		.lasts = SLEEP, .begin = lasting_no_call,
	},
	{
		LASTS("tx-no-call", false, "the same for TX"),
		.lasts = SLEEP, .begin = lasting_no_call,
	},
	{
		LASTS("rx-stale-event", true,
		"used_event is behind when the guest writes it, as if vhost had been faster and "
		      "the guest had not checked again, and the guest waits for notifications"),
		.lasts = SLEEP | STALE, .fits = has_event_idx,
	},
	{
		LASTS("tx-stale-event", false, "the same for TX"),
		.lasts = SLEEP | STALE, .fits = has_event_idx,
	},
	{
		LASTS("rx-irq-off", true,
		"callbacks stay off (the flag, or used_event 0), and the guest waits for "
		      "notifications"),
		.lasts = SLEEP | LEAVE_CALLBACKS, .begin = lasting_callbacks_off,
	},
	{
		LASTS("tx-irq-off", false, "the same for TX"),
		.lasts = SLEEP | LEAVE_CALLBACKS, .begin = lasting_callbacks_off,
	},
	{
		LASTS("tx-no-reclaim", false,
		"the guest asks for one more notification, gets it, and reclaims no used TX "
		      "buffer"),
		.lasts = LEAVE_RECLAIM, .begin = lasting_signalled,
	},
	{
		LASTS("rx-bad-head", true,
		"the guest makes a descriptor available that is not in the ring, and nothing "
		      "after it"),
		.lasts = CORRUPT, .begin = lasting_bad_head,
	},
	{
		LASTS("tx-bad-head", false, "the same for TX"),
		.lasts = CORRUPT | LEAVE_SEND, .begin = lasting_bad_head,
	},
	{
		LASTS("rx-avail-jump", true,
		"the available index jumps by more than the ring's size, and nothing comes "
		      "after it"),
		.lasts = CORRUPT, .begin = lasting_avail_jump,
	},
	{
		LASTS("tx-avail-jump", false, "the same for TX"),
		.lasts = CORRUPT | LEAVE_SEND, .begin = lasting_avail_jump,
	},
	{
		LASTS("tx-huge", false,
		"one packet has 5 MiB, which no socket buffer holds: the tap refuses it again and "
		      "again, and the packets behind it wait"),
		.lasts = HEAD_STAYS, .begin = lasting_huge, .memory = LASTING_HUGE,
	},
	{
		LASTS("tx-unreadable", false,
		"one packet is in memory that vhost can't read: vhost tries again and again, "
		      "and the packets behind it wait"),
		.lasts = HEAD_STAYS, .begin = lasting_unreadable, .memory = 4096,
	},
	{
		LASTS("tx-bad-hdr", false,
		"the virtio-net headers of all packets have a GSO type that doesn't exist: vhost "
		      "takes them, and the tap drops them"),
		.lasts = BAD_HEADERS, .begin = lasting_bad_headers,
	},
	{
		LASTS("unplug", false,
		"vhost's device of pair 0 is closed, as when a card is unplugged; --rx 0 keeps its "
		      "tap from overflowing"),
		.lasts = LEAVE_SEND, .begin = lasting_unplug, .fits = has_no_iommu,
	},
	{
		LASTS("iotlb-silent", false,
		"the guest empties vhost's IOTLB and answers no miss (N: of TX)"),
		.lasts = LEAVE_ANSWERS, .begin = lasting_no_answers, .fits = has_iommu,
	},
	{
		LASTS("rx-no-backend", true, "vhost has no tap any more"),
		.lasts = NO_BACKEND, .begin = lasting_no_backend,
	},
	{
		LASTS("tx-no-backend", false, "the same for TX"),
		.lasts = NO_BACKEND, .begin = lasting_no_backend,
	},
};
const unsigned int n_fault_kinds = ARRAY_SIZE(fault_kinds);

static const struct fault_kind *find(const char *name, size_t len)
{
	for (unsigned int i = 0; i < n_fault_kinds; i++)
		if (strlen(fault_kinds[i].name) == len && !strncmp(fault_kinds[i].name, name, len))
			return &fault_kinds[i];
	return NULL;
}

static bool parse_arg(const struct fault_kind *kind, const char *text, uint64_t *arg)
{
	char *end;

	errno = 0;
	*arg = strtoull(text, &end, 10);
	/* strtoull() takes signs and spaces: digits only. */
	return !errno && *text && strspn(text, "0123456789") == strlen(text) &&
	       *arg >= kind->min && *arg <= kind->max;
}

int fault_parse(struct fault_plan *plan, const char *text)
{
	size_t len = strcspn(text, ":");
	const struct fault_kind *kind = find(text, len);
	uint64_t arg;

	if (!kind || !text[len] || !parse_arg(kind, text + len + 1, &arg)) {
		msg_error("--fault: '%s' is not a fault", text);
		msg_hint(kind ? "its argument is a number, see vguest --help" :
				"vguest --help lists them");
		return -EINVAL;
	}
	for (unsigned int i = 0; i < plan->n; i++) {
		if (plan->row[i].kind == kind && plan->row[i].arg == arg) {
			msg_error("--fault: '%s' is given twice", text);
			return -EINVAL;
		}
	}
	if (plan->n == MAX_FAULTS) {
		msg_error("--fault: more than %d faults", MAX_FAULTS);
		return -EINVAL;
	}
	plan->row[plan->n].kind = kind;
	plan->row[plan->n++].arg = arg;
	return 0;
}

bool fault_plan_fits(const struct options *o)
{
	for (unsigned int i = 0; i < o->faults.n; i++) {
		const struct fault_kind *kind = o->faults.row[i].kind;

		if (kind->fits && !kind->fits(o, o->faults.row[i].arg))
			return false;
		if (kind->vq_errors && options_vhost_errs(o)) {
			msg_error(
				"--fault: %s can't be distinguished from the errors that vhost "
				"makes with --iommu on and --busyloop",
				kind->name);
			return false;
		}
	}
	return true;
}

bool fault_lasts(const struct fault_plan *plan)
{
	for (unsigned int i = 0; i < plan->n; i++)
		if (plan->row[i].kind->lasts)
			return true;
	return false;
}
