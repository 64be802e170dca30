// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/quirks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"

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

static int add_names(struct hash *h, const char *runtime, const struct strv *names)
{
	for (size_t i = 0; i < names->n; i++) {
		FREE char *path = str_printf("%s/%s", runtime, names->v[i]);
		struct stat st;

		if (!path)
			return -ENOMEM;
		if (stat(path, &st))
			return -errno;
		hash_add_str(h, names->v[i]);
		hash_add(h, &st.st_size, sizeof(st.st_size));
		hash_add(h, &st.st_mtim, sizeof(st.st_mtim));
	}
	return 0;
}

static int add_files(struct hash *h, const struct strv *files)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct quirk_file *f = quirk_file(files->v[i]);

		if (!f)
			return -ENOENT;
		hash_add_str(h, f->name);
		hash_add(h, f->text, f->len);
	}
	return 0;
}

/* Of theirs the names, sizes and times will do: a package changes those */
static int key_of(const char *runtime, const struct strv *names, const struct strv *files,
		  char key[HASH_TEXT])
{
	struct hash *h = hash_new();
	int ret, ended;

	hash_add_str(h, runtime);
	ret = add_names(h, runtime, names);
	if (!ret)
		ret = add_files(h, files);
	ended = hash_end(h, key);
	return ret ? ret : ended;
}

/* Whether a file below the directory @name is replaced */
static bool has_replaced(const struct strv *files, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < files->n; i++)
		if (!strncmp(files->v[i], name, len) && files->v[i][len] == '/')
			return true;
	return false;
}

/*
 * Links to what is in @runtime/@sub; one that is replaced is there as stock-NAME, where ours can
 * include it
 */
static int link_dir(const char *tree, const char *runtime, const char *sub,
		    const struct strv *names, const struct strv *files)
{
	for (size_t i = 0; i < names->n; i++) {
		FREE char *name = str_printf("%s%s", sub, names->v[i]);
		FREE char *to = str_printf("%s/%s", runtime, name);
		bool ours = name && strv_has(files, name);
		FREE char *path =
			str_printf("%s/%s%s%s", tree, sub, ours ? "stock-" : "", names->v[i]);

		if (!name || !to || !path)
			return -ENOMEM;
		if (has_replaced(files, name)) {
			FREE char *below = str_printf("%s/", name);
			STRV_CLEAN struct strv more = { 0 };
			int ret = below ? 0 : -ENOMEM;

			if (!ret && mkdir(path, 0700))
				ret = -errno;
			ret = ret ? ret : file_list(to, &more);
			ret = ret ? ret : link_dir(tree, runtime, below, &more, files);
			if (ret)
				return ret;
		} else if (symlink(to, path)) {
			return -errno;
		}
	}
	return 0;
}

static int fill(const char *tree, const char *runtime, const struct strv *names,
		const struct strv *files)
{
	int ret = link_dir(tree, runtime, "", names, files);

	for (size_t i = 0; i < files->n && !ret; i++) {
		FREE char *path = str_printf("%s/%s", tree, files->v[i]);

		ret = path ? write_file(path, quirk_file(files->v[i])) : -ENOMEM;
	}
	return ret;
}

int overlay_make(const char *cache, const char *runtime, const struct strv *files, char **tree)
{
	STRV_CLEAN struct strv names = { 0 };
	/* a relative one is relative to us, not to where stap compiles */
	FREE char *full = realpath(runtime, NULL);
	FREE char *dir = str_printf("%s/runtime", cache);
	char key[HASH_TEXT];
	int ret;

	if (!full)
		return -errno;
	ret = dir ? file_mkdir_p(dir) : -ENOMEM;
	if (!ret)
		ret = file_list(full, &names);
	if (!ret)
		ret = key_of(full, &names, files, key);
	if (ret)
		return ret;

	FREE char *path = str_printf("%s/%.16s", dir, key);
	FREE char *temp = str_printf("%s/.XXXXXX", dir);

	if (!path || !temp)
		return -ENOMEM;
	if (!file_is_dir(path)) {
		if (!mkdtemp(temp))
			return -errno;
		ret = fill(temp, full, &names, files);
		/* that of the process that was first is as good */
		if (ret || (rename(temp, path) && (ret = -errno, true)))
			file_remove_tree(temp);
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
