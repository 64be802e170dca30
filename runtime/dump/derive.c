// SPDX-License-Identifier: GPL-2.0-or-later
/* What follows from a queue's numbers, as drivers/vhost/vhost.c would decide it. */
#include "dump/dump.h"

#define NO_INTERRUPT 1		/* VRING_AVAIL_F_NO_INTERRUPT, the guest's */
#define NO_NOTIFY 1		/* VRING_USED_F_NO_NOTIFY, vhost's */
#define BIT_NOTIFY_ON_EMPTY 24

int dump_vq_feature(const struct dump_dev *d, const struct dump_vq *q, unsigned int bit)
{
	struct value low = value_known(q->vq_features) ? q->vq_features : d->features;
	struct value high = value_known(q->vq_features_high) ? q->vq_features_high :
							       d->features_high;

	if (!value_known(bit < 64 ? low : high))
		return -1;
	return features_has(features_of(low, high), bit);
}

struct value minus16(struct value a, struct value b)
{
	if (!value_known(a) || !value_known(b))
		return (struct value){ 0 };
	return value_of((a.n - b.n) & 0xffff);
}

/*
 * Up to where buffers were given back. vhost reads the index out of the ring when the queue
 * gets a backend (vhost_vq_init_access()): until then its own says nothing.
 */
static struct value given_back(const struct dump_vq *q)
{
	return value_is(q->backend, 0) ? q->ring.used_idx : q->last_used_idx;
}

const char *dump_position(const struct dump_vq *q, struct value pos)
{
	struct value ago = minus16(pos, given_back(q));
	struct value taken = minus16(q->last_avail_idx, given_back(q));
	struct value made = minus16(q->ring.avail_idx, given_back(q));

	if (!value_known(ago) || !value_known(taken))
		return "";
	if (ago.n >= 0x8000)
		return "used";
	if (ago.n < taken.n)
		return "in flight";
	return value_known(made) && ago.n < made.n ? "pending" : "";
}

static void notifies(struct dump_derived *d, struct value after, const char *reason)
{
	d->notify_after = after;
	if (after.state != VALUE_UNKNOWN)
		d->would_notify = value_of(value_is(after, 1));
	snprintf(d->notify_reason, sizeof(d->notify_reason), "%s", reason);
}

/* When vring_need_event(event, last_used + n, signalled_used) is first true */
static struct value event_after(const struct dump_vq *q)
{
	struct value event = minus16(q->ring.used_event, q->signalled_used);
	struct value done = minus16(q->last_used_idx, q->signalled_used);

	if (!value_known(event) || !value_known(done))
		return (struct value){ 0 };
	/* passed already, and no decision was made since */
	if (event.n < done.n)
		return value_of(1);
	return value_of(event.n - done.n + 1);
}

static const struct value unknown, never = { VALUE_NONE, 0 }, next = { VALUE_KNOWN, 1 };

/* By avail->flags, without EVENT_IDX */
static void derive_by_flags(struct dump_vq *q)
{
	struct value flags = q->ring.avail_flags;

	if (value_known(flags))
		notifies(&q->derived, flags.n & NO_INTERRUPT ? never : next, "flags");
	else
		notifies(&q->derived, unknown, "unreadable");
}

static void derive_by_event(struct dump_vq *q)
{
	if (value_is(q->signalled_used_valid, 0))
		notifies(&q->derived, next, "first");
	else if (!value_known(q->ring.used_event))
		notifies(&q->derived, unknown, "unreadable");
	else if (value_known(q->signalled_used_valid))
		notifies(&q->derived, event_after(q), "event_idx");
}

/* vhost_notify(), in its order */
static void derive_notification(const struct dump_dev *d, struct dump_vq *q)
{
	int on_empty = dump_vq_feature(d, q, BIT_NOTIFY_ON_EMPTY);
	int event_idx = dump_vq_feature(d, q, BIT_EVENT_IDX);
	struct value ahead = minus16(q->avail_idx, q->last_avail_idx);

	if (q->call.state == VALUE_NONE)
		notifies(&q->derived, never, "no_call");
	else if (on_empty < 0 || event_idx < 0 || (on_empty && !value_known(ahead)))
		notifies(&q->derived, unknown, "");
	else if (on_empty && !ahead.n)
		notifies(&q->derived, next, "always");
	else if (event_idx)
		derive_by_event(q);
	else
		derive_by_flags(q);
}

/* Whether the guest, going by what it sees, kicks for its next buffer */
static void derive_kick(const struct dump_dev *d, struct dump_vq *q)
{
	int event_idx = dump_vq_feature(d, q, BIT_EVENT_IDX);

	if (event_idx > 0 && value_known(q->ring.avail_event) && value_known(q->ring.avail_idx))
		q->derived.would_kick = value_of(q->ring.avail_event.n == q->ring.avail_idx.n);
	else if (!event_idx && value_known(q->ring.used_flags))
		q->derived.would_kick = value_of(!(q->ring.used_flags.n & NO_NOTIFY));
}

void dump_derive(const struct dump_dev *d, struct dump_vq *q)
{
	struct value out = minus16(q->ring.avail_idx, q->ring.used_idx);

	q->derived = (struct dump_derived){
		.pending = minus16(q->ring.avail_idx, q->last_avail_idx),
		.in_flight = minus16(q->last_avail_idx, given_back(q)),
	};
	if (value_known(out) && value_known(q->num))
		q->derived.free = value_of(q->num.n > out.n ? q->num.n - out.n : 0);
	derive_notification(d, q);
	derive_kick(d, q);
}

bool dump_dev_works_locked(const struct dump_dev *d)
{
	return !strcmp(d->kind, "net") || !strcmp(d->kind, "vsock");
}
