// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PR_SET_PDEATHSIG alone doesn't do: the kernel forgets it when a set-uid
 * program (staprun) is started by an ordinary user, what was told may be slow
 * to end, and no process is left to remove the module.
 */
#include "base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/fds.h"
#include "base/group.h"

#define GOODBYE_MS 1000	/* it has nothing to do then but to go */
#define GRACE_MS 2000	/* stapio's own clean end takes half a second and more on a busy host */

enum word { WATCH, ERRAND, GOODBYE };

struct message {
	enum word word;
	pid_t group;
};

static void say(const struct guard *g, struct message m)
{
	/* a guard that is gone must not cost us our life by SIGPIPE */
	if (g->fd >= 0 && send(g->fd, &m, sizeof(m), MSG_NOSIGNAL) < 0)
		return;
}

static void settle(int sock, const int *keep, size_t n)
{
	static const int deaf[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2 };
	int fds[8] = { sock };
	int nul = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	for (size_t i = 0; i < ARRAY_SIZE(deaf); i++)
		signal(deaf[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int fd = 0; fd < 3; fd++)
		dup2(nul, fd);
	for (size_t i = 0; i < n; i++)
		fds[i + 1] = keep[i];
	fds_close_others(fds, n + 1);
	/* a file system must be free to be unmounted */
	if (chdir("/"))
		return;
	prctl(PR_SET_NAME, "stap-vhost-grd");
}

static void stand_by(int sock, const struct guard_duty *duty)
{
	struct message m;
	pid_t group = 0, child = 0;

	for (;;) {
		ssize_t n = recv(sock, &m, sizeof(m), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != sizeof(m))
			break;
		if (m.word == GOODBYE)
			_exit(0);
		if (m.word == ERRAND) {
			duty->errand(duty->ctx);
			/* the word itself is the answer, if anybody is there to hear it */
			say(&(struct guard){ sock }, m);
		} else {
			group = m.group;
			child = group ? group : child;
		}
	}
	if (group)
		group_end(group, GRACE_MS);
	signal(SIGCHLD, SIG_DFL);
	duty->clean(duty->ctx, child);
	_exit(0);
}

int guard_start(struct guard *g, const struct guard_duty *duty, const int *keep, size_t n)
{
	int pair[2];
	pid_t pid;

	g->fd = -1;
	if (n > 7)
		return -EINVAL;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return -errno;
	pid = fork();
	if (pid < 0) {
		int err = errno;

		close(pair[0]);
		close(pair[1]);
		return -err;
	}
	if (!pid) {
		/* a session of its own: no terminal's signal; no parent, which would wait */
		setsid();
		if (fork())
			_exit(0);
		close(pair[0]);
		settle(pair[1], keep, n);
		stand_by(pair[1], duty);
	}
	close(pair[1]);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	g->fd = pair[0];
	return 0;
}

void guard_watch(const struct guard *g, pid_t group)
{
	say(g, (struct message){ WATCH, group });
}

void guard_errand(const struct guard *g)
{
	struct message m = { ERRAND, 0 };

	if (g->fd < 0)
		return;
	say(g, m);
	while (recv(g->fd, &m, sizeof(m), 0) < 0 && errno == EINTR)
		;
}

/*
 * Who looks for what we have left finds no guard: it closes its end when it goes. One that is
 * stopped is not waited for
 */
void guard_end(struct guard *g)
{
	struct pollfd at = { .fd = g->fd };	/* POLLHUP is always reported */

	say(g, (struct message){ GOODBYE, 0 });
	if (g->fd >= 0) {
		poll(&at, 1, GOODBYE_MS);
		close(g->fd);
	}
	g->fd = -1;
}
