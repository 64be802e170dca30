// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines out of pieces of text that are cut anywhere. */
#include "callgraph/reading.h"

/* What isn't a trace's own is taken out; @unclean: there may be some of it */
static int give(struct lines *t, const char *text, const char *end, bool unclean)
{
	char *to;

	t->raw = text;
	t->raw_end = end;
	if (!unclean || !clean_needed(text, end - text))
		return t->line(t->ctx, text, end, false);
	to = clean_text(text, end, t->clean);
	*to = '\n';
	return t->line(t->ctx, t->clean, to, true);
}

/* The beginning of a line whose end isn't there yet */
static int carry(struct lines *t, const char *data, size_t len)
{
	if (t->too_long)
		return 0;
	if (t->n_carried + len > GRAPH_LINE_MAX) {
		size_t n_carried = t->n_carried;

		t->too_long = true;
		t->n_carried = 0;
		return t->long_line(t->ctx, t->carry, n_carried);
	}
	memcpy(t->carry + t->n_carried, data, len);
	t->n_carried += len;
	return 0;
}

static int give_carried(struct lines *t)
{
	size_t len = t->n_carried;

	t->n_carried = 0;
	t->carry[len] = '\n';
	return give(t, t->carry, t->carry + len, true);
}

static int add_bytes(struct lines *t, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *newline;
	bool unclean = clean_needed(data, len);
	int ret = 0;

	while (!ret && at < end) {
		newline = memchr(at, '\n', end - at);
		if (!newline || t->n_carried || t->too_long || newline - at > GRAPH_LINE_MAX) {
			ret = carry(t, at, (newline ? newline : end) - at);
			if (!newline || ret)
				break;
			if (!t->too_long)
				ret = give_carried(t);
			t->too_long = false;
		} else {
			ret = give(t, at, newline, unclean);
		}
		at = newline + 1;
	}
	return ret;
}

static int convert(struct lines *t, const char *data, size_t len, bool last)
{
	char text[ENCODING_PIECE];
	size_t used, n;
	int ret = 0;

	while (!ret && (len || last)) {
		if (t->encoding.kind == ENCODING_BYTES)
			return add_bytes(t, data, len);
		n = encoding_convert(&t->encoding, data, len, last, text, &used);
		ret = add_bytes(t, text, n);
		data += used;
		len -= used;
		if (!len)
			break;
	}
	return ret;
}

int lines_add(struct lines *t, const char *data, size_t len)
{
	return t->encoding.kind == ENCODING_BYTES ? add_bytes(t, data, len) :
						    convert(t, data, len, false);
}

int lines_repeat(struct lines *t, const char *raw, const char *raw_end)
{
	return give(t, raw, raw_end, true);
}

int lines_end(struct lines *t)
{
	int ret = t->encoding.kind == ENCODING_UNKNOWN ? convert(t, "", 0, true) : 0;

	if (!ret && t->n_carried)
		ret = give_carried(t);
	t->too_long = false;
	t->encoding = (struct encoding){ 0 };
	return ret;
}
