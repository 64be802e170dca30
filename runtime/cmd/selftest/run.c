// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No verb: what 'selftest' runs. Guests in network namespaces of their own, one
 * script that watches them all, traffic, and the end of all of it, whatever
 * happens in between.
 */
#include "verb/verb.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/clock.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/record.h"
#include "base/strv.h"
#include "cmd/selftest/selftest.h"
#include "selftest/selftest.h"

#define STEP_MS 100
#define READY_S 30		/* a guest opens its devices */
#define ARMED_S 600		/* stap compiles the script, perhaps on a slow machine */
#define TRAFFIC_S 60		/* and a second for each 500 packets */
#define SCRIPT_END_S 60		/* it prints what it counted, and its module is taken away */
#define GUEST_END_S 10

/*
 * What is asked of the guests, so that every alias fires: an ordinary one; one
 * without EVENT_IDX that makes a mistake (vhost.error), and whose tap is too small for
 * what it is sent (tun.drop); one with an IOMMU (vhost.iotlb_miss). They run at the same time, as
 * the guests of a host do.
 */
static const struct {
	const char *name, *label;
	const char *options[8];	/* NULL-terminated */
	bool faulty;		/* its middle packet is wrong */
} plans[TEST_GUESTS] = {
	{ "plain", "test guest 'plain'", { NULL }, false },
	{ "fault", "test guest 'fault'", { "--event-idx", "off", "--txqueuelen", "8", "--window",
	  "64",
					    NULL }, true },
	{ "iommu", "test guest 'iommu'", { "--iommu", "on", "--iommu-granule", "4096", NULL },
	  false },
};

#define RATE "4000"		/* packets a second: no guest of the host has to suffer */

/* In the child that becomes a guest: its tap shall exist nowhere else */
static int own_network(void)
{
	if (unshare(CLONE_NEWNET | CLONE_NEWNS))
		return -errno;
	/* /sys/class/net is of the namespace in which it was mounted */
	if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	return 0;
}

static void process_init(struct test_process *p, const char *name, bool whole)
{
	*p = (struct test_process){ .name = name, .whole = whole, .in = -1, .out = -1 };
}

static void process_free(struct test_process *p)
{
	base_closep(&p->in);
	base_closep(&p->out);
	strv_free(&p->lines);
}

static void take(struct test_process *p, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n') {
			strv_addf(&p->lines, "%.*s", (int)p->rest_len, p->rest);
			p->rest_len = 0;
		} else if (p->rest_len < sizeof(p->rest)) {
			p->rest[p->rest_len++] = data[i];
		}
	}
}

/* What it has printed; closes its output at its end */
static void process_read(struct test_process *p)
{
	char buf[4096];
	ssize_t n;

	while (p->out >= 0) {
		n = read(p->out, buf, sizeof(buf));
		if (n > 0) {
			take(p, buf, n);
		} else if (n == 0) {
			base_closep(&p->out);
			p->out = -1;
		} else if (errno != EINTR) {
			return;
		}
	}
}

/* Whether it has ended; then its status is known */
static bool process_ended(struct test_process *p)
{
	siginfo_t info = { 0 };

	if (!p->pid)
		return true;
	if (waitid(P_PID, p->pid, &info, WEXITED | WNOHANG | WNOWAIT) || !info.si_pid)
		return false;
	/* a wrapper may have left its guest behind; before the group's number is free again */
	if (p->whole)
		kill(-p->pid, SIGKILL);
	waitpid(p->pid, &p->status, 0);
	p->pid = 0;
	process_read(p);
	return true;
}

/* Up to @ms for something to happen; the output of each process is taken */
static void wait_for_input(struct test_run *t, int ms)
{
	struct pollfd fds[TEST_GUESTS + 2] = { { .fd = t->sigfd, .events = POLLIN } };
	struct signalfd_siginfo si;
	size_t n = 1;

	for (size_t i = 0; i < TEST_GUESTS; i++)
		fds[n++] = (struct pollfd){ .fd = t->guests[i].out, .events = POLLIN };
	fds[n++] = (struct pollfd){ .fd = t->script.out, .events = POLLIN };
	poll(fds, n, ms);
	while (read(t->sigfd, &si, sizeof(si)) == sizeof(si))
		if (si.ssi_signo != SIGCHLD)
			t->sig = si.ssi_signo;
	for (size_t i = 0; i < TEST_GUESTS; i++)
		process_read(&t->guests[i]);
	process_read(&t->script);
}

static const char *line_of(const struct test_process *p, const char *kind)
{
	for (size_t i = 0; i < p->lines.n; i++)
		if (record_is(p->lines.v[i], kind))
			return p->lines.v[i];
	return NULL;
}

