/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * callgraph: text of ftrace's function_graph tracer, read and understood. The reader takes
 * it in pieces cut anywhere and keeps what grows with functions, call paths, tasks and
 * depth, never with the length of the text. The room uses base only, opens nothing
 * and prints only to a stream that it is given.
 *
 * Times are nanoseconds; UNKNOWN is what the trace doesn't say.
 */
#ifndef CALLGRAPH_H
#define CALLGRAPH_H

#include <stdint.h>
#include <stdio.h>

#include "base/base.h"
#include "callgraph/sinks.h"

#define UNKNOWN INT64_MIN

/* *@sum plus @n; it stays at the greatest number: no sum of real times gets there */
static inline void time_add(int64_t *sum, int64_t n)
{
	if (__builtin_add_overflow(*sum, n, sum))
		*sum = INT64_MAX;
}

/* One line (parse.c, columns.c) */

enum line_kind {
	LINE_CALL,		/* a call, a return, or a leaf, which is both */
	LINE_HEADER,		/* '#', and what programs say around a trace */
	LINE_SWITCH,		/* " 0)  a-1  =>  b-2", and the dashes around it */
	LINE_LOST,		/* "CPU:0 [LOST 12 EVENTS]" */
	LINE_IRQ,		/* "==========> |" */
	LINE_COMMENT,		/* events, stack traces, what a person has put in */
	LINE_BLANK,
	LINE_UNUSABLE,
	LINE_KINDS
};

enum unusable {			/* a line is unusable */
	UNUSABLE_TEXT,		/* no line of a graph */
	UNUSABLE_TRUNCATED,	/* the end of it is missing */
	/* it is the end of the one before: a program has wrapped lines */
	UNUSABLE_WRAPPED,
	UNUSABLE_LONG,
	UNUSABLE_LIMIT,		/* too many tasks, or too deep a stack */
	UNUSABLE_LAYOUT,	/* a call, with something before it that isn't known */
	UNUSABLE_RAW,		/* trace-cmd report -R */
	UNUSABLE_REMOVED,		/* a diff's '-' */
	UNUSABLE_FUNCTION_TRACER, /* of the tracer function */
	UNUSABLE_ANDROID,		/* "graph_ent: func=": neither depth nor duration */
	UNUSABLE_NEGATIVE_TIME,	/* it took less than nothing: "18446744062074069 us" */
	UNUSABLE_KINDS
};

enum call_kind { CALL_LEAF, CALL_ENTER, CALL_RETURN };

struct line {
	enum line_kind kind;
	enum unusable unusable;		/* of an unusable one */
	enum call_kind call;
	const char *name;		/* "handle_tx [vhost_net]"; NULL: a '}' that doesn't say */
	uint32_t name_len;
	int32_t column;			/* where the name or the '}' begins, in blanks */
	/* counted from a bar: the kernel puts two blanks there for each level */
	bool bar;
	bool margin;			/* nothing but the blanks of columns is before the bar */
	/* trace-cmd's, which says of no end whose it is, unless it says so of each */
	bool event;
	bool wrapped;			/* its duration is below zero */
	/* it has a time, in a clock's ticks of unknown length */
	bool ticks;
	const char *source;		/* the file that trace-cmd has it from; NULL: not told */
	uint32_t source_len;
	int32_t cpu;			/* -1: not told */
	const char *task;		/* "vhost-1-187"; NULL: not told. Of a switch: who went */
	uint32_t task_len;
	const char *next;		/* of a switch: who came */
	uint32_t next_len;
	int64_t duration, time;		/* or UNKNOWN */
	int64_t lost;			/* of LINE_LOST: how many events, or UNKNOWN */
};

/* What the lines so far say of the next */
struct layout {
	enum {
		LAYOUT_START,		/* nothing yet */
		LAYOUT_TRACE,		/* a header of function_graph */
		LAYOUT_COLUMNS,		/* lines with columns: one without is put in by a person */
		LAYOUT_PLAIN,		/* lines without any column */
		LAYOUT_TEXT,		/* it began with something else */
	} state;
	bool comment;			/* in the middle of one */
	bool cut;			/* the line before had no end */
};

/* @end is readable, a newline or a NUL, and no part of the line */
void line_parse(struct layout *l, const char *text, const char *end, struct line *line);
/*
 * Whether a function, or a '}', is what this line is about; of names that no function has it is
 * none
 */
