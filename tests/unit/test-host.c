// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/problem.h"

#include <errno.h>

#include "base/str.h"
#include "host/host.h"
#include "host/module.h"
#include "stap/output.h"
#include "stap/preflight.h"
#include "tree.h"

#define MODULES "/lib/modules/" REL "/"

static void running_and_named_release(void **state)
{
	struct host h;

	assert_int_equal(host_init(&h, *state, NULL), -ENOENT);
	host_free(&h);
	tree_write(*state, "/proc/sys/kernel/osrelease", REL "\n");
	h = tree_host(*state, NULL);
	assert_string_equal(h.release, REL);
	assert_true(h.running);
	assert_int_equal(h.kernel.minor, 12);
	host_free(&h);
	h = tree_host(*state, "6.1.0-9-amd64");
	assert_false(h.running);
	host_free(&h);
}

static void releases_that_are_none(void **state)
{
	static const char *const bad[] = {
		"", "..", "../6.1", "6.1/..", "6.1 x", "6.1;x", "6.1\n"
	};
	struct host h;

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(host_init(&h, *state, bad[i]), -EINVAL);
		host_free(&h);
	}
}

/* As Debian's: the link is absolute, and must not lead out of the made-up root */
static void headers_through_links(void **state)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	struct host h = tree_host(*state, REL);

	assert_null(h.build);
	tree_write(*state, "/etc/os-release", "ID=debian\n");
	assert_int_equal(preflight_headers(&h, &p), -ENOENT);
	assert_string_equal(p.hints.v[0], "apt-get install linux-headers-" REL);
	host_free(&h);

	tree_link(*state, MODULES "build", "/usr/src/linux-headers-" REL);
	h = tree_host(*state, REL);
	assert_null(h.build);	/* dangling */
	host_free(&h);

	tree_write(*state, "/usr/src/linux-headers-" REL "/Makefile", "");
	h = tree_host(*state, REL);
	assert_string_equal(h.build, tree_path(*state, "/usr/src/linux-headers-" REL));
	assert_int_equal(preflight_headers(&h, &p), 0);
	host_free(&h);
}

static void finds_modules(void **state)
{
	CLEANUP(host_free) struct host h = tree_host(*state, REL);
	CLEANUP(module_free) struct module m = { 0 };

	tree_write(*state, MODULES "kernel/drivers/vhost/vhost.ko.xz", "");
	tree_write(*state, MODULES "kernel/arch/x86/kvm/kvm-amd.ko", "");
	/* no modules.dep: the tree is walked; vhost_net is not vhost */
	assert_int_equal(module_find(&h, "vhost", &m), 0);
	assert_string_equal(m.rel, "kernel/drivers/vhost/vhost.ko.xz");
	module_free(&m);
	assert_int_equal(module_find(&h, "kvm_amd", &m), 0);
	assert_string_equal(m.rel, "kernel/arch/x86/kvm/kvm-amd.ko");
	module_free(&m);
	assert_int_equal(module_find(&h, "vhost_net", &m), -ENOENT);
	module_free(&m);

	tree_write(*state, MODULES "modules.dep",
		   "kernel/x/xvhost.ko:\nkernel/x/vhost.korea:\n../vhost.ko:\n"
		   "kernel/y/macvtap.ko.zst: updates/vhost.ko\nupdates/vhost.ko.zst: kernel/z/a.ko\n");
	assert_int_equal(module_find(&h, "vhost", &m), 0);
	assert_string_equal(m.rel, "updates/vhost.ko.zst");
	module_free(&m);

	tree_write(*state, MODULES "modules.builtin", "kernel/drivers/net/tun.ko\n");
	assert_int_equal(module_find(&h, "tun", &m), 0);
	assert_true(m.builtin);
	assert_null(m.path);
}

