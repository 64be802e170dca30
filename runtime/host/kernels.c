// SPDX-License-Identifier: GPL-2.0-or-later
/* The kernels that this host has modules of. */
#include "host/kernels.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"

static bool is_release(const char *dir, const char *name)
{
	FREE char *path = str_printf("%s/%s", dir, name);

	return isdigit((unsigned char)*name) && path && file_is_dir(path);
}

int kernels_list(const char *root, struct strv *releases)
{
	FREE char *dir = str_printf("%s/lib/modules", root);
	DIR *d = dir ? opendir(dir) : NULL;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; (e = readdir(d));)
		if (is_release(dir, e->d_name))
			strv_add(releases, e->d_name);
	closedir(d);
	strv_sort(releases);
	return releases->broken ? -ENOMEM : 0;
}
