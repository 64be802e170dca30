// SPDX-License-Identifier: GPL-2.0-or-later
/* What uname says of what is in a kernel. */
#include "defects/defects.h"

#include <ctype.h>

#include "base/version.h"

/* How vendors' kernels are known: by what their name has in it */
static const struct vendor {
	const char *release, *version;	/* a part of uname's; NULL: not looked at */
	const char *name;
	bool rebuilt;			/* see struct defect_kernel */
} vendors[] = {
	{ NULL, "-Ubuntu", "Ubuntu", false },
	{ ".el", NULL, "Red Hat or a rebuild of it", true },
	{ ".fc", NULL, "Fedora", false },
	{ ".amzn", NULL, "Amazon", false },
	{ "uek", NULL, "Oracle", false },
	{ ".oe", NULL, "openEuler", true },
	{ "-default", NULL, "SUSE", true },
	{ "-pve", NULL, "Proxmox", false },
};

static void read_vendor(const char *release, const char *version, struct defect_kernel *k)
{
	k->origin = KERNEL_VENDOR;
	/* 6.8.0-45: the patch level of a branch's first release is a vendor's way to say none */
	k->patch_known = k->version.patch;
	for (size_t i = 0; i < ARRAY_SIZE(vendors); i++) {
		const struct vendor *v = &vendors[i];

		if ((v->release && !strstr(release, v->release)) ||
		    (v->version && !strstr(version, v->version)))
			continue;
		k->vendor = v->name;
		k->rebuilt = v->rebuilt;
		return;
	}
}

/*
 * "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-11-16)". Not "Debian 1:6.6.31-1+rpt1", a
 * derivative's. A security update without a new base, "4.19.67-2+deb10u1", has repairs that its
 * number does not show.
 */
static bool read_package(const char *version, struct defect_kernel *k)
{
	const char *at = strstr(version, " Debian ");

	if (!at || !version_parse(at + strlen(" Debian "), &k->version))
		return false;
	at += strlen(" Debian ");
	size_t len = strcspn(at, " ");
	const char *update = strstr(at, "+deb");

	k->vendor = "Debian";
	k->patch_known = true;
	k->origin = update && update < at + len ? KERNEL_VENDOR : KERNEL_DEBIAN;
	return true;
}

/* What is after the number: "+deb13-amd64", "-45-generic", "-rc3", "" */
static const char *after_number(const char *release)
{
	return release + strspn(release, "0123456789.");
}

bool defect_kernel_read(const char *release, const char *version, struct defect_kernel *k)
{
	*k = (struct defect_kernel){ 0 };
	if (!version_parse(release, &k->version))
		return false;
	const char *rest = after_number(release);

	if (!version)
		version = "";
	if (read_package(version, k))
		return true;
	if (!*rest) {
		k->origin = KERNEL_UPSTREAM;
		k->patch_known = true;
	} else if (!strncmp(rest, "+deb", 4) || !strncmp(rest, "+bpo", 4)) {
		k->origin = KERNEL_DEBIAN;
		k->vendor = "Debian";
		k->patch_known = true;
	} else if (!strncmp(rest, "-rc", 3) && isdigit((unsigned char)rest[3])) {
		k->origin = KERNEL_CANDIDATE;
		k->patch_known = true;
	} else {
		read_vendor(release, version, k);
	}
	return true;
}

/* "#1 SMP PREEMPT_RT Debian 6.12.117-1"; a blank in it before the option was in Linus's tree */
bool defect_rt(const char *version)
{
	return strstr(version, "PREEMPT_RT") || strstr(version, "PREEMPT RT");
}

void defect_setup_host(struct defect_setup *s, const char *machine, const char *version)
{
	if (machine && *machine) {
		s->has_known |= SETUP_WEAK_ORDER;
		s->has |= defect_weak_order(machine) ? SETUP_WEAK_ORDER : 0;
	}
	if (version && *version) {
		s->has_known |= SETUP_RT;
		s->has |= defect_rt(version) ? SETUP_RT : 0;
	}
}

bool defect_weak_order(const char *machine)
{
	static const char *const strong[] = { "x86_64", "i386", "i486", "i586", "i686", "s390x" };

	for (size_t i = 0; i < ARRAY_SIZE(strong); i++)
		if (!strcmp(machine, strong[i]))
			return false;
	return true;
}