bool line_has_call(const struct line *line);
/* @to without the blanks before it */
const char *line_trim(const char *from, const char *to);
/* What comes before the function where it isn't a number or a bar; parse.c only */
bool columns_task(const char **at, const char *end, struct line *line);
bool columns_flags(const char **at, const char *end);
bool columns_prefix(const char **at, const char *end, struct line *line);
/* "  host.dat: vhost-1-187 [000] .N.1. 46.613158: (+3) funcgraph_entry:" (events.c) */
bool columns_event(const char **at, const char *end, struct line *line);
/* A task of at most @most letters and its pid */
bool columns_is_task(const char *from, const char *to, size_t most);
/*
 * What "host.dat: vhost-1-187", or "host.dat: CPU:0", comes from; behind it, or @at where nothing
 * is told
 */
const char *columns_source(const char *at, const char *end, struct line *line);
bool columns_switch(const char *at, const char *end, struct line *line);
const char *line_unusable_text(enum unusable reason);

/*
 * What text goes through before it is read (encoding.c): UTF-16 becomes UTF-8, whichever way round;
 * that there is a mark of either at its beginning is forgotten.
 */

#define ENCODING_PIECE 4096

struct encoding {
	enum { ENCODING_UNKNOWN, ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE } kind;
	unsigned char head[4];		/* what it is told by, until that is there */
	unsigned char half[4];		/* of a letter */
	unsigned int n_head, n_half;
};

/*
 * As much of @data as fits, in @to; how much that is, and *@used of @len. @last: no more comes
 */
size_t encoding_convert(struct encoding *e, const char *data, size_t len, bool last,
			char to[ENCODING_PIECE], size_t *used);

/* Bytes that aren't a plain trace's: tabs, colours, blanks that aren't one (clean.c) */
bool clean_needed(const char *at, size_t len);
/*
 * @text without colours, each kind of blank as one; tabs stay. @size of @to is enough for @end -
 * @text; its end
 */
char *clean_text(const char *text, const char *end, char *to);
/* Behind that part of @text of which clean_text() leaves @n bytes */
const char *clean_behind(const char *text, const char *end, size_t n);
/*
 * How many blanks and tabs aren't as a program leaves them that puts tabs of @tab columns for
 * blanks from @text on
 */
size_t clean_tab_faults(const char *text, const char *end, size_t tab);
#define TAB_COLUMNS 8	/* of a terminal */
/* Tabs become the blanks that they stand for; NULL: more than @size */
char *clean_tabs(const char *text, const char *end, size_t tab, char *to, size_t size);

/*
 * What tabs may stand for in a file: columns of eight, or four, from where the trace begins in a
 * line, or from the line's beginning, as it is seen, or with the bytes of its colours. What a
 * program would not have made of blanks isn't it (tabs.c)
 */
struct tabs {
	enum tabs_kind {
		TABS_TRACE,
		TABS_WHOLE,
		TABS_COLOURED,
		TABS_COLOURED_WHOLE,
		TABS_FOUR,
		TABS_KINDS
	} kind;
	bool wrong[TABS_KINDS];
	/* lines whose calls would have another column by it, and it may be right */
	uint64_t ambiguous[TABS_KINDS];
};

/*
 * Lines out of text that comes in pieces cut anywhere, in one of these encodings (lines.c)
 */

#define GRAPH_LINE_MAX 8192	/* bytes */

struct lines {
	/*
	 * @end is readable and no part of the line; @cleaned: it has been cleaned, and there may be
	 * tabs
	 */
	int (*line)(void *ctx, const char *text, const char *end, bool cleaned);
	/* The beginning of a line that is too long */
	int (*long_line)(void *ctx, const char *text, size_t len);
	void *ctx;
	const char *raw, *raw_end;	/* the line as it was, within line() */
	struct encoding encoding;
	char carry[GRAPH_LINE_MAX + 1];	/* a line that isn't whole yet */
	size_t n_carried;
	bool too_long;			/* the rest of it is thrown away */
	char clean[GRAPH_LINE_MAX + 1];
};

/* What line() returns, when it isn't 0 */
int lines_add(struct lines *t, const char *data, size_t len);
/* A line that was kept, as it was */
int lines_repeat(struct lines *t, const char *raw, const char *raw_end);
/* A file ends: what was its last line, and the next one may be of another encoding */
int lines_end(struct lines *t);

/*
 * What mail, grep, cat -n, a kernel's log and others put before lines (disguise.c). What a file
 * has is tried line by line until one of it can be read, and tried first from then on.
 */

