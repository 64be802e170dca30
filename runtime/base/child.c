// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "base/group.h"
#include "base/guard.h"

#define LINE_MAX_BYTES 8192	/* a longer line is handed over in pieces */
#define REST_MS 2000		/* how long those that a killed child left may take to end */
#define ASK_MS 2000	/* for an answer */
#define REPEAT_MS 100		/* the same signal again within this is one signal */

/* What is different between a child that runs and one whose words are wanted */
struct plumbing {
	int in, out, err;	/* file descriptors for the child, -1: ours */
	bool own_group;
	const sigset_t *mask;	/* signals it starts with blocked, or NULL: ours */
};

struct lines {
	bool (*take)(void *ctx, const char *line, size_t len);
	void *ctx;
	bool whole;		/* a last line without its newline is not taken */
	bool enough;		/* take() wants it to end */
	size_t len;
	char buf[LINE_MAX_BYTES];
};

static void use_fd(int fd, int as)
{
	if (fd >= 0)
		dup2(fd, as);
}

static void become(const struct child *c, const struct plumbing *p, pid_t parent)
{
	if (p->own_group) {
		setpgid(0, 0);
		/*
		 * As a background group of the terminal it would be stopped for
		 * writing where 'stty tostop' is on; ignored, the write goes through.
		 */
		signal(SIGTTOU, SIG_IGN);
		signal(SIGTTIN, SIG_IGN);
		/* Ignored in what a script starts with '&'; what we hand on must arrive. */
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
	}
	/* Even SIGKILL of us must not leave a module loaded: stap ends cleanly on TERM. */
	prctl(PR_SET_PDEATHSIG, c->death_signal ? c->death_signal : SIGTERM);
	if (getppid() != parent)
		_exit(127);
	if (c->guard)	/* said by the child: there is no moment in which it runs unknown */
		guard_watch(c->guard, getpid());
	use_fd(p->in, STDIN_FILENO);
	use_fd(p->out, STDOUT_FILENO);
	use_fd(p->err, STDERR_FILENO);
	for (char *const *e = c->env; e && *e; e++)
		putenv(*e);
	if (c->dir && chdir(c->dir))
		return;
	if (p->mask)
		sigprocmask(SIG_SETMASK, p->mask, NULL);
	int err = c->prepare ? c->prepare() : 0;

	if (err) {
		errno = -err;
		return;
	}
	execvp(c->argv[0], c->argv);
}

/* Starts @c; an exec that fails is told through a pipe that exec closes */
static int spawn(const struct child *c, const struct plumbing *p, pid_t *pid)
{
	int told[2], err = 0;
	pid_t parent = getpid();
	ssize_t n;

	if (pipe2(told, O_CLOEXEC))
		return -errno;
	*pid = fork();
	if (*pid < 0) {
		err = errno;
		close(told[0]);
		close(told[1]);
		return -err;
	}
	if (!*pid) {
		become(c, p, parent);
		err = errno;
		n = write(told[1], &err, sizeof(err));
		_exit(n == sizeof(err) ? 127 : 126);
	}
	close(told[1]);
	do
		n = read(told[0], &err, sizeof(err));
	while (n < 0 && errno == EINTR);
	close(told[0]);
	if (n == sizeof(err)) {
		waitpid(*pid, NULL, 0);
		return -err;
	}
	return 0;
}

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

/* Reads what is there now; false when nobody can write any more */
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
	/* To stap alone: it tells the staprun or make that it runs. */
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
 * stap was killed: tell whom it left behind, or the module stays. They are not
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

/* stapio goes on when nobody reads, and when the disk is full: tell it, once */
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
	ret = sigfd < 0 ? -errno : spawn(c, &p, &pid);
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

/* A read() to behind the @len bytes that @buf has already; what is over is dropped */
static ssize_t read_more(int fd, char *buf, size_t size, size_t *len)
{
	char drop[512] = "";
	ssize_t n;

	if (*len + 1 >= size)
		return read(fd, drop, sizeof(drop));
	n = read(fd, buf + *len, size - 1 - *len);
	if (n > 0)
		*len += n;
	return n;
}

/* What comes from @fd until nobody can write to it any more; what is over is dropped */
static void read_all(int fd, char *buf, size_t size)
{
	size_t len = 0;

	for (;;) {
		ssize_t n = read_more(fd, buf, size, &len);

		if (n < 0 && errno == EINTR)
			continue;
		/* EIO is a terminal's end */
		if (n <= 0)
			break;
	}
	buf[len] = '\0';
}

