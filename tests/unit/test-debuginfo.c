// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <errno.h>

#define ID "5e14052aabbccddeeff05e14052aabbccddeeff0"
#define OTHER "0011223344556677889900112233445566778899"
#define MODULES "/lib/modules/" REL "/"
#define DEBUG "/usr/lib/debug/lib/modules/" REL "/"
#define VHOST "kernel/drivers/vhost/vhost.ko"

/* A host with one module, vhost, that is stripped */
static struct host one_module(const char *root, const char *tool, const char *end)
{
	FREE char *dep = str_printf("%s%s: kernel/drivers/vhost/vhost_iotlb.ko\n", VHOST, end);

	tree_elf(root, MODULES VHOST, ID, false);
	if (tool)
		tree_compress(root, MODULES VHOST, tool);
	tree_write(root, MODULES "modules.dep", dep);
	return tree_host(root, REL);
}

/* What is found for vhost, as a path without the root; NULL: nothing */
static char *find(const struct host *h, struct strv *refused)
{
	CLEANUP(module_free) struct module m;
	FREE char *path = NULL;

	assert_int_equal(module_find(h, "vhost", &m), 0);
	if (debuginfo_find(h, &m, &m.id, &path, refused))
		return NULL;
	return strdup(path + strlen(h->root));
}

static void expect(const struct host *h, const char *want, size_t n_refused)
{
	STRV_CLEAN struct strv refused = { 0 };
	FREE char *found = find(h, &refused);

	if (want)
		assert_non_null(found);
	else
		assert_null(found);
	if (want)
		assert_string_equal(found, want);
	assert_int_equal(refused.n, n_refused);
}

/* Debian: the module is compressed, its debug file is not, and has no .debug */
static void plain_ko_for_xz(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, "xz", ".xz");

	expect(&h, NULL, 0);
	tree_elf(*state, DEBUG VHOST, ID, true);
	expect(&h, DEBUG VHOST, 0);
}

/* Each place is taken before those that were there already */
static void order_of_search(void **state)
{
	static const char *const worse_to_better[] = {
		DEBUG "updates/dkms/vhost.ko.debug",
		"/usr/lib/debug/usr/lib/modules/" REL "/" VHOST ".debug",
		DEBUG VHOST ".debug",
		DEBUG VHOST,
		"/usr/lib/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug",
	};
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");

	for (size_t i = 0; i < ARRAY_SIZE(worse_to_better); i++) {
		tree_elf(*state, worse_to_better[i], ID, true);
		expect(&h, worse_to_better[i], 0);
	}
}

static void compressed_debug_file(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, "xz", ".xz");

	tree_elf(*state, DEBUG VHOST ".debug", ID, true);
	tree_compress(*state, DEBUG VHOST ".debug", "xz");
	/* found by the search: .ko.debug.xz is nobody's first choice */
	expect(&h, DEBUG VHOST ".debug.xz", 0);

	tree_elf(*state, DEBUG VHOST, ID, true);
	tree_compress(*state, DEBUG VHOST, "xz");
	expect(&h, DEBUG VHOST ".xz", 0);
}

static void zstd_module(void **state)
{
	struct elf_facts f;

	if (!tree_tool("zstd")) {
		print_message("no zstd program\n");
		skip();
	}
	tree_elf(*state, "/probe.ko", ID, false);
	tree_compress(*state, "/probe.ko", "zstd");
	if (elf_facts(tree_path(*state, "/probe.ko.zst"), &f)) {
		print_message("this libdw was built without zstd\n");
		skip();
	}
	CLEANUP(host_free) struct host h = one_module(*state, "zstd", ".zst");

	tree_elf(*state, DEBUG VHOST, ID, true);
	expect(&h, DEBUG VHOST, 0);
}

static void wrong_build_is_refused(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, "xz", ".xz");
	STRV_CLEAN struct strv refused = { 0 };

	tree_elf(*state, DEBUG VHOST, OTHER, true);
	FREE char *found = find(&h, &refused);

	assert_null(found);
	assert_int_equal(refused.n, 1);
	assert_non_null(strstr(refused.v[0], DEBUG VHOST ": its build-id is " OTHER));
	assert_non_null(strstr(refused.v[0], "that of vhost is " ID));

	/* and a right one further down the chain is still found */
	tree_elf(*state, DEBUG VHOST ".debug", ID, true);
	expect(&h, DEBUG VHOST ".debug", 1);
}

static void file_without_dwarf_is_refused(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	STRV_CLEAN struct strv refused = { 0 };

	tree_elf(*state, DEBUG VHOST, ID, false);
	FREE char *found = find(&h, &refused);

	assert_null(found);
	assert_int_equal(refused.n, 1);
	assert_non_null(strstr(refused.v[0], DEBUG VHOST ": no DWARF in it"));
}

static void garbage_is_refused(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");

	tree_write(*state, DEBUG VHOST, "a mirror's error page\n");
	expect(&h, NULL, 1);
}

