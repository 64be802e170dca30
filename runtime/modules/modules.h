/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * modules: scripts that were compiled. A module is two files, NAME.ko and
 * NAME.json, its manifest, which says what it was made of and for. It may be
 * in our cache, in /lib/modules/REL/systemtap, or in a bundle. Before it is
 * loaded the manifest is compared with what is here.
 */
#ifndef MODULES_H
#define MODULES_H

#include "base/base.h"
#include "base/hash.h"
#include "base/problem.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/elf.h"
#include "host/host.h"

#define MODULE_PREFIX "stap_vhost_"
#define STAP_MODULE_NAME 56		/* staprun's limit, with the end */

/* What a module depends on and what a host has, in the same words (facts.c) */

#define FACTS_MODULES 16

struct facts {
	char release[129];
	char arch[32];
	struct build_id kernel;		/* len 0: not known */
	struct {
		char name[32];
		struct build_id id;
	} modules[FACTS_MODULES];
	size_t n_modules;
	struct version systemtap;	/* of stap, or of the staprun that is to load it */
	char sources[HASH_TEXT];	/* "": not known */
};

/* From the files of kernel @h->release, for what is built; @more: names beside vhost's own */
int facts_of_files(const struct host *h, const char *more, struct facts *f);
/* From sysfs: the kernel that runs, and those of @m's modules that are loaded */
int facts_of_running(const struct host *h, const struct facts *m, struct facts *f);

/* The manifest (manifest.c, which alone knows jansson in this room) */

struct manifest {
	char name[STAP_MODULE_NAME];		/* the module's, without .ko */
	char *script;			/* by which it is run: host-queryqemu */
	char *load_args;		/* the .meta's, or NULL */
	struct strv args;		/* what was compiled in, for people */
	struct facts facts;
	char *vermagic, *stap_vhost;
	char key[HASH_TEXT], sha256[HASH_TEXT];
	char checksum[HASH_TEXT];	/* of all the others */
};

bool manifest_name_ok(const char *name);
int manifest_write(const char *path, struct manifest *m);
/*
 * -EBADMSG: it isn't one, or was changed after it was written; then @p says
 * how. -ENOENT and others: as of open()
 */
int manifest_read(const char *path, struct manifest *m, struct problem *p);
int manifest_parse(const char *text, size_t len, const char *what, struct manifest *m,
		   struct problem *p);
void manifest_free(struct manifest *m);

/* What a module says of itself (modinfo.c) */

struct modinfo {
	char *vermagic;
	char arch[32];
	struct strv params, types;	/* pairs: "pid" "string" */
};

/* -ENOEXEC: no ELF file, or none that is a module */
int modinfo_read(const char *path, struct modinfo *i);
/* The strings "key=value\0" of .modinfo */
int modinfo_parse(const char *text, size_t len, struct modinfo *i);
/* The type of parameter @name, or NULL */
const char *modinfo_param(const struct modinfo *i, const char *name);
/* Parameters that are the script's globals, not the runtime's own */
void modinfo_globals(const struct modinfo *i, struct strv *names);
void modinfo_free(struct modinfo *i);

/* Whether a module fits (compat.c) */

enum compat {
	COMPAT_OK = 0,
	/* made for another kernel, by another SystemTap, of other sources */
	COMPAT_DIFFERENT,
	COMPAT_DAMAGED,	/* not what was built: edited, cut, exchanged */
};

/* @why gets one sentence with both values */
enum compat compat_facts(const struct facts *module, const struct facts *here, char **why);
/* The .ko against its manifest */
enum compat compat_file(const char *ko, const struct manifest *m, struct modinfo *info, char **why);

/* What a script becomes (script-key.c) */

struct script_key {
	char *name;		/* host-queryqemu */
	char *path;		/* absolute; NULL: there's no such script here, only modules */
	char *load_args;
	char *debuginfo;	/* the .meta's field: modules beside vhost's own */
	char module[STAP_MODULE_NAME];
	struct strv words;	/* arguments and globals that have to be compiled in */
	char sources[HASH_TEXT], key[HASH_TEXT];
};

void script_key_module_name(const char *script, char name[STAP_MODULE_NAME]);
/* Name and, when @path isn't NULL, what its .meta says */
int script_key_init(struct script_key *s, const char *name, const char *path);
/* sources and key, after words were added; @stap is what was asked for, or NULL */
int script_key_hash(struct script_key *s, const char *tapsets, const char *release,
		    const char *stap);
void script_key_free(struct script_key *s);

/* What is set when the module is loaded (params.c) */

