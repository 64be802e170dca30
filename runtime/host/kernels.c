// SPDX-License-Identifier: GPL-2.0-or-later
/* What there is on this host to choose from. */
#include "host/kernels.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"

#define COMM_MAX 64	/* the kernel keeps 15 letters of a name */

static int list(const char *dir, bool want(const char *dir, const char *name), struct strv *names)
{
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	for (struct dirent *e; (e = readdir(d));)
		if (*e->d_name != '.' && want(dir, e->d_name))
			strv_add(names, e->d_name);
	closedir(d);
	strv_sort(names);
	return names->broken ? -ENOMEM : 0;
}

static bool is_release(const char *dir, const char *name)
{
	FREE char *path = str_printf("%s/%s", dir, name);

	return isdigit((unsigned char)*name) && path && file_is_dir(path);
}

static bool is_qemu(const char *dir, const char *name)
{
	FREE char *path = str_printf("%s/%s/comm", dir, name);
	FREE char *comm = NULL;
	size_t len;

	if (!isdigit((unsigned char)*name) || !path || file_read(path, COMM_MAX, &comm, &len))
		return false;
	return !strncmp(comm, "qemu-system", strlen("qemu-system")) ||
	       !strcmp(comm, "qemu-kvm\n") || !strcmp(comm, "kvm\n");
}

int kernels_list(const char *root, struct strv *releases)
{
	FREE char *dir = str_printf("%s/lib/modules", root);

	return dir ? list(dir, is_release, releases) : -ENOMEM;
}

int qemus_list(const char *root, struct strv *pids)
{
	FREE char *dir = str_printf("%s/proc", root);

	return dir ? list(dir, is_qemu, pids) : -ENOMEM;
}
