// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a script's module comes from: a bundle, what is installed, the cache, or stap. */
#include "cmd/common/module.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/file.h"
#include "base/guard.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "cmd/common/host.h"
#include "host/cache-dir.h"
#include "host/host.h"
#include "modules/modules.h"
#include "stap/preflight.h"
#include "stap/scripts.h"
#include "verb/verb.h"

#define LOCK_TRIES 20
#define LOCK_PAUSE_MS 100

/* What is asked for and what is here */

static char *installed_dir(const struct module_job *j)
{
	return host_path(&j->host, "/lib/modules/%s/systemtap", j->host.release);
}

/* A script that isn't here may be run all the same when its module is */
static bool may_have_module(const struct module_job *j)
{
	FREE char *dir = installed_dir(j);
	FREE char *json = dir ? str_printf("%s/%s.json", dir, j->source.module) : NULL;
	STRV_CLEAN struct strv found = { 0 };

	if (j->options->bundle || (json && file_exists(json)))
		return true;
	return j->cache && !cache_find(j->cache, j->source.module, &found) && found.n;
}

static int no_script(const struct module_job *j)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *all = NULL;
	const char *nearest;

	scripts_list(&j->datadirs, &names);
	nearest = strv_nearest(&names, j->options->script);
	all = strv_join(&names, ", ");
	msg_error("no script '%s'", j->options->script);
	if (nearest)
		msg_hint("did you mean %s?", nearest);
	else if (names.n)
		msg_hint("there are: %s", str_empty(all));
	else
		msg_hint("no scripts are installed: set STAP_VHOST_DATADIR to the directory that "
			 "has scripts/ and tapsets/");
	return STATUS_USAGE;
}

/* Words that the script gets when it is compiled: the others are set when it is loaded */
static int sort_words(struct module_job *j)
{
	const struct module_options *w = j->options;
	CLEANUP(problem_free) struct problem p = { 0 };
	bool here = j->source.path;

	for (size_t i = 0; i < w->globals.n; i++) {
		if (params_can_hold(w->globals.v[i])) {
			strv_add(&j->globals, w->globals.v[i]);
		} else if (here) {
			strv_add(&j->source.words, "-G");
			strv_add(&j->source.words, w->globals.v[i]);
		} else {
			msg_error(
				"'%s': a value can't have blanks or quotes when a module is loaded",
				w->globals.v[i]);
			return STATUS_USAGE;
		}
	}
	if (j->source.load_args && w->args) {
		if (params_words(j->source.load_args, w->args, &j->globals, &p)) {
			verb_report(-EINVAL, &p);
			return STATUS_USAGE;
		}
	} else if (here && w->args && *w->args) {
		strv_add(&j->source.words, "--");
		for (char *const *a = w->args; *a; a++)
			strv_add(&j->source.words, *a);
	}
	return j->globals.broken || j->source.words.broken ? module_no_memory() : STATUS_OK;
}

static int hash_sources(struct module_job *j)
{
	const char *env = getenv("STAP_VHOST_STAP"), *stap = j->options->stap;
	int ret;

	if (!stap && env && *env)
		stap = env;
	ret = script_key_hash(&j->source, j->tapsets, j->host.release, stap);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't read %s and %s", j->source.path, j->tapsets);
	return STATUS_FAILED;
}

int module_find_sources(struct module_job *j, const struct module_options *w)
{
	int ret, status;

	*j = (struct module_job){ .options = w, .entry = { .lock = -1 } };
	j->cache = cache_dir_path();
	scripts_datadirs(&j->datadirs);
	status = verb_host(w->release, &j->host);
	if (status)
		return status;
	ret = scripts_find(&j->datadirs, w->script, &j->script_path);
	if (!ret || ret == -ENOENT)
		ret = script_key_init(&j->source, w->script, j->script_path);
	if (ret) {
		msg_errno(ret, "can't read script '%s'", w->script);
		return STATUS_FAILED;
	}
	if (!j->script_path)
		return !strchr(w->script, '/') && may_have_module(j) ? STATUS_OK : no_script(j);
	if (scripts_tapsets(&j->datadirs, &j->tapsets)) {
		msg_error("no directory tapsets/ beside the program or in $STAP_VHOST_DATADIR");
		return STATUS_MISSING;
	}
	return STATUS_OK;
}

