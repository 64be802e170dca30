// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which packages belong to a kernel, by its release. Every row has a kernel in the
 * unit test. In the names @REL@ is the release, @NVR@ the same without "+FLAVOUR",
 * @FLAVOUR@ what is behind the "+" of an rpm's kernel, or the last "-" of SUSE's,
 * @BRANCH@ "6.12".
 */
#include "host/distro.h"

#include <regex.h>

#define GONE ". If a newer kernel has replaced this kernel's packages, upgrade and reboot, or " \
	"take them from the snapshot archive"
#define DEBIAN_IN(suites) "it is in " suites ", component main" GONE
#define DEBIAN_DEBUG_IN(suites) "it is in " suites ", component main (no debug archive needed; 5 GB unpacked)" GONE
#define STABLE "@SUITE@ or @SUITE@-security"
#define BACKPORTS "@SUITE@-backports"

#define DEBIAN(pattern, suites) \
	{ "debian", pattern, { "linux-headers-@REL@" }, { "linux-image-@REL@-dbg" }, DEBIAN_IN(suites), \
	  DEBIAN_DEBUG_IN(suites), false }

#define PROXMOX_DEBUG "Proxmox has no package of its kernels' debuginfo: build proxmox-kernel with the profile " \
	"pkg.proxmox-kernel.debug, or boot one of Debian's kernels"

#define RPM_DEBUG "the debuginfo repositories are used for this one command"
#define RPM_NAMES(distro, pattern, middle, rel, note) \
	{ distro, pattern, { "kernel" middle "-devel-" rel }, { "kernel" middle "-debuginfo-" rel }, \
	  NULL, note, false }

#define RHEL_RT "; those of the real-time kernel are in repositories of their own (rt, nfv)"
#define EL "\\.el[0-9]+[0-9_.]*\\.[a-z0-9_]+"
#define RHEL(distro) \
	RPM_NAMES(distro, EL "$", "", "@REL@", RPM_DEBUG), \
	RPM_NAMES(distro, EL "\\+(rt|64k|debug|rt-debug|64k-debug|rt-64k|rt-64k-debug)$", "-@FLAVOUR@", "@NVR@", \
		  RPM_DEBUG RHEL_RT), \
	RPM_NAMES(distro, NULL, "", "@REL@", NULL)

#define SUSE_VERSION "its version must be that of kernel @REL@: "
#define SUSE_DEBUG "It comes from repo-debug and repo-debug-update of openSUSE, from Debuginfo-Pool and " \
	"Debuginfo-Updates of the Basesystem module of SLES"