/* Its own words, on our standard error, say why */
static int ended_early(struct test_process *p, const char *what)
{
	int code = child_exit_code(p->status);

	/* 'run' has said what is missing, and what helps */
	if (code == STATUS_MISSING)
		return STATUS_MISSING;
	msg_error("selftest: %s: %s has ended with status %d", what, p->name, code);
	return STATUS_FAILED;
}

/* Whether each of @processes has printed a line of @kind */
static bool have_all(const struct test_process *processes, size_t n, const char *kind)
{
	for (size_t i = 0; i < n; i++)
		if (!line_of(&processes[i], kind))
			return false;
	return true;
}

/* A process that has ended too early; NULL: none has */
static struct test_process *first_ended(struct test_run *t)
{
	for (size_t i = 0; i < TEST_GUESTS; i++)
		if (t->guests[i].in >= 0 && process_ended(&t->guests[i]))
			return &t->guests[i];
	return t->script.in >= 0 && process_ended(&t->script) ? &t->script : NULL;
}

/* Until have_all(). The status */
static int wait_for(struct test_run *t, struct test_process *processes, size_t n, const char *kind,
		    unsigned long long seconds, const char *what)
{
	long long until = clock_ms() + (long long)seconds * 1000;
	struct test_process *gone = NULL;

	progress_start(what);
	while (!have_all(processes, n, kind) && !t->sig && clock_ms() < until) {
		gone = first_ended(t);
		if (gone)
			break;
		wait_for_input(t, STEP_MS);
		progress_update(0, 0);
	}
	progress_end();
	if (have_all(processes, n, kind))
		return STATUS_OK;
	if (t->sig)
		return 128 + t->sig;
	if (gone)
		return ended_early(gone, what);
	msg_error("selftest: timeout after %llu s: %s", seconds, what);
	return STATUS_FAILED;
}

/* Signals it and waits; after @seconds it is killed */
static void process_end(struct test_run *t, struct test_process *p, int sig, int seconds)
{
	long long until = clock_ms() + seconds * 1000LL;
	bool killed = false;

	if (!p->pid)
		return;
	kill(p->whole ? -p->pid : p->pid, sig);
	while (!process_ended(p)) {
		if (!killed && clock_ms() >= until) {
			msg_warn("selftest: %s does not end: killing it", p->name);
			kill(p->whole ? -p->pid : p->pid, SIGKILL);
			killed = true;
		}
		wait_for_input(t, STEP_MS / 5);
	}
}

static int start(struct test_run *t, struct test_process *p, const struct strv *argv, bool guest)
{
	struct child c = { .argv = argv->v };
	int ret;

	if (guest) {
		c.prepare = own_network;
		c.death_signal = SIGKILL;
	}
	ret = argv->broken ? -ENOMEM : child_start(&c, &p->pid, &p->in, &p->out);
	if (!ret) {
		msg_debug("%s: process %d", p->name, (int)p->pid);
		return STATUS_OK;
	}
	p->pid = 0;
	if (guest) {
		msg_errno(ret, "selftest: can't run %s in a network namespace of its own",
			  t->vguest);
		msg_hint("run as root with CAP_SYS_ADMIN, on a kernel with network namespaces");
		return STATUS_MISSING;
	}
	msg_errno(ret, "selftest: can't run %s", argv->v ? argv->v[0] : "?");
	return STATUS_FAILED;
}

/* The others need fewer packets than the first */
static unsigned long long packets_of(const struct test_run *t, size_t guest)
{
	return guest ? t->packets / 2 : t->packets;
}

static int start_guest(struct test_run *t, size_t i)
{
	unsigned long long packets = packets_of(t, i);
	STRV_CLEAN struct strv argv = { 0 };

	strv_add(&argv, t->vguest);
	strv_add(&argv, "--wait");
	strv_add(&argv, "--linger");
	strv_add(&argv, "--rate");
	strv_add(&argv, RATE);
	strv_add(&argv, "--tx");
	strv_addf(&argv, "%llu", packets);
	strv_add(&argv, "--rx");
	strv_addf(&argv, "%llu", packets);
	for (const char *const *o = plans[i].options; *o; o++)
		strv_add(&argv, *o);
	if (plans[i].faulty) {
		strv_add(&argv, "--fault");
		strv_addf(&argv, "tx-write:%llu", packets / 2);
	}
	return start(t, &t->guests[i], &argv, true);
}

