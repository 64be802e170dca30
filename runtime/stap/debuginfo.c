// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the DWARF of a module is. A search is a chain of small steps, in
 * order; each says under -v what it looked at. A file is only taken when it is
 * of the same build and really holds DWARF: the wrong one would give wrong
 * member offsets, and probes that read garbage.
 */
#include "stap.h"

#include <errno.h>
#include <stdio.h>

#define NOTES_MAX 65536

struct search {
	const struct host *h;
	const char *what;		/* for messages */
	const struct module *m;		/* only the steps for modules look at it */
	const struct build_id *want;
	struct strv *refused;
	char *found;
};

/* Two steps may lead to one file */
static bool was_refused(const struct search *s, const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < s->refused->n; i++)
		if (!strncmp(s->refused->v[i], path, len) && s->refused->v[i][len] == ':')
			return true;
	return false;
}

/* Takes @path; 0 when it is the one */
static int consider(struct search *s, char *path)
{
	char is[BUILD_ID_TEXT], want[BUILD_ID_TEXT];
	FREE char *p = host_resolve(s->h, path);
	struct elf_facts f;

	if (!p || was_refused(s, p))
		return -ENOENT;

	int ret = elf_facts(p, &f);

	if (ret) {
		strv_addf(s->refused, "%s: %s", p, ret == -ENOEXEC ?
			  "no ELF file that this libdw can open" : strerror(-ret));
	} else if (s->want->len && !build_id_eq(&f.id, s->want)) {
		strv_addf(s->refused, "%s: its build-id is %s, that of %s is %s", p,
			  build_id_text(&f.id, is), s->what, build_id_text(s->want, want));
	} else if (!f.has_dwarf) {
		strv_addf(s->refused, "%s: no DWARF in it", p);
	} else {
		if (!s->want->len)
			msg_debug("%s: can't tell whether %s is of the same build", s->what, p);
		s->found = p;
		p = NULL;
		return 0;
	}
	msg_debug("%s: refused %s", s->what, s->refused->n ?
		  s->refused->v[s->refused->n - 1] : "a file");
	return -ENOENT;
}

/* What a debuginfo package makes for gdb: Fedora, openSUSE, Ubuntu */
static int try_build_id(struct search *s)
{
	char id[BUILD_ID_TEXT];

	if (s->want->len < 2)
		return -ENOENT;
	build_id_text(s->want, id);
	return consider(s, host_path(s->h, "/usr/lib/debug/.build-id/%.2s/%s.debug", id, id + 2));
}

/*
 * The package's copy of /lib/modules: Debian leaves .xz off and adds nothing,
 * Fedora has NAME.ko.debug, Ubuntu NAME.ko or .ko.zst, openSUSE below usr/lib.
 */
static int try_debug_tree(struct search *s)
{
	static const char *const trees[] = { "lib/modules", "usr/lib/modules" };
	static const char *const ends[] = {
		".ko", ".ko.debug", ".ko.xz", ".ko.xz.debug", ".ko.zst", ".ko.zst.debug",
		".ko.gz", ".ko.gz.debug",
	};
	const char *ko = s->m->rel ? strstr(s->m->rel, ".ko") : NULL;

	if (!ko)
		return -ENOENT;
	for (size_t t = 0; t < ARRAY_SIZE(trees); t++)
		for (size_t e = 0; e < ARRAY_SIZE(ends); e++)
			if (!consider(s, host_path(s->h, "/usr/lib/debug/%s/%s/%.*s%s", trees[t],
						   s->h->release, (int)(ko - s->m->rel),
						   s->m->rel, ends[e])))
				return 0;
	return -ENOENT;
}

/* A module that moved: updates/, extra/, weak-updates/ */
static int try_debug_walk(struct search *s)
{
	STRV_CLEAN struct strv found = { 0 };
	FREE char *dir = host_path(s->h, "/usr/lib/debug/lib/modules/%s", s->h->release);

	if (!dir)
		return -ENOENT;
	module_walk(dir, s->m->name, &found);
	for (size_t i = 0; i < found.n; i++)
		if (!consider(s, strdup(found.v[i])))
			return 0;
	return -ENOENT;
}

/* A kernel of one's own: the module was never stripped */
static int try_module_itself(struct search *s)
{
	struct elf_facts f;

	/* not consider(): a stripped module is what one expects, not a file to refuse */
	if (!s->m->path || elf_facts(s->m->path, &f) || !f.has_dwarf)
		return -ENOENT;
	return consider(s, strdup(s->m->path));
}

static int try_vmlinux(struct search *s)
{
	static const char *const paths[] = {
		"/usr/lib/debug/boot/vmlinux-%s",
		"/usr/lib/debug/boot/vmlinux-%s.debug",
		"/usr/lib/debug/lib/modules/%s/vmlinux",
		"/usr/lib/debug/lib/modules/%s/vmlinux.debug",
		"/usr/lib/debug/usr/lib/modules/%s/vmlinux",
		"/usr/lib/debug/usr/lib/modules/%s/vmlinux.debug",
		"/boot/vmlinux-%s",
	};

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		FREE char *path = str_replace(paths[i], "%s", s->h->release);

		if (path && !consider(s, host_path(s->h, "%s", path)))
			return 0;
	}
	return -ENOENT;
}

