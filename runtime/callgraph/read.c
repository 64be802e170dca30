// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines out of pieces of text, and how many there were of which kind. */
#include "callgraph/nesting.h"

#include <errno.h>

static void count_unusable(struct graph *g, enum unusable reason, const char *text, size_t len)
{
	if (!g->unusable[reason]++) {
		g->unusable_line[reason] = g->lines;
		len = len < GRAPH_SAMPLE - 1 ? len : GRAPH_SAMPLE - 1;
		memcpy(g->unusable_text[reason], text, len);
		g->unusable_text[reason][len] = '\0';
	}
}

/* @end as for line_parse(). The text may have tabs, and @whole, the line that it is the end of */
static void parse(struct graph *g, struct layout *l, const char *whole, const char *text,
		  const char *end, bool cleaned, struct line *line)
{
	if (cleaned && memchr(text, '\t', end - text))
		tabs_parse(g, l, whole, text, end, line);
	else
		line_parse(l, text, end, line);
}

/* "#  TASK/PID       ||||                  FUNCTION CALLS": the kernel puts many blanks there */
static bool collapsed(const char *text, const char *end)
{
	const char *title = memmem(text, end - text, "FUNCTION CALLS", 14);

	return title && title - text >= 2 && title[-1] == ' ' && title[-2] != ' ' &&
	       title[-2] != '\t';
}

/* What can be read behind what stands before it, if @l is what the lines before were */
static bool is_recognized(const struct layout *l, const struct line *line)
{
	if (line->kind == LINE_HEADER)
		return l->state == LAYOUT_TRACE;
	if (line->kind == LINE_SWITCH)
		return line->task;
	if (line->kind != LINE_CALL)
		return line->kind == LINE_LOST || line->kind == LINE_IRQ;
	/* a program's text has lines such as a graph's without columns */
	return line_has_call(line) && (l->state == LAYOUT_COLUMNS || l->state == LAYOUT_PLAIN);
}

/*
 * What stands before a line of @kind and, within that, of @inner is gone; NULL: it isn't such a
 * line
 */
static const char *strip(struct disguise *d, enum disguise_kind kind, enum disguise_kind inner,
			 const char *text, const char *end)
{
	bool removed;

	text = disguise_strip(d, kind, text, end);
	if (!text || !inner)
		return text;
	removed = d->removed;
	text = disguise_strip(d, inner, text, end);
	d->removed |= removed;
	return text;
}

/* As it is known of the lines before */
static bool known_disguise(struct graph *g, const char *text, const char *end, bool cleaned,
			   struct line *line)
{
	struct disguise *d = &g->reading.disguise;
	const char *at = strip(d, d->kind[0], d->kind[1], text, end);

	if (!at)
		return false;
	parse(g, &g->reading.layout, text, at, end, cleaned, line);
	return true;
}

static bool try_disguise(struct graph *g, const struct disguise *with, const char *text,
			 const char *end, bool cleaned, struct line *line)
{
	struct disguise d = *with;
	/* a bare call counts only where a header has said that a graph follows */
	struct layout l = g->reading.layout;
	const bool plain = l.state == LAYOUT_TRACE || l.state == LAYOUT_PLAIN;
	const struct tabs tabs = g->reading.tabs;
	const uint64_t shifted = g->shifted;
	const char *at = strip(&d, d.kind[0], d.kind[1], text, end);

	if (!at)
		return false;
	parse(g, &l, text, at, end, cleaned, line);
	if (!is_recognized(&l, line) || (l.state == LAYOUT_PLAIN && !plain)) {
		g->reading.tabs = tabs;
		g->shifted = shifted;
		return false;
	}
	if (d.kind[0] == DISGUISE_FILE && !line->event)
		graph_source_forget(g, text, (const char *)memchr(text, ':', at - text) - text);
	g->reading.disguise = d;
	g->reading.layout = l;
	return true;
}

/* One that makes a line of it that can be read */
static bool find_disguise(struct graph *g, const char *text, const char *end, bool cleaned,
			  struct line *line)
{
	const struct disguise *known = &g->reading.disguise;
	struct disguise d = *known;

