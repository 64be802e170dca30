// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What to type to install something, on each distribution. In the texts @REL@ is
 * the kernel's release, @SUITE@ the distribution's code name, @VERSION@ its version
 * without what is after the first dot, @ARCH@ the machine.
 */
#include "stap.h"

#include <stdio.h>
#include <sys/utsname.h>

#define OS_RELEASE_MAX 65536

struct recipe {
	const char *commands[4];	/* one after the other; the last is what it's about */
	const char *note;		/* where that comes from, what else there is; NULL: nothing */
};

#define DEBIAN_KERNEL(and) \
	"it is in @SUITE@ or @SUITE@-security, component main" and ". When a newer kernel comes " \
	"out this one's packages go: upgrade and reboot, or take them from the snapshot archive"

static const struct distro {
	const char *id;
	struct recipe pkg[PKG_N];	/* by enum host_pkg */
	const char *server;		/* its debuginfod, if it has one */
} distros[] = {
	{ "debian", {
		[PKG_STAP] = { { "apt-get install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "apt-get install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = { { "apt-get install linux-headers-@REL@" }, DEBIAN_KERNEL("") },
		[PKG_DEBUGINFO] = {
			{ "apt-get install linux-image-@REL@-dbg" },
			DEBIAN_KERNEL(" (no debug archive needed; 5 GB unpacked)"),
		},
		[PKG_COMPILER] = { { "apt-get install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "apt-get install libdebuginfod1t64 (Debian 12: libdebuginfod1)" }, NULL },
	}, "https://debuginfod.debian.net" },
	{ "ubuntu", {
		[PKG_STAP] = { { "apt-get install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "apt-get install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = { { "apt-get install linux-headers-@REL@" }, NULL },
		[PKG_DEBUGINFO] = {
			{ "apt-get install ubuntu-dbgsym-keyring", "apt-get update",
			  "apt-get install linux-image-@REL@-dbgsym" },
			"after the first, add Ubuntu's ddebs archive to apt's sources: suites @SUITE@ and "
			"@SUITE@-updates, components main restricted universe multiverse. Where there is "
			"no such package, it is linux-image-unsigned-@REL@-dbgsym",
		},
		[PKG_COMPILER] = { { "apt-get install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "apt-get install libdebuginfod1t64 (22.04: libdebuginfod1)" }, NULL },
	}, "https://debuginfod.ubuntu.com" },
	{ "fedora", {
		[PKG_STAP] = { { "dnf install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "dnf install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = { { "dnf install kernel-devel-@REL@" }, NULL },
		[PKG_DEBUGINFO] = {
			{ "dnf debuginfo-install kernel-@REL@" },
			"it uses the debuginfo repositories for that one time",
		},
		[PKG_COMPILER] = { { "dnf install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "dnf install elfutils-debuginfod-client" }, NULL },
	}, "https://debuginfod.fedoraproject.org" },
	{ "rhel", {
		[PKG_STAP] = { { "dnf install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "dnf install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = { { "dnf install kernel-devel-@REL@" }, NULL },
		[PKG_DEBUGINFO] = {
			{ "subscription-manager repos --enable "
			  "rhel-@VERSION@-for-@ARCH@-baseos-debug-rpms",
			  "dnf debuginfo-install kernel-@REL@" }, NULL,
		},
		[PKG_COMPILER] = { { "dnf install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "dnf install elfutils-debuginfod-client" }, NULL },
	}, NULL },
	{ "centos", {	/* and what is like it: rhel's packages, no subscription */
		[PKG_STAP] = { { "dnf install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "dnf install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = { { "dnf install kernel-devel-@REL@" }, NULL },
		[PKG_DEBUGINFO] = {
			{ "dnf --enablerepo='*debug*' debuginfo-install kernel-@REL@" }, NULL,
		},
		[PKG_COMPILER] = { { "dnf install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "dnf install elfutils-debuginfod-client" }, NULL },
	}, NULL },
	{ "suse", {	/* an ID_LIKE: of sles, opensuse-leap … */
		[PKG_STAP] = { { "zypper install systemtap" }, NULL },
		[PKG_RUNTIME] = { { "zypper install systemtap-runtime" }, NULL },
		[PKG_HEADERS] = {
			{ "zypper install kernel-default-devel" },
			"its version must be that of kernel @REL@: zypper search -s kernel-default-devel",
		},
		[PKG_DEBUGINFO] = {
			{ "zypper --plus-content debug install kernel-default-debuginfo" },
			"its version must be that of kernel @REL@: zypper --plus-content debug search -s "
			"kernel-default-debuginfo. It comes from repo-debug and repo-debug-update of "
			"openSUSE, from Debuginfo-Pool and Debuginfo-Updates of the Basesystem module "
			"of SLES",
		},
		[PKG_COMPILER] = { { "zypper install gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "zypper install libdebuginfod1" }, NULL },
	}, "https://debuginfod.opensuse.org" },
	{ "arch", {
		[PKG_STAP] = { { NULL }, "install systemtap from the AUR" },
		[PKG_RUNTIME] = { { NULL }, "install systemtap from the AUR" },
		[PKG_HEADERS] = {
			{ "pacman -S linux-headers" },
			"they are of the newest kernel: reboot where that isn't @REL@",
		},
		[PKG_DEBUGINFO] = {
			{ NULL }, "Arch has no package of its kernel's debuginfo: see whether its debuginfod "
			"server has it (pacman -S debuginfod; DEBUGINFOD_URLS is set from the next login "
			"on), or use a kernel whose modules were not stripped",
		},
		[PKG_COMPILER] = { { "pacman -S gcc make" }, NULL },
		[PKG_DEBUGINFOD] = { { "pacman -S libelf" }, NULL },
	}, "https://debuginfod.archlinux.org" },
	/* anything else */
	{ "", {
		[PKG_STAP] = { { NULL }, "install SystemTap (the programs stap and staprun)" },
		[PKG_RUNTIME] = { { NULL }, "install SystemTap's runtime (the program staprun)" },
		[PKG_HEADERS] = {
			{ NULL }, "install the headers of kernel @REL@, so that /lib/modules/@REL@/build is "
			"there",
		},
		[PKG_DEBUGINFO] = {
			{ NULL }, "install the debuginfo package of kernel @REL@, or set DEBUGINFOD_URLS where "
			"a debuginfod server has this kernel",
		},
		[PKG_COMPILER] = { { NULL }, "install gcc and make" },
		[PKG_DEBUGINFOD] = {
			{ NULL }, "install libdebuginfod (libdebuginfod1, libdebuginfod1t64, "
			"elfutils-debuginfod-client)",
		},
	}, NULL },
};

/* IDs that come before what they say they are like */
static const struct {
	const char *id, *as;
} same[] = {
	{ "rocky", "centos" }, { "almalinux", "centos" }, { "ol", "centos" },
};

/* The value of @key in os-release's @text, without quotes */
static void os_release_get(const char *text, const char *key, char *value, size_t size)
{
	size_t len = strlen(key);

	*value = '\0';
	for (const char *p = text; p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, key, len) != 0 || p[len] != '=')
			continue;
		p += len + 1;
		if (*p == '"' || *p == '\'')
			p++;
		snprintf(value, size, "%.*s", (int)strcspn(p, "\"'\n"), p);
		return;
	}
}

static const struct distro *distro_by_id(const char *id)
{
	for (size_t i = 0; i < ARRAY_SIZE(same); i++)
		if (!strcmp(id, same[i].id))
			id = same[i].as;
	for (size_t i = 0; i + 1 < ARRAY_SIZE(distros); i++)
		if (!strcmp(id, distros[i].id))
			return &distros[i];
	return NULL;
}

static const struct distro *distro_of(const char *os_release)
{
	char id[64], like[256], all[330];

	os_release_get(os_release, "ID", id, sizeof(id));
	os_release_get(os_release, "ID_LIKE", like, sizeof(like));
	/* the ID counts more than what it is like, so it comes first */
	snprintf(all, sizeof(all), "%s %s", id, like);
	for (char *word = strtok(all, " "); word; word = strtok(NULL, " ")) {
		const struct distro *d = distro_by_id(word);

		if (d)
			return d;
	}
	return &distros[ARRAY_SIZE(distros) - 1];
}

/* The text with its @WORDS@ replaced; NULL for NULL */
static char *fill(const struct host *h, const char *os_release, const char *text)
{
	char suite[64], version[64];
	struct utsname u;
	const char *words[][2] = {
		{ "@REL@", h->release },
		{ "@SUITE@", suite },
		{ "@VERSION@", version },
		{ "@ARCH@", uname(&u) ? "x86_64" : u.machine },
	};
	char *s = text ? strdup(text) : NULL;

	os_release_get(os_release, "VERSION_CODENAME", suite, sizeof(suite));
	if (!*suite)
		snprintf(suite, sizeof(suite), "your suite");
	os_release_get(os_release, "VERSION_ID", version, sizeof(version));
	version[strcspn(version, ".")] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(words) && s; i++) {
		char *next = str_replace(s, words[i][0], words[i][1]);

		free(s);
		s = next;
	}
	return s;
}

static char *read_os_release(const struct host *h)
{
	FREE char *path = host_path(h, "/etc/os-release");
	char *text = NULL;

	if (!path || file_read(path, OS_RELEASE_MAX, &text, NULL))
		return strdup("");
	return text;
}

void host_install_hints(const struct host *h, enum host_pkg pkg, struct strv *commands,
			struct strv *notes)
{
	FREE char *os = read_os_release(h);
	const struct recipe *r = os ? &distro_of(os)->pkg[pkg] : NULL;

	for (size_t i = 0; r && r->commands[i]; i++) {
		FREE char *line = fill(h, os, r->commands[i]);

		strv_add(commands, line ? line : "");
	}
	FREE char *note = r ? fill(h, os, r->note) : NULL;

	if (note)
		strv_add(notes, note);
}

char *host_install_hint(const struct host *h, enum host_pkg pkg)
{
	STRV_CLEAN struct strv commands = { 0 }, notes = { 0 };

	host_install_hints(h, pkg, &commands, &notes);
	if (!commands.n)
		return notes.n ? strdup(notes.v[0]) : NULL;
	return str_printf("%s%s", commands.v[commands.n - 1], commands.n == 1 ? "" :
			  " (stap-vhost doctor shows what comes before that)");
}

char *host_debuginfod_hint(const struct host *h)
{
	FREE char *os = read_os_release(h);
	const char *server = os ? distro_of(os)->server : NULL;

	return server ? str_printf("or have it downloaded, if the distribution's server has this "
				   "kernel: DEBUGINFOD_URLS=%s in the environment", server) : NULL;
}
