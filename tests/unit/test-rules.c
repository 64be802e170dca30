// SPDX-License-Identifier: GPL-2.0-or-later
#include "diagnose/diagnose.h"

#include "watch.h"

static void templates_are_filled_in(void **state)
{
	static const struct {
		const char *text, *want;
		bool command;
	} rows[] = {
		{ "plain", "plain", false },
		{ "", "", false },
		{ "{guest} {pid} {if} {queue} {thread}", "web-1 (process 42) 42 tap 0 TX0 50",
		  false },
		{ "ip link show {if}", "ip link show 'tap 0'", true },
		{ "{kicks} {kicks|kick|kicks} {signals|signal|signals}", "1 1 kick 0 signals",
		  false },
		{ "{drops|packet was|packets were} lost", "7,000 packets were lost", false },
		{ "{worker_run_pct}, {watched_ms}, {no_such} {x|y|z} {open", "0 %, 10.0 s, ? ? ",
		  false },
	};
	CLEANUP(watch_free) struct watch w = { 0 };

	(void)state;
	watch_made(&w, TAP_DROPS "COUNT TX0 kicks 0,1\n");
	snprintf(w.evidence.guests[0].name, sizeof(w.evidence.guests[0].name), "web-1");
	snprintf(w.evidence.guests[0].devs[0].iface, sizeof(w.evidence.guests[0].devs[0].iface),
		 "tap 0");

	struct subject at = {
		&w.evidence, &w.evidence.guests[0], &w.evidence.guests[0].devs[0],
		&w.evidence.guests[0].devs[0].queues[1],
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *is = template_fill(rows[i].text, &at, rows[i].command);

		assert_string_equal(is, rows[i].want);
	}
}

static void blanks_are_metrics(const char *text, const struct subject *at)
{
	FREE char *whole = template_fill(text, at, true);

	assert_non_null(whole);
	assert_null(strchr(whole, '{'));
	for (const char *c = text; (c = strchr(c, '{')); c++) {
		static const char *const names[] = { "guest}", "pid}",	 "name}",
						     "if}",    "queue}", "thread}" };
		size_t len = strcspn(++c, "|}");
		bool name = metric_find(c, len);

		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			name |= !strncmp(c, names[i], strlen(names[i]));
		if (!name)
			print_message("{%.*s\n", (int)len, c);
		assert_true(name);
	}
}

/* A table that is read needs words, and names that exist */
static void rules_are_whole(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };

	(void)state;
	watch_made(&w, "");

	struct subject at = {
		&w.evidence, &w.evidence.guests[0], &w.evidence.guests[0].devs[0],
		&w.evidence.guests[0].devs[0].queues[0],
	};

	for (size_t i = 0; i < verdict_rules_count(); i++) {
		const struct verdict_rule *r = verdict_rule(i);

		assert_true(r->direction & ANY);
		blanks_are_metrics(r->template, &at);
		blanks_are_metrics(r->hint, &at);
		/* whose it is has to be said */
		assert_non_null(strstr(r->template, "{guest}"));
		assert_non_null(strstr(r->template, "{if}"));
		assert_non_null(strstr(r->template, "{queue}"));
		assert_true(strlen(r->hint) > 40);
		assert_non_null(r->shows[0]);
		for (size_t n = 0; n < ARRAY_SIZE(r->shows) && r->shows[n]; n++)
			assert_non_null(metric_find(r->shows[n], strlen(r->shows[n])));
		for (size_t n = 0; n < ARRAY_SIZE(r->needs) && r->needs[n]; n++)
			assert_non_null(metric_find(r->needs[n], strlen(r->needs[n])));
		for (size_t n = 0; n < ARRAY_SIZE(r->explains) && r->explains[n]; n++) {
			bool known = false;

			for (size_t k = 0; k < verdict_rules_count(); k++)
				known |= !strcmp(verdict_rule(k)->name, r->explains[n]);
			assert_true(known);
		}
	}
	for (size_t i = 0; i < n_consistency_rules; i++) {
		blanks_are_metrics(consistency_rules[i].template, &at);
		for (size_t n = 0;
		     n < ARRAY_SIZE(consistency_rules[i].shows) && consistency_rules[i].shows[n];
		     n++)
			assert_non_null(metric_find(consistency_rules[i].shows[n],
						    strlen(consistency_rules[i].shows[n])));
	}
	for (size_t i = 0; i < n_metrics; i++) {
		assert_true(strlen(metrics[i].meaning) > 8);
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(metrics[i].key, metrics[n].key);
	}
}

