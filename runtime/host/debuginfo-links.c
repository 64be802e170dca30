// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A directory of build-id links of our own. elfutils doesn't find Debian's
 * vhost.ko beside a vhost.ko.xz, but it follows .build-id links below any
 * directory in SYSTEMTAP_DEBUGINFO_PATH, and so nothing is written into a
 * package's directories.
 */
#include "host/debuginfo.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "host/elf.h"

static bool links_to(const char *path, const char *target)
{
	char is[PATH_MAX];
	ssize_t n = readlink(path, is, sizeof(is));

	return n == (ssize_t)strlen(target) && !memcmp(is, target, n);
}

int debuginfo_link(const char *cache, const struct build_id *id, const char *target)
{
	static unsigned int serial;
	char text[BUILD_ID_TEXT];

	if (id->len < 2)
		return -EINVAL;
	build_id_text(id, text);

	FREE char *full = realpath(target, NULL);
	FREE char *dir = str_printf("%s/debug/.build-id/%.2s", cache, text);

	if (!full || !dir)
		return full ? -ENOMEM : -errno;

	FREE char *path = str_printf("%s/%s.debug", dir, text + 2);
	FREE char *temp = str_printf("%s/.%s.%d.%u", dir, text + 2, (int)getpid(), serial++);

	if (!path || !temp)
		return -ENOMEM;
	if (links_to(path, full))
		return 0;

	int ret = file_mkdir_p(dir);

	if (ret)
		return ret;
	/* a temp name left by a process of that number that died */
	unlink(temp);
	/* rename() replaces in one step: who looks meanwhile sees the old or the new link */
	if (symlink(full, temp))
		return -errno;
	if (rename(temp, path)) {
		ret = -errno;
		unlink(temp);
		return ret;
	}
	msg_debug("linked %s -> %s", path, full);
	return 0;
}
