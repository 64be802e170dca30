/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files and directories. */
#ifndef FILE_H
#define FILE_H

#include "base/base.h"
#include "base/strv.h"

/*
 * The first thing of main(): descriptors 0 to 2 that the caller has closed become /dev/null.
 * Else the next file or socket would be one of them, and what is redirected or printed
 * meets it.
 */
int file_open_standard(void);
bool file_exists(const char *path);
bool file_is_dir(const char *path);
/*
 * A file descriptor to read from, of a regular file: a FIFO in its place would
 * hang us, a device may do anything. -EISDIR, -EINVAL: it is something else.
 */
int file_open(const char *path);
/* The same as a stream; NULL with errno set */
FILE *file_stream(const char *path);
/* The whole file, NUL-terminated, at most @max bytes; the caller frees *@buf */
int file_read(const char *path, size_t max, char **buf, size_t *len);
/* Whether a line of the file holds @text: 1, 0, or -errno */
int file_has_text(const char *path, const char *text);
/* mkdir -p; directories that it makes are the user's own, mode 0700 */
int file_mkdir_p(const char *path);
/*
 * Opens @path to write a new content, which no other user may read: 0600. A descriptor, or -errno
 */
int file_create_private(const char *path);
/* A new file, or another content for an old one; not a trace of it when it fails */
int file_write(const char *path, const void *data, size_t len);
int file_copy(const char *from, const char *to);
/* rm -r, links are not followed; what isn't there is no mistake */
int file_remove_tree(const char *path);
/* Names in a directory, sorted, without those that begin with a dot */
int file_list(const char *dir, struct strv *names);

#endif
