/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's modules: their files, and those that are loaded. */
#ifndef HOST_MODULE_H
#define HOST_MODULE_H

#include "base/base.h"
#include "base/strv.h"
#include "host/elf.h"
#include "host/host.h"

#define MODULE_NAME 64		/* more than the kernel's own limit */

struct module {
	char name[MODULE_NAME];
	char *rel;		/* kernel/drivers/vhost/vhost.ko.xz, NULL: no such file */
	char *path;		/* the same from the root on */
	bool builtin, loaded;
	struct build_id id;
};

/* -ENOENT when the kernel has it neither as a file nor built in */
int module_find(const struct host *h, const char *name, struct module *m);
void module_free(struct module *m);
/* From sysfs; -ENOENT when it isn't loaded, -ENODATA when it has none */
int module_loaded_build_id(const struct host *h, const char *name, struct build_id *id);
/* Likewise of the kernel that runs */
int module_kernel_build_id(const struct host *h, struct build_id *id);
/* The files below @dir that are named as the module's would be: NAME.ko, NAME.ko.debug … */
void module_walk(const char *dir, const char *name, struct strv *found);

#endif
