// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the DWARF of a module is. A search is a chain of small steps, in
 * order; each says under -v what it looked at. A file is only taken when it is
 * of the same build and really holds DWARF: the wrong one would give wrong
 * member offsets, and probes that read garbage.
 */
#include "host/debuginfo.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"

struct search {
	const struct host *h;
	const char *what;		/* for messages */
	const struct module *m;		/* NULL: the kernel itself */
	const struct build_id *want;
	struct debuginfod *server;	/* NULL: look on this machine only */
	struct strv *refused;
	struct strv seen;		/* "device:inode", or the name of a dangling link */
	char *found;
};

static void refuse(struct search *s, const char *path, const char *why)
{
	strv_addf(s->refused, "%s: %s", path, why);
	msg_debug("%s: refused %s: %s", s->what, path, why);
}

/* Two steps may lead to one file, by links of any kind */
static bool seen_before(struct search *s, const char *path)
{
	struct stat st;
	char id[64];

	if (stat(path, &st))
		return false;
	snprintf(id, sizeof(id), "%llx:%llx", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	if (strv_has(&s->seen, id))
		return true;
	strv_add(&s->seen, id);
	return false;
}

/* 0, or -ENOENT and refused */
static int check(struct search *s, const char *path)
{
	char is[BUILD_ID_TEXT], want[BUILD_ID_TEXT];
	FREE char *differs = NULL;
	struct elf_facts f;
	int ret = elf_facts(path, &f);

	if (ret) {
		refuse(s, path, elf_why_not(ret));
		return -ENOENT;
	}
	if (s->want->len && !build_id_eq(&f.id, s->want)) {
		differs = str_printf("its build-id is %s, that of %s is %s",
				     build_id_text(&f.id, is), s->what,
				     build_id_text(s->want, want));
		refuse(s, path, differs ? differs : "of another build");
		return -ENOENT;
	}
	if (!f.has_dwarf) {
		refuse(s, path, "it has no DWARF");
		return -ENOENT;
	}
	if (!s->want->len)
		msg_debug("%s: unknown whether %s is of the same build", s->what, path);
	return 0;
}

/* Takes @path; 0 when it is the one */
static int consider(struct search *s, char *path)
{
	FREE char *name = path ? strdup(path) : NULL;
	FREE char *p = host_resolve(s->h, path);
	char target[1];

	if (!p && name && readlink(name, target, sizeof(target)) > 0 && !strv_has(&s->seen, name)) {
		strv_add(&s->seen, name);
		refuse(s, name, "a link without a target");
	}
	if (!p || seen_before(s, p) || check(s, p))
		return -ENOENT;
	s->found = p;
	p = NULL;
	return 0;
}

/* The same, where a file without DWARF is what one expects, and none to refuse */
static int consider_quietly(struct search *s, char *path)
{
	FREE char *p = path;
	struct elf_facts f;

	if (!p || elf_facts(p, &f) || !f.has_dwarf)
		return -ENOENT;
	path = p;
	p = NULL;
	return consider(s, path);
}

/* What a debuginfo package makes for gdb: Fedora, openSUSE, Ubuntu; vmlinux of Debian */
static int try_build_id(struct search *s)
{
	char id[BUILD_ID_TEXT];

	if (s->want->len < 2)
		return -ENOENT;
	build_id_text(s->want, id);
	return consider(s, host_path(s->h, "/usr/lib/debug/.build-id/%.2s/%s.debug", id, id + 2));
}

/* @layout with its words replaced, on this host; NULL when it can't be */
static char *expand(const struct search *s, const char *layout)
{
	FREE char *rel = str_replace(layout, "@REL@", s->h->release);
	const char *ko = s->m && s->m->rel ? strstr(s->m->rel, ".ko") : NULL;
	FREE char *mod = ko ? str_printf("%.*s", (int)(ko - s->m->rel), s->m->rel) : NULL;
	FREE char *path = NULL;

	if (!rel || (!mod && strstr(rel, "@MOD@")))
		return NULL;
	path = mod ? str_replace(rel, "@MOD@", mod) : strdup(rel);
	return path ? host_path(s->h, "%s", path) : NULL;
}

static int try_rows(struct search *s, const struct debuginfo_layout *l,
		    int (*try)(struct search *s, char *path))
{
	for (; l->path; l++) {
		if (try(s, expand(s, l->path)))
			continue;
		msg_debug("%s: found in the path of %s", s->what, l->who);
		return 0;
	}
	return -ENOENT;
}

static int try_layouts(struct search *s)
{
	return try_rows(s, s->m ? debuginfo_module_layouts : debuginfo_kernel_layouts, consider);
}

static int try_build_tree(struct search *s)
{
	return try_rows(s, debuginfo_build_layouts, consider_quietly);
}

/* A module that moved (updates/, extra/, weak-updates/), or a layout we don't know */
static int try_walk(struct search *s)
{
	for (const char *const *tree = debuginfo_trees; *tree; tree++) {
		STRV_CLEAN struct strv found = { 0 };
		FREE char *dir = expand(s, *tree);

		if (!dir)
			return -ENOENT;
		module_walk(dir, s->m->name, &found);
		for (size_t i = 0; i < found.n; i++)
			if (!consider(s, strdup(found.v[i])))
				return 0;
	}
	return -ENOENT;
}

/* A kernel of one's own: the module was never stripped */
static int try_module_itself(struct search *s)
{
	return consider_quietly(s, s->m->path ? strdup(s->m->path) : NULL);
}

static int try_debuginfod(struct search *s)
{
	char *path = NULL;
	int ret = s->server ? debuginfod_fetch(s->server, s->what, s->want, &path) : -ENOENT;

	return ret ? ret : consider(s, path);
}

struct step {
	const char *name;
	int (*try)(struct search *s);
};

static const struct step module_steps[] = {
	{ "debug tree", try_layouts },
	{ "build-id directory", try_build_id },
	{ "search of the debug tree", try_walk },
	{ "the module itself", try_module_itself },
	{ "debuginfod", try_debuginfod },
	{ 0 },
};

static const struct step kernel_steps[] = {
	{ "debug tree", try_layouts },
	{ "build-id directory", try_build_id },
	{ "build tree", try_build_tree },
	{ "debuginfod", try_debuginfod },
	{ 0 },
};

/* -EINTR when a download was interrupted */
static int find(struct search *s)
{
	int ret = -ENOENT;

	for (const struct step *step = s->m ? module_steps : kernel_steps; step->name; step++) {
		ret = step->try(s);
		if (!ret)
			msg_debug("%s: debuginfo by %s: %s", s->what, step->name, s->found);
		if (!ret || ret == -EINTR)
			break;
		msg_debug("%s: debuginfo by %s: none", s->what, step->name);
		ret = -ENOENT;
	}
	strv_free(&s->seen);
	return ret;
}

int debuginfo_find_or_fetch(const struct host *h, const struct module *m,
			    const struct build_id *id, struct debuginfod *server, char **path,
			    struct strv *refused)
{
	struct search s = {
		.h = h, .what = m ? m->name : "the kernel", .m = m, .want = id,
		.server = server, .refused = refused,
	};
	int ret = find(&s);

	*path = s.found;
	return ret;
}

int debuginfo_find(const struct host *h, const struct module *m, const struct build_id *id,
		   char **path, struct strv *refused)
{
	return debuginfo_find_or_fetch(h, m, id, NULL, path, refused);
}
