// SPDX-License-Identifier: GPL-2.0-or-later
/* What a short command prints, and what it answers. */
#include "base/child-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"

#define ASK_MS 2000		/* for an answer */

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

/* What comes from @fd until it has no writer any more; what is over is dropped */
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
	int ret = child_spawn(&c, &p, &pid);

	close(to);
	if (ret)
		return ret;
	read_all(outfd, buf, size);
	while (waitpid(pid, status, 0) < 0)
		if (errno != EINTR)
			return -errno;
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
		ret = child_spawn(&c, &pl, &pid);
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

	ret = child_spawn(&c, &p, &pid);
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
