// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What to type to install something, on each distribution. In the texts @SUITE@ is
 * the distribution's code name, @VERSION@ its version without what is after the first
 * dot, @ARCH@ the machine; those of the kernel are in distro-kernel.c.
 */
#include "host/distro.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"

#define OS_RELEASE_MAX 65536

struct recipe {
	const char *command;	/* NULL: there is none */
	const char *note;	/* where that comes from, what else there is; NULL: nothing */
};

#define APT_RECIPES(debuginfod) \
	[PKG_STAP] = { "apt-get install systemtap", NULL }, \
	[PKG_RUNTIME] = { "apt-get install systemtap-runtime", NULL }, \
	[PKG_COMPILER] = { "apt-get install gcc make", NULL }, \
	[PKG_DEBUGINFOD] = { "apt-get install " debuginfod, NULL }

#define DNF_RECIPES \
	[PKG_STAP] = { "dnf install systemtap", NULL }, \
	[PKG_RUNTIME] = { "dnf install systemtap-runtime", NULL }, \
	[PKG_COMPILER] = { "dnf install gcc make", NULL }, \
	[PKG_DEBUGINFOD] = { "dnf install elfutils-debuginfod-client", NULL }

static const struct distro {
	const char *id;
	enum manager manager;
	/* by enum host_pkg; those of kernels are in distro-kernel.c */
	struct recipe pkg[PKG_N];
	const char *before_debuginfo[2];	/* commands */
	const char *server;		/* its debuginfod, if it has one */
	const char *name;		/* in sentences */
} distros[] = {
	{ "debian", MANAGER_APT, { APT_RECIPES("libdebuginfod1t64 (Debian 12: libdebuginfod1)") },
	  { NULL },
	  "https://debuginfod.debian.net", "Debian" },
	{ "ubuntu", MANAGER_APT, { APT_RECIPES("libdebuginfod1t64 (22.04: libdebuginfod1)") },
	  { "apt-get install ubuntu-dbgsym-keyring", "apt-get update" },
	    "https://debuginfod.ubuntu.com", "Ubuntu" },
	{ "fedora", MANAGER_DNF, { DNF_RECIPES }, { NULL }, "https://debuginfod.fedoraproject.org",
	  "Fedora" },
	{ "rhel", MANAGER_DNF, { DNF_RECIPES },
	  { "subscription-manager repos --enable rhel-@VERSION@-for-@ARCH@-baseos-debug-rpms" },
	    NULL, "RHEL" },
	/* and what is like it: rhel's packages, no subscription */
	{ "centos", MANAGER_DNF, { DNF_RECIPES }, { NULL }, NULL, "this distribution" },
	{ "ol", MANAGER_DNF, { DNF_RECIPES }, { NULL }, NULL, "Oracle Linux" },
	{ "amzn", MANAGER_DNF, { DNF_RECIPES }, { NULL }, NULL, "Amazon Linux" },
	{ "openeuler", MANAGER_DNF, { DNF_RECIPES }, { NULL }, NULL, "openEuler" },
	/* an ID_LIKE: of sles, opensuse-leap … */
	{ "suse", MANAGER_ZYPPER, {
		[PKG_STAP] = { "zypper install systemtap", NULL },
		[PKG_RUNTIME] = { "zypper install systemtap-runtime", NULL },
		[PKG_COMPILER] = { "zypper install gcc make", NULL },
		[PKG_DEBUGINFOD] = { "zypper install libdebuginfod1", NULL },
	}, { NULL }, "https://debuginfod.opensuse.org", "SUSE" },
	{ "arch", MANAGER_PACMAN, {
		[PKG_STAP] = { NULL, "install systemtap from the AUR" },
		[PKG_RUNTIME] = { NULL, "install systemtap from the AUR" },
		[PKG_DEBUGINFO] = {
			NULL, "Arch has no package of its kernel's debuginfo: check whether its "
			"debuginfod server has it (pacman -S debuginfod; DEBUGINFOD_URLS is set "
			"from the next login on), or use a kernel whose modules were not stripped",
		},
		[PKG_COMPILER] = { "pacman -S gcc make", NULL },
		[PKG_DEBUGINFOD] = { "pacman -S libelf", NULL },
	}, { NULL }, "https://debuginfod.archlinux.org", "Arch" },
	/* anything else */
	{ "", MANAGER_NONE, {
		[PKG_STAP] = { NULL, "install SystemTap (the programs stap and staprun)" },
		[PKG_RUNTIME] = { NULL, "install SystemTap's runtime (the program staprun)" },
		[PKG_COMPILER] = { NULL, "install gcc and make" },
		[PKG_DEBUGINFOD] = {
			NULL, "install libdebuginfod (libdebuginfod1, libdebuginfod1t64, "
			"elfutils-debuginfod-client)",
		},
	}, { NULL }, NULL, NULL },
};

