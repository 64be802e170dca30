/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a host needs so that scripts run there, one check for each thing. They
 * only look: nothing is loaded, written or downloaded. The table is in checks.c.
 */
#ifndef CHECK_H
#define CHECK_H

#include "base/base.h"
#include "base/problem.h"
#include "base/strv.h"
#include "host/host.h"
#include "stap/preflight.h"

enum check_state {
	CHECK_OK,
	CHECK_WARNING,		/* it goes on without, or may not */
	CHECK_MISSING,		/* nothing will run */
	CHECK_UNKNOWN,		/* it could not be looked at */
	CHECK_SKIPPED,		/* it would be about another kernel than the one in question */
};

struct check_result {
	enum check_state state;
	char *found;		/* a line: what is there, or what is not */
	struct strv details;	/* files, versions, build-ids */
	struct strv fixes;	/* what to type */
	struct strv notes;	/* what to do where no command does it, or to know */
};

/* What is looked at */
struct check_input {
	const struct host *host;
	const struct stap_program *stap;	/* its path is NULL where there is none */
	const struct problem *stap_problem;	/* and then this says why */
	const char *cache;			/* our cache directory, NULL: not known */
};

struct check {
	const char *id;
	const char *why;	/* what it's needed for */
	bool needed;		/* nothing runs without; what is only useful is a warning */
	bool running_only;	/* says nothing of a kernel that isn't running */
	void (*look)(const struct check_input *in, struct check_result *r);
};

/* In the order in which they fail in real life */
extern const struct check checks[];
extern const size_t n_checks;

const struct check *check_by_id(const char *id);
/* -ENOMEM, and nothing else */
int check_run(const struct check *c, const struct check_input *in, struct check_result *r);
void check_result_free(struct check_result *r);
const char *check_state_name(enum check_state s);

/* For the checks themselves: the state and the line of what was found */
void check_say(struct check_result *r, enum check_state s, const char *fmt, ...) PRINTF(3, 4);
/* A text file of the host, of at most 64 KiB; NULL when it can't be read */
char *check_read(const struct host *h, const char *fmt, ...) PRINTF(2, 3);

/* config.c, which alone knows zlib */
char *check_config_text(const struct host *h, char **path);
/* "y", "m", "\"text\"", "" when it isn't set */
void check_config_value(const char *text, const char *option, char *value, size_t size);

void check_config(const struct check_input *in, struct check_result *r);
/* tools.c */
void check_privileges(const struct check_input *in, struct check_result *r);
/* The same of made-up people; @groups NULL-terminated */
void check_privileges_of(unsigned int uid, const char *const *groups, struct check_result *r);
void check_systemtap(const struct check_input *in, struct check_result *r);
void check_staprun(const struct check_input *in, struct check_result *r);
void check_quirks(const struct check_input *in, struct check_result *r);
void check_tested(const struct check_input *in, struct check_result *r);
void check_compiler(const struct check_input *in, struct check_result *r);
void check_headers(const struct check_input *in, struct check_result *r);
/* loading.c */
void check_loading(const struct check_input *in, struct check_result *r);
void check_lockdown(const struct check_input *in, struct check_result *r);
void check_signatures(const struct check_input *in, struct check_result *r);
void check_kprobes(const struct check_input *in, struct check_result *r);
/* debuginfo.c */
void check_debuginfo(const struct check_input *in, struct check_result *r);
/* vhost.c */
void check_vhost(const struct check_input *in, struct check_result *r);
void check_guests(const struct check_input *in, struct check_result *r);
void check_killed_runs(const struct check_input *in, struct check_result *r);
/* room.c */
void check_memory(const struct check_input *in, struct check_result *r);
void check_disk(const struct check_input *in, struct check_result *r);

#endif
