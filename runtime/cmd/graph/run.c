// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: a graph is recorded, and shown or saved as it comes. */
#include "cmd/graph/graph.h"

#include <errno.h>
#include <poll.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/strv.h"
#include "callgraph/line.h"
#include "cmd/common/ftrace.h"
#include "cmd/common/journal.h"
#include "ftrace/ftrace.h"
#include "host/host.h"
#include "verb/verb.h"

#define OUT_SIZE (64 << 10)
#define RESCAN_MS 1000
/* that a reader is waited for who doesn't read, once it is to end */
#define STUCK_MS 2000

struct recording {
	struct graph_command *c;
	struct ftrace t;
	struct layout layout;
	struct strv known;		/* threads that are traced */
	int fd;
	char out[OUT_SIZE];
	size_t n;
	uint64_t lines, bytes, calls;
	int64_t lost;			/* events, by the lines that say so */
	long long rescanned;
	bool waiting;			/* nothing is kept yet: what starts it hasn't happened */
	bool was_on;			/* it records, or has */
	bool hit;			/* what stops it has happened */
	bool guest_ended;
	int ret;
};

/* When it is to end, a reader who doesn't read isn't waited for */
static ssize_t write_some(int fd, const char *data, size_t len)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	if (!ftrace_stopped)
		return write(fd, data, len);
	if (!poll(&p, 1, STUCK_MS)) {
		errno = ETIMEDOUT;
		return -1;
	}
	return write(fd, data, len < 4096 ? len : 4096);
}

static int flush(struct recording *r)
{
	size_t done = 0;

	while (!r->ret && done < r->n) {
		ssize_t n = write_some(r->fd, r->out + done, r->n - done);

		if (n > 0)
			done += n;
		else if (errno != EINTR)
			r->ret = -errno;
	}
	r->n = 0;
	return r->ret;
}

static void put(struct recording *r, const char *data, size_t len)
{
	while (len && !r->ret) {
		size_t n = OUT_SIZE - r->n < len ? OUT_SIZE - r->n : len;

		memcpy(r->out + r->n, data, n);
		r->n += n;
		data += n;
		len -= n;
		if (r->n == OUT_SIZE)
			flush(r);
	}
}

static bool put_line(void *ctx, const char *line, size_t len)
{
	struct recording *r = ctx;
	FREE char *escaped = str_escape(line, len);

	if (escaped)
		put(r, escaped, strlen(escaped));
	put(r, "\n", 1);
	r->lines++;
	r->bytes += len + 1;
	return !r->ret;
}

static bool put_header(void *ctx, const char *line, size_t len)
{
	return *line != '#' || put_line(ctx, line, len);
}

static bool take_line(void *ctx, const char *text, size_t len)
{
	struct recording *r = ctx;
	const struct graph_command *c = r->c;
	struct line line;
	bool keep = !r->waiting;

	line_parse(&r->layout, text, text + len, &line);
	if (line.kind == LINE_LOST)
		r->lost += line.lost > 0 ? line.lost : 1;
	if (line.kind == LINE_CALL && line.duration != UNKNOWN) {
		r->waiting &= line.duration < c->start_ns;
		r->hit |= c->stop_ns && line.duration >= c->stop_ns;
	}
	if (!keep)
		return true;
	r->calls += line.kind == LINE_CALL;
	/* the one that passes the threshold is the last that is shown */
	return put_line(r, text, len) && !(r->hit && c->stop_ns);
}

/* Whether a function that stops it was called: the kernel has switched recording off */
static bool was_stopped(struct recording *r)
{
	const struct ftrace_options *w = &r->c->options;
	FREE char *on = w->start || w->stop ? ftrace_get(&r->t, FTRACE_OURS, "tracing_on") : NULL;

	if (!on)
		return false;
	if (*on == '1')
		r->was_on = true;
	return *on == '0' && w->stop && (r->was_on || r->lines > 0);
}

/* A snapshot that was taken has lines beside its header */
static bool note_line(void *ctx, const char *line, size_t len)
{
	(void)len;
	*(bool *)ctx |= *line != '#' && *line != '\n';
	return !*(bool *)ctx;
}

static bool is_snapped(const struct recording *r)
{
	bool found = false;

	ftrace_lines(&r->t, "snapshot", note_line, &found);
	return found;
}

static bool tick(void *ctx)
{
	struct recording *r = ctx;
	const struct ftrace_options *w = &r->c->options;

	progress_update(r->c->save ? (long long)r->bytes : 0, 0);
	if (flush(r) || was_stopped(r) || (w->snapshot && is_snapped(r))) {
		r->hit = true;
		return false;
	}
	if (!w->pids.n || clock_ms() - r->rescanned < RESCAN_MS)
		return true;
	r->rescanned = clock_ms();
	r->guest_ended = ftrace_follow(&r->t, w, host_sysroot(), &r->known) == -ESRCH;
	return !r->guest_ended;
}

/* What led to the moment of a snapshot is kept by the kernel, the oldest of it overwritten */
static int await_snapshot(struct recording *r, long long until)
{
	struct pollfd nothing = { .fd = -1 };

	while (!ftrace_stopped && (!until || clock_ms() < until) && tick(r))
		poll(&nothing, 1, 100);
	ftrace_put(&r->t, FTRACE_OURS, "tracing_on", "0", false);
	if (!is_snapped(r)) {
		msg_warn("graph: no snapshot: %s was not called", r->c->options.snapshot);
		return 0;
	}
	return ftrace_lines(&r->t, "snapshot", put_line, r);
}