/*
 * A kernel one built oneself has it where it was built. A distribution's headers
 * have one stripped to its BTF there: as one expects, not a file to refuse.
 */
static int try_build_tree(struct search *s)
{
	struct elf_facts f;
	FREE char *path = host_path(s->h, "/lib/modules/%s/build/vmlinux", s->h->release);

	if (!path || elf_facts(path, &f) || !f.has_dwarf)
		return -ENOENT;
	return consider(s, strdup(path));
}

struct step {
	const char *name;
	int (*try)(struct search *s);
};

static const struct step module_steps[] = {
	{ "build-id directory", try_build_id },
	{ "debug tree", try_debug_tree },
	{ "search of the debug tree", try_debug_walk },
	{ "the module itself", try_module_itself },
	{ 0 },
};

static const struct step kernel_steps[] = {
	{ "build-id directory", try_build_id },
	{ "vmlinux", try_vmlinux },
	{ "build tree", try_build_tree },
	{ 0 },
};

int debuginfo_find(const struct host *h, const struct module *m, const struct build_id *id,
		   char **path, struct strv *refused)
{
	struct search s = {
		.h = h, .what = m ? m->name : "the kernel", .m = m, .want = id,
		.refused = refused,
	};

	for (const struct step *step = m ? module_steps : kernel_steps; step->name; step++) {
		if (!step->try(&s)) {
			msg_debug("%s: debuginfo by %s: %s", s.what, step->name, s.found);
			*path = s.found;
			return 0;
		}
		msg_debug("%s: debuginfo by %s: none", s.what, step->name);
	}
	return -ENOENT;
}

const struct debuginfo_target debuginfo_targets[] = {
	{ "vhost", false },
	{ "vhost_iotlb", false },
	{ "vhost_net", false },
	{ "tun", false },
	{ "tap", false },
	{ "kvm", true },
	{ "kvm_intel", true },
	{ "kvm_amd", true },
};

const size_t debuginfo_targets_n = ARRAY_SIZE(debuginfo_targets);

struct prepare {
	const struct host *h;
	const char *cache;
	struct strv missing, refused;
	bool builtin;		/* a module that is none: the kernel's debuginfo has it */
};

static int prepare_one(struct prepare *p, const struct module *m, const struct build_id *id,
		       struct strv *refused)
{
	FREE char *path = NULL;
	struct elf_facts f;
	int ret = debuginfo_find(p->h, m, id, &path, refused);

	if (!ret)
		ret = elf_facts(path, &f);
	if (!ret && f.id.len)
		ret = farm_link(p->cache, id->len ? id : &f.id, path);
	return ret;
}

static int prepare_module(struct prepare *p, const struct debuginfo_target *t)
{
	CLEANUP(module_free) struct module m = { 0 };
	STRV_CLEAN struct strv unheard = { 0 };
	int ret = module_find(p->h, t->module, &m);

	if (ret || m.builtin) {
		p->builtin |= m.builtin && !t->may_lack;
		return ret == -ENOENT ? 0 : ret;
	}
	ret = prepare_one(p, &m, &m.id, t->may_lack ? &unheard : &p->refused);
	if (ret == -ENOENT && !t->may_lack) {
		char id[BUILD_ID_TEXT];

		strv_addf(&p->missing, "module %s (build-id %s)", m.name, build_id_text(&m.id, id));
	}
	return ret == -ENOENT ? 0 : ret;
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

	int ret = prepare_one(p, NULL, &id, &p->refused);

	if (ret != -ENOENT)
		return ret;
	if (p->builtin)
		strv_addf(&p->missing, "the kernel itself, vmlinux (build-id %s)",
			  build_id_text(&id, text));
	else
		strv_addf(warnings, "no debuginfo for the kernel itself (vmlinux, build-id %s): "
			  "probes on it won't resolve", build_id_text(&id, text));
	return 0;
}

/* "no debuginfo for kernel REL: module vhost (build-id …), module …" */
static void complain(const struct prepare *p, struct problem *out)
{
	FREE char *list = strv_join(&p->missing, ", ");

	problem_set(out, str_printf("no debuginfo for kernel %s: %s", p->h->release,
				    list ? list : "?"), NULL);
	for (size_t i = 0; i < p->refused.n; i++)
		strv_addf(&out->hints, "refused %s", p->refused.v[i]);

	FREE char *install = host_install_hint(p->h, PKG_DEBUGINFO);

	if (install)
		strv_add(&out->hints, install);
}

int debuginfo_prepare(const struct host *h, const char *cache, char **search_path,
		      struct strv *warnings, struct problem *problem)
{
	const char *user = getenv("SYSTEMTAP_DEBUGINFO_PATH");
	int ret = farm_open(cache);
	/* elfutils takes a relative directory as relative to the module's */
	FREE char *full = ret ? NULL : realpath(cache, NULL);
	struct prepare p = { .h = h, .cache = full };

	if (!ret && !full)
		ret = -errno;

	for (size_t i = 0; i < debuginfo_targets_n && !ret; i++)
		ret = prepare_module(&p, &debuginfo_targets[i]);
	if (!ret)
		ret = prepare_kernel(&p, warnings);
	if (!ret && p.missing.n) {
		complain(&p, problem);
		ret = -ENOENT;
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
