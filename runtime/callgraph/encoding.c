// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UTF-16, as some shells write what a program prints, told by its mark or by the zeros in what is
 * nearly ASCII.
 */
#include "callgraph/reading.h"

static size_t put(char *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (char)(0xc0 | c >> 6);
		to[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (char)(0xe0 | c >> 12);
		to[1] = (char)(0x80 | (c >> 6 & 0x3f));
		to[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (char)(0xf0 | c >> 18);
	to[1] = (char)(0x80 | (c >> 12 & 0x3f));
	to[2] = (char)(0x80 | (c >> 6 & 0x3f));
	to[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* What is gathered in @e->half, when that is a whole letter */
static size_t put_letter(struct encoding *e, char *to)
{
	const unsigned char *h = e->half;
	const bool little = e->kind == ENCODING_UTF16_LE;
	uint32_t c, low;

	if (e->n_half < 2)
		return 0;
	c = little ? h[0] | h[1] << 8 : h[0] << 8 | h[1];
	if (c >= 0xd800 && c < 0xdc00) {
		if (e->n_half < 4)
			return 0;
		low = little ? h[2] | h[3] << 8 : h[2] << 8 | h[3];
		e->n_half = 0;
		if (low >= 0xdc00 && low < 0xe000)
			return put(to, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
		/* a first half that is followed by something else: that stands for itself */
		return put(to, 0xfffd) + put(to + 3, low >= 0xd800 && low < 0xe000 ? 0xfffd : low);
	}
	e->n_half = 0;
	return put(to, c >= 0xdc00 && c < 0xe000 ? 0xfffd : c);
}

#define LETTER_MAX 6		/* bytes that put_letter() puts at once */

static bool add(struct encoding *e, unsigned char byte, char *to, size_t *n)
{
	e->half[e->n_half++] = byte;
	*n += put_letter(e, to + *n);
	return *n + LETTER_MAX <= ENCODING_PIECE;
}

/* By the first four bytes, or fewer of a shorter text; how many of them are a mark */
static unsigned int decide(struct encoding *e)
{
	const unsigned char *h = e->head;

	e->kind = ENCODING_BYTES;
	if (e->n_head >= 3 && h[0] == 0xef && h[1] == 0xbb && h[2] == 0xbf)
		return 3;
	if (e->n_head >= 2 && h[0] == 0xff && h[1] == 0xfe) {
		e->kind = ENCODING_UTF16_LE;
		return 2;
	}
	if (e->n_head >= 2 && h[0] == 0xfe && h[1] == 0xff) {
		e->kind = ENCODING_UTF16_BE;
		return 2;
	}
	if (e->n_head == 4 && h[0] && !h[1] && h[2] && !h[3])
		e->kind = ENCODING_UTF16_LE;
	if (e->n_head == 4 && !h[0] && h[1] && !h[2] && h[3])
		e->kind = ENCODING_UTF16_BE;
	return 0;
}

size_t encoding_convert(struct encoding *e, const char *data, size_t len, bool last,
			char to[ENCODING_PIECE], size_t *used)
{
	const unsigned char *bytes = (const unsigned char *)data;
	size_t n = 0, at = 0;

	*used = 0;
	if (e->kind == ENCODING_UNKNOWN) {
		while (at < len && e->n_head < sizeof(e->head))
			e->head[e->n_head++] = bytes[at++];
		*used = at;
		if (e->n_head < sizeof(e->head) && !last)
			return 0;
		for (unsigned int i = decide(e); i < e->n_head; i++) {
			if (e->kind == ENCODING_BYTES)
				to[n++] = (char)e->head[i];
			else
				add(e, e->head[i], to, &n);
		}
		return n;
	}
	while (at < len && add(e, bytes[at], to, &n))
		at++;
	*used = at < len ? at + 1 : at;
	return n;
}
