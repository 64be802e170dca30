// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/packed.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>

#define PIECE (64 << 10)

struct packed {
	struct archive *a;
	int fd, err;
	bool empty;
	const char *head;		/* what was read before; NULL: it is used up */
	size_t len;
	char piece[PIECE];
};

static const struct {
	const char *magic;
	size_t len;
} magics[] = {
	{ "\x1f\x8b", 2 }, { "\xfd" "7zXZ\0", 6 }, { "\x28\xb5\x2f\xfd", 4 }, { "BZh", 3 },
	  { "\x04\x22\x4d\x18", 4 },
};

bool packed_is(const char *head, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(magics); i++)
		if (len >= magics[i].len && !memcmp(head, magics[i].magic, magics[i].len))
			return true;
	return false;
}

static la_ssize_t more(struct archive *a, void *ctx, const void **buf)
{
	struct packed *p = ctx;
	ssize_t n;

	if (p->head) {
		*buf = p->head;
		p->head = NULL;
		return (la_ssize_t)p->len;
	}
	*buf = p->piece;
	n = read(p->fd, p->piece, sizeof(p->piece));
	if (n < 0) {
		p->err = errno;
		archive_set_error(a, errno, "can't be read");
	}
	return n;
}

struct packed *packed_open(int fd, const char *head, size_t len)
{
	struct packed *p = calloc(1, sizeof(*p));
	struct archive_entry *e;
	int ret;

	if (!p)
		return NULL;
	p->a = archive_read_new();
	if (!p->a) {
		free(p);
		return NULL;
	}
	p->fd = fd;
	p->head = head;
	p->len = len;
	archive_read_support_filter_gzip(p->a);
	archive_read_support_filter_xz(p->a);
	archive_read_support_filter_zstd(p->a);
	archive_read_support_filter_bzip2(p->a);
	archive_read_support_filter_lz4(p->a);
	archive_read_support_format_raw(p->a);
	ret = archive_read_open(p->a, p, NULL, more, NULL);
	if (ret == ARCHIVE_OK)
		ret = archive_read_next_header(p->a, &e);
	p->empty = ret == ARCHIVE_EOF;
	if (ret != ARCHIVE_OK && !p->empty && !p->err)
		p->err = EBADMSG;
	return p;
}

ssize_t packed_read(struct packed *p, char *to, size_t size)
{
	la_ssize_t n;

	if (p->err)
		return -p->err;
	n = p->empty ? 0 : archive_read_data(p->a, to, size);
	if (n >= 0)
		return n;
	/* a signal that ends the reading is no damage */
	if (p->err == EINTR)
		return -EINTR;
	p->err = p->err ? p->err : EBADMSG;
	return -p->err;
}

void packed_close(struct packed *p)
{
	if (p)
		archive_read_free(p->a);
	free(p);
}
