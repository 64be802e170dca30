/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The DWARF of a kernel and its modules: found on this machine, or fetched from a server. */
#ifndef HOST_DEBUGINFO_H
#define HOST_DEBUGINFO_H

#include "base/base.h"
#include "base/problem.h"
#include "base/strv.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"

struct debuginfod;

/*
 * The file with the DWARF of @m (NULL: of the kernel itself, whose build-id
 * is @id, of length 0 where it can't be known), as far as this machine has it.
 * Files that look right and are not are named in @refused. -ENOENT when there is none.
 */
int debuginfo_find(const struct host *h, const struct module *m, const struct build_id *id,
		   char **path, struct strv *refused);
/* The same; at the end @server is asked, NULL: none. -EINTR when that was interrupted */
int debuginfo_find_or_fetch(const struct host *h, const struct module *m,
			    const struct build_id *id, struct debuginfod *server, char **path,
			    struct strv *refused);

/* debuginfo-prepare.c */

/*
 * Finds the debuginfo of all that the scripts probe and links it below @cache,
 * where stap has to look. *@search_path is for SYSTEMTAP_DEBUGINFO_PATH.
 * @extra: modules, or "kernel", that this script can't do without; may be NULL.
 * Fills @p when something is missing or wrong. @warnings are things to say and go on.
 */
int debuginfo_prepare(const struct host *h, const char *cache, const struct strv *extra,
		      char **search_path, struct strv *warnings, struct problem *p);

/* Data (debuginfo-table.c), each to a row of NULL */
struct debuginfo_layout {
	const char *who, *path;
};

extern const struct debuginfo_layout debuginfo_module_layouts[], debuginfo_kernel_layouts[],
	debuginfo_build_layouts[];
extern const char *const debuginfo_trees[];	/* to be searched whole */

/* Whose debuginfo the scripts need */
struct debuginfo_target {
	const char *module;
	bool may_lack;		/* not every script probes it */
};

extern const struct debuginfo_target debuginfo_targets[];

/* Servers (debuginfod.c, which alone knows libdebuginfod) */

struct debuginfod {
	const char *urls;	/* $DEBUGINFOD_URLS, NULL: not set */
	void *client;
	int answer;		/* what it came to in the end, -errno; 0: nothing failed */
	bool silent;		/* no use to ask again */
};

void debuginfod_init(struct debuginfod *d);
void debuginfod_close(struct debuginfod *d);
/* *@path is a file of the library's own cache, the caller's to check and to free */
int debuginfod_fetch(struct debuginfod *d, const char *what, const struct build_id *id,
		     char **path);
/* What came of it, as a hint; NULL: there was nothing to ask */
char *debuginfod_answer(const struct debuginfod *d, const struct host *h);

/* The running kernel's build-id; of another's nothing is known, its length is 0 */
void debuginfo_kernel_id(const struct host *h, struct build_id *id);

/* Links for elfutils (debuginfo-links.c) */

/* CACHE/debug/.build-id/xx/yyyy.debug -> @target; safe against others who do the same */
int debuginfo_link(const char *cache, const struct build_id *id, const char *target);

#endif