static bool take_installed(struct module_job *j)
{
	FREE char *dir = j->options->load ? installed_dir(j) : NULL;

	return dir && !module_take(j, dir);
}

/* Entries out of bundles are named by what their manifest says, not by our key */
static bool is_unpacked(const char *dir)
{
	const char *slash = strrchr(dir, '/');

	return slash && slash[1] == 'b' && hash_text_ok(slash + 2);
}

/* By its key; where the script isn't here, or the bundle's was unpacked, by its name */
static bool take_cached(struct module_job *j)
{
	FREE char *dir = cache_entry_dir(j->cache, j->source.key);
	STRV_CLEAN struct strv dirs = { 0 };
	int ret = -ENOENT;

	if (!cache_dir_trusted(j->cache)) {
		msg_debug("cache %s is not used: it doesn't exist, or other users can change it",
			  j->cache);
		return false;
	}
	if (j->source.path && dir)
		ret = module_take(j, dir);
	if (ret == -EBADMSG)
		msg_warn("%s: it is built again", j->why ? j->why : dir);
	if (ret == -ENOENT && j->options->load && !cache_find(j->cache, j->source.module, &dirs)) {
		for (size_t i = 0; i < dirs.n && ret; i++)
			if (!j->source.path || is_unpacked(dirs.v[i]))
				ret = module_take(j, dirs.v[i]);
	}
	if (!ret)
		cache_touch(j->entry.dir);
	return !ret;
}

/* Building */

static int cache_unusable(const struct module_job *j, int ret)
{
	msg_errno(ret, "can't write to the cache %s", j->cache);
	msg_hint("set STAP_VHOST_CACHE to a directory of yours that no other user can write to, "
		 "with free space");
	return STATUS_MISSING;
}

struct workplace {
	struct module_job *job;
	struct rundir dir;
	struct guard guard;
};

static void leave(void *ctx, pid_t stap)
{
	struct workplace *w = ctx;

	(void)stap;
	rundir_remove(&w->dir);
	cache_sweep(w->job->cache);
}

static int build_in(struct module_job *j, struct compile *c, struct workplace *w)
{
	FREE char *out = str_printf("%s/out", w->dir.path);
	int ret = out ? 0 : -ENOMEM, status;

	if (!ret && mkdir(out, 0755))
		ret = -errno;
	if (ret)
		return cache_unusable(j, ret);
	module_progress("compiling %s for kernel %s; this takes some seconds, once", j->source.name,
			j->host.release);
	status = compile_run(c, out, w->dir.path, &w->guard);
	if (status)
		return status;
	ret = cache_put(j->cache, j->source.key, out);
	if (ret)
		return cache_unusable(j, ret);
	free(out);
	out = cache_entry_dir(j->cache, j->source.key);
	if (out && !module_take(j, out))
		return STATUS_OK;
	msg_error("the new module does not fit: %s", j->why ? j->why : "out of memory");
	return STATUS_FAILED;
}

static int with_workplace(struct module_job *j, int (*work)(struct module_job *j,
							    struct compile *c,
							    struct workplace *w),
			  struct compile *c)
{
	struct workplace w = { .job = j, .dir = { .lock = -1 }, .guard = { -1 } };
	int ret = cache_dir_open(j->cache), status;

	if (!ret)
		ret = rundir_make(j->cache, &w.dir);
	if (ret)
		return cache_unusable(j, ret);
	if (guard_start(&w.guard, &(struct guard_duty){ .clean = leave, .ctx = &w }, &w.dir.lock,
			1))
		msg_debug("can't start a guard");
	status = work(j, c, &w);
	rundir_remove(&w.dir);
	guard_end(&w.guard);
	return status;
}

