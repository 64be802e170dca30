// SPDX-License-Identifier: GPL-2.0-or-later
/* Traces from files, pipes and standard input. Ctrl-C ends the reading, not the report. */
#include "cmd/common/trace.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/child.h"
#include "base/file.h"
#include "base/group.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "host/packed.h"

#define PIECE (256 << 10)

static volatile sig_atomic_t stopped;
static struct sigaction before;

static void stop(int sig)
{
	(void)sig;
	stopped = 1;
}

void trace_signals(void)
{
	const struct sigaction stopping = { .sa_handler = stop, .sa_flags = (int)SA_RESETHAND };

	stopped = 0;
	sigaction(SIGINT, &stopping, &before);
}

void trace_signals_back(void)
{
	sigaction(SIGINT, &before, NULL);
}

bool trace_stopped(void)
{
	return stopped;
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

struct reading {
	int fd;
	char *piece;
	size_t len;			/* of what is in it already */
	int (*add)(void *ctx, const char *data, size_t len);
	void *ctx;
};

/* Enough to know what it is, or all there is */
static int read_head(struct reading *r)
{
	ssize_t n = 1;

	while (r->len < PACKED_HEAD && n && !stopped) {
		n = read(r->fd, r->piece + r->len, PIECE - r->len);
		if (n < 0 && errno != EINTR)
			return -errno;
		r->len += n > 0 ? n : 0;
	}
	return 0;
}

static int read_plain(struct reading *r)
{
	long long done = (long long)r->len, size = size_of(r->fd);
	int ret = r->add(r->ctx, r->piece, r->len);
	ssize_t n;

	while (!ret && !stopped && (n = read(r->fd, r->piece, PIECE))) {
		if (n > 0)
			ret = r->add(r->ctx, r->piece, n);
		else if (errno != EINTR)
			ret = -errno;
		done += n > 0 ? n : 0;
		progress_update(done, size);
	}
	return ret;
}

static void packed_closep(struct packed **p)
{
	packed_close(*p);
}

static int read_packed(const char *verb, const char *path, struct reading *r)
{
	FREE char *head = malloc(r->len + 1);
	CLEANUP(packed_closep) struct packed *p = NULL;
	int ret = 0;
	ssize_t n;

	if (!head)
		return -ENOMEM;
	memcpy(head, r->piece, r->len);
	p = packed_open(r->fd, head, r->len);
	if (!p)
		return -ENOMEM;
	while (!ret && !stopped && (n = packed_read(p, r->piece, PIECE))) {
		if (n > 0)
			ret = r->add(r->ctx, r->piece, n);
		else if (n != -EINTR)
			ret = (int)n;
		progress_update(0, 0);
	}
	if (ret != -EBADMSG)
		return ret;
	msg_error("%s: can't unpack %s: it is damaged or truncated", verb, path);
	return -ECANCELED;
}

/*
 * trace-cmd reads a file that may hold anything, and unpacks it in /tmp: no more memory, disk and
 * time than a large one takes
 */
static int limit(void)
{
	static const struct {
		int what;
		rlim_t most;
	} limits[] = { { RLIMIT_AS, (rlim_t)8 << 30 },
		       { RLIMIT_CPU, 1800 },
		       { RLIMIT_CORE, 0 },
		       { RLIMIT_FSIZE, (rlim_t)64 << 30 } };

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		struct rlimit l;

		if (getrlimit(limits[i].what, &l))
			return -errno;
		l.rlim_cur = l.rlim_max = l.rlim_max < limits[i].most ? l.rlim_max : limits[i].most;
		if (setrlimit(limits[i].what, &l))
			return -errno;
	}
	return 0;
}

static int no_trace_cmd(const char *verb, const char *path)
{
	msg_error("%s: can't read %s: it is trace-cmd's own format, and trace-cmd isn't installed",
		  verb, path);
	msg_hint(
		"install trace-cmd; or, where it is installed: trace-cmd report -i trace.dat >trace.txt");
	return -ECANCELED;
}

/*
 * "trace.dat": trace-cmd makes text of it, since only it knows how; of each end it is to say whose
 * it is
 */
static int read_trace_dat(const char *verb, const char *path, struct reading *r)
{
	char *const argv[] = { "trace-cmd", "report",	  "-O", "fgraph:tailprint",
			       "-i",	    (char *)path, NULL };
	const struct child c = { .argv = argv, .prepare = limit, .death_signal = SIGKILL };
	CLOSE int out = -1;
	int in, status = 0, ret;
	pid_t pid;

	if (!size_of(r->fd)) {
		msg_error(
			"%s: can't read %s: it is trace-cmd's own format, which must be in a file",
			verb, path);
		msg_hint("trace-cmd report -i trace.dat | stap-vhost %s -", verb);
		return -ECANCELED;
	}
	ret = child_start(&c, &pid, &in, &out);
	if (ret)
		return ret == -ENOENT ? no_trace_cmd(verb, path) : ret;
	close(in);
	fcntl(out, F_SETFL, fcntl(out, F_GETFL) & ~O_NONBLOCK);
	base_closep(&r->fd);
	r->fd = dup(out);
	r->len = 0;
	ret = r->fd < 0 ? -errno : read_plain(r);
	base_closep(&out);
	if (ret || stopped)
		group_end(pid, 1000);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret || stopped || !child_exit_code(status))
		return ret;
	msg_error("%s: can't read %s: 'trace-cmd report' ended with status %d", verb, path,
		  child_exit_code(status));
	return -ECANCELED;
}

int trace_read(const char *verb, const char *path,
	       int (*add)(void *ctx, const char *data, size_t len), void *ctx)
{
	static const char trace_dat[] = "\x17\x08\x44tracing";
	const char *name = strcmp(path, "-") ? path : "standard input";
	FREE char *what = str_printf("reading %s", name), *piece = malloc(PIECE);
	struct reading r = { .fd = open_trace(path), .piece = piece, .add = add, .ctx = ctx };
	int ret;

	if (r.fd < 0)
		return r.fd == -1 ? -errno : r.fd;
	progress_start(what ? what : "reading");
	ret = piece ? read_head(&r) : -ENOMEM;
	if (ret || stopped)
		;
	else if (r.len >= sizeof(trace_dat) - 1 && !memcmp(piece, trace_dat, sizeof(trace_dat) - 1))
		ret = read_trace_dat(verb, name, &r);
	else if (packed_is(piece, r.len))
		ret = read_packed(verb, name, &r);
	else
		ret = read_plain(&r);
	progress_end();
	base_closep(&r.fd);
	return ret;
}
