// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CACHE/modules/KEY/ holds NAME.ko and NAME.json. An entry comes by rename()
 * when it is whole, so there is no half of one. Who uses it holds a shared
 * flock() on its directory; who builds it holds one on modules/.KEY.lock.
 */
#include "modules/modules.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"

int entry_open(struct entry *e, const char *dir, const char *name, struct problem *p)
{
	*e = (struct entry){
		.dir = strdup(dir), .ko = str_printf("%s/%s.ko", dir, name),
		.json = str_printf("%s/%s.json", dir, name), .lock = -1,
	};
	if (!e->dir || !e->ko || !e->json)
		return -ENOMEM;
	e->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (e->lock < 0)
		return -errno;
	/* where it can't be had (a file system without locks), no other process can have it */
	flock(e->lock, LOCK_SH | LOCK_NB);

	int ret = manifest_read(e->json, &e->manifest, p);

	if (!ret && strcmp(e->manifest.name, name)) {
		problem_set(p, str_printf("%s is the manifest of %s", e->json, e->manifest.name),
			    NULL);
		return -EBADMSG;
	}
	return ret;
}

void entry_close(struct entry *e)
{
	free(e->dir);
	free(e->ko);
	free(e->json);
	/* a struct that was never opened is all 0, and 0 is another file's */
	if (e->dir && e->lock >= 0)
		close(e->lock);
	manifest_free(&e->manifest);
	*e = (struct entry){ .lock = -1 };
}

char *cache_entry_dir(const char *cache, const char *key)
{
	return str_printf("%s/modules/%s", cache, key);
}

struct aged {
	char *dir;
	struct timespec used;
};

static int newest_first(const void *a, const void *b)
{
	const struct aged *x = a, *y = b;

	if (x->used.tv_sec != y->used.tv_sec)
		return x->used.tv_sec < y->used.tv_sec ? 1 : -1;
	if (x->used.tv_nsec != y->used.tv_nsec)
		return x->used.tv_nsec < y->used.tv_nsec ? 1 : -1;
	return 0;
}

/* All entries, by when they were last used */
static int list_entries(const char *cache, struct strv *dirs)
{
	FREE char *modules = str_printf("%s/modules", cache);
	STRV_CLEAN struct strv names = { 0 };
	int ret = modules ? file_list(modules, &names) : -ENOMEM;
	size_t n = 0;

	if (ret)
		return ret == -ENOENT ? 0 : ret;

	FREE struct aged *all = calloc(names.n + 1, sizeof(*all));

	if (!all)
		return -ENOMEM;
	for (size_t i = 0; i < names.n; i++) {
		char *dir = str_printf("%s/%s", modules, names.v[i]);
		struct stat st;

		if (!dir || stat(dir, &st) || !S_ISDIR(st.st_mode)) {
			free(dir);
			continue;
		}
		all[n++] = (struct aged){ dir, st.st_mtim };
	}
	qsort(all, n, sizeof(*all), newest_first);
	for (size_t i = 0; i < n; i++) {
		strv_add(dirs, all[i].dir);
		free(all[i].dir);
	}
	return dirs->broken ? -ENOMEM : 0;
}

int cache_find(const char *cache, const char *name, struct strv *dirs)
{
	STRV_CLEAN struct strv all = { 0 };
	int ret = list_entries(cache, &all);

	for (size_t i = 0; i < all.n && !ret; i++) {
		FREE char *json = str_printf("%s/%s.json", all.v[i], name);

		if (json && file_exists(json))
			strv_add(dirs, all.v[i]);
	}
	return dirs->broken ? -ENOMEM : ret;
}

static char *lock_path(const char *cache, const char *key)
{
	return str_printf("%s/modules/.%s.lock", cache, key);
}