static void modules_must_be_loaded(void **state)
{
	CLEANUP(problem_free) struct problem p = { 0 };

	tree_write(*state, "/proc/sys/kernel/osrelease", REL "\n");
	CLEANUP(host_free) struct host h = tree_host(*state, NULL);
	CLEANUP(host_free) struct host other = tree_host(*state, "6.1.0");

	assert_int_equal(preflight_modules(&h, &p), -ENOENT);
	assert_string_equal(p.what, "kernel " REL " has no module vhost");
	tree_write(*state, MODULES "kernel/vhost.ko", "");
	tree_write(*state, MODULES "kernel/vhost_net.ko", "");
	tree_loaded(*state, "vhost", "0102");
	assert_int_equal(preflight_modules(&h, &p), -ENOENT);
	assert_string_equal(p.what,
			    "the vhost_net module is not loaded: no guest uses vhost-net here");
	tree_loaded(*state, "vhost_net", "0102");
	assert_int_equal(preflight_modules(&h, &p), 0);

	/* of a kernel that isn't running nothing can be loaded */
	tree_write(*state, "/lib/modules/6.1.0/vhost.ko", "");
	tree_write(*state, "/lib/modules/6.1.0/vhost_net.ko", "");
	assert_int_equal(preflight_modules(&other, &p), 0);
}

static void who_may_run_stap(void **state)
{
	static const char *const none[] = { NULL };
	static const char *const users[] = { "users", "stapler", NULL };
	static const char *const dev[] = { "users", "stapdev", NULL };
	static const char *const usr[] = { "stapusr", NULL };

	(void)state;
	assert_true(preflight_may_run_stap(0, none));
	assert_false(preflight_may_run_stap(1000, none));
	assert_false(preflight_may_run_stap(1000, users));
	assert_true(preflight_may_run_stap(1000, dev));
	assert_true(preflight_may_run_stap(1000, usr));
}

static void finds_stap_and_its_version(void **state)
{
	CLEANUP(stap_program_free) struct stap_program s = { 0 };
	CLEANUP(problem_free) struct problem p = { 0 };
	CLEANUP(host_free) struct host h = tree_host(*state, REL);
	const char *stap = tree_path(*state, "/usr/bin/stap");

	unsetenv("STAP_VHOST_STAP");
	unsetenv("SYSTEMTAP_RUNTIME");
	setenv("PATH", tree_path(*state, "/none"), 1);
	assert_int_equal(preflight_stap(&h, NULL, &s, &p), -ENOENT);
	assert_string_equal(p.what, "no program stap: SystemTap is not installed");
	tree_write(*state, "/usr/bin/stap", "#!/bin/sh\n"
		   "echo 'Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)' >&2\n");
	/* there, and not executable: execvp() would pass it by */
	assert_int_equal(preflight_stap(&h, stap, &s, &p), -ENOENT);
	FREE char *chmod = str_printf("/bin/chmod +x '%s'", stap);

	assert_int_equal(system(chmod), 0);
	setenv("PATH", tree_path(*state, "/none:/usr/bin"), 1);
	assert_int_equal(preflight_stap(&h, stap, &s, &p), 0);
	assert_int_equal(s.version.major, 5);
	assert_int_equal(s.version.minor, 1);
	assert_null(s.runtime);
	stap_program_free(&s);

	tree_write(*state, "/usr/share/systemtap/runtime/x", "");
	setenv("PATH", tree_path(*state, "/usr/bin"), 1);
	assert_int_equal(preflight_stap(&h, NULL, &s, &p), 0);
	assert_string_equal(s.path, stap);
	assert_non_null(s.runtime);
	setenv("PATH", "/usr/bin:/bin", 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(running_and_named_release),
		T(releases_that_are_none),
		T(headers_through_links),
		T(finds_modules),
		T(modules_must_be_loaded),
		T(who_may_run_stap),
		T(finds_stap_and_its_version),
	};

	return cmocka_run_group_tests_name("host", tests, NULL, NULL);
}
