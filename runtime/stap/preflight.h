/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Before stap runs: each check fills @p and returns -errno. */
#ifndef STAP_PREFLIGHT_H
#define STAP_PREFLIGHT_H

#include "base/base.h"
#include "base/problem.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/host.h"

struct stap_program {
	char *path;		/* as it is to be run */
	char *runtime;		/* its runtime directory, NULL: not found */
	struct version version;	/* 0.0.0: it doesn't say */
};

int preflight_privileges(struct problem *p);
/* The names of our groups, "" for one without */
void preflight_groups(struct strv *names);
/* The program as execvp() would find it, the caller frees it; NULL: there is none */
char *preflight_program(const char *name);
/* The same for made-up people: @groups NULL-terminated */
bool preflight_may_run_stap(uid_t euid, const char *const *groups);
int preflight_stap(const struct host *h, const char *wanted, struct stap_program *s,
		   struct problem *p);
/* As execvp() would find it; the caller frees it */
char *preflight_program(const char *name);
void stap_program_free(struct stap_program *s);
int preflight_headers(const struct host *h, struct problem *p);
int preflight_modules(const struct host *h, struct problem *p);
/* -ENOENT fills @p: module @name is not loaded */
int preflight_loaded(const struct host *h, const char *name, struct problem *p);

#endif