/*
 * The words after a script's name as "NAME=VALUE" for staprun: those without
 * '=' are joined into global @load_args. -EINVAL fills @p.
 */
int params_words(const char *load_args, char *const *words, struct strv *globals,
	       struct problem *p);
/* Whether a NAME=VALUE can be handed to staprun; else it has to be compiled in */
bool params_can_hold(const char *global);
/* Each is a parameter of the module and of its type; -EINVAL fills @p */
int params_check(const struct strv *globals, const struct modinfo *i, struct problem *p);

/* The program that loads (staprun.c) */

struct staprun {
	char *path;
	struct version version;	/* 0.0.0: it doesn't say */
};

/* -ENOENT fills @p. @stap: beside this one first, or NULL */
int staprun_find(const struct host *h, const char *stap, struct staprun *s, struct problem *p);
void staprun_free(struct staprun *s);
enum staprun_may {
	MAY_NOTHING,
	MAY_INSTALLED,	/* stapusr alone: what is in /lib/modules/REL/systemtap */
	MAY_ALL,	/* root, stapdev */
};
enum staprun_may staprun_privileges(void);

/* Modules that no process waits for any more (stale-modules.c) */

struct stale_modules {
	const struct host *h;
	const char *staprun;
	pid_t only;	/* that one's module, which may be ending only now; 0: all */
	unsigned int patience_ms;	/* for each */
};

/* Modules of ours that are loaded though their staprun is gone */
int stale_modules_find(const struct host *h, struct strv *found);
/*
 * Those of ours whose staprun is gone are removed; their names go to @removed
 * and @stuck, which may be NULL. Cheap where there is none.
 */
int stale_modules_remove(const struct stale_modules *l, struct strv *removed, struct strv *stuck);

/* Directories of a run's own, removed with it (rundir.c) */

struct rundir {
	char *path;
	int lock;	/* flock: held as long as any of us lives */
};

int rundir_make(const char *cache, struct rundir *r);
void rundir_remove(struct rundir *r);
/* What runs left that were killed; their names go to @removed, which may be NULL */
int rundir_sweep(const char *cache, struct strv *removed);

/* The cache of modules (cache.c) */

struct entry {
	char *dir, *ko, *json;
	int lock;		/* shared while it is in use; -1: none */
	struct manifest manifest;
};

/*
 * Reads DIR/NAME.json. -ENOENT: no such module there; -EBADMSG fills @p.
 * Its .ko isn't looked at yet.
 */
int entry_open(struct entry *e, const char *dir, const char *name, struct problem *p);
void entry_close(struct entry *e);

/* Lock files of those who were killed */
void cache_sweep(const char *cache);
/* CACHE/modules/KEY */
char *cache_entry_dir(const char *cache, const char *key);
/* Directories with a module of that name, newest first */
int cache_find(const char *cache, const char *name, struct strv *dirs);
/*
 * One at a time builds KEY. 0: it's us, *@fd holds it; -EWOULDBLOCK: somebody
 * else does, unless @wait
 */
int cache_lock(const char *cache, const char *key, bool wait, int *fd);
void cache_unlock(const char *cache, const char *key, int fd);
/* The finished directory @from becomes an entry, in one step */
int cache_put(const char *cache, const char *key, const char *from);
/* It was used: the last to be thrown away */
void cache_touch(const char *dir);
/* Kernels that are gone, then the oldest beyond @max; never what is in use */
int cache_trim(const struct host *h, const char *cache, size_t max, struct strv *removed);

#define CACHE_MAX 64

/* Bundles (bundle.c, which alone knows libarchive) */

/* @dirs and @names are pairs: DIR/NAME.ko and .json go in as RELEASE/NAME.* */
int bundle_write(const char *path, const struct strv *releases, const struct strv *dirs,
		 const struct strv *names);
/*
 * RELEASE/@file of the bundle @path (or of a directory, where RELEASE/ may be
 * left out) as the new file @to. -ENOENT: it isn't there, and *@has gets what
 * is ("RELEASE/NAME.json" …). -EBADMSG: no bundle, or one that no build makes,
 * and @p says why. -EPERM: others than root and us can change it, and @p says
 * where. Others: as of open()
 */
int bundle_extract(const char *path, const char *release, const char *file, const char *to,
		   struct strv *has, struct problem *p);

/* Pairs of SystemTap and kernel that our tests run (tested.c) */
bool tested_pair(const struct version *stap, const struct version *kernel);
/* "4.8 with 6.1, …" */
char *tested_pairs(void);

#endif