static int unpack_in(struct module_job *j, struct compile *c, struct workplace *w)
{
	(void)c;
	return module_unpack(j, w->dir.path);
}

/* Two first builds of one module: the second waits, and uses what the first made */
static int lock_key(struct module_job *j, int *lock)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };
	int ret = cache_dir_open(j->cache);

	if (!ret)
		ret = cache_lock(j->cache, j->source.key, false, lock);
	for (int i = 0; i < LOCK_TRIES && ret == -EWOULDBLOCK; i++) {
		nanosleep(&pause, NULL);
		ret = cache_lock(j->cache, j->source.key, false, lock);
	}
	if (ret == -EWOULDBLOCK) {
		module_progress("another %s is building %s: waiting for it", msg_program,
				j->source.name);
		ret = cache_lock(j->cache, j->source.key, true, lock);
	}
	return ret ? cache_unusable(j, ret) : STATUS_OK;
}

static int build(struct module_job *j)
{
	CLEANUP(compile_free) struct compile c = { 0 };
	int lock, status = compile_prepare(&c, j, true);

	if (status)
		return status;
	if (!j->options->load)
		j->staprun.version = c.stap.version;
	status = lock_key(j, &lock);
	if (status)
		return status;
	if (j->options->rebuild || !take_cached(j))
		status = with_workplace(j, build_in, &c);
	cache_unlock(j->cache, j->source.key, lock);
	if (!status)
		cache_trim(&j->host, j->cache, CACHE_MAX, NULL);
	return status;
}

static int nothing_fits(const struct module_job *j)
{
	msg_error("no module of %s fits here: %s", j->source.name, str_known(j->why));
	msg_hint("the script itself is not installed, so no module can be built");
	return STATUS_MISSING;
}

/* stapusr alone may load what root has installed, and nothing else */
static int only_installed(const struct module_job *j)
{
	msg_error(
		"members of stapusr can load installed modules only; %s for kernel %s is not "
		"installed%s%s",
		j->source.name, j->host.release, j->why ? ": " : "", str_empty(j->why));
	if (j->source.path && !meta_for_stapusr(j->source.path))
		msg_hint(
			"%s shows more than a user's own guests, so it isn't installed for "
			"stapusr: run as root or as a member of stapdev",
			j->source.name);
	else
		msg_hint(
			"as root: %s build -o /lib/modules/%s/systemtap %s; or become a member of "
			"stapdev",
			msg_program, j->host.release, j->source.name);
	return STATUS_MISSING;
}

static int find_staprun(struct module_job *j, enum staprun_may *may)
{
	CLEANUP(problem_free) struct problem p = { 0 };

	*may = MAY_ALL;
	if (!j->options->load)
		return STATUS_OK;
	*may = staprun_privileges();
	return verb_report(preflight_privileges(&p) ?:
			     staprun_find(&j->host, j->options->stap, &j->staprun, &p), &p);
}

int module_get(struct module_job *j)
{
	enum staprun_may may;
	int status = find_staprun(j, &may);

	if (!status)
		status = sort_words(j);
	if (!status && j->source.path)
		status = hash_sources(j);
	if (status)
		return status;
	if (j->options->load)
		module_clean_up(j);
	if (!j->options->bundle && !j->options->rebuild && take_installed(j))
		return STATUS_OK;
	if (may != MAY_ALL)
		return only_installed(j);
	if (!j->cache)
		return module_no_cache();
	if (j->options->bundle)
		return with_workplace(j, unpack_in, NULL);
	/* a build asks stap for its version first: a module by another one is built again */
	if (j->options->load && !j->options->rebuild && take_cached(j))
		return STATUS_OK;
	return j->source.path ? build(j) : nothing_fits(j);
}
