// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/cgroup.h"

#include <errno.h>
#include <stdio.h>

#include "tree.h"

#define V2 "36 25 0:31 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define V1                                                                                   \
	"22 1 8:1 / / rw - ext4 /dev/sda1 rw\nnonsense\n- -\n"                               \
	"30 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"                      \
	"31 25 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"        \
	"32 25 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n"                  \
	"33 25 0:30 / /sys/fs/cgroup/free\\040zer rw - cgroup cgroup rw,freezer\n"

static struct cgroup read_it(const char *root, const char *mounts, const char *groups)
{
	struct cgroup_mounts m;
	struct cgroup c;

	tree_write(root, "/proc/self/mountinfo", mounts);
	tree_write(root, "/proc/42/task/50/cgroup", groups);
	assert_int_equal(cgroup_mounts_read(root, &m), 0);
	assert_int_equal(cgroup_read(root, &m, "/proc/42/task/50", &c), 0);
	cgroup_mounts_free(&m);
	return c;
}

#define AT "/sys/fs/cgroup/machine.slice"

static void make_v2(const char *root)
{
	tree_write(root, AT "/cpu.max", "max 100000\n");
	tree_write(root, AT "/cgroup.freeze", "0\n");
	tree_write(root, AT "/web.scope/cpu.max", "20000 100000\n");
	tree_write(root, AT "/web.scope/cpu.stat",
		   "usage_usec 12\nnr_periods 90\nnr_throttled 7\nthrottled_usec 123456\nnr_bursts 0\n");
	tree_write(root, AT "/web.scope/cgroup.events", "populated 1\nfrozen 0\n");
	tree_write(root, AT "/web.scope/cgroup.freeze", "0\n");
	tree_write(root, AT "/web.scope/cpuset.cpus.effective", "0-1,3\n");
	tree_write(root, AT "/web.scope/emulator/cgroup.events", "populated 1\nfrozen 0\n");
	tree_write(root, AT "/web.scope/emulator/cpu.max", "50000 100000\n");
	tree_write(root, AT "/web.scope/emulator/cpu.stat",
		   "nr_periods 90\nnr_throttled 0\nthrottled_usec 0\n");
	tree_write(root, AT "/web.scope/emulator/cpu.weight", "79\n");
	tree_write(root, "/proc/42/task/50/status",
		   "Name:\tx\nCpus_allowed:\tf\nCpus_allowed_list:\t0-3,7\nMems_allowed:\t1\n");
}

#define GROUP "0::/machine.slice/web.scope/emulator\n"

static void version_2_is_read(void **state)
{
	make_v2(*state);

	struct cgroup c = read_it(*state, V2, GROUP);

	assert_int_equal(c.version, 2);
	assert_string_equal(c.path, "/machine.slice/web.scope/emulator");
	assert_int_equal(c.frozen, 0);
	assert_int_equal(c.weight, 79);
	/* without the controller: a parent's */
	assert_string_equal(c.cpus, "0-1,3");
	assert_string_equal(c.allowed, "0-3,7");
	assert_true(c.limits_known);
	assert_int_equal(c.n_limits, 2);
	assert_int_equal(c.limits[0].quota_us, 50000);
	assert_int_equal(c.limits[0].throttled, 0);
	assert_string_equal(c.limits[1].path, "/machine.slice/web.scope");
	assert_int_equal(c.limits[1].quota_us, 20000);
	assert_int_equal(c.limits[1].period_us, 100000);
	assert_int_equal(c.limits[1].throttled, 7);
	assert_int_equal(c.limits[1].throttled_us, 123456);
	cgroup_free(&c);
}

