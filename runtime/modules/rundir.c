// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CACHE/tmp/run.XXXXXX: what a build writes is in there, and TMPDIR too, so
 * that one rm -r takes it all away. Who uses it holds a flock() on it, which
 * the kernel gives back however he ends.
 */
#include "modules/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"

static int open_locked(const char *path, int how)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	if (flock(fd, how)) {
		int ret = -errno;

		close(fd);
		return ret;
	}
	return fd;
}

int rundir_make(const char *cache, struct rundir *r)
{
	FREE char *tmp = str_printf("%s/tmp", cache);
	FREE char *dir = str_printf("%s/tmp/run.XXXXXX", cache);
	int ret = tmp && dir ? file_mkdir_p(tmp) : -ENOMEM;

	*r = (struct rundir){ .lock = -1 };
	if (ret)
		return ret;

	/* held while ours is there and not yet locked: no process sweeps now */
	CLOSE int gate = open_locked(tmp, LOCK_SH);

	if (gate < 0)
		return gate;
	if (!mkdtemp(dir))
		return -errno;
	r->lock = open_locked(dir, LOCK_EX);
	if (r->lock < 0) {
		ret = r->lock;
		rmdir(dir);
		return ret;
	}
	r->path = dir;
	dir = NULL;
	return 0;
}

void rundir_remove(struct rundir *r)
{
	if (r->path)
		file_remove_tree(r->path);
	if (r->path && r->lock >= 0)
		close(r->lock);
	free(r->path);
	*r = (struct rundir){ .lock = -1 };
}

int rundir_sweep(const char *cache, struct strv *removed)
{
	FREE char *tmp = str_printf("%s/tmp", cache);
	STRV_CLEAN struct strv names = { 0 };

	if (!tmp)
		return -ENOMEM;
	if (!file_exists(tmp))
		return 0;

	CLOSE int gate = open_locked(tmp, LOCK_EX | LOCK_NB);

	if (gate < 0)
		return gate == -EWOULDBLOCK ? 0 : gate;

	int ret = file_list(tmp, &names);

	for (size_t i = 0; i < names.n && !ret; i++) {
		FREE char *dir = str_printf("%s/%s", tmp, names.v[i]);
		CLOSE int lock = dir ? open_locked(dir, LOCK_EX | LOCK_NB) : -ENOMEM;

		if (lock < 0 || file_remove_tree(dir))
			continue;
		msg_debug("removed %s, left behind by a killed run", dir);
		if (removed)
			strv_add(removed, dir);
	}
	return ret;
}
