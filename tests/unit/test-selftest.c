// SPDX-License-Identifier: GPL-2.0-or-later
#include "selftest/selftest.h"

#include <errno.h>
#include <stdio.h>

#include "base/record.h"
#include "base/str.h"
#include "base/strv.h"
#include "tree.h"

/* Recorded from a real run: "WHO: RECORD", who is a guest's name, or seen for the script */
#define EVIDENCE "tests/unit/selftest.evidence"

static struct test_guest guests[3];
static struct strv seen;
static struct findings found;

static const char *const names[] = { "plain", "fault", "iommu" };

static int setup(void **state)
{
	FILE *f = fopen(EVIDENCE, "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	(void)state;
	if (!f)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		guests[i] = (struct test_guest){ .name = names[i] };
	while ((len = getline(&line, &size, f)) > 0) {
		char *text = strstr(line, ": ");

		line[len - 1] = '\0';
		if (!text)
			return -1;
		*text = '\0';
		text += 2;
		for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
			long long pid;

			if (strcmp(line, names[i]))
				continue;
			strv_add(&guests[i].counters, text);
			if (record_is(text, "ready") && record_number(text, "pid", &pid))
				snprintf(guests[i].pid, sizeof(guests[i].pid), "%lld", pid);
		}
		if (!strcmp(line, "seen"))
			strv_add(&seen, text);
	}
	free(line);
	fclose(f);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++)
		strv_free(&guests[i].counters);
	strv_free(&seen);
	findings_free(&found);
	return 0;
}

static void compare(void)
{
	findings_free(&found);
	assert_int_equal(selftest_compare(guests, ARRAY_SIZE(guests), &seen, &found), 0);
	assert_true(found.n > 0);
}

static const struct finding *finding(const char *alias, const char *queue, const char *key)
{
	for (size_t i = 0; i < found.n; i++)
		if (!strcmp(found.v[i].rule->alias, alias) && !strcmp(found.v[i].queue, queue) &&
		    !strcmp(found.v[i].rule->key, key))
			return &found.v[i];
	fail_msg("no finding for %s %s %s", alias, queue, key);
	return NULL;
}

/* The aliases that are not exact, in one line */
static void expect_wrong(const char *want)
{
	STRV_CLEAN struct strv wrong = { 0 };

	findings_wrong(&found, &wrong);

	FREE char *all = strv_join(&wrong, " ");

	assert_string_equal(all, want);
}

/* The line of @lines that begins with @start; @from in it becomes @to */
static void edit(struct strv *lines, const char *start, const char *from, const char *to)
{
	for (size_t i = 0; i < lines->n; i++) {
		if (strncmp(lines->v[i], start, strlen(start)))
			continue;

		char *text = str_replace(lines->v[i], from, to);

		assert_string_not_equal(text, lines->v[i]);
		free(lines->v[i]);
		lines->v[i] = text;
		return;
	}
	fail_msg("no line '%s'", start);
}

/* "ALIAS name=… pid=… queue=…" of a guest */
static const char *record_of(const char *alias, size_t guest, const char *queue)
{
	static char start[120];

	snprintf(start, sizeof(start), "ALIAS name=%s pid=%s queue=%s ", alias,
		 guests[guest].pid, queue);
	return start;
}

/* One more than it is, in the first such line; "key=12 " becomes "key=13 " */
static void add_one(struct strv *lines, const char *start, const char *key)
{
	for (size_t i = 0; i < lines->n; i++) {
		char from[64], to[64];
		long long n;

		if (strncmp(lines->v[i], start, strlen(start)))
			continue;
		assert_true(record_number(lines->v[i], key, &n));
		snprintf(from, sizeof(from), " %s=%lld", key, n);
		snprintf(to, sizeof(to), " %s=%lld", key, n + 1);
		edit(lines, start, from, to);
		return;
	}
	fail_msg("no line '%s'", start);
}