const struct kernel_packages kernel_packages[] = {
	/* renamed in the days of 6.2; the new ones provide the old names */
	{ "debian", "^([1-5]\\.[0-9]+|6\\.[0-4])\\..*-pve$", { "pve-headers-@REL@",
	  "proxmox-headers-@REL@" }, { NULL },
	  "it is in Proxmox' repositories", PROXMOX_DEBUG, true },
	{ "debian", "-pve$", { "proxmox-headers-@REL@", "pve-headers-@REL@" }, { NULL },
	  "it is in Proxmox' repositories", PROXMOX_DEBUG, true },
	DEBIAN("^(4\\.19|5\\.10|6\\.1)\\.0-[0-9]+-([a-z]+-)?[a-z0-9]+$", STABLE),
	DEBIAN("^6\\.12\\.[0-9]+\\+deb13(\\+[0-9]+)?-([a-z]+-)?[a-z0-9]+$", STABLE),
	/* what is newer than its release's own */
	DEBIAN("^[0-9.]+(\\+|~)bpo[0-9.]*-([a-z]+-)?[a-z0-9]+$", BACKPORTS),
	DEBIAN("^[0-9.]+-0\\.deb[0-9]+\\.[0-9]+-([a-z]+-)?[a-z0-9]+$", BACKPORTS),
	DEBIAN("^[0-9.]+\\+deb1[1-3]-([a-z]+-)?[a-z0-9]+$", BACKPORTS),
	DEBIAN("^[0-9.]+\\+deb14(\\+[0-9]+)?-([a-z]+-)?[a-z0-9]+$", "@SUITE@ or its updates"),
	{ "debian", NULL, { "linux-headers-@REL@" }, { "linux-image-@REL@-dbg" }, NULL, NULL,
	  false },
	/* not those of six digits: the mainline builds' */
	{ "ubuntu", "^[0-9.]+-[0-9]{1,4}-[a-z][a-z0-9-]*$", { "linux-headers-@REL@" },
	  { "linux-image-@REL@-dbgsym", "linux-image-unsigned-@REL@-dbgsym" }, NULL,
	  "after the first, add Ubuntu's ddebs archive to apt's sources: suites @SUITE@ and "
	  "@SUITE@-updates, components main restricted universe multiverse. If apt has no "
	  "such package, install linux-image-unsigned-@REL@-dbgsym", false },
	{ "ubuntu", NULL, { "linux-headers-@REL@" }, { "linux-image-@REL@-dbgsym",
	  "linux-image-@REL@-dbg" }, NULL, NULL, false },
	RPM_NAMES("fedora", "\\.fc[0-9]+\\.[a-z0-9_]+$", "", "@REL@", RPM_DEBUG),
	RPM_NAMES("fedora", "\\.fc[0-9]+\\.[a-z0-9_]+\\+(debug|rt|16k|rt-debug|16k-debug)$",
	"-@FLAVOUR@", "@NVR@", RPM_DEBUG),
	RPM_NAMES("fedora", NULL, "", "@REL@", NULL),
	/* before 9.3 the real-time kernel has a release of its own */
	RPM_NAMES("rhel", "\\.rt[0-9.]+" EL "$", "-rt", "@REL@", RPM_DEBUG RHEL_RT),
	RHEL("rhel"),
	RPM_NAMES("centos", "\\.rt[0-9.]+" EL "$", "-rt", "@REL@", RPM_DEBUG RHEL_RT),
	RHEL("centos"),
	RPM_NAMES("ol", "\\.el[0-9]+uek\\.[a-z0-9_]+$", "-uek", "@REL@",
		  "no configured repository has it: it is in the debuginfo area of Oracle's "
		  "public yum server, with kernel-uek-debuginfo-common"),
	RHEL("ol"),
	RPM_NAMES("amzn", "^6\\.1\\..*\\.amzn2023\\.[a-z0-9_]+$", "", "@REL@", RPM_DEBUG),
	/* later ones have the branch in their name */
	RPM_NAMES("amzn", "\\.amzn2023\\.[a-z0-9_]+$", "@BRANCH@", "@REL@", RPM_DEBUG),
	RPM_NAMES("amzn", NULL, "", "@REL@", NULL),
	RPM_NAMES("openeuler", "\\.oe[0-9]+(sp[0-9]+)?\\.[a-z0-9_]+$", "", "@REL@", RPM_DEBUG),
	RPM_NAMES("openeuler", NULL, "", "@REL@", NULL),
	{ "suse",
	  "^[0-9.]+(-[a-z0-9.]+)+-(default|rt|azure|64kb|preempt|longterm|vanilla|debug|kvmsmall)$",
	  { "kernel-@FLAVOUR@-devel" }, { "kernel-@FLAVOUR@-debuginfo" },
	  SUSE_VERSION "zypper search -s kernel-@FLAVOUR@-devel",
	  SUSE_VERSION "zypper --plus-content debug search -s kernel-@FLAVOUR@-debuginfo. " SUSE_DEBUG, false },
	{ "arch", "-arch[0-9]+-[0-9]+$", { "linux-headers" }, { NULL },
	  "they are for the newest kernel: reboot if that isn't @REL@", NULL, false },
	{ "arch", "-[0-9]+-(lts|zen|hardened)$", { "linux-@FLAVOUR@-headers" }, { NULL },
	  "they are for the newest kernel: reboot if that isn't @REL@", NULL, false },
};

const size_t n_kernel_packages = ARRAY_SIZE(kernel_packages);

static bool matches(const char *pattern, const char *release)
{
	regex_t r;
	bool is;

	if (regcomp(&r, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	is = !regexec(&r, release, 0, NULL, 0);
	regfree(&r);
	return is;
}

const struct kernel_packages *kernel_packages_find(const char *distro, const char *release)
{
	for (size_t i = 0; i < n_kernel_packages; i++) {
		const struct kernel_packages *k = &kernel_packages[i];

		if (k->release && !strcmp(k->distro, distro) && matches(k->release, release))
			return k;
	}
	return NULL;
}

const struct kernel_packages *kernel_packages_guess(const char *distro)
{
	for (size_t i = 0; i < n_kernel_packages; i++)
		if (!kernel_packages[i].release && !strcmp(kernel_packages[i].distro, distro))
			return &kernel_packages[i];
	return NULL;
}
