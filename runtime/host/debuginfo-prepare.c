// SPDX-License-Identifier: GPL-2.0-or-later
/* The debuginfo of all that a script probes, found and linked before stap runs. */
#include "host/cache-dir.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/debuginfo.h"
#include "host/distro.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"

#define NOTES_MAX 65536

struct prepare {
	const struct host *h;
	const char *cache;
	struct debuginfod server;
	struct strv missing, refused;
	bool need_kernel;	/* a module is built in, or the script says so */
};

static int prepare_one(struct prepare *p, const struct module *m, const struct build_id *id,
		       bool download, struct strv *refused)
{
	FREE char *path = NULL;
	struct elf_facts f;
	int ret = debuginfo_find_or_fetch(p->h, m, id, download ? &p->server : NULL, &path,
					  refused);

	if (!ret)
		ret = elf_facts(path, &f);
	if (!ret && f.id.len)
		ret = debuginfo_link(p->cache, id->len ? id : &f.id, path);
	return ret;
}

/* Of those that the script may do without, only what is in use is worth a download */
static int prepare_module(struct prepare *p, const struct module *m, bool may_lack)
{
	STRV_CLEAN struct strv unheard = { 0 };
	char id[BUILD_ID_TEXT];
	int ret = prepare_one(p, m, &m->id, !may_lack || m->loaded,
			      may_lack ? &unheard : &p->refused);

	if (ret != -ENOENT || may_lack)
		return ret == -ENOENT ? 0 : ret;
	strv_addf(&p->missing, "module %s (build-id %s)", m->name, build_id_text(&m->id, id));
	return 0;
}

/* @named: by the script's .meta, so that it has to be there */
static int prepare_target(struct prepare *p, const char *name, bool named, bool may_lack)
{
	CLEANUP(module_free) struct module m = { 0 };
	int ret = module_find(p->h, name, &m);

	if (ret == -ENOENT) {
		if (named)
			strv_addf(&p->missing, "module %s (this kernel has none)", name);
		return 0;
	}
	if (!ret && m.builtin) {
		p->need_kernel |= named || !may_lack;
		return 0;
	}
	return ret ? ret : prepare_module(p, &m, may_lack && !named);
}

void debuginfo_kernel_id(const struct host *h, struct build_id *id)
{
	FREE char *path = host_path(h, "/sys/kernel/notes");
	FREE char *notes = NULL;
	size_t len;

	id->len = 0;
	if (h->running && path && !file_read(path, NOTES_MAX, &notes, &len))
		elf_notes_build_id(notes, len, id);
}

static int prepare_kernel(struct prepare *p, struct strv *warnings)
{
	struct build_id id;
	char text[BUILD_ID_TEXT];

	debuginfo_kernel_id(p->h, &id);

	int ret = prepare_one(p, NULL, &id, true, &p->refused);

	if (ret != -ENOENT)
		return ret;
	if (p->need_kernel)
		strv_addf(&p->missing, "the kernel itself, vmlinux (build-id %s)",
			  build_id_text(&id, text));
	else
		strv_addf(warnings, "no debuginfo for the kernel itself (vmlinux, build-id %s): "
			  "probes on it won't resolve", build_id_text(&id, text));
	return 0;
}

/* A name is part of paths; - and _ are the same, and the kernel has it with _ */
static char *module_name(const char *word)
{
	char *name = strlen(word) < MODULE_NAME ? strdup(word) : NULL;

	for (char *c = name; c && *c; c++) {
		if (*c == '-')
			*c = '_';
		if (!isalnum((unsigned char)*c) && *c != '_') {
			free(name);
			return NULL;
		}
	}
	return name;
}

static int module_names(const struct strv *words, struct strv *names, struct problem *out)
{
	for (size_t i = 0; words && i < words->n; i++) {
		FREE char *name = module_name(words->v[i]);

		if (!name) {
			problem_set(out, str_printf("'%s' is not a module's name", words->v[i]),
				    strdup("the field debuginfo: of the script's .meta takes "
					   "names of modules, or kernel"));
			return -EINVAL;
		}
		if (!strv_has(names, name))
			strv_add(names, name);
	}
	return names->broken ? -ENOMEM : 0;
}

static void add_hint(struct problem *out, char *hint)
{
	if (hint)
		strv_add(&out->hints, hint);
	free(hint);
}

/* "no debuginfo for kernel REL: module vhost (build-id …), module …" */
static void complain(const struct prepare *p, struct problem *out)
{
	FREE char *list = strv_join(&p->missing, ", ");

	problem_set(out, str_printf("no debuginfo for kernel %s: %s", p->h->release,
				    list ? list : "?"), NULL);
	for (size_t i = 0; i < p->refused.n; i++)
		strv_addf(&out->hints, "refused %s", p->refused.v[i]);
	add_hint(out, debuginfod_answer(&p->server, p->h));
	add_hint(out, host_install_hint(p->h, PKG_DEBUGINFO));
	if (!p->server.urls)
		add_hint(out, host_debuginfod_hint(p->h));
}

static bool is_default(const char *name)
{
	for (const struct debuginfo_target *t = debuginfo_targets; t->module; t++)
		if (!strcmp(t->module, name))
			return true;
	return false;
}

static int prepare_modules(struct prepare *p, const struct strv *names)
{
	int ret = 0;

	for (const struct debuginfo_target *t = debuginfo_targets; t->module && !ret; t++)
		ret = prepare_target(p, t->module, strv_has(names, t->module), t->may_lack);
	for (size_t i = 0; i < names->n && !ret; i++) {
		if (!strcmp(names->v[i], "kernel"))
			p->need_kernel = true;
		else if (!is_default(names->v[i]))
			ret = prepare_target(p, names->v[i], true, false);
	}
	return ret;
}

static int prepare_all(struct prepare *p, const struct strv *extra, struct strv *warnings,
		       struct problem *out)
{
	STRV_CLEAN struct strv names = { 0 };
	int ret = module_names(extra, &names, out);

	if (!ret)
		ret = prepare_modules(p, &names);
	if (!ret)
		ret = prepare_kernel(p, warnings);
	if (!ret && p->missing.n) {
		complain(p, out);
		ret = -ENOENT;
	}
	if (ret == -EINTR)
		problem_set(out, strdup("interrupted while debuginfo was downloaded"), NULL);
	return ret;
}

int debuginfo_prepare(const struct host *h, const char *cache, const struct strv *extra,
		      char **search_path, struct strv *warnings, struct problem *problem)
{
	const char *user = getenv("SYSTEMTAP_DEBUGINFO_PATH");
	int ret = cache_dir_open(cache);
	/* elfutils takes a relative directory as relative to the module's */
	FREE char *full = ret ? NULL : realpath(cache, NULL);
	struct prepare p = { .h = h, .cache = full };

	if (!ret && !full)
		ret = -errno;
	if (!ret) {
		debuginfod_init(&p.server);
		ret = prepare_all(&p, extra, warnings, problem);
		debuginfod_close(&p.server);
	}
	strv_free(&p.missing);
	strv_free(&p.refused);
	if (ret)
		return ret;
	/* '+': check the CRC where there's no build-id. Then elfutils' own form of a list. */
	*search_path = user && *user ?
		str_printf("%s:%s/debug", user, full) :
		str_printf("+:%s/usr/lib/debug:%s/debug", h->root, full);
	return *search_path ? 0 : -ENOMEM;
}
