// SPDX-License-Identifier: GPL-2.0-or-later
#include "print/csv.h"
#include "print/table.h"
#include "print/writer.h"

#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "tree.h"

enum { STATE, NAME, SIZE, LOADED, FOUND, FIX, NOTE, PATHS };

static const struct column columns[] = {
	[STATE] = { "state", "STATE", IN_LINE_STATE },
	[NAME] = { "name", "NAME", IN_LINE },
	[SIZE] = { "size", "SIZE", IN_LINE },
	[LOADED] = { "loaded", "LOADED", IN_LINE },
	[FOUND] = { NULL, "FOUND", IN_LINE },
	[FIX] = { "fix", "do", BELOW_WHOLE },
	[NOTE] = { "note", "note", BELOW },
	[PATHS] = { "paths", NULL, IN_LINE },
};

static const struct out_style narrow = { .width = 60 };

static char *print(const struct table *t, const char *format, const struct out_style *s)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	assert_int_equal(table_write(t, writers_find(&table_writers, format), s, f), 0);
	fclose(f);
	return text;
}

static void fill(struct table *t)
{
	STRV_CLEAN struct strv fixes = { 0 }, none = { 0 };

	strv_add(&fixes, "apt-get install a-package-with-a-long-name another-one and-a-third");
	strv_add(&fixes, "reboot");
	table_init(t, "things", "rows", columns, ARRAY_SIZE(columns));
	table_field_string(t, "kernel", "6.12.1");
	table_field_string(t, "stap", NULL);
	table_field_number(t, "bytes", 5000000000LL);
	table_field_bool(t, "ready", false);
	table_field_bool(t, "root", -1);

	table_row(t);
	table_string(t, STATE, "ok");
	table_string(t, NAME, "Größe");
	table_number(t, SIZE, -12);
	table_bool(t, LOADED, true);
	table_string(t, FOUND, "all of it");
	table_list(t, FIX, &none);
	table_list(t, PATHS, &none);

	table_row(t);
	table_string(t, STATE, "missing");
	table_string(t, NAME, "b");
	table_string(t, FOUND,
		     "nothing at all, though it was looked for everywhere one could think of");
	table_list(t, FIX, &fixes);
	table_string(t, NOTE, "words that are so many that they have to go on in a second line");
	table_list(t, PATHS, &fixes);
}

static void text_fits_the_width(void **state)
{
	CLEANUP(table_free) struct table t;

	(void)state;
	fill(&t);
	FREE char *text = print(&t, "text", &narrow);

	assert_string_equal(text,
		"STATE    NAME   SIZE  LOADED  FOUND\n"
		"ok       Größe  -12   yes     all of it\n"
		"missing  b      ?     ?       nothing at all, though it was\n"
		"                              looked for everywhere one\n"
		"                              could think of\n"
		"         do: apt-get install a-package-with-a-long-name another-one and-a-third\n"
		"             reboot\n"
		"         note: words that are so many that they have to go\n"
		"               on in a second line\n");
}

static void json_has_all(void **state)
{
	CLEANUP(table_free) struct table t;

	(void)state;
	fill(&t);
	FREE char *text = print(&t, "json", &narrow);

	assert_string_equal(text,
		"{\n"
		"  \"schema\": \"stap-vhost.things/1\",\n"
		"  \"kernel\": \"6.12.1\",\n"
		"  \"stap\": null,\n"
		"  \"bytes\": 5000000000,\n"
		"  \"ready\": false,\n"
		"  \"root\": null,\n"
		"  \"rows\": [\n"
		"    {\n"
		"      \"state\": \"ok\",\n"
		"      \"name\": \"Gr\\u00F6\\u00DFe\",\n"
		"      \"size\": -12,\n"
		"      \"loaded\": true,\n"
		"      \"fix\": [],\n"
		"      \"note\": null,\n"
		"      \"paths\": []\n"
		"    },\n"
		"    {\n"
		"      \"state\": \"missing\",\n"
		"      \"name\": \"b\",\n"
		"      \"size\": null,\n"
		"      \"loaded\": null,\n"
		"      \"fix\": [\n"
		"        \"apt-get install a-package-with-a-long-name another-one and-a-third\",\n"
		"        \"reboot\"\n"
		"      ],\n"
		"      \"note\": \"words that are so many that they have to go on in a second line\",\n"
		"      \"paths\": [\n"
		"        \"apt-get install a-package-with-a-long-name another-one and-a-third\",\n"
		"        \"reboot\"\n"
		"      ]\n"
		"    }\n"
		"  ]\n"
		"}\n");
}

static void empty_table(void **state)
{
	CLEANUP(table_free) struct table t;

	(void)state;
	table_init(&t, "things", "rows", columns, ARRAY_SIZE(columns));
	FREE char *text = print(&t, "text", &narrow);
	FREE char *json = print(&t, "json", &narrow);

	assert_string_equal(text, "");
	assert_string_equal(json, "{\n  \"schema\": \"stap-vhost.things/1\",\n  \"rows\": []\n}\n");
}