static void a_real_run_is_exact(void **state)
{
	(void)state;
	compare();
	for (size_t i = 0; i < found.n; i++) {
		assert_int_equal(found.v[i].verdict, VERDICT_EXACT);
		assert_int_equal(found.v[i].expected, found.v[i].seen);
		assert_int_equal(found.v[i].details.n, 0);
	}
	expect_wrong("");
	/* numbers that can be read in the records */
	assert_int_equal(finding("vhost.used", "RX0", "count")->seen, 4000);
	assert_int_equal(finding("vhost_net.tx.packet", "TX0", "times")->seen, 4000);
	assert_int_equal(finding("vhost.used", "TX0", "count")->seen, 3999);
	assert_int_equal(finding("vhost.error", "TX0", "times")->seen, 1);
	assert_int_equal(finding("vhost_net.rx.packet", "RX0", "len")->seen, 4000 * 1012);
	assert_true(finding("vhost.iotlb_miss", "DEV0", "times")->seen > 0);
}

/* Whichever number of whichever record is wrong, of the guest or of the script: it is found */
static void every_wrong_number_is_found(void **state)
{
	(void)state;
	for (size_t r = 0; r < n_rules; r++) {
		const struct rule *rule = &rules[r];
		const char *queue = rule->where & RULE_RX ? "RX0" : "TX0";
		STRV_CLEAN struct strv wrong = { 0 };

		add_one(&seen, record_of(rule->alias, 2 * !rule->not_iommu, queue), rule->key);
		compare();
		findings_wrong(&found, &wrong);
		/* who is compared with it may be called wrong too */
		assert_true(strv_has(&wrong, rule->alias));
		teardown(NULL);
		setup(NULL);
	}
}

static void a_wrong_truth(void **state)
{
	(void)state;
	add_one(&guests[1].counters, "TX0 ", "vq_errors");
	compare();
	expect_wrong("vhost.error vhost_net.run");

	const struct finding *f = finding("vhost.error", "TX0", "times");

	assert_int_equal(f->verdict, VERDICT_WRONG);
	assert_int_equal(f->expected, 2);
	assert_int_equal(f->seen, 1);
	assert_int_equal(f->details.n, 1);
	assert_string_equal(f->details.v[0], "guest 'fault': 2 expected, 1 seen");
}

static void two_mistakes_don_t_make_a_right_sum(void **state)
{
	(void)state;
	edit(&seen, record_of("vhost_net.tx.packet", 0, "TX0"), "times=2000", "times=2001");
	edit(&seen, record_of("vhost_net.tx.packet", 2, "TX0"), "times=1000", "times=999");
	compare();
	expect_wrong("vhost_net.tx.packet");

	const struct finding *f = finding("vhost_net.tx.packet", "TX0", "times");

	assert_int_equal(f->expected, f->seen);
	assert_int_equal(f->verdict, VERDICT_WRONG);
	assert_int_equal(f->details.n, 2);
}

static void a_missing_record(void **state)
{
	(void)state;
	edit(&seen, record_of("vhost.kick", 0, "TX0"), "vhost.kick", "vhost.kock");
	compare();
	assert_int_equal(finding("vhost.kick", "TX0", "times")->verdict, VERDICT_UNKNOWN);
	assert_int_equal(finding("vhost.kick", "RX0", "times")->verdict, VERDICT_EXACT);
	expect_wrong("vhost.kick");
}

static void an_unknown_number(void **state)
{
	(void)state;
	edit(&guests[0].counters, "TX0 ", " completions=2000", " completions=?");
	compare();
	assert_int_equal(finding("vhost.used", "TX0", "count")->verdict, VERDICT_UNKNOWN);
}

/* An alias that doesn't fire is right for a guest to whom nothing happens: not for all of them */
static void an_alias_that_never_fired(void **state)
{
	(void)state;
	edit(&seen, record_of("vhost.error", 1, "TX0"), "times=1", "times=0");
	edit(&guests[1].counters, "TX0 ", " vq_errors=1", " vq_errors=0");
	compare();
	assert_int_equal(finding("vhost.error", "TX0", "times")->verdict, VERDICT_NEVER);
	assert_string_equal(verdict_str(VERDICT_NEVER), "never fired");
	expect_wrong("vhost.enable_notify vhost.error vhost_net.run");
}

