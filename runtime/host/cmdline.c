// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A command line is the process's own memory: it can't be read while another thread of it holds
 * mmap_lock, as one does that hangs in the kernel, and a page of it may be of a file system that
 * doesn't answer. So each is read by a child, which is killed when it takes too long.
 */
#include "host/cmdline.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/fds.h"
#include "base/str.h"

/* bytes; a long one of QEMU's has 20,000, its name at the front */
#define CMDLINE_MAX (256 << 10)
#define AT_ONCE 32			/* children */
#define LIMIT_MS 3000			/* for as many: a host with problems is slow */
#define DEATH_MS 100			/* that a killed one may take; later ones are left */

/* A command line that is being read */
struct reading {
	struct cmdline *of;
	pid_t child;		/* 0: there is none */
	int fd;			/* -1: it has been read */
};

/* The child: it ends here, and holds nothing open whose end another process waits for */
static void hand_over(const char *path, int out)
{
	static char piece[4096];
	int nul = open("/dev/null", O_RDWR), in;
	ssize_t n;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(nul, STDIN_FILENO);
	dup2(nul, STDERR_FILENO);
	dup2(out, STDOUT_FILENO);
	fds_close_others(NULL, 0);
	in = open(path, O_RDONLY);
	while (in >= 0 && (n = read(in, piece, sizeof(piece))) > 0)
		if (write(STDOUT_FILENO, piece, n) != n)
			break;
	_exit(0);
}

static int start(struct reading *r, const char *root)
{
	FREE char *path = str_printf("%s/proc/%lld/cmdline", root, r->of->pid);
	int ends[2];

	r->of->args = malloc(CMDLINE_MAX + 1);
	if (!path || !r->of->args)
		return -ENOMEM;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	/* the child waits for us to read */
	fcntl(ends[1], F_SETFL, 0);
	r->child = fork();
	if (!r->child)
		hand_over(path, ends[1]);
	close(ends[1]);
	if (r->child < 0) {
		r->child = 0;
		close(ends[0]);
		return -EAGAIN;
	}
	r->fd = ends[0];
	return 0;
}

static void finish(struct reading *r)
{
	char *less;

	close(r->fd);
	r->fd = -1;
	r->of->args[r->of->len] = '\0';
	less = realloc(r->of->args, r->of->len + 1);
	if (less)
		r->of->args = less;
}

/* What is there to be read now, to the end or to the most that we take */
static void read_some(struct reading *r)
{
	struct cmdline *c = r->of;
	ssize_t n = read(r->fd, c->args + c->len, CMDLINE_MAX - c->len);

	if (n > 0)
		c->len += n;
	if (!n || c->len == CMDLINE_MAX || (n < 0 && errno != EAGAIN && errno != EINTR))
		finish(r);
}

static void read_all(struct reading *r, size_t n)
{
	long long until = clock_ms() + LIMIT_MS, left;
	struct pollfd p[AT_ONCE];

	while ((left = until - clock_ms()) > 0) {
		size_t open = 0;

		for (size_t i = 0; i < n; i++) {
			/* poll() leaves out what is below 0 */
			p[i] = (struct pollfd){ .fd = r[i].fd, .events = POLLIN };
			open += r[i].fd >= 0;
		}
		if (!open)
			return;
		if (poll(p, n, (int)left) < 0 && errno != EINTR)
			return;
		for (size_t i = 0; i < n; i++)
			if (r[i].fd >= 0 && p[i].revents)
				read_some(&r[i]);
	}
}

/*
 * One in the middle of a page that doesn't come dies when the kernel lets it: we don't wait for
 * that
 */
static void bury(struct reading *r, size_t n)
{
	long long until = clock_ms() + DEATH_MS;

	for (size_t i = 0; i < n; i++)
		if (r[i].child)
			kill(r[i].child, SIGKILL);
	for (size_t i = 0; i < n; i++) {
		while (r[i].child && !waitpid(r[i].child, NULL, WNOHANG) && clock_ms() < until)
			usleep(1000);
		if (r[i].fd >= 0) {
			r[i].of->silent = true;
			close(r[i].fd);
		}
	}
}

void cmdlines_read(const char *root, struct cmdline *v, size_t n)
{
	while (n) {
		struct reading r[AT_ONCE];
		size_t some = n < AT_ONCE ? n : AT_ONCE;

		for (size_t i = 0; i < some; i++) {
			r[i] = (struct reading){ .of = &v[i], .fd = -1 };
			v[i].silent = start(&r[i], root);
		}
		read_all(r, some);
		bury(r, some);
		v += some;
		n -= some;
	}
}

const char *cmdline_option(const struct cmdline *c, const char *name)
{
	size_t len = strlen(name);

	for (const char *arg = c->args, *end = c->args + c->len; arg && arg < end;
	     arg += strlen(arg) + 1) {
		if (strncmp(arg, "--", 2) != 0 || strncmp(arg + 2, name, len) != 0)
			continue;
		if (arg[2 + len] == '=')
			return arg + 2 + len + 1;
		if (!arg[2 + len] && arg + strlen(arg) + 1 < end)
			return arg + strlen(arg) + 1;
	}
	return NULL;
}
