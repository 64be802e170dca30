// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/str.h"

#include <errno.h>

#include "diagnose/diagnose.h"
#include "watch.h"

static const struct queue_metrics *metrics_of(const struct watch *w, const char *queue)
{
	const struct evidence_dev *d = &w->evidence.guests[0].devs[0];

	for (size_t i = 0; i < d->n_queues; i++)
		if (!strcmp(d->queues[i].name, queue))
			return &d->queues[i].metrics;
	fail();
	return NULL;
}

static const char *shown(const struct queue_metrics *m, const char *key,
			 char text[METRIC_SHOWN])
{
	const struct metric *f = metric_find(key, strlen(key));

	if (!f)
		print_message("no metric %s\n", key);
	assert_non_null(f);
	return metric_show(f, m, text);
}

static void samples_become_metrics(void **state)
{
	static const struct {
		const char *changes, *queue, *key, *want;
	} rows[] = {
		{ "", "RX0", "watched_ms", "10.0 s" },
		{ "", "RX0", "samples", "11" },
		{ "", "RX0", "quiet_ms", "10.0 s" },
		{ "", "RX0", "lost", "0" },
		{ "", "RX0", "drops", "0" },
		{ "", "RX0", "drops_full", "0" },
		{ "", "RX0", "drop_intervals_pct", "?" },
		{ "", "RX0", "delay_avg_us", "?" },
		{ "", "RX0", "pending", "256" },
		{ "", "TX0", "waiting", "?" },
		{ RX_MOVES, "RX0", "completions", "50,000" },
		/* beyond 65536, and never mistaken for a lap */
		{ RX_MOVES, "RX0", "moved", "50,000" },
		{ RX_MOVES "VQ RX0 last_used_idx 10,3,40000\n", "RX0", "moved", "0" },
		{ RX_MOVES, "RX0", "quiet_ms", "0 s" },
		{ RX_MOVES, "RX0", "delay_avg_us", "15 us" },
		{ RX_MOVES, "RX0", "delay_max_us", "90 us" },
		{ RX_MOVES, "RX0", "worker_run_pct", "40 %" },
		{ RX_MOVES "RING RX0 avail_idx 1496,6496,6496\nVQ RX0 last_avail_idx 1240,6240,6240\n"
		  "VQ RX0 last_used_idx 1240,6240,6240\n", "RX0", "quiet_ms", "9.0 s" },
		{ "COUNT TX0 kicks 9,12,15,2\n", "TX0", "kicks", "8" },
		{ "COUNT TX0 kicks none\n", "TX0", "kicks", "?" },
		{ "THREADS run_ns +2500000000\nTHREADS wait_max_ns +30000000\n", "TX0",
		  "guest_run_pct", "250 %" },
		{ "THREADS wait_max_ns +30000000\n", "TX0", "guest_wait_pct", "3 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "empty_pct",
		  "100 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "rx_starved_pct",
		  "28 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "rx_starved_ms",
		  "0 s" },
		{ "TAP ring_fill 0,1,1,1,0\nRING RX0 avail_idx 1240\n", "RX0", "rx_starved_ms",
		  "2.0 s" },
		{ "TAP ring_fill 0,1\nRING RX0 avail_idx 1240\n", "RX0", "rx_no_refill_now_ms",
		  "9.0 s" },
		{ "TAP ring_fill 7\nNET RX0 batched 64\n", "RX0", "waiting", "71" },
		{ "TAP ring_fill 7\nNET RX0 batched ?\n", "RX0", "waiting", "7" },
		{ "TAP ring_fill ?\nNET RX0 batched 64\n", "RX0", "waiting", "?" },
		{ "TAP tx_dropped 3,3,4,4,9,9\n", "RX0", "drop_intervals_pct", "66 %" },
		{ "TAP tx_dropped 3,3,4,4,9,9\n", "RX0", "drop_intervals", "2" },
		{ "TAP tx_dropped 3,3,4,4,9,9\nTAP qdisc_drops +1\n", "RX0", "lost", "16" },
		{ "TAP tx_dropped +1\n", "RX0", "drops_full", "?" },
		/* a tun receives what its guest sends, a macvtap sends it */
		{ "TAP rx_dropped +5\n", "TX0", "from_guest_dropped", "50" },
		{ "TAP driver tap\nTAP rx_dropped +5\n", "RX0", "lost", "50" },
		{ "TAP driver tap\nTAP rx_dropped +5\n", "TX0", "from_guest_dropped", "0" },
		{ "TAP driver tap\nTAP rx_packets +5\nTAP tx_packets +7\n", "RX0", "to_guest",
		  "50" },
		{ "TAP driver tap\nTAP rx_packets +5\nTAP tx_packets +7\n", "TX0", "from_guest",
		  "70" },
		{ "TAP driver tap\nTAP tx_dropped +5\nTAP tx_errors 0,1,1\n", "TX0",
		  "from_guest_errors", "1" },
		{ "TAP driver tap\nTAP qdisc_drops +5\n", "RX0", "lost", "0" },
		{ "TAP driver tap\nTAP qdisc_drops +5\n", "RX0", "qdisc_drops", "none" },
		{ "TAP driver tap\nTAP qdisc_drops +5\n", "TX0", "from_guest_qdisc_drops", "50" },
		{ "TAP driver ?\nTAP tx_dropped +5\n", "RX0", "drops", "?" },
		{ "MORE TAP pid=42 dev=0 driver=tap to_guest_dropped=+5 from_guest_qdisc_drops=+2\n", "RX0", "lost", "50" },
		{ "MORE TAP pid=42 dev=0 driver=tap to_guest_dropped=+5 from_guest_qdisc_drops=+2\n", "TX0",
		  "from_guest_qdisc_drops", "20" },
		{ "MORE DROP pid=42 dev=0 reason=CPU_BACKLOG n=+2 sampled=1 way=from_guest\n",
		  "TX0", "from_guest_reason",
		  "CPU_BACKLOG" },
		{ "MORE DROP pid=42 dev=0 reason=CPU_BACKLOG n=+2 sampled=1 way=from_guest\n",
		  "RX0", "drop_reason", "?" },
		{ TAP_DROPS, "RX0", "drops_full", "7,000" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=NOMEM n=+2\nMORE DROP pid=42 dev=0 reason=TAP_FILTER n=+9\n",
		  "RX0", "drop_reason", "TAP_FILTER" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=? n=+2 sampled=1\n", "RX0",
		  "drops_other", "0" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=? n=+2 sampled=1\n", "RX0",
		  "drops_sampled", "yes" },
		{ "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+2\n", "TX0", "send_errno",
		  "EAGAIN" },
		{ "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+2\n", "TX0", "send_failures",
		  "20" },
		{ "", "TX0", "send_failures", "0" },
		{ "COUNT TX0 end_send_failed ?\n", "TX0", "send_failures", "?" },
		{ "NET TX0 upend 3\nNET TX0 done 1020\n", "TX0", "zcopy_waiting", "7" },
		{ "TAP sndbuf 212992\n", "TX0", "sndbuf", "208 KiB" },
		{ "", "TX0", "sndbuf", "unlimited" },
		{ "PAIRS 4\n" RX_MOVES, "RX0", "if_queues", "4" },
		{ "PAIRS 4\n" RX_MOVES, "RX0", "if_moving", "1" },
		{ "PAIRS 4\n" RX_MOVES "COUNT RX1 completions +15000\n", "RX0", "if_share_pct",
		  "25 %" },
		{ "PAIRS 4\n" TAP_DROPS, "RX0", "loss_possible", "yes" },
		{ "PAIRS 4\n" TAP_DROPS "TAP@1 ring_full 1\n", "RX0", "loss_possible", "no" },
		{ TAP_DROPS, "RX0", "loss_possible", "yes" },
		{ "TASK policy fifo\n", "TX0", "worker_policy", "fifo" },
		{ "MORE MISSED events=3\n", "TX0", "missed", "3" },
		{ "VQ TX0 call 1,2,2,2,2,0\n", "TX0", "call_unread_ms", "2.0 s" },
		{ "COUNT TX0 signals +1\nVQ TX0 call +1\n", "TX0", "call_unread_ms", "8.0 s" },
		{ "COUNT TX0 signals +1\nVQ TX0 call 1\n", "TX0", "call_unread_ms", "0 s" },
		{ "DUMP release 5.10.0\nCOUNT TX0 signals +1\nVQ TX0 call +1\n", "TX0",
		  "call_unread_ms", "?" },
		{ "DUMP release 5.11.0\nCOUNT TX0 signals +1\nVQ TX0 call +1\n", "TX0",
		  "call_unread_ms", "8.0 s" },
		{ "DUMP release ?\nVQ TX0 call 1\n", "TX0", "call_unread_ms", "?" },
		{ "VQ TX0 call none\n", "TX0", "call_unread_ms", "0 s" },
		/*
		 * an index that comes back to where it was has not stood, and where nothing counts,
		 * nothing is known
		 */
		{ RX_MOVES "COUNT RX0 completions +70536\n", "RX0", "moved", "705,360" },
		{ "COUNT RX0 completions +65536\n", "RX0", "moved", "655,360" },
		{ "COUNT RX0 completions +65536\n", "RX0", "quiet_ms", "0 s" },
		{ "COUNT RX0 completions ?\nWORKER state R\n", "RX0", "moved", "?" },
		{ "COUNT RX0 completions ?\nWORKER state R\n", "RX0", "quiet_ms", "0 s" },
		{ "COUNT RX0 completions ?\nTASK run_ns +500000000\n", "RX0", "moved", "?" },
		{ "COUNT RX0 completions ?\n", "RX0", "moved", "0" },
		{ "COUNT RX0 completions ?\n", "RX0", "quiet_ms", "10.0 s" },
		{ "COUNT RX0 completions ?\nEND us 30000\n", "RX0", "moved", "?" },
		{ "MORE MISSED events=+100\n", "RX0", "moved", "0" },
		{ "MORE MISSED events=+100\nWORKER state R\n", "RX0", "moved", "?" },
		{ RX_STANDS_EMPTY, "RX0", "rx_no_refill_now_ms", "9.0 s" },
		{ RX_STANDS_EMPTY "COUNT RX0 completions +65536\n", "RX0", "rx_no_refill_ms",
		  "0 s" },
		{ RX_STANDS_EMPTY "COUNT RX0 completions ?\nWORKER state R\n", "RX0",
		  "rx_no_refill_ms", "?" },
		{ RX_STANDS_EMPTY "COUNT RX0 completions 0,0,0,0,?,0\nWORKER state R\n", "RX0",
		  "rx_no_refill_now_ms", "4.0 s" },
		{ "TASK run_ns +950000000\n", "RX0", "worker_busy_now_ms", "9.0 s" },
		{ "TASK wait_ns +450000000\n", "RX0", "worker_late_now_ms", "0 s" },
		{ "THREADS wait_max_ns +300000000\n" RX_STANDS_EMPTY, "RX0",
		  "rx_no_refill_wait_pct", "30 %" },
		/* read of two moments */
		{ "RING TX0 avail_idx 2000\nVQ TX0 busy 1\n", "TX0", "pending_max", "?" },
		{ "RING TX0 avail_idx 2000\n", "TX0", "pending_max", "2,006" },
		{ "RING TX0 used_event 0\n", "TX0", "call_wanted", "no" },
		{ "RING TX0 used_event 65529\n", "TX0", "call_wanted", "yes" },
		{ "RING TX0 used_event 65529\n", "TX0", "call_wanted_full", "no" },
		{ "RING TX0 used_event 1000\n", "TX0", "no_interrupt_pct", "100 %" },
		{ "WORKER state T\n", "TX0", "worker_stopped_pct", "100 %" },
		{ "WORKER pending 1\n", "TX0", "worker_stall_ms", "9.0 s" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 path=/a throttled=+2 throttled_us=+3000 quota_us=5000 period_us=none\n", "TX0",
		  "worker_throttled", "20" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 throttled_us=+3000\n", "TX0",
		  "worker_throttled_ms", "30 ms" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 quota_us=5000\n", "TX0", "worker_quota_us",
		  "5 ms" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 quota_us=none\n", "TX0", "worker_quota_us",
		  "none" },
		{ "MORE CGROUP pid=42 kind=worker tid=51 quota_us=5000\n", "TX0", "worker_quota_us",
		  "?" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 path=/machine-qemu\\x5cx2d1\\x20\n", "TX0",
		  "worker_group",
		  "/machine-qemu\\x2d1\\x20" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 allowed=0-3 cpus=0-7\n", "TX0",
		  "worker_cpus", "0-3" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 frozen=?\n", "TX0", "worker_frozen_pct",
		  "?" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 frozen=1\n", "TX0", "guest_frozen_pct",
		  "?" },
		{ "MORE CGROUP pid=42 kind=worker tid=50 frozen=0\nCGROUP frozen ~0,1\n", "TX0",
		  "worker_frozen_pct", "46 %" },
		{ "MORE CGROUP pid=43 kind=worker tid=50 frozen=1\n", "TX0", "worker_frozen_pct",
		  "?" },
		{ "MORE CGROUP pid=42 kind=emulator tid=42 throttled_us=+3000\nMORE CGROUP pid=42 kind=vcpu tid=43 throttled_us=+2000\n",
		  "TX0", "guest_throttled_ms", "20 ms" },
		{ "MORE CGROUP pid=42 kind=emulator tid=42 throttled_us=+250000\n", "TX0",
		  "guest_throttled_pct", "25 %" },
		{ "", "TX0", "quota_stops_worker", "yes" },
		{ "DUMP release 6.18.0\n", "TX0", "quota_stops_worker", "no" },
		{ "DUMP release ?\n", "TX0", "quota_stops_worker", "?" },
		{ "SAMPLES 1\n", "TX0", "watched_ms", "0 s" },
		{ "SAMPLES 1\n", "TX0", "worker_run_pct", "?" },
		{ "SAMPLES 1\n", "TX0", "stalled_ms", "?" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		char text[METRIC_SHOWN];

		watch_made(&w, rows[i].changes);
		const char *is = shown(metrics_of(&w, rows[i].queue), rows[i].key, text);

		if (strcmp(is, rows[i].want))
			print_message("row %zu: %s\n", i, rows[i].key);
		assert_string_equal(is, rows[i].want);
	}
}

/* What comes later has begun in the watch; a guest that goes is marked */
static void guests_come_and_go(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *first = watch_records("SAMPLES 1\n");
	FREE char *later = watch_records(
		"SAMPLES 2\nCOUNT TX0 kicks 7\nCOUNT RX0 kicks 8,9\nTAP tx_dropped 100,101\n");
	FREE char *other = str_replace(later, "pid=42", "pid=43");
	char text[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, first) >= 0);
	assert_true(watch_text(&w, other) >= 0);
	assert_int_equal(w.evidence.n_guests, 2);
	assert_true(w.evidence.guests[0].gone);
	assert_false(w.evidence.guests[1].gone);
	assert_int_equal(evidence_queues(&w.evidence), 4);

	const struct evidence_queue *q = w.evidence.guests[1].devs[0].queues;

	assert_string_equal(shown(&q[0].metrics, "kicks", text), "9");
	assert_string_equal(shown(&q[1].metrics, "kicks", text), "7");
	/* the interface is older than the watch */
	assert_string_equal(shown(&q[0].metrics, "drops", text), "1");
}