static void what_no_guest_can_tell(void **state)
{
	(void)state;
	/* without the guest that has an IOMMU */
	assert_int_equal(selftest_compare(guests, 2, &seen, &found), 0);
	assert_int_equal(finding("vhost.iotlb_miss", "?", "times")->verdict, VERDICT_UNKNOWN);
	expect_wrong("vhost.iotlb_miss");
}

static void nothing_at_all(void **state)
{
	struct strv none = { 0 };

	(void)state;
	assert_int_equal(selftest_compare(guests, 3, &none, &found), 0);
	for (size_t i = 0; i < found.n; i++)
		assert_int_equal(found.v[i].verdict, VERDICT_UNKNOWN);
}

static void every_alias_has_a_rule(void **state)
{
	FILE *f = popen("tests/buildok/generate aliases", "re");
	STRV_CLEAN struct strv aliases = { 0 };
	char name[128];

	(void)state;
	assert_non_null(f);
	while (fscanf(f, "%127s", name) == 1)
		strv_add(&aliases, name);
	assert_int_equal(pclose(f), 0);
	assert_true(aliases.n > 10);
	for (size_t i = 0; i < aliases.n; i++) {
		size_t r = 0, e = 0;

		while (r < n_rules && strcmp(rules[r].alias, aliases.v[i]))
			r++;
		while (e < n_untested_aliases && strcmp(untested_aliases[e].alias, aliases.v[i]))
			e++;
		if (r == n_rules && e == n_untested_aliases)
			fail_msg("alias %s has no rule in runtime/selftest/rules.c", aliases.v[i]);
		if (r < n_rules && e < n_untested_aliases)
			fail_msg("alias %s has a rule and is tested untested_aliases",
				 aliases.v[i]);
	}
	for (size_t e = 0; e < n_untested_aliases; e++)
		if (!strv_has(&aliases, untested_aliases[e].alias))
			fail_msg("%s of untested_aliases.c is no alias", untested_aliases[e].alias);
	for (size_t r = 0; r < n_rules; r++) {
		if (!strv_has(&aliases, rules[r].alias))
			fail_msg("rule of %s, which is no alias", rules[r].alias);
		/* 80 columns: see the table that selftest prints */
		assert_true(strlen(rules[r].what) <= 23);
	}
}

static void records(void **state)
{
	long long n;
	size_t len;

	(void)state;
	assert_true(record_is("TX0 a=1", "TX0"));
	assert_true(record_is("TX0", "TX0"));
	assert_false(record_is("TX01 a=1", "TX0"));
	assert_false(record_is("TX", "TX0"));
	assert_true(record_number("K a=1 bb=-22 b=3", "b", &n) && n == 3);
	assert_true(record_number("K a=1 bb=-22 b=3", "bb", &n) && n == -22);
	assert_false(record_number("K a=? b=3x c= d", "a", &n));
	assert_false(record_number("K a=? b=3x c= d", "b", &n));
	assert_false(record_number("K a=? b=3x c= d", "c", &n));
	assert_false(record_number("K a=? b=3x c= d", "d", &n));
	assert_false(record_number("a=1", "a", &n));
	assert_null(record_value("K", "K", &len));
	assert_true(record_says("K name=x.y z=1", "name", "x.y"));
	assert_false(record_says("K name=x.y.z", "name", "x.y"));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_real_run_is_exact),
		T(every_wrong_number_is_found),
		T(a_wrong_truth),
		T(two_mistakes_don_t_make_a_right_sum),
		T(a_missing_record),
		T(an_unknown_number),
		T(an_alias_that_never_fired),
		T(what_no_guest_can_tell),
		T(nothing_at_all),
		cmocka_unit_test(every_alias_has_a_rule),
		cmocka_unit_test(records),
	};

	return cmocka_run_group_tests_name("selftest", tests, NULL, NULL);
}