static int start_guests(struct test_run *t)
{
	int status = STATUS_OK;

	for (size_t i = 0; i < TEST_GUESTS && !status; i++)
		status = start_guest(t, i);
	return status ? status : wait_for(t, t->guests, TEST_GUESTS, "ready", READY_S,
					  "starting the test guests");
}

/* The process id that the guest itself prints: it may have a wrapper */
static int read_pids(struct test_run *t, struct test_guest *w)
{
	for (size_t i = 0; i < TEST_GUESTS; i++) {
		long long pid;

		w[i].name = plans[i].name;
		if (!record_number(line_of(&t->guests[i], "ready"), "pid", &pid) || pid <= 0) {
			msg_error("selftest: %s has not reported its process id",
				  t->guests[i].name);
			return STATUS_FAILED;
		}
		snprintf(w[i].pid, sizeof(w[i].pid), "%lld", pid);
	}
	return STATUS_OK;
}

static int start_script(struct test_run *t, const struct test_guest *w)
{
	STRV_CLEAN struct strv argv = { 0 };

	strv_add(&argv, "/proc/self/exe");
	strv_add(&argv, "run");
	for (unsigned int i = 1; i < t->verbose; i++)
		strv_add(&argv, "-v");
	/* a global, so that one module serves every process; stap -G takes no commas */
	strv_add(&argv, "-G");
	strv_addf(&argv, "pid=%s.%s.%s", w[0].pid, w[1].pid, w[2].pid);
	strv_add(&argv, "selftest");

	int status = start(t, &t->script, &argv, false);

	return status ? status : wait_for(t, &t->script, 1, "ARMED", ARMED_S,
					  "loading the script (the first time it is compiled)");
}

static int start_traffic(struct test_run *t)
{
	for (size_t i = 0; i < TEST_GUESTS; i++) {
		if (write(t->guests[i].in, "go\n", 3) != 3) {
			msg_errno(errno, "selftest: can't start %s", t->guests[i].name);
			return STATUS_FAILED;
		}
	}
	return wait_for(t, t->guests, TEST_GUESTS, "TOTAL", TRAFFIC_S + t->packets / 500,
			"the test guests' traffic");
}

static int check_end(const struct test_process *p)
{
	int code = child_exit_code(p->status);

	if (!code)
		return STATUS_OK;
	msg_error("selftest: %s ended with status %d: its numbers can't be trusted", p->name,
		  code);
	return STATUS_FAILED;
}

/* The script first: a queue that goes away is not its matter any more */
static void end_all(struct test_run *t)
{
	process_end(t, &t->script, SIGINT, SCRIPT_END_S);
	for (size_t i = 0; i < TEST_GUESTS; i++)
		process_end(t, &t->guests[i], SIGTERM, GUEST_END_S);
}

static int run_all(struct test_run *t, struct test_guest *w)
{
	int status = start_guests(t);

	if (!status)
		status = read_pids(t, w);
	if (!status)
		status = start_script(t, w);
	if (!status)
		status = start_traffic(t);
	end_all(t);
	if (t->sig)
		return 128 + t->sig;
	if (!status)
		status = check_end(&t->script);
	for (size_t i = 0; i < TEST_GUESTS && !status; i++)
		status = check_end(&t->guests[i]);
	return status;
}

static int watch_signals(struct test_run *t, sigset_t *old)
{
	struct sigaction hup;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (!sigaction(SIGHUP, NULL, &hup) && hup.sa_handler != SIG_IGN)	/* nohup(1) */
		sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, SIGCHLD);
	signal(SIGCHLD, SIG_DFL);	/* inherited as ignored, no child could be waited for */
	signal(SIGPIPE, SIG_IGN);	/* a guest that is gone is found out by its end */
	sigprocmask(SIG_BLOCK, &set, old);
	t->sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return t->sigfd < 0 ? -errno : 0;
}

int selftest_run(struct test_run *t, struct test_guest *guests, struct strv *seen)
{
	sigset_t old;
	int status, ret = watch_signals(t, &old);

	for (size_t i = 0; i < TEST_GUESTS; i++)
		process_init(&t->guests[i], plans[i].label, true);
	process_init(&t->script, "the script", false);
	if (ret)
		msg_errno(ret, "selftest: signalfd");
	status = ret ? STATUS_FAILED : run_all(t, guests);
	for (size_t i = 0; i < TEST_GUESTS; i++) {
		strv_add_all(&guests[i].counters, &t->guests[i].lines);
		process_free(&t->guests[i]);
	}
	strv_add_all(seen, &t->script.lines);
	process_free(&t->script);
	base_closep(&t->sigfd);
	sigprocmask(SIG_SETMASK, &old, NULL);
	return status;
}
