// SPDX-License-Identifier: GPL-2.0-or-later
/* A module out of a bundle: looked at first, and put into the cache when it fits. */
#include "cmd/common/module.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "cmd/common/host.h"
#include "modules/modules.h"
#include "verb/verb.h"

static int bundle_lacks(const struct module_job *j, const struct strv *has)
{
	STRV_CLEAN struct strv names = { 0 };
	FREE char *all = NULL;

	for (size_t i = 0; i < has->n; i++)
		if (str_ends_with(has->v[i], ".json"))
			strv_addf(&names, "%.*s", (int)strlen(has->v[i]) - 5, has->v[i]);
	all = strv_join(&names, ", ");
	msg_error("%s has no module of %s for kernel %s", j->options->bundle, j->source.name,
		  j->host.release);
	if (names.n)
		msg_hint("it has: %s", str_empty(all));
	return STATUS_MISSING;
}

static int bundle_failed(const struct module_job *j, int ret, const struct strv *has,
			 const struct problem *p)
{
	if (ret == -ENOENT && file_exists(j->options->bundle))
		return bundle_lacks(j, has);
	if (ret == -ENOENT) {
		msg_error("no file or directory %s", j->options->bundle);
		return STATUS_USAGE;
	}
	if (p->what)
		verb_report(ret, p);
	else
		msg_errno(ret, "can't unpack %s", j->options->bundle);
	return ret == -EBADMSG ? STATUS_FAILED : STATUS_MISSING;
}

/* @out is where it was unpacked for a look: of no interest to anybody */
static int misfit(const struct module_job *j, int ret, const char *out)
{
	FREE char *prefix = str_printf("%s/", out);
	FREE char *why = prefix && j->why ? str_replace(j->why, prefix, "") : NULL;

	if (ret == -EBADMSG) {
		msg_error("%s: %s", j->options->bundle, str_known(why));
		return STATUS_FAILED;
	}
	msg_error("%s: %s does not fit: %s", j->options->bundle, j->source.name, str_known(why));
	msg_hint("%s build -r %s --bundle FILE %s makes one that fits, on a machine with SystemTap",
		 msg_program, j->host.release, j->source.name);
	return STATUS_MISSING;
}

/* The module in @out becomes an entry, after it was found to fit */
static int unpack_into(struct module_job *j, const char *out)
{
	FREE char *file = str_printf("%s.ko", j->source.module);
	FREE char *json = str_printf("%s/%s.json", out, j->source.module);
	FREE char *ko = file ? str_printf("%s/%s", out, file) : NULL;
	CLEANUP(manifest_free) struct manifest m = { 0 };
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv has = { 0 };
	int ret = json && ko ? manifest_read(json, &m, &p) : -ENOMEM;
	FREE char *key = str_printf("b%s", m.checksum);
	FREE char *dir = key ? cache_entry_dir(j->cache, key) : NULL;

	if (ret == -EBADMSG) {
		free(j->why);
		j->why = p.what;
		p.what = NULL;
		return misfit(j, ret, out);
	}
	if (ret)
		return bundle_failed(j, ret, &has, &p);
	if (dir && !module_take(j, dir)) {
		cache_touch(dir);
		return STATUS_OK;
	}
	ret = bundle_extract(j->options->bundle, j->host.release, file, ko, &has, &p);
	if (ret)
		return bundle_failed(j, ret, &has, &p);
	ret = module_take(j, out);
	if (ret)
		return misfit(j, ret, out);
	ret = cache_put(j->cache, key, out);
	if (!ret)
		ret = module_take(j, dir);
	return ret ? bundle_failed(j, ret, &has, &p) : STATUS_OK;
}

int module_unpack(struct module_job *j, const char *tmp)
{
	FREE char *out = str_printf("%s/out", tmp);
	FREE char *file = str_printf("%s.json", j->source.module);
	FREE char *json = out && file ? str_printf("%s/%s", out, file) : NULL;
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv has = { 0 };
	int ret = json ? 0 : -ENOMEM;

	if (!ret && mkdir(out, 0755))
		ret = -errno;
	if (!ret)
		ret = bundle_extract(j->options->bundle, j->host.release, file, json, &has, &p);

	return ret ? bundle_failed(j, ret, &has, &p) : unpack_into(j, out);
}
