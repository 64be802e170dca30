// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of a queue after a watch: each metric's name, unit and meaning. */
#include "diagnose/diagnose.h"

#include "dump/dump.h"

#define METRIC_OF(key, unit, of, meaning, meaning_tx) \
	{ #key, UNIT_##unit, offsetof(struct queue_metrics, key), meaning, of, meaning_tx }
#define METRIC(key, unit, meaning) METRIC_OF(key, unit, METRIC_QUEUE, meaning, NULL)
#define METRIC2(key, unit, meaning, meaning_tx) \
	METRIC_OF(key, unit, METRIC_QUEUE, meaning, meaning_tx)
#define TO_GUEST(key, unit, meaning) METRIC_OF(key, unit, METRIC_TO_GUEST, meaning, NULL)
#define FROM_GUEST(key, unit, meaning) METRIC_OF(key, unit, METRIC_FROM_GUEST, meaning, NULL)

const struct metric metrics[] = {
	/* the watch */
	METRIC(watched_ms, MS, "from the first sample of the queue to the last"),
	METRIC(samples, COUNT, "samples of the queue"),
	METRIC(missed, COUNT,
	     "events that the script could not follow: counts are too low by as many"),
	/* the ring */
	METRIC(ring_size, COUNT, "entries of the ring"),
	METRIC(pending, COUNT,
	     "buffers that the guest has made available and vhost has not taken, at the end"),
	METRIC(pending_max, COUNT, "the most buffers that waited for vhost in a sample"),
	METRIC(in_flight, COUNT, "buffers that vhost has taken and not given back, at the end"),
	METRIC(quiet_ms, MS, "time at the end in which no index of the ring moved"),
	METRIC(stalled_ms, MS,
	     "longest time in which vhost gave nothing back though there was work"),
	METRIC(stalled_now_ms, MS,
	     "how long vhost has given nothing back though there is work, at the end"),
	METRIC(pending_over, COUNT,
	     "samples in which more buffers were available than the ring has entries"),
	METRIC(chain_broken_ms, MS,
	     "longest time that vhost was stuck at a broken chain of descriptors"),
	METRIC(unreadable_now_ms, MS, "how long the ring could not be read, at the end"),
	METRIC(chain_end, WORD, "how the chain of descriptors ends that vhost is stuck at"),
	METRIC(chain_meaning, WORD, "the meaning of that end"),
	METRIC(call_wanted, YES,
	     "the guest waits for a notification of buffers that were given back, at the end"),
	METRIC(call_wanted_full, YES, "the guest asked for a notification when its ring was full"),
	/* RX: buffers and packets */
	METRIC(empty_pct, PERCENT, "samples in which vhost had no buffers of the guest"),
	METRIC(empty_ms, MS, "longest time without buffers"),
	METRIC(rx_starved_pct, PERCENT, "samples without buffers while packets waited"),
	METRIC(rx_starved_ms, MS, "longest time without buffers while packets waited"),
	METRIC(rx_starved_now_ms, MS,
	     "how long vhost has been without buffers while packets wait, at the end"),
	METRIC(rx_starved_wait_pct, PERCENT,
	     "share of that time that the guest's most delayed thread waited for a CPU"),
	METRIC(rx_no_refill_ms, MS,
	     "longest time in which the guest gave no buffers at all while packets waited"),
	METRIC(rx_no_refill_now_ms, MS,
	     "how long the guest has given no buffers at all while packets wait, at the end"),
	METRIC(rx_no_refill_wait_pct, PERCENT,
	     "share of that time that the guest's most delayed thread waited for a CPU"),
	METRIC(rx_backlog_pct, PERCENT,
	     "samples in which the tap was nearly full though vhost had buffers"),
	METRIC(rx_backlog_now_ms, MS,
	     "how long the tap has been nearly full though vhost has buffers, at the end"),
	METRIC(waiting, COUNT,
	     "packets for the guest that wait in the tap and in vhost, at the end"),
	METRIC(waiting_max, COUNT, "the most packets that waited for the guest in a sample"),
	/* what vhost did */
	METRIC(completions, COUNT, "buffers given back to the guest"),
	METRIC(moved, COUNT,
	     "buffers given back, by the ring's index; by the count where the index may have "
	     "wrapped between two samples"),
	METRIC(taken, COUNT, "buffers taken in runs of the handler"),
	METRIC(taken_max, COUNT, "the most buffers taken in one run"),
	METRIC(runs, COUNT, "runs of the handler"),
	METRIC(kicks, COUNT, "notifications by the guest (kicks)"),
	METRIC(signals, COUNT, "notifications to the guest"),
	METRIC(suppressed, COUNT,
	     "decisions not to notify the guest: it wanted none, or had no call eventfd"),
	METRIC(no_call, COUNT,
	     "notifications that were due and not sent, because the call eventfd is missing"),
	METRIC(end_no_backend, COUNT, "runs that ended at once: no backend"),
	METRIC(end_iotlb, COUNT, "runs that ended because a translation was missing"),
	METRIC(end_error, COUNT, "runs that ended in an error"),
	METRIC2(end_ring_empty, COUNT, "runs that ended for lack of buffers",
	      "runs that ended when all was sent"),
	METRIC(end_turn, COUNT, "runs that ended because it was another queue's turn"),
	METRIC(end_send_failed, COUNT, "runs that ended because the tap refused a packet"),
	METRIC(end_socket_empty, COUNT, "runs that ended because no packet waited"),
	METRIC(errors, COUNT, "errors of the ring that vhost reported"),
	METRIC(misses, COUNT, "translations that vhost asked QEMU for"),
	METRIC(works, COUNT, "times that work was queued for the worker"),
	METRIC(delay_avg_us, US, "mean time until the worker began with its work"),
	METRIC(delay_max_us, US, "longest time until the worker began with its work"),
	/* kicks and signals that did not come */
	METRIC(kick_missing_ms, MS,
	     "longest time that buffers waited for a kick which did not come"),
	METRIC(kick_missing_wait_pct, PERCENT,
	     "share of that time that the guest's most delayed thread waited for a CPU"),
	METRIC(call_missing_ms, MS,
	     "longest time that a notification to the guest was due and not sent"),
	METRIC(call_none_pct, PERCENT, "samples in which the queue had no call eventfd"),
	METRIC(call_none_now_ms, MS, "how long the queue has had no call eventfd, at the end"),
	METRIC(call_unread_ms, MS,
	     "longest time in which notifications stayed in the call eventfd unread"),
	METRIC(no_interrupt_pct, PERCENT, "samples in which the guest wanted no notifications"),
	METRIC(no_interrupt_now_ms, MS,
	     "how long the guest has wanted no notifications, at the end"),
	/* worker and guest */
	METRIC(worker_run_ms, MS, "CPU time of the worker"),
	METRIC(worker_wait_ms, MS, "time that the worker waited for a CPU"),
	METRIC(worker_run_pct, PERCENT, "share of the time that the worker ran"),
	METRIC(worker_wait_pct, PERCENT, "share of the time that the worker waited for a CPU"),
	METRIC(worker_asleep_pct, PERCENT, "samples in which the worker slept and had no work"),
	METRIC(worker_stopped_pct, PERCENT, "samples in which the worker was stopped"),
	METRIC(worker_stopped_now_ms, MS, "how long the worker has been stopped, at the end"),
	METRIC(worker_busy_now_ms, MS,
	     "how long the worker has run nearly all the time, at the end"),
	METRIC(worker_late_now_ms, MS,
	     "how long the worker has waited for a CPU for more than half of the time, at the end"),
	METRIC(worker_stall_ms, MS, "longest time in which the worker had work and did not run"),
	METRIC(worker_policy, WORD, "the worker's scheduling policy"),
	METRIC(guest_run_pct, PERCENT, "CPU time of the guest's own threads, 100 % is one CPU"),
	METRIC(guest_wait_pct, PERCENT,
	     "share of the time that the guest's most delayed thread waited for a CPU"),
	/* control groups of worker and guest */
	METRIC(worker_frozen_pct, PERCENT, "samples in which the worker's group was frozen"),
	METRIC(worker_frozen_now_ms, MS, "how long that group has been frozen, at the end"),
	METRIC(worker_throttled, COUNT,
	     "times that the worker's group used up its CPU time of a period (quota)"),
	METRIC(worker_throttled_ms, MS,
	     "time for which the quota stopped that group, summed over its CPUs"),
	METRIC(worker_quota_us, US, "CPU time that the worker's group may use in a period"),
	METRIC(worker_period_us, US, "the length of that period"),
	METRIC(worker_weight, COUNT,
	     "weight of the worker's group among others (cpu.weight; cpu.shares in version 1)"),
	METRIC(worker_group, WORD, "the worker's control group"),
	METRIC(worker_limit, WORD, "the group whose quota that is: its own, or one above it"),
	METRIC(worker_cpus, WORD, "CPUs that the worker may run on"),
	METRIC(guest_frozen_pct, PERCENT,
	     "samples in which the group of the guest's threads was frozen"),
	METRIC(guest_frozen_now_ms, MS, "how long that group has been frozen, at the end"),
	METRIC(guest_throttled, COUNT,
	     "times that the group of the guest's vCPUs used up its CPU time of a period (quota)"),
	METRIC(guest_throttled_ms, MS,
	     "time for which the quota stopped that group, summed over its CPUs"),
	METRIC(guest_throttled_pct, PERCENT,
	     "time for which the quota stopped that group, as a share of the watch, summed over "
	     "its CPUs"),
	METRIC(guest_quota_us, US,
	     "CPU time that the group of the guest's vCPUs may use in a period"),
	METRIC(guest_period_us, US, "the length of that period"),
	METRIC(guest_weight, COUNT,
	     "weight of that group among others (cpu.weight; cpu.shares in version 1)"),
	METRIC(guest_group, WORD,
	     "the control group of the guest's vCPUs; of several, the one that was stopped "
	     "longest"),
	METRIC(guest_limit, WORD, "the group whose quota that is: its own, or one above it"),
	METRIC(guest_cpus, WORD, "CPUs that the guest's vCPUs may run on"),
	METRIC(quota_stops_worker, YES,
	     "a used-up quota stops vhost's worker too, not only vCPUs (kernels before 6.18)"),
	/* the tap */
	METRIC(tap_ring, COUNT, "packets that the tap can hold for the guest"),
	METRIC(tap_full_pct, PERCENT, "samples in which the tap was full"),
	METRIC(tap_down_pct, PERCENT, "samples in which the interface was down"),
	METRIC(tap_down_now_ms, MS, "how long the interface has been down, at the end"),
	METRIC(no_carrier_pct, PERCENT, "samples in which the interface had no carrier"),
	METRIC(no_carrier_now_ms, MS, "how long the interface has had no carrier, at the end"),
	METRIC(detached_pct, PERCENT, "samples in which the queue of the tap was switched off"),
	METRIC(detached_now_ms, MS,
	     "how long the queue of the tap has been switched off, at the end"),
	METRIC(filter, YES, "the tap has a packet filter of its own"),
	TO_GUEST(to_guest, COUNT, "packets that the interface has taken for the guest"),
	FROM_GUEST(from_guest, COUNT, "packets that the interface has got from the guest"),
	FROM_GUEST(from_guest_dropped, COUNT, "packets of the guest that the interface dropped"),
	FROM_GUEST(from_guest_errors, COUNT, "packets of the guest that had errors"),
	FROM_GUEST(from_guest_qdisc_drops, COUNT,
		   "packets of the guest that the queue discipline of its macvtap dropped"),
	FROM_GUEST(
		from_guest_reason, WORD,
		"the most frequent reason of drops from the guest, as the kernel calls it"),
	METRIC(tap_driver, WORD, "tun; or tap, which is a macvtap or ipvtap"),
	METRIC(sndbuf, BYTES, "the most data that may be under way from the guest"),
	METRIC(wmem_max, BYTES, "the most data that was under way in a sample"),
	METRIC(unwritable_pct, PERCENT, "samples in which the tap took nothing more"),
	METRIC(unwritable_ms, MS, "longest time in which the tap took nothing more"),
	METRIC(unwritable_now_ms, MS, "how long the tap has taken nothing more, at the end"),
	METRIC(send_failures, COUNT, "batches that the tap refused"),
	METRIC(send_errno, WORD, "the most frequent error of batches that the tap refused"),
	/* what the guest lost */
	METRIC(loss_possible, YES,
	     "the queue has, or may have, a part in the losses of its interface"),
	TO_GUEST(lost, COUNT, "packets for the guest that were dropped: by the tap and before it"),
	TO_GUEST(
		drops, COUNT,
		"packets for the guest that the tap dropped (tx_dropped of a tun, rx_dropped of a macvtap)"),
	TO_GUEST(drop_intervals, COUNT, "samples before which packets were dropped"),
	TO_GUEST(drop_intervals_pct, PERCENT,
		 "share of samples with drops, from the first of them to the last"),
	TO_GUEST(drops_full, COUNT, "packets dropped because the tap was full"),
	TO_GUEST(drops_other, COUNT, "packets dropped for other reasons"),
	TO_GUEST(drop_reason, WORD, "the most frequent other reason, as the kernel calls it"),
	TO_GUEST(drops_sampled, YES, "drops by reason are only a lower bound"),
	TO_GUEST(qdisc, WORD, "kind of the interface's queue discipline"),
	TO_GUEST(qdisc_drops, COUNT, "packets that the queue discipline dropped"),
	TO_GUEST(qdisc_backlog_max, COUNT, "the most packets that waited in the queue discipline"),
	/* zerocopy, backend, IOTLB */
	METRIC(zcopy_waiting, COUNT,
	     "packets sent without copying that the host still holds, at the end"),
	METRIC(zcopy_stuck_ms, MS,
	     "longest time that the host held the oldest packet sent without copying"),
	METRIC(backend_none_pct, PERCENT, "samples in which the queue had no backend"),
	METRIC(backend_now, YES, "the queue has a backend, at the end"),
	METRIC(unserved_ms, MS,
	     "longest time in which the guest used the queue and it had no backend"),
	METRIC(iotlb, YES, "the guest's addresses are translated (vIOMMU)"),
	METRIC(iotlb_entries, COUNT, "translations that vhost has, at the end"),
	METRIC(busyloop_us, US, "how long vhost polls for more before it sleeps"),
	/* beside the others */
	METRIC(if_queues, COUNT, "queues of the interface in this direction"),
	METRIC(if_moving, COUNT, "queues that moved, of these"),
	METRIC(if_share_pct, PERCENT, "the queue's share of all that they moved"),
};

const size_t n_metrics = ARRAY_SIZE(metrics);

const struct metric *metric_find(const char *key, size_t len)
{
	for (size_t i = 0; i < n_metrics; i++)
		if (strlen(metrics[i].key) == len && !strncmp(metrics[i].key, key, len))
			return &metrics[i];
	return NULL;
}

struct value metric_value(const struct metric *f, const struct queue_metrics *m)
{
	return *(const struct value *)((const char *)m + f->offset);
}

const char *metric_word(const struct metric *f, const struct queue_metrics *m)
{
	return (const char *)m + f->offset;
}

bool metric_known(const struct metric *f, const struct queue_metrics *m)
{
	return f->unit == UNIT_WORD ? *metric_word(f, m) :
				      metric_value(f, m).state != VALUE_UNKNOWN;
}

const char *metric_meaning(const struct metric *f, const struct queue_metrics *m)
{
	return f->meaning_tx && !m->rx ? f->meaning_tx : f->meaning;
}

/* 1234567 -> "1,234,567" */
static void show_count(unsigned long long n, char *shown)
{
	char digits[24], *o = shown;
	int len = snprintf(digits, sizeof(digits), "%llu", n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*o++ = ',';
		*o++ = digits[i];
	}
	*o = '\0';
}

static void show_us(unsigned long long us, char *shown)
{
	unsigned long long ms = us / 1000;

	if (us < 1000)
		snprintf(shown, METRIC_SHOWN, "%llu us", us);
	else if (ms < 1000)
		snprintf(shown, METRIC_SHOWN, "%llu ms", ms);
	else if (ms < 100000)
		snprintf(shown, METRIC_SHOWN, "%llu.%llu s", ms / 1000, ms % 1000 / 100);
	else
		snprintf(shown, METRIC_SHOWN, "%llu s", ms / 1000);
}

const char *metric_show(const struct metric *f, const struct queue_metrics *m,
			char shown[METRIC_SHOWN])
{
	if (f->unit == UNIT_WORD)
		return *metric_word(f, m) ? metric_word(f, m) : "?";

	struct value v = metric_value(f, m);

	if (!value_known(v))
		return v.state == VALUE_NONE ? "none" : "?";
	switch (f->unit) {
	case UNIT_YES:
		return v.n ? "yes" : "no";
	case UNIT_MS:
		if (v.n)
			show_us(v.n < ~0ULL / 1000 ? v.n * 1000 : ~0ULL, shown);
		else
			snprintf(shown, METRIC_SHOWN, "0 s");
		return shown;
	case UNIT_US:
		show_us(v.n, shown);
		return shown;
	case UNIT_PERCENT:
		snprintf(shown, METRIC_SHOWN, "%llu %%", v.n);
		return shown;
	case UNIT_BYTES:
		if (v.n == SNDBUF_UNLIMITED)
			return "unlimited";
		if (v.n < 10240)
			snprintf(shown, METRIC_SHOWN, "%llu bytes", v.n);
		else
			snprintf(shown, METRIC_SHOWN, "%llu KiB", v.n >> 10);
		return shown;
	default:
		show_count(v.n, shown);
		return shown;
	}
}
