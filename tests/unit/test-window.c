// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Windows of a watch. Each case of test-diagnose.c is a test of them, too: its windows are what their
 * dumps alone are.
 */
#include "base/str.h"

#include <errno.h>
#include <malloc.h>

#include "diagnose/diagnose.h"
#include "watch.h"

#define LATER "DUMP seq 7+1\n"	/* not from the first dump of the script on */

static const struct queue_metrics *metrics_of(const struct evidence *e, const char *queue)
{
	for (size_t i = 0; i < e->guests[0].devs[0].n_queues; i++)
		if (!strcmp(e->guests[0].devs[0].queues[i].name, queue))
			return &e->guests[0].devs[0].queues[i].metrics;
	fail();
	return NULL;
}

static void each_window_is_of_its_dumps(void **state)
{
	static const char *const changes[] = {
		"", "SAMPLES 1\n", "SAMPLES 2\n", RX_MOVES TX_MOVES TAP_DROPS,
		/* indices that go round once and to the same place between two samples */
		RX_MOVES "VQ RX0 last_used_idx +65536\nCOUNT RX0 completions +65536\n",
		TX_MOVES "VQ TX0 last_used_idx +70000\nCOUNT TX0 completions +70000\n",
		/* what began before the window */
		TX_WAITS, RX_STANDS_EMPTY TAP_DROPS, TX_ALL_DONE,
		"RING TX0 used_event 100\nVQ TX0 last_used_idx 90,120,200\n",
		/* counts that are set back, that are missing, that come later */
		"COUNT TX0 kicks 9,12,15,2,3\nTAP tx_dropped 3,3,4,4,9,9\n",
		"COUNT TX0 completions ?,5,?,9,12\nTAP tx_dropped ?,?,7,?,9\n",
		"MORE DROP pid=42 dev=0 reason=NOMEM n=+2\nMORE MISSED events=+3\n",
		/* a clock that is set back, and one that is unknown */
		"DUMP time_us 1795245041000000,1795245042000000,1795245040000000,1795245043000000,1795245044000000\n",
		"DUMP time_us ?,1795245042000000,?,?,1795245043000000,1795245044000000,?\n",
		"EVERY 100\n" RX_MOVES, "EVERY 3000\n" RX_MOVES,
		"COUNT RX0 delay_max_ns 9,9,9,9,9,9,400000000\nCOUNT RX0 taken_max +3\n" RX_MOVES,
		"MORE CGROUP pid=42 kind=vcpu tid=43 path=/v limit=/v quota_us=9 period_us=99 throttled=+9 throttled_us=+600000\n",
		"PAIRS 3\n" RX_MOVES TAP_DROPS,
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		FREE char *later = str_printf("%s" LATER, changes[i]);
		FREE char *text = watch_records(changes[i]);
		FREE char *later_text = watch_records(later);

		windows_are_of_their_dumps(text);
		windows_are_of_their_dumps(later_text);
	}
}

/* A queue that recovered has a problem in the watch, and none in its last seconds */
static void a_window_has_only_its_own(void **state)
{
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 3000 } };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(evidence_free) struct evidence e = { 0 };

	(void)state;
	watch_made(&w, "RING TX0 avail_idx 250,250,250,250,250,65530\n");
	assert_int_equal(verdicts_of(&w.evidence, &v), 0);
	assert_int_equal(v.n, 1);
	assert_int_equal(window_evidence(&w.window, 3000, &e), 0);
	assert_int_equal(verdicts_of(&e, &v), 0);
	assert_int_equal(v.n, 0);
	assert_int_equal(e.watched_ms.n, 3000);
	assert_int_equal(e.dumps, 4);
	assert_int_equal(window_evidence(&w.window, 2999, &e), 0);
	assert_int_equal(e.dumps, 3);
	/* the last interval */
	assert_int_equal(window_evidence(&w.window, 0, &e), 0);
	assert_int_equal(e.watched_ms.n, 1000);
	assert_int_equal(e.dumps, 2);
	assert_int_equal(window_evidence(&w.window, 3001, &e), -ERANGE);
}

/* Without being asked for longer ones, each watch has its last interval */
static void the_last_interval_is_always_there(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(evidence_free) struct evidence e = { 0 };

	(void)state;
	watch_made(&w, "");
	assert_int_equal(w.window.n, 2);
	assert_int_equal(window_evidence(&w.window, 0, &e), 0);
	assert_int_equal(e.dumps, 2);
}

