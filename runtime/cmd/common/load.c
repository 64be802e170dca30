// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A module that was found is loaded: the staprun command for it, and what is cleaned of runs
 * before.
 */
#include "cmd/common/module.h"

#include <errno.h>

#include "base/msg.h"
#include "base/problem.h"
#include "base/strv.h"
#include "cmd/common/host.h"
#include "cmd/common/journal.h"
#include "host/cache-dir.h"
#include "modules/modules.h"
#include "stap/command.h"
#include "stap/preflight.h"
#include "stap/quirks.h"
#include "verb/verb.h"

/* Where the script isn't here, its module's manifest says what its words are */
static int words_of_module(struct module_job *j)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	const struct module_options *w = j->options;
	int ret;

	if (j->source.path || !w->args || !*w->args)
		return STATUS_OK;
	if (!j->entry.manifest.load_args) {
		msg_error("the module of %s takes no arguments: they were compiled in",
			  j->source.name);
		msg_hint("set globals of the script with -G NAME=VALUE");
		return STATUS_USAGE;
	}
	ret = params_words(j->entry.manifest.load_args, w->args, &j->globals, &p);
	if (ret)
		verb_report(ret, &p);
	return ret ? STATUS_USAGE : STATUS_OK;
}

/* What a script of ours needs to have something to look at */
static int check_loaded(const struct module_job *j)
{
	static const char *const needed[] = { "vhost", "vhost_net" };
	const struct facts *f = &j->entry.manifest.facts;
	CLEANUP(problem_free) struct problem p = { 0 };
	int ret = 0;

	for (size_t i = 0; i < f->n_modules && !ret; i++)
		for (size_t n = 0; n < ARRAY_SIZE(needed) && !ret; n++)
			if (!strcmp(f->modules[i].name, needed[n]))
				ret = preflight_loaded(&j->host, needed[n], &p);
	return verb_report(ret, &p);
}

int module_command(struct module_job *j, struct command *c)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	int status = words_of_module(j);

	if (status)
		return status;
	if (params_check(&j->globals, &j->info, &p)) {
		verb_report(-EINVAL, &p);
		return STATUS_USAGE;
	}
	status = check_loaded(j);
	if (status)
		return status;
	strv_add(&c->argv, j->staprun.path);
	for (unsigned int i = 1; i < j->options->verbose; i++)
		strv_add(&c->argv, "-v");
	/* a name of its own: several runs of one module at once */
	strv_add(&c->argv, "-R");
	strv_add(&c->argv, j->entry.ko);
	strv_add_all(&c->argv, &j->globals);
	quirks_run_env(&c->env);
	return c->argv.broken || c->env.broken ? module_no_memory() : STATUS_OK;
}

void module_clean_modules(struct module_job *j, pid_t only, unsigned int patience_ms)
{
	struct stale_modules l = { &j->host, j->staprun.path, only, patience_ms };
	STRV_CLEAN struct strv removed = { 0 };
	STRV_CLEAN struct strv stuck = { 0 };

	stale_modules_remove(&l, &removed, &stuck);
	for (size_t i = 0; i < removed.n; i++)
		msg_debug("removed module %s, left behind by a killed run", removed.v[i]);
	for (size_t i = 0; i < stuck.n; i++)
		msg_debug("can't remove module %s, left behind by a killed run", stuck.v[i]);
}

void module_clean_up(struct module_job *j)
{
	journal_restore(NULL, NULL);
	if (j->staprun.path)
		module_clean_modules(j, 0, 1000);
	/* what others can change they can make lead anywhere while it is removed */
	if (j->cache && cache_dir_trusted(j->cache)) {
		rundir_sweep(j->cache, NULL);
		cache_sweep(j->cache);
	}
}
