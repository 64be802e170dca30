// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is printed at the end: KIND key=value ..., one record a line, a value
 * that is not known is '?'. The keys are in one table, with what they mean.
 */
#include "vguest/counters.h"

#include <inttypes.h>

#include "base/msg.h"
#include "vguest/fault.h"
#include "vguest/guest.h"
#include "vguest/help.h"
#include "vguest/iommu.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/tap.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"

struct counter {
	const char *key;
	size_t offset;
	bool rx_only;
	const char *help;
};

#define COUNT(member) #member, offsetof(struct counts, member)

static const struct counter counters[] = {
	{ COUNT(queued), false, "buffers (descriptor chains) made available to vhost" },
	{ COUNT(completions), false, "used elements that vhost returned" },
	{ COUNT(packets), false, "packets; an RX packet may take several buffers" },
	{ COUNT(bytes), false, "their bytes, without the virtio header" },
	{ COUNT(kicks), false,
	  "writes to the kick eventfd; the first of an RX queue is for its initial fill" },
	{ COUNT(signals), false, "notifications: the sum of what the call eventfd returned" },
	{ COUNT(vq_errors), false,
	  "the same for the error eventfd; with --iommu and --busyloop vhost has some of its own" },
	{ COUNT(errors), false, "errors that the guest found; described on stderr" },
	{ COUNT(faults), false, "faults that the guest made on purpose (--fault)" },
	{ COUNT(lost), false,
	  "buffers that vhost took and will never return, due to faults; no completions" },
	{ COUNT(sent), true, "frames that the host sent to this queue and the tap took" },
	{ COUNT(received), true, "of those, arrived" },
	{ COUNT(foreign), true, "packets of another sender (part of packets, no errors)" },
	{ COUNT(refused), true,
	  "tries of the host that the full tap refused; the host repeats them, except with "
	  "--window inf" },
};

static const char *const interface[] = {
	"rx_packets", "rx_bytes", "rx_dropped", "tx_packets", "tx_bytes", "tx_dropped",
};

static uint64_t value(const struct counts *c, const struct counter *what)
{
	return *(const uint64_t *)((const char *)c + what->offset);
}

static const struct {
	unsigned int level;
	const char *what, *text;
} records[] = {
	{ 0, "GUEST", "its set-up, with the batch and window in effect" },
	{ 0, "TX0 RX0 TX1 ...", "a queue; counted from the opening of the device:" },
	/* the counters stand here */
	{ 1, "before_kicks, before_signals, before_completions",
	  "their part before the traffic started" },
	{ 1, "last_avail", "vhost's last_avail_idx after it stopped" },
	{ 1, "avail_idx used_idx", "the ring's indices at that time" },
	{ 0, "DEV0 DEV1 ...", "with --iommu on, a pair's device: both its queues" },
	{ 1, "iotlb_misses", "translations that vhost asked for (read from its device)" },
	{ 1, "iotlb_updates", "pieces that vhost got: the answers, and one per queue at setup" },
	{ 1, "iotlb_errors", "misses without an answer, and failures" },
	{ 1, "before_iotlb_misses", "misses before the traffic started" },
	{ 0, "TOTAL",
	  "tx_KEY, rx_KEY: sums over the queues; tap_rx_packets ...: the host interface's "
	  "counters (its rx is the guest's tx); with --iommu on iotlb_KEY: sums over the "
	  "devices; seconds: from the start of the traffic to the last packet" },
};

enum { RECORDS_BEFORE_COUNTERS = 2 };

void counters_rows(const struct help_form *f, FILE *out)
{
	char text[160];

	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		for (size_t c = 0; c < ARRAY_SIZE(counters) && i == RECORDS_BEFORE_COUNTERS; c++) {
			snprintf(text, sizeof(text), "%s%s", counters[c].help,
				 counters[c].rx_only ? " (RX only)" : "");
			f->row(out, 1, counters[c].key, text);
		}
		f->row(out, records[i].level, records[i].what, records[i].text);
	}
}

