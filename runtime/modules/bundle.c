// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The owner of libarchive. A bundle is a tar, packed with zstd, of
 * RELEASE/NAME.json and RELEASE/NAME.ko, manifests first. It may come from
 * anywhere: nothing in it names a file that is written, nothing but plain
 * files of known names and sizes is read, and no other program unpacks it.
 */
#include "modules/modules.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/trust.h"
#include "host/host.h"

#define KO_MAX (64 << 20)
#define JSON_MAX (64 << 10)
#define ENTRIES_MAX 4096
#define TOTAL_MAX (1LL << 30)
#define BLOCK 65536

static int broken(struct problem *p, const char *path, const char *why)
{
	problem_set(p, str_printf("%s is not a bundle of stap-vhost: %s", path, why), NULL);
	return -EBADMSG;
}

/* libarchive's own codes are negative */
static int error_of(struct archive *a)
{
	return archive_errno(a) > 0 ? -archive_errno(a) : -EIO;
}

/* Writing */

static int put_data(struct archive *a, const char *path)
{
	CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[BLOCK];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, buf, sizeof(buf))))
		if (n < 0 || archive_write_data(a, buf, n) != n)
			return n < 0 ? -errno : error_of(a);
	return 0;
}

/* Owner and times are left out: the same modules make the same bundle */
static int put_file(struct archive *a, const char *path, const char *as)
{
	struct archive_entry *e = archive_entry_new();
	struct stat st;
	int ret = 0;

	if (!e)
		return -ENOMEM;
	if (stat(path, &st)) {
		archive_entry_free(e);
		return -errno;
	}
	archive_entry_set_pathname(e, as);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, st.st_size);
	archive_entry_set_mtime(e, 0, 0);
	if (archive_write_header(a, e) != ARCHIVE_OK)
		ret = error_of(a);
	archive_entry_free(e);
	return ret ? ret : put_data(a, path);
}

static int put_all(struct archive *a, const struct strv *releases, const struct strv *dirs,
		   const struct strv *names)
{
	static const char *const ends[] = { "json", "ko" };
	int ret = 0;

	for (size_t e = 0; e < ARRAY_SIZE(ends); e++) {
		for (size_t i = 0; i < names->n && !ret; i++) {
			FREE char *path = str_printf("%s/%s.%s", dirs->v[i], names->v[i], ends[e]);
			FREE char *as = str_printf("%s/%s.%s", releases->v[i], names->v[i],
						   ends[e]);

			ret = path && as ? put_file(a, path, as) : -ENOMEM;
		}
	}
	return ret;
}

/* What was written without a name gets it: who is killed before leaves nothing */
static int give_name(int fd, const char *path)
{
	FREE char *proc = str_printf("/proc/self/fd/%d", fd);

	if (!proc)
		return -ENOMEM;
	if (unlink(path) && errno != ENOENT)
		return -errno;
	return linkat(AT_FDCWD, proc, AT_FDCWD, path, AT_SYMLINK_FOLLOW) ? -errno : 0;
}

static int open_output(const char *path, bool *named)
{
	const char *slash = strrchr(path, '/');
	FREE char *dir = slash ? strndup(path, slash - path + 1) : strdup(".");
	struct stat st;
	int fd = -1;

	*named = !stat(path, &st) && !S_ISREG(st.st_mode);	/* /dev/stdout, a pipe */
	if (!*named && dir)
		fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
	if (fd >= 0)
		return fd;
	*named = true;
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
}

int bundle_write(const char *path, const struct strv *releases, const struct strv *dirs,
		 const struct strv *names)
{
	bool named;
	CLOSE int fd = open_output(path, &named);

	if (fd < 0)
		return -errno;

	struct archive *a = archive_write_new();
	int ret = 0;

	if (!a)
		return -ENOMEM;
	if (archive_write_set_format_pax_restricted(a) != ARCHIVE_OK ||
	    archive_write_add_filter_zstd(a) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(a, 1) != ARCHIVE_OK ||
	    archive_write_open_fd(a, fd) != ARCHIVE_OK)
		ret = -EIO;
	if (!ret)
		ret = put_all(a, releases, dirs, names);
	if (archive_write_close(a) != ARCHIVE_OK && !ret)
		ret = error_of(a);
	archive_write_free(a);
	if (!ret && !named)
		ret = give_name(fd, path);
	if (ret && named)
		unlink(path);
	return ret;
}

/* Reading */

/* "RELEASE/NAME.ko" or .json */
static bool name_ok(const char *name)
{
	const char *slash = strchr(name, '/');
	FREE char *release = slash ? strndup(name, slash - name) : NULL;
	const char *dot = slash ? strrchr(slash, '.') : NULL;
	FREE char *module = dot ? strndup(slash + 1, dot - slash - 1) : NULL;

	return release && module && host_release_ok(release) && manifest_name_ok(module) &&
	       (!strcmp(dot, ".ko") || !strcmp(dot, ".json"));
}

