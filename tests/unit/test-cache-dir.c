// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/str.h"
#include "host/cache-dir.h"
#include "host/debuginfo.h"
#include "host/elf.h"
#include "tree.h"

#define ID "5e14052aabbccddeeff05e14052aabbccddeeff0"
#define LINK "/cache/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug"
#define ROUNDS 400

static void links_and_replaces(void **state)
{
	struct build_id id = tree_id(ID);
	const char *cache = tree_path(*state, "/cache");
	char is[4096] = "";
	struct stat st;

	tree_write(*state, "/one", "");
	tree_write(*state, "/two", "");
	assert_int_equal(cache_dir_open(cache), 0);
	assert_int_equal(debuginfo_link(cache, &id, tree_path(*state, "/one")), 0);
	assert_int_equal(debuginfo_link(cache, &id, tree_path(*state, "/two")), 0);
	assert_true(readlink(tree_path(*state, LINK), is, sizeof(is) - 1) > 0);
	assert_string_equal(is, tree_path(*state, "/two"));
	assert_int_equal(stat(cache, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	assert_int_equal(debuginfo_link(cache, &id, tree_path(*state, "/none")), -ENOENT);
}

static void too_short_an_id(void **state)
{
	struct build_id none = { .len = 0 }, one = tree_id("5e");

	tree_write(*state, "/one", "");
	assert_int_equal(debuginfo_link(*state, &none, tree_path(*state, "/one")), -EINVAL);
	assert_int_equal(debuginfo_link(*state, &one, tree_path(*state, "/one")), -EINVAL);
}

/* Links one or the other file, again and again */
static void writer(const char *root, const struct build_id *id)
{
	for (int i = 0; i < ROUNDS; i++)
		if (debuginfo_link(tree_path(root, "/cache"), id,
			      tree_path(root, i & 1 ? "/one" : "/two")))
			_exit(1);
	_exit(0);
}

/* Who looks meanwhile always sees a link, to one of the files, and no name is left over */
static void two_processes(void **state)
{
	struct build_id id = tree_id(ID);
	int left = 2, status;

	tree_write(*state, "/one", "x");
	tree_write(*state, "/two", "x");
	assert_int_equal(
		debuginfo_link(tree_path(*state, "/cache"), &id, tree_path(*state, "/one")), 0);
	for (int i = 0; i < 2; i++)
		if (!fork())
			writer(*state, &id);
	while (left) {
		assert_true(file_exists(tree_path(*state, LINK)));
		pid_t pid = waitpid(-1, &status, WNOHANG);

		if (pid > 0) {
			assert_int_equal(status, 0);
			left--;
		}
	}

	FREE char *count = str_printf("test $(ls -A '%s' | wc -l) -eq 1",
				      tree_path(*state, "/cache/debug/.build-id/5e"));

	assert_int_equal(system(count), 0);
}

static void others_may_write_there(void **state)
{
	const char *cache = tree_path(*state, "/cache");

	assert_int_equal(mkdir(cache, 0700), 0);
	assert_int_equal(cache_dir_open(cache), 0);
	assert_int_equal(chmod(cache, 0777), 0);
	assert_int_equal(cache_dir_open(cache), -EPERM);
	assert_int_equal(chmod(cache, 0775), 0);
	assert_int_equal(cache_dir_open(cache), -EPERM);
	tree_write(*state, "/file", "");
	assert_true(cache_dir_open(tree_path(*state, "/file")) < 0);
	/* it would be two directories in SYSTEMTAP_DEBUGINFO_PATH */
	assert_int_equal(cache_dir_open(tree_path(*state, "/a:b")), -EINVAL);
}

static void expect_dir(const char *want)
{
	FREE char *dir = cache_dir_path();

	assert_non_null(dir);
	assert_string_equal(dir, want);
}

static void where_the_cache_is(void **state)
{
	(void)state;
	setenv("STAP_VHOST_CACHE", "/tmp/mine", 1);
	expect_dir("/tmp/mine");
	unsetenv("STAP_VHOST_CACHE");
	setenv("XDG_CACHE_HOME", "/home/u/xdg", 1);
	if (!geteuid()) {
		/* whose HOME and XDG_CACHE_HOME these are, sudo doesn't say */
		expect_dir("/var/cache/stap-vhost");
		return;
	}
	expect_dir("/home/u/xdg/stap-vhost");
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", "/home/u", 1);
	expect_dir("/home/u/.cache/stap-vhost");
	unsetenv("HOME");
	assert_null(cache_dir_path());
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(links_and_replaces),
		T(too_short_an_id),
		T(two_processes),
		T(others_may_write_there),
		T(where_the_cache_is),
	};

	return cmocka_run_group_tests_name("cache-dir", tests, NULL, NULL);
}
