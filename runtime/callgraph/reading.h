/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How text becomes lines of a trace: what is done to bytes and lines before one is parsed */
#ifndef CALLGRAPH_READING_H
#define CALLGRAPH_READING_H

#include "callgraph/line.h"

struct graph;

/*
 * What text goes through before it is read (encoding.c): UTF-16 becomes UTF-8, whichever way round;
 * that there is a mark of either at its beginning is forgotten.
 */

#define ENCODING_PIECE 4096

struct encoding {
	enum { ENCODING_UNKNOWN, ENCODING_BYTES, ENCODING_UTF16_LE, ENCODING_UTF16_BE } kind;
	unsigned char head[4];		/* its first bytes, until they are enough */
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
/* Tabs become blanks; NULL: more than @size */
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

/* Behind what is before a line; NULL: it isn't of that kind */
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

/* What is known of a file so far */
struct reading {
	struct layout layout;
	struct lines input;
	struct disguise disguise;
	struct listed listed;
	/* a line without tabs: as it is taken, and in another way */
	char straight[2][GRAPH_LINE_MAX + 1];
	struct tabs tabs;
};

/* A line with tabs, behind what was put before it; @whole is all of it (tabs.c) */
void tabs_parse(struct graph *g, struct layout *l, const char *whole, const char *text,
		const char *end, struct line *line);
/* What was in doubt stays so: it is as good as out of its column */
void tabs_end(struct graph *g);

#endif