enum disguise_kind {
	DISGUISE_NONE,
	DISGUISE_QUOTE,
	DISGUISE_LOG,
	DISGUISE_DIFF,
	DISGUISE_NUMBER,
	DISGUISE_LIST,
	DISGUISE_PAREN,
	DISGUISE_FILE,
	DISGUISE_KINDS
};

struct disguise {
	/* the outer one, and what may be within it: a log's line in a mail */
	enum disguise_kind kind[2];
	bool tight;			/* no blank is put behind a '>' */
	bool diff;			/* a diff's headers were seen: '-' is what was removed */
	bool minus, plus;		/* lines of such lists were read */
	uint64_t number;		/* the last line's; 0: none */
	bool gap;			/* a line's number is not the next one */
	bool removed;			/* it is a diff's '-' */
};

/* Behind what stands before a line; NULL: it isn't of that kind */
const char *disguise_strip(struct disguise *d, enum disguise_kind kind, const char *at,
			   const char *end);
/* What it looks like when files are compared: "@@ -1 +1 @@" */
void disguise_see_diff(struct disguise *d, const char *at, const char *end);
const char *disguise_text(enum disguise_kind kind);

/* The first lines behind "1) ", "2) ": a list's, or of CPUs (list.c) */

/* so many CPUs in turn, with one line each, are those of no trace that people send */
#define LISTED_MIN 3
#define LISTED_MAX 8

struct listed {
	bool known;			/* which of them */
	bool quoted;
	unsigned int n;
	size_t ends[LISTED_MAX + 1];	/* of lines in @text, behind their newlines */
	int64_t number;			/* the last one's */
	char text[2 * (GRAPH_LINE_MAX + 1)];
};

enum listed_found {
	LISTED_NOTHING,			/* no such line, and none is kept */
	LISTED_KEPT,			/* it is, until the next */
	LISTED_LIST, LISTED_CPUS,	/* those that are kept, with this one */
};

/* @text is @raw, cleaned */
enum listed_found listed_add(struct listed *l, const char *raw, const char *raw_end,
			     const char *text, const char *end);
/* No more lines come */
enum listed_found listed_end(const struct listed *l);

/*
 * A distribution of durations, of bounded size (histogram.c): 32 steps in each power of
 * two, so what it says of a percentile is at most 1/64 off. Least and most are exact
 * and kept elsewhere.
 */

#define HISTOGRAM_STEPS 32
#define HISTOGRAM_ERROR 0.016		/* of a percentile, at most */

/* Where all of them keep their counts: a piece for a power of two that occurs */
struct histogram_pieces {
	uint32_t (*v)[HISTOGRAM_STEPS];
	size_t n, size;			/* the first is not used */
};

struct histogram {
	uint16_t powers[60];		/* their pieces, 0: none */
};

/* false: no room, or no memory for more */
bool histogram_add(struct histogram *h, uint64_t value, struct histogram_pieces *p);
/* The value below which @share of them are, or UNKNOWN */
int64_t histogram_percentile(const struct histogram *h, const struct histogram_pieces *p,
			     double share);

/* Functions (functions.c) */

struct function {
	const char *name;
	uint32_t name_len, hash;
	uint64_t calls;			/* seen to begin, or to end without a beginning */
	uint64_t timed;			/* those whose duration is known */
	uint64_t unfinished;		/* those that were not seen to end */
	uint64_t without_entry;		/* those that were not seen to begin */
	uint64_t selfed;		/* those whose own time is known */
	int64_t total, self, min, max;	/* of timed, selfed */
	bool wanted;			/* one of those that are asked for */
	bool sampled;			/* @spread holds not all: there was no room */
	struct histogram spread;
};

struct functions {
	struct function **v;		/* in the order in which they were seen */
	struct function **table;
	size_t n, size;			/* size: of table, a power of two */
	struct histogram_pieces pieces;
	const char *only;		/* a glob that makes them wanted, or NULL */
};

/* NULL: no name of a function, or no memory, then *@ret is -ENOMEM */
struct function *functions_find(struct functions *f, const char *name, size_t len, int *ret);
/* What the kernel could call a function */
bool function_is_name(const char *name, size_t len);
void functions_free(struct functions *f);
/* "vhost_net" of "handle_tx [vhost_net]"; NULL: of the kernel itself */
const char *function_module(const struct function *f, size_t *len);

/* The merged call tree (tree.c) */

