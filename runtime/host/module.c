// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/module.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/strv.h"
#include "host/elf.h"
#include "host/host.h"

#define NOTES_MAX 65536

/* vhost.ko, vhost.ko.xz, vhost.ko-RELEASE.debug … is @name's; in file names - and _ are the same */
static bool is_file_of(const char *path, const char *name)
{
	const char *base = strrchr(path, '/');

	base = base ? base + 1 : path;
	for (; *name; name++, base++)
		if (*base != *name && !(*base == '-' && *name == '_'))
			return false;
	return !strncmp(base, ".ko", 3) && (!base[3] || base[3] == '.' || base[3] == '-');
}

/* The first line of @list (modules.dep, modules.builtin) that names the module */
static char *look_up(const struct host *h, const char *list, const char *name)
{
	FREE char *path = host_path(h, "/lib/modules/%s/%s", h->release, list);
	FILE *f = path ? file_stream(path) : NULL;
	FREE char *line = NULL;
	char *found = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	while (!found && getline(&line, &size, f) >= 0) {
		line[strcspn(line, ":\n")] = '\0';
		/* an absolute path is one from depmod's command line; it is no place of ours */
		if (*line != '/' && !strstr(line, "..") && is_file_of(line, name))
			found = strdup(line);
	}
	fclose(f);
	return found;
}

/* nftw() has no context argument */
static struct {
	const char *name;
	struct strv *found;
} walk;

static int visit(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)ftw;
	/* a link is what FTW_PHYS calls FTW_SL: debug trees may hold some */
	if ((type == FTW_F || type == FTW_SL) && is_file_of(path, walk.name))
		strv_add(walk.found, path);
	return 0;
}

void module_walk(const char *dir, const char *name, struct strv *found)
{
	walk.name = name;
	walk.found = found;
	/* FTW_PHYS: build and source are links into other trees */
	nftw(dir, visit, 16, FTW_PHYS);
	strv_sort(found);
}

/* For a tree without depmod's files */
static char *look_around(const struct host *h, const char *name)
{
	FREE char *dir = host_path(h, "/lib/modules/%s", h->release);
	STRV_CLEAN struct strv found = { 0 };

	if (!dir)
		return NULL;
	module_walk(dir, name, &found);
	return found.n ? strdup(found.v[0] + strlen(dir) + 1) : NULL;
}

int module_loaded_build_id(const struct host *h, const char *name, struct build_id *id)
{
	FREE char *path = host_path(h, "/sys/module/%s/notes/.note.gnu.build-id", name);
	FREE char *notes = NULL;
	size_t len;
	int ret = path ? file_read(path, NOTES_MAX, &notes, &len) : -ENOMEM;

	id->len = 0;
	return ret ? ret : elf_notes_build_id(notes, len, id);
}

int module_kernel_build_id(const struct host *h, struct build_id *id)
{
	FREE char *path = host_path(h, "/sys/kernel/notes");
	FREE char *notes = NULL;
	size_t len;
	int ret = path ? file_read(path, NOTES_MAX, &notes, &len) : -ENOMEM;

	id->len = 0;
	return ret ? ret : elf_notes_build_id(notes, len, id);
}

/* The loaded module is what a probe goes into; its file is second best. */
static void identify(const struct host *h, struct module *m)
{
	struct elf_facts f = { 0 };
	int ret = m->path ? elf_facts(m->path, &f) : 0;

	if (ret)
		msg_debug("module %s: %s: %s", m->name, m->path, elf_why_not(ret));
	if (m->loaded && !module_loaded_build_id(h, m->name, &m->id)) {
		if (f.id.len && !build_id_eq(&m->id, &f.id)) {
			char a[BUILD_ID_TEXT], b[BUILD_ID_TEXT];

			msg_debug("module %s: loaded is %s, on disk is %s: the file has changed",
				  m->name, build_id_text(&m->id, a), build_id_text(&f.id, b));
		}
		return;
	}
	m->id = f.id;
}

static const char *place_of(const struct module *m)
{
	if (m->builtin)
		return "built in";
	return m->path ? m->path : "no file";
}

int module_find(const struct host *h, const char *name, struct module *m)
{
	char id[BUILD_ID_TEXT];

	*m = (struct module){ 0 };
	snprintf(m->name, sizeof(m->name), "%s", name);
	if (h->running) {
		FREE char *sys = host_path(h, "/sys/module/%s", name);

		m->loaded = sys && file_exists(sys);
	}
	m->rel = look_up(h, "modules.dep", name);
	if (!m->rel) {
		FREE char *builtin = look_up(h, "modules.builtin", name);

		m->builtin = builtin != NULL;
		if (!m->builtin)
			m->rel = look_around(h, name);
	}
	if (m->rel) {
		m->path = host_path(h, "/lib/modules/%s/%s", h->release, m->rel);
		if (!m->path)
			return -ENOMEM;
	}
	if (!m->rel && !m->builtin && !m->loaded) {
		msg_debug("module %s: kernel %s has none", name, h->release);
		return -ENOENT;
	}
	if (!m->builtin)
		identify(h, m);
	msg_debug("module %s: %s%s, build-id %s", name, place_of(m),
		  m->loaded && !m->builtin ? ", loaded" : "", build_id_text(&m->id, id));
	return 0;
}

void module_free(struct module *m)
{
	free(m->rel);
	free(m->path);
	*m = (struct module){ 0 };
}
