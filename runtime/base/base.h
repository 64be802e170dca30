/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * base: what every room may use and what uses no room: messages and hints,
 * strings, cleanup guards, running children, manual pages. Functions return -errno on
 * failure and never exit; only the msg_*() functions print, and only to
 * standard error.
 */
#ifndef BASE_H
#define BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Guards: the value is released when the variable goes out of scope. */
#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define FREE CLEANUP(base_freep)
#define CLOSE CLEANUP(base_closep)

static inline void base_freep(void *p)
{
	free(*(void **)p);
}

static inline void base_closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Messages (msg.c): each is one write, so that lines of two programs don't mix. */
extern const char *msg_program;	/* prefix of every message */
extern bool msg_verbose;	/* whether msg_debug() prints: -v */

/* "PROGRAM: WHAT" */
void msg_error(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT: strerror"; @err is an errno, of either sign */
void msg_errno(int err, const char *fmt, ...) PRINTF(2, 3);
/* "PROGRAM: warning: WHAT" */
void msg_warn(const char *fmt, ...) PRINTF(1, 2);
/* "  hint: WHAT": what to try next, after an error */
void msg_hint(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT": how far it is, not that something is wrong */
void msg_note(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT", only with -v */
void msg_debug(const char *fmt, ...) PRINTF(1, 2);

/*
 * The gate (gate.c): what we print on standard output and into files goes through one, and
 * control characters and broken UTF-8 come out as \xHH, whoever has called itself so. A
 * newline and a tab stay. Messages have theirs in msg.c.
 */

/* From now on stdout is one. -errno */
int gate_standard(void);
/* The last of it is written. -errno, and so it is if anything before couldn't be */
int gate_end(void);
/* A stream to @fd, which fclose() closes; NULL with errno set */
FILE *gate_open(int fd);
/* Escape sequences of our own, such as colours, fit to be printed; valid until the 8th call after it */
const char *gate_sign(const char *sequences);

/* Strings (str.c) */

/* A printed string of its own, or NULL when there is no memory */
char *str_printf(const char *fmt, ...) PRINTF(1, 2);
/*
 * @s made fit for a terminal: control characters and broken UTF-8 as \xHH, a
 * newline as \n. A tab stays. The caller frees it; NULL when there is no memory.
 */
char *str_escape(const char *s, size_t len);
/* Bytes of the UTF-8 character at @s, 0: it is none, or none that a terminal should get. @len is at least 1 */
size_t str_utf8(const unsigned char *s, size_t len);
/* Whether more bytes could make one of it */
bool str_utf8_begins(const unsigned char *s, size_t len);
/* @s as one word of a POSIX shell; unquoted where it needs no quotes */
char *str_shell_quote(const char *s);
/* @s with each @from replaced by @to */
char *str_replace(const char *s, const char *from, const char *to);
/* how many letters to change, add, drop or swap to turn @a into @b */
unsigned int str_distance(const char *a, const char *b);
bool str_ends_with(const char *s, const char *end);

/*
 * A growing list of strings of its own, NULL-terminated once it holds any.
 * A list that ran out of memory says so by @broken, so that a caller who adds
 * twenty strings checks once.
 */
struct strv {
	char **v;
	size_t n;
	bool broken;
};
#define STRV_CLEAN CLEANUP(strv_free)

void strv_add(struct strv *s, const char *text);
void strv_addf(struct strv *s, const char *fmt, ...) PRINTF(2, 3);
void strv_add_all(struct strv *s, const struct strv *from);
/* "a, b, c" for @between ", "; "" for none, NULL without memory */
char *strv_join(const struct strv *s, const char *between);
bool strv_has(const struct strv *s, const char *text);
void strv_sort(struct strv *s);
/* the member that @word most looks like, or NULL when it looks like none */
const char *strv_nearest(const struct strv *s, const char *word);
void strv_free(struct strv *s);

/* Versions (version.c): of SystemTap and of kernels, "6.12.107+deb13-amd64" */

struct version {
	unsigned int major, minor, patch;
};

bool version_parse(const char *s, struct version *v);
/* < 0, 0, > 0 */
int version_cmp(const struct version *a, const struct version *b);
static inline bool version_is_set(const struct version *v)
{
	return v->major || v->minor || v->patch;
}
/* Of kernels: 6.1.5 and 6.1.190 are of one */
static inline bool version_same_branch(const struct version *a, const struct version *b)
{
	return a->major == b->major && a->minor == b->minor;
}
/* Above all of @v's branch, and not above any that follows it: 6.2 after 6.1.190 */
static inline struct version version_next_branch(const struct version *v)
{
	return (struct version){ v->major, v->minor + 1, 0 };
}
/* From @from on, before @below: half open. A @below of 0.0.0 is no end. */
struct version_range {
	struct version from, below;
};

static inline bool version_in(const struct version *v, const struct version_range *r)
{
	return version_cmp(v, &r->from) >= 0 &&
	       (!version_is_set(&r->below) || version_cmp(v, &r->below) < 0);
}

#define VERSION_TEXT 40
/* "5.1", "6.12.107", "?" when it isn't set; in @text */
const char *version_text(const struct version *v, char text[VERSION_TEXT]);
/* "6.11 and later, 6.1.103 to before 6.2"; "" for none, NULL without memory */
char *version_ranges_text(const struct version_range *r, size_t n);

/*
 * Records (record.c): "KIND key=value key=value …", a line. What guests and
 * scripts print.
 */
bool record_is(const char *line, const char *kind);
/* Not NUL-terminated; NULL when the key isn't there */
const char *record_value(const char *line, const char *key, size_t *len);
bool record_says(const char *line, const char *key, const char *value);
/* false for '?' and whatever else is no number */
bool record_number(const char *line, const char *key, long long *number);

/*
 * Progress (progress.c): one line at the bottom of the terminal, for what takes
 * over 2 s. Without a terminal there is none, with -v a message now and then.
 */

/* @what is being done: "downloading the debuginfo of vhost" */
void progress_start(const char *what);
/* Bytes; @total 0: not known, and the time it takes is all that is shown. Call it often. */
void progress_update(long long done, long long total);
/* Clears the line; progress_start() can follow */
void progress_end(void);
/* For what prints meanwhile: takes the line away, the next update puts it back */
void progress_hide(void);

/* Files (file.c) */

/*
 * The first thing of main(): descriptors 0 to 2 that the caller has closed become /dev/null.
 * Else the next file or socket would be one of them, and what is redirected or printed
 * meets it.
 */
int file_open_standard(void);
/* Closes all descriptors from 3 on but @keep, which is small */
void file_close_others(const int *keep, size_t n);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/*
 * A file descriptor to read from, of a regular file: a FIFO in its place would
 * hang us, a device may do anything. -EISDIR, -EINVAL: it is something else.
 */
int file_open(const char *path);
/* The same as a stream; NULL with errno set */
FILE *file_stream(const char *path);
/* The whole file, NUL-terminated, at most @max bytes; the caller frees *@buf */
int file_read(const char *path, size_t max, char **buf, size_t *len);
/* Whether a line of the file holds @text: 1, 0, or -errno */
int file_has_text(const char *path, const char *text);
/* mkdir -p; directories that it makes are the user's own, mode 0700 */
int file_mkdir_p(const char *path);
/* Opens @path to write a new content, which no other user may read: 0600. A descriptor, or -errno */
int file_create_private(const char *path);
/* A new file, or another content for an old one; not a trace of it when it fails */
int file_write(const char *path, const void *data, size_t len);
int file_copy(const char *from, const char *to);
/* rm -r, links are not followed; what isn't there is no mistake */
int file_remove_tree(const char *path);
/* Names in a directory, sorted, without those that begin with a dot */
int file_list(const char *dir, struct strv *names);

/* Tasks (task.c) */

/* Whether task @id of @proc, a /proc, is one of the kernel's own */
bool task_is_kernels(const char *proc, const char *id);

/* Whether others can change a file (trust.c) */

/*
 * 0: root and we alone can change what @path names, and with sudo its caller: the file,
 * each directory and each link on the way to it. -EPERM: others can, *@why says where.
 */
int trust_path(const char *path, char **why);

/* Descriptors from @from to @to, those that are open, are closed (fds.c) */
void fds_close(unsigned int from, unsigned int to);
/* The same without close_range(2), for kernels before 5.9 */
void fds_close_one_by_one(unsigned int from, unsigned int to);

/* SHA-256 (hash.c, which alone knows libmd) */

#define HASH_TEXT 65
struct hash;

/* NULL: no memory, and the calls below do nothing */
struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t len);
/* with its end, so that "a" "bc" and "ab" "c" are two things */
void hash_add_str(struct hash *h, const char *s);
/* Frees @h. -ENOMEM when it was NULL */
int hash_end(struct hash *h, char text[HASH_TEXT]);
int hash_file(const char *path, char text[HASH_TEXT]);
bool hash_text_ok(const char *text);

/*
 * The guard (guard.c): a process that outlives us. When we end without
 * guard_end(), by SIGKILL say, it ends the child that it was told of last,
 * calls clean(ctx, its pid or 0) and is gone, all within 5 s. It holds none of our
 * descriptors but those in @keep: a reader of a pipe doesn't wait for it.
 */
struct guard {
	int fd;		/* -1: none runs */
};

struct guard_duty {
	void (*clean)(void *ctx, pid_t child);
	void (*errand)(void *ctx);	/* for guard_errand(), or NULL */
	void *ctx;			/* as it was when the guard was started */
};

int guard_start(struct guard *g, const struct guard_duty *duty, const int *keep, size_t n);
/*
 * Has the guard run its errand, before it cleans whatever happens to us, and waits for that. For what must
 * not be interrupted by our death. Without a guard, or if that is killed, nothing is done
 */
void guard_errand(const struct guard *g);
/* From now on, the process group @group is the one to end; 0: it has ended */
void guard_watch(const struct guard *g, pid_t group);
void guard_end(struct guard *g);

/*
 * Undo (journal.c, journal-parse.c): a journal of the settings that we change in a directory of them, such
 * as tracefs. What was there is noted before it is changed. Whoever ends well puts it back; for
 * who was killed the guard does it, and else the next command. A journal is locked by its
 * owner and by his guard.
 */

enum undo_kind {
	UNDO_SET,	/* the file's value was this */
	UNDO_CLEAR,	/* it was empty: a file that takes one more with each write, until it is truncated */
	UNDO_APPEND,	/* this has to be written so that what was added is gone */
	UNDO_REMOVE,	/* a directory that was not there */
};

struct undo_step {
	enum undo_kind kind;
	char *path;	/* within the directory of settings */
	char *value;	/* NULL where there is none */
};

struct undo_steps {
	char *settings;	/* the directory, NULL: it isn't told */
	struct undo_step *v;	/* in the order in which they were noted */
	size_t n;
};

/* A journal's text: what is cut off, or isn't a step, is left out. -ENOMEM */
int undo_parse(const char *text, size_t len, struct undo_steps *s);
/* The journal's line; NULL: no memory, or it can't be one */
char *undo_line(enum undo_kind kind, const char *path, const char *value);
bool undo_path_ok(const char *path);
void undo_steps_free(struct undo_steps *s);

struct undo {
	char *dir, *path;	/* the journals', and ours; NULL: none */
	int fd;
};

/* Where journals are: gone with the next boot, as are the settings. The caller frees it */
char *undo_dir(const char *root);
int undo_start(struct undo *u, const char *dir, const char *settings);
int undo_note(struct undo *u, enum undo_kind kind, const char *path, const char *value);
/* All is put back, last things first, and the journal removed. -errno: something was busy for @ms, or refused, and is in the journal still */
int undo_end(struct undo *u, unsigned int ms);
/* What nobody will put back any more is put back; sentences about it go to @done and @stuck, which may be NULL */
int undo_sweep(const char *dir, unsigned int ms, struct strv *done, struct strv *stuck);
/* The same sentences, and nothing is done */
int undo_find(const char *dir, struct strv *found);

/* Children (child.c) */

/* Milliseconds since some time ago, for limits */
long long clock_ms(void);

struct child {
	char *const *argv;
	char *const *env;	/* NAME=VALUE to add to the environment, or NULL */
	const char *dir;	/* where it starts, NULL: here */
	bool mute;		/* its standard output is not wanted */
	const struct guard *guard;	/* is told of it, or NULL */
	pid_t *pid;		/* its process id goes there, or NULL */
	/*
	 * Where it writes is a pipe and nobody reads from it any more: it gets
	 * SIGTERM, and this becomes true. NULL: that's its own affair
	 */
	bool *reader_gone;
	/*
	 * get each line of the child's standard error, and output, without its newline;
	 * true: end it. NULL: it goes where ours goes
	 */
	bool (*on_stderr)(void *ctx, const char *line, size_t len);
	bool (*on_stdout)(void *ctx, const char *line, size_t len);
	void *ctx;
	int (*prepare)(void);	/* child_start(): what it does before it becomes argv, 0 or -errno; or NULL */
	int death_signal;	/* that it gets when we end before it, 0: SIGTERM */
};

/*
 * Run @c to its end in a process group of its own, hand on the signals that
 * would end us (*@sig is the last of them, 0: there was none), and give its
 * wait status. -errno when it could not be started.
 */
int child_run(const struct child *c, int *status, int *sig);
/*
 * Start @c to run beside us, in a process group of its own, with our standard
 * error: @in is its standard input, @out reads its standard output and doesn't
 * wait. The caller closes them and waits for the child.
 */
int child_start(const struct child *c, pid_t *pid, int *in, int *out);
/* Both outputs of a short command, NUL-terminated in @buf; what is over is dropped */
int child_capture(char *const argv[], char *buf, size_t size, int *status);
/*
 * What a program prints within @ms, without input, as NUL-terminated @buf. -ETIMEDOUT:
 * it took longer, and was ended with all that it had started. @env as in struct child
 */
int child_answer(char *const argv[], char *const env[], unsigned int ms, char *buf, size_t size, int *status);
/*
 * What a program answers to a line on its standard input, which is held open
 * until the first line of the answer is there. @env as in struct child
 */
int child_ask(char *const argv[], char *const env[], const char *line, char *buf, size_t size);
/* A process that ended or is a zombie doesn't run */
bool child_group_runs(pid_t group);
/* SIGTERM, then after @ms SIGKILL; returns when the group is gone, or soon after */
void child_group_end(pid_t group, unsigned int ms);
/* The status a shell would give: the exit status, or 128 + the signal */
int child_exit_code(int status);

/*
 * Manual pages in man(7) (roff.c). Text is what --help shows: its lines are
 * filled, an empty one begins a paragraph, and one that begins with a blank
 * stays as it is.
 */

/* The page's first lines; its date is $SOURCE_DATE_EPOCH's, or today */
void roff_title(FILE *out, const char *name, const char *section, const char *version);
void roff_name(FILE *out, const char *name, const char *summary);
void roff_section(FILE *out, const char *title);
void roff_subsection(FILE *out, const char *title);
void roff_text(FILE *out, const char *text);
/* A new paragraph of text */
void roff_para(FILE *out, const char *text);
/* "run [-v] SCRIPT" within a line: capitals are what to fill in, the rest is typed */
void roff_usage(FILE *out, const char *usage);
/* An item, its description indented; the second form is of words that are typed as they are */
void roff_item(FILE *out, const char *usage, const char *text);
void roff_item_literal(FILE *out, const char *words, const char *text);
/* "stap(1)", "staprun(8)": a reference a word, NULL-terminated */
void roff_references(FILE *out, const char *const *pages);

#endif
