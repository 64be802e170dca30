// SPDX-License-Identifier: GPL-2.0-or-later
/* What is no fault by itself, but worth to be known. */
#include "dump/invariant.h"

#define BIT_LOG_ALL 26

static bool no_call_wanted(const struct place *p)
{
	return invariant_call_missing(p) && !invariant_call_asked(p);
}

static bool errors_passing(const struct place *p)
{
	return more_than(p->vq->error, 0) && invariant_errors_may_pass(p);
}

static bool no_backend(const struct place *p)
{
	for (size_t i = 0; i < p->dev->n_vqs; i++)
		if (!value_is(p->dev->vqs[i].backend, 0))
			return false;
	return p->dev->n_vqs && more_than(p->dev->features, 0);
}

static bool rx_empty(const struct place *p)
{
	return runs(p) && is_net_queue(p, "RX") && value_is(p->vq->derived.pending, 0);
}

static bool calls_wait(const struct place *p)
{
	return runs(p) && more_than(p->vq->call, 0);
}

static bool unreadable(const struct place *p)
{
	return runs(p) && value_is(p->dev->iotlb, 0) && !value_known(p->vq->ring.avail_idx) &&
	       !value_known(p->vq->ring.used_idx);
}

static bool iotlb_empty(const struct place *p)
{
	return value_is(p->dev->iotlb, 1) && value_is(p->dev->iotlb_entries, 0);
}

static bool worker_blocked(const struct place *p)
{
	return *p->worker->state == 'D';
}

static bool logged(const struct place *p)
{
	return value_known(p->dev->features) && p->dev->features.n >> BIT_LOG_ALL & 1;
}

static const struct invariant rows[] = {
	{ "call-unused", OF_QUEUE, NOTICE, no_call_wanted, { "vq.call", "ring.avail_flags",
	  "ring.used_event" },
	  "buffers are used, there is no call eventfd, and the guest asks for no notification",
	  "right for a guest that polls, as DPDK's driver does" },
	{ "errors-passing", OF_QUEUE, NOTICE, errors_passing, { "vq.error", "dev.iotlb",
	  "vq.busyloop_us" },
	  "vhost has reported errors of this ring; with an IOTLB or busy polling, a translation "
	  "may have been missing for a moment",
	  "the alias vhost.error counts them live: a count that keeps growing is a fault" },
	{ "no-backend", OF_DEV, NOTICE, no_backend, { "dev.pair" },
	  "no queue of the device has a backend: nothing is sent or received here",
	  "right for a guest that is paused, whose link is down, or that uses fewer queue pairs" },
	{ "rx-empty", OF_QUEUE, NOTICE, rx_empty, { "derived.pending", "derived.in_flight" },
	  "the guest has given no buffers to receive into: packets wait in the tap, and are "
	  "dropped when it is full",
	  "the guest is slow, or has stopped refilling; for a moment this is normal" },
	{ "calls-wait", OF_QUEUE, NOTICE, calls_wait, { "vq.call" },
	  "notifications wait in the call eventfd",
	  "the interrupt is masked, or the owner itself handles it (no irqfd) and has not done so "
	  "yet" },
	{ "ring-unreadable", OF_QUEUE, NOTICE, unreadable, { "vq.avail", "vq.used" },
	  "the ring in the guest's memory could not be read",
	  "its pages are swapped out or missing, or the process is ending" },
	{ "iotlb-empty", OF_DEV, NOTICE, iotlb_empty, { "dev.iotlb_entries" },
	  "the IOTLB holds no translation: each access has to ask the owner first",
	  "normal right after a start; otherwise the owner does not answer" },
	{ "worker-blocked", OF_WORKER, NOTICE, worker_blocked, { "worker.tid", "worker.state" },
	  "the worker waits in the kernel and can't be interrupted",
	  "it waits for memory or a lock (/proc/TID/stack shows which), or it is frozen" },
	{ "logging", OF_DEV, NOTICE, logged, { "dev.features" },
	  "writes to the guest's memory are logged",
	  "the guest is being migrated" },
};

const struct invariant_rows invariants_notice = { rows, ARRAY_SIZE(rows) };