struct node {
	struct function *function;	/* NULL: the root */
	struct node *parent, *first, *last, *next;
	struct node *cursor;		/* the child that was called last */
	struct node *chain;		/* in the tree's table */
	uint64_t calls;
	uint64_t timed;			/* of them and, after graph_end(), of all below */
	uint64_t selfed;
	/* of those whose own time is known; after graph_end() calls, if no duration is known */
	int64_t self;
	/* in the others, and not in callees that are known: whose it is isn't */
	int64_t rest;
	int64_t total;			/* after graph_end(): all of these and of all below */
};

struct tree {
	struct node root;
	struct node **table;
	size_t n, size, max;
	/* calls that there was no node for: they are in their caller's */
	uint64_t folded;
	uint64_t outside;		/* calls that are in the table of functions and not here */
	unsigned int note;		/* its place in notes */
};

/* The same, without a look at the one that was called last and the one after it */
struct node *tree_find(struct tree *t, struct node *parent, struct function *f);

/* The child of @parent that stands for calls of @f; NULL: no memory or no room */
static inline struct node *tree_child(struct tree *t, struct node *parent, struct function *f)
{
	struct node *n = parent->cursor;

	if (n && n->function == f)
		return n;
	n = n ? n->next : NULL;
	if (!n || n->function != f)
		n = tree_find(t, parent, f);
	parent->cursor = n;
	return n;
}

void tree_free(struct tree *t);
/*
 * Totals are summed up; children get into order: by total, most first, where no time is known by
 * calls
 */
int tree_sort(struct tree *t);
/* After @n in a walk of @top that goes to callees first; NULL: that was the last */
struct node *tree_next(const struct node *top, struct node *n);

/* The slowest calls, each with what it called (slowest.c) */

#define RECORD_MAX 1024		/* calls below one that are kept: the long ones */

struct record_call {
	struct function *function;
	uint32_t level;			/* 0: the call itself */
	bool open;			/* it has not ended yet */
	int64_t duration;
};

/* What a task has called since its outermost call began */
struct record {
	struct record_call *v;
	uint32_t n, size;
	uint32_t depth;			/* of the task, where it began */
	uint64_t omitted;
	uint64_t line;			/* where it began */
	int64_t time;
	int cpu;
};

struct slow_call {
	struct record record;
	char *task;
	int64_t duration;
};

struct slowest {
	struct slow_call *v;		/* slowest first, after graph_end() */
	size_t n, max;
	struct record_call *spare[8];	/* of records that ended, for those that begin */
	size_t n_spare;
	size_t room;			/* bytes that records may still grow by */
	unsigned int note;		/* its place in notes */
};

/* How much in which part of the time (timeline.c) */

#define TIMELINE_SLOTS 64

struct timeline_slot {
	uint64_t calls, outermost, ended;
	int64_t duration;		/* of the outermost ones that ended in it */
};

struct timeline {
	int64_t start, width;		/* of the first slot; 0: nothing was added */
	struct timeline_slot slots[TIMELINE_SLOTS];
};

void timeline_add(struct timeline *r, int64_t time, const struct timeline_slot *what);
/* Slots up to the last that holds something */
size_t timeline_used(const struct timeline *r);

/* Tasks: who called what, and is in which function (tasks.c) */

struct frame {
	struct function *function;
	int64_t inner;			/* time of what it has called and is over */
	int32_t column;
	bool counted;			/* it is asked for, or within what is: sinks know it */
	bool self_unknown;		/* it has called what isn't known */
	/* its end has begun: what stands in its column since isn't called by it */
	bool returning;
	union call_note notes[CALL_NOTES_MAX];
};

struct task {
	int pid;			/* -1: not told */
	int cpu;			/* of an idle task, or one whose pid isn't told; else -1 */
	unsigned int source;		/* which of graph.sources */
	char name[32];			/* "vhost-1-187", "" for not told */
	uint32_t name_len;
	struct frame *frames;
	uint32_t depth, size;
	/* the first of them: they were open when events were lost */
	uint32_t stale_from;
	int last_cpu;
	uint64_t last_line;		/* number of the last line of it */
	uint64_t lost_marks;		/* graph.lost_marks at that line */
	uint64_t open_since;		/* number of the line where the outermost open call began */
	int32_t shown_column;		/* of the last outermost call in the tree; -1: none */
	uint64_t calls, outermost;
	uint64_t ended;			/* of the outermost ones */
	int64_t busy;			/* in those */
	bool left_out;			/* not asked for */
	union call_note notes[CALL_NOTES_MAX];
	struct task *chain;
};

