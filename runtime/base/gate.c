// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The gate: a stream from which nothing comes that a terminal would take for more than text.
 * What a guest, a process or a file calls itself can't get past it, whatever prints it and
 * whatever he forgot. Colours of our own are signed: after their ESC comes a number that was
 * made up when the gate was opened, which the gate takes away and no other code knows.
 */
#include "base/gate.h"

#include <errno.h>
#include <sys/random.h>

#include "base/utf8.h"

#define SIGNATURE 16		/* hexadecimal digits */
#define KEPT_MAX 32		/* bytes of a character or a signature whose end hasn't come */
#define OUT_SIZE (16 << 10)
#define ESC '\033'

static char signature[SIGNATURE + 1];	/* "": there is no gate, and no need to sign */

struct gate_stream {
	int fd;
	bool owned;		/* the descriptor is closed with it */
	bool failed;
	size_t n, n_kept;
	char out[OUT_SIZE];
	unsigned char kept[KEPT_MAX];
};

static struct gate_stream standard;

const char *gate_sign(const char *sequences)
{
	static char signed_[8][96];
	static unsigned int next;
	char *to = signed_[next++ % ARRAY_SIZE(signed_)], *o = to;

	for (; *sequences && o + SIGNATURE + 2 < to + sizeof(signed_[0]); sequences++) {
		*o++ = *sequences;
		if (*sequences == ESC)
			o = stpcpy(o, signature);
	}
	*o = '\0';
	return to;
}

static void flush(struct gate_stream *g)
{
	size_t done = 0;

	while (done < g->n && !g->failed) {
		ssize_t n = write(g->fd, g->out + done, g->n - done);

		if (n > 0)
			done += n;
		else if (errno != EINTR)
			g->failed = true;
	}
	g->n = 0;
}

static void put(struct gate_stream *g, const void *data, size_t len)
{
	while (len && !g->failed) {
		size_t n = OUT_SIZE - g->n < len ? OUT_SIZE - g->n : len;

		memcpy(g->out + g->n, data, n);
		g->n += n;
		data = (const char *)data + n;
		len -= n;
		if (g->n == OUT_SIZE)
			flush(g);
	}
}

static bool plain(unsigned char c)
{
	return (c >= ' ' && c < 0x7f) || c == '\n' || c == '\t';
}

/*
 * Bytes at @s, which begin with one that isn't plain and are now put out; 0: how it goes on
 * decides, and that isn't there yet
 */
static size_t put_odd(struct gate_stream *g, const unsigned char *s, size_t len, bool last)
{
	size_t same = 0, n = utf8_length(s, len);
	char shown[8];

	if (n) {
		put(g, s, n);
		return n;
	}
	if (!last && utf8_begins(s, len))
		return 0;
	while (*s == ESC && *signature && same < SIGNATURE && same + 1 < len &&
	       s[1 + same] == (unsigned char)signature[same])
		same++;
	if (same == SIGNATURE) {
		put(g, s, 1);
		return 1 + SIGNATURE;
	}
	if (!last && *s == ESC && *signature && same + 1 == len)
		return 0;
	put(g, shown, snprintf(shown, sizeof(shown), "\\x%02x", *s));
	return 1;
}

/* What is put out of @len bytes at @s: all, but for an end that is kept for more to come */
static size_t pass(struct gate_stream *g, const unsigned char *s, size_t len, bool last)
{
	size_t at = 0;

	while (at < len) {
		size_t from = at, n;

		while (at < len && plain(s[at]))
			at++;
		put(g, s + from, at - from);
		if (at == len)
			break;
		n = put_odd(g, s + at, len - at, last);
		if (!n)
			break;
		at += n;
	}
	return at;
}

static ssize_t take(void *cookie, const char *data, size_t size)
{
	struct gate_stream *g = cookie;
	const unsigned char *s = (const unsigned char *)data;
	size_t left = size;

	g->failed = false;
	/* a byte at a time, until it is clear what was kept */
	while (g->n_kept && left) {
		g->kept[g->n_kept++] = *s++;
		left--;

		size_t n = pass(g, g->kept, g->n_kept, false);

		g->n_kept -= n;
		memmove(g->kept, g->kept + n, g->n_kept);
	}
	size_t n = pass(g, s, left, false);

	memcpy(g->kept + g->n_kept, s + n, left - n);
	g->n_kept += left - n;
	flush(g);
	return g->failed ? 0 : (ssize_t)size;
}

/* What was kept won't be whole any more */
static int end(struct gate_stream *g)
{
	g->failed = false;
	pass(g, g->kept, g->n_kept, true);
	g->n_kept = 0;
	flush(g);
	return g->failed ? -1 : 0;
}

static int finish(void *cookie)
{
	struct gate_stream *g = cookie;
	int ret = end(g), err = errno;

	if (g->owned) {
		if (close(g->fd) && !ret) {
			ret = -1;
			err = errno;
		}
		free(g);
	}
	errno = err;
	return ret;
}

static FILE *stream_of(struct gate_stream *g)
{
	static const cookie_io_functions_t functions = { .write = take, .close = finish };
	unsigned long long number;

	if (!*signature) {
		if (getrandom(&number, sizeof(number), 0) != sizeof(number))
			return NULL;
		snprintf(signature, sizeof(signature), "%016llx", number);
	}
	return fopencookie(g, "w", functions);
}

FILE *gate_open(int fd)
{
	struct gate_stream *g = calloc(1, sizeof(*g));
	FILE *f;

	if (!g)
		return NULL;
	g->fd = fd;
	g->owned = true;
	f = stream_of(g);
	if (!f)
		free(g);
	return f;
}

int gate_standard(void)
{
	FILE *f;

	standard.fd = STDOUT_FILENO;
	f = stream_of(&standard);
	if (!f)
		return -errno;
	setvbuf(f, NULL, isatty(STDOUT_FILENO) ? _IOLBF : _IOFBF, BUFSIZ);
	stdout = f;
	return 0;
}

int gate_end(void)
{
	int ret = fflush(stdout) ? -errno : 0;

	return end(&standard) && !ret ? -errno : ret;
}