/* What is needed of a kernel whose packages have no name that is known */
static const char *const needs[PKG_N] = {
	[PKG_HEADERS] = "install the headers of kernel @REL@, so that /lib/modules/@REL@/build "
			"exists",
	[PKG_DEBUGINFO] = "install the debuginfo of kernel @REL@ (its vmlinux and modules, not stripped), or set "
		"DEBUGINFOD_URLS to a debuginfod server that has this kernel",
};

/* IDs that come before what they say they are like; an ID is compared in lower case */
static const struct {
	const char *id, *as;
} same[] = {
	{ "rocky", "centos" }, { "almalinux", "centos" },
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
	for (char *c = all; *c; c++)
		*c = (char)tolower((unsigned char)*c);	/* openEuler */
	for (char *word = strtok(all, " "); word; word = strtok(NULL, " ")) {
		const struct distro *d = distro_by_id(word);

		if (d)
			return d;
	}
	return &distros[ARRAY_SIZE(distros) - 1];
}

/* "rt" of 5.14.0-427.el9.x86_64+rt and of 5.14.21-150500.13.5-rt */
static const char *flavour_of(const char *release)
{
	const char *at = strrchr(release, '+') ?: strrchr(release, '-');

	return at ? at + 1 : "";
}

/* The text with its @WORDS@ replaced; NULL for NULL */
static char *fill(const struct host *h, const char *os_release, const char *text)
{
	char suite[64], version[64];
	FREE char *nvr = strndup(h->release, strcspn(h->release, "+"));
	FREE char *branch = str_printf("%u.%u", h->kernel.major, h->kernel.minor);
	struct utsname u;
	const char *words[][2] = {
		{ "@REL@", h->release },
		{ "@NVR@", nvr ? nvr : "" },
		{ "@FLAVOUR@", flavour_of(h->release) },
		{ "@BRANCH@", branch ? branch : "" },
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

/* One kernel's packages on one distribution */
struct looking {
	const struct host *h;
	const char *os;
	const struct distro *d;
	enum host_pkg pkg;
	struct strv *commands, *notes;
};

static void add_filled(const struct looking *l, struct strv *to, const char *text)
{
	FREE char *line = fill(l->h, l->os, text);

	if (line)
		strv_add(to, line);
}

/* How to install what has this name */
static void add_command(const struct looking *l, const char *name)
{
	static const char *const how[][2] = {
		[MANAGER_APT] = { "apt-get install", "apt-get install" },
		[MANAGER_DNF] = { "dnf install", "dnf --enablerepo='*debug*' install" },
		[MANAGER_ZYPPER] = { "zypper install", "zypper --plus-content debug install" },
		[MANAGER_PACMAN] = { "pacman -S", "pacman -S" },
	};
	bool debuginfo = l->pkg == PKG_DEBUGINFO;

	for (size_t i = 0; debuginfo && i < ARRAY_SIZE(l->d->before_debuginfo); i++)
		if (l->d->before_debuginfo[i])
			add_filled(l, l->commands, l->d->before_debuginfo[i]);
	strv_addf(l->commands, "%s %s", how[l->d->manager][debuginfo], name);
}

/* The first that the package manager knows; *@known: its answer. NULL: there is no name at all */
static char *choose_name(const struct looking *l, const char *const names[NAMES_MAX], int *known)
{
	char *first = NULL;

	*known = -ENOENT;
	for (size_t i = 0; i < NAMES_MAX && names[i]; i++) {
		char *name = fill(l->h, l->os, names[i]);
		int answer = name ? package_known(l->h, l->d->manager, name) : -ENOMEM;

		if (!i || answer > 0)
			*known = answer;
		if (answer > 0 || !first) {
			free(first);
			first = name;
		} else {
			free(name);
		}
		if (answer > 0)
			break;
	}
	return first;
}

/* The distribution has packages of this kernel, or had them once */
static void say_known(const struct looking *l, const struct kernel_packages *k)
{
	bool debuginfo = l->pkg == PKG_DEBUGINFO;
	const char *note = debuginfo ? k->debuginfo_note : k->headers_note;
	int known;
	FREE char *name = choose_name(l, debuginfo ? k->debuginfo : k->headers, &known);

	if (name)
		add_command(l, name);
	add_filled(l, l->notes, note ? note : l->d->pkg[l->pkg].note);
	if (name && !known)
		strv_addf(l->notes,
			  "%s has no package %s in its current lists: update them first",
			  manager_name(l->d->manager), name);
}

/* A kernel that a user has built, or a name that is no kernel's */
static void say_unknown(const struct looking *l)
{
	const struct kernel_packages *guess = kernel_packages_guess(l->d->id);
	FREE char *name = NULL;
	int known = 0;

	if (guess)
		name = choose_name(l, l->pkg == PKG_DEBUGINFO ? guess->debuginfo : guess->headers,
				   &known);
	if (name && known > 0) {
		add_command(l, name);
		return;
	}
	add_filled(l, l->notes, needs[l->pkg]);
	if (l->d->name)
		strv_addf(l->notes,
			  "%s is not the name of a kernel of %s, so the package's name is unknown: "
			  "the builder of that kernel has the package",
			  l->h->release, l->d->name);
}

void host_install_hints(const struct host *h, enum host_pkg pkg, struct strv *commands,
			struct strv *notes)
{
	FREE char *os = read_os_release(h);
	struct looking l = { h, os, os ? distro_of(os) : NULL, pkg, commands, notes };
	const struct kernel_packages *k;

	if (!os)
		return;
	if (!needs[pkg]) {
		add_filled(&l, commands, l.d->pkg[pkg].command);
		add_filled(&l, notes, l.d->pkg[pkg].note);
		return;
	}
	k = kernel_packages_find(l.d->id, h->release);
	if (k)
		say_known(&l, k);
	else
		say_unknown(&l);
}

char *host_install_hint(const struct host *h, enum host_pkg pkg)
{
	STRV_CLEAN struct strv commands = { 0 }, notes = { 0 };

	host_install_hints(h, pkg, &commands, &notes);
	if (!commands.n)
		return notes.n ? strdup(notes.v[0]) : NULL;
	return str_printf("%s%s", commands.v[commands.n - 1], commands.n == 1 ? "" :
			  " (stap-vhost doctor shows the commands before it)");
}

char *host_package_command(const struct host *h, const char *name)
{
	FREE char *os = read_os_release(h);
	STRV_CLEAN struct strv commands = { 0 };
	struct looking l = { h, os, os ? distro_of(os) : NULL, PKG_COMPILER, &commands, NULL };

	if (!os || package_known(h, l.d->manager, name) <= 0)
		return NULL;
	add_command(&l, name);
	return commands.n ? strdup(commands.v[0]) : NULL;
}

char *host_debuginfod_hint(const struct host *h)
{
	FREE char *os = read_os_release(h);
	const struct distro *d = os ? distro_of(os) : NULL;
	const struct kernel_packages *k = d ? kernel_packages_find(d->id, h->release) : NULL;
	const char *server = d && !(k && k->no_server) ? d->server : NULL;

	return server ? str_printf("or download it, if the distribution's server has this kernel: "
				   "set DEBUGINFOD_URLS=%s in the environment", server) : NULL;
}
