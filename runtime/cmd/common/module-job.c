// SPDX-License-Identifier: GPL-2.0-or-later
/* What each part of finding a module uses: whether one fits, what is said, and the end of it. */
#include "cmd/common/module.h"

#include <errno.h>
#include <stdio.h>

#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"
#include "modules/modules.h"
#include "verb/verb.h"

void module_progress(const char *fmt, ...)
{
	va_list ap;

	if (!msg_verbose && !isatty(STDERR_FILENO))
		return;
	va_start(ap, fmt);
	FREE char *text = str_vprintf(fmt, ap);

	va_end(ap);
	if (text)
		msg_note("%s", text);
}

int module_no_memory(void)
{
	msg_error("out of memory");
	return STATUS_FAILED;
}

int module_no_cache(void)
{
	msg_error("no cache directory: HOME is not set");
	msg_hint("set STAP_VHOST_CACHE");
	return STATUS_MISSING;
}

/* Whether a module is one to take */

static int here_facts(struct module_job *j, const struct facts *of, struct facts *here)
{
	int ret = j->options->load ? facts_of_running(&j->host, of, here) :
				  facts_of_files(&j->host, j->source.debuginfo, here);

	here->systemtap = j->staprun.version;
	memcpy(here->sources, j->source.sources, sizeof(here->sources));
	return ret;
}

/* -ENOENT: no module there; -EBADMSG: damaged, -EINVAL: another one; j->why says how */
static int consider(struct module_job *j, const char *dir, struct entry *e, struct modinfo *info)
{
	CLEANUP(problem_free) struct problem p = { 0 };
	struct facts here;
	enum compat fit;
	int ret = entry_open(e, dir, j->source.module, &p);

	if (ret == -EBADMSG) {
		free(j->why);
		j->why = strdup(p.what);
	}
	if (ret)
		return ret;
	ret = here_facts(j, &e->manifest.facts, &here);
	if (ret)
		return ret;
	free(j->why);
	fit = compat_facts(&e->manifest.facts, &here, &j->why);
	if (fit == COMPAT_OK)
		fit = compat_file(e->ko, &e->manifest, info, &j->why);
	if (fit == COMPAT_OK)
		return 0;
	msg_debug("%s doesn't fit: %s", e->ko, j->why ? j->why : "?");
	return fit == COMPAT_DAMAGED ? -EBADMSG : -EINVAL;
}

int module_take(struct module_job *j, const char *dir)
{
	struct entry e = { .lock = -1 };
	struct modinfo info = { 0 };
	int ret = consider(j, dir, &e, &info);

	if (!ret) {
		msg_debug("module %s", e.ko);
		entry_close(&j->entry);
		modinfo_free(&j->info);
		j->entry = e;
		j->info = info;
	} else {
		entry_close(&e);
		modinfo_free(&info);
	}
	return ret;
}

void module_job_free(struct module_job *j)
{
	host_free(&j->host);
	strv_free(&j->datadirs);
	free(j->script_path);
	free(j->tapsets);
	free(j->cache);
	script_key_free(&j->source);
	staprun_free(&j->staprun);
	entry_close(&j->entry);
	modinfo_free(&j->info);
	strv_free(&j->globals);
	free(j->why);
	*j = (struct module_job){ .entry = { .lock = -1 } };
}