/*
 * One that is unplugged before it moves a device up, which is the same for all that. One with
 * another interface is another
 */
static void a_device_is_known_by_more_than_its_place(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *two = watch_records(
		"SAMPLES 2\nPAIRS 2\nDEV@1 if tap1\nDEV@1 pair 0\nTAP@1 tx_dropped 250000,250007\n"
		"COUNT RX1 kicks 70,71\n");
	FREE char *one = watch_records(
		"SAMPLES 1\nDEV fd 32\nDEV if tap1\nWORKER tid 51\nTAP tx_dropped 250009\nCOUNT RX0 kicks 75\n");
	FREE char *queue = str_replace(one, "=RX0", "=RX1");
	FREE char *again = str_replace(queue, "=TX0", "=TX1");
	FREE char *new = watch_records(
		"SAMPLES 1\nDEV fd 32\nDEV if tap9\nWORKER tid 51\nTAP tx_dropped 11\nCOUNT RX0 kicks 80\n");
	const struct evidence_guest *g;
	char text[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, two) >= 0);
	assert_true(watch_text(&w, again) >= 0);
	g = w.evidence.guests;
	assert_int_equal(g->n_devs, 2);
	assert_true(g->devs[0].gone && !g->devs[1].gone);
	assert_string_equal(shown(&g->devs[0].queues[0].metrics, "lost", text), "0");
	assert_string_equal(shown(&g->devs[1].queues[0].metrics, "lost", text), "9");
	assert_string_equal(shown(&g->devs[1].queues[0].metrics, "kicks", text), "5");
	assert_true(value_is(g->devs[1].dev, 0));
	/* the same descriptor, another interface */
	assert_true(watch_text(&w, new) >= 0);
	assert_int_equal(g->n_devs, 3);
	g = w.evidence.guests;
	assert_true(g->devs[1].gone && !g->devs[2].gone);
	assert_string_equal(shown(&g->devs[2].queues[0].metrics, "lost", text), "0");
	assert_string_equal(shown(&g->devs[2].queues[0].metrics, "kicks", text), "0");
}

