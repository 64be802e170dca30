// SPDX-License-Identifier: GPL-2.0-or-later
/* What commands that were killed have left: run does it too, this one says it. */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>

#include "base/msg.h"
#include "base/problem.h"
#include "base/strv.h"
#include "cmd/common/host.h"
#include "cmd/common/journal.h"
#include "host/cache-dir.h"
#include "host/host.h"
#include "modules/modules.h"
#include "stap/preflight.h"
#include "verb/verb.h"

struct clean_options {
	bool cache;
	unsigned int verbose;
};

static const struct verb_opt opts[] = {
	{ VERB_LONG, "cache", NULL, "also the modules that were built and are not in use",
	  { OPTION_FLAG, offsetof(struct clean_options, cache) } },
	{ 'v', "verbose", NULL, "say what is looked at",
	  { OPTION_COUNT, offsetof(struct clean_options, verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost clean", "modules, files and settings that a command left which was killed" },
	{ "stap-vhost clean --cache", "and what was built: the next run compiles" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "nothing is left" },
	{ "1", "a module is left that can't be removed, or a setting that can't be\n"
	       "put back" },
	{ "3", "this host lacks what is needed: root, staprun" },
	{ 0 },
};

static void say(const char *what, const struct strv *names)
{
	for (size_t i = 0; i < names->n; i++)
		printf("%s %s\n", what, names->v[i]);
}

static int clean_modules(const struct host *h)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	CLEANUP(staprun_free) struct staprun s = { 0 };
	STRV_CLEAN struct strv removed = { 0 };
	STRV_CLEAN struct strv stuck = { 0 };
	int status = verb_report(preflight_privileges(&p) ?: staprun_find(h, NULL, &s, &p), &p);

	if (status)
		return status;

	struct stale_modules l = { h, s.path, 0, 3000 };
	int ret = stale_modules_remove(&l, &removed, &stuck);

	if (ret) {
		msg_errno(ret, "can't look at the modules that are loaded");
		return STATUS_FAILED;
	}
	say("removed module", &removed);
	for (size_t i = 0; i < stuck.n; i++)
		msg_error("module %s can't be removed", stuck.v[i]);
	return stuck.n ? STATUS_FAILED : STATUS_OK;
}

static int clean_files(const struct host *h, bool modules)
{
	FREE char *cache = cache_dir_path();
	STRV_CLEAN struct strv removed = { 0 };
	int ret;

	if (!cache || !file_exists(cache))
		return STATUS_OK;
	if (!cache_dir_trusted(cache)) {
		msg_error(
			"clean: %s is not cleaned: others can write to it, or to a directory above it, or it is not yours",
			cache);
		msg_hint("STAP_VHOST_CACHE names another");
		return STATUS_FAILED;
	}
	ret = rundir_sweep(cache, &removed);
	cache_sweep(cache);
	if (!ret && modules)
		ret = cache_trim(h, cache, 0, &removed);
	say("removed", &removed);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "can't clean %s", cache);
	return STATUS_FAILED;
}

static int clean_settings(void)
{
	STRV_CLEAN struct strv done = { 0 };
	STRV_CLEAN struct strv stuck = { 0 };
	int ret = journal_restore(&done, &stuck);

	say("put back", &done);
	for (size_t i = 0; i < stuck.n; i++)
		msg_error("%s can't be put back", stuck.v[i]);
	if (ret && !stuck.n)
		msg_errno(ret, "can't look at what was changed");
	return ret ? STATUS_FAILED : STATUS_OK;
}

static int clean(const struct verb *v, int argc, char **argv)
{
	CLEANUP(host_free) struct host h = { 0 };
	struct clean_options w = { 0 };
	struct verb_parse p = { v, argc, argv, &w };
	int ret;

	if (verb_opts(&p) || verb_no_arguments(&p))
		return p.status;
	msg_verbose = w.verbose > 0;
	ret = verb_host(NULL, &h);
	if (ret)
		return ret;

	int settings = clean_settings(), files = clean_files(&h, w.cache),
	    modules = clean_modules(&h);

	return modules ? modules : files ? files : settings;
}

VERB = {
	.name = "clean",
	.place = 14,
	.args = "[OPTIONS]",
	.summary = "Remove what runs that were killed have left",
	.about =
	"Modules, files, and what 'graph' and 'latency' have set in tracefs. Each 'run',\n"
	"'build', 'graph' and 'latency' does this first. This says what was done.",
	.opts = opts,
	.examples = examples,
	.statuses = statuses,
	.run = clean,
};
