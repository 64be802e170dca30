// SPDX-License-Identifier: GPL-2.0-or-later
/* A child runs to its end: its lines are taken, and our signals are passed on. */
#include "base/child-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/group.h"
#include "base/guard.h"

#define PIECE 8192		/* bytes; a longer line is handed over in pieces */
#define REST_MS 2000		/* how long those that a killed child left may take to end */
#define REPEAT_MS 100		/* the same signal again within this is one signal */

struct lines {
	bool (*take)(void *ctx, const char *line, size_t len);
	void *ctx;
	bool whole;		/* a last line without its newline is not taken */
	bool enough;		/* take() wants it to end */
	size_t len;
	char buf[PIECE];
};

static void lines_take(struct lines *l)
{
	if (l->take)
		l->enough |= l->take(l->ctx, l->buf, l->len);
	l->len = 0;
}

static void lines_end(struct lines *l)
{
	if (l->len && !l->whole)
		lines_take(l);
}

static void lines_feed(struct lines *l, const char *data, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (data[i] == '\n') {
			lines_take(l);
			continue;
		}
		if (l->len == sizeof(l->buf))
			lines_take(l);
		l->buf[l->len++] = data[i];
	}
}

/* Reads what is there now; false when there is no writer any more */
static bool lines_read(struct lines *l, int fd)
{
	char buf[4096];

	for (;;) {
		ssize_t n = read(fd, buf, sizeof(buf));

		if (n > 0)
			lines_feed(l, buf, n);
		else if (n < 0 && errno == EINTR)
			continue;
		else
			return n < 0 && errno == EAGAIN;
	}
}

/* timeout(1) and sudo(8) send one signal twice, and stap counts: the third is a hard exit */
static bool repeated(int sig)
{
	static int last;
	static long long when;
	long long now = clock_ms();
	bool same = sig == last && now - when < REPEAT_MS;

	last = sig;
	when = now;
	return same;
}

static void hand_on(pid_t pid, int sig)
{
	switch (sig) {
	case SIGTSTP:	/* stop as one, and go on as one */
		kill(-pid, SIGSTOP);
		kill(getpid(), SIGSTOP);
		kill(-pid, SIGCONT);
		return;
	case SIGQUIT:
		/* stapio takes it as 'leave the module loaded and go': never that */
		sig = SIGTERM;
		break;
	}
	/* To stap alone: it passes the signal to the staprun or make that it runs. */
	if (!repeated(sig))
		kill(pid, sig);
}

static void watch_signals(sigset_t *set, sigset_t *old)
{
	static const int sigs[] = { SIGINT, SIGTERM, SIGQUIT, SIGCHLD };
	static const int unless_ignored[] = { SIGHUP, SIGTSTP };	/* nohup(1) */
	struct sigaction sa;

	sigemptyset(set);
	for (size_t i = 0; i < ARRAY_SIZE(sigs); i++)
		sigaddset(set, sigs[i]);
	for (size_t i = 0; i < ARRAY_SIZE(unless_ignored); i++)
		if (!sigaction(unless_ignored[i], NULL, &sa) && sa.sa_handler != SIG_IGN)
			sigaddset(set, unless_ignored[i]);
	signal(SIGCHLD, SIG_DFL);	/* inherited as ignored, no child could be waited for */
	sigprocmask(SIG_BLOCK, set, old);
}

/* What a child that runs says: standard output where it is wanted, and standard error */
struct streams {
	const struct child *c;
	struct lines out, err;
	int outfd, errfd;		/* outfd -1: it goes where ours goes */
};

/* A grandchild may hold a pipe for ever: what is there is taken, its end isn't waited for */
static void streams_finish(struct streams *s)
{
	if (s->outfd >= 0) {
		lines_read(&s->out, s->outfd);
		lines_end(&s->out);
	}
	if (s->errfd >= 0) {
		lines_read(&s->err, s->errfd);
		lines_end(&s->err);
	}
}

/*
 * stap was killed: end what it left behind, or the module stays. They are not
 * our children and can't be waited for; most are gone in no time.
 */
static void end_the_rest(pid_t group, struct streams *s)
{
	group_end(group, REST_MS);
	streams_finish(s);
}

