// SPDX-License-Identifier: GPL-2.0-or-later
/* Traces from files, pipes and standard input. Ctrl-C ends the reading, not the report. */
#include "verb-report.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#define PIECE (256 << 10)

static volatile sig_atomic_t stopped;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

char *report_name(char *const *files, size_t n)
{
	const char *first = strcmp(files[0], "-") ? files[0] : "standard input";

	return n > 1 ? str_printf("%s and %zu more", first, n - 1) : strdup(first);
}

/* A pipe too: "<(xzcat trace.xz)" is one; but no device, and nothing that only looks like a file */
static int open_trace(const char *path)
{
	struct stat st;
	int fd;

	if (!strcmp(path, "-"))
		return dup(STDIN_FILENO);
	if (!stat(path, &st) && S_ISFIFO(st.st_mode)) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	fd = file_open(path);
	/* trace_pipe waits for what comes */
	if (fd >= 0)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) & ~O_NONBLOCK);
	return fd;
}

static long long size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) || !S_ISREG(st.st_mode) ? 0 : (long long)st.st_size;
}

static int read_file(struct graph *g, int fd, const char *path, char *piece)
{
	FREE char *what = str_printf("reading %s", path);
	long long done = 0, size = size_of(fd);
	ssize_t n = 0;
	int ret = 0;

	progress_start(what ? what : "reading");
	while (!ret && !stopped && (n = read(fd, piece, PIECE))) {
		if (n > 0)
			ret = graph_feed(g, piece, n);
		else if (errno != EINTR)
			ret = -errno;
		done += n > 0 ? n : 0;
		progress_update(done, size);
	}
	progress_end();
	return ret ? ret : graph_file_end(g);
}

int report_read(struct graph *g, char *const *files, size_t n)
{
	const struct sigaction stopping = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };
	struct sigaction was;
	FREE char *piece = malloc(PIECE);
	int ret = piece ? 0 : -ENOMEM;

	sigaction(SIGINT, &stopping, &was);
	for (size_t i = 0; i < n && !ret && !stopped; i++) {
		CLOSE int fd = open_trace(files[i]);

		ret = fd < 0 ? fd : read_file(g, fd, files[i], piece);
		if (ret) {
			msg_errno(ret, "can't read %s", strcmp(files[i], "-") ? files[i] : "standard input");
			sigaction(SIGINT, &was, NULL);
			return ret;
		}
	}
	sigaction(SIGINT, &was, NULL);
	if (!ret)
		ret = graph_end(g);
	if (ret)
		msg_errno(ret, "can't read the trace");
	return ret;
}
