// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/scripts.h"

#include <errno.h>

#include "tree.h"

static void fields_are_read(void **state)
{
	struct meta m;

	tree_write(*state, "/s.meta",
		   "title: A: b\n# no: field\nnot one\nload_args:\t pid\nempty:\n");
	assert_int_equal(meta_read(tree_path(*state, "/s.stp"), &m), 0);
	assert_string_equal(meta_get(&m, "title"), "A: b");
	assert_string_equal(meta_get(&m, "load_args"), "pid");
	assert_string_equal(meta_get(&m, "empty"), "");
	assert_null(meta_get(&m, "# no"));
	assert_null(meta_get(&m, "not one"));
	meta_free(&m);
}

static void a_script_without_one(void **state)
{
	struct meta m;

	assert_int_equal(meta_read(tree_path(*state, "/s.stp"), &m), -ENOENT);
	assert_null(meta_get(&m, "title"));
	meta_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(fields_are_read, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(a_script_without_one, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("meta", tests, NULL, NULL);
}
