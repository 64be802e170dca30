// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines that stap, staprun and make write, and what is behind them. */
#include "stap/output.h"

#define INSTALL_HEADERS "the headers of kernel @REL@ are missing or incomplete: " \
	"stap-vhost doctor -r @REL@ shows how to install them"
#define SIGNATURE "this kernel only loads signed modules (Secure Boot): enroll a key of yours " \
	"(mokutil --import) and let stap sign with it, or turn Secure Boot off"
#define TOO_OLD "the module didn't compile: SystemTap may be too old for kernel @REL@, " \
	"or the headers don't match it"
#define TRANSPORT "the script prints faster than its output is read: use a bigger buffer " \
	"(stap's -s MEGABYTES) or a longer interval"

const struct hint hints[] = {
	{ FAILED, "Can't resolve uprobe_unregister",
	  "this SystemTap doesn't know kernel @REL@, and stap-vhost did not recognise that: "
	  "'stap-vhost run -v …' shows the quirks; SystemTap 5.2 has the repair" },
	{ FAILED, "kernel/module debuginfo",
	  "SystemTap found no debuginfo: 'stap-vhost run -v …' shows where it is searched" },
	{ FAILED, "cannot find module",
	  "SystemTap found no debuginfo: 'stap-vhost run -v …' shows where it is searched" },
	{ FAILED, "kernel release isn't", INSTALL_HEADERS },
	{ FAILED, "Cannot determine kernel", INSTALL_HEADERS },
	{ FAILED, "/build/.config\" failed", INSTALL_HEADERS },
	{ FAILED, "/build: No such file", INSTALL_HEADERS },
	{ FAILED, "You are trying to run systemtap as a normal user",
	  "run it with sudo, or as a member of the groups stapusr and stapdev" },
	{ FAILED, "Key was rejected by service", SIGNATURE },
	{ FAILED, "Required key not available", SIGNATURE },
	{ FAILED, "': Operation not permitted",
	  "the kernel refuses modules: check /sys/kernel/security/lockdown, "
	  "/proc/sys/kernel/modules_disabled, and whether this is a container" },
	{ FAILED, "Invalid module format",
	  "the module was built for another kernel: check that the headers are those of @REL@; "
	  "dmesg shows more" },
	{ FAILED, "Build-id mismatch",
	  "the module on disk isn't the one that is loaded: load it again, or boot the new kernel" },
	{ FAILED, "compilation terminated", TOO_OLD },
	{ FAILED, "Pass 4: compilation failed", TOO_OLD },
	{ RAN, "transport failures", TRANSPORT },
	{ RAN, "lost messages", TRANSPORT },
	{ RAN, "exceeded threshold",
	  "the probes took too much of a CPU's time, and SystemTap stopped them: probe less "
	  "(use a filter or a longer interval)" },
	{ RAN, "writing output: No space left on device",
	  "the disk that the output goes to is full" },
	{ RAN, "exiting.: No space left on device",	/* SystemTap 4.x */
	  "the disk that the output goes to is full" },
	{ FAILED, "No space left on device",
	  "the disk is full: stap-vhost builds modules in its cache directory; set "
	  "STAP_VHOST_CACHE to another one" },
};

const struct aside asides[] = {
	{ "Kernel function symbol table missing",
	  "stap found no System.map of this kernel; scripts whose probes have debuginfo, such as "
	  "those of stap-vhost, don't need it" },
};

const size_t asides_n = ARRAY_SIZE(asides);
_Static_assert(ARRAY_SIZE(asides) <= 32, "output.c has one bit for each");

const size_t n_hints = ARRAY_SIZE(hints);
_Static_assert(ARRAY_SIZE(hints) <= 64, "struct stderr_filter has one bit for each");
