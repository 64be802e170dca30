// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>

#include "tree.h"

/* Whatever stands where a file should: an answer at once, and nothing is read from it */
static void only_regular_files_are_opened(void **state)
{
	static const struct {
		const char *path;
		int ret;
	} files[] = {
		{ "/none", -ENOENT }, { "/dir", -EISDIR }, { "/fifo", -EINVAL },
		{ "/to-fifo", -EINVAL }, { "/to-null", -EINVAL }, { "/loop", -ELOOP },
	};
	char *buf = NULL;

	assert_int_equal(file_mkdir_p(tree_path(*state, "/dir")), 0);
	assert_int_equal(mkfifo(tree_path(*state, "/fifo"), 0600), 0);
	tree_link(*state, "/to-fifo", "fifo");
	tree_link(*state, "/to-null", "/dev/null");
	tree_link(*state, "/loop", "loop");
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		const char *path = tree_path(*state, files[i].path);

		assert_int_equal(file_open(path), files[i].ret);
		assert_int_equal(file_read(path, 10, &buf, NULL), files[i].ret);
		assert_int_equal(file_has_text(path, "x"), files[i].ret);
		assert_null(file_stream(path));
		assert_int_equal(errno, -files[i].ret);
	}
	assert_null(buf);
}

static void files_are_read(void **state)
{
	const char *path = tree_path(*state, "/to-file");
	FREE char *buf = NULL;
	size_t len;

	tree_write(*state, "/file", "one\ntwo\n");
	tree_link(*state, "/to-file", "file");
	assert_int_equal(file_read(path, 5, &buf, &len), 0);
	assert_int_equal(len, 5);
	assert_string_equal(buf, "one\nt");
	assert_int_equal(file_has_text(path, "two"), 1);
	assert_int_equal(file_has_text(path, "three"), 0);
	/* no size to ask for, and still a file */
	free(buf);
	assert_int_equal(file_read("/proc/self/comm", 100, &buf, &len), 0);
	assert_true(len > 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_regular_files_are_opened),
		T(files_are_read),
	};

	return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
