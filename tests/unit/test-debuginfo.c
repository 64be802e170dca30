// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <sys/stat.h>

#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/debuginfo.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"
#include "stap/output.h"
#include "stap/scripts.h"
#include "tree.h"

#define ID "5e14052aabbccddeeff05e14052aabbccddeeff0"
#define OTHER "0011223344556677889900112233445566778899"
#define MODULES "/lib/modules/" REL "/"
#define DEBUG "/usr/lib/debug/lib/modules/" REL "/"
#define MERGED "/usr/lib/debug/usr/lib/modules/" REL "/"
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
		"/usr/lib/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug",
		"/usr/lib/debug/usr/lib/modules/" REL "/" VHOST ".debug",
		DEBUG VHOST ".debug",
		DEBUG VHOST,
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
	assert_non_null(strstr(refused.v[0], DEBUG VHOST ": it has no DWARF"));
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
	tree_link(*state,
		  "/usr/lib/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug",
		  DEBUG VHOST);
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

/* Where each distribution has vhost's debuginfo, and in which form its modules are */
static const struct place {
	const char *distro, *module, *debug;
	bool usrmerged;		/* /lib is a link to usr/lib */
	/* /usr/lib/debug/lib is one, as Fedora's package filesystem has it */
	bool debug_merged;
} places[] = {
	{ "Debian 12", VHOST, DEBUG VHOST, true, false },
	{ "Debian 13", VHOST ".xz", DEBUG VHOST, true, false },
	{ "Ubuntu 22.04", VHOST, DEBUG VHOST, true, false },
	{ "Ubuntu 24.04", VHOST ".zst", DEBUG VHOST ".zst", true, false },
	{ "Ubuntu 24.04, not compressed", VHOST ".zst", DEBUG VHOST, true, false },
	{ "Fedora", VHOST ".xz", DEBUG VHOST ".debug", true, true },
	{ "RHEL 8", VHOST ".xz", DEBUG VHOST ".debug", true, false },
	{ "openSUSE Leap 15", VHOST ".zst", DEBUG VHOST ".debug", false, false },
	{ "openSUSE Tumbleweed", VHOST ".zst", MERGED VHOST ".debug", true, false },
	{ "Arch", VHOST ".zst", MERGED VHOST, true, false },
	{ "openEuler", VHOST ".xz", DEBUG VHOST "-" REL ".debug", true, true },
	{ "modules_install with xz", VHOST ".xz", DEBUG VHOST ".xz", true, false },
	{ "modules_install with gzip", VHOST ".gz", DEBUG VHOST ".gz", true, false },
	{ "a module from outside", "updates/dkms/vhost.ko.xz", DEBUG "updates/dkms/vhost.ko", true,
	  false },
	{ "a module that moved", "weak-updates/vhost.ko.xz", MERGED "extra/vhost.ko.debug", true,
	  false },
};

static const char *tool_of(const char *path)
{
	return str_ends_with(path, ".xz") ? "xz" : str_ends_with(path, ".zst") ? "zstd --rm" :
		str_ends_with(path, ".gz") ? "gzip" : NULL;
}

/* An ELF file at @path, compressed as its name says */
static void elf_at(const char *root, const char *path, const char *id, bool dwarf)
{
	const char *tool = tool_of(path);
	FREE char *plain = strdup(path);

	if (tool)
		*strrchr(plain, '.') = '\0';
	unlink(tree_path(root, path));
	tree_elf(root, plain, id, dwarf);
	if (tool)
		tree_compress(root, plain, tool);
}

/* This machine's libdw may be built without zstd, and then says so */
static bool can_read(const char *root, const char *path)
{
	struct elf_facts f;

	return elf_facts(tree_path(root, path), &f) != -ENOTSUP;
}

static struct host host_of(const char *root, const struct place *p)
{
	FREE char *module = str_printf(MODULES "%s", p->module);
	FREE char *dep = str_printf("%s:\n", p->module);

	if (p->usrmerged) {
		assert_int_equal(file_mkdir_p(tree_path(root, "/usr/lib")), 0);
		tree_link(root, "/lib", "usr/lib");
	}
	if (p->debug_merged) {
		assert_int_equal(file_mkdir_p(tree_path(root, "/usr/lib/debug/usr/lib")), 0);
		tree_link(root, "/usr/lib/debug/lib", "usr/lib");
	}
	tree_write(root, "/proc/sys/kernel/osrelease", REL "\n");
	tree_loaded(root, "vhost", ID);
	elf_at(root, module, ID, false);
	tree_write(root, MODULES "modules.dep", dep);
	return tree_host(root, REL);
}

static void try_place(const char *root, const struct place *p)
{
	CLEANUP(host_free) struct host h = host_of(root, p);

	print_message("# %s\n", p->distro);
	expect(&h, NULL, 0);
	/* left by an older build of the same release, and a split file that lost its DWARF */
	elf_at(root, p->debug, OTHER, true);
	expect(&h, NULL, 1);
	elf_at(root, p->debug, ID, false);
	expect(&h, NULL, 1);
	elf_at(root, p->debug, ID, true);
	if (can_read(root, p->debug))
		expect(&h, p->debug, 0);
	else
		expect(&h, NULL, 1);
}