/* NULL, or why the entry is none of ours */
static const char *entry_wrong(struct archive_entry *e)
{
	const char *name = archive_entry_pathname(e);
	la_int64_t max = name && str_ends_with(name, ".json") ? JSON_MAX : KO_MAX;

	if (!name || !name_ok(name))
		return "it has a file name that 'stap-vhost build' does not make";
	if (archive_entry_filetype(e) != AE_IFREG || archive_entry_hardlink(e) ||
	    archive_entry_symlink(e))
		return "it has an entry that is not a regular file";
	if (!archive_entry_size_is_set(e) || archive_entry_size(e) < 0 ||
	    archive_entry_size(e) > max)
		return "it has a file that is too big";
	return NULL;
}

static int take(struct archive *a, struct archive_entry *e, const char *to, const char *path,
		struct problem *p)
{
	la_int64_t size = archive_entry_size(e);
	FREE char *data = malloc(size + 1);

	if (!data)
		return -ENOMEM;
	if (archive_read_data(a, data, size) != size)
		return broken(p, path, "it is truncated or damaged");
	return file_write(to, data, size);
}

static int search(struct archive *a, const char *path, const char *wanted, const char *to,
		  struct strv *has, struct problem *p)
{
	struct archive_entry *e;
	la_int64_t total = 0;

	for (int i = 0; i < ENTRIES_MAX && total <= TOTAL_MAX; i++) {
		int ret = archive_read_next_header(a, &e);
		const char *wrong;

		if (ret == ARCHIVE_EOF)
			return -ENOENT;
		if (ret != ARCHIVE_OK)
			return broken(p, path, archive_error_string(a) ?: "it is damaged");
		wrong = entry_wrong(e);
		if (wrong)
			return broken(p, path, wrong);
		total += archive_entry_size(e);
		if (!strcmp(archive_entry_pathname(e), wanted))
			return take(a, e, to, path, p);
		strv_add(has, archive_entry_pathname(e));
	}
	return broken(p, path, "it has too many files or too many bytes");
}

/* What comes out of it is loaded into the kernel, and a manifest's checksum stops no forger */
static int check_trust(const char *path, struct problem *p)
{
	FREE char *why = NULL;
	int ret = trust_path(path, &why);

	if (ret == -EPERM)
		problem_set(
			p,
			str_printf("bundle %s is not used: other users can change it: %s", path,
				   why),
			strdup("copy it to a directory that only root can write to, or remove "
			       "write permission of other users (chown root, chmod go-w)"));
	return ret;
}

static int from_archive(const char *path, const char *wanted, const char *to, struct strv *has,
			struct problem *p)
{
	int untrusted = check_trust(path, p);
	CLOSE int fd = untrusted ? untrusted : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return untrusted ? untrusted : -errno;

	struct archive *a = archive_read_new();
	int ret;

	if (!a)
		return -ENOMEM;
	/* one by one: 'all' has filters that run other programs */
	archive_read_support_filter_zstd(a);
	archive_read_support_filter_xz(a);
	archive_read_support_filter_gzip(a);
	archive_read_support_format_tar(a);
	if (archive_read_open_fd(a, fd, BLOCK) != ARCHIVE_OK)
		ret = broken(p, path, archive_error_string(a) ?: "it can't be read");
	else
		ret = search(a, path, wanted, to, has, p);
	archive_read_free(a);
	return ret;
}

static int copy_trusted(const char *from, const char *to, struct problem *p)
{
	int ret = check_trust(from, p);

	return ret ? ret : file_copy(from, to);
}

/* What 'build -o DIR' made, for one release or for several */
static int from_directory(const char *dir, const char *release, const char *file, const char *to,
			  struct strv *has, struct problem *p)
{
	FREE char *below = str_printf("%s/%s/%s", dir, release, file);
	FREE char *here = str_printf("%s/%s", dir, file);
	int ret;

	if (!below || !here)
		return -ENOMEM;
	ret = copy_trusted(below, to, p);
	if (ret == -ENOENT)
		ret = copy_trusted(here, to, p);
	if (ret == -ENOENT)
		file_list(dir, has);
	return ret;
}

int bundle_extract(const char *path, const char *release, const char *file, const char *to,
		   struct strv *has, struct problem *p)
{
	FREE char *wanted = str_printf("%s/%s", release, file);

	if (!wanted)
		return -ENOMEM;
	if (file_is_dir(path))
		return from_directory(path, release, file, to, has, p);
	return from_archive(path, wanted, to, has, p);
}
