// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <stdio.h>

#include "graph/latency.h"

#define HEAD(cpu, time) "          <idle>-0       [00" #cpu "] d..2. " #time ": "
#define WAKE(cpu, time, comm, pid) HEAD(cpu, time) "sched_waking: comm=" comm " pid=" #pid " prio=120 target_cpu=001"
#define SWITCH(cpu, time, prev, state, next) HEAD(cpu, time) "sched_switch: prev_comm=a prev_pid=" #prev \
	" prev_prio=120 prev_state=" state " ==> next_comm=vhost-9 next_pid=" #next " next_prio=120"

static void lines_are_read(void **state)
{
	static const struct {
		const char *line;
		int kind, cpu, pid, prev;
		bool runs;
		int64_t time;
		const char *comm;
	} rows[] = {
		{ WAKE(1, 12.345678, "vhost-9", 10), SCHED_WAKING, 1, 10, 0, false, 12345678000, "vhost-9" },
		{ WAKE(0, 1.000001, "CPU 0/KVM", 10), SCHED_WAKING, 0, 10, 0, false, 1000001000, "CPU 0/KVM" },
		{ WAKE(0, 1.000001, "evil pid=5", 10), SCHED_WAKING, 0, 10, 0, false, 1000001000, "evil pid=5" },
		{ SWITCH(0, 5.000000, 7, "S", 10), SCHED_SWITCH, 0, 10, 7, false, 5000000000, "vhost-9" },
		{ SWITCH(0, 5.000000, 7, "R+", 0), SCHED_SWITCH, 0, 0, 7, true, 5000000000, "vhost-9" },
		{ "   [7] x-9  [001] d..2. 3.5: sched_waking: comm=a pid=1 prio=1 target_cpu=0", SCHED_WAKING, 1, 1, 0, false, 3500000000, "a" },
		{ "CPU:1 [LOST 12 EVENTS]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ "CPU:1 [LOST EVENTS]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ "", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ "# tracer: nop", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_wakeup: comm=a pid=1 prio=1 target_cpu=0", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_waking: comm=a pid= prio=1", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ ": sched_waking: comm=a pid=1 prio=1", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ "[0] .5: sched_waking: comm=a pid=1 prio=1", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ "[0] 5.1: sched_waking: comm=a pid=99999999999 prio=1", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ WAKE(0, 999999999.5, "a", 1), SCHED_WAKING, 0, 1, 0, false, 999999999500000000, "a" },
		{ WAKE(0, 1000000000.5, "a", 1), SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_switch: prev_comm=a prev_pid=1 prev_state=S next_pid=3", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sched_event e;

		sched_parse(rows[i].line, strlen(rows[i].line), &e);
		if ((int)e.kind != rows[i].kind)
			fail_msg("kind %d of %s", e.kind, rows[i].line);
		if (e.kind == SCHED_OTHER || e.kind == SCHED_LOST)
			continue;
		assert_int_equal(e.cpu, rows[i].cpu);
		assert_int_equal(e.pid, rows[i].pid);
		assert_int_equal(e.prev, rows[i].prev);
		assert_int_equal(e.prev_runs, rows[i].runs);
		assert_int_equal(e.time, rows[i].time);
		assert_int_equal(e.comm_len, strlen(rows[i].comm));
		assert_memory_equal(e.comm, rows[i].comm, e.comm_len);
	}
}

static void feed(struct latency *l, const char *const *lines)
{
	for (; *lines; lines++)
		assert_int_equal(latency_line(l, *lines, strlen(*lines)), 0);
}

static void waits_are_told_apart(void **state)
{
	static const char *const lines[] = {
		WAKE(0, 1.000100, "vhost-9", 10), SWITCH(0, 1.000103, 0, "R", 10),	/* 3 us */
		SWITCH(0, 1.000200, 10, "S", 0),
		WAKE(0, 1.000300, "vhost-9", 10), WAKE(1, 1.000305, "vhost-9", 10),	/* woken already */
		SWITCH(0, 1.000400, 0, "R", 10),					/* 100 us */
		SWITCH(0, 1.000500, 10, "R", 7),					/* sent away */
		WAKE(1, 1.000510, "vhost-9", 10),					/* it runs, as far as that goes */
		SWITCH(0, 1.000550, 7, "S", 10),					/* 50 us */
		WAKE(0, 1.000600, "other", 99), SWITCH(1, 1.000700, 0, "R", 99),	/* nobody's */
		SWITCH(0, 1.000800, 10, "S", 0),
		WAKE(0, 1.000900, "vhost-9", 10), "CPU:0 [LOST 5 EVENTS]", SWITCH(0, 1.100000, 0, "R", 10),
		"# a comment", NULL,
	};
	struct latency l;
	const struct latency_thread *t;

	(void)state;
	latency_init(&l);
	assert_int_equal(latency_watch(&l, 10), 0);
	assert_int_equal(latency_watch(&l, 11), 0);
	assert_int_equal(latency_watch(&l, 10), 0);
	feed(&l, lines);
	assert_int_equal(l.n, 2);
	t = &l.v[0];
	assert_string_equal(t->name, "vhost-9");
	assert_int_equal(t->n, 2);
	assert_int_equal(t->min, 3000);
	assert_int_equal(t->max, 100000);
	assert_int_equal(t->sum, 103000);
	assert_int_equal(t->powers[2], 1);	/* 2 to 4 us */
	assert_int_equal(t->powers[7], 1);	/* 64 to 128 us */
	assert_int_equal(t->waits, 1);
	assert_int_equal(t->wait_sum, 50000);
	assert_int_equal(l.lost, 5);
	assert_int_equal(l.other, 1);
	assert_in_range(latency_percentile(&l, t, 0.999), 98400, 100000);	/* HISTOGRAM_ERROR */
	assert_int_equal(latency_percentile(&l, &l.v[1], 0.5), UNKNOWN);
	/* the longest, from its waking on */
	assert_int_equal(l.worst, 0);
	assert_int_equal(l.worst_ns, 100000);
	assert_int_equal(l.trace.n, 3);
	assert_string_equal(l.trace.v[0], lines[3]);
	assert_string_equal(l.trace.v[2], lines[5]);
	latency_free(&l);
}

static void powers_follow_each_other(void **state)
{
	uint64_t end = 0;

	(void)state;
	for (size_t i = 0; i < LATENCY_POWERS; i++) {
		uint64_t from, before;

		latency_power(i, &from, &before);
		assert_int_equal(from, end);
		end = before;
	}
	assert_int_equal(end, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_read),
		cmocka_unit_test(waits_are_told_apart),
		cmocka_unit_test(powers_follow_each_other),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
