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

int file_read(const char *path, size_t max, char **buf, size_t *len)
{
	CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	FREE char *b = NULL;
	size_t n = 0;

	if (fd < 0)
		return -errno;
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
	FILE *f = fopen(path, "re");
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
