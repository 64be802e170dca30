// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

/* What makes two trees different: FNV-1a, 64 bits; nobody chooses these files against us */
static void mix(uint64_t *h, const void *data, size_t len)
{
	const unsigned char *p = data;

	while (len--)
		*h = (*h ^ *p++) * 0x100000001b3ULL;
}

static int write_file(const char *path, const struct quirk_file *f)
{
	CLOSE int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	size_t done = 0;

	if (fd < 0)
		return -errno;
	while (done < f->len) {
		ssize_t n = write(fd, f->text + done, f->len - done);

		if (n < 0)
			return -errno;
		done += n;
	}
	return 0;
}

/* The names in @dir, sorted */
static int entries(const char *dir, struct strv *names)
{
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	for (struct dirent *e; (e = readdir(d));)
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			strv_add(names, e->d_name);
	closedir(d);
	strv_sort(names);
	return names->broken ? -ENOMEM : 0;
}

static int key_of(const char *runtime, const struct strv *names, const struct strv *files,
		  uint64_t *key)
{
	*key = 0xcbf29ce484222325ULL;
	mix(key, runtime, strlen(runtime) + 1);
	for (size_t i = 0; i < names->n; i++) {
		FREE char *path = str_printf("%s/%s", runtime, names->v[i]);
		struct stat st;

		if (!path)
			return -ENOMEM;
		if (stat(path, &st))
			return -errno;
		mix(key, names->v[i], strlen(names->v[i]) + 1);
		mix(key, &st.st_size, sizeof(st.st_size));
		mix(key, &st.st_mtim, sizeof(st.st_mtim));
	}
	for (size_t i = 0; i < files->n; i++) {
		const struct quirk_file *f = quirk_file(files->v[i]);

		if (!f)
			return -ENOENT;
		mix(key, f->name, strlen(f->name) + 1);
		mix(key, f->text, f->len);
	}
	return 0;
}

static int fill(const char *tree, const char *runtime, const struct strv *names,
		const struct strv *files)
{
	for (size_t i = 0; i < names->n; i++) {
		FREE char *to = str_printf("%s/%s", runtime, names->v[i]);
		FREE char *path = str_printf("%s/%s", tree, names->v[i]);

		if (!to || !path)
			return -ENOMEM;
		if (!strv_has(files, names->v[i]) && symlink(to, path))
			return -errno;
	}
	for (size_t i = 0; i < files->n; i++) {
		FREE char *path = str_printf("%s/%s", tree, files->v[i]);
		int ret = path ? write_file(path, quirk_file(files->v[i])) : -ENOMEM;

		if (ret)
			return ret;
	}
	return 0;
}

static void drop(const char *tree)
{
	STRV_CLEAN struct strv names = { 0 };

	entries(tree, &names);
	for (size_t i = 0; i < names.n; i++) {
		FREE char *path = str_printf("%s/%s", tree, names.v[i]);

		if (path)
			unlink(path);
	}
	rmdir(tree);
}

int overlay_make(const char *cache, const char *runtime, const struct strv *files, char **tree)
{
	STRV_CLEAN struct strv names = { 0 };
	/* a relative one is relative to us, not to where stap compiles */
	FREE char *full = realpath(runtime, NULL);
	FREE char *dir = str_printf("%s/runtime", cache);
	uint64_t key = 0;
	int ret;

	if (!full)
		return -errno;
	ret = dir ? file_mkdir_p(dir) : -ENOMEM;
	if (!ret)
		ret = entries(full, &names);
	if (!ret)
		ret = key_of(full, &names, files, &key);
	if (ret)
		return ret;

	FREE char *path = str_printf("%s/%016llx", dir, (unsigned long long)key);
	FREE char *temp = str_printf("%s/.XXXXXX", dir);

	if (!path || !temp)
		return -ENOMEM;
	if (!file_is_dir(path)) {
		if (!mkdtemp(temp))
			return -errno;
		ret = fill(temp, full, &names, files);
		/* whoever was first is as good */
		if (ret || (rename(temp, path) && (ret = -errno, true)))
			drop(temp);
		if (ret == -EEXIST || ret == -ENOTEMPTY)
			ret = 0;
		if (ret)
			return ret;
		msg_debug("repaired SystemTap's runtime: %s", path);
	}
	*tree = path;
	path = NULL;
	return 0;
}
