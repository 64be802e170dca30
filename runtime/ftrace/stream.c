// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is recorded, line by line, as it comes. trace_pipe is asked and not waited for: what wakes
 * a waiting reader would cost each event, or come when half of the buffer is full.
 */
#include "ftrace/ftrace.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "base/clock.h"
#include "base/str.h"
#include "callgraph/reading.h"

#define PIECE (64 << 10)
#define PAUSE_MS 20
#define TICK_MS 100
#define DRAIN_MS 60000		/* a buffer that is full, read by a slow CPU */

struct stream_lines {
	char text[GRAPH_LINE_MAX + 1];
	size_t len;
	bool (*line)(void *ctx, const char *line, size_t len);
	void *ctx;
	bool enough;
	char piece[PIECE];
};

static struct stream_lines *new_lines(bool (*line)(void *ctx, const char *line, size_t len),
				      void *ctx)
{
	struct stream_lines *l = calloc(1, sizeof(*l));

	if (l) {
		l->line = line;
		l->ctx = ctx;
	}
	return l;
}

/* A line that is too long is cut in two */
static void take(struct stream_lines *l, const char *data, size_t len)
{
	while (len && !l->enough) {
		const char *newline = memchr(data, '\n', len);
		size_t n = newline ? (size_t)(newline - data) : len;
		size_t room = GRAPH_LINE_MAX - l->len;
		bool whole = newline && n <= room;

		n = n < room ? n : room;
		memcpy(l->text + l->len, data, n);
		l->len += n;
		if (whole || l->len == GRAPH_LINE_MAX) {
			l->text[l->len] = '\n';
			l->enough = !l->line(l->ctx, l->text, l->len);
			l->len = 0;
		}
		n += whole;
		data += n;
		len -= n;
	}
}

static void take_end(struct stream_lines *l)
{
	if (l->len && !l->enough) {
		l->text[l->len] = '\n';
		l->enough = !l->line(l->ctx, l->text, l->len);
	}
	l->len = 0;
}

/* All that is there now: bytes, or -errno */
static ssize_t read_some(int fd, struct stream_lines *l)
{
	ssize_t n = read(fd, l->piece, PIECE);

	if (n > 0)
		take(l, l->piece, n);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	return n;
}

/* POLLERR of a pipe: it has no reader any more */
static bool reader_gone(const struct ftrace_stream *s, int ms)
{
	struct pollfd p = { .fd = s->out };

	return poll(&p, 1, ms) > 0 && p.fd >= 0 && (p.revents & POLLERR);
}

static bool is_over(struct ftrace_stream *s, const struct stream_lines *l)
{
	return *s->stopped || l->enough || s->reader_gone || (s->until && clock_ms() >= s->until);
}

static int follow(struct ftrace_stream *s, int fd, struct stream_lines *l)
{
	long long ticked = 0;
	ssize_t n = 0;

	while (n >= 0 && !is_over(s, l)) {
		n = read_some(fd, l);
		if (!n)
			s->reader_gone |= reader_gone(s, PAUSE_MS);
		if (n >= 0 && clock_ms() - ticked >= TICK_MS) {
			ticked = clock_ms();
			if (!s->tick(s->ctx))
				break;
		}
	}
	return n < 0 ? (int)n : 0;
}

/* Nothing is recorded any more; an empty trace_pipe says so by EAGAIN, or by its end */
static int drain(struct ftrace_stream *s, int fd, struct stream_lines *l)
{
	long long until = clock_ms() + DRAIN_MS;
	sig_atomic_t stopped = *s->stopped;
	ssize_t n = 1;

	while (n > 0 && !l->enough && !s->reader_gone && *s->stopped == stopped &&
	       clock_ms() < until)
		n = read_some(fd, l);
	take_end(l);
	return n < 0 ? (int)n : 0;
}

int ftrace_stream(struct ftrace_stream *s)
{
	CLOSE int fd = ftrace_file(s->t, FTRACE_OURS, "trace_pipe", O_RDONLY | O_NONBLOCK);
	FREE struct stream_lines *l = new_lines(s->line, s->ctx);
	int ret;

	if (!l)
		return -ENOMEM;
	ret = fd < 0 ? fd : follow(s, fd, l);
	ftrace_put(s->t, FTRACE_OURS, "tracing_on", "0", false);
	return ret ? ret : drain(s, fd, l);
}

int ftrace_lines(const struct ftrace *t, const char *file,
		 bool (*line)(void *ctx, const char *line, size_t len), void *ctx)
{
	CLOSE int fd = ftrace_file(t, FTRACE_OURS, file, O_RDONLY);
	FREE struct stream_lines *l = new_lines(line, ctx);
	ssize_t n = fd < 0 ? fd : 1;

	if (!l)
		return -ENOMEM;
	while (n > 0 && !l->enough)
		n = read_some(fd, l);
	take_end(l);
	return n < 0 ? (int)n : 0;
}

/* "overrun: 12" of each CPU, summed up */
int64_t ftrace_stats(const struct ftrace *t, enum ftrace_where where, const char *key)
{
	int64_t sum = UNKNOWN;

	for (int cpu = 0; cpu < GRAPH_CPUS; cpu++) {
		FREE char *file = str_printf("per_cpu/cpu%d/stats", cpu);
		FREE char *text =
			file && ftrace_has(t, where, file) ? ftrace_get(t, where, file) : NULL;
		const char *at = text;

		if (!text)
			return sum;
		while (at && (strncmp(at, key, strlen(key)) != 0 || at[strlen(key)] != ':')) {
			at = strchr(at, '\n');
			at += at != NULL;
		}
		if (at)
			sum = (sum == UNKNOWN ? 0 : sum) + strtoll(at + strlen(key) + 1, NULL, 10);
	}
	return sum;
}

int64_t ftrace_lost(const struct ftrace *t)
{
	int64_t overrun = ftrace_stats(t, FTRACE_OURS, "overrun"),
		dropped = ftrace_stats(t, FTRACE_OURS, "dropped events");

	if (overrun == UNKNOWN || dropped == UNKNOWN)
		return UNKNOWN;
	return overrun + dropped;
}