static void layouts_of_distributions(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		void *root;

		assert_int_equal(tree_setup(&root), 0);
		try_place(root, &places[i]);
		tree_teardown(&root);
	}
}

static void vmlinux_of_distributions(void **state)
{
	static const char *const worse_to_better[] = {
		MODULES "vmlinux", "/usr" MODULES "build/vmlinux", MODULES "build/vmlinux",
		"/usr/lib/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug",
		"/boot/vmlinux-" REL, MERGED "build/vmlinux", MERGED "vmlinux.debug",
		MERGED "vmlinux", DEBUG "vmlinux.debug", DEBUG "vmlinux",
		"/usr/lib/debug/boot/vmlinux-" REL ".debug", "/usr/lib/debug/boot/vmlinux-" REL,
	};
	CLEANUP(host_free) struct host h = tree_host(*state, REL);
	struct build_id id = tree_id(ID);

	for (size_t i = 0; i < ARRAY_SIZE(worse_to_better); i++) {
		STRV_CLEAN struct strv refused = { 0 };
		FREE char *path = NULL;

		tree_elf(*state, worse_to_better[i], ID, true);
		assert_int_equal(debuginfo_find(&h, NULL, &id, &path, &refused), 0);
		assert_string_equal(path, tree_path(*state, worse_to_better[i]));
		assert_int_equal(refused.n, 0);
	}
}

/* A distribution's headers have a vmlinux of BTF alone: nothing to complain of */
static void stripped_vmlinux_is_expected(void **state)
{
	CLEANUP(host_free) struct host h = tree_host(*state, REL);
	STRV_CLEAN struct strv refused = { 0 };
	struct build_id id = tree_id(ID);
	FREE char *path = NULL;

	tree_elf(*state, MODULES "build/vmlinux", ID, false);
	assert_int_equal(debuginfo_find(&h, NULL, &id, &path, &refused), -ENOENT);
	assert_int_equal(refused.n, 0);
}

static void really_split_debug_file(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, "xz", ".xz");
	FREE char *split = str_printf("cd '%s' && objcopy --only-keep-debug full vhost.ko.debug",
				      (char *)*state);
	FREE char *lost = str_printf("cd '%s' && objcopy --only-keep-debug bare vhost.ko.debug",
				     (char *)*state);

	assert_int_equal(file_mkdir_p(tree_path(*state, DEBUG "kernel/drivers/vhost")), 0);
	tree_link(*state, DEBUG VHOST ".debug", "/vhost.ko.debug");
	tree_elf(*state, "/bare", ID, false);
	assert_int_equal(system(lost), 0);
	expect(&h, NULL, 1);
	tree_elf(*state, "/full", ID, true);
	assert_int_equal(system(split), 0);
	expect(&h, "/vhost.ko.debug", 0);
}

static void refused_with(const struct host *h, const char *words)
{
	STRV_CLEAN struct strv refused = { 0 };
	FREE char *found = find(h, &refused);

	assert_null(found);
	assert_int_equal(refused.n, 1);
	if (!str_ends_with(refused.v[0], words))
		fail_msg("%s, but not for: %s", refused.v[0], words);
}

/* Whatever stands in the place of the file: no hang, no crash, one clear reason */
static void odd_files_are_refused(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	const char *path = tree_path(*state, DEBUG VHOST);
	FREE char *elf = NULL;
	size_t len;

	tree_link(*state, DEBUG VHOST, "/nowhere");
	refused_with(&h, DEBUG VHOST ": a link without a target");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	refused_with(&h, DEBUG VHOST ": not a regular file");
	unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
	refused_with(&h, DEBUG VHOST ": a directory");
	rmdir(path);
	tree_write(*state, DEBUG VHOST, "");
	refused_with(&h, DEBUG VHOST ": empty");
	tree_write(*state, DEBUG VHOST, "\177ELF\2\1\1 and so on, but nothing of the kind");
	refused_with(&h, DEBUG VHOST ": a damaged or truncated ELF file");
	tree_elf(*state, DEBUG VHOST, ID, true);
	assert_int_equal(file_read(path, 1 << 20, &elf, &len), 0);
	tree_write_bytes(*state, DEBUG VHOST, elf, len - 1);
	refused_with(&h, DEBUG VHOST ": a damaged or truncated ELF file");
	tree_write(*state, DEBUG VHOST, "\x1f\x8b\x08 not really compressed");
	refused_with(&h, DEBUG VHOST ": compressed, and damaged or in a format that this libdw "
		     "can't read");
}

