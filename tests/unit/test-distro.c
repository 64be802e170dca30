// SPDX-License-Identifier: GPL-2.0-or-later
/* What is said of the packages of a kernel, on made-up hosts and with made-up package managers. */
#include "host/distro.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"
#include "tree.h"

#define DEBIAN12 "ID=debian\nVERSION_ID=\"12\"\nVERSION_CODENAME=bookworm\n"
#define DEBIAN13 "ID=debian\nVERSION_ID=\"13\"\nVERSION_CODENAME=trixie\n"
#define UBUNTU22 "NAME=\"X\"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"22.04\"\nVERSION_CODENAME=jammy\n"
#define UBUNTU24 "ID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\nVERSION_CODENAME=noble\n"
#define FEDORA "ID=fedora\nVERSION_ID=42\n"
#define RHEL9 "ID=\"rhel\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.6\"\n"
#define ROCKY9 "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.6\"\n"
#define ORACLE9 "ID=\"ol\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"9.6\"\n"
#define AMAZON "ID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n"
#define OPENEULER "NAME=\"openEuler\"\nID=\"openEuler\"\nVERSION_ID=\"22.03\"\n"
#define SLES "ID=\"sles\"\nID_LIKE=\"suse\"\nVERSION_ID=\"15.6\"\n"
#define LEAP "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\nVERSION_ID=\"15.6\"\n"
#define TUMBLEWEED "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\nVERSION_ID=\"20260901\"\n"
#define DNF_DEBUG "dnf --enablerepo='*debug*' install "

struct said {
	struct strv commands, notes;
};

static void said_free(struct said *s)
{
	strv_free(&s->commands);
	strv_free(&s->notes);
}

static struct said ask(const char *root, const char *os, const char *release, enum host_pkg pkg)
{
	CLEANUP(host_free) struct host h = tree_host(root, release);
	struct said s = { 0 };

	tree_write(root, "/etc/os-release", os);
	host_install_hints(&h, pkg, &s.commands, &s.notes);
	return s;
}

/* @command: the last one, NULL: none; @note: a part of the notes */
static void expect(const char *root, const char *os, const char *release, enum host_pkg pkg,
		   const char *command, const char *note)
{
	CLEANUP(said_free) struct said s = ask(root, os, release, pkg);
	FREE char *notes = strv_join(&s.notes, "\n");
	const char *is = s.commands.n ? s.commands.v[s.commands.n - 1] : NULL;

	if (!command != !is || (command && strcmp(command, is)) || (note && !strstr(notes, note)))
		fail_msg("%s, %s: %s; %s\nwanted: %s; %s", os, release, is ? is : "no command",
			 notes, command ? command : "no command", note ? note : "");
}

