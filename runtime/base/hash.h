/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SHA-256. hash.c is the owner of libmd. */
#ifndef HASH_H
#define HASH_H

#include "base/base.h"

/* SHA-256 (hash.c, which alone knows libmd) */

#define HASH_TEXT 65
struct hash;

/* NULL: no memory, and the calls below do nothing */
struct hash *hash_new(void);
void hash_add(struct hash *h, const void *data, size_t len);
/* with its end, so that "a" "bc" and "ab" "c" are two things */
void hash_add_str(struct hash *h, const char *s);
/* Frees @h. -ENOMEM when it was NULL */
int hash_end(struct hash *h, char text[HASH_TEXT]);
int hash_file(const char *path, char text[HASH_TEXT]);
bool hash_text_ok(const char *text);

#endif