static bool is_still(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !stat(path, &b) && a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

int cache_lock(const char *cache, const char *key, bool wait, int *fd)
{
	FREE char *modules = str_printf("%s/modules", cache);
	FREE char *path = lock_path(cache, key);
	int ret = modules && path ? file_mkdir_p(modules) : -ENOMEM;
	int how = wait ? LOCK_EX : LOCK_EX | LOCK_NB;

	*fd = -1;
	while (!ret) {
		int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

		if (lock < 0)
			return -errno;
		while (flock(lock, how) && !ret)
			ret = errno == EINTR ? 0 : -errno;
		/* its holder removed the file: ours has no name any more */
		if (!ret && is_still(lock, path)) {
			*fd = lock;
			return 0;
		}
		close(lock);
	}
	return ret;
}

void cache_unlock(const char *cache, const char *key, int fd)
{
	FREE char *path = lock_path(cache, key);

	if (fd < 0)
		return;
	if (path)
		unlink(path);
	close(fd);
}

void cache_sweep(const char *cache)
{
	FREE char *modules = str_printf("%s/modules", cache);
	DIR *d = modules ? opendir(modules) : NULL;

	for (struct dirent *e; d && (e = readdir(d));) {
		FREE char *key = NULL;
		int fd;

		if (*e->d_name != '.' || !str_ends_with(e->d_name, ".lock"))
			continue;
		key = strndup(e->d_name + 1, strlen(e->d_name) - strlen(".") - strlen(".lock"));
		if (key && !cache_lock(cache, key, false, &fd))
			cache_unlock(cache, key, fd);
	}
	if (d)
		closedir(d);
}

int cache_put(const char *cache, const char *key, const char *from)
{
	FREE char *modules = str_printf("%s/modules", cache);
	FREE char *dir = cache_entry_dir(cache, key);
	int ret = modules && dir ? file_mkdir_p(modules) : -ENOMEM;

	if (ret)
		return ret;
	if (!rename(from, dir))
		return 0;
	if (errno != ENOTEMPTY && errno != EEXIST)
		return -errno;
	/* The old one goes with the run's directory; who has it open may use it to the end. */
	if (!renameat2(AT_FDCWD, from, AT_FDCWD, dir, RENAME_EXCHANGE))
		return 0;
	/* not every file system can exchange */
	ret = file_remove_tree(dir);
	return !ret && rename(from, dir) ? -errno : ret;
}

void cache_touch(const char *dir)
{
	/* in a cache that can't be written to nothing is thrown away either */
	if (utimensat(AT_FDCWD, dir, NULL, 0))
		return;
}

static bool kernel_is_gone(const struct host *h, const char *release)
{
	FREE char *path = host_path(h, "/lib/modules/%s", release);

	return path && !file_exists(path) && strcmp(release, h->release);
}

/* Of a kernel that is gone, or nothing that one could use */
static bool is_useless(const struct host *h, const char *dir)
{
	STRV_CLEAN struct strv files = { 0 };

	if (file_list(dir, &files))
		return false;
	for (size_t i = 0; i < files.n; i++) {
		CLEANUP(manifest_free) struct manifest m = { 0 };
		CLEANUP(problem_free) struct problem p = { 0 };
		FREE char *path = str_printf("%s/%s", dir, files.v[i]);

		if (path && str_ends_with(path, ".json") && !manifest_read(path, &m, &p))
			return kernel_is_gone(h, m.facts.release);
	}
	return true;
}

int cache_trim(const struct host *h, const char *cache, size_t max, struct strv *removed)
{
	STRV_CLEAN struct strv dirs = { 0 };
	int ret = list_entries(cache, &dirs);
	size_t kept = 0;

	for (size_t i = 0; i < dirs.n && !ret; i++) {
		if (kept < max && !is_useless(h, dirs.v[i])) {
			kept++;
			continue;
		}

		CLOSE int lock = open(dirs.v[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (lock < 0 || flock(lock, LOCK_EX | LOCK_NB) || file_remove_tree(dirs.v[i]))
			continue;
		msg_debug("removed %s from the cache", dirs.v[i]);
		if (removed)
			strv_add(removed, dirs.v[i]);
	}
	return ret;
}
