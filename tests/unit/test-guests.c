// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/guests.h"

#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "tree.h"

/* A process with @fds of its own: "23 /dev/vhost-net" */
static void process(const char *root, const char *pid, const char *comm, const char *cmdline,
		    size_t len, const char *const *links)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	tree_write(root, path, comm);
	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	tree_write_bytes(root, path, cmdline, len);
	for (int fd = 20; links && *links; links++, fd++) {
		bool tap = strchr(*links, '=');
		char target[64], info[96];

		snprintf(target, sizeof(target), "%.*s", (int)strcspn(*links, "="), *links);
		snprintf(path, sizeof(path), "/proc/%s/fd/%d", pid, fd);
		tree_link(root, path, target);
		snprintf(path, sizeof(path), "/proc/%s/fdinfo/%d", pid, fd);
		snprintf(info, sizeof(info), "pos:\t0\nflags:\t02\n%s%s%s", tap ? "iff:\t" : "",
			 tap ? strchr(*links, '=') + 1 : "", tap ? "\n" : "");
		tree_write(root, path, info);
	}
}

#define ARGS(s) s, sizeof(s)

static void make_guests(const char *root)
{
	static const char *const two[] = {
		"/dev/vhost-net", "/dev/net/tun=tap1", "/dev/vhost-net", "/dev/net/tun=tap0",
		"/dev/net/tun=tap1", "/dev/kvm", NULL,
	};
	static const char *const one[] = { "/dev/vhost-net", "/dev/net/tun=vnet9", NULL };
	static const char *const none[] = { "/dev/kvm", "/dev/net/tun=tap7", NULL };
	static const char *const vsock[] = { "/dev/vhost-vsock", NULL };

	process(root, "1200", "qemu-system-x86\n",
		ARGS("qemu\0-name\0guest=web-1,debug-threads=on\0-m\0"
		     "1"),
		two);
	process(root, "99", "qemu-system-x86\n", ARGS("qemu\0-name\0db"), one);
	process(root, "1300", "qemu-system-x86\n", ARGS("qemu\0-name\0web-1"), vsock);
	process(root, "1400", "qemu-system-x86\n", ARGS("qemu\0-name\0" "other"), none);
	process(root, "1500", "vnet9\n", ARGS("vguest\0--tap\0" "99"), vsock);
}

static void who_has_vhost_is_a_guest(void **state)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };

	make_guests(*state);
	assert_int_equal(guests_list(*state, NULL, &l), 0);
	assert_int_equal(l.n, 4);
	assert_false(l.hidden);
	assert_int_equal(l.v[0].pid, 99);
	assert_string_equal(l.v[0].qemu.name, "db");
	assert_int_equal(l.v[1].pid, 1200);
	assert_int_equal(l.v[1].devices, 2);
	assert_string_equal(l.v[1].comm, "qemu-system-x86");
	assert_int_equal(l.v[1].interfaces.n, 2);
	FREE char *text = guest_text(&l.v[1]);

	assert_string_equal(text, "1200 web-1 (tap0, tap1)");
	assert_null(l.v[3].qemu.name);
	FREE char *bare = guest_text(&l.v[3]);

	assert_string_equal(bare, "1500");
}

static void words_name_guests(void **state)
{
	static const struct {
		const char *word;
		size_t n;
		long long first;
	} rows[] = {
		{ "99", 1, 99 }, { "db", 1, 99 }, { "vnet9", 1, 99 }, { "tap0", 1, 1200 },
		{ "web-1", 2, 1200 }, { "all", 4, 99 }, { "tap7", 0, 0 }, { "1400", 0, 0 },
		{ "", 0, 0 }, { "web", 0, 0 }, { "099", 0, 0 },
	};
	CLEANUP(guests_free) struct guest_list l = { 0 };

	make_guests(*state);
	assert_int_equal(guests_list(*state, NULL, &l), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct guest_matches m = { 0 };

		assert_int_equal(guests_match(&l, rows[i].word, &m), 0);
		assert_int_equal(m.n, rows[i].n);
		if (m.n)
			assert_int_equal(l.v[m.v[0]].pid, rows[i].first);
		free(m.v);
	}
}

