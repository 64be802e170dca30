// SPDX-License-Identifier: GPL-2.0-or-later
/* Which numbers and conditions of a queue are kept, and the metrics that they become. */
#include "diagnose/history-state.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define AT(metric) offsetof(struct queue_metrics, metric)

const struct number history_numbers[] = {
#define NUMBER(from, s, member, how, per, metric) \
	{ FROM_##from, offsetof(struct dump_##s, member), how, per, \
	  offsetof(struct queue_metrics, metric) }
#define COUNT(member) NUMBER(COUNT, count, member, SUM, 1, member)
#define GROUPS(member, how, per, metric)						\
	NUMBER(WORKER_GROUP, cgroup, member, how, per, worker_##metric),		\
	NUMBER(GUEST_GROUP, cgroup, member, how, per, guest_##metric)
	NUMBER(VQ, vq, num, NEWEST, 1, ring_size),
	NUMBER(VQ, vq, backend, NEWEST, 1, backend_now),
	NUMBER(VQ, vq, busyloop_us, NEWEST, 1, busyloop_us),
	NUMBER(DERIVED, derived, pending, NEWEST, 1, pending),
	NUMBER(DERIVED, derived, pending, LARGEST, 1, pending_max),
	NUMBER(DERIVED, derived, in_flight, NEWEST, 1, in_flight),
	NUMBER(DEV, dev, iotlb, NEWEST, 1, iotlb),
	NUMBER(DEV, dev, iotlb_entries, NEWEST, 1, iotlb_entries),
	COUNT(kicks), COUNT(signals), COUNT(suppressed), COUNT(no_call), COUNT(completions),
	COUNT(runs), COUNT(taken), COUNT(end_no_backend), COUNT(end_iotlb), COUNT(end_error),
	COUNT(end_ring_empty), COUNT(end_turn), COUNT(end_send_failed), COUNT(end_socket_empty),
	COUNT(errors), COUNT(misses), COUNT(works),
	NUMBER(COUNT, count, taken_max, MAXIMUM, 1, taken_max),
	NUMBER(COUNT, count, delay_max_ns, MAXIMUM, 1000, delay_max_us),
	NUMBER(COUNT, count, delay_ns, SUM, 1000, delay_avg_us),	/* divided in finish() */
	NUMBER(TASK, task, run_ns, SUM, 1000000, worker_run_ms),
	NUMBER(TASK, task, wait_ns, SUM, 1000000, worker_wait_ms),
	NUMBER(THREADS, threads, run_ns, SUM, 1000000, guest_run_pct),	/* of the time, there */
	NUMBER(THREADS, threads, wait_max_ns, SUM, 1000000, guest_wait_pct),
	GROUPS(throttled, LARGEST, 1, throttled),
	GROUPS(throttled_us, LARGEST, 1000, throttled_ms),
	GROUPS(quota_us, NEWEST, 1, quota_us),
	GROUPS(period_us, NEWEST, 1, period_us),
	GROUPS(weight, NEWEST, 1, weight),
	/* of the time, there */
	NUMBER(GUEST_GROUP, cgroup, throttled_us, LARGEST, 1000, guest_throttled_pct),
	NUMBER(TAP, tap, ring, NEWEST, 1, tap_ring),
	NUMBER(TAP, tap, filter, NEWEST, 1, filter),
	NUMBER(TAP, tap, sndbuf, NEWEST, 1, sndbuf),
	NUMBER(TAP, tap, wmem, LARGEST, 1, wmem_max),
	NUMBER(TAP, tap, to_guest, SUM, 1, to_guest),
	NUMBER(TAP, tap, to_guest_dropped, SUM, 1, drops),
	NUMBER(TAP, tap, from_guest, SUM, 1, from_guest),
	NUMBER(TAP, tap, from_guest_dropped, SUM, 1, from_guest_dropped),
	NUMBER(TAP, tap, from_guest_errors, SUM, 1, from_guest_errors),
	NUMBER(TAP, tap, qdisc_drops, SUM, 1, qdisc_drops),
	NUMBER(TAP, tap, qdisc_backlog, LARGEST, 1, qdisc_backlog_max),
	NUMBER(TAP, tap, from_guest_qdisc_drops, SUM, 1, from_guest_qdisc_drops),
#undef COUNT
#undef GROUPS
#undef NUMBER
};

const size_t n_history_numbers = ARRAY_SIZE(history_numbers);

const struct condition history_conditions[] = {
	{ condition_empty, .pct = AT(empty_pct), .ms = AT(empty_ms) },
	{ condition_rx_starved, .pct = AT(rx_starved_pct), .ms = AT(rx_starved_ms),
	  .now_ms = AT(rx_starved_now_ms),
	  .ended = AT(rx_starved_ended), .at_end = AT(rx_starved_at_end),
	  .wait_pct = AT(rx_starved_wait_pct) },
	{ condition_rx_no_refill, .ms = AT(rx_no_refill_ms), .now_ms = AT(rx_no_refill_now_ms),
	  .wait_pct = AT(rx_no_refill_wait_pct) },
	{ condition_rx_backlog, .pct = AT(rx_backlog_pct), .now_ms = AT(rx_backlog_now_ms) },
	{ condition_stalled, .ms = AT(stalled_ms), .now_ms = AT(stalled_now_ms) },
	{ condition_chain_broken, .ms = AT(chain_broken_ms) },
	{ condition_unreadable, .now_ms = AT(unreadable_now_ms) },
	{ condition_kick_missing, .ms = AT(kick_missing_ms),
	  .wait_pct = AT(kick_missing_wait_pct) },
	{ condition_call_missing, .ms = AT(call_missing_ms), .across = true },
	{ condition_call_none, .pct = AT(call_none_pct), .now_ms = AT(call_none_now_ms) },
	{ condition_call_unread, .ms = AT(call_unread_ms) },
	{ condition_no_interrupt, .pct = AT(no_interrupt_pct), .now_ms = AT(no_interrupt_now_ms) },
	{ condition_asleep, .pct = AT(worker_asleep_pct) },
	{ condition_stopped, .pct = AT(worker_stopped_pct), .now_ms = AT(worker_stopped_now_ms) },
	{ condition_worker_frozen, .pct = AT(worker_frozen_pct),
	  .now_ms = AT(worker_frozen_now_ms), .across = true },
	{ condition_guest_frozen, .pct = AT(guest_frozen_pct), .now_ms = AT(guest_frozen_now_ms),
	  .across = true },
	{ condition_worker_stalled, .ms = AT(worker_stall_ms) },
	{ condition_busy, .now_ms = AT(worker_busy_now_ms) },
	{ condition_late, .now_ms = AT(worker_late_now_ms) },
	{ condition_tap_full, .pct = AT(tap_full_pct) },
	{ condition_tap_down, .pct = AT(tap_down_pct), .now_ms = AT(tap_down_now_ms) },
	{ condition_no_carrier, .pct = AT(no_carrier_pct), .now_ms = AT(no_carrier_now_ms) },
	{ condition_detached, .pct = AT(detached_pct), .now_ms = AT(detached_now_ms) },
	{ condition_unwritable, .pct = AT(unwritable_pct), .ms = AT(unwritable_ms),
	  .now_ms = AT(unwritable_now_ms) },
	{ condition_zcopy_stuck, .ms = AT(zcopy_stuck_ms) },
	{ condition_no_backend, .pct = AT(backend_none_pct) },
	{ condition_unserved, .ms = AT(unserved_ms) },
};

const size_t n_history_conditions = ARRAY_SIZE(history_conditions);