static const struct row {
	const char *os, *release, *headers, *debuginfo, *note;	/* @note: of debuginfo's */
} rows[] = {
	{ DEBIAN12, "6.1.0-56-amd64", "apt-get install linux-headers-6.1.0-56-amd64",
	  "apt-get install linux-image-6.1.0-56-amd64-dbg", "bookworm or bookworm-security" },
	{ DEBIAN12, "6.1.0-56-rt-amd64", "apt-get install linux-headers-6.1.0-56-rt-amd64",
	  "apt-get install linux-image-6.1.0-56-rt-amd64-dbg", "bookworm-security" },
	{ DEBIAN13, "6.12.118+deb13-cloud-amd64",
	  "apt-get install linux-headers-6.12.118+deb13-cloud-amd64",
	  "apt-get install linux-image-6.12.118+deb13-cloud-amd64-dbg", "trixie-security" },
	{ "ID=debian\nVERSION_CODENAME=forky\n", "7.2.12+deb14-amd64",
	  "apt-get install linux-headers-7.2.12+deb14-amd64",
	  "apt-get install linux-image-7.2.12+deb14-amd64-dbg", "forky" },
	/* backports */
	{ DEBIAN12, "6.12.9+bpo-amd64", "apt-get install linux-headers-6.12.9+bpo-amd64",
	  "apt-get install linux-image-6.12.9+bpo-amd64-dbg", "it is in bookworm-backports" },
	{ DEBIAN12, "6.12.38+deb12-amd64", "apt-get install linux-headers-6.12.38+deb12-amd64",
	  "apt-get install linux-image-6.12.38+deb12-amd64-dbg", "it is in bookworm-backports" },
	{ DEBIAN13, "6.16.12+deb13-amd64", "apt-get install linux-headers-6.16.12+deb13-amd64",
	  "apt-get install linux-image-6.16.12+deb13-amd64-dbg", "it is in trixie-backports" },
	{ "ID=debian\nVERSION_CODENAME=bullseye\n", "6.1.0-0.deb11.21-amd64",
	  "apt-get install linux-headers-6.1.0-0.deb11.21-amd64",
	  "apt-get install linux-image-6.1.0-0.deb11.21-amd64-dbg",
	  "it is in bullseye-backports" },
	/* Proxmox 8 and 9 */
	{ DEBIAN12, "6.8.12-4-pve", "apt-get install proxmox-headers-6.8.12-4-pve", NULL,
	  "no package of its kernels' debuginfo" },
	{ DEBIAN12, "6.2.16-3-pve", "apt-get install pve-headers-6.2.16-3-pve", NULL,
	  "no package of its kernels' debuginfo" },
	{ DEBIAN13, "6.14.8-2-pve", "apt-get install proxmox-headers-6.14.8-2-pve", NULL,
	  "no package of its kernels' debuginfo" },
	/* somebody's own; no kernel at all */
	{ DEBIAN12, "6.6.52-custom", NULL, NULL,
	  "6.6.52-custom is not the name of a kernel of Debian" },
	{ DEBIAN13, "6.12.1", NULL, NULL, "6.12.1 is not the name of" },
	{ DEBIAN12, "6.1", NULL, NULL, "6.1 is not the name of" },
	{ UBUNTU22, "6.8.0-45-generic", "apt-get install linux-headers-6.8.0-45-generic",
	  "apt-get install linux-image-6.8.0-45-generic-dbgsym", "jammy-updates" },
	{ UBUNTU24, "6.8.0-1019-aws", "apt-get install linux-headers-6.8.0-1019-aws",
	  "apt-get install linux-image-6.8.0-1019-aws-dbgsym", "noble-updates" },
	{ UBUNTU24, "6.10.1-061001-generic", NULL, NULL, "not the name of a kernel of Ubuntu" },
	{ "ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "6.8.0-45-generic",
	  "apt-get install linux-headers-6.8.0-45-generic",
	  "apt-get install linux-image-6.8.0-45-generic-dbgsym", "ddebs" },
	{ FEDORA, "6.16.3-200.fc42.x86_64", "dnf install kernel-devel-6.16.3-200.fc42.x86_64",
	  DNF_DEBUG "kernel-debuginfo-6.16.3-200.fc42.x86_64", NULL },
	{ FEDORA, "6.16.3-200.fc42.x86_64+debug",
	  "dnf install kernel-debug-devel-6.16.3-200.fc42.x86_64",
	  DNF_DEBUG "kernel-debug-debuginfo-6.16.3-200.fc42.x86_64", NULL },
	{ FEDORA, "6.16.3-mine", NULL, NULL, "not the name of a kernel of Fedora" },
	{ RHEL9, "5.14.0-570.12.1.el9_6.x86_64",
	  "dnf install kernel-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-debuginfo-5.14.0-570.12.1.el9_6.x86_64", NULL },
	{ RHEL9, "5.14.0-570.12.1.el9_6.x86_64+rt",
	  "dnf install kernel-rt-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-rt-debuginfo-5.14.0-570.12.1.el9_6.x86_64",
	  "repositories of their own" },
	{ RHEL9, "5.14.0-570.12.1.el9_6.aarch64+64k",
	  "dnf install kernel-64k-devel-5.14.0-570.12.1.el9_6.aarch64",
	  DNF_DEBUG "kernel-64k-debuginfo-5.14.0-570.12.1.el9_6.aarch64", NULL },
	{ RHEL9, "5.14.0-162.6.1.rt21.168.el9_1.x86_64",
	  "dnf install kernel-rt-devel-5.14.0-162.6.1.rt21.168.el9_1.x86_64",
	  DNF_DEBUG "kernel-rt-debuginfo-5.14.0-162.6.1.rt21.168.el9_1.x86_64",
	  "repositories of their own" },
	{ ROCKY9, "5.14.0-570.12.1.el9_6.x86_64+rt",
	  "dnf install kernel-rt-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-rt-debuginfo-5.14.0-570.12.1.el9_6.x86_64", NULL },
	{ ORACLE9, "5.14.0-570.12.1.el9_6.x86_64+debug",
	  "dnf install kernel-debug-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-debug-debuginfo-5.14.0-570.12.1.el9_6.x86_64", NULL },
	{ ROCKY9, "5.14.0-162.6.1.rt21.168.el9_1.x86_64",
	  "dnf install kernel-rt-devel-5.14.0-162.6.1.rt21.168.el9_1.x86_64",
	  DNF_DEBUG "kernel-rt-debuginfo-5.14.0-162.6.1.rt21.168.el9_1.x86_64", NULL },
	{ ROCKY9, "5.14.0-570.12.1.el9_6.x86_64",
	  "dnf install kernel-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-debuginfo-5.14.0-570.12.1.el9_6.x86_64", NULL },
	{ ORACLE9, "5.15.0-200.131.27.el9uek.x86_64",
	  "dnf install kernel-uek-devel-5.15.0-200.131.27.el9uek.x86_64",
	  DNF_DEBUG "kernel-uek-debuginfo-5.15.0-200.131.27.el9uek.x86_64",
	  "kernel-uek-debuginfo-common" },
	{ ORACLE9, "5.14.0-570.12.1.el9_6.x86_64",
	  "dnf install kernel-devel-5.14.0-570.12.1.el9_6.x86_64",
	  DNF_DEBUG "kernel-debuginfo-5.14.0-570.12.1.el9_6.x86_64", NULL },
	{ AMAZON, "6.1.112-122.189.amzn2023.x86_64",
	  "dnf install kernel-devel-6.1.112-122.189.amzn2023.x86_64",
	  DNF_DEBUG "kernel-debuginfo-6.1.112-122.189.amzn2023.x86_64", NULL },
	{ AMAZON, "6.12.22-27.96.amzn2023.x86_64",
	  "dnf install kernel6.12-devel-6.12.22-27.96.amzn2023.x86_64",
	  DNF_DEBUG "kernel6.12-debuginfo-6.12.22-27.96.amzn2023.x86_64", NULL },
	{ OPENEULER, "5.10.0-136.12.0.86.oe2203sp1.x86_64",
	  "dnf install kernel-devel-5.10.0-136.12.0.86.oe2203sp1.x86_64",
	  DNF_DEBUG "kernel-debuginfo-5.10.0-136.12.0.86.oe2203sp1.x86_64", NULL },
	{ SLES, "6.4.0-150600.23.25-default", "zypper install kernel-default-devel",
	  "zypper --plus-content debug install kernel-default-debuginfo", "Basesystem" },
	{ SLES, "6.4.0-150600.10.8-rt", "zypper install kernel-rt-devel",
	  "zypper --plus-content debug install kernel-rt-debuginfo",
	  "must be that of kernel 6.4.0-150600.10.8-rt" },
	{ LEAP, "5.14.21-150500.55.19-default", "zypper install kernel-default-devel",
	  "zypper --plus-content debug install kernel-default-debuginfo",
	  "search -s kernel-default-debuginfo" },
	{ TUMBLEWEED, "6.16.3-1-default", "zypper install kernel-default-devel",
	  "zypper --plus-content debug install kernel-default-debuginfo", NULL },
	{ SLES, "6.4.0-mine", NULL, NULL, "not the name of a kernel of SUSE" },
	{ "ID=arch\n", "6.16.3-arch1-1", "pacman -S linux-headers", NULL, "debuginfod" },
	{ "ID=arch\n", "6.12.44-1-lts", "pacman -S linux-lts-headers", NULL, "debuginfod" },
	{ "ID=void\n", "6.12.44_1", NULL, NULL, "install the debuginfo of kernel 6.12.44_1" },
	{ "MY_ID=debian\n", "6.1.0-56-amd64", NULL, NULL, "install the debuginfo of kernel" },
	{ "", "6.1.0-56-amd64", NULL, NULL, "install the debuginfo of kernel" },
};

