// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What 'trace-cmd report' puts before a call, by its options and by what people cut off:
 *
 *	  host.dat:   vhost-1-187 ( 4242) [001] .N.1.   46.613158: (+3)     funcgraph_entry:
 *	source        task       (group)   CPU  flags   time       since the last one
 *
 * As in trace_show_data() of its tracecmd/trace-read.c; -l writes the flags to the CPU, "1.N.1.", a
 * clock that doesn't count nanoseconds has times without a point. It is read from its end: there is
 * nothing that may not be missing.
 */
#include "callgraph/columns.h"
#include "callgraph/tasks.h"

#define SECONDS_MAX (INT64_MAX / 1000000000 / 4)
#define COMM_MAX 15		/* a task's name, but for its end */
#define COMM_WIDTH 16		/* as it is padded */

static bool digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

static const char flags[] = ".0123456789abcdefABDFGHLNSXZghlnpsz#";

/*
 * Where "...1.1667470793999:" has its time: of so many digits that no blank is before it, and
 * without a point; NULL: nowhere
 */
static const char *time_behind_flags(const char *at, const char *end)
{
	const char *p = end - 1, *word;

	while (p > at && digit(p[-1]))
		p--;
	for (word = p; word > at && word[-1] != ' ' && word[-1] != ']'; word--)
		if (!memchr(flags, word[-1], sizeof(flags) - 1))
			return NULL;
	return p - word >= 3 && p - word <= 6 && end - 1 - p >= 9 ? p : NULL;
}

/* "46.613158:", "46.613158123:", "1667470793999:"; what is before it, NULL: it is none */
static const char *time_before(const char *at, const char *end, struct line *line)
{
	const char *p = end - 1, *point = NULL;
	int64_t whole = 0, part = 0;
	int n = 0;

	if (end == at || *p != ':')
		return NULL;
	while (p > at && (digit(p[-1]) || (p[-1] == '.' && !point)))
		point = *--p == '.' ? p : point;
	if (p < end - 1 && p > at && p[-1] != ' ' && p[-1] != ']' && p[-1] != '\t') {
		p = time_behind_flags(at, end);
		point = NULL;
	}
	if (!p || p == end - 1 || point == p)
		return NULL;
	for (const char *d = p; d < (point ? point : end - 1); d++)
		whole = whole < INT64_MAX / 100 ? whole * 10 + (*d - '0') : whole;
	for (const char *d = point ? point + 1 : end; d < end - 1 && n < 9; d++, n++)
		part = part * 10 + (*d - '0');
	for (; n < 9; n++)
		part *= 10;
	if (!point)
		line->ticks = true;
	else if (whole <= SECONDS_MAX)
		line->time = whole * 1000000000 + part;
	else
		return NULL;
	return line_trim(at, p);
}

/* " (+3)" of --ts-diff */
static const char *difference_before(const char *at, const char *end)
{
	const char *p;

	if (end == at || end[-1] != ')')
		return end;
	for (p = end - 1; p > at && digit(p[-1]); p--)
		;
	return p < end - 1 && p - at >= 2 && p[-1] == '+' && p[-2] == '(' ? line_trim(at, p - 2) :
									    end;
}