static void print_queue(const struct queue *q)
{
	struct ring_view v = ring_look(&q->ring);

	printf("%s", q->name);
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		if (q->device_writes || !counters[i].rx_only)
			printf(" %s=%" PRIu64, counters[i].key, value(&q->count, &counters[i]));
	printf(" before_kicks=%" PRIu64 " before_signals=%" PRIu64 " before_completions=%" PRIu64,
	       q->before.kicks, q->before.signals, q->before.completions);
	if (q->last_avail >= 0)
		printf(" last_avail=%d", q->last_avail);
	else
		printf(" last_avail=?");
	printf(" avail_idx=%u used_idx=%u\n", v.avail_idx, v.used_idx);
}

struct iotlb_sum {
	uint64_t misses, updates, errors, before;
};

static void add_iotlb(struct iotlb_sum *s, const struct iotlb *t)
{
	s->misses += atomic_load(&t->misses);
	s->updates += atomic_load(&t->updates);
	s->errors += atomic_load(&t->errors);
	s->before += t->before_misses;
}

static void print_iotlb(const struct iotlb_sum *s)
{
	printf(" iotlb_misses=%" PRIu64 " iotlb_updates=%" PRIu64 " iotlb_errors=%" PRIu64
	       " before_iotlb_misses=%" PRIu64, s->misses, s->updates, s->errors, s->before);
}

static void print_devices(const struct guest *g)
{
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct iotlb_sum s = { 0 };

		add_iotlb(&s, &g->pairs[i].iotlb);
		printf("DEV%u", i);
		print_iotlb(&s);
		printf("\n");
	}
}

static struct counts sum(const struct guest *g, bool rx)
{
	struct counts total = { 0 };

	for (unsigned int n = 0; n < g->n_pairs; n++) {
		const struct queue *q = rx ? &g->pairs[n].rx : &g->pairs[n].tx;

		for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
			*(uint64_t *)((char *)&total + counters[i].offset) +=
				value(&q->count, &counters[i]);
	}
	return total;
}

static void print_total(const struct guest *g)
{
	struct counts tx = sum(g, false), rx = sum(g, true);
	struct iotlb_sum iotlb = { 0 };
	uint64_t v;

	printf("TOTAL");
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		if (!counters[i].rx_only)
			printf(" tx_%s=%" PRIu64, counters[i].key, value(&tx, &counters[i]));
	for (size_t i = 0; i < ARRAY_SIZE(counters); i++)
		printf(" rx_%s=%" PRIu64, counters[i].key, value(&rx, &counters[i]));
	for (size_t i = 0; i < ARRAY_SIZE(interface); i++) {
		if (tap_statistic(&g->tap, interface[i], &v))
			printf(" tap_%s=?", interface[i]);
		else
			printf(" tap_%s=%" PRIu64, interface[i], v);
	}
	for (unsigned int i = 0; i < g->n_pairs; i++)
		add_iotlb(&iotlb, &g->pairs[i].iotlb);
	if (g->opt->iommu)
		print_iotlb(&iotlb);
	printf(" seconds=%.6f\n", (double)g->elapsed / NSEC);
}

void counters_print(const struct guest *g)
{
	const struct options *o = g->opt;
	const struct pair *p = &g->pairs[0];

	printf("GUEST pid=%d tap=%s pairs=%u ring=%u features=0x%" PRIx64 " header=%u size=%" PRIu64
	       " tx_segs=%u rx_segs=%u rxbuf=%" PRIu64 " tx_batch=%u rx_batch=%u window=%u",
	       (int)getpid(), g->tap.name, g->n_pairs, p->tx.ring.num, g->features.device,
	       options_hdr_len(o), o->size, p->tx.n_segs, p->rx.n_segs, o->rxbuf, p->tx_batch,
	       p->rx_batch, p->sender.window);
	if (o->iommu)
		printf(" iommu_granule=%" PRIu64 " backend_features=0x%" PRIx64, o->iommu_granule,
		       g->features.backend);
	printf("\n");
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		print_queue(&g->pairs[i].tx);
		print_queue(&g->pairs[i].rx);
	}
	if (o->iommu)
		print_devices(g);
	print_total(g);
}

void counters_ring_state(const struct queue *q)
{
	const struct ring *r = &q->ring;
	struct ring_view v = ring_look(r);

	msg_error(
		"%s: driver avail=%u last_used=%u free=%u; shared avail_idx=%u avail_flags=%u used_event=%u "
		"used_idx=%u used_flags=%u avail_event=%u; kicks=%" PRIu64 " signals=%" PRIu64,
		q->name, r->avail_idx, r->last_used, r->num_free, v.avail_idx, v.avail_flags,
		v.used_event, v.used_idx, v.used_flags, v.avail_event, q->count.kicks,
		q->count.signals);
}