static void each_distribution(void **state)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *r = &rows[i];

		expect(*state, r->os, r->release, PKG_HEADERS, r->headers,
		       r->headers ? NULL : "install the headers of kernel");
		expect(*state, r->os, r->release, PKG_DEBUGINFO, r->debuginfo, r->note);
	}
}

/* So that no name is given that no test has seen */
static void each_row_has_a_kernel(void **state)
{
	static const char *const as[][2] = {
		{ "ID=debian", "debian" }, { "ID=linuxmint", "ubuntu" }, { "ID=ubuntu", "ubuntu" },
		  { "ID=fedora", "fedora" },
		{ "ID=\"rhel\"", "rhel" }, { "ID=\"rocky\"", "centos" }, { "ID=\"ol\"", "ol" },
		  { "ID=\"amzn\"", "amzn" },
		{ "ID=\"openEuler\"", "openeuler" }, { "ID_LIKE=\"suse", "suse" }, { "ID=arch",
		  "arch" },
	};
	bool *seen = calloc(n_kernel_packages, sizeof(*seen));

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t a = 0; a < ARRAY_SIZE(as); a++) {
			const struct kernel_packages *k = strstr(rows[i].os, as[a][0]) ?
				kernel_packages_find(as[a][1], rows[i].release) : NULL;

			if (k)
				seen[k - kernel_packages] = true;
		}
	}
	for (size_t i = 0; i < n_kernel_packages; i++)
		if (kernel_packages[i].release && !seen[i])
			fail_msg("no kernel for %s, %s", kernel_packages[i].distro,
				 kernel_packages[i].release);
	free(seen);
}

