// SPDX-License-Identifier: GPL-2.0-or-later
/* The owner of libmd: no other file includes its headers. */
#include "base/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sha2.h>

struct hash {
	SHA2_CTX ctx;
};

struct hash *hash_new(void)
{
	struct hash *h = malloc(sizeof(*h));

	if (h)
		SHA256Init(&h->ctx);
	return h;
}

void hash_add(struct hash *h, const void *data, size_t len)
{
	if (h)
		SHA256Update(&h->ctx, data, len);
}

void hash_add_str(struct hash *h, const char *s)
{
	hash_add(h, s, strlen(s) + 1);
}

int hash_end(struct hash *h, char text[HASH_TEXT])
{
	*text = '\0';
	if (!h)
		return -ENOMEM;
	SHA256End(&h->ctx, text);
	free(h);
	return 0;
}

int hash_file(const char *path, char text[HASH_TEXT])
{
	CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);
	char buf[65536];
	ssize_t n;
	int err = 0;

	*text = '\0';
	if (fd < 0)
		return -errno;

	struct hash *h = hash_new();

	while (!err && (n = read(fd, buf, sizeof(buf)))) {
		if (n > 0)
			hash_add(h, buf, n);
		else if (errno != EINTR)
			err = -errno;
	}

	int ret = hash_end(h, text);

	return err ? err : ret;
}

bool hash_text_ok(const char *text)
{
	return strlen(text) == HASH_TEXT - 1 &&
	       strspn(text, "0123456789abcdef") == HASH_TEXT - 1;
}
