/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Text that was packed: gzip, xz, zstd, bzip2, lz4 (packed.c, which knows libarchive, as
 * modules/bundle.c does)
 */
#ifndef PACKED_H
#define PACKED_H

#include <sys/types.h>

#include "base/base.h"

#define PACKED_HEAD 10		/* bytes that identify it */

struct packed;

bool packed_is(const char *head, size_t len);
/* What @fd holds, of which @head was read already and stays the caller's; NULL: no memory */
struct packed *packed_open(int fd, const char *head, size_t len);
/* Of the text; 0: that was all. -EBADMSG: damaged, or cut off; -errno */
ssize_t packed_read(struct packed *p, char *to, size_t size);
void packed_close(struct packed *p);

#endif
