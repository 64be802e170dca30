// SPDX-License-Identifier: GPL-2.0-or-later
#include "latency/latency.h"

#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "callgraph/callgraph.h"
#include "tree.h"

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
		{ WAKE(1, 12.345678, "vhost-9", 10), SCHED_WAKING, 1, 10, 0, false, 12345678000,
		  "vhost-9" },
		{ WAKE(0, 1.000001, "CPU 0/KVM", 10), SCHED_WAKING, 0, 10, 0, false, 1000001000,
		  "CPU 0/KVM" },
		{ WAKE(0, 1.000001, "evil pid=5", 10), SCHED_WAKING, 0, 10, 0, false, 1000001000,
		  "evil pid=5" },
		{ SWITCH(0, 5.000000, 7, "S", 10), SCHED_SWITCH, 0, 10, 7, false, 5000000000,
		  "vhost-9" },
		{ SWITCH(0, 5.000000, 7, "R+", 0), SCHED_SWITCH, 0, 0, 7, true, 5000000000,
		  "vhost-9" },
		{ "   [7] x-9  [001] d..2. 3.5: sched_waking: comm=a pid=1 prio=1 target_cpu=0",
		  SCHED_WAKING, 1, 1, 0, false, 3500000000, "a" },
		{ "CPU:1 [LOST 12 EVENTS]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ "CPU:1 [LOST EVENTS]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ "  CPU 0/KVM-10 [001] d..1. 5.0: irq_disable: caller=f parent=g", SCHED_OFF, 1,
		  10, 0, false, 5000000000, "CPU 0/KVM" },
		{ "a-b-10 [001] d..1. 5.0: preempt_enable: caller=f parent=g", SCHED_ON, 1, 10, 0,
		  false, 5000000000, "a-b" },
		{ ": irq_disable: -10 [001] ..... 5.0: irq_enable: caller=f", SCHED_ON, 1, 10, 0,
		  false, 5000000000, ": irq_disable: " },
		{ "nobody [001] d..1. 5.0: irq_disable: caller=f parent=g", SCHED_OTHER, 0, 0, 0,
		  false, UNKNOWN, NULL },
		{ "", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ "# tracer: nop", SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_wakeup: comm=a pid=1 prio=1 target_cpu=0", SCHED_WAKING, 0, 1,
		  0, false, 5000000000, "a" },
		{ HEAD(0, 5.0) "sched_wakeup_new: comm=a pid=1 prio=1 success=1 target_cpu=0",
		  SCHED_WAKING, 0, 1, 0, false, 5000000000, "a" },
		{ HEAD(0, 5.0) "sched_wakeup: comm=a pid=1 prio=1 success=0 target_cpu=0",
		  SCHED_OTHER, 0, 0, 0, false, UNKNOWN, NULL },
		/* trace-cmd's */
		{ "    <idle>-0     [001] d..2.  5.000000: sched_switch:         swapper/1:0 [120] R ==> CPU 0/KVM:10 [120]", SCHED_SWITCH, 1, 10, 0,
		  true, 5000000000, "CPU 0/KVM" },
		{ "    a:1 ==>-0   [001]  5.000000: (+3)     sched_switch:         a:1 [9] ==> :7 [120] S ==> b:2:10 [120]", SCHED_SWITCH, 1, 10, 7,
		  false, 5000000000, "b:2" },
		{ "  a-1    0d..2. 5.000000: sched_wakeup:         vhost-9:10 [120] CPU:001",
		  SCHED_WAKING, -1, 10, 0, false, 5000000000, "vhost-9" },
		{ "  a-1   [001] 5.000000: sched_wakeup:         vhost-9:10 [120] success=1 CPU:001", SCHED_WAKING, 1, 10, 0, false, 5000000000,
		  "vhost-9" },
		{ "  a-1   [001] 5.000000: sched_waking:         comm=vhost-9 pid=10 prio=120 target_cpu=001\r", SCHED_WAKING, 1, 10, 0, false,
		  5000000000, "vhost-9" },
		/* perf script's */
		{ "swapper     0 [001]     5.000000:       sched:sched_waking: comm=vhost-9 pid=10 prio=120 target_cpu=001", SCHED_WAKING, 1, 10, 0,
		  false, 5000000000, "vhost-9" },
		{ " sched_switch: -5 [001] d..2. 5.0: sched_waking: comm=a pid=1 prio=1 target_cpu=0", SCHED_WAKING, 1, 1, 0, false, 5000000000, "a" },
		{ "> [  100.000000]   a-1   [001] 5.000000: sched_waking: comm=a pid=1 prio=1",
		  SCHED_WAKING, 1, 1, 0, false, 5000000000, "a" },
		{ "CPU:1 [12 EVENTS DROPPED]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ "host.dat: CPU:1 [EVENTS DROPPED]", SCHED_LOST, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_waking: comm=a pid= prio=1", SCHED_BROKEN, 0, 0, 0, false,
		  UNKNOWN, NULL },
		{ ": sched_waking: comm=a pid=1 prio=1", SCHED_BROKEN, 0, 0, 0, false, UNKNOWN,
		  NULL },
		{ "[0] .5: sched_waking: comm=a pid=1 prio=1", SCHED_BROKEN, 0, 0, 0, false,
		  UNKNOWN, NULL },
		{ "[0] 1667470793999: sched_waking: comm=a pid=1 prio=1", SCHED_BROKEN, 0, 0, 0,
		  false, UNKNOWN, NULL },
		{ "[0] 5.1: sched_waking: comm=a pid=99999999999 prio=1", SCHED_BROKEN, 0, 0, 0,
		  false, UNKNOWN, NULL },
		{ WAKE(0, 999999999.5, "a", 1), SCHED_WAKING, 0, 1, 0, false, 999999999500000000,
		  "a" },
		{ WAKE(0, 1000000000.5, "a", 1), SCHED_BROKEN, 0, 0, 0, false, UNKNOWN, NULL },
		{ HEAD(0, 5.0) "sched_switch: prev_comm=a prev_pid=1 prev_state=S next_pid=3",
		  SCHED_BROKEN, 0, 0, 0, false, UNKNOWN, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct sched_event e;

		sched_parse(rows[i].line, strlen(rows[i].line), &e);
		if ((int)e.kind != rows[i].kind)
			fail_msg("kind %d of %s", e.kind, rows[i].line);
		if (e.kind == SCHED_OTHER || e.kind == SCHED_LOST || e.kind == SCHED_BROKEN)
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

static void add(struct latency *l, const char *const *lines)
{
	for (; *lines; lines++)
		assert_int_equal(latency_line(l, *lines, strlen(*lines)), 0);
}

static void waits_are_told_apart(void **state)
{
	static const char *const lines[] = {
		WAKE(0, 1.000100, "vhost-9", 10), SWITCH(0, 1.000103, 0, "R", 10),	/* 3 us */
		SWITCH(0, 1.000200, 10, "S", 0),
		/* woken already */
		WAKE(0, 1.000300, "vhost-9", 10), WAKE(1, 1.000305, "vhost-9", 10),
		SWITCH(0, 1.000400, 0, "R", 10),					/* 100 us */
		/* sent away */
		SWITCH(0, 1.000500, 10, "R", 7),
		/* it runs, as far as that goes */
		WAKE(1, 1.000510, "vhost-9", 10),
		SWITCH(0, 1.000550, 7, "S", 10),					/* 50 us */
		/* nobody's */
		WAKE(0, 1.000600, "other", 99), SWITCH(1, 1.000700, 0, "R", 99),
		SWITCH(0, 1.000800, 10, "S", 0),
		WAKE(0, 1.000900, "vhost-9", 10), "CPU:0 [LOST 5 EVENTS]", SWITCH(0, 1.100000, 0,
		"R", 10),
		"# a comment", NULL,
	};
	struct latency l;
	const struct latency_times *t;
	const struct latency_worst *w = &l.worst[LATENCY_WAKE];

	(void)state;
	latency_init(&l);
	assert_int_equal(latency_watch(&l, 10), 0);
	assert_int_equal(latency_watch(&l, 11), 0);
	assert_int_equal(latency_watch(&l, 10), 0);
	add(&l, lines);
	assert_int_equal(l.n, 2);
	t = &l.v[0].times[LATENCY_WAKE];
	assert_string_equal(l.v[0].name, "vhost-9");
	assert_int_equal(t->n, 2);
	assert_int_equal(t->min, 3000);
	assert_int_equal(t->max, 100000);
	assert_int_equal(t->sum, 103000);
	assert_int_equal(t->powers[2], 1);	/* 2 to 4 us */
	assert_int_equal(t->powers[7], 1);	/* 64 to 128 us */
	assert_int_equal(l.v[0].waits, 1);
	assert_int_equal(l.v[0].wait_sum, 50000);
	assert_int_equal(l.lost, 5);
	assert_int_equal(l.other, 1);
	assert_within(latency_percentile(&l, t, 0.999), 98400, 100000);	/* HISTOGRAM_ERROR */
	assert_int_equal(latency_percentile(&l, &l.v[1].times[LATENCY_WAKE], 0.5), UNKNOWN);
	/* the longest, from its waking on */
	assert_int_equal(w->thread, 0);
	assert_int_equal(w->ns, 100000);
	assert_int_equal(w->trace.n, 3);
	assert_string_equal(w->trace.v[0], lines[3]);
	assert_string_equal(w->trace.v[2], lines[5]);
	assert_int_equal(l.worst[LATENCY_IRQS].time, UNKNOWN);
	latency_free(&l);
}

#define OWN(cpu, time) "         vhost-9-10      [00" #cpu "] d..1. " #time ": "
#define IRQ(cpu, time, what) OWN(cpu, time) "irq_" #what ": caller=f+0x1/0x2 parent=g+0x1/0x2"
#define PREEMPT(cpu, time, what) OWN(cpu, time) "preempt_" #what ": caller=f+0x1/0x2 parent=g+0x1/0x2"

static void what_is_off_is_told(void **state)
{
	static const char *const lines[] = {
		IRQ(0, 1.000000, disable), IRQ(0, 1.000005, enable),			/* 5 us */
		/* of what had begun before */
		IRQ(0, 1.000010, enable),
		/* the end of the first is missing: 1 us */
		IRQ(0, 1.000020, disable), IRQ(0, 1.000030, disable), IRQ(0, 1.000031, enable),
		PREEMPT(0, 1.000040, disable), IRQ(0, 1.000041, disable),
		/* 10 us, and 9; the next goes on with both off */
		SWITCH(0, 1.000050, 10, "S", 11),
		"vhost-9-11 [000] d..1. 1.000053: irq_enable: caller=f parent=g",	/* 3 us */
		"vhost-9-11 [000] ...1. 1.000090: preempt_enable: caller=f parent=g",	/* 40 us */
		"other-12 [000] d..1. 1.000091: irq_disable: caller=f parent=g",
		/* nobody's */
		"other-12 [000] d..1. 1.500091: irq_enable: caller=f parent=g",
		IRQ(0, 2.000000, disable), "CPU:0 [LOST 5 EVENTS]", IRQ(0, 2.500000, enable), NULL,
	};
	struct latency l;

	(void)state;
	latency_init(&l);
	for (int pid = 10; pid <= 11; pid++)
		assert_int_equal(latency_watch(&l, pid), 0);
	l.recorded[LATENCY_IRQS] = l.recorded[LATENCY_PREEMPT] = true;
	add(&l, lines);
	assert_string_equal(l.v[0].name, "vhost-9");
	assert_int_equal(l.v[0].times[LATENCY_IRQS].n, 3);
	assert_int_equal(l.v[0].times[LATENCY_IRQS].sum, 15000);
	assert_int_equal(l.v[0].times[LATENCY_PREEMPT].n, 1);
	assert_int_equal(l.v[0].times[LATENCY_PREEMPT].max, 10000);
	assert_int_equal(l.v[1].times[LATENCY_IRQS].max, 3000);
	assert_int_equal(l.v[1].times[LATENCY_PREEMPT].max, 40000);
	assert_int_equal(l.v[0].times[LATENCY_WAKE].n, 0);
	/* the longest: what began it, the scheduler's between, what ended it */
	assert_int_equal(l.worst[LATENCY_IRQS].ns, 9000);
	assert_int_equal(l.worst[LATENCY_IRQS].trace.n, 2);
	assert_string_equal(l.worst[LATENCY_IRQS].trace.v[0], lines[7]);
	assert_string_equal(l.worst[LATENCY_IRQS].trace.v[1], lines[8]);
	assert_int_equal(l.worst[LATENCY_PREEMPT].thread, 1);
	assert_int_equal(l.worst[LATENCY_PREEMPT].trace.n, 2);
	assert_string_equal(l.worst[LATENCY_PREEMPT].trace.v[0], lines[8]);
	assert_string_equal(l.worst[LATENCY_PREEMPT].trace.v[1], lines[10]);
	latency_free(&l);
}

/* Where the kernel doesn't tell, a thread that runs has nothing off */
static void what_is_not_told_is_not_made_up(void **state)
{
	static const char *const lines[] = { SWITCH(0, 1.000000, 0, "R", 10),
					     SWITCH(0, 2.000000, 10, "S", 0), NULL };
	struct latency l;

	(void)state;
	latency_init(&l);
	assert_int_equal(latency_watch(&l, 10), 0);
	add(&l, lines);
	assert_int_equal(l.v[0].times[LATENCY_IRQS].n, 0);
	assert_int_equal(l.v[0].times[LATENCY_PREEMPT].n, 0);
	latency_free(&l);
}

/* Threads of a file are watched from where they are seen, by what they are called */
static void who_is_wanted_is_watched(void **state)
{
	static const char *const lines[] = {
		/* 3 us */
		WAKE(0, 1.000100, "vhost-9", 10), SWITCH(0, 1.000103, 0, "R", 10),
		WAKE(0, 1.000200, "CPU 0/KVM", 12), WAKE(0, 1.000200, "other", 99),
		/* woken already */
		HEAD(1, 1.000201) "sched_wakeup: comm=CPU 0/KVM pid=12 prio=120 target_cpu=001",
		/* 100 us */
		HEAD(1, 1.000300) "sched_switch: swapper/1:0 [120] R ==> CPU 0/KVM:12 [120]",
		HEAD(1, 1.000400) "sched_switch: x:13 [120] R ==> other:99 [120]",
		/* 50 us of a wait */
		HEAD(1, 1.000450) "sched_switch: other:99 [120] S ==> x:13 [120]",
		HEAD(1, 1.000460) "sched_switch: cut off", NULL,
	};
	STRV_CLEAN struct strv wanted = { 0 };
	struct latency l;

	(void)state;
	latency_init(&l);
	for (size_t i = 0; i < 3; i++)
		strv_add(&wanted, ((const char *const []){ "vhost-*", "CPU */KVM", "13" })[i]);
	l.wanted = &wanted;
	add(&l, lines);
	assert_int_equal(l.n, 3);
	assert_int_equal(l.v[0].times[LATENCY_WAKE].sum, 3000);
	assert_string_equal(l.v[1].name, "CPU 0/KVM");
	assert_int_equal(l.v[1].times[LATENCY_WAKE].n, 1);
	assert_int_equal(l.v[1].times[LATENCY_WAKE].sum, 100000);
	assert_int_equal(l.v[2].waits, 1);
	assert_int_equal(l.v[2].wait_sum, 50000);
	assert_int_equal(l.wakings, 3);
	assert_int_equal(l.wakeups, 1);
	assert_int_equal(l.switches, 4);
	assert_int_equal(l.broken, 1);
	assert_int_equal(l.broken_at, 9);
	assert_int_equal(l.last - l.first, 350000);
	assert_false(l.recorded[LATENCY_IRQS]);
	assert_int_equal(
		latency_line(&l, IRQ(0, 2.000000, disable), strlen(IRQ(0, 2.000000, disable))), 0);
	assert_true(l.recorded[LATENCY_IRQS]);
	latency_free(&l);
}

/* As many as there are, and each is found */
static void many_threads(void **state)
{
	STRV_CLEAN struct strv wanted = { 0 };
	struct latency l;

	(void)state;
	latency_init(&l);
	strv_add(&wanted, "a*");
	l.wanted = &wanted;
	for (int pass = 0; pass < 2; pass++) {
		for (int pid = 1; pid <= LATENCY_THREADS + 10; pid++) {
			FREE char *line =
				str_printf(" x-1 [000] %d.0: sched_wak%s: comm=a%d pid=%d prio=1",
					   1 + pass, pass ? "eup" : "ing", pid, pid);

			assert_int_equal(latency_line(&l, line, strlen(line)), 0);
		}
	}
	assert_int_equal(l.n, LATENCY_THREADS);
	assert_int_equal(l.left_out, 20);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].since[LATENCY_WAKE], 1000000000);
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
		cmocka_unit_test(what_is_off_is_told),
		cmocka_unit_test(what_is_not_told_is_not_made_up),
		cmocka_unit_test(who_is_wanted_is_watched),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(powers_follow_each_other),
	};

	return cmocka_run_group_tests_name("latency", tests, NULL, NULL);
}
