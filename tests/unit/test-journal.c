// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/journal.h"
#include "base/str.h"
#include "base/strv.h"
#include "tree.h"

static char *content(const char *root, const char *path)
{
	char *text = NULL;

	assert_int_equal(file_read(tree_path(root, path), 4096, &text, NULL), 0);
	return text;
}

static void expect(const char *root, const char *path, const char *text)
{
	FREE char *is = content(root, path);

	assert_string_equal(is, text);
}

static void make_settings(const char *root)
{
	tree_write(root, "/t/depth", "0\n");
	tree_write(root, "/t/filter", "");
	tree_write(root, "/t/tracer", "nop\n");
	tree_write(root, "/t/commands", "");
}

/* As whoever records does it */
static void change(struct journal *u, const char *root, enum journal_kind kind, const char *path,
		   const char *was, const char *now)
{
	FREE char *file = str_printf("/t/%s", path);

	assert_int_equal(journal_note(u, kind, path, was), 0);
	if (kind == JOURNAL_REMOVE)
		assert_int_equal(mkdir(tree_path(root, file), 0700), 0);
	else
		tree_write(root, file, now);
}

static struct journal start(const char *root)
{
	FREE char *dir = journal_dir(root);
	struct journal u;

	make_settings(root);
	assert_int_equal(journal_start(&u, dir, tree_path(root, "/t")), 0);
	change(&u, root, JOURNAL_REMOVE, "instance", NULL, NULL);
	change(&u, root, JOURNAL_SET, "depth", "0", "5\n");
	change(&u, root, JOURNAL_SET, "depth", "5", "7\n");
	change(&u, root, JOURNAL_CLEAR, "filter", NULL, "handle_tx\n");
	change(&u, root, JOURNAL_APPEND, "commands", "!f:traceoff:0", "f:traceoff:1\n");
	return u;
}

static void all_is_put_back(const char *root)
{
	expect(root, "/t/depth", "0\n");
	expect(root, "/t/filter", "");
	expect(root, "/t/commands", "f:traceoff:1\n!f:traceoff:0\n");
	assert_false(file_exists(tree_path(root, "/t/instance")));
	assert_false(file_exists(tree_path(root, "/run/stap-vhost")));
}

static void a_good_end(void **state)
{
	struct journal u = start(*state);

	assert_int_equal(journal_end(&u, 0), 0);
	all_is_put_back(*state);
	/* a second time, and one that was never started */
	assert_int_equal(journal_end(&u, 0), 0);
}

static void who_lives_is_left_alone(void **state)
{
	FREE char *dir = journal_dir(*state);
	STRV_CLEAN struct strv found = { 0 };
	STRV_CLEAN struct strv done = { 0 };
	struct journal u = start(*state);

	assert_int_equal(journal_find(dir, &found), 0);
	assert_int_equal(journal_sweep(dir, 0, &done, NULL), 0);
	assert_int_equal(found.n + done.n, 0);
	expect(*state, "/t/depth", "7\n");
	assert_int_equal(journal_end(&u, 0), 0);
}

static void who_was_killed_is_cleaned_up_after(void **state)
{
	FREE char *dir = journal_dir(*state);
	STRV_CLEAN struct strv found = { 0 };
	STRV_CLEAN struct strv done = { 0 };
	pid_t pid = fork();

	if (!pid) {
		start(*state);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(journal_find(dir, &found), 0);
	assert_int_equal(found.n, 1);
	expect(*state, "/t/depth", "7\n");
	assert_int_equal(journal_sweep(dir, 0, &done, NULL), 0);
	assert_int_equal(done.n, 1);
	assert_string_equal(done.v[0], found.v[0]);
	FREE char *words = str_printf("settings in %s/t (changed by process %d)",
				      (char *)*state, (int)pid);

	assert_string_equal(done.v[0], words);
	all_is_put_back(*state);
}

/* A directory that holds something can't be removed: that stays in the journal, and that alone */
static void what_is_stuck_is_tried_again(void **state)
{
	FREE char *dir = journal_dir(*state);
	STRV_CLEAN struct strv done = { 0 };
	STRV_CLEAN struct strv stuck = { 0 };
	struct journal u = start(*state);

	tree_write(*state, "/t/instance/file", "");
	assert_int_equal(journal_end(&u, 0), -ENOTEMPTY);
	expect(*state, "/t/depth", "0\n");
	tree_write(*state, "/t/depth", "3\n");
	assert_int_not_equal(journal_sweep(dir, 0, &done, &stuck), 0);
	assert_int_equal(stuck.n, 1);
	assert_int_equal(unlink(tree_path(*state, "/t/instance/file")), 0);
	assert_int_equal(journal_sweep(dir, 0, &done, NULL), 0);
	assert_int_equal(done.n, 1);
	expect(*state, "/t/depth", "3\n");
	assert_false(file_exists(tree_path(*state, "/t/instance")));
}

static void what_others_can_write_is_not_believed(void **state)
{
	FREE char *dir = journal_dir(*state);
	struct journal u;

	make_settings(*state);
	tree_write(*state, "/run/stap-vhost/undo.1", "in /tmp\nset x y\n");
	assert_int_equal(chmod(dir, 0777), 0);
	assert_int_equal(journal_sweep(dir, 0, NULL, NULL), -EPERM);
	assert_int_equal(journal_start(&u, dir, "/t"), -EPERM);
}

static void a_journal_is_read(void **state)
{
	static const struct {
		const char *text;
		size_t n;
	} rows[] = {
		{ "", 0 },
		{ "in /t\n", 0 },
		{ "in /t\nset a b\nclear c\nappend d !e\nremove f\n", 4 },
		{ "in /t\nset a b c  d\n", 1 },
		{ "in /t\nset a b\nset c d", 1 },	/* cut off */
		{ "set a b\nin /t\n", 0 },
		{ "in t\nset a b\n", 0 },
		{ "in /t\nset ../a b\nset a/../b c\nset /a b\nset a//b c\nset . b\nset a/ b\n", 0 },
		{ "in /t\nset a\nclear a b\nremove a b\nforget a\nset\n\n", 0 },
		{ "in /t\nset a b\033[2J\nset a\tb c\nin /u\nclear x\n", 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(journal_steps_free) struct journal_steps s = { 0 };

		assert_int_equal(journal_parse(rows[i].text, strlen(rows[i].text), &s), 0);
		assert_int_equal(s.n, rows[i].n);
	}
}

static void a_line_is_what_is_read(void **state)
{
	CLEANUP(journal_steps_free) struct journal_steps s = { 0 };
	FREE char *line = journal_line(JOURNAL_SET, "options/sym-offset", "1 2");
	FREE char *text = str_printf("in /t\n%s", line);

	(void)state;
	assert_int_equal(journal_parse(text, strlen(text), &s), 0);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.settings, "/t");
	assert_string_equal(s.v[0].path, "options/sym-offset");
	assert_string_equal(s.v[0].value, "1 2");
	assert_null(journal_line(JOURNAL_SET, "a", NULL));
	assert_null(journal_line(JOURNAL_CLEAR, "a", "b"));
	assert_null(journal_line(JOURNAL_SET, "../a", "b"));
	assert_null(journal_line(JOURNAL_SET, "a", "b\nc"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_good_end, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(who_lives_is_left_alone, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(who_was_killed_is_cleaned_up_after, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(what_is_stuck_is_tried_again, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(what_others_can_write_is_not_believed, tree_setup,
						tree_teardown),
		cmocka_unit_test(a_journal_is_read),
		cmocka_unit_test(a_line_is_what_is_read),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
