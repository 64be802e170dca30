/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ftrace: what the kernel records of itself. This room touches the host: it
 * makes settings in tracefs, in an instance of our own where the kernel lets us, and each
 * is noted in a journal (base/journal.c) before it is made.
 */
#ifndef FTRACE_H
#define FTRACE_H

#include <signal.h>
#include <stdint.h>

#include "base/base.h"
#include "base/guard.h"
#include "base/journal.h"
#include "base/strv.h"

/* What is in the way, and what to do about it */
struct ftrace_trouble {
	char *what, *hint;	/* @hint may be NULL */
	bool usage;		/* what was asked for is wrong, and not the host */
};

/* Takes both; what was there before is kept. -EINVAL */
int ftrace_say(struct ftrace_trouble *p, char *what, char *hint);
void ftrace_trouble_free(struct ftrace_trouble *p);

/* The place where we record (instance.c) */

struct ftrace {
	char *dir;		/* where tracefs is */
	char *instance;		/* our directory in it; NULL: the top level */
	char *name;		/* the instance's */
	struct journal journal;
	struct strv cleared;	/* files that are noted as empty */
	struct guard guard;
	int lock;		/* on what all recorders share; -1: not needed */
};

#define FTRACE_NONE { .journal.fd = -1, .guard.fd = -1, .lock = -1 }

/* @root "" but in tests. -errno with @p filled, of this and of the next */
int ftrace_find(struct ftrace *t, const char *root, struct ftrace_trouble *p);
/*
 * A place to record in. With @tracer, one that has it: else, the top level, if no other program
 * uses it. What is shared by all places is locked then; without @tracer an instance has all it
 * needs
 */
int ftrace_open(struct ftrace *t, const char *root, const char *tracer, struct ftrace_trouble *p);
/* Puts everything back. -errno: something was not */
int ftrace_close(struct ftrace *t);

enum ftrace_where { FTRACE_OURS, FTRACE_TOP };
bool ftrace_has(const struct ftrace *t, enum ftrace_where where, const char *file);
/* Without the newline at its end; NULL: it can't be read */
char *ftrace_get(const struct ftrace *t, enum ftrace_where where, const char *file);
/* For reading */
int ftrace_file(const struct ftrace *t, enum ftrace_where where, const char *file, int flags);
/* Writes without a journal, for what the instance takes with it: -errno */
int ftrace_put(const struct ftrace *t, enum ftrace_where where, const char *file, const char *value,
	       bool append);
/* "top level" and "instance NAME" of others, whose tracer is @tracer */
int ftrace_others(const struct ftrace *t, const char *tracer, struct strv *who);

/*
 * Settings (settings.c): in our place, or in what all share. -errno; those of the kernel are the
 * caller's to explain
 */

/* A file that holds one value */
int ftrace_set(struct ftrace *t, const char *file, const char *value, struct ftrace_trouble *p);
/* A file that takes one more with each write */
int ftrace_add(struct ftrace *t, const char *file, const char *word, struct ftrace_trouble *p);
/* The last of a recording's settings */
int ftrace_tracer(struct ftrace *t, const char *tracer, struct ftrace_trouble *p);
/* "func:traceoff:1" */
int ftrace_command(struct ftrace *t, const char *command, struct ftrace_trouble *p);
/* Whether @name, an option of the tracer, is there at all; on is "1" */
int ftrace_option(struct ftrace *t, const char *name, bool on, struct ftrace_trouble *p);

/* The buffer's size (buffer.c) */

/*
 * KiB for each of @buffers; 0: there isn't so much. @wanted 0: as usual, or less where @available
 * KiB (0: not known) are too few; else what was asked for
 */
unsigned long long ftrace_buffer_kib(unsigned long long wanted, unsigned long long available,
				     unsigned int buffers);
#define FTRACE_BUFFER_TEXT 24
/*
 * The same of this host, as buffer_size_kb takes it; says it when it is less than usual. @asked 0:
 * as usual
 */
int ftrace_buffer(const struct ftrace *t, const char *root, unsigned long long asked,
		  bool snapshot, char text[FTRACE_BUFFER_TEXT], struct ftrace_trouble *p);

/* Who uses what we would need (conflicts.c) */

