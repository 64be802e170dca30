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
	{ VERB_LONG, "cache", NULL, "also remove the built modules that are not in use",
	  { OPTION_FLAG, offsetof(struct clean_options, cache) } },
	{ 'v', "verbose", NULL, "show what is examined",
	  { OPTION_COUNT, offsetof(struct clean_options, verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost clean", "what killed runs left behind" },
	{ "stap-vhost clean --cache", "built modules too: the next run compiles" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "nothing is left" },
	{ "1", "a module can't be removed, or a setting can't be restored" },
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
		msg_errno(ret, "clean: can't list the loaded modules");
		return STATUS_FAILED;
	}
	say("removed module", &removed);
	for (size_t i = 0; i < stuck.n; i++)
		msg_error("clean: can't remove module %s", stuck.v[i]);
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
			"clean: %s is not cleaned: other users can write to it or to a directory "
			"above it, or it is not yours",
			cache);
		msg_hint("set STAP_VHOST_CACHE to another directory");
		return STATUS_FAILED;
	}
	ret = rundir_sweep(cache, &removed);
	cache_sweep(cache);
	if (!ret && modules)
		ret = cache_trim(h, cache, 0, &removed);
	say("removed", &removed);
	if (!ret)
		return STATUS_OK;
	msg_errno(ret, "clean: can't clean %s", cache);
	return STATUS_FAILED;
}

static int clean_settings(void)
{
	STRV_CLEAN struct strv done = { 0 };
	STRV_CLEAN struct strv stuck = { 0 };
	int ret = journal_restore(&done, &stuck);

	say("restored", &done);
	for (size_t i = 0; i < stuck.n; i++)
		msg_error("clean: can't restore %s", stuck.v[i]);
	if (ret && !stuck.n)
		msg_errno(ret, "clean: can't read the journals of changed settings");
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

	if (modules)
		return modules;
	return files ? files : settings;
}

VERB = {
	.name = "clean",
	.place = 14,
	.args = "[OPTIONS]",
	.summary = "Remove modules, files and settings left behind by killed runs",
	.about =
	"The settings are those of 'graph' and 'latency' in tracefs: 'clean' restores them.\n"
	"Each 'run', 'build', 'graph' and 'latency' does the same first. 'clean' also reports\n"
	"what it did.",
	.opts = opts,
	.examples = examples,
	.statuses = statuses,
	.run = clean,
};