/* A cell that is set twice holds the last; a cell of no row is nobody's */
static void cells_are_set(void **state)
{
	CLEANUP(table_free) struct table t;
	STRV_CLEAN struct strv two = { 0 };

	(void)state;
	strv_add(&two, "a");
	strv_add(&two, "b");
	table_init(&t, "things", "rows", columns, ARRAY_SIZE(columns));
	table_string(&t, NAME, "nobody's");
	table_row(&t);
	table_string(&t, NAME, "first");
	table_list(&t, NAME, &two);
	assert_int_equal(table_cell(&t, 0, NAME)->strings.n, 2);
	FREE char *text = print(&t, "text", &narrow);

	assert_non_null(strstr(text, "?      a, b  ?"));
	table_string(&t, NAME, NULL);
	assert_int_equal(table_cell(&t, 0, NAME)->kind, CELL_UNKNOWN);
}

static void hostile_text_is_escaped(void **state)
{
	CLEANUP(table_free) struct table t;
	STRV_CLEAN struct strv list = { 0 };

	(void)state;
	strv_add(&list, "rm\033[2J\n-rf");
	table_init(&t, "things", "rows", columns, ARRAY_SIZE(columns));
	table_row(&t);
	table_string(&t, NAME, "a\033]0;x\007\tb\xff");
	table_list(&t, FIX, &list);
	FREE char *text = print(&t, "text", &narrow);
	FREE char *json = print(&t, "json", &narrow);

	assert_null(strchr(text, '\033'));
	assert_null(strchr(text, '\t'));
	assert_non_null(strstr(text, "a\\x1b]0;x\\x07 b\\xff"));
	assert_non_null(strstr(text, "rm\\x1b[2J\\n-rf"));
	/* what is no UTF-8 can't be JSON as it is */
	assert_non_null(strstr(json, "a\\\\x1b]0;x\\\\x07\\tb\\\\xff"));
	assert_non_null(strstr(json, "rm\\u001B[2J\\n-rf"));
}

static void colours_only_when_wanted(void **state)
{
	static const struct out_style coloured = { .width = 60, .colour = true };
	CLEANUP(table_free) struct table t;

	(void)state;
	fill(&t);
	FREE char *plain = print(&t, "text", &narrow);
	FREE char *text = print(&t, "text", &coloured);
	FREE char *json = print(&t, "json", &coloured);

	assert_null(strchr(plain, '\033'));
	assert_null(strchr(json, '\033'));
	assert_non_null(strstr(text, "\033[32mok\033[0m       Größe"));
	assert_non_null(strstr(text, "\033[1;31mmissing\033[0m  b"));
}

static void no_terminal_is_80_wide_and_plain(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	struct out_style s = out_style_of(fds[1]);

	close(fds[0]);
	close(fds[1]);
	assert_int_equal(s.width, 80);
	assert_false(s.colour);
}

static void colours_as_wished(void **state)
{
	(void)state;
	out_colour = OUT_ALWAYS;
	assert_true(out_style_of(-1).colour);
	out_colour = OUT_NEVER;
	assert_false(out_style_of(-1).colour);
	out_colour = OUT_AUTO;
	assert_false(out_style_of(-1).colour);
}

/* A long path stays whole, to be copied; blanks at a line's end go */
static void wraps_between_words(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a b", "a b" },
		{ "", "" },
		{ "  a   b ", "a b" },
		{ "aaaa bbbb cccc", "aaaa bbbb\n  cccc" },
		{ "aaaaaaaaaaaaaaaa b", "aaaaaaaaaaaaaaaa\n  b" },
		{ "ääää öööö ü", "ääää öööö\n  ü" },
	};
	static const struct out_style ten = { .width = 10 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *out = NULL;
		size_t len;
		FILE *f = open_memstream(&out, &len);

		out_wrap(f, &ten, rows[i].text, 2, 0);
		fclose(f);
		assert_string_equal(out, rows[i].want);
	}
}

static void csv_fields_are_quoted_where_they_need_it(void **state)
{
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "", "" }, { "a b", "a b" }, { "a,b", "\"a,b\"" }, { "a\"b", "\"a\"\"b\"" },
		{ "a\nb\x1b", "a\\nb\\x1b" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *out = NULL;
		FREE char *want = str_printf("%s,-7,", rows[i].want);
		size_t len;
		FILE *f = open_memstream(&out, &len);

		csv_text(rows[i].text, f);
		csv_number(-7, f);
		csv_number(CSV_UNKNOWN, f);
		fclose(f);
		assert_string_equal(out, want);
	}
}

/* Which formats there are is what the linker found */
static void formats(void **state)
{
	char words[WRITERS_TEXT];

	(void)state;
	assert_string_equal(writers_words(&table_writers, words), "text|json");
	assert_string_equal(writers_at(&table_writers, 0)->name, "text");
	assert_null(writers_at(&table_writers, 2));
	assert_null(writers_find(&table_writers, "tex"));
	assert_null(writers_find(&table_writers, ""));
	assert_ptr_equal(writers_find(&table_writers, "json"), writers_at(&table_writers, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_fits_the_width),
		cmocka_unit_test(json_has_all),
		cmocka_unit_test(empty_table),
		cmocka_unit_test(cells_are_set),
		cmocka_unit_test(hostile_text_is_escaped),
		cmocka_unit_test(colours_only_when_wanted),
		cmocka_unit_test(no_terminal_is_80_wide_and_plain),
		cmocka_unit_test(colours_as_wished),
		cmocka_unit_test(wraps_between_words),
		cmocka_unit_test(csv_fields_are_quoted_where_they_need_it),
		cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
