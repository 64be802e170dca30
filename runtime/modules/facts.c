// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules/modules.h"

#include <errno.h>
#include <stdio.h>
#include <sys/utsname.h>

#include "base/msg.h"
#include "base/strv.h"
#include "host/debuginfo.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"

/* Those whose inside our tapsets look at */
static const char *const always[] = { "vhost", "vhost_iotlb", "vhost_net", "tun", "tap" };

static void facts_common(const struct host *h, struct facts *f)
{
	struct utsname u;

	*f = (struct facts){ 0 };
	snprintf(f->release, sizeof(f->release), "%s", h->release);
	if (!uname(&u))
		snprintf(f->arch, sizeof(f->arch), "%.*s", (int)sizeof(f->arch) - 1, u.machine);
}

static void add_module(struct facts *f, const char *name, const struct build_id *id)
{
	if (f->n_modules == FACTS_MODULES || !id->len)
		return;
	snprintf(f->modules[f->n_modules].name, sizeof(f->modules[0].name), "%s", name);
	f->modules[f->n_modules++].id = *id;
}

static int add_file(const struct host *h, const char *name, struct facts *f)
{
	CLEANUP(module_free) struct module m = { 0 };
	int ret = module_find(h, name, &m);

	if (!ret && !m.builtin)
		add_module(f, name, &m.id);
	return ret == -ENOENT ? 0 : ret;
}

/* Of the vmlinux whose DWARF was used; what runs says it by itself */
static void add_kernel(const struct host *h, struct facts *f)
{
	FREE char *path = NULL;
	STRV_CLEAN struct strv refused = { 0 };
	struct build_id unknown = { .len = 0 };
	struct elf_facts e;

	if (h->running && !module_kernel_build_id(h, &f->kernel))
		return;
	if (!debuginfo_find(h, NULL, &unknown, &path, &refused) && !elf_facts(path, &e))
		f->kernel = e.id;
}

int facts_of_files(const struct host *h, const char *more, struct facts *f)
{
	FREE char *words = strdup(more ? more : "");
	char *save = NULL;
	int ret = words ? 0 : -ENOMEM;

	facts_common(h, f);
	for (size_t i = 0; i < ARRAY_SIZE(always) && !ret; i++)
		ret = add_file(h, always[i], f);
	for (char *w = words ? strtok_r(words, " ,", &save) : NULL; w && !ret;
	     w = strtok_r(NULL, " ,", &save))
		if (strcmp(w, "kernel"))
			ret = add_file(h, w, f);
	if (!ret)
		add_kernel(h, f);
	return ret;
}

int facts_of_running(const struct host *h, const struct facts *m, struct facts *f)
{
	facts_common(h, f);
	if (module_kernel_build_id(h, &f->kernel))
		msg_debug("the kernel's build-id can't be read: it isn't compared");
	for (size_t i = 0; i < m->n_modules; i++) {
		struct build_id id;

		if (!module_loaded_build_id(h, m->modules[i].name, &id))
			add_module(f, m->modules[i].name, &id);
	}
	return 0;
}