struct tasks {
	struct task **v;
	struct task **table;
	size_t n, size;
};

/* With a pid of -1 or 0, the one of @cpu. NULL: no memory, then *@ret is -ENOMEM, or too many */
struct task *tasks_find(struct tasks *t, unsigned int source, int pid, int cpu, int *ret);
/* A task whose pid was unknown is @pid; false: there is a task of that pid already */
bool tasks_adopt(struct tasks *t, struct task *task, int pid);
/*
 * @task, whose pid was unknown, is @known: that one gets all of it, and @task is freed. What @task
 * has open goes on, if it began after the last line of @known, and @known has nothing open; false:
 * it has, or it began before, so that it may have ended elsewhere
 */
bool tasks_merge(struct tasks *t, struct task *task, struct task *known);
/* "comm-pid" apart; false: it is none */
bool task_split(const char *text, size_t len, int *pid, size_t *comm_len);
void task_rename(struct task *t, const char *text, size_t len);
void tasks_free(struct tasks *t);

struct graph;
struct returns_only;

/*
 * Calls that were only seen to end, as with a threshold, made a tree of (returns-only.c): those of
 * a task that await their caller's end
 */

/* Of @f, at @column: what has ended further in becomes its own */
int returns_only_return(struct tree *tree, struct returns_only **all, struct function *f,
			int32_t column, int64_t duration);
/* Events were lost: what awaits its caller won't find it any more. -ENOMEM */
int returns_only_settle(struct tree *tree, struct returns_only **all);
/* Both of them: what is in @from won't find its caller any more */
struct returns_only *returns_only_join(struct returns_only *to, struct returns_only *from);
/* No more comes: what awaits its caller is put at the root, and counted for @t */
void returns_only_flush(struct graph *g, struct tree *tree, struct task *t,
			struct returns_only *all);
/* They are no part of the tree */
void returns_only_drop(struct tree *tree, struct returns_only *all);
void returns_only_free(struct returns_only *all);

/* A CPU */
struct graph_cpu {
	bool seen;
	uint64_t calls, outermost, ended;
	int64_t busy;
	int64_t lost;			/* events; UNKNOWN: some, it isn't told how many */
	uint64_t lost_mark;		/* graph.lost_marks at the last of them */
	struct task *task;		/* who runs: the last one told of */
};

#define GRAPH_CPUS 8192		/* a CPU's number is below */
#define GRAPH_SOURCES 16

/* A file that trace-cmd has put together with others: it has CPUs and tasks of its own */
struct graph_source {
	char name[64];			/* "": what isn't told */
	struct graph_cpu *cpus;		/* [0]: not told; [1 + n]: CPU n */
	size_t n_cpus;
};

/* What is to be read of a trace */
struct graph_options {
	const char *function;		/* globs; NULL: all */
	const char *task;
	int64_t cpu;			/* -1: all */
	int64_t slowest;		/* how many */
};

#define GRAPH_SAMPLE 80

struct graph {
	struct graph_options options;
	struct layout layout;
	struct functions functions;
	struct tasks tasks;
	struct call_sinks sinks;
	struct graph_source sources[GRAPH_SOURCES];
	unsigned int n_sources;
	/* whose events were lost: trace-cmd doesn't tell it of the next line */
	unsigned int after_lost;
	struct lines input;
	struct disguise disguise;
	struct listed listed;
	/* a line without tabs: as it is taken, and in another way */
	char straight[2][GRAPH_LINE_MAX + 1];
	struct tabs tabs;

	uint64_t bytes, lines;		/* whose sum is: */
	uint64_t kinds[LINE_KINDS];
	uint64_t unusable[UNUSABLE_KINDS];
	uint64_t unusable_line[UNUSABLE_KINDS];	/* the first of them */
	char unusable_text[UNUSABLE_KINDS][GRAPH_SAMPLE];
	/* lines with something before them that isn't the trace's */
	uint64_t disguised[DISGUISE_KINDS];
	uint64_t gaps;			/* places where numbers of lines are missing */
	uint64_t shifted;		/* calls in a column where the kernel has none */
	bool collapsed;			/* this trace's header has single blanks: so have columns */
	bool ticks;			/* times of a clock that has no unit */
	bool both;			/* '-' and '+' before lines, and no diff's headers */
	uint64_t left_out;		/* lines of LINE_CALL that were not asked for */
	uint64_t lost_marks;
	int64_t lost;			/* events */
	uint64_t unfinished;		/* calls that were not seen to end */
	uint64_t unnamed_returns;	/* of unknown calls */
	bool returns_only;		/* some of the outermost calls were only seen to end */
	/* there are beginnings in this part of the trace, not ends alone */
	bool begins;
	uint64_t outermost;		/* calls whose caller isn't in the trace */
	uint64_t ended;			/* of them */
	int64_t busy;			/* in those that ended */
	int64_t first, last;		/* times, or UNKNOWN */
	bool durations;			/* there was one */
	int32_t min_column, max_column;
	/* of a line with a bar in this part of the trace; -1: none yet */
	int32_t first_column;
};

