// SPDX-License-Identifier: GPL-2.0-or-later
/* A child process is started. */
#include "base/child-spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "base/guard.h"

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
	int ret = c->prepare ? c->prepare() : 0;

	if (ret) {
		errno = -ret;
		return;
	}
	execvp(c->argv[0], c->argv);
}

/* An exec that fails is reported through a pipe that exec closes */
int child_spawn(const struct child *c, const struct plumbing *p, pid_t *pid)
{
	int failure[2], error = 0;
	pid_t parent = getpid();
	ssize_t n;

	if (pipe2(failure, O_CLOEXEC))
		return -errno;
	*pid = fork();
	if (*pid < 0) {
		error = errno;
		close(failure[0]);
		close(failure[1]);
		return -error;
	}
	if (!*pid) {
		become(c, p, parent);
		error = errno;
		n = write(failure[1], &error, sizeof(error));
		_exit(n == sizeof(error) ? 127 : 126);
	}
	close(failure[1]);
	do
		n = read(failure[0], &error, sizeof(error));
	while (n < 0 && errno == EINTR);
	close(failure[0]);
	if (n == sizeof(error)) {
		waitpid(*pid, NULL, 0);
		return -error;
	}
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
		ret = child_spawn(c, &p, pid);
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

int child_exit_code(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
