// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/str.h"
#include "base/strv.h"
#include "stap/quirks.h"
#include "tree.h"

static char *make(const char *root, const char *file)
{
	STRV_CLEAN struct strv files = { 0 };
	char *tree = NULL;

	strv_add(&files, file);
	if (overlay_make(tree_path(root, "/cache"), tree_path(root, "/runtime"), &files, &tree))
		return NULL;
	return tree;
}

static void a_runtime(const char *root)
{
	assert_int_equal(file_mkdir_p(tree_path(root, "/cache")), 0);
	tree_write(root, "/runtime/stp_task_work.c", "old\n");
	tree_write(root, "/runtime/sym.c", "sym\n");
	tree_write(root, "/runtime/linux/runtime.h", "header\n");
}

static void text_is(const char *dir, const char *name, const char *want)
{
	FREE char *path = str_printf("%s/%s", dir, name);
	FREE char *text = NULL;
	size_t len;

	assert_int_equal(file_read(path, 65536, &text, &len), 0);
	if (!strstr(text, want))
		fail_msg("%s holds: %s", path, text);
}

static void ours_replaces_theirs(void **state)
{
	a_runtime(*state);

	FREE char *tree = make(*state, "stp_task_work.c");

	assert_non_null(tree);
	text_is(tree, "stp_task_work.c", "task_work_cancel_func");
	text_is(tree, "sym.c", "sym");
	text_is(tree, "linux/runtime.h", "header");
	/* theirs is as it was */
	text_is(tree_path(*state, "/runtime"), "stp_task_work.c", "old");
}

/* In a directory of theirs, and with theirs to include */
static void one_of_a_directory(void **state)
{
	a_runtime(*state);
	tree_write(*state, "/runtime/linux/uprobes-inode.c", "stock\n");

	FREE char *tree = make(*state, "linux/uprobes-inode.c");

	assert_non_null(tree);
	text_is(tree, "linux/uprobes-inode.c", "stapvhost_uprobe_register");
	text_is(tree, "linux/stock-uprobes-inode.c", "stock");
	text_is(tree, "linux/runtime.h", "header");
	text_is(tree, "sym.c", "sym");
	text_is(tree_path(*state, "/runtime"), "linux/uprobes-inode.c", "stock");
}

static void named_by_what_is_in_it(void **state)
{
	struct timespec t[2] = { { .tv_sec = 1 }, { .tv_sec = 1 } };

	a_runtime(*state);

	FREE char *one = make(*state, "stp_task_work.c");
	FREE char *again = make(*state, "stp_task_work.c");

	assert_string_equal(one, again);
	/* a new package of SystemTap */
	assert_int_equal(utimensat(AT_FDCWD, tree_path(*state, "/runtime/sym.c"), t, 0), 0);

	FREE char *other = make(*state, "stp_task_work.c");

	assert_string_not_equal(one, other);
}

static void what_can_not_be_made(void **state)
{
	a_runtime(*state);
	assert_null(make(*state, "no-such-file.c"));
	assert_int_equal(chmod(tree_path(*state, "/runtime"), 0), 0);
	if (geteuid())
		assert_null(make(*state, "stp_task_work.c"));
	chmod(tree_path(*state, "/runtime"), 0700);
}

/* Two that begin at once: both get a whole tree, and no other name is left */
static void two_at_once(void **state)
{
	size_t n = 0;
	DIR *d;

	a_runtime(*state);
	for (int i = 0; i < 4; i++)
		if (!fork())
			_exit(make(*state, "stp_task_work.c") ? 0 : 1);
	for (int i = 0, status; i < 4; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	d = opendir(tree_path(*state, "/cache/runtime"));
	for (struct dirent *e; (e = readdir(d));)
		n++;
	closedir(d);
	assert_int_equal(n, 3);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(ours_replaces_theirs),
		T(one_of_a_directory),
		T(named_by_what_is_in_it),
		T(what_can_not_be_made),
		T(two_at_once),
	};

	return cmocka_run_group_tests_name("overlay", tests, NULL, NULL);
}