/*
 * The same descriptor, interface, owner and worker's id: what the kernel says of its identity
 * decides
 */
static void a_device_that_came_again_is_another(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *text = watch_records("SAMPLES 1\nCOUNT RX0 kicks 9\n");
	FREE char *first = str_replace(text, " fd=31 ", " fd=31 id=0xa5 ");
	FREE char *second = str_replace(text, " fd=31 ", " fd=31 id=0xa6 ");
	char kicks[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, text) >= 0);
	assert_true(watch_text(&w, first) >= 0);
	assert_int_equal(w.evidence.guests->n_devs, 1);
	assert_true(watch_text(&w, second) >= 0);
	assert_int_equal(w.evidence.guests->n_devs, 2);
	assert_true(w.evidence.guests->devs[0].gone && !w.evidence.guests->devs[1].gone);
	assert_string_equal(shown(&w.evidence.guests->devs[1].queues[0].metrics, "kicks", kicks),
			    "0");
}

/* Also where the kernel says nothing: it went, and was seen to be gone */
static void a_device_that_was_gone_begins_anew(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *there = watch_records("SAMPLES 1\nCOUNT RX0 kicks 9\n");
	FREE char *back = watch_records("SAMPLES 1\nCOUNT RX0 kicks 20\n");
	const struct evidence_guest *g;
	char kicks[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, there) >= 0);
	assert_true(
		watch_text(&w, "DUMP format=1 time_us=1\nGUEST pid=42 comm=qemu\nEND queues=0\n") >=
		0);
	assert_true(watch_text(&w, back) >= 0);
	g = w.evidence.guests;
	assert_int_equal(g->n_devs, 2);
	assert_true(g->devs[0].gone && !g->devs[1].gone);
	assert_string_equal(shown(&g->devs[1].queues[0].metrics, "kicks", kicks), "0");
}

