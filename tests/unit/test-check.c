// SPDX-License-Identifier: GPL-2.0-or-later
/* Each check in each of its states, on made-up hosts. */
#include "doctor/check.h"

#include <stdio.h>
#include <sys/stat.h>

#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/host.h"
#include "stap/preflight.h"
#include "tree.h"

#define ID "5e14052aabbccddeeff05e14052aabbccddeeff0"
#define OTHER "0011223344556677889900112233445566778899"
#define MODULES "/lib/modules/" REL "/"
#define DEBUG "/usr/lib/debug/lib/modules/" REL "/"
#define CONFIG "/boot/config-" REL

#define NEEDED "CONFIG_MODULES=y\nCONFIG_MODULE_UNLOAD=y\nCONFIG_KPROBES=y\nCONFIG_KRETPROBES=y\n" \
	"CONFIG_KALLSYMS=y\nCONFIG_RELAY=y\nCONFIG_DEBUG_FS=y\nCONFIG_VHOST_NET=m\n"
#define USEFUL "CONFIG_DEBUG_INFO=y\nCONFIG_KPROBES_ON_FTRACE=y\nCONFIG_TRACEPOINTS=y\n" \
	"CONFIG_UPROBES=y\nCONFIG_TUN=m\n"

/* A running Debian host, its checks' input, and the last result */
struct look {
	struct host host;
	struct stap_program stap;
	struct problem stap_problem;
	struct check_input in;
	struct check_result r;
	char *root;
};

static void look_at(struct look *l, void **state)
{
	*l = (struct look){ .root = *state };
	tree_write(*state, "/proc/sys/kernel/osrelease", REL "\n");
	tree_write(*state, "/etc/os-release",
		   "ID=debian\nVERSION_CODENAME=trixie\nVERSION_ID=\"13\"\n");
	l->host = tree_host(*state, NULL);
	l->in = (struct check_input){
		.host = &l->host, .stap = &l->stap, .stap_problem = &l->stap_problem,
	};
}

static void look_done(struct look *l)
{
	host_free(&l->host);
	stap_program_free(&l->stap);
	problem_free(&l->stap_problem);
	check_result_free(&l->r);
}

#define LOOK(name)				\
	CLEANUP(look_done) struct look name;	\
	look_at(&(name), state)

static const struct check *by_id(const char *id)
{
	const struct check *c = check_by_id(id);

	if (!c)
		fail_msg("no check %s", id);
	return c;
}

static void has(const struct strv *lines, const char *text)
{
	FREE char *all = strv_join(lines, "\n");

	if (!strstr(all, text))
		fail_msg("no '%s' in: %s", text, all);
}

static void lacks(const struct strv *lines, const char *text)
{
	FREE char *all = strv_join(lines, "\n");

	if (strstr(all, text))
		fail_msg("'%s' in: %s", text, all);
}

/* Runs the check; @found is a part of what it says */
static void expect(struct look *l, const char *id, enum check_state want, const char *found)
{
	check_result_free(&l->r);
	assert_int_equal(check_run(by_id(id), &l->in, &l->r), 0);
	if (l->r.state != want || !strstr(l->r.found, found))
		fail_msg("%s: %s, '%s'; wanted: %s, '%s'", id, check_state_name(l->r.state),
			 l->r.found, check_state_name(want), found);
	/* what is missing has a way out */
	if (want == CHECK_MISSING)
		assert_true(l->r.fixes.n + l->r.notes.n > 0);
}

static void has_stap(struct look *l, const char *version)
{
	l->stap.path = strdup(tree_path(l->root, "/usr/bin/stap"));
	version_parse(version, &l->stap.version);
}

/* A program that prints @output */
static void program(const char *root, const char *path, const char *output)
{
	FREE char *text = str_printf("#!/bin/sh\nprintf '%%s\\n' '%s'\n", output);

	tree_write(root, path, text);
	assert_int_equal(chmod(tree_path(root, path), 0755), 0);
}

