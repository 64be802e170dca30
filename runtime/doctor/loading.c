// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the running kernel lets a script's module in, and its probes work. */
#include "doctor/check.h"

#include <ctype.h>
#include <stdio.h>

#include "base/file.h"
#include "base/strv.h"
#include "host/host.h"

#define CAP_SYS_MODULE 16	/* linux/capability.h */
#define SECURE_BOOT "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c"

static const char signing[] =
	"let stap sign with a key of yours: 'stap --sign-module' makes one and shows how to enroll "
	"it with mokutil --import; see SECUREBOOT in stap's manual page";

/*
 * 5.5 looks for the key by its SHA-256 (a4bd43278), mokutil names it by SHA-1: it finds none that
 * is enrolled (41b6fa819 repairs it, in 5.6). Fedora's 5.5-1 has it.
 */
static void note_signing(const struct check_input *in, struct check_result *r)
{
	strv_add(&r->notes, signing);
	if (in->stap->version.major == 5 && in->stap->version.minor == 5)
		strv_add(
			&r->notes,
			"SystemTap 5.5 doesn't find a key that is enrolled (repaired by 41b6fa819, in 5.6): use "
			"another version, or a package of 5.5 that has the repair");
}

/* The bits in "CapBnd:\t000001ffffffffff"; false when the line isn't there */
static bool capabilities(const char *status, unsigned long long *bits)
{
	const char *p = status ? strstr(status, "\nCapBnd:") : NULL;

	return p && sscanf(p, "\nCapBnd: %llx", bits) == 1;
}

void check_loading(const struct check_input *in, struct check_result *r)
{
	FREE char *disabled = check_read(in->host, "/proc/sys/kernel/modules_disabled");
	FREE char *status = check_read(in->host, "/proc/self/status");
	unsigned long long bits;

	if (disabled && *disabled == '1') {
		check_say(r, CHECK_MISSING,
			  "the kernel loads no more modules: kernel.modules_disabled=1");
		strv_add(&r->notes,
			 "only a reboot resets it: first find what sets it, in /etc/sysctl.d or a "
			 "unit of systemd");
		return;
	}
	if (!capabilities(status, &bits)) {
		check_say(r, CHECK_UNKNOWN,
			  "/proc/self/status doesn't show this process's capabilities");
		return;
	}
	if (!(bits >> CAP_SYS_MODULE & 1)) {
		check_say(r, CHECK_MISSING,
			  "this container, or the like, may not load modules: "
			  "no CAP_SYS_MODULE");
		strv_add(&r->notes, "run it on the host itself, or start the container with "
			 "--privileged");
		return;
	}
	if (disabled)
		check_say(r, CHECK_OK, "CAP_SYS_MODULE, kernel.modules_disabled=0");
	else
		check_say(r, CHECK_UNKNOWN, "CAP_SYS_MODULE, kernel.modules_disabled=?");
}

/* "none [integrity] confidentiality" */
static void lockdown_mode(const char *text, char *mode, size_t size)
{
	const char *open = strchr(text, '[');

	if (open)
		snprintf(mode, size, "%.*s", (int)strcspn(open + 1, "]\n"), open + 1);
	else
		snprintf(mode, size, "?");
}

void check_lockdown(const struct check_input *in, struct check_result *r)
{
	FREE char *text = check_read(in->host, "/sys/kernel/security/lockdown");
	FREE char *path = NULL;
	FREE char *config = text ? NULL : check_config_text(in->host, &path);
	char mode[32], value[8] = "";

	if (!text) {
		if (config)
			check_config_value(config, "CONFIG_SECURITY_LOCKDOWN_LSM", value,
					   sizeof(value));
		if (config && !*value)
			check_say(r, CHECK_OK, "this kernel has no lockdown");
		else
			check_say(r, CHECK_UNKNOWN,
				  "no /sys/kernel/security/lockdown: no permission to read it, "
				  "or not mounted");
		return;
	}
	lockdown_mode(text, mode, sizeof(mode));
	if (!strcmp(mode, "none")) {
		check_say(r, CHECK_OK, "none");
	} else if (!strcmp(mode, "integrity") || !strcmp(mode, "confidentiality")) {
		check_say(r, CHECK_MISSING, "%s: the kernel only loads signed modules", mode);
		note_signing(in, r);
		strv_add(&r->notes,
			 "or boot without lockdown= in /proc/cmdline, and with Secure Boot "
			 "off where that turns it on");
	} else {
		check_say(r, CHECK_UNKNOWN, "'%s'", mode);
	}
}

/* "on", "off", "?" … */
static const char *secure_boot(const struct host *h)
{
	FREE char *efi = host_path(h, "/sys/firmware/efi");
	FREE char *path = host_path(h, SECURE_BOOT);
	FREE char *data = NULL;
	size_t len;

	if (efi && !file_exists(efi))
		return "impossible: no UEFI";
	/* four bytes of attributes, then the value */
	if (!path || file_read(path, 16, &data, &len) || len < 5)
		return "?";
	return data[4] ? "on" : "off";
}

void check_signatures(const struct check_input *in, struct check_result *r)
{
	FREE char *enforce = check_read(in->host, "/sys/module/module/parameters/sig_enforce");
	const char *boot = secure_boot(in->host);
	char upper = enforce ? (char)toupper((unsigned char)*enforce) : '?';

	strv_addf(&r->details, "Secure Boot: %s", boot);
	if (upper == 'Y' || upper == '1') {
		check_say(r, CHECK_MISSING,
			  "the kernel only loads signed modules: sig_enforce=%c, Secure Boot %s",
			  upper, boot);
		note_signing(in, r);
		strv_add(&r->notes, "or boot without module.sig_enforce, and with Secure Boot off");
	} else if (upper == 'N' || upper == '0') {
		check_say(r, CHECK_OK, "not required: sig_enforce=%c, Secure Boot %s", upper,
			  boot);
	} else {
		/* built without CONFIG_MODULE_SIG there is no such parameter */
		check_say(r, CHECK_OK, "the kernel checks none, Secure Boot %s", boot);
	}
}

void check_kprobes(const struct check_input *in, struct check_result *r)
{
	FREE char *enabled = check_read(in->host, "/sys/kernel/debug/kprobes/enabled");
	FREE char *optimization = check_read(in->host, "/proc/sys/debug/kprobes-optimization");

	if (enabled && *enabled == '0') {
		check_say(r, CHECK_MISSING, "switched off: /sys/kernel/debug/kprobes/enabled is 0");
		strv_add(&r->fixes, "echo 1 > /sys/kernel/debug/kprobes/enabled");
	} else if (enabled) {
		check_say(r, CHECK_OK, "on, kprobes-optimization=%c",
			  optimization ? *optimization : '?');
	} else if (optimization) {
		check_say(r, CHECK_OK,
			  "present; can't read whether they are on (/sys/kernel/debug)");
	} else {
		check_say(r, CHECK_UNKNOWN, "can't read /sys/kernel/debug");
	}
}
