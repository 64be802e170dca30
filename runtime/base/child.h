/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Child processes: run, asked, ended. */
#ifndef CHILD_H
#define CHILD_H

#include "base/base.h"
#include "base/guard.h"

struct child {
	char *const *argv;
	char *const *env;	/* NAME=VALUE to add to the environment, or NULL */
	const char *dir;	/* where it starts, NULL: here */
	bool mute;		/* its standard output is not wanted */
	const struct guard *guard;	/* watches it, or NULL */
	pid_t *pid;		/* its process id goes there, or NULL */
	/*
	 * Where it writes is a pipe without a reader: it gets
	 * SIGTERM, and this becomes true. NULL: that's its own affair
	 */
	bool *reader_gone;
	/*
	 * get each line of the child's standard error, and output, without its newline;
	 * true: end it. NULL: it goes where ours goes. What the output ends with, if it is no
	 * whole line, is left out: a number in it may be cut.
	 */
	bool (*on_stderr)(void *ctx, const char *line, size_t len);
	bool (*on_stdout)(void *ctx, const char *line, size_t len);
	void *ctx;
	/* child_start(): what it does before it becomes argv, 0 or -errno; or NULL */
	int (*prepare)(void);
	int death_signal;	/* that it gets when we end before it, 0: SIGTERM */
};

/*
 * Run @c to its end in a process group of its own, hand on the signals that
 * would end us (*@sig is the last of them, 0: there was none), and give its
 * wait status. -errno when it could not be started.
 */
int child_run(const struct child *c, int *status, int *sig);
/*
 * Start @c to run beside us, in a process group of its own, with our standard
 * error: @in is its standard input, @out reads its standard output and doesn't
 * wait. The caller closes them and waits for the child.
 */
int child_start(const struct child *c, pid_t *pid, int *in, int *out);
/* Both outputs of a short command, NUL-terminated in @buf; what is over is dropped */
int child_capture(char *const argv[], char *buf, size_t size, int *status);
/*
 * What a program prints within @ms, without input, as NUL-terminated @buf. -ETIMEDOUT:
 * it took longer, and was ended with all that it had started. @env as in struct child
 */
int child_answer(char *const argv[], char *const env[], unsigned int ms, char *buf, size_t size,
		 int *status);
/*
 * What a program answers to a line on its standard input, which is held open
 * until the first line of the answer is there. @env as in struct child
 */
int child_ask(char *const argv[], char *const env[], const char *line, char *buf, size_t size);
/* The status a shell would give: the exit status, or 128 + the signal */
int child_exit_code(int status);

#endif