static bool expect(const char *name, const char *what, uint64_t is, const char *that,
		   uint64_t should)
{
	if (is != should)
		msg_error("%s: %s %" PRIu64 ", %s %" PRIu64, name, what, is, that, should);
	return is == should;
}

static bool at_most(const char *name, const char *what, uint64_t is, const char *that,
		    uint64_t limit)
{
	if (is > limit)
		msg_error("%s: %s %" PRIu64 ", %s only %" PRIu64, name, what, is, that, limit);
	return is <= limit;
}

/* What holds even where packets get lost */
static bool check_lossy(const struct queue *q)
{
	const struct counts *c = &q->count;
	struct ring_view v = ring_look(&q->ring);
	bool fine = !c->errors;

	if (!(fault_leaves(q) & CORRUPT)) {
		fine &= expect(q->name, "vq_errors", c->vq_errors, "expected", fault_vq_errors(q));
		fine &= expect(q->name, "avail_idx", v.avail_idx, "queued", (uint16_t)c->queued);
	}
	fine &= expect(q->name, "used_idx", v.used_idx, "completions", (uint16_t)c->completions);
	/* of a device that was unplugged it is unknown */
	if (q->last_avail >= 0)
		fine &= expect(q->name, "vhost's last_avail", q->last_avail, "used and lost",
			       (uint16_t)(v.used_idx + c->lost));
	fine &= at_most(q->name, "completions", c->completions, "queued and not lost",
			c->queued - c->lost);
	return q->device_writes ?
		       at_most(q->name, "received", c->received, "sent", c->sent) && fine :
		       fine;
}

static bool check_queue(const struct queue *q, const struct options *o)
{
	const struct counts *c = &q->count;
	struct ring_view v = ring_look(&q->ring);
	bool fine = !c->errors;

	if (o->lossy)
		return check_lossy(q);
	if (!options_vhost_errs(o) || c->vq_errors < fault_vq_errors(q))
		fine &= expect(q->name, "vq_errors", c->vq_errors, "expected", fault_vq_errors(q));
	fine &= expect(q->name, "avail_idx", v.avail_idx, "queued", (uint16_t)c->queued);
	fine &= expect(q->name, "used_idx", v.used_idx, "completions", (uint16_t)c->completions);
	if (q->last_avail >= 0)
		fine &= expect(q->name, "vhost's last_avail", q->last_avail, "used and lost",
			       (uint16_t)(v.used_idx + c->lost));
	if (q->device_writes)
		fine &= expect(q->name, "received", c->received, "sent", c->sent);
	else
		fine &= expect(q->name, "completions", c->completions, "queued and not lost",
			       c->queued - c->lost);
	return fine;
}

/* The host's interface saw the same packets. */
static bool check_interface(const struct guest *g)
{
	uint64_t v;
	bool fine = true, lossy = g->opt->lossy;

	if (lossy && !tap_statistic(&g->tap, "rx_packets", &v))
		fine &= at_most(g->tap.name, "rx_packets", v, "the guest sent",
				sum(g, false).packets);
	if (lossy && !tap_statistic(&g->tap, "tx_packets", &v))
		fine &= at_most("the guest", "packets received", sum(g, true).packets,
				"the tap gave", v);
	if (lossy)
		return fine;
	if (!tap_statistic(&g->tap, "rx_packets", &v))
		fine &= expect(g->tap.name, "rx_packets", v, "the guest sent",
			       sum(g, false).packets);
	if (!tap_statistic(&g->tap, "tx_packets", &v))
		fine &= expect(g->tap.name, "tx_packets", v, "the guest received",
			       sum(g, true).packets);
	return fine;
}

bool counters_check(const struct guest *g)
{
	bool fine = true;

	for (unsigned int i = 0; i < g->n_pairs; i++) {
		fine &= check_queue(&g->pairs[i].tx, g->opt);
		fine &= check_queue(&g->pairs[i].rx, g->opt);
		fine &= !g->pairs[i].failed && !atomic_load(&g->pairs[i].iotlb.errors);
	}
	return check_interface(g) && fine;
}