	d.kind[1] = DISGUISE_NONE;
	for (int kind = 1; kind < DISGUISE_KINDS; kind++) {
		d.kind[0] = kind;
		d.number = kind == (int)known->kind[0] ? known->number : 0;
		if (try_disguise(g, &d, text, end, cleaned, line))
			return true;
	}
	for (int kind = 1; kind < DISGUISE_KINDS; kind++) {
		for (int inner = 1; inner < DISGUISE_KINDS; inner++) {
			d.kind[0] = kind;
			d.kind[1] = inner;
			d.number = 0;
			if (kind != inner && try_disguise(g, &d, text, end, cleaned, line))
				return true;
		}
	}
	return false;
}

/* What follows from the line behind what stood before it */
static int take_disguised(struct graph *g, struct line *line)
{
	struct disguise *d = &g->reading.disguise;
	int ret = d->gap && d->number > 1 ? graph_gap(g) : 0;

	if (d->gap && d->number == 1)
		ret = graph_close_all(g);
	d->gap = false;
	if (line->kind != LINE_UNUSABLE)
		for (size_t i = 0; i < ARRAY_SIZE(d->kind); i++)
			g->disguised[d->kind[i]]++;
	if (d->removed && line->kind != LINE_BLANK) {
		line->kind = LINE_UNUSABLE;
		line->unusable = UNUSABLE_REMOVED;
	}
	g->both |= d->plus && d->minus;
	return ret;
}

static bool is_taken(const struct line *line)
{
	return line->kind == LINE_CALL || line->kind == LINE_SWITCH || line->kind == LINE_LOST;
}

/* Nothing in it says that it is a trace's, but for what may stand before it */
static bool may_be_disguised(const struct line *line)
{
	if (line->kind == LINE_UNUSABLE)
		return line->unusable == UNUSABLE_TEXT || line->unusable == UNUSABLE_TRUNCATED ||
		       line->unusable == UNUSABLE_LAYOUT;
	return line->kind == LINE_COMMENT && line->cpu < 0 && !line->task && line->time == UNKNOWN;
}

static int take_plain(struct graph *g, const char *text, const char *end, bool cleaned,
		      struct line *line)
{
	const struct layout before = g->reading.layout;
	struct layout after;
	struct line other;
	bool called;
	int ret;

	if (cleaned)
		parse(g, &g->reading.layout, text, text, end, cleaned, line);
	else
		line_parse(&g->reading.layout, text, end, line);
	called = is_taken(line);
	ret = called ? graph_take(g, line) : 0;
	if (ret || is_taken(line) || !may_be_disguised(line))
		return ret;
	after = g->reading.layout;
	/* what no function is called was a call by its looks only */
	if (called) {
		after = before;
		after.state = before.state == LAYOUT_START ? LAYOUT_TEXT : before.state;
	}
	g->reading.layout = before;
	if (!find_disguise(g, text, end, cleaned, &other)) {
		g->reading.layout = after;
		return 0;
	}
	*line = other;
	ret = take_disguised(g, line);
	return !ret && is_taken(line) ? graph_take(g, line) : ret;
}

/* @end as for line_parse(); @cleaned: there may be tabs */
static int take(struct graph *g, const char *text, const char *end, bool cleaned)
{
	struct line line;
	int ret;

	g->lines++;
	if (*text == '@' || *text == '+')
		disguise_see_diff(&g->reading.disguise, text, end);
	if (g->reading.disguise.kind[0] && known_disguise(g, text, end, cleaned, &line)) {
		ret = take_disguised(g, &line);
		if (!ret && is_taken(&line))
			ret = graph_take(g, &line);
	} else {
		ret = take_plain(g, text, end, cleaned, &line);
	}
	if (line.kind == LINE_HEADER && collapsed(text, end))
		g->collapsed = true;
	/* several traces in one file: what was open will not be closed */
	if (!ret && line.kind == LINE_HEADER && memmem(text, end - text, "# tracer:", 9))
		ret = graph_close_all(g);
	g->kinds[line.kind]++;
	if (line.kind == LINE_UNUSABLE) {
		count_unusable(g, line.unusable, text, end - text);
		if (line.unusable != UNUSABLE_TEXT && line.unusable != UNUSABLE_REMOVED && !ret)
			ret = graph_self_unknown(g, &line);
	}
	return ret;
}