static void privileges(void **state)
{
	static const char *const none[] = { "users", NULL };
	static const char *const both[] = { "stapusr", "stapdev", NULL };
	static const char *const usr[] = { "stapusr", NULL };
	static const char *const dev[] = { "stapdev", NULL };
	static const char *const sys[] = { "stapusr", "stapsys", NULL };
	static const struct {
		unsigned int uid;
		const char *const *groups;
		enum check_state want;
	} rows[] = {
		{ 0, none, CHECK_OK }, { 1000, both, CHECK_OK }, { 1000, sys, CHECK_WARNING },
		{ 1000, none, CHECK_MISSING }, { 1000, usr, CHECK_MISSING },
		{ 1000, dev, CHECK_MISSING },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(check_result_free) struct check_result r = { .state = CHECK_UNKNOWN };

		check_privileges_of(rows[i].uid, rows[i].groups, &r);
		if (r.state != rows[i].want)
			fail_msg("row %zu: %s", i, r.found);
		if (r.state != CHECK_OK)
			has(&r.fixes, "usermod -a -G stapusr,stapdev $(id -un 1000)");
	}
}

static void kernel_config(void **state)
{
	LOOK(l);

	expect(&l, "kernel-config", CHECK_UNKNOWN, "no readable configuration of kernel " REL);
	tree_write(*state, CONFIG, NEEDED USEFUL);
	expect(&l, "kernel-config", CHECK_OK, "all 13 options");
	tree_write(*state, CONFIG, NEEDED "CONFIG_DEBUG_INFO=y\nCONFIG_KPROBES_ON_FTRACE=y\n"
		   "CONFIG_TRACEPOINTS=y\n# CONFIG_UPROBES is not set\nCONFIG_TUN=y\n");
	expect(&l, "kernel-config", CHECK_WARNING, "built without CONFIG_UPROBES (");
	/* a longer name is another option */
	tree_write(*state, CONFIG, "CONFIG_RELAY_X=y\n" USEFUL "CONFIG_RELAY=n\n");
	expect(&l, "kernel-config", CHECK_MISSING, "CONFIG_RELAY");
	has(&l.r.details, "CONFIG_RELAY=n: how a script's output leaves the kernel");
}

/* In the order of search, each before those that were there */
static void kernel_config_places(void **state)
{
	static const char *const worse_to_better[] = {
		"/usr/src/headers/.config", MODULES "config", CONFIG,
	};
	struct look l;

	tree_link(*state, MODULES "build", "/usr/src/headers");
	tree_write(*state, "/usr/src/headers/Makefile", "");
	look_at(&l, state);
	tree_write(*state, "/proc/config", NEEDED USEFUL);
	tree_compress(*state, "/proc/config", "gzip");
	expect(&l, "kernel-config", CHECK_OK, "/proc/config.gz");
	for (size_t i = 0; i < ARRAY_SIZE(worse_to_better); i++) {
		tree_write(*state, worse_to_better[i], NEEDED USEFUL);
		expect(&l, "kernel-config", CHECK_OK, worse_to_better[i]);
	}
	look_done(&l);
}

static void modules_allowed(void **state)
{
	LOOK(l);

	expect(&l, "modules-allowed", CHECK_UNKNOWN, "/proc/self/status");
	tree_write(*state, "/proc/self/status", "Name:\tx\nCapBnd:\t000001ffffffffff\n");
	expect(&l, "modules-allowed", CHECK_UNKNOWN, "kernel.modules_disabled=?");
	tree_write(*state, "/proc/sys/kernel/modules_disabled", "0\n");
	expect(&l, "modules-allowed", CHECK_OK, "CAP_SYS_MODULE");
	/* what a container is given by default */
	tree_write(*state, "/proc/self/status", "Name:\tx\nCapBnd:\t00000000a80425fb\n");
	expect(&l, "modules-allowed", CHECK_MISSING, "no CAP_SYS_MODULE");
	tree_write(*state, "/proc/self/status", "Name:\tx\nCapBnd:\t000001ffffffffff\n");
	tree_write(*state, "/proc/sys/kernel/modules_disabled", "1\n");
	expect(&l, "modules-allowed", CHECK_MISSING, "kernel.modules_disabled=1");
}