static int stream(struct recording *r, long long until)
{
	struct ftrace_stream s = {
		.t = &r->t, .line = take_line, .tick = tick, .ctx = r, .stopped = &ftrace_stopped,
		.until = until,
		.out = r->c->save ? -1 : r->fd,
	};
	int ret = ftrace_stream(&s);

	if (s.reader_gone && !r->ret)
		r->ret = -EPIPE;
	return ret;
}

static void say_lost(const struct recording *r)
{
	int64_t kib = r->c->options.buffer_kib;
	int64_t lost = ftrace_lost(&r->t);

	if (r->c->options.snapshot)
		return;	/* what is old is to be overwritten */
	lost = lost > r->lost ? lost : r->lost;
	if (lost > 0) {
		msg_warn("graph: %lld events were lost: the kernel's buffer was full",
			 (long long)lost);
		msg_hint(
			"record less (--guest, --depth, fewer functions), or enlarge the buffer: "
			"--buffer %lld",
			4 * (long long)(kib ? kib : 4096));
	} else if (lost == UNKNOWN) {
		msg_warn("graph: this kernel does not report whether events were lost");
	} else if (r->c->save) {
		msg_note("%llu lines in %s, and no event was lost", (unsigned long long)r->lines,
			 r->c->save);
	}
	if (!r->calls && !r->ret)
		msg_warn("graph: nothing was recorded: %s",
			 r->waiting || (r->c->options.start && !r->was_on) ?
				 "the start condition did not occur" :
				 "no traced task has called one of these functions");
}

static int begin(struct recording *r)
{
	CLEANUP(ftrace_trouble_free) struct ftrace_trouble p = { 0 };
	int ret = r->c->options.snapshot ? 0 : ftrace_lines(&r->t, "trace", put_header, r);

	return ftrace_report("graph", ret ? ret : ftrace_begin(&r->t, &r->c->options, &p), &p);
}

static int record(struct recording *r)
{
	const struct graph_command *c = r->c;
	FREE char *what = c->save ? str_printf("recording to %s", c->save) : NULL;
	int ret = begin(r);
	long long until = c->duration_ns ? clock_ms() + c->duration_ns / 1000000 : 0;

	if (ret)
		return ret;
	if (what)
		progress_start(what);
	r->rescanned = clock_ms();
	ret = c->options.snapshot ? await_snapshot(r, until) : stream(r, until);
	flush(r);
	progress_end();
	say_lost(r);
	if (r->guest_ended)
		msg_note("the guest has ended");
	if (r->ret == -EPIPE)
		return 128 + SIGPIPE;
	if (r->ret)
		msg_errno(r->ret, "graph: can't write %s",
			  c->save ? c->save : "to standard output");
	else if (ret)
		msg_errno(ret, "graph: can't read the recorded events");
	return r->ret || ret ? STATUS_FAILED : STATUS_OK;
}

static int open_output(struct recording *r)
{
	const char *save = r->c->save;

	/* what runs on the host, by name and time: as dump's and diagnose's, not for other users */
	r->fd = save ? file_create_private(save) : STDOUT_FILENO;
	if (r->fd < 0) {
		msg_errno(r->fd, "graph: can't write %s", save);
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static int close_output(struct recording *r, int status)
{
	if (!r->c->save || r->fd < 0 || !close(r->fd))
		return status;
	msg_errno(errno, "graph: can't write %s", r->c->save);
	return status ? status : STATUS_FAILED;
}

static int set_and_record(struct recording *r)
{
	CLEANUP(ftrace_trouble_free) struct ftrace_trouble p = { 0 };
	const char *root = host_sysroot();
	int ret = ftrace_open(&r->t, root, "function_graph", &p), status;

	if (!ret)
		ret = ftrace_graph(&r->t, &r->c->options, root, &p);
	status = ftrace_report("graph", ret, &p);
	if (!ret)
		status = open_output(r);
	if (!status) {
		msg_debug("recording %s",
			  r->t.instance ? r->t.name : "at the top level of tracefs");
		status = close_output(r, record(r));
	}
	return ftrace_finish("graph", &r->t, status);
}

int graph_record(struct graph_command *c)
{
	CLEANUP(ftrace_trouble_free) struct ftrace_trouble p = { 0 };
	FREE struct recording *r = calloc(1, sizeof(*r));
	int status = STATUS_OK;

	if (!r) {
		msg_error("graph: out of memory");
		return STATUS_FAILED;
	}
	r->c = c;
	r->t = (struct ftrace)FTRACE_NONE;
	r->waiting = c->start_ns > 0;
	ftrace_signals();
	status = ftrace_report("graph", ftrace_find(&r->t, host_sysroot(), &p), &p);
	if (!status) {
		journal_restore(NULL, NULL);
		status = c->guest ? ftrace_choose("graph", c->guest, &c->options.pids) : STATUS_OK;
	}
	if (!status)
		status = set_and_record(r);
	strv_free(&r->known);
	free(r->t.dir);
	return status;
}