/* What the script counts since its start is not a window's: only what it grew by */
static void a_past_is_left_out(void **state)
{
	static const char changes[] =
		"MORE MISSED events=40\nCOUNT RX0 taken_max 60\nCOUNT RX0 works 5\nCOUNT RX0 delay_ns 900000000\n"
		"COUNT RX0 delay_max_ns 500000000\nCOUNT TX0 delay_max_ns 1,1,1,1,1,1,1,1,1,1,300000000\n"
		"MORE CGROUP pid=42 kind=vcpu tid=43 path=/v limit=/v quota_us=9 period_us=99 throttled=+9 throttled_us=+600000\n"
		"COUNT TX0 works +1\nCOUNT TX0 delay_ns +1000\n";
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 2000 } };
	CLEANUP(evidence_free) struct evidence e = { 0 };
	FREE char *from_one = str_printf("%sDUMP seq 1+1\n", changes);

	(void)state;
	/* the watch begins with the script's first dump that is printed */
	watch_made(&w, from_one);
	assert_false(w.evidence.counts_are_older);
	assert_int_equal(w.evidence.missed.n, 40);
	assert_int_equal(metrics_of(&w.evidence, "RX0")->delay_max_us.n, 500000);
	assert_int_equal(metrics_of(&w.evidence, "RX0")->taken_max.n, 60);
	assert_int_equal(metrics_of(&w.evidence, "RX0")->guest_throttled.n, 90);
	assert_int_equal(window_evidence(&w.window, 2000, &e), 0);
	assert_true(e.counts_are_older);
	assert_true(value_is(e.missed, 0));
	assert_true(value_is(metrics_of(&e, "RX0")->missed, 0));
	/* no work began in it: nothing was late */
	assert_true(value_is(metrics_of(&e, "RX0")->delay_max_us, 0));
	assert_false(value_known(metrics_of(&e, "RX0")->taken_max));
	/* it grew, so that is the window's */
	assert_int_equal(metrics_of(&e, "TX0")->delay_max_us.n, 300000);
	assert_int_equal(metrics_of(&e, "RX0")->guest_throttled.n, 18);
	assert_int_equal(metrics_of(&e, "RX0")->guest_throttled_ms.n, 1200);
	assert_int_equal(metrics_of(&e, "RX0")->guest_throttled_pct.n, 60);
}

/* A delay of before may be the longest of the window, too: then it's unknown, and no proof */
static void an_old_maximum_proves_nothing(void **state)
{
	static const struct {
		const char *changes;
		struct value want;
	} rows[] = {
		{ "COUNT RX0 works +1\nCOUNT RX0 delay_ns +300000000\nCOUNT RX0 delay_max_ns 500000000\n", { 0 } },
		/* all together, or the old one, are no delay */
		{ "COUNT RX0 works +1\nCOUNT RX0 delay_ns +30000\nCOUNT RX0 delay_max_ns 500000000\n",
		  { VALUE_KNOWN, 60 } },
		{ "COUNT RX0 works +1\nCOUNT RX0 delay_ns +300000000\nCOUNT RX0 delay_max_ns 90000\n",
		  { VALUE_KNOWN, 90 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 2000 } };
		CLEANUP(evidence_free) struct evidence e = { 0 };
		FREE char *changes = str_printf("%s" LATER, rows[i].changes);

		watch_made(&w, changes);
		assert_int_equal(window_evidence(&w.window, 2000, &e), 0);
		assert_int_equal(metrics_of(&e, "RX0")->delay_max_us.state, rows[i].want.state);
		assert_int_equal(metrics_of(&e, "RX0")->delay_max_us.n, rows[i].want.n);
	}
}

/* However long the watch, and however fast its samples come */
static void what_is_kept_is_bounded(void **state)
{
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 10000 } };
	CLEANUP(evidence_free) struct evidence e = { 0 };
	size_t most = 0;

	(void)state;
	for (unsigned int i = 0; i < 5000; i++) {
		struct dump d = { .time_us = value_of(1000000 + i * 200000ULL), .whole = true };

		assert_int_equal(window_take(&w.window, &d), 0);
		assert_null(d.guests);
		most = w.window.n > most ? w.window.n : most;
	}
	assert_int_equal(most, 51);
	assert_true(w.window.size < 4 * 51);
	assert_false(window_is_cut(&w.window, 10000));
	/* a clock that does not go on */
	for (unsigned int i = 0; i < 5000; i++) {
		struct dump d = { .time_us = value_of(1000), .whole = true };

		assert_int_equal(window_take(&w.window, &d), 0);
		assert_true(w.window.n <= WINDOW_DUMPS_MAX);
	}
	assert_true(window_is_cut(&w.window, 10000));
	assert_true(w.window.size <= 4 * WINDOW_DUMPS_MAX);
	assert_int_equal(window_evidence(&w.window, 10000, &e), 0);
	assert_int_equal(e.dumps, WINDOW_DUMPS_MAX);
	/* once that is over, the window is whole again */
	for (unsigned int i = 0; i < 60; i++) {
		struct dump d = { .time_us = value_of(2000000000 + i * 200000ULL), .whole = true };

		assert_int_equal(window_take(&w.window, &d), 0);
	}
	assert_false(window_is_cut(&w.window, 10000));
	assert_int_equal(w.window.n, 51);
}