/* A subscription is RHEL's, whatever says that it is like it */
static void a_rebuild_asks_for_no_subscription(void **state)
{
	CLEANUP(said_free) struct said rhel = ask(*state, RHEL9, "5.14.0-570.12.1.el9_6.x86_64",
	PKG_DEBUGINFO);
	CLEANUP(said_free) struct said rocky = ask(*state, ROCKY9, "5.14.0-570.12.1.el9_6.x86_64",
	PKG_DEBUGINFO);

	assert_int_equal(rhel.commands.n, 2);
	assert_non_null(strstr(rhel.commands.v[0], "subscription-manager"));
	assert_int_equal(rocky.commands.n, 1);
}

static void program(const char *root, const char *path, const char *text)
{
	tree_write(root, path, text);
	assert_int_equal(chmod(tree_path(root, path), 0755), 0);
}

/* A made-up apt that knows one package */
static void apt_knows(const char *root, const char *name)
{
	FREE char *text = str_printf("#!/bin/sh\n[ \"$LC_ALL:$1\" = C:policy ] || exit 1\n"
		"if [ \"$2\" = '%s' ]; then printf '%%s:\\n  Installed: (none)\\n  Candidate: 1.2-3\\n' \"$2\"\n"
		"else printf '%%s:\\n  Installed: (none)\\n  Candidate: (none)\\n' \"$2\"; fi\n",
		name);

	program(root, "/usr/bin/apt-cache", text);
}