/* Two pairs of one interface, of an older script: it says no more than the number */
static void of_twins_the_number_decides(void **state)
{
	static const char dump[] = "DUMP format=1 time_us=%u000000\nGUEST pid=42 comm=qemu\n"
		"DEV pid=42 dev=%u kind=net if=tap0\nVQ pid=42 dev=%u queue=RX0 num=256\nCOUNT pid=42 dev=%u queue=RX0 kicks=%u\n"
		"DEV pid=42 dev=%u kind=net if=tap0\nVQ pid=42 dev=%u queue=RX0 num=256\nCOUNT pid=42 dev=%u queue=RX0 kicks=%u\n"
		"END queues=2\n";
	FREE char *first = str_printf(dump, 1, 0, 0, 0, 10, 1, 1, 1, 100);
	FREE char *turned = str_printf(dump, 2, 1, 1, 1, 105, 0, 0, 0, 11);
	CLEANUP(watch_free) struct watch w = { 0 };
	const struct evidence_guest *g;
	char kicks[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, first) >= 0);
	assert_true(watch_text(&w, turned) >= 0);
	g = w.evidence.guests;
	assert_int_equal(g->n_devs, 2);
	assert_string_equal(shown(&g->devs[0].queues[0].metrics, "kicks", kicks), "1");
	assert_string_equal(shown(&g->devs[1].queues[0].metrics, "kicks", kicks), "5");
	/* one of them goes */
	assert_true(watch_text(&w, "DUMP format=1 time_us=3000000\nGUEST pid=42 comm=qemu\n"
				   "DEV pid=42 dev=0 kind=net if=tap0\nEND queues=0\n") >= 0);
	assert_true(!g->devs[0].gone && g->devs[1].gone);
}

