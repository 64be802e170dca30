// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines out of pieces of text that are cut anywhere. */
#include "callgraph/callgraph.h"

/* What isn't a trace's own is taken out; @odd: there may be some of it */
static int give(struct text *t, const char *text, const char *end, bool odd)
{
	char *to;

	t->raw = text;
	t->raw_end = end;
	if (!odd || !clean_needed(text, end - text))
		return t->line(t->ctx, text, end, false);
	to = clean_text(text, end, t->clean);
	*to = '\n';
	return t->line(t->ctx, t->clean, to, true);
}

/* The beginning of a line whose end isn't there yet */
static int carry(struct text *t, const char *data, size_t len)
{
	if (t->too_long)
		return 0;
	if (t->carried + len > GRAPH_LINE_MOST) {
		size_t carried = t->carried;

		t->too_long = true;
		t->carried = 0;
		return t->long_line(t->ctx, t->carry, carried);
	}
	memcpy(t->carry + t->carried, data, len);
	t->carried += len;
	return 0;
}

static int give_carried(struct text *t)
{
	size_t len = t->carried;

	t->carried = 0;
	t->carry[len] = '\n';
	return give(t, t->carry, t->carry + len, true);
}

static int feed(struct text *t, const char *data, size_t len)
{
	const char *at = data, *end = data + len, *newline;
	bool odd = clean_needed(data, len);
	int ret = 0;

	while (!ret && at < end) {
		newline = memchr(at, '\n', end - at);
		if (!newline || t->carried || t->too_long || newline - at > GRAPH_LINE_MOST) {
			ret = carry(t, at, (newline ? newline : end) - at);
			if (!newline || ret)
				break;
			if (!t->too_long)
				ret = give_carried(t);
			t->too_long = false;
		} else {
			ret = give(t, at, newline, odd);
		}
		at = newline + 1;
	}
	return ret;
}

static int convert(struct text *t, const char *data, size_t len, bool last)
{
	char text[ENCODING_PIECE];
	size_t used, n;
	int ret = 0;

	while (!ret && (len || last)) {
		if (t->encoding.kind == ENCODING_BYTES)
			return feed(t, data, len);
		n = encoding_convert(&t->encoding, data, len, last, text, &used);
		ret = feed(t, text, n);
		data += used;
		len -= used;
		if (!len)
			break;
	}
	return ret;
}

int text_feed(struct text *t, const char *data, size_t len)
{
	return t->encoding.kind == ENCODING_BYTES ? feed(t, data, len) :
						    convert(t, data, len, false);
}

int text_again(struct text *t, const char *raw, const char *raw_end)
{
	return give(t, raw, raw_end, true);
}

int text_end(struct text *t)
{
	int ret = t->encoding.kind == ENCODING_UNKNOWN ? convert(t, "", 0, true) : 0;

	if (!ret && t->carried)
		ret = give_carried(t);
	t->too_long = false;
	t->encoding = (struct encoding){ 0 };
	return ret;
}
