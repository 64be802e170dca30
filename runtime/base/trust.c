// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether others can change what a path names. The file alone doesn't say it: the
 * owner of a directory above it can put another one in its place, and a link leads
 * wherever its owner likes.
 */
#include "base/trust.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "base/str.h"

#define LINKS_MAX 40		/* as many as the kernel follows */

/* Root may do everything anyway, and so may a user whom sudo made root */
static bool is_known(uid_t uid)
{
	const char *sudo = getenv("SUDO_UID");
	char *end = NULL;
	unsigned long caller;

	if (!uid || uid == geteuid())
		return true;
	if (geteuid() || !sudo)
		return false;
	caller = strtoul(sudo, &end, 10);
	return end != sudo && !*end && caller == uid;
}

static int refuse(const char *path, const struct stat *st, char **why)
{
	if (!is_known(st->st_uid))
		*why = str_printf("%s belongs to uid %u", path, (unsigned int)st->st_uid);
	else
		*why = str_printf("%s is writable by %s (mode %04o)", path,
				  st->st_mode & S_IWOTH ? "everyone" : "its group",
				  (unsigned int)st->st_mode & 07777);
	return *why ? -EPERM : -ENOMEM;
}

/* In a sticky directory only the owner of a file can replace it */
static bool is_safe(const struct stat *st)
{
	if (!is_known(st->st_uid))
		return false;
	if (S_ISLNK(st->st_mode) || (S_ISDIR(st->st_mode) && st->st_mode & S_ISVTX))
		return true;
	return !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Where the walk is, without links, and what of the path is still to come */
struct walk {
	char at[PATH_MAX], rest[2 * PATH_MAX];
	unsigned int links;
};

/* The next name of the path, NULL at its end */
static const char *next_name(struct walk *w, char name[NAME_MAX + 1])
{
	char *p = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(p, "/");

	if (!len || len > NAME_MAX)
		return NULL;
	memcpy(name, p, len);
	name[len] = '\0';
	memmove(w->rest, p + len, strlen(p + len) + 1);
	return name;
}

static void go_up(struct walk *w)
{
	char *slash = strrchr(w->at, '/');

	if (slash)
		*slash = '\0';
}

static int follow(struct walk *w)
{
	char target[2 * PATH_MAX];
	ssize_t n = readlink(w->at, target, PATH_MAX);

	if (n < 0)
		return -errno;
	if (n + strlen(w->rest) >= sizeof(target) || ++w->links > LINKS_MAX)
		return -ELOOP;
	memcpy(target + n, w->rest, strlen(w->rest) + 1);
	memcpy(w->rest, target, strlen(target) + 1);
	if (*target == '/')
		*w->at = '\0';
	else
		go_up(w);
	return 0;
}

static int look(struct walk *w, char **why)
{
	const char *at = *w->at ? w->at : "/";
	struct stat st;

	if (lstat(at, &st))
		return -errno;
	if (!is_safe(&st))
		return refuse(at, &st, why);
	return S_ISLNK(st.st_mode) ? follow(w) : 0;
}

int trust_path(const char *path, char **why)
{
	struct walk w = { .links = 0 };
	char name[NAME_MAX + 1];
	FREE char *cwd = *path == '/' ? strdup("") : getcwd(NULL, 0);
	int ret;

	*why = NULL;
	if (!cwd)
		return -errno;
	if (snprintf(w.rest, sizeof(w.rest), "%s/%s", cwd, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	ret = look(&w, why);
	while (!ret && next_name(&w, name)) {
		size_t len = strlen(w.at);

		if (!strcmp(name, "."))
			continue;
		if (!strcmp(name, "..")) {
			go_up(&w);
			continue;
		}
		if (snprintf(w.at + len, sizeof(w.at) - len, "/%s", name) >=
		    (int)(sizeof(w.at) - len))
			return -ENAMETOOLONG;
		ret = look(&w, why);
	}
	return ret;
}