/*
 * A place is one rule's; forms of a verdict are beside each other; a cause is before what it explains
 */
static void rules_are_in_their_places(void **state)
{
	size_t n = verdict_rules_count();

	(void)state;
	assert_true(n > 30 && n <= VERDICT_RULES_MAX);
	assert_null(verdict_rule(n));
	for (size_t i = 1; i < n; i++) {
		const struct verdict_rule *r = verdict_rule(i), *before = verdict_rule(i - 1);

		assert_true(r->place > before->place);
		/* forms of a verdict are beside each other */
		for (size_t k = 0; k + 1 < i; k++)
			assert_true(strcmp(verdict_rule(k)->name, r->name) != 0 ||
				    !strcmp(before->name, r->name));
		for (size_t k = 0; k < i; k++) {
			if (rule_explains(r, verdict_rule(k)->name))
				print_message("%s comes after %s\n", r->name, verdict_rule(k)->name);
			assert_false(rule_explains(r, verdict_rule(k)->name));
		}
	}
}

/* Help lists each verdict once, with what it means */
static void each_verdict_has_one_meaning(void **state)
{
	(void)state;
	for (size_t i = 0; i < verdict_rules_count(); i++) {
		const struct verdict_rule *r = verdict_rule(i);
		bool again = i && !strcmp(verdict_rule(i - 1)->name, r->name);

		if (!again != !!r->meaning)
			print_message("%s, place %u\n", r->name, r->place);
		assert_int_equal(!again, !!r->meaning);
		/* a line of 80 columns */
		assert_true(again || (strlen(r->meaning) > 10 && strlen(r->meaning) <= 61));
	}
}

/* Else all of a circle would be consequences, and nothing a cause */
static bool leads_to(const char *from, const char *to, unsigned int depth)
{
	bool leads = false;

	assert_true(depth < 20);
	for (size_t i = 0; i < verdict_rules_count() && !leads; i++) {
		const struct verdict_rule *r = verdict_rule(i);

		for (size_t n = 0;
		     !strcmp(r->name, from) && n < ARRAY_SIZE(r->explains) && r->explains[n]; n++)
			leads |= !strcmp(r->explains[n], to) ||
				 leads_to(r->explains[n], to, depth + 1);
	}
	return leads;
}

static void nothing_is_its_own_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < verdict_rules_count(); i++)
		assert_false(leads_to(verdict_rule(i)->name, verdict_rule(i)->name, 0));
}

/* The same number says another thing of a queue from the guest */
static void a_meaning_is_that_of_its_direction(void **state)
{
	const struct metric *f = metric_find("end_ring_empty", strlen("end_ring_empty"));
	const struct queue_metrics rx = { .rx = true }, tx = { .rx = false };

	(void)state;
	assert_string_equal(metric_meaning(f, &rx), "runs that ended for lack of buffers");
	assert_string_equal(metric_meaning(f, &tx), "runs that ended when all was sent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(templates_are_filled_in),
		cmocka_unit_test(rules_are_whole),
		cmocka_unit_test(rules_are_in_their_places),
		cmocka_unit_test(each_verdict_has_one_meaning),
		cmocka_unit_test(nothing_is_its_own_cause),
		cmocka_unit_test(a_meaning_is_that_of_its_direction),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}
