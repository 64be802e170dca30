// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A line of a function graph. Which columns there are depends on options, is not always
 * told by a header, and may change from line to line where files were put together:
 * so each column is known by what it looks like. In this order, any of them may be missing:
 *
 *	  46.613158 |   0)  vhost-1-187   |  bN.1. | + 14.181 us   |        consume_skb() {
 *	time            CPU  task            flags      mark, duration       function
 *
 * As in trace_print_graph_duration() and its neighbours of kernel/trace/trace_functions_graph.c;
 * trace-cmd's report has a prefix of its own, "vhost-1-187 [000] 46.613158: funcgraph_entry:".
 */
#include "callgraph/columns.h"
#include "callgraph/functions.h"
#include "callgraph/scan.h"

/* The same of what may be many */
static const char *many_blanks(const char *at, const char *end)
{
	const uint64_t eight = 0x2020202020202020ULL;

	for (; end - at >= 8; at += 8) {
		uint64_t v;

		memcpy(&v, at, sizeof(v));
		v ^= eight;
		if (v)
			break;
	}
	return blanks(at);
}

/* What programs say before and after a trace */
static bool around(const char *at, const char *end)
{
	static const char *const says[] = {
		"Tracing \"", "Ending tracing", "cpus=", "version = ", "trace-cmd", "plugin '",
	};

	for (size_t i = 0; i < ARRAY_SIZE(says); i++)
		if (starts(at, end, says[i]))
			return true;
	end = line_trim(at, end);
	return starts(at, end, "CPU ") && end - at > 9 && !memcmp(end - 9, " is empty", 9);
}

static int64_t number(const char **at)
{
	int64_t n = 0;

	/* what overflows is no time that a trace could hold */
	for (; digit(**at); (*at)++)
		n = n < INT64_MAX / 100 ? n * 10 + (**at - '0') : n;
	return n;
}

/* whole numbers of seconds and microseconds that are no accident */
#define SECONDS_MAX (INT64_MAX / 1000000000 / 4)
#define MICROSECONDS_MAX (INT64_MAX / 1000 - 1)

/* The digits after a point, as @digits of them would be */
static int64_t fraction(const char **at, unsigned int digits)
{
	int64_t n = 0;

	for (; digit(**at); (*at)++) {
		if (!digits)
			continue;
		n = n * 10 + (**at - '0');
		digits--;
	}
	for (; digits; digits--)
		n *= 10;
	return n;
}

/* What a column is separated by from the function; then blanks, two for each level */
static void parse_rest(const char *at, const char *end, struct line *line)
{
	const char *name = at;

	name = many_blanks(name, end);
	line->bar = true;
	call_parse(name, end, (int32_t)(name - at), line);
}

/* "0.123 us |", "46.613158 |", "12345678 us |": where it's read to, NULL: it is none of these */
static const char *parse_time(const char *at, struct line *line, bool marked)
{
	int64_t whole = number(&at), part = 0;
	bool point = *at == '.';
	const char *part_at = at + 1;

	if (point) {
		at = part_at;
		part = fraction(&at, 3);
	}
	if (at[0] == ' ' && at[1] == 'u' && at[2] == 's') {
		at = blanks(at + 3);
		/*
		 * an unsigned difference: a task's sleep is taken away from its call
		 * (nosleep-time), and may have begun before it
		 */
		line->wrapped = whole > MICROSECONDS_MAX;
		if (line->wrapped)
			return NULL;
		/* "    1234 us |   0)" of the latency tracers is since the trace began */
		if (!point && !marked && line->cpu < 0 && *at == '|') {
			const char *cpu = blanks(at + 1);

			if (digit(*cpu) && (number(&cpu), *cpu == ')')) {
				line->time = whole * 1000;
				return at + 1;
			}
		}
		line->duration = whole * 1000 + part;
		return at;
	}
	at = blanks(at);
	if (!point || marked || *at != '|' || whole > SECONDS_MAX)
		return NULL;
	line->time = whole * 1000000000 + fraction(&part_at, 9);
	return at + 1;
}

static bool is_mark(char c)
{
	return c == '+' || c == '!' || c == '#' || c == '*' || c == '@' || c == '$';
}

/*
 * A line whose column is neither a number nor a bar, or that has none at all; @any: it had one
 * before
 */
static void parse_other(struct layout *l, const char *at, const char *end, bool any,
			struct line *line)
{
	if (any || (*at == '/' && (at[1] == '*' || at[1] == '/'))) {
		call_parse(at, end, 0, line);
	} else if (around(at, end)) {
		line->kind = LINE_HEADER;
	} else {
		bool call = *at == '}' || line_trim(at, end)[-1] == '{' ||
			    memmem(at, end - at, "();", 3);

		call_parse(at, end, 0, line);
		/*
		 * in the midst of columns a person has put it in; in the midst of text it is text
		 */
		if (line->kind != LINE_CALL || l->state == LAYOUT_TEXT ||
		    l->state == LAYOUT_COLUMNS) {
			line_set_unusable(line, UNUSABLE_TEXT);
			if (l->state == LAYOUT_COLUMNS && call)
				line->kind = LINE_COMMENT;
		}
	}
}

enum column_found { COLUMN_NEXT, COLUMN_FUNCTION, COLUMN_DONE };

/* A column that is words: "=>" of a switch, an interrupt's mark, a task, flags, a prefix */
static enum column_found parse_words(const char **at, const char *end, struct line *line)
{
	const char *p = *at;

	if (*p == '}' || ((end[-1] == ';' || end[-1] == '{') && !memchr(p, '|', end - p)))
		return COLUMN_FUNCTION;
	if ((*p == '=' || *p == '<') &&
	    (starts(p, end, "==========>") || starts(p, end, "<=========="))) {
		line->kind = LINE_IRQ;
		return COLUMN_DONE;
	}
	if (columns_task(at, end, line) || columns_flags(at, end))
		return COLUMN_NEXT;
	if (line->task)
		return COLUMN_FUNCTION;
	if (columns_switch(p, end, line)) {
		line->kind = LINE_SWITCH;
		return COLUMN_DONE;
	}
	if (!columns_prefix(at, end, line))
		return COLUMN_FUNCTION;
	return *at ? COLUMN_NEXT : COLUMN_DONE;
}

/* A CPU, a time or a duration; NULL: it's something else that begins with a digit */
static const char *parse_digits(const char *at, struct line *line)
{
	const char *p = at;
	int64_t n = number(&p);

	if (*p != ')')
		return parse_time(at, line, false);
	if (line->cpu >= 0 || line->task || n >= GRAPH_CPUS)
		return NULL;
	line->cpu = (int32_t)n;
	return p + 1;
}

/* Blanks where a duration would be: print_graph_duration() puts 14 */
#define MARGIN_MIN 10

/*
 * All columns of a line that isn't blank. A function without a bar before it begins
 * two blanks behind the CPU's parenthesis, one behind a time's or a task's bar.
 */
static void parse_columns(struct layout *l, const char *text, const char *end, struct line *line)
{
	const char *from = text, *at = blanks(text), *next;
	bool bar = false;

	/* whatever follows: no task is called so */
	if (starts(at, end, "//") || starts(at, end, "/*")) {
		line->kind = LINE_COMMENT;
		return;
	}
	for (;;) {
		if (*at == '|') {
			bar = true;
			line->margin = from == text && at - text >= MARGIN_MIN;
			parse_rest(at + 1, end, line);
			break;
		}
		if (digit(*at)) {
			next = parse_digits(at, line);
		} else if (is_mark(*at) && at[1] == ' ' && digit(*(next = blanks(at + 1)))) {
			next = parse_time(next, line, true);
		} else {
			next = NULL;
		}
		if (!next) {
			enum column_found found;

			next = at;
			found = at < end ? parse_words(&next, end, line) : COLUMN_FUNCTION;
			if (found == COLUMN_DONE)
				break;
			if (found == COLUMN_FUNCTION) {
				parse_other(l, at, end, from != text, line);
				line->column = (int32_t)(at - from);
				break;
			}
		}
		from = next;
		at = many_blanks(next, end);
	}
	/* "1) the first of them": a CPU alone doesn't make a graph */
	if (line->kind == LINE_UNUSABLE && line->unusable == UNUSABLE_TRUNCATED && !bar &&
	    line->time == UNKNOWN && line->duration == UNKNOWN && !line->task)
		line->unusable = UNUSABLE_TEXT;
}

static bool graph_header(const char *at, const char *end)
{
	return memmem(at, end - at, "function_graph", 14) ||
	       memmem(at, end - at, "FUNCTION CALLS", 14);
}

/* ns: of over 1 ms, as mark[] of kernel/trace/trace_output.c has it */
#define HASH_MIN 1000000

/*
 * A '#' is a header's, but for a duration that the kernel marks with it, where nothing stands
 * before it
 */
static bool header(struct layout *l, const char *at, const char *end, struct line *line)
{
	const char *p = blanks(at + 1);
	struct line timed = { .cpu = -1 };

	if (at[1] == ' ' && digit(*p) && (p = parse_time(p, &timed, true)) && *p == '|' &&
	    timed.duration >= HASH_MIN)
		return false;
	line->kind = LINE_HEADER;
	/* a person's, before a call */
	end = line_trim(at, end);
	if ((strchr(";{}", end[-1]) || (end - at > 2 && !memcmp(end - 2, "*/", 2))) &&
	    memchr(at, '|', end - at)) {
		line->kind = LINE_UNUSABLE;
		line->unusable = UNUSABLE_LAYOUT;
	}
	if (graph_header(at, end))
		l->state = LAYOUT_TRACE;
	return true;
}

/* What this line says of the next ones */
static void learn(struct layout *l, const struct line *line)
{
	bool columns = line->cpu >= 0 || line->task || line->time != UNKNOWN ||
		       line->duration != UNKNOWN || line->ticks || line->margin;

	if (line->kind == LINE_CALL && columns)
		l->state = LAYOUT_COLUMNS;
	else if (line->kind == LINE_CALL && l->state != LAYOUT_COLUMNS)
		l->state = LAYOUT_PLAIN;
	else if (line->kind == LINE_UNUSABLE && l->state == LAYOUT_START)
		l->state = LAYOUT_TEXT;
}

/* A comment may go over lines: what is text within it belongs to it */
static void continue_comment(struct layout *l, const char *at, const char *end, struct line *line)
{
	bool closed = line->kind != LINE_CALL && memmem(at, end - at, "*/", 2);

	if (line->kind == LINE_CALL)
		l->comment = false;
	else if (line->kind == LINE_COMMENT)
		l->comment = !closed && memmem(at, end - at, "/*", 2);
	else if (l->comment && line->kind == LINE_UNUSABLE && line->unusable == UNUSABLE_TEXT) {
		line->kind = LINE_COMMENT;
		l->comment = !closed;
	}
}

/*
 * What has no column of its own, behind a line without an end, was wrapped there by a mail's
 * program, or a terminal's
 */
static void continue_wrapped(struct layout *l, const char *at, struct line *line)
{
	bool columns = line->cpu >= 0 || line->task || line->time != UNKNOWN ||
		       line->duration != UNKNOWN || line->bar || line->ticks;
	bool rest = l->cut && !columns && *at != '/' &&
		    (line->kind == LINE_CALL || line->kind == LINE_COMMENT ||
		     line->kind == LINE_UNUSABLE);

	if (rest)
		line_set_unusable(line, UNUSABLE_WRAPPED);
	l->cut = line->kind == LINE_UNUSABLE && line->unusable == UNUSABLE_TRUNCATED;
}

bool line_has_call(const struct line *line)
{
	if (line->kind != LINE_CALL)
		return false;
	return line->call == CALL_RETURN || function_is_name(line->name, line->name_len);
}

void line_parse(struct layout *l, const char *text, const char *end, struct line *line)
{
	const char *at = blanks(text);

	*line = (struct line){
		.kind = LINE_UNUSABLE, .cpu = -1, .duration = UNKNOWN, .time = UNKNOWN,
		.lost = UNKNOWN,
	};
	while (end > at && end[-1] == '\r')
		end--;
	if (at == end) {
		line->kind = LINE_BLANK;
		return;
	}
	if (*at == '#' && header(l, at, end, line))
		return;
	parse_columns(l, text, end, line);
	if (line->wrapped && line->kind == LINE_UNUSABLE)
		line->unusable = UNUSABLE_NEGATIVE_TIME;
	continue_wrapped(l, at, line);
	continue_comment(l, at, end, line);
	learn(l, line);
}
