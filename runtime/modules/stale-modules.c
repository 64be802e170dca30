// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * staprun -R gives a module its own pid at the end of its name:
 * stap_vhost_host_que_1234. When that process is gone (it becomes stapio, and
 * at the end staprun -d) and no process has the module open, it is stale.
 */
#include "modules/modules.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <time.h>

#include "base/child.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"

#define PAUSE_MS 100
#define HELD_TRIES 5

/* The pid at the end of a name of ours, 0: none */
static pid_t owner_of(const char *name)
{
	const char *tail = strrchr(name, '_');

	if (strncmp(name, MODULE_PREFIX, strlen(MODULE_PREFIX)) || !tail || !tail[1])
		return 0;
	for (const char *d = tail + 1; *d; d++)
		if (!isdigit((unsigned char)*d))
			return 0;
	return strtol(tail + 1, NULL, 10);
}

static bool file_says(const struct host *h, const char *fmt, const char *name,
		      const char *const *words)
{
	FREE char *tail = str_replace(fmt, "%s", name);
	FREE char *path = tail ? host_path(h, "%s", tail) : NULL;
	FREE char *text = NULL;

	if (!path || file_read(path, 256, &text, NULL))
		return false;
	text[strcspn(text, "\n")] = '\0';
	for (; *words; words++)
		if (!strcmp(text, *words))
			return true;
	return false;
}

static bool has_owner(const struct host *h, const char *name)
{
	static const char *const owners[] = { "staprun", "stapio", NULL };
	char pid[16];

	snprintf(pid, sizeof(pid), "%d", (int)owner_of(name));
	return file_says(h, "/proc/%s/comm", pid, owners);
}

static bool is_left(const struct host *h, const char *name)
{
	static const char *const zero[] = { "0", NULL };

	return !has_owner(h, name) && file_says(h, "/sys/module/%s/refcnt", name, zero);
}

/*
 * A script's own thread (vhost_dump_start()) holds its module for moments; who has attached to it,
 * for long
 */
static bool is_left_soon(const struct host *h, const char *name)
{
	struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };

	for (unsigned int i = 0; i < HELD_TRIES && !is_left(h, name); i++) {
		if (has_owner(h, name))
			return false;
		nanosleep(&pause, NULL);
	}
	return is_left(h, name);
}

static bool is_there(const struct host *h, const char *name)
{
	FREE char *path = host_path(h, "/sys/module/%s", name);

	return path && file_exists(path);
}

static bool remove_one(const struct stale_modules *l, const char *name)
{
	struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
	char *argv[] = { (char *)l->staprun, "-d", (char *)name, NULL };
	char says[1024] = "";
	int status;

	/* who was killed takes a while to let go of it, and more so while it was being loaded */
	for (unsigned int ms = 0; is_there(l->h, name); ms += PAUSE_MS) {
		if (is_left(l->h, name) && child_capture(argv, says, sizeof(says), &status))
			break;
		if (ms >= l->patience_ms || !is_there(l->h, name))
			break;
		nanosleep(&pause, NULL);
	}
	if (is_there(l->h, name))
		msg_debug("staprun -d %s: %s", name, says);
	return !is_there(l->h, name);
}

/* The modules of ours that are left over; with ONLY that process's, left or not */
static int list(const struct host *h, pid_t only, struct strv *found)
{
	FREE char *path = host_path(h, "/sys/module");
	STRV_CLEAN struct strv names = { 0 };
	int ret = path ? file_list(path, &names) : -ENOMEM;

	for (size_t i = 0; i < names.n && !ret; i++) {
		pid_t owner = owner_of(names.v[i]);

		if (owner && (only ? owner == only : is_left_soon(h, names.v[i])))
			strv_add(found, names.v[i]);
	}
	return ret == -ENOENT ? 0 : ret;
}

int stale_modules_find(const struct host *h, struct strv *found)
{
	return list(h, 0, found);
}

int stale_modules_remove(const struct stale_modules *l, struct strv *removed, struct strv *stuck)
{
	STRV_CLEAN struct strv names = { 0 };
	int ret = list(l->h, l->only, &names);

	for (size_t i = 0; i < names.n && !ret; i++) {
		struct strv *to = remove_one(l, names.v[i]) ? removed : stuck;

		if (to)
			strv_add(to, names.v[i]);
	}
	return ret;
}