/* Reading (read.c) */

/* -ENOMEM */
int graph_init(struct graph *g, const struct graph_options *options);
/* The next piece of the text, cut anywhere. -ENOMEM */
int graph_add(struct graph *g, const char *data, size_t len);
/* A file ends: the next one may be laid out differently */
int graph_file_end(struct graph *g);
/* All has been read */
int graph_end(struct graph *g);
void graph_free(struct graph *g);

/* What sinks have made of it, until graph_free() */
struct tree *graph_tree(const struct graph *g);
const struct slowest *graph_slowest(const struct graph *g);
const struct timeline *graph_timeline(const struct graph *g);

/* Whose it is (attribution.c) */

/* Where the line is from; GRAPH_SOURCES: there is no room for more */
unsigned int graph_source_of(struct graph *g, const struct line *line);
/* What was taken for a source is what stands before all lines */
void graph_source_forget(struct graph *g, const char *name, size_t len);
/* The CPU's, -1 where it isn't told; NULL: no memory */
struct graph_cpu *graph_cpu_of(struct graph *g, unsigned int source, int cpu);
/*
 * The line's task; where it tells none, the one that runs on its CPU as far as is known. NULL as of
 * tasks_find()
 */
struct task *graph_task_of(struct graph *g, unsigned int source, struct graph_cpu *c,
			   const struct line *line, int *ret);
/* From one task to another: until the next one, what the CPU does is the other's */
int graph_switch(struct graph *g, const struct line *line);

/* Who and where a line is about */
struct graph_at {
	struct graph *g;
	struct task *task;
	struct graph_cpu *cpu;
	const struct line *line;
};

/* A task goes into a function, or comes out (nesting.c). @f: NULL of a return. -ENOMEM */
int nesting_call(const struct graph_at *at, struct function *f, struct line *line);
/* It is in none any more */
int nesting_close(const struct graph_at *at);
/* The innermost call, as far as it is sure that the task is in it; NULL: none */
struct frame *nesting_top(struct task *t);

/* A line with tabs, behind what was put before it; @whole is all of it (tabs.c) */
void tabs_parse(struct graph *g, struct layout *l, const char *whole, const char *text,
		const char *end, struct line *line);
/* What was in doubt stays so: it is as good as out of its column */
void tabs_end(struct graph *g);

/* What a line does (take.c) */
int graph_take(struct graph *g, struct line *line);
/* No task is in a function any more */
int graph_close_all(struct graph *g);
/* Lines are missing, or can't be used: what is open may have called more */
int graph_self_unknown(struct graph *g, const struct line *line);
int graph_gap(struct graph *g);

/* What is made of it */

enum function_sort { BY_SELF, BY_TOTAL, BY_CALLS, BY_AVERAGE, BY_MAX, BY_NAME };
/* Those that were called, sorted (sort.c); the caller frees *@v, not what it points to */
int graph_functions(const struct graph *g, enum function_sort sort, struct function ***v,
		    size_t *n);

/* A function in two traces (diff.c) */
struct change {
	const struct function *a, *b;	/* NULL: not in that trace */
	double average;			/* b's - a's; 0 unless both have one */
	double weight;			/* what that makes in b's calls: by which they are sorted */
};

/* Most slowed down first, most sped up last; the caller frees *@v */
int graph_diff(const struct graph *a, const struct graph *b, struct change **v, size_t *n);

/*
 * "caller;callee NANOSECONDS" lines, as flame graphs are made of (folded.c); calls where no time is
 * known
 */
int graph_folded(const struct graph *g, FILE *f);
/* A self-contained SVG (flamegraph.c) */
int graph_flamegraph(const struct graph *g, const char *title, FILE *f);

#endif
