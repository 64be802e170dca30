/* SPDX-License-Identifier: GPL-2.0-or-later */
/* UTF-8, as far as a terminal may get it. */
#ifndef UTF8_H
#define UTF8_H

#include "base/base.h"

/*
 * Bytes of the UTF-8 character at @s, 0: it is none, or none that a terminal should get. @len is at
 * least 1
 */
size_t utf8_length(const unsigned char *s, size_t len);
/* Whether more bytes could make one of it */
bool utf8_begins(const unsigned char *s, size_t len);

#endif