/* Standard output, when it is something that has a reader: -1 when not */
static int out_to_watch(const struct child *c)
{
	struct stat st;

	if (!c->reader_gone || fstat(STDOUT_FILENO, &st))
		return -1;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ? STDOUT_FILENO : -1;
}

/* stapio goes on without a reader, and when the disk is full: end it, once */
static void end_if_useless(struct streams *s, pid_t pid, struct pollfd *out)
{
	bool gone = out->revents & (POLLERR | POLLHUP);

	if (gone) {
		*s->c->reader_gone = true;
		out->fd = -1;
		out->revents = 0;
	}
	if (gone || s->err.enough || s->out.enough)
		kill(pid, SIGTERM);
	s->err.enough = false;
	s->out.enough = false;
}

/* Signals and what it says until @pid has ended */
static int attend(pid_t pid, int sigfd, struct streams *s, int *sig)
{
	struct pollfd p[] = {
		{ .fd = sigfd, .events = POLLIN },
		{ .fd = s->errfd, .events = POLLIN },
		{ .fd = out_to_watch(s->c) },
		{ .fd = s->outfd, .events = POLLIN },
	};
	struct signalfd_siginfo si;
	int status;

	for (;;) {
		if (poll(p, ARRAY_SIZE(p), -1) < 0 && errno != EINTR)
			return -errno;
		if (p[1].revents && !lines_read(&s->err, s->errfd))
			p[1].fd = -1;
		if (p[3].revents && !lines_read(&s->out, s->outfd))
			p[3].fd = -1;
		end_if_useless(s, pid, &p[2]);
		if (!(p[0].revents & POLLIN) || read(sigfd, &si, sizeof(si)) != sizeof(si))
			continue;
		if (si.ssi_signo == SIGCHLD) {
			if (waitpid(pid, &status, WNOHANG) == pid)
				break;
			continue;
		}
		hand_on(pid, si.ssi_signo);
		if (si.ssi_signo != SIGTSTP)
			*sig = si.ssi_signo;
	}
	streams_finish(s);
	if (WIFSIGNALED(status))
		end_the_rest(pid, s);
	/* What came too late for stap must not end us before the last words. */
	while (read(sigfd, &si, sizeof(si)) == sizeof(si))
		;
	return status;
}

/* A pipe of which the child gets one end; ours doesn't wait */
static int open_stream(int *ours, int *childs)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	fcntl(fds[0], F_SETFL, O_NONBLOCK);
	*ours = fds[0];
	*childs = fds[1];
	return 0;
}

/* The child's ends in @p are closed here */
static int run_in(const struct child *c, struct streams *s, struct plumbing p, int *status,
		  int *sig)
{
	sigset_t set, old;
	pid_t pid = -1;
	int ret;

	watch_signals(&set, &old);
	CLOSE int sigfd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);

	p.mask = &old;
	ret = sigfd < 0 ? -errno : child_spawn(c, &p, &pid);
	base_closep(&p.err);
	base_closep(&p.out);
	if (!ret) {
		if (c->pid)
			*c->pid = pid;
		ret = attend(pid, sigfd, s, sig);
		if (c->guard)
			guard_watch(c->guard, 0);
		if (ret >= 0) {
			*status = ret;
			ret = 0;
		}
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	return ret;
}

int child_run(const struct child *c, int *status, int *sig)
{
	struct streams s = {
		.c = c, .out = { .take = c->on_stdout, .ctx = c->ctx, .whole = true },
		.err = { .take = c->on_stderr, .ctx = c->ctx }, .outfd = -1, .errfd = -1,
	};
	struct plumbing p = { .in = -1, .out = -1, .err = -1, .own_group = true };
	int ret = c->on_stderr ? open_stream(&s.errfd, &p.err) : 0;

	*sig = 0;
	if (!ret && c->on_stdout)
		ret = open_stream(&s.outfd, &p.out);
	else if (!ret && c->mute)
		p.out = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (ret)
		base_closep(&p.err);
	else
		ret = run_in(c, &s, p, status, sig);
	base_closep(&s.errfd);
	base_closep(&s.outfd);
	return ret;
}