/* Both ends are ours to close: @from is read, @to is the child's output */
static int capture(char *const argv[], int from, int to, char *buf, size_t size, int *status)
{
	struct child c = { .argv = argv };
	CLOSE int outfd = from;
	CLOSE int nul = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct plumbing p = { .in = nul, .out = to, .err = to };
	pid_t pid = -1;
	int ret = spawn(&c, &p, &pid);

	close(to);
	if (ret)
		return ret;
	read_all(outfd, buf, size);
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return 0;
}

int child_start(const struct child *c, pid_t *pid, int *in, int *out)
{
	int input[2] = { -1, -1 }, output[2] = { -1, -1 }, ret = 0;
	sigset_t none;

	sigemptyset(&none);
	if (pipe2(input, O_CLOEXEC) || pipe2(output, O_CLOEXEC))
		ret = -errno;
	struct plumbing p = {
		.in = input[0], .out = output[1], .err = -1, .own_group = true, .mask = &none,
	};

	if (!ret)
		ret = spawn(c, &p, pid);
	base_closep(&input[0]);
	base_closep(&output[1]);
	if (ret) {
		base_closep(&input[1]);
		base_closep(&output[0]);
		return ret;
	}
	fcntl(output[0], F_SETFL, O_NONBLOCK);
	*in = input[1];
	*out = output[0];
	return 0;
}

int child_capture(char *const argv[], char *buf, size_t size, int *status)
{
	int fds[2] = { -1, -1 };

	if (pipe2(fds, O_CLOEXEC))
		return -errno;
	return capture(argv, fds[0], fds[1], buf, size, status);
}

int child_ask(char *const argv[], char *const env[], const char *line, char *buf, size_t size)
{
	struct child c = { .argv = argv, .env = env };
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, ret;
	struct pollfd p;
	size_t len = 0;
	pid_t pid = -1;

	if (pipe2(in, O_CLOEXEC))
		return -errno;
	if (pipe2(out, O_CLOEXEC)) {
		ret = -errno;
		close(in[0]);
		close(in[1]);
		return ret;
	}
	/* into an empty pipe, while we have its other end: neither blocks nor fails */
	ret = write(in[1], line, strlen(line)) < 0 ? -errno : 0;

	CLOSE int nul = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct plumbing pl = { .in = in[0], .out = out[1], .err = nul };

	if (!ret)
		ret = spawn(&c, &pl, &pid);
	close(in[0]);
	close(out[1]);
	p = (struct pollfd){ .fd = out[0], .events = POLLIN };
	while (!ret && len + 1 < size && !memchr(buf, '\n', len) && poll(&p, 1, ASK_MS) > 0) {
		ssize_t n = read(out[0], buf + len, size - 1 - len);

		if (n <= 0)
			break;
		len += n;
	}
	buf[len] = '\0';
	close(in[1]);
	close(out[0]);
	if (!ret) {
		if (!memchr(buf, '\n', len))
			kill(pid, SIGTERM);	/* it may not look at its input at all */
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	return ret;
}

/* False: the time is up. What is over is dropped */
static bool read_until(int fd, long long until, char *buf, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	*buf = '\0';
	for (;;) {
		long long left = until - clock_ms();
		int ready = left > 0 ? poll(&p, 1, (int)left) : 0;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		if (read_more(fd, buf, size, &len) <= 0)
			return true;
		buf[len] = '\0';
	}
}

/* It has closed its output: it ends now, or never */
static bool wait_until(pid_t pid, long long until, int *status)
{
	struct timespec pause = { .tv_nsec = 5 * 1000000L };
	pid_t ended;

	while (!(ended = waitpid(pid, status, WNOHANG)) && clock_ms() < until)
		nanosleep(&pause, NULL);
	return ended == pid;
}

int child_answer(char *const argv[], char *const env[], unsigned int ms, char *buf, size_t size,
		 int *status)
{
	struct child c = { .argv = argv, .env = env };
	long long until = clock_ms() + ms;
	int out[2], ret;
	pid_t pid = -1;

	if (pipe2(out, O_CLOEXEC))
		return -errno;

	CLOSE int from = out[0];
	CLOSE int nul = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct plumbing p = { .in = nul, .out = out[1], .err = nul, .own_group = true };

	ret = spawn(&c, &p, &pid);
	close(out[1]);
	if (ret)
		return ret;
	if (read_until(from, until, buf, size) && wait_until(pid, until, status))
		return 0;
	kill(-pid, SIGKILL);
	while (waitpid(pid, status, 0) < 0 && errno == EINTR)
		;
	return -ETIMEDOUT;
}

int child_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
