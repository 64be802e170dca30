/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our scripts, tapsets and data, and what a .meta file says of a script. */
#ifndef STAP_SCRIPTS_H
#define STAP_SCRIPTS_H

#include "base/base.h"
#include "base/strv.h"

#ifndef DATADIR
#define DATADIR "/usr/local/share"
#endif

/* Directories that may hold scripts/ and tapsets/, best first */
int scripts_datadirs(struct strv *dirs);
/* -ENOENT when no directory has it; @path is the caller's to free */
int scripts_find(const struct strv *dirs, const char *name, char **path);
int scripts_tapsets(const struct strv *dirs, char **path);
/* The file @name of the data; a source tree has it in share/ */
int scripts_data(const struct strv *dirs, const char *name, char **path);
/* Names, without .stp, sorted */
void scripts_list(const struct strv *dirs, struct strv *names);

/* What NAME.meta says of a script (meta.c) */

struct meta {
	struct strv fields, values;	/* pairs, in the file's order */
};

/* @script is the path of the .stp; -ENOENT when it has no .meta */
int meta_read(const char *script, struct meta *m);
/* NULL when the field isn't there. Fields that are ours, beside SystemTap's own:
 *   load_args: GLOBAL    words without '=' are joined by ',' into this global when
 *                        the module is loaded; NAME=VALUE words set global NAME
 *   x-stapusr: yes       members of stapusr may load its module: it shows a user his own
 *                        guests alone, and no address of the kernel's
 *   debuginfo: NAME...   what the script probes beyond vhost: a module, or "kernel"
 */
const char *meta_get(const struct meta *m, const char *field);
/* Whether @script's .meta says x-stapusr: yes */
bool meta_for_stapusr(const char *script);
void meta_free(struct meta *m);
/*
 * The modules that field debuginfo: of @script's .meta names, for debuginfo_prepare(); none where
 * it has no .meta
 */
int meta_debuginfo(const char *script, struct strv *names);

#endif