/* With its guest it goes, too; what a dump that was cut off has not, may have come after */
static void who_is_missing_in_half_a_dump_is_not_gone(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *there = watch_records("SAMPLES 1\nCOUNT RX0 kicks 9\n");
	FREE char *later = watch_records("SAMPLES 1\nCOUNT RX0 kicks 20\n");
	FREE char *back = watch_records("SAMPLES 1\nCOUNT RX0 kicks 30\n");
	const struct evidence_guest *g;
	char kicks[METRIC_SHOWN];

	(void)state;
	assert_true(watch_text(&w, there) >= 0);
	assert_true(watch_text(&w, "DUMP format=1 time_us=1\nGUEST pid=42 comm=qemu\n") >= 0);
	assert_true(watch_text(&w, later) >= 0);
	g = w.evidence.guests;
	assert_int_equal(g->n_devs, 1);
	assert_string_equal(shown(&g->devs[0].queues[0].metrics, "kicks", kicks), "11");
	assert_true(watch_text(&w, "DUMP format=1 time_us=1\nEND queues=0\n") >= 0);
	assert_true(g->gone && g->devs[0].gone);
	assert_true(watch_text(&w, back) >= 0);
	g = w.evidence.guests;
	assert_int_equal(g->n_devs, 2);
	assert_true(!g->gone && g->devs[0].gone && !g->devs[1].gone);
	assert_string_equal(shown(&g->devs[1].queues[0].metrics, "kicks", kicks), "0");
}

