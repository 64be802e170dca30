// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/scripts.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"

/* The directory @levels above the running program, by its file */
static char *program_dir(int levels)
{
	char exe[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n < 0)
		return NULL;
	exe[n] = '\0';
	for (; levels >= 0; levels--) {
		char *slash = strrchr(exe, '/');

		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return strdup(exe);
}

/* A source tree has both; one of them alone is another program's bin/../scripts. */
static void add_tree(struct strv *dirs, int levels)
{
	FREE char *dir = program_dir(levels);
	FREE char *scripts = dir ? str_printf("%s/scripts", dir) : NULL;
	FREE char *tapsets = dir ? str_printf("%s/tapsets", dir) : NULL;

	if (scripts && tapsets && file_is_dir(scripts) && file_is_dir(tapsets))
		strv_add(dirs, dir);
}

int scripts_datadirs(struct strv *dirs)
{
	const char *env = getenv("STAP_VHOST_DATADIR");

	if (env && *env)
		strv_add(dirs, env);
	add_tree(dirs, 1);	/* build/stap-vhost */
	add_tree(dirs, 2);	/* build/asan/stap-vhost */

	/* sbin/../share: an installation that was moved as a whole */
	FREE char *prefix = program_dir(1);

	if (prefix)
		strv_addf(dirs, "%s/share/stap-vhost", prefix);
	strv_add(dirs, DATADIR "/stap-vhost");
	return dirs->broken ? -ENOMEM : 0;
}

static bool is_file(const char *path)
{
	return file_exists(path) && !file_is_dir(path);
}

int scripts_find(const struct strv *dirs, const char *name, char **path)
{
	bool stp = str_ends_with(name, ".stp");

	if (strchr(name, '/') || (stp && is_file(name))) {
		if (!is_file(name))
			return -ENOENT;
		/* "-x.stp" would be an option to stap */
		*path = *name == '-' ? str_printf("./%s", name) : strdup(name);
		return *path ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < dirs->n; i++) {
		FREE char *p = str_printf("%s/scripts/%s%s", dirs->v[i], name, stp ? "" : ".stp");

		if (!p)
			return -ENOMEM;
		msg_debug("script %s: %s%s", name, p, is_file(p) ? "" : ": no");
		if (is_file(p)) {
			*path = p;
			p = NULL;
			return 0;
		}
	}
	return -ENOENT;
}

int scripts_tapsets(const struct strv *dirs, char **path)
{
	for (size_t i = 0; i < dirs->n; i++) {
		FREE char *p = str_printf("%s/tapsets", dirs->v[i]);

		if (!p)
			return -ENOMEM;
		if (file_is_dir(p)) {
			*path = p;
			p = NULL;
			return 0;
		}
	}
	return -ENOENT;
}

int scripts_data(const struct strv *dirs, const char *name, char **path)
{
	for (size_t i = 0; i < dirs->n; i++) {
		FREE char *installed = str_printf("%s/%s", dirs->v[i], name);
		FREE char *source = str_printf("%s/share/%s", dirs->v[i], name);
		char **found = NULL;

		if (!installed || !source)
			return -ENOMEM;
		if (is_file(installed))
			found = &installed;
		else if (is_file(source))
			found = &source;
		if (found) {
			*path = *found;
			*found = NULL;
			return 0;
		}
	}
	return -ENOENT;
}

void scripts_list(const struct strv *dirs, struct strv *names)
{
	for (size_t i = 0; i < dirs->n; i++) {
		FREE char *p = str_printf("%s/scripts", dirs->v[i]);
		DIR *d = p ? opendir(p) : NULL;

		for (struct dirent *e; d && (e = readdir(d));) {
			FREE char *name = strdup(e->d_name);

			if (!name || *name == '.' || !str_ends_with(name, ".stp"))
				continue;
			name[strlen(name) - strlen(".stp")] = '\0';
			if (!strv_has(names, name))
				strv_add(names, name);
		}
		if (d)
			closedir(d);
	}
	strv_sort(names);
}