/* One file by two names is refused once */
static void refused_once(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");

	tree_elf(*state, DEBUG VHOST, ID, false);
	tree_link(*state, "/usr/lib/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug", DEBUG VHOST);
	expect(&h, NULL, 1);
}

static void own_dwarf_of_a_module(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");

	tree_elf(*state, MODULES VHOST, ID, true);
	expect(&h, MODULES VHOST, 0);
}

/* The module that is loaded counts, not the file that was installed since */
static void loaded_module_decides(void **state)
{
	tree_write(*state, "/proc/sys/kernel/osrelease", REL "\n");
	tree_loaded(*state, "vhost", OTHER);
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");

	assert_true(h.running);
	tree_elf(*state, DEBUG VHOST, ID, true);
	expect(&h, NULL, 1);
	tree_elf(*state, DEBUG VHOST, OTHER, true);
	expect(&h, DEBUG VHOST, 0);
}

static int prepare(const struct host *h, const char *cache, char **path, struct strv *warnings,
		   struct problem *p)
{
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	return debuginfo_prepare(h, cache, path, warnings, p);
}

static void links_are_made(void **state)
{
	const char *cache = tree_path(*state, "/cache");
	CLEANUP(host_free) struct host h = one_module(*state, "xz", ".xz");
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	FREE char *path = NULL;
	char target[4096] = "";
	struct elf_facts f;

	tree_elf(*state, DEBUG VHOST, ID, true);
	assert_int_equal(prepare(&h, cache, &path, &warnings, &p), 0);

	FREE char *want = str_printf("+:%s/usr/lib/debug:%s/cache/debug", (char *)*state,
				     (char *)*state);
	const char *link = tree_path(*state, "/cache/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug");

	assert_string_equal(path, want);
	assert_true(readlink(link, target, sizeof(target) - 1) > 0);
	assert_string_equal(target, tree_path(*state, DEBUG VHOST));
	assert_int_equal(elf_facts(link, &f), 0);
	/* no vmlinux anywhere: said, and gone on */
	assert_int_equal(warnings.n, 1);
	assert_non_null(strstr(warnings.v[0], "vmlinux"));
}

static void vmlinux_is_linked(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	FREE char *path = NULL;

	tree_elf(*state, DEBUG VHOST, ID, true);
	tree_elf(*state, "/usr/lib/debug/boot/vmlinux-" REL, OTHER, true);
	assert_int_equal(prepare(&h, tree_path(*state, "/cache"), &path, &warnings, &p), 0);
	assert_int_equal(warnings.n, 0);
	assert_true(file_exists(tree_path(*state,
			"/cache/debug/.build-id/00/11223344556677889900112233445566778899.debug")));
}

static void says_what_is_missing(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	FREE char *path = NULL;

	tree_write(*state, "/etc/os-release", "NAME=x\nID=debian\n");
	tree_elf(*state, DEBUG VHOST, OTHER, true);
	assert_int_equal(prepare(&h, tree_path(*state, "/cache"), &path, &warnings, &p), -ENOENT);
	assert_string_equal(p.what, "no debuginfo for kernel " REL ": module vhost (build-id " ID ")");
	assert_int_equal(p.hints.n, 2);
	assert_non_null(strstr(p.hints.v[0], OTHER));
	assert_string_equal(p.hints.v[1], "apt-get install linux-image-" REL "-dbg");
}

/* tun is part of Ubuntu's kernel: no module to look for, but the kernel's own is needed */
static void builtin_needs_vmlinux(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	FREE char *path = NULL;

	tree_elf(*state, DEBUG VHOST, ID, true);
	tree_write(*state, MODULES "modules.builtin", "kernel/drivers/net/tun.ko\n");
	assert_int_equal(prepare(&h, tree_path(*state, "/cache"), &path, &warnings, &p), -ENOENT);
	assert_non_null(strstr(p.what, "vmlinux"));
	assert_null(strstr(p.what, "tun"));
}

static void keeps_the_users_path(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv warnings = { 0 };
	FREE char *path = NULL;
	FREE char *want = str_printf("+:/mine:%s/cache/debug", (char *)*state);

	tree_elf(*state, DEBUG VHOST, ID, true);
	setenv("SYSTEMTAP_DEBUGINFO_PATH", "+:/mine", 1);
	assert_int_equal(debuginfo_prepare(&h, tree_path(*state, "/cache"), &path, &warnings, &p), 0);
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	assert_string_equal(path, want);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(plain_ko_for_xz),
		T(order_of_search),
		T(compressed_debug_file),
		T(zstd_module),
		T(wrong_build_is_refused),
		T(file_without_dwarf_is_refused),
		T(garbage_is_refused),
		T(refused_once),
		T(own_dwarf_of_a_module),
		T(loaded_module_decides),
		T(links_are_made),
		T(vmlinux_is_linked),
		T(says_what_is_missing),
		T(builtin_needs_vmlinux),
		T(keeps_the_users_path),
	};

	return cmocka_run_group_tests_name("debuginfo", tests, NULL, NULL);
}