/* What was kept of a list, or of several CPUs */
static int take_listed(struct graph *g, bool list)
{
	struct listed *l = &g->reading.listed;
	const char *at = l->text;
	int ret = 0;

	l->known = true;
	if (list) {
		g->reading.disguise.kind[0] = l->quoted ? DISGUISE_QUOTE : DISGUISE_PAREN;
		g->reading.disguise.kind[1] = l->quoted ? DISGUISE_PAREN : DISGUISE_NONE;
		g->reading.disguise.number = 0;
	}
	for (unsigned int i = 0; i < l->n && !ret; i++) {
		ret = lines_repeat(&g->reading.input, at, l->text + l->ends[i] - 1);
		at = l->text + l->ends[i];
	}
	l->n = 0;
	return ret;
}

static int take_line(void *ctx, const char *text, const char *end, bool cleaned)
{
	struct graph *g = ctx;
	struct listed *l = &g->reading.listed;

	/*
	 * what stands before lines is known, or nothing does: a list's numbers would stand before a
	 * trace's header too
	 */
	if (!l->n && (g->reading.disguise.kind[0] || g->reading.layout.state == LAYOUT_TRACE))
		l->known = true;
	if (l->known)
		return take(g, text, end, cleaned);
	switch (listed_add(l, g->reading.input.raw, g->reading.input.raw_end, text, end)) {
	case LISTED_NOTHING:
		return take(g, text, end, cleaned);
	case LISTED_KEPT:
		return 0;
	case LISTED_LIST:
		return take_listed(g, true);
	case LISTED_CPUS:
		return take_listed(g, false);
	}
	return 0;
}

static int take_long(void *ctx, const char *text, size_t len)
{
	struct graph *g = ctx;
	int ret = g->reading.listed.n ? take_listed(g, false) : 0;

	if (ret)
		return ret;
	g->lines++;
	g->kinds[LINE_UNUSABLE]++;
	count_unusable(g, UNUSABLE_LONG, text, len);
	return graph_self_unknown(g, &(struct line){ .cpu = -1 });
}

int graph_init(struct graph *g, const struct graph_options *options)
{
	*g = (struct graph){
		.options = *options, .first = UNKNOWN, .last = UNKNOWN, .min_column = INT32_MAX,
		.max_column = -1, .first_column = -1,
		.functions.only = options->function,
		.reading.input = { .line = take_line, .long_line = take_long, .ctx = g },
	};
	g->n_sources = 1;
	if (!graph_cpu_of(g, 0, -1))
		return -ENOMEM;
	return call_sinks_init(&g->sinks, g);
}

int graph_add(struct graph *g, const char *data, size_t len)
{
	g->bytes += len;
	return lines_add(&g->reading.input, data, len);
}

int graph_file_end(struct graph *g)
{
	int ret = lines_end(&g->reading.input);

	if (!ret && g->reading.listed.n)
		ret = take_listed(g, listed_end(&g->reading.listed) == LISTED_LIST);
	g->reading.listed.known = false;
	g->reading.layout = (struct layout){ 0 };
	g->reading.disguise = (struct disguise){ 0 };
	tabs_end(g);
	g->after_lost = 0;
	return ret ? ret : graph_close_all(g);
}

int graph_end(struct graph *g)
{
	int ret = graph_file_end(g);

	return ret ? ret : CALL_SINKS_EACH(&g->sinks, finish, g);
}

void graph_free(struct graph *g)
{
	tasks_free(&g->tasks);
	call_sinks_free(&g->sinks);
	functions_free(&g->functions);
	for (size_t i = 0; i < ARRAY_SIZE(g->sources); i++)
		free(g->sources[i].cpus);
	*g = (struct graph){ 0 };
}
