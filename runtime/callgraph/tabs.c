// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the tabs of a file stand for. Programs differ in how wide a tab is, and from where in a line
 * they count. Each way is tried: where a program that goes that way would have left a blank, or
 * made a tab, and has not, the file is not read in that way.
 */
#include "callgraph/callgraph.h"

/* @whole is @text and what was put before it, without tabs and without colours */
struct tabbed {
	const char *whole, *text, *end;
	const char *raw, *raw_text, *raw_end;	/* with its colours */
};

static bool straighten(const char *from, const char *end, size_t tab, char to[GRAPH_LINE_MAX + 1],
		       char **to_end)
{
	*to_end = clean_tabs(from, end, tab, to, GRAPH_LINE_MAX);
	if (*to_end)
		**to_end = '\n';
	return *to_end;
}

/* The same, without colours that tabs were counted with */
static bool straighten_coloured(const char *from, const char *end, char to[GRAPH_LINE_MAX + 1],
				char **to_end)
{
	if (!straighten(from, end, TAB_COLUMNS, to, to_end))
		return false;
	*to_end = clean_text(to, *to_end, to);
	**to_end = '\n';
	return true;
}

/* The trace in it, in @to; NULL: it is too long */
static const char *straight(const struct tabbed *t, enum tabs_kind kind,
			    char to[GRAPH_LINE_MAX + 1], char **end)
{
	size_t before;

	switch (kind) {
	case TABS_TRACE:
		return straighten(t->text, t->end, TAB_COLUMNS, to, end) ? to : NULL;
	case TABS_FOUR:
		return straighten(t->text, t->end, 4, to, end) ? to : NULL;
	case TABS_COLOURED:
		return straighten_coloured(t->raw_text, t->raw_end, to, end) ? to : NULL;
	case TABS_WHOLE:
		if (!straighten(t->whole, t->text, TAB_COLUMNS, to, end))
			return NULL;
		before = *end - to;
		return straighten(t->whole, t->end, TAB_COLUMNS, to, end) ? to + before : NULL;
	case TABS_COLOURED_WHOLE:
		if (!straighten_coloured(t->raw, t->raw_text, to, end))
			return NULL;
		before = *end - to;
		return straighten_coloured(t->raw, t->raw_end, to, end) ? to + before : NULL;
	default:
		return NULL;
	}
}

/* Up to where the function begins: what people write behind it may have tabs as they like */
static const char *before_function(const char *from, const char *end)
{
	while (from < end && *from != '(' && *from != '}')
		from++;
	return from;
}

static bool is_wrong(const struct tabbed *t, enum tabs_kind kind)
{
	const char *const from[TABS_KINDS] = {
		[TABS_TRACE] = t->text, [TABS_FOUR] = t->text, [TABS_WHOLE] = t->whole,
		[TABS_COLOURED] = t->raw_text, [TABS_COLOURED_WHOLE] = t->raw,
	};
	const char *end =
		kind == TABS_COLOURED || kind == TABS_COLOURED_WHOLE ? t->raw_end : t->end;

	return clean_tab_faults(from[kind], before_function(from[kind], end),
				kind == TABS_FOUR ? 4 : TAB_COLUMNS);
}

/* From now on it isn't @kind: lines that were read by it are named */
static void rule_out(struct graph *g, enum tabs_kind kind)
{
	struct tabs *t = &g->reading.tabs;
	uint64_t most = 0;

	t->wrong[kind] = true;
	t->ambiguous[kind] = 0;
	if (t->kind != kind)
		return;
	for (int i = 0; i < TABS_KINDS; i++) {
		most = t->ambiguous[i] > most ? t->ambiguous[i] : most;
		t->ambiguous[i] = 0;
	}
	g->shifted += most;
	for (int i = 0; i < TABS_KINDS; i++)
		if (!t->wrong[i]) {
			t->kind = i;
			break;
		}
}

#define NO_COLUMN (-2)

/* By what may be right; where that is more than one, or nothing, the line is or will be named */
static void take_column(struct graph *g, const struct tabbed *t, const int32_t columns[TABS_KINDS],
			struct line *line)
{
	struct tabs *tabs = &g->reading.tabs;

	line->column = -1;
	/* of two things before the trace, tabs may be counted from between them */
	if (g->reading.disguise.kind[1] && (columns[TABS_TRACE] != columns[TABS_WHOLE] ||
				    columns[TABS_COLOURED] != columns[TABS_COLOURED_WHOLE]))
		return;
	for (int kind = 0; kind < TABS_KINDS; kind++)
		if (columns[kind] != NO_COLUMN && !tabs->wrong[kind] && is_wrong(t, kind))
			rule_out(g, kind);
	if (tabs->wrong[tabs->kind] || columns[tabs->kind] == NO_COLUMN)
		return;
	line->column = columns[tabs->kind];
	for (int kind = 0; kind < TABS_KINDS; kind++)
		if (columns[kind] != NO_COLUMN && !tabs->wrong[kind] &&
		    columns[kind] != line->column)
			tabs->ambiguous[kind]++;
}

void tabs_end(struct graph *g)
{
	uint64_t most = 0;

	for (int i = 0; i < TABS_KINDS; i++)
		most = g->reading.tabs.ambiguous[i] > most ? g->reading.tabs.ambiguous[i] : most;
	g->shifted += most;
	g->reading.tabs = (struct tabs){ 0 };
}

void tabs_parse(struct graph *g, struct layout *l, const char *whole, const char *text,
		const char *end, struct line *line)
{
	const struct lines *input = &g->reading.input;
	const struct tabbed t = {
		.whole = whole, .text = text, .end = end,
		.raw = input->raw, .raw_end = input->raw_end,
		.raw_text = clean_behind(input->raw, input->raw_end, text - whole),
	};
	const struct layout was = *l;
	int32_t columns[TABS_KINDS];
	bool differs = false;
	char *to;

	if (!straight(&t, TABS_TRACE, g->reading.straight[0], &to)) {
		*line = (struct line){
			.kind = LINE_UNUSABLE, .unusable = UNUSABLE_LONG, .cpu = -1,
		};
		return;
	}
	line_parse(l, g->reading.straight[0], to, line);
	if (line->kind != LINE_CALL)
		return;
	for (int kind = 0; kind < TABS_KINDS; kind++) {
		struct layout other_layout = was;
		struct line other = { .kind = LINE_BLANK };
		const char *from = straight(&t, kind, g->reading.straight[1], &to);

		if (from && from <= to)
			line_parse(&other_layout, from, to, &other);
		columns[kind] = other.kind == LINE_CALL ? other.column : NO_COLUMN;
		differs |= columns[kind] != line->column && other.kind == LINE_CALL;
	}
	if (differs)
		take_column(g, &t, columns, line);
}
