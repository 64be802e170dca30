// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/utf8.h"

/* By the first byte */
static size_t utf8_len(unsigned char c)
{
	if (c >= 0xf0 && c < 0xf5)
		return 4;
	return c >= 0xe0 ? 3 : 2;
}

bool utf8_begins(const unsigned char *s, size_t len)
{
	if (s[0] < 0xc2 || s[0] > 0xf4 || len >= utf8_len(s[0]))
		return false;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return false;
	return true;
}

/* What turns the direction of writing, or begins a line where none is expected */
static bool is_layout(const unsigned char *s)
{
	/* U+200E, U+200F, U+2028..U+202E, U+2066..U+2069, U+061C */
	if (s[0] == 0xe2 && s[1] == 0x80)
		return s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xa8 && s[2] <= 0xae);
	return (s[0] == 0xe2 && s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9) ||
	       (s[0] == 0xd8 && s[1] == 0x9c);
}

size_t utf8_length(const unsigned char *s, size_t len)
{
	size_t n = utf8_len(s[0]);

	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* U+0080..U+009F are control characters too: 0x9b is what ESC [ is */
	if (s[0] == 0xc2 && s[1] < 0xa0)
		return 0;
	/* too long a form of a shorter one, or half of a UTF-16 pair */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return is_layout(s) ? 0 : n;
}
