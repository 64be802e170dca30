// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/strv.h"

bool file_exists(const char *path)
{
	return !access(path, F_OK);
}

bool file_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

int file_open_standard(void)
{
	/* the wrong way round: to read or write what was closed stays an error */
	static const int modes[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < (int)ARRAY_SIZE(modes); fd++)
		/* open() gives the lowest that is free */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", modes[fd]) != fd)
			return -errno;
	return 0;
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

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

int file_create_private(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);

	return fd < 0 ? -errno : fd;
}

int file_write(const char *path, const void *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return -errno;

	int ret = write_all(fd, data, len);

	/* some file systems report a full disk only now */
	if (close(fd) && !ret)
		ret = -errno;
	if (ret)
		unlink(path);
	return ret;
}

int file_copy(const char *from, const char *to)
{
	char buf[65536];
	CLOSE int in = open(from, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (in < 0)
		return -errno;

	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), ret = 0;

	if (out < 0)
		return -errno;
	while (!ret && (n = read(in, buf, sizeof(buf)))) {
		if (n > 0)
			ret = write_all(out, buf, n);
		else if (errno != EINTR)
			ret = -errno;
	}
	if (close(out) && !ret)
		ret = -errno;
	if (ret)
		unlink(to);
	return ret;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT ? -errno : 0;
}

int file_remove_tree(const char *path)
{
	int ret = nftw(path, drop, 16, FTW_DEPTH | FTW_PHYS);

	if (ret == -1)
		ret = -errno;
	return ret == -ENOENT ? 0 : ret;
}

int file_list(const char *dir, struct strv *names)
{
	DIR *d = opendir(dir);

	if (!d)
		return -errno;
	for (struct dirent *e; (e = readdir(d));)
		if (*e->d_name != '.')
			strv_add(names, e->d_name);
	closedir(d);
	strv_sort(names);
	return names->broken ? -ENOMEM : 0;
}