static void names_are_read_as_qemu_reads_them(void **state)
{
	static const struct {
		const char *args;
		size_t len;
		const char *name;
	} rows[] = {
		{ ARGS("qemu\0-name\0web"), "web" },
		{ ARGS("qemu\0-name\0guest=web"), "web" },
		{ ARGS("qemu\0-name\0debug-threads=on,guest=web"), "web" },
		{ ARGS("qemu\0-name\0web,process=x"), "web" },
		{ ARGS("qemu\0-name\0guest=a,,b,process=x"), "a,b" },
		{ ARGS("qemu\0--name\0x"), "x" },
		{ ARGS("qemu\0-name\0a\0-name\0b"), "b" },
		/* several are one, and the last that says it counts */
		{ ARGS("qemu\0-name\0a\0-name\0debug-threads=on"), "a" },
		{ ARGS("qemu\0-name\0guest=a,guest=b"), "b" },
		{ ARGS("qemu\0-name\0a\0-name\0guest="), NULL },
		/* only the first may lack its key, and commas of a value come twice */
		{ ARGS("qemu\0-name\0a,,b=c,process=x"), "a,b=c" },
		{ ARGS("qemu\0-name\0a,,"), "a," },
		{ ARGS("qemu\0-name\0,,a"), ",a" },
		{ ARGS("qemu\0-name\0process=x,,guest=y"), NULL },
		{ ARGS("qemu\0-name\0process=x,web"), NULL },
		{ ARGS("qemu\0-name\0debug-threads=on,process=x,guest=web1"), "web1" },
		{ ARGS("qemu\0-name\0guest=a=b"), "a=b" },
		{ ARGS("qemu\0-name\0guests=a"), NULL },
		{ ARGS("qemu\0-name\0web,"), "web" },
		/* no option of QEMU's */
		{ ARGS("qemu\0-name=web"), NULL },
		{ ARGS("qemu\0--name=web"), NULL },
		{ ARGS("qemu\0---name\0web"), NULL },
		{ ARGS("qemu\0-name\0process=x"), NULL },
		{ ARGS("qemu\0-name\0guest="), NULL },
		{ ARGS("qemu\0-name"), NULL },
		{ ARGS("qemu\0-m\0-name"), NULL },
		{ ARGS(""), NULL },
		{ "", 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(qemu_free) struct qemu q = { 0 };

		assert_int_equal(qemu_parse(rows[i].args, rows[i].len, &q), 0);

		const char *name = q.name;

		if (rows[i].name)
			assert_string_equal(name, rows[i].name);
		else
			assert_null(name);
	}
}

static void network_devices_are_read_as_qemu_reads_them(void **state)
{
	static const struct {
		const char *args;
		size_t len;
		const char *type, *ifname, *fds;
		bool vhost;
	} rows[] = {
		{ ARGS("q\0-netdev\0tap,id=a,vhost=on,ifname=tap0"), "tap", "tap0", NULL, true },
		{ ARGS("q\0-netdev\0id=a,type=tap,ifname=a,,b"), "tap", "a,b", NULL, false },
		{ ARGS("q\0--netdev\0tap,vhost,fd=3"), "tap", NULL, "3", true },
		{ ARGS("q\0-netdev\0tap,vhost=off,fds=3:4"), "tap", NULL, "3:4", false },
		{ ARGS("q\0-netdev\0tap,vhostfds=5:6,fds=3:4"), "tap", NULL, "3:4", true },
		{ ARGS("q\0-netdev\0tap,vhost=off,vhostfd=9"), "tap", NULL, NULL, false },
		{ ARGS("q\0-netdev\0tap,vhostforce=on"), "tap", NULL, NULL, true },
		{ ARGS("q\0-nic\0user,model=virtio"), "user", NULL, NULL, false },
		{ ARGS("q\0-net\0nic\0-net\0tap"), "tap", NULL, NULL, false },
		{ ARGS("q\0-netdev\0{\"type\":\"tap\",\"fd\":\"31\",\"vhost\":true,\"x\":[1]}"), "tap",
		  NULL, "31", true },
		{ ARGS("q\0-netdev\0{\"type\":\"vhost-user\",\"vhost\":false}"), "vhost-user", NULL,
		  NULL, false },
		{ ARGS("q\0-netdev\0{\"type\":"), NULL, NULL, NULL, false },
		{ ARGS("q\0-netdev\0[1]"), "[1]", NULL, NULL, false },
		{ ARGS("q\0-netdev\0{\"type\":{}}"), NULL, NULL, NULL, false },
		{ ARGS("q\0-nic\0none"), NULL, NULL, NULL, false },
		{ ARGS("q\0-netdev"), NULL, NULL, NULL, false },
		{ ARGS("q\0-netdev\0"), NULL, NULL, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(qemu_free) struct qemu q = { 0 };

		assert_int_equal(qemu_parse(rows[i].args, rows[i].len, &q), 0);
		assert_int_equal(q.n_net, rows[i].type ? 1 : 0);
		if (!q.n_net)
			continue;
		assert_string_equal(q.net[0].type, rows[i].type);
		assert_string_equal(q.net[0].ifname ?: "", rows[i].ifname ?: "");
		assert_string_equal(q.net[0].fds ?: "", rows[i].fds ?: "");
		assert_int_equal(q.net[0].vhost == VHOST_ON, rows[i].vhost);
	}
}

static void uuid_and_machine_are_read_too(void **state)
{
	CLEANUP(qemu_free) struct qemu q = { 0 };
	static const char args[] = "q\0-uuid\0a-b\0-machine\0accel=kvm,type=q35\0-M\0pc,usb=off\0-uuid\0c";

	(void)state;
	assert_int_equal(qemu_parse(args, sizeof(args), &q), 0);
	assert_string_equal(q.uuid, "c");
	assert_string_equal(q.machine, "pc");
}

/* A process whose command line doesn't come: opening a FIFO waits for who writes to it */
static void make_silent(const char *root, const char *pid)
{
	static const char *const net[] = { "/dev/vhost-net", NULL };
	char path[64];

	process(root, pid, "qemu-system-x86\n", ARGS("qemu"), net);
	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	assert_int_equal(unlink(tree_path(root, path)), 0);
	assert_int_equal(mkfifo(tree_path(root, path), 0600), 0);
}

static void one_that_hangs_keeps_nobody(void **state)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };
	CLEANUP(guests_free) struct guest_list one = { 0 };
	long long began = clock_ms();
	char pid[16];

	make_guests(*state);
	/* of a number that process alone is looked at */
	make_silent(*state, "50");
	assert_int_equal(guests_list(*state, "1200", &one), 0);
	assert_int_equal(one.n, 1);
	assert_string_equal(one.v[0].qemu.name, "web-1");
	assert_false(one.v[0].silent);
	assert_within(clock_ms() - began, 0, 2500);

	/* all at once, so the more of them there are, the longer it takes is not so */
	for (int i = 0; i < 20; i++) {
		snprintf(pid, sizeof(pid), "%d", 2000 + i);
		make_silent(*state, pid);
	}
	assert_int_equal(guests_list(*state, NULL, &l), 0);
	assert_within(clock_ms() - began, 2900, 9000);
	assert_int_equal(l.n, 25);
	for (size_t i = 0; i < l.n; i++)
		assert_int_equal(l.v[i].silent, l.v[i].pid == 50 || l.v[i].pid >= 2000);
	assert_string_equal(l.v[2].qemu.name, "web-1");
	/* its children are gone */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* Longer than a pipe holds, and longer than we take */
static void long_command_lines(void **state)
{
	static const char *const net[] = { "/dev/vhost-net", NULL };
	static char args[400 << 10];
	CLEANUP(guests_free) struct guest_list l = { 0 };

	memset(args, 'x', sizeof(args));
	memcpy(args, "qemu\0-name\0first\0", 17);
	memcpy(args + (200 << 10), "\0-name\0web\0", 11);
	memcpy(args + (300 << 10), "\0-name\0late\0", 12);
	process(*state, "7", "qemu\n", args, sizeof(args), net);
	process(*state, "8", "qemu\n", args, 100, net);
	assert_int_equal(guests_list(*state, NULL, &l), 0);
	assert_int_equal(l.n, 2);
	assert_string_equal(l.v[0].qemu.name, "web");
	assert_string_equal(l.v[1].qemu.name, "first");
	assert_false(l.v[0].silent);
}

static void no_proc_is_an_error(void **state)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };

	assert_int_not_equal(guests_list(*state, NULL, &l), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_has_vhost_is_a_guest, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(words_name_guests, tree_setup, tree_teardown),
		cmocka_unit_test(names_are_read_as_qemu_reads_them),
		cmocka_unit_test(network_devices_are_read_as_qemu_reads_them),
		cmocka_unit_test(uuid_and_machine_are_read_too),
		cmocka_unit_test_setup_teardown(one_that_hangs_keeps_nobody, tree_setup,
						tree_teardown),
		cmocka_unit_test_setup_teardown(long_command_lines, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(no_proc_is_an_error, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("guests", tests, NULL, NULL);
}