static int prepare(const struct host *h, const char *cache, char **path, struct strv *warnings,
		   struct problem *p)
{
	unsetenv("SYSTEMTAP_DEBUGINFO_PATH");
	unsetenv("DEBUGINFOD_URLS");
	return debuginfo_prepare(h, cache, NULL, path, warnings, p);
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
	const char *link = tree_path(
		*state, "/cache/debug/.build-id/5e/14052aabbccddeeff05e14052aabbccddeeff0.debug");

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
	assert_string_equal(p.what,
			    "no debuginfo for kernel " REL ": module vhost (build-id " ID ")");
	assert_int_equal(p.hints.n, 3);
	assert_non_null(strstr(p.hints.v[0], OTHER));
	assert_string_equal(p.hints.v[1], "apt-get install linux-image-" REL "-dbg");
	assert_non_null(strstr(p.hints.v[2], "DEBUGINFOD_URLS=https://debuginfod.debian.net"));
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

static int prepare_named(const struct host *h, const char *words, struct problem *p)
{
	STRV_CLEAN struct strv warnings = { 0 };
	STRV_CLEAN struct strv extra = { 0 };
	FREE char *path = NULL;
	FREE char *meta = str_printf("title: x\ndebuginfo: %s\n", words);

	problem_free(p);
	tree_write(h->root, "/s.meta", meta);
	assert_int_equal(meta_debuginfo(tree_path(h->root, "/s.stp"), &extra), 0);
	return debuginfo_prepare(h, tree_path(h->root, "/cache"), &extra, &path, &warnings, p);
}

/* What a script's .meta names is needed; the rest stays as it is without */
static void a_script_names_what_it_needs(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };

	tree_elf(*state, DEBUG VHOST, ID, true);
	assert_int_equal(prepare_named(&h, "", &p), 0);
	assert_int_equal(prepare_named(&h, "vhost\tvhost", &p), 0);
	assert_int_equal(prepare_named(&h, "vhost kernel", &p), -ENOENT);
	assert_non_null(strstr(p.what, "the kernel itself, vmlinux"));
	tree_elf(*state, "/boot/vmlinux-" REL, OTHER, true);
	assert_int_equal(prepare_named(&h, " kernel vhost ", &p), 0);

	assert_int_equal(prepare_named(&h, "virtio-net", &p), -ENOENT);
	assert_non_null(strstr(p.what, "module virtio_net (this kernel has none)"));
	tree_elf(*state, MODULES "kernel/drivers/net/virtio_net.ko", OTHER, false);
	assert_int_equal(prepare_named(&h, "virtio-net", &p), -ENOENT);
	assert_non_null(strstr(p.what, "module virtio_net (build-id " OTHER ")"));
	tree_elf(*state, DEBUG "kernel/drivers/net/virtio_net.ko", OTHER, true);
	assert_int_equal(prepare_named(&h, "virtio-net", &p), 0);

	/* kvm is one that a script may do without, unless it says otherwise */
	tree_elf(*state, MODULES "kernel/arch/x86/kvm/kvm.ko", OTHER, false);
	assert_int_equal(prepare_named(&h, "", &p), 0);
	assert_int_equal(prepare_named(&h, "kvm", &p), -ENOENT);
	assert_string_equal(p.what,
			    "no debuginfo for kernel " REL ": module kvm (build-id " OTHER ")");
}

static void a_builtin_named_needs_vmlinux(void **state)
{
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };

	tree_elf(*state, DEBUG VHOST, ID, true);
	tree_write(*state, MODULES "modules.builtin", "kernel/net/core/pktgen.ko\n");
	assert_int_equal(prepare_named(&h, "pktgen", &p), -ENOENT);
	assert_non_null(strstr(p.what, "the kernel itself, vmlinux"));
}

static void a_name_that_is_none(void **state)
{
	static const char *const names[] = {
		"../../etc", "a/b", "a.ko", "x\033[2J",
		"a_name_that_is_longer_than_any_that_the_kernel_takes_for_a_module",
	};
	CLEANUP(host_free) struct host h = one_module(*state, NULL, "");
	CLEANUP(problem_free) struct problem p = { 0 };

	tree_elf(*state, DEBUG VHOST, ID, true);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_int_equal(prepare_named(&h, names[i], &p), -EINVAL);
		assert_non_null(strstr(p.what, "is not a module's name"));
		assert_int_equal(p.hints.n, 1);
	}
}

static void a_script_without_meta_names_none(void **state)
{
	STRV_CLEAN struct strv extra = { 0 };

	assert_int_equal(meta_debuginfo(tree_path(*state, "/s.stp"), &extra), 0);
	assert_int_equal(extra.n, 0);
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
	assert_int_equal(
		debuginfo_prepare(&h, tree_path(*state, "/cache"), NULL, &path, &warnings, &p), 0);
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
		T(layouts_of_distributions),
		T(vmlinux_of_distributions),
		T(stripped_vmlinux_is_expected),
		T(really_split_debug_file),
		T(odd_files_are_refused),
		T(links_are_made),
		T(vmlinux_is_linked),
		T(says_what_is_missing),
		T(builtin_needs_vmlinux),
		T(a_script_names_what_it_needs),
		T(a_builtin_named_needs_vmlinux),
		T(a_name_that_is_none),
		T(a_script_without_meta_names_none),
		T(keeps_the_users_path),
	};

	return cmocka_run_group_tests_name("debuginfo", tests, NULL, NULL);
}