/* "[001]", or of -l "  1.N.1."; "bN.1." may stand between it and its end */
static const char *cpu_before(const char *at, const char *end, struct line *line)
{
	const char *word = end, *p;
	int64_t n = 0;

	while (word > at && word[-1] != ' ' && word[-1] != ']')
		word--;
	for (p = word; p < end && digit(*p); p++)
		n = n < GRAPH_CPUS ? n * 10 + (*p - '0') : n;
	for (const char *f = p; f < end; f++)
		if (!memchr(flags, *f, sizeof(flags) - 1))
			return end;
	/* "vhost-1-187     1" */
	if (word < end && p == end && n < GRAPH_CPUS &&
	    columns_is_task(at + strspn(at, " "), line_trim(at, word), COMM_MAX)) {
		line->cpu = (int32_t)n;
		return line_trim(at, word);
	}
	/* no flags: what is before a time that begins at once */
	if (word < end && (end - p < 3 || end - p > 6))
		return end;
	if (p > word && end - p >= 3 && n < GRAPH_CPUS) {
		line->cpu = (int32_t)n;
		return line_trim(at, word);
	}
	/* flags, or nothing, and a CPU before them */
	end = line_trim(at, word);
	if (end == at || end[-1] != ']')
		return end;
	for (p = end - 1, n = 0; p > at && digit(p[-1]); p--)
		;
	if (p == end - 1 || p == at || p[-1] != '[')
		return end;
	for (const char *d = p; d < end - 1; d++)
		n = n < GRAPH_CPUS ? n * 10 + (*d - '0') : n;
	if (n >= GRAPH_CPUS)
		return end;
	line->cpu = (int32_t)n;
	return line_trim(at, p - 1);
}

const char *columns_source(const char *at, const char *end, struct line *line)
{
	const char *from = at, *to, *number, *dash;

	while (from < end && *from == ' ')
		from++;
	for (to = from; to < end && *to != ' ' && to - from < 256; to++)
		;
	if (to == end || to - from < 2 || to[-1] != ':')
		return at;
	/* "12:" and "trace.txt:12:" are grep's */
	for (number = to - 1; number > from && digit(number[-1]); number--)
		;
	if (number < to - 1 && (number == from || number[-1] == ':'))
		return at;
	/* and "trace.txt:", behind which the padded name follows at once */
	dash = memrchr(to, '-', end - to);
	if (dash && dash - to == COMM_WIDTH)
		return at;
	line->source = from;
	line->source_len = to - 1 - from;
	return to + 1;
}

/* All that is left: "vhost-1-187", "vhost-1-187 ( 4242)", with a source before it, or nothing */
static bool task_in(const char *at, const char *end, struct line *line)
{
	const char *paren = end > at && end[-1] == ')' ? memrchr(at, '(', end - at) : NULL,
		   *task = at, *rest;

	if (paren)
		end = line_trim(at, paren);
	/* a name is padded: what is wider has a source before it */
	rest = columns_source(at, end, line);
	if (rest != at && (!columns_is_task(at, end, COMM_MAX) || line->source_len > COMM_MAX ||
			   (line->source_len > 4 && !memcmp(line->source + line->source_len - 4,
			   ".dat", 4))))
		task = rest;
	else
		line->source = NULL;
	while (task < end && *task == ' ')
		task++;
	if (task == end)
		return true;
	if (!columns_is_task(task, end, COMM_MAX))
		return false;
	line->task = task;
	line->task_len = end - task;
	return true;
}

static const char *event_in(const char *at, const char *end, const char **behind)
{
	static const char *const names[] = { "funcgraph_entry:", "funcgraph_exit:",
					     "fgraph_retaddr_entry:" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		size_t len = strlen(names[i]);
		const char *found = memmem(at, end - at, names[i], len);

		if (found && (found == at || found[-1] == ' ')) {
			*behind = found + len;
			return found;
		}
	}
	return NULL;
}

bool columns_event(const char **at, const char *end, struct line *line)
{
	const char *behind, *from = *at, *to = event_in(from, end, &behind), *time;
	enum unusable reason = UNUSABLE_LAYOUT;

	if (!to)
		return false;
	*at = behind;
	line->event = true;
	to = difference_before(from, line_trim(from, to));
	time = time_before(from, to, line);
	if (time)
		to = cpu_before(from, time, line);
	if (!memchr(behind, '|', end - behind) && memmem(behind, end - behind, "func=", 5))
		reason = UNUSABLE_RAW;
	else if (task_in(from, to, line))
		return true;
	*line = (struct line){
		.kind = LINE_UNUSABLE, .unusable = reason, .cpu = -1, .duration = UNKNOWN,
		.time = UNKNOWN, .lost = UNKNOWN,
	};
	*at = NULL;
	return true;
}