/* Sentences of what stands in the way of a graph in our place; 0 or -ENOMEM */
int ftrace_uses(const struct ftrace *t, struct strv *uses);

/* Functions as they are asked for (filter-spec.c): pure */

enum ftrace_word {
	WORD_WRONG,
	WORD_PRESET,		/* "tx" */
	WORD_FUNCTION,		/* "handle_tx", "vhost_*" */
	WORD_MODULE,		/* "vhost_net:handle_*" */
	WORD_FILTER,		/* ":mod:vhost", "handle_*:mod:vhost_net" */
	WORD_COMMAND,		/* "handle_tx:traceoff:1" */
};

enum ftrace_word ftrace_word(const char *word);
/* What takes a command away again: "!handle_tx:traceoff:0"; the caller frees it */
char *ftrace_unword(const char *command);
/* "0-3,8" as tracing_cpumask takes it, "10f"; NULL: it's no list */
char *ftrace_cpumask(const char *list);
/*
 * Whether a line of available_filter_functions, "handle_tx [vhost_net]", is what a glob and a
 * module mean
 */
bool ftrace_is_function(const char *line, const char *glob, const char *module);

/* Presets (presets.c): data */

struct ftrace_preset {
	const char *name;
	const char *what;
	/* functions whose calls are shown with all they call; what a kernel lacks is left out */
	const char *tops[8];
	const char *only[6];	/* what is shown of all that is called; empty: all */
	const char *fallback[6];	/* instead of @only, where vhost is no module */
	const char *missing;	/* what to do when there is nothing of it */
};

extern const struct ftrace_preset ftrace_presets[];
extern const size_t ftrace_presets_n;
const struct ftrace_preset *ftrace_preset(const char *name);

/* Tasks (guest-threads.c) */

/*
 * Adds the ids of threads of @pid that are traced: its vCPUs ("CPU 0/KVM") and its vhost workers,
 * or all of them where none is called so. -ESRCH: it has ended
 */
int ftrace_tasks(const char *root, long long pid, struct strv *tids);

/* A graph is recorded (graph.c) */

struct ftrace_options {
	struct strv words;		/* functions, presets, filters, commands */
	/* 0: as it is, or what is usual */
	int64_t depth, threshold_ns, buffer_kib;
	char *cpumask;
	bool abstime, proc, no_irqs, args, retval;
	const char *start, *stop, *snapshot, *stacktrace;	/* functions, or NULL */
	struct strv pids;		/* of guests; none: everybody */
};

/* All is set, and nothing recorded yet */
int ftrace_graph(struct ftrace *t, const struct ftrace_options *w, const char *root,
		 struct ftrace_trouble *p);
/* It records, and what counts how often it was hit is set */
int ftrace_begin(struct ftrace *t, const struct ftrace_options *w, struct ftrace_trouble *p);
/* Threads that are new become traced. -ESRCH: no guest is left */
int ftrace_follow(struct ftrace *t, const struct ftrace_options *w, const char *root,
		  struct strv *known);

/* What was recorded, as it comes (stream.c) */

struct ftrace_stream {
	struct ftrace *t;
	/* whole, without its newline; false: no more */
	bool (*line)(void *ctx, const char *line, size_t len);
	bool (*tick)(void *ctx);	/* some times a second; false: it is over */
	void *ctx;
	/* a second signal ends what is still in the buffer, too */
	const volatile sig_atomic_t *stopped;
	long long until;		/* ms, by clock_ms(); 0: no end */
	int out;			/* -1, or where a reader may go away */
	bool reader_gone;
};

/* To the end, with what is in the buffer then. -errno */
int ftrace_stream(struct ftrace_stream *s);
/* The lines of a file in our place, trace or snapshot */
int ftrace_lines(const struct ftrace *t, const char *file,
		 bool (*line)(void *ctx, const char *line, size_t len), void *ctx);
/*
 * Events that the kernel has thrown away since the buffer was emptied: UNKNOWN where it doesn't say
 */
int64_t ftrace_lost(const struct ftrace *t);
/* Events in the buffer, of its stats: "entries", "overrun", "dropped events" */
int64_t ftrace_stats(const struct ftrace *t, enum ftrace_where where, const char *key);

#endif
