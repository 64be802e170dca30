// SPDX-License-Identifier: GPL-2.0-or-later
#include "base.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static int check_regular(const struct stat *st)
{
	if (S_ISDIR(st->st_mode))
		return -EISDIR;
	return S_ISREG(st->st_mode) ? 0 : -EINVAL;
}

int file_open(const char *path)
{
	struct stat st;

	/* before open() too: to open some devices is to do something with them */
	if (stat(path, &st))
		return -errno;

	int ret = check_regular(&st);
	int fd = ret ? ret : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return ret ? ret : -errno;
	ret = fstat(fd, &st) ? -errno : check_regular(&st);
	if (ret) {
		close(fd);
		return ret;
	}
	return fd;
}

FILE *file_stream(const char *path)
{
	int fd = file_open(path);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd < 0)
		errno = -fd;
	else if (!f)
		close(fd);
	return f;
}

int file_read(const char *path, size_t max, char **buf, size_t *len)
{
	CLOSE int fd = file_open(path);
	FREE char *b = NULL;
	size_t n = 0;

	if (fd < 0)
		return fd;
	/* sysfs and procfs files have no size to ask for: read to the end */
	b = malloc(max + 1);
	if (!b)
		return -ENOMEM;
	while (n < max) {
		ssize_t r = read(fd, b + n, max - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -errno;
		if (!r)
			break;
		n += r;
	}
	b[n] = '\0';
	*buf = b;
	b = NULL;
	if (len)
		*len = n;
	return 0;
}

int file_has_text(const char *path, const char *text)
{
	FILE *f = file_stream(path);
	FREE char *line = NULL;
	size_t size = 0;
	int found = 0;

	if (!f)
		return -errno;
	while (!found && getline(&line, &size, f) >= 0)
		found = strstr(line, text) != NULL;
	if (ferror(f))
		found = -EIO;
	fclose(f);
	return found;
}

int file_mkdir_p(const char *path)
{
	FREE char *p = strdup(path);

	if (!p)
		return -ENOMEM;
	for (char *slash = p + 1; *p; slash++) {
		slash = strchr(slash, '/');
		if (slash)
			*slash = '\0';
		if (mkdir(p, 0700) && errno != EEXIST)
			return -errno;
		if (!slash)
			break;
		*slash = '/';
	}
	return file_is_dir(path) ? 0 : -ENOTDIR;
}