static void lockdown(void **state)
{
	LOOK(l);

	expect(&l, "lockdown", CHECK_UNKNOWN, "no /sys/kernel/security/lockdown");
	tree_write(*state, CONFIG, "CONFIG_SECURITY_LOCKDOWN_LSM=y\n");
	expect(&l, "lockdown", CHECK_UNKNOWN, "no /sys/kernel/security/lockdown");
	tree_write(*state, CONFIG, "# CONFIG_SECURITY_LOCKDOWN_LSM is not set\n");
	expect(&l, "lockdown", CHECK_OK, "this kernel has no lockdown");
	tree_write(*state, "/sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	expect(&l, "lockdown", CHECK_OK, "none");
	tree_write(*state, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	expect(&l, "lockdown", CHECK_MISSING, "integrity");
	tree_write(*state, "/sys/kernel/security/lockdown", "none integrity [confidentiality]\n");
	expect(&l, "lockdown", CHECK_MISSING, "confidentiality");
	tree_write(*state, "/sys/kernel/security/lockdown", "none [new]\n");
	expect(&l, "lockdown", CHECK_UNKNOWN, "'new'");
	tree_write(*state, "/sys/kernel/security/lockdown", "");
	expect(&l, "lockdown", CHECK_UNKNOWN, "'?'");
}

static void signatures(void **state)
{
	static const char secure[] = "/sys/firmware/efi/efivars/SecureBoot-"
		"8be4df61-93ca-11d2-aa0d-00e098032b8c";
	LOOK(l);

	expect(&l, "signatures", CHECK_OK, "the kernel checks none");
	tree_write(*state, "/sys/module/module/parameters/sig_enforce", "N\n");
	expect(&l, "signatures", CHECK_OK, "Secure Boot impossible");
	tree_write_bytes(*state, secure, "\6\0\0\0\0", 5);
	expect(&l, "signatures", CHECK_OK, "sig_enforce=N, Secure Boot off");
	tree_write_bytes(*state, secure, "\6\0\0\0\1", 5);
	expect(&l, "signatures", CHECK_OK, "sig_enforce=N, Secure Boot on");
	tree_write(*state, "/sys/module/module/parameters/sig_enforce", "Y\n");
	expect(&l, "signatures", CHECK_MISSING, "sig_enforce=Y, Secure Boot on");
	has(&l.r.notes, "mokutil");
	lacks(&l.r.notes, "41b6fa819");
	for (unsigned int minor = 4; minor <= 6; minor += 2) {
		l.stap.version = (struct version){ 5, minor, 0 };
		expect(&l, "signatures", CHECK_MISSING, "sig_enforce=Y");
		lacks(&l.r.notes, "41b6fa819");
	}
	l.stap.version = (struct version){ 5, 5, 0 };
	expect(&l, "signatures", CHECK_MISSING, "sig_enforce=Y");
	has(&l.r.notes, "41b6fa819");
	tree_write_bytes(*state, secure, "\6", 1);
	expect(&l, "signatures", CHECK_MISSING, "Secure Boot ?");
}

static void kprobes(void **state)
{
	LOOK(l);

	expect(&l, "kprobes", CHECK_UNKNOWN, "can't read /sys/kernel/debug");
	tree_write(*state, "/proc/sys/debug/kprobes-optimization", "1\n");
	expect(&l, "kprobes", CHECK_OK, "can't read whether they are on");
	tree_write(*state, "/sys/kernel/debug/kprobes/enabled", "1\n");
	expect(&l, "kprobes", CHECK_OK, "on, kprobes-optimization=1");
	tree_write(*state, "/sys/kernel/debug/kprobes/enabled", "0\n");
	expect(&l, "kprobes", CHECK_MISSING, "switched off");
	has(&l.r.fixes, "echo 1 > /sys/kernel/debug/kprobes/enabled");
}

static void systemtap(void **state)
{
	LOOK(l);

	problem_set(&l.stap_problem, strdup("no program stap"), NULL);
	expect(&l, "systemtap", CHECK_MISSING, "no program stap");
	has(&l.r.fixes, "apt-get install systemtap");
	/* there, and doesn't work */
	has_stap(&l, "");
	problem_set(&l.stap_problem, strdup("stap --version failed"), NULL);
	expect(&l, "systemtap", CHECK_MISSING, "--version failed");
	problem_free(&l.stap_problem);
	expect(&l, "systemtap", CHECK_WARNING, "of unknown version");
	version_parse("5.1", &l.stap.version);
	expect(&l, "systemtap", CHECK_OK, "SystemTap 5.1");
}

#define LOADER "Systemtap module loader/runner (version "

static void staprun(void **state)
{
	LOOK(l);

	unsetenv("SYSTEMTAP_STAPRUN");
	has_stap(&l, "5.1");
	program(*state, "/usr/bin/stap", "");
	expect(&l, "staprun", CHECK_MISSING, "no program");
	has(&l.r.fixes, "apt-get install systemtap");
	tree_write(*state, "/usr/bin/staprun", "");
	expect(&l, "staprun", CHECK_MISSING, "no permission to run ");
	program(*state, "/usr/bin/staprun", LOADER "5.1, Debian version 5.1-5)");
	expect(&l, "staprun", CHECK_OK, "of SystemTap 5.1, like stap");
	program(*state, "/usr/bin/staprun", LOADER "5.2, x)");
	expect(&l, "staprun", CHECK_MISSING, "of SystemTap 5.2, stap of 5.1");
	program(*state, "/usr/bin/staprun", LOADER "4.8, x)");
	expect(&l, "staprun", CHECK_WARNING, "of SystemTap 4.8, stap of 5.1");
	program(*state, "/usr/bin/staprun", "hello");
	expect(&l, "staprun", CHECK_OK, "version unknown");
	/* a defect is told of who can be hurt by it */
	program(*state, "/usr/bin/staprun", LOADER "5.1, x)");
	tree_write(*state, "/etc/group", "root:x:0:\nstapdev:x:1:eve\nstapusr:x:2:alice,eve,bob\n");
	expect(&l, "staprun", CHECK_OK, "of SystemTap 5.1");
	has(&l.r.notes, "the power of root: alice, bob");
	program(*state, "/usr/bin/staprun", LOADER "5.5, x)");
	version_parse("5.5", &l.stap.version);
	expect(&l, "staprun", CHECK_OK, "of SystemTap 5.5");
	assert_int_equal(l.r.notes.n, 0);
	version_parse("5.1", &l.stap.version);
	program(*state, "/opt/staprun", LOADER "5.1, x)");
	setenv("SYSTEMTAP_STAPRUN", tree_path(*state, "/opt/staprun"), 1);
	expect(&l, "staprun", CHECK_OK, "/opt/staprun, of SystemTap 5.1, like stap");
	unsetenv("SYSTEMTAP_STAPRUN");
}

static void quirks_of_a_pair(void **state)
{
	LOOK(l);

	expect(&l, "quirks", CHECK_UNKNOWN, "unknown without SystemTap");
	has_stap(&l, "5.1");
	expect(&l, "quirks", CHECK_OK,
	       "uprobe-unregister, uprobe-register (some scripts), kernel-trace (some scripts)");
}

static void pairs_that_are_tested(void **state)
{
	static const struct {
		const char *stap, *kernel;
		enum check_state want;
	} rows[] = {
		{ "4.8", "6.1.192", CHECK_OK }, { "5.1", "6.12.107", CHECK_OK },
		{ "5.6", "7.2.12", CHECK_OK }, { "5.1", "6.1.192", CHECK_WARNING },
		{ "5.0", "6.12.1", CHECK_WARNING }, { "5.1", "6.1", CHECK_WARNING },
		{ "", "6.1", CHECK_UNKNOWN }, { "5.1", "", CHECK_UNKNOWN },
	};
	LOOK(l);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		l.stap.version = l.host.kernel = (struct version){ 0, 0, 0 };
		version_parse(rows[i].stap, &l.stap.version);
		version_parse(rows[i].kernel, &l.host.kernel);
		expect(&l, "tested", rows[i].want,
		       rows[i].want == CHECK_OK ? "tested together" : "");
	}
}

static void compiler(void **state)
{
	LOOK(l);

	setenv("PATH", tree_path(*state, "/bin"), 1);
	expect(&l, "compiler", CHECK_MISSING, "no program gcc, no make");
	has(&l.r.fixes, "apt-get install gcc make");
	program(*state, "/bin/gcc", "");
	expect(&l, "compiler", CHECK_MISSING, "no program make");
	program(*state, "/bin/make", "");
	expect(&l, "compiler", CHECK_OK, "/bin/gcc, ");
	tree_write(*state, CONFIG,
		   "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-14 (Debian) 14.2\"\n");
	expect(&l, "compiler", CHECK_WARNING, "x86_64-linux-gnu-gcc-14, which isn't installed");
	program(*state, "/bin/x86_64-linux-gnu-gcc-14", "");
	expect(&l, "compiler", CHECK_OK, "/bin/x86_64-linux-gnu-gcc-14");
	tree_write(*state, CONFIG, "CONFIG_CC_VERSION_TEXT=\"Debian clang version 19\"\n");
	expect(&l, "compiler", CHECK_OK, "/bin/gcc, ");
	tree_write(*state, CONFIG, "CONFIG_CC_VERSION_TEXT=\n");
	expect(&l, "compiler", CHECK_OK, "/bin/gcc, ");
	setenv("PATH", "/usr/bin:/bin", 1);
}

/* As with Ubuntu 22.04's HWE kernel: no module compiles */
static void compiler_that_is_too_old(void **state)
{
	LOOK(l);

	setenv("PATH", tree_path(*state, "/bin"), 1);
	program(*state, "/bin/make", "");
	tree_write(*state, "/bin/gcc", "#!/bin/sh\ncase $1 in -ftrivial*) exit 1 ;; esac\n");
	assert_int_equal(chmod(tree_path(*state, "/bin/gcc"), 0755), 0);
	tree_write(*state, CONFIG,
		   "CONFIG_CC_VERSION_TEXT=\"x86_64-linux-gnu-gcc-12 (Ubuntu 12.3.0) 12.3.0\"\n"
		   "CONFIG_INIT_STACK_ALL_ZERO=y\nCONFIG_ZERO_CALL_USED_REGS=y\n");
	expect(&l, "compiler", CHECK_MISSING, "gcc doesn't know -ftrivial-auto-var-init=zero");
	has(&l.r.notes, "install x86_64-linux-gnu-gcc-12");
	tree_write(*state, "/usr/bin/apt-cache", "#!/bin/sh\necho '  Candidate: 12.3.0'\n");
	assert_int_equal(chmod(tree_path(*state, "/usr/bin/apt-cache"), 0755), 0);
	expect(&l, "compiler", CHECK_MISSING, "gcc-12, which isn't installed");
	has(&l.r.fixes, "apt-get install gcc-12");
	/* it is here, and make would still use the other one */
	program(*state, "/bin/x86_64-linux-gnu-gcc-12", "");
	expect(&l, "compiler", CHECK_MISSING, "gcc doesn't know");
	has(&l.r.notes, "first on PATH");
	/* Debian's headers name the compiler themselves */
	free(l.host.build);
	l.host.build = strdup(tree_path(*state, "/headers"));
	tree_write(*state, "/headers/.kernelvariables", "override CC = x86_64-linux-gnu-gcc-12\n");
	expect(&l, "compiler", CHECK_OK, "gcc-12");
	assert_int_equal(unlink(tree_path(*state, "/headers/.kernelvariables")), 0);
	expect(&l, "compiler", CHECK_MISSING, "gcc doesn't know");
	program(*state, "/bin/gcc", "");
	expect(&l, "compiler", CHECK_OK, "gcc-12");
	setenv("PATH", "/usr/bin:/bin", 1);
}

static void headers(void **state)
{
	{
		LOOK(l);
		expect(&l, "headers", CHECK_MISSING, "no /lib/modules/" REL "/build");
		has(&l.r.fixes, "apt-get install linux-headers-" REL);
		has(&l.r.notes, "trixie-security");
	}
	tree_link(*state, MODULES "build", "/usr/src/headers");
	tree_write(*state, "/usr/src/headers/Makefile", "");
	LOOK(l);
	expect(&l, "headers", CHECK_MISSING, "it has no .config");
	tree_write(*state, "/usr/src/headers/.config", "");
	expect(&l, "headers", CHECK_WARNING, "no Module.symvers");
	tree_write(*state, "/usr/src/headers/Module.symvers", "");
	expect(&l, "headers", CHECK_OK, "/usr/src/headers");
}

static void debuginfo(void **state)
{
	LOOK(l);

	tree_elf(*state, MODULES "kernel/vhost.ko", ID, false);
	expect(&l, "debuginfo", CHECK_MISSING, "none for vhost, the kernel");
	has(&l.r.fixes, "apt-get install linux-image-" REL "-dbg");
	tree_elf(*state, "/usr/lib/debug/boot/vmlinux-" REL, OTHER, true);
	expect(&l, "debuginfo", CHECK_MISSING, "none for vhost");
	tree_elf(*state, DEBUG "kernel/vhost.ko", OTHER, true);
	expect(&l, "debuginfo", CHECK_MISSING, "none for vhost");
	has(&l.r.details, "vhost: none, build-id " ID);
	has(&l.r.details, "refused: ");
	tree_elf(*state, DEBUG "kernel/vhost.ko", ID, true);
	expect(&l, "debuginfo", CHECK_OK, "for vhost, the kernel (not compared), by build-id");
	has(&l.r.details, DEBUG "kernel/vhost.ko, build-id " ID);
	assert_int_equal(remove(tree_path(*state, "/usr/lib/debug/boot/vmlinux-" REL)), 0);
	expect(&l, "debuginfo", CHECK_WARNING, "not for the kernel itself");
	/* a part of the kernel needs the kernel's */
	tree_write(*state, MODULES "modules.builtin", "kernel/drivers/net/tun.ko\n");
	expect(&l, "debuginfo", CHECK_MISSING, "none for the kernel");
}

static void vhost(void **state)
{
	LOOK(l);

	expect(&l, "vhost", CHECK_MISSING, "has no module vhost");
	tree_write(*state, MODULES "kernel/vhost.ko", "");
	tree_write(*state, MODULES "kernel/vhost_net.ko", "");
	expect(&l, "vhost", CHECK_MISSING, "not loaded");
	has(&l.r.fixes, "modprobe vhost_net");
	tree_loaded(*state, "vhost", ID);
	tree_loaded(*state, "vhost_net", OTHER);
	expect(&l, "vhost", CHECK_OK, "vhost loaded, vhost_net loaded");
	has(&l.r.details, ID);
	l.host.running = false;
	expect(&l, "vhost", CHECK_OK, "vhost present, vhost_net present");
}

static void process(const char *root, const char *pid, const char *comm, const char *fd,
		    const char *cmdline, size_t len)
{
	FREE char *dir = str_printf("/proc/%s/", pid);
	FREE char *a = str_printf("%scomm", dir), *b = str_printf("%scmdline", dir);
	FREE char *c = str_printf("%sfd/7", dir);

	tree_write(root, a, comm);
	tree_write_bytes(root, b, cmdline, len);
	tree_link(root, c, fd);
}

#define CMD(text) text, sizeof(text)

static void guests(void **state)
{
	LOOK(l);

	process(*state, "11", "bash\n", "/dev/null", CMD("bash"));
	tree_write(*state, "/proc/net/fd/7", "");
	expect(&l, "guests", CHECK_WARNING, "no process has /dev/vhost-net open");
	has(&l.r.notes, "vhost=on");
	process(*state, "12", "qemu-system-x86\n", "/dev/vhost-net",
		CMD("qemu\0-name\0guest=web\033[31m1,debug-threads=on\0-m\0256"));
	expect(&l, "guests", CHECK_OK, "qemu-system-x86 12 (web\033[31m1) uses vhost-net");
	process(*state, "13", "qemu-system-x86\n", "/dev/vhost-net",
		CMD("qemu\0-name\0debug-threads=on,guest=db"));
	expect(&l, "guests", CHECK_OK, "13 (db) use vhost-net");
	/* an option at the very end, an empty one, none at all */
	process(*state, "14", "vguest\n", "/dev/vhost-net", CMD("vguest\0-name"));
	process(*state, "15", "vguest\n", "/dev/vhost-net", CMD(""));
	process(*state, "16", "vguest\n", "/dev/vhost-net", "", 0);
	expect(&l, "guests", CHECK_OK, "vguest 14 and 2 more use vhost-net");
	assert_int_equal(l.r.details.n, 5);
}

/* Opening a FIFO waits for who writes to it, as a command line may never come */
static void guests_that_are_silent(void **state)
{
	LOOK(l);

	process(*state, "12", "qemu\n", "/dev/vhost-net", CMD("qemu"));
	assert_int_equal(unlink(tree_path(*state, "/proc/12/cmdline")), 0);
	assert_int_equal(mkfifo(tree_path(*state, "/proc/12/cmdline"), 0600), 0);
	expect(&l, "guests", CHECK_OK, "qemu 12 uses vhost-net");
	has(&l.r.notes, "can't read the command line of process 12 within 3 seconds");
}

static void guests_that_are_hidden(void **state)
{
	const char *dir = tree_path(*state, "/proc/12/fd");

	process(*state, "12", "qemu\n", "/dev/vhost-net", CMD("qemu"));
	assert_int_equal(chmod(dir, 0), 0);
	if (!access(dir, R_OK)) {
		chmod(dir, 0755);
		print_message("root sees them all\n");
		skip();
	}
	LOOK(l);
	expect(&l, "guests", CHECK_UNKNOWN, "no permission to read 1 process: run as root");
	chmod(dir, 0755);
}

static void memory(void **state)
{
	LOOK(l);

	expect(&l, "memory", CHECK_UNKNOWN, "/proc/meminfo");
	tree_write(*state, "/proc/meminfo", "MemTotal: 1 kB\nMemAvailable:   665600 kB\n");
	expect(&l, "memory", CHECK_OK, "650 MiB available");
	tree_write(*state, "/proc/meminfo", "MemTotal: 1 kB\nMemAvailable:   665599 kB\n");
	expect(&l, "memory", CHECK_WARNING, "649 MiB available");
}

static void disk(void **state)
{
	LOOK(l);

	setenv("SYSTEMTAP_DIR", tree_path(*state, "/not/there/yet"), 1);
	setenv("TMPDIR", *state, 1);
	l.in.cache = tree_path(*state, "/cache");
	expect(&l, "disk", CHECK_OK, "MiB and more free");
	assert_int_equal(l.r.details.n, 3);
	/* no file can be made there, and nothing is free */
	setenv("TMPDIR", "/proc/self", 1);
	expect(&l, "disk", CHECK_MISSING, "temporary files, /proc/self: ");
	has(&l.r.notes, "TMPDIR=DIR");
	setenv("TMPDIR", *state, 1);
	l.in.cache = "/proc/self/x";
	expect(&l, "disk", CHECK_MISSING, "stap-vhost's cache, /proc/self/x: ");
	unsetenv("TMPDIR");
	unsetenv("SYSTEMTAP_DIR");
}

/* What is only useful is never missing; of another kernel some things can't be asked */
static void the_table_decides(void **state)
{
	LOOK(l);

	for (size_t i = 0; i < n_checks; i++) {
		check_result_free(&l.r);
		assert_int_equal(check_run(&checks[i], &l.in, &l.r), 0);
		if (!checks[i].needed)
			assert_int_not_equal(l.r.state, CHECK_MISSING);
		assert_int_not_equal(l.r.state, CHECK_SKIPPED);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(checks[k].id, checks[i].id);
	}
	l.host.running = false;
	for (size_t i = 0; i < n_checks; i++) {
		check_result_free(&l.r);
		assert_int_equal(check_run(&checks[i], &l.in, &l.r), 0);
		assert_int_equal(l.r.state == CHECK_SKIPPED, checks[i].running_only);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(privileges),
		T(kernel_config),
		T(kernel_config_places),
		T(modules_allowed),
		T(lockdown),
		T(signatures),
		T(kprobes),
		T(systemtap),
		T(staprun),
		T(quirks_of_a_pair),
		T(pairs_that_are_tested),
		T(compiler),
		T(compiler_that_is_too_old),
		T(headers),
		T(debuginfo),
		T(vhost),
		T(guests),
		T(guests_that_are_silent),
		T(guests_that_are_hidden),
		T(memory),
		T(disk),
		T(the_table_decides),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