static void the_package_manager_decides(void **state)
{
	apt_knows(*state, "linux-headers-6.6.52-custom");
	/* one's own package is one */
	expect(*state, DEBIAN12, "6.6.52-custom", PKG_HEADERS,
	       "apt-get install linux-headers-6.6.52-custom", NULL);
	expect(*state, DEBIAN12, "6.6.52-custom", PKG_DEBUGINFO, NULL,
	       "is not the name of a kernel of Debian");
	/* by the table it was there; the lists may be old, or the package gone */
	expect(*state, DEBIAN12, "6.1.0-50-amd64", PKG_HEADERS,
	       "apt-get install linux-headers-6.1.0-50-amd64",
	       "apt has no package linux-headers-6.1.0-50-amd64 in its current lists");
	/* the second name, where it is the one that is known */
	apt_knows(*state, "pve-headers-6.5.3-1-pve");
	expect(*state, DEBIAN12, "6.5.3-1-pve", PKG_HEADERS,
	       "apt-get install pve-headers-6.5.3-1-pve", "Proxmox");
	apt_knows(*state, "linux-image-unsigned-6.8.0-45-generic-dbgsym");
	expect(*state, UBUNTU22, "6.8.0-45-generic", PKG_DEBUGINFO,
	       "apt-get install linux-image-unsigned-6.8.0-45-generic-dbgsym", NULL);
	/* dnf ends with 0 whether or not there is one; zypper with 104 */
	program(*state, "/usr/bin/dnf",
		"#!/bin/sh\n[ \"$1\" = -C ] || exit 1\ncase $5 in kernel-devel-6.9-me) echo x ;; esac\n");
	expect(*state, FEDORA, "6.9-me", PKG_HEADERS, "dnf install kernel-devel-6.9-me", NULL);
	expect(*state, FEDORA, "6.9-you", PKG_HEADERS, NULL, "install the headers");
	program(*state, "/usr/bin/zypper", "#!/bin/sh\nexit 104\n");
	expect(*state, SLES, "6.4.0-150600.23.25-default", PKG_HEADERS,
	       "zypper install kernel-default-devel",
	       "zypper has no package kernel-default-devel");
}

static void one_that_hangs_or_fails_is_no_answer(void **state)
{
	long long began = clock_ms();
	CLEANUP(host_free) struct host h = tree_host(*state, "6.1.0-56-amd64");

	program(*state, "/usr/bin/apt-cache", "#!/bin/sh\nsleep 600 & sleep 600\n");
	assert_true(package_known(&h, MANAGER_APT, "x") < 0);
	assert_within(clock_ms() - began, 4500, 20000);
	program(*state, "/usr/bin/apt-cache", "#!/bin/sh\nexit 100\n");
	assert_true(package_known(&h, MANAGER_APT, "x") < 0);
	expect(*state, DEBIAN12, "6.1.0-56-amd64", PKG_HEADERS,
	       "apt-get install linux-headers-6.1.0-56-amd64", "bookworm");
	program(*state, "/usr/bin/apt-cache", "#!/bin/sh\nyes 'Candidate: 1' | head -n 100000\n");
	assert_int_equal(package_known(&h, MANAGER_APT, "x"), 1);
	assert_true(package_known(&h, MANAGER_NONE, "x") < 0);
	assert_true(package_known(&h, MANAGER_PACMAN, "x") < 0);
}

/* A distribution's debuginfod has its own kernels */
static void servers(void **state)
{
	CLEANUP(host_free) struct host h = tree_host(*state, "6.1.0-56-amd64");
	CLEANUP(host_free) struct host pve = tree_host(*state, "6.8.12-4-pve");

	tree_write(*state, "/etc/os-release", DEBIAN12);
	FREE char *debian = host_debuginfod_hint(&h), *none = host_debuginfod_hint(&pve);

	assert_non_null(strstr(debian, "DEBUGINFOD_URLS="));
	assert_null(none);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(each_distribution),
		T(each_row_has_a_kernel),
		T(a_rebuild_asks_for_no_subscription),
		T(the_package_manager_decides),
		T(one_that_hangs_or_fails_is_no_answer),
		T(servers),
	};

	return cmocka_run_group_tests_name("distro", tests, NULL, NULL);
}
