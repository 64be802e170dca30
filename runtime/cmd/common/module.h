/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the verbs that need a script's module share: run, build. A verb fills in a
 * struct module_options; the functions say on standard error what is wrong and return an
 * exit status.
 */
#ifndef VERB_MODULE_H
#define VERB_MODULE_H

#include "base/base.h"
#include "base/guard.h"
#include "base/strv.h"
#include "host/host.h"
#include "modules/modules.h"
#include "stap/command.h"
#include "stap/preflight.h"
#include "stap/quirks.h"

/* What is asked for */
struct module_options {
	const char *script;		/* a name or a path */
	char *const *args;		/* the script's, NULL-terminated; NULL: none */
	const char *release;		/* NULL: the running kernel */
	const char *stap;		/* NULL: the usual one */
	const char *bundle;		/* NULL: wherever a module is, or build one */
	struct strv globals;		/* NAME=VALUE */
	unsigned int verbose;
	bool rebuild;
	bool load;			/* it will be loaded here, now */
};

/* What came of it */
struct module_job {
	const struct module_options *options;
	struct host host;
	struct strv datadirs;
	char *script_path;		/* as it was typed, where it is there; NULL: only modules */
	char *tapsets, *cache;
	struct script_key source;
	struct staprun staprun;		/* with options.load */
	struct entry entry;		/* the module that fits */
	struct modinfo info;
	struct strv globals;		/* to be set when it is loaded */
	char *why;			/* of the last that didn't fit */
};

/* module.c */

/* Script, kernel, cache; nothing is built. 0, or the status to exit with */
int module_find_sources(struct module_job *j, const struct module_options *w);
/* job->entry, found or built */
int module_get(struct module_job *j);

/* load.c: staprun and what it needs for job->entry, once the globals were checked */
int module_command(struct module_job *j, struct command *c);
/* What killed commands left behind is taken away */
void module_clean_up(struct module_job *j);
/* Of it, the module that staprun of pid @only loaded; 0: all */
void module_clean_modules(struct module_job *j, pid_t only, unsigned int patience_ms);

void module_job_free(struct module_job *j);
/* Says that there is no place for one */
int module_no_cache(void);
int module_no_memory(void);
/* For what takes longer than two seconds: on a terminal, or with -v */
void module_progress(const char *fmt, ...) PRINTF(1, 2);

/*
 * The module in @dir becomes job->entry when it fits. -ENOENT: there is none;
 * -EBADMSG: damaged, -EINVAL: another one, and job->why says how
 */
int module_take(struct module_job *j, const char *dir);

/* unpack.c: out of options.bundle, by way of @tmp. 0, or the status to exit with */
int module_unpack(struct module_job *j, const char *tmp);

/* compile.c: stap's part of it */

struct compile {
	struct module_job *job;
	struct stap_program stap;
	struct quirk_result quirks;
	char *debuginfo_path, *runtime;
	struct command command;
};

/*
 * Everything up to the stap command; @into_module: a command that makes
 * NAME.ko, else the one that a person would type
 */
int compile_prepare(struct compile *c, struct module_job *j, bool into_module);
/* NAME.ko and NAME.json in @dir; TMPDIR is @tmp */
int compile_run(struct compile *c, const char *dir, const char *tmp, const struct guard *g);
void compile_free(struct compile *c);

#endif
