// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/strv.h"

#include <errno.h>

#include "host/guests.h"
#include "host/kernels.h"
#include "tree.h"

static void releases_are_directories_of_modules(void **state)
{
	STRV_CLEAN struct strv r = { 0 };

	assert_int_equal(kernels_list(*state, &r), -ENOENT);
	tree_write(*state, "/lib/modules/6.12.1-amd64/modules.dep", "");
	tree_write(*state, "/lib/modules/5.10.0/modules.dep", "");
	tree_write(*state, "/lib/modules/systemtap/x", "");
	tree_write(*state, "/lib/modules/6.1-file", "");
	assert_int_equal(kernels_list(*state, &r), 0);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.v[0], "5.10.0");
	assert_string_equal(r.v[1], "6.12.1-amd64");
}

static void qemus_are_told_by_their_names(void **state)
{
	STRV_CLEAN struct strv r = { 0 };

	tree_write(*state, "/proc/12/comm", "qemu-system-x86\n");
	tree_write(*state, "/proc/13/comm", "qemu-img\n");
	tree_write(*state, "/proc/14/comm", "kvm\n");
	tree_write(*state, "/proc/15/comm", "kvm-pit/14\n");
	tree_write(*state, "/proc/16/cmdline", "gone");
	tree_write(*state, "/proc/self/comm", "qemu-system-x86\n");
	assert_int_equal(qemus_list(*state, &r), 0);
	assert_int_equal(r.n, 2);
	assert_string_equal(r.v[0], "12");
	assert_string_equal(r.v[1], "14");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(releases_are_directories_of_modules, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(qemus_are_told_by_their_names, tree_setup,
						tree_teardown),
	};

	return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
