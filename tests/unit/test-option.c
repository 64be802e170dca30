// SPDX-License-Identifier: GPL-2.0-or-later
/* What an option's value may be, and how that is said. */
#include "base/option.h"

#include <errno.h>

#include "base/strv.h"

#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void times_are_typed_with_units(void **state)
{
	(void)state;
	static const struct {
		const char *text, *unit;
		int64_t ns;	/* -1: it is no time */
	} rows[] = {
		{ "10", "s", 10000000000 },
		{ "10s", "us", 10000000000 },
		{ "500ms", "s", 500000000 },
		{ "500", "us", 500000 },
		{ "2m", "s", 120000000000 },
		{ "1h", "s", 3600000000000 },
		{ "7ns", "s", 7 },
		{ "0.5s", "s", 500000000 },
		{ "1.25", "ms", 1250000 },
		{ "0.0000000019s", "s", 1 },
		{ "0", "s", 0 },
		{ "", "s", -1 },
		{ "s", "s", -1 },
		{ "-1", "s", -1 },
		{ "+1", "s", -1 },
		{ " 1", "s", -1 },
		{ "1 s", "s", -1 },
		{ "1.", "s", -1 },
		{ ".5", "s", -1 },
		{ "1..5", "s", -1 },
		{ "1d", "s", -1 },
		{ "1S", "s", -1 },
		{ "0x10", "s", -1 },
		{ "1e3", "s", -1 },
		{ "nan", "s", -1 },
		{ "9223372036854775807h", "s", -1 },
		{ "99999999999999999999", "ns", -1 },
		{ "1.99999999999999999999s", "s", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t ns = -1;

		if (option_time(rows[i].text, rows[i].unit, &ns) != (rows[i].ns >= 0) ||
		    (rows[i].ns >= 0 && ns != rows[i].ns))
			fail_msg("'%s' is %lld ns", rows[i].text, (long long)ns);
	}
}

struct values {
	bool flag, on;
	unsigned int count;
	const char *text;
	struct strv list;
	int64_t number, time;
	double percent;
	enum { RED, GREEN, BLUE } colour;
};

#define AT(member) offsetof(struct values, member)

static void a_value_goes_where_it_belongs(void **state)
{
	(void)state;
	static const struct option_is flag = { OPTION_FLAG, AT(flag) },
		count = { OPTION_COUNT, AT(count) }, on = { OPTION_ON_OFF, AT(on) },
		text = { OPTION_TEXT, AT(text) }, list = { OPTION_LIST, AT(list) },
		number = { OPTION_NUMBER, AT(number), 1, 10 },
		time = { OPTION_TIME, AT(time), 1, 60, "s" },
		percent = { OPTION_PERCENT, AT(percent) }, colour = { OPTION_CHOICE, AT(colour) };
	struct values v = { 0 };

	assert_int_equal(option_take(&flag, NULL, NULL, &v), 0);
	assert_true(v.flag);
	assert_int_equal(option_take(&count, NULL, NULL, &v), 0);
	assert_int_equal(option_take(&count, NULL, NULL, &v), 0);
	assert_int_equal(v.count, 2);
	assert_int_equal(option_take(&on, "on|off", "on", &v), 0);
	assert_true(v.on);
	assert_int_equal(option_take(&on, "on|off", "off", &v), 0);
	assert_false(v.on);
	assert_int_equal(option_take(&text, "FILE", "a b", &v), 0);
	assert_string_equal(v.text, "a b");
	assert_int_equal(option_take(&list, "FILE", "a", &v), 0);
	assert_int_equal(option_take(&list, "FILE", "b", &v), 0);
	assert_int_equal(v.list.n, 2);
	assert_int_equal(option_take(&number, "N", "10", &v), 0);
	assert_int_equal(v.number, 10);
	assert_int_equal(option_take(&time, "TIME", "1m", &v), 0);
	assert_int_equal(v.time, 60000000000);
	assert_int_equal(option_take(&percent, "PERCENT", "12.5", &v), 0);
	assert_true(v.percent == 12.5);
	assert_int_equal(option_take(&colour, "red|green|blue", "blue", &v), 0);
	assert_int_equal(v.colour, BLUE);
	strv_free(&v.list);
}

static void what_it_cannot_be_is_refused(void **state)
{
	(void)state;
	static const struct {
		struct option_is is;
		const char *words, *value, *wants;
	} rows[] = {
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "0", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "11", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "3x", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "-3", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "auto", "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 1, 10 }, NULL, "99999999999999999999",
		  "a number of 1 to 10" },
		{ { OPTION_NUMBER, AT(number), 2, 64, NULL, OPTION_POWER_OF_2 }, NULL, "12",
		  "a number of 2 to 64, a power of two" },
		{ { OPTION_NUMBER, AT(number), 1, 10, NULL, OPTION_AUTO | OPTION_INF }, NULL, "x",
		  "a number of 1 to 10, or auto, or inf" },
		{ { OPTION_TIME, AT(time), 0, 60, "s" }, NULL, "0",
		  "a time of over 0 and up to 60s, such as 10s, 500ms or 2m" },
		{ { OPTION_TIME, AT(time), 0, 60, "s" }, NULL, "0.0ms",
		  "a time of over 0 and up to 60s, such as 10s, 500ms or 2m" },
		{ { OPTION_TIME, AT(time), 1, 60, "s", OPTION_WHOLE }, NULL, "1.5",
		  "a time of 1s to 60s, such as 10s or 2m" },
		{ { OPTION_TIME, AT(time), 1, 60, "s" }, NULL, "2m",
		  "a time of 1s to 60s, such as 10s, 500ms or 2m" },
		{ { OPTION_TIME, AT(time), 1, 60, "us" }, NULL, "1ms",
		  "a time of 1us to 60us, such as 500us or 2ms" },
		{ { OPTION_PERCENT, AT(percent) }, NULL, "101", "a percentage of 0 to 100" },
		{ { OPTION_PERCENT, AT(percent) }, NULL, "nan", "a percentage of 0 to 100" },
		{ { OPTION_PERCENT, AT(percent) }, NULL, "1.2.3", "a percentage of 0 to 100" },
		{ { OPTION_PERCENT, AT(percent) }, NULL, "0x10", "a percentage of 0 to 100" },
		{ { OPTION_PERCENT, AT(percent) }, NULL, "", "a percentage of 0 to 100" },
		{ { OPTION_CHOICE, AT(colour) }, "red|green", "re", "one of red, green" },
		{ { OPTION_CHOICE, AT(colour) }, "red|green", "", "one of red, green" },
		{ { OPTION_CHOICE, AT(colour) }, "red|green", "red|green", "one of red, green" },
		{ { OPTION_ON_OFF, AT(on) }, NULL, "yes", "on or off" },
		{ { OPTION_OTHER }, NULL, "x", "a value" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct values v = { .on = true, .number = 77, .time = 77, .percent = 7,
				    .colour = GREEN };
		char text[OPTION_TEXT_MAX];

		if (option_take(&rows[i].is, rows[i].words, rows[i].value, &v) != -EINVAL)
			fail_msg("'%s' was taken for %s", rows[i].value, rows[i].wants);
		assert_string_equal(option_wants(&rows[i].is, rows[i].words, text), rows[i].wants);
		/* what was there stays */
		assert_int_equal(v.number, 77);
		assert_int_equal(v.time, 77);
		assert_int_equal(v.colour, GREEN);
		assert_true(v.on);
		assert_true(v.percent == 7);
	}
}

static void words_for_no_number(void **state)
{
	(void)state;
	static const struct option_is is = { OPTION_NUMBER, AT(number), 1, 10, NULL,
					     OPTION_AUTO | OPTION_INF };
	struct values v = { 0 };

	assert_int_equal(option_take(&is, NULL, "auto", &v), 0);
	assert_true(v.number == OPTION_IS_AUTO);
	assert_int_equal(option_take(&is, NULL, "inf", &v), 0);
	assert_true(v.number == OPTION_IS_INF);
	assert_int_equal(option_take(&is, NULL, "forever", &v), 0);
	assert_true(v.number == OPTION_IS_INF);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_typed_with_units),
		cmocka_unit_test(a_value_goes_where_it_belongs),
		cmocka_unit_test(what_it_cannot_be_is_refused),
		cmocka_unit_test(words_for_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