/* Long lists of a ring are not kept, and by its bytes a window is bounded too */
static void a_long_dump_is_no_long_window(void **state)
{
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 3600000 } };

	(void)state;
	watch_made(&w, "MORE AVAIL pid=42 dev=0 queue=TX0 pos=1 slot=1 head=1\n"
		       "MORE CHAIN pid=42 dev=0 queue=TX0 pos=3 head=3 end=ok\n"
		       "MORE CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=3 end=loop\n");

	const struct dump_vq *q = &w.window.dumps[w.window.from].dump.guests[0].devs[0].vqs[1];

	assert_int_equal(q->n_avails, 0);
	assert_int_equal(q->n_chains, 1);
	assert_string_equal(q->chains[0].end, "loop");
	assert_true(malloc_usable_size(q->chains) < 2 * sizeof(*q->chains));
	assert_null(q[-1].chains);
	for (unsigned int i = 0; i < 40; i++) {
		struct dump d = { .time_us = value_of(1795245099000000), .n_guests = 1 };

		d.guests = calloc(1, sizeof(*d.guests));
		d.guests->n_cgroups = 20000;
		d.guests->cgroups = calloc(d.guests->n_cgroups, sizeof(*d.guests->cgroups));
		assert_non_null(d.guests->cgroups);
		assert_int_equal(window_take(&w.window, &d), 0);
		assert_true(w.window.bytes <= WINDOW_BYTES_MAX + (32UL << 20) || w.window.n == 2);
	}
	assert_true(window_is_cut(&w.window, 3600000));
}

/* @text with CGROUP records in every fifth dump alone, as the program has them once a second */
static char *thinned(const char *text, unsigned int from)
{
	char *out = calloc(1, strlen(text) + 1), *to = out;
	unsigned int dumps = 0;

	assert_non_null(out);
	while (*text) {
		size_t len = strcspn(text, "\n") + 1;

		dumps += !strncmp(text, "DUMP ", 5);
		if (strncmp(text, "CGROUP ", 7) != 0 || dumps % 5 == from) {
			memcpy(to, text, len);
			to += len;
		}
		text += len;
	}
	return out;
}

#define THROTTLED								\
	"EVERY 200\nSAMPLES 51\nDUMP seq 1+1\nMORE CGROUP pid=42 kind=vcpu tid=43 path=/v limit=/v "	\
	"quota_us=1000 period_us=100000 throttled=+2 throttled_us=+200000 frozen=0\n"

/*
 * A group's records come once a second. With one of them its part of the window is unknown, and
 * with more it is a share of the time between them
 */
static void groups_come_once_a_second(void **state)
{
	static const struct {
		unsigned long long ms;
		bool known;
	} windows[] = { { 1000, false }, { 2000, true }, { 5000, true }, { 10000, true } };

	(void)state;
	for (unsigned int from = 0; from < 5; from++) {
		CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 10000 } };
		CLEANUP(evidence_free) struct evidence e = { 0 };
		FREE char *all = watch_records(THROTTLED);
		FREE char *text = thinned(all, from);

		windows_are_of_their_dumps(text);
		watch_text(&w, text);
		for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
			const struct queue_metrics *m;

			assert_int_equal(window_evidence(&w.window, windows[i].ms, &e), 0);
			m = metrics_of(&e, "RX0");
			/* (a window of 1 s has the newest dump and the one a second before) */
			if (windows[i].known || value_known(m->guest_throttled_pct))
				assert_int_equal(m->guest_throttled_pct.n, 100);
			assert_false(value_is(m->guest_throttled, 0));
		}
	}
}

/* A frozen group is frozen between its records, too */
static void a_frozen_group_stays_frozen(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *all = watch_records("EVERY 200\nSAMPLES 51\nMORE CGROUP pid=42 kind=vcpu tid=43 "
				       "path=/v limit=/v frozen=1\n");
	FREE char *text = thinned(all, 1);

	(void)state;
	watch_text(&w, text);
	assert_int_equal(metrics_of(&w.evidence, "RX0")->guest_frozen_pct.n, 100);
	assert_int_equal(metrics_of(&w.evidence, "RX0")->guest_frozen_now_ms.n, 10000);
}

/* What needs a second to be seen can't be excluded by less */
static void a_short_window_excludes_little(void **state)
{
	static const char changes[] = "EVERY 200\nSAMPLES 51\n" TX_WAITS;
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 3000 } };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(evidence_free) struct evidence e = { 0 };
	unsigned int kick_lost = 0;

	(void)state;
	watch_made(&w, changes);
	assert_int_equal(window_evidence(&w.window, 400, &e), 0);
	assert_int_equal(verdicts_of(&e, &v), 0);
	for (size_t i = 0; i < v.n_not_excluded; i++)
		kick_lost += !strcmp(v.not_excluded[i].rule->name, "KICK-LOST");
	assert_int_equal(v.n, 0);
	assert_true(kick_lost > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_window_is_of_its_dumps),
		cmocka_unit_test(a_window_has_only_its_own),
		cmocka_unit_test(the_last_interval_is_always_there),
		cmocka_unit_test(a_past_is_left_out),
		cmocka_unit_test(an_old_maximum_proves_nothing),
		cmocka_unit_test(what_is_kept_is_bounded),
		cmocka_unit_test(a_long_dump_is_no_long_window),
		cmocka_unit_test(groups_come_once_a_second),
		cmocka_unit_test(a_frozen_group_stays_frozen),
		cmocka_unit_test(a_short_window_excludes_little),
	};

	return cmocka_run_group_tests_name("window", tests, NULL, NULL);
}