/* Its own state, that of one which never gets there, and that of a group above */
static void a_frozen_group_is_known(void **state)
{
	static const struct {
		const char *file, *text;
		long long frozen;
	} rows[] = {
		{ AT "/web.scope/emulator/cgroup.events", "populated 1\nfrozen 1\n", 1 },
		{ AT "/web.scope/emulator/cgroup.freeze", "1\n", 1 },
		{ AT "/web.scope/cgroup.freeze", "1\n", 1 },
		{ AT "/cgroup.freeze", "1\n", 1 },
		{ AT "/cgroup.freeze", "10\n", 0 },
		{ AT "/web.scope/emulator/cgroup.events", "populated 1\n", -1 },
		{ AT "/web.scope/emulator/cgroup.events", "", -1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		make_v2(*state);
		tree_write(*state, AT "/web.scope/emulator/cgroup.freeze", "0\n");
		tree_write(*state, rows[i].file, rows[i].text);

		struct cgroup c = read_it(*state, V2, GROUP);

		if (c.frozen != rows[i].frozen)
			print_message("row %zu\n", i);
		assert_int_equal(c.frozen, rows[i].frozen);
		cgroup_free(&c);
	}
}

static void version_1_is_read(void **state)
{
	const char *root = *state;

	tree_write(root, "/sys/fs/cgroup/cpu,cpuacct/machine/web/cpu.cfs_quota_us", "-1\n");
	tree_write(root, "/sys/fs/cgroup/cpu,cpuacct/machine/web/cpu.shares", "1024\n");
	tree_write(root, "/sys/fs/cgroup/cpu,cpuacct/machine/cpu.cfs_quota_us", "25000\n");
	tree_write(root, "/sys/fs/cgroup/cpu,cpuacct/machine/cpu.cfs_period_us", "50000\n");
	tree_write(root, "/sys/fs/cgroup/cpu,cpuacct/machine/cpu.stat",
		   "nr_periods 5\nnr_throttled 3\nthrottled_time 7000900\n");
	tree_write(root, "/sys/fs/cgroup/cpuset/web/cpuset.effective_cpus", "2\n");
	tree_write(root, "/sys/fs/cgroup/free zer/web/freezer.state", "FREEZING\n");

	struct cgroup c = read_it(
		root, V1,
		"9:freezer:/web\n4:cpu,cpuacct:/machine/web\n3:cpuset:/web\n1:name=systemd:/x\n0::/x\n");

	assert_int_equal(c.version, 1);
	assert_string_equal(c.path, "/machine/web");
	assert_int_equal(c.weight, 1024);
	assert_string_equal(c.cpus, "2");
	assert_null(c.allowed);
	assert_int_equal(c.n_limits, 1);
	assert_string_equal(c.limits[0].path, "/machine");
	assert_int_equal(c.limits[0].quota_us, 25000);
	assert_int_equal(c.limits[0].period_us, 50000);
	assert_int_equal(c.limits[0].throttled, 3);
	assert_int_equal(c.limits[0].throttled_us, 7000);
	assert_int_equal(c.frozen, 1);
	cgroup_free(&c);
}

/* The top of a hierarchy has no file that says so */
static void the_top_is_never_frozen(void **state)
{
	struct cgroup c;

	tree_write(*state, "/sys/fs/cgroup/cgroup.procs", "");
	c = read_it(*state, V2, "0::/\n");
	assert_int_equal(c.frozen, 0);
	cgroup_free(&c);
	c = read_it(*state, V1, "9:freezer:/\n");
	assert_int_equal(c.frozen, 0);
	cgroup_free(&c);
	c = read_it(*state, V1, "9:freezer:/gone\n");
	assert_int_equal(c.frozen, -1);
	cgroup_free(&c);
}

/* What can't be read is unknown, and nothing outside of what is mounted is */
static void what_is_hostile_is_unknown(void **state)
{
	static const struct {
		const char *mounts, *groups;
	} rows[] = {
		{ V2, "0::/../other/x\n" }, { V2, "0::/machine.slice/../../../etc\n" }, { V2,
		  "0::/..\n" }, { V2, "0::\n" }, { V2, "0::x\n" },
		{ V2, "" }, { V2, "\n\n:::\n0:\n::" }, { V2, "4:cpu:/machine.slice\n" }, { "",
		  GROUP },
		{ "36 25 0:31 /elsewhere /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", GROUP },
		{ "36 25 0:31 /machine.sli /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", GROUP },
		{ "36 25 0:31 / - cgroup2 cgroup2 rw\n", GROUP }, { "36 25 0:31 - cgroup2\n",
		  GROUP }, { " - \n", GROUP },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		make_v2(*state);

		struct cgroup c = read_it(*state, rows[i].mounts, rows[i].groups);

		if (c.n_limits || c.frozen >= 0 || c.weight >= 0)
			print_message("row %zu\n", i);
		assert_int_equal(c.n_limits, 0);
		assert_int_equal(c.frozen, -1);
		assert_int_equal(c.weight, -1);
		assert_true(!c.path || !c.limits_known);
		cgroup_free(&c);
	}
}

/* The host's groups as a container sees them: a part of the hierarchy, mounted as the whole */
static void a_part_of_a_hierarchy_is_read(void **state)
{
	make_v2(*state);
	tree_write(*state, "/sys/fs/cgroup/emulator/cpu.weight", "5\n");

	struct cgroup c = read_it(
		*state,
		"36 25 0:31 /machine.slice/web.scope /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
		GROUP);

	assert_int_equal(c.weight, 5);
	/* what is above it isn't seen */
	assert_false(c.limits_known);
	cgroup_free(&c);
}

static void numbers_are_bounded(void **state)
{
	static const char *const bad[] = { "20000\n",
					   "x 100000\n",
					   "-5 100000\n",
					   "99999999999999999999 100000\n",
					   "0 100000\n",
					   "20000 0\n",
					   "" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		make_v2(*state);
		tree_write(*state, AT "/web.scope/emulator/cpu.max", bad[i]);

		struct cgroup c = read_it(*state, V2, GROUP);

		assert_int_equal(c.n_limits, 1);
		assert_string_equal(c.limits[0].path, "/machine.slice/web.scope");
		cgroup_free(&c);
	}
}

static void a_thread_that_is_gone_is_an_error(void **state)
{
	struct cgroup_mounts m;
	struct cgroup c;

	tree_write(*state, "/proc/self/mountinfo", V2);
	assert_int_equal(cgroup_mounts_read(*state, &m), 0);
	assert_int_equal(cgroup_read(*state, &m, "/proc/43", &c), -ENOENT);
	cgroup_mounts_free(&m);
	assert_int_equal(cgroup_mounts_read("/nowhere", &m), -ENOENT);
}

/* Deeper than anybody makes them, and longer than a path may be */
static void depth_is_bounded(void **state)
{
	char deep[6000] = "0::";

	for (size_t at = 3; at + 3 < 3 + 2 * 400; at += 2)
		memcpy(deep + at, "/a", 3);
	make_v2(*state);

	struct cgroup c = read_it(*state, V2, deep);

	assert_int_equal(c.n_limits, 0);
	assert_false(c.limits_known);
	cgroup_free(&c);
	for (size_t at = 3; at + 3 < sizeof(deep); at += 2)
		memcpy(deep + at, "/a", 3);
	c = read_it(*state, V2, deep);
	assert_null(c.path);
	cgroup_free(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(version_2_is_read, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(a_frozen_group_is_known, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(version_1_is_read, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(the_top_is_never_frozen, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(what_is_hostile_is_unknown, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(a_part_of_a_hierarchy_is_read, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(numbers_are_bounded, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(a_thread_that_is_gone_is_an_error, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(depth_is_bounded, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