static void what_was_unplugged_is_kept_within_bounds(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };

	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		FREE char *one = watch_records("SAMPLES 1\n");
		FREE char *name = str_printf("if=tap%u", i);
		FREE char *other = str_replace(one, "if=tap0", name);

		assert_true(watch_text(&w, other) >= 0);
	}
	assert_within(w.evidence.guests[0].n_devs, 10, 100);
	assert_string_equal(w.evidence.guests[0].devs[w.evidence.guests[0].n_devs - 1].iface,
			    "tap299");
}

/* However long it takes, and whatever names are made up */
static void memory_is_bounded(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *text = watch_records("SAMPLES 1\n");

	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		FREE char *line =
			str_printf("DROP pid=42 dev=0 reason=R%u n=%u\nSEND pid=42 dev=0 queue=TX0 "
				   "errno=E%u n=%u\nEND ",
				   i, i, i, i);
		FREE char *one = str_replace(text, "END ", line);

		assert_true(watch_text(&w, one) >= 0);
	}
	assert_int_equal(w.evidence.dumps, 300);
	assert_int_equal(w.evidence.n_guests, 1);
	assert_int_equal(evidence_queues(&w.evidence), 2);
}

/* Counts of different names are not taken for one that goes up and down */
static void many_names_are_many_counts(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *text = watch_records("SAMPLES 1\n");

	(void)state;
	for (unsigned int at = 0; at < 5; at++) {
		FREE char *one = strdup(text);

		for (unsigned int i = 0; i < 50; i++) {
			FREE char *line = str_printf("DROP pid=42 dev=0 reason=R%u n=%u\nEND ", i,
						     1000 - 7 * i);
			char *next = str_replace(one, "END ", line);

			free(one);
			one = next;
		}
		assert_true(watch_text(&w, one) >= 0);
	}
	assert_int_equal(w.evidence.dumps, 5);
	assert_true(!metrics_of(&w, "RX0")->drops_other.n);
}

/* Input that is no evidence */

static void what_was_cut_off_is_judged_as_far_as_it_came(void **state)
{
	FREE char *text = watch_records(TX_WAITS);

	(void)state;
	for (size_t cut = 0; cut < strlen(text); cut += 97) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		FREE char *part = strndup(text, cut);
		char *newline = strrchr(part, '\n');

		if (newline)
			newline[1] = '\0';
		else
			*part = '\0';
		assert_true(watch_text(&w, part) >= 0);
		assert_int_equal(verdicts_of(&w.evidence, &v), 0);
		assert_true(w.evidence.cut || !*part || strstr(part, "END "));
		for (size_t i = 0; i < v.n; i++)
			assert_string_equal(v.v[i].rule->name, "KICK-LOST");
	}
}

static void garbage_is_refused(void **state)
{
	static const char *const bad[] = {
		"hello", "COUNT pid=42 dev=0 queue=TX0 kicks=1",
		"DUMP format=1\nGUEST pid=42\nTHREADS pid=42 threads=x",
		"DUMP format=1\nGUEST pid=42\nDEV pid=42 dev=0\nTAP pid=42 dev=0 up=yes",
	};
	CLEANUP(watch_free) struct watch empty = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };

		assert_int_equal(watch_text(&w, bad[i]), -EBADMSG);
	}
	assert_int_equal(verdicts_of(&empty.evidence, &v), 0);
	assert_int_equal(v.n + v.n_queues + v.n_not_excluded + v.n_inconsistencies, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_become_metrics),
		cmocka_unit_test(guests_come_and_go),
		cmocka_unit_test(a_device_is_known_by_more_than_its_place),
		cmocka_unit_test(a_device_that_came_again_is_another),
		cmocka_unit_test(a_device_that_was_gone_begins_anew),
		cmocka_unit_test(of_twins_the_number_decides),
		cmocka_unit_test(who_is_missing_in_half_a_dump_is_not_gone),
		cmocka_unit_test(what_was_unplugged_is_kept_within_bounds),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(many_names_are_many_counts),
		cmocka_unit_test(what_was_cut_off_is_judged_as_far_as_it_came),
		cmocka_unit_test(garbage_is_refused),
	};

	return cmocka_run_group_tests_name("evidence", tests, NULL, NULL);
}
