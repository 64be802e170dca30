// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/str.h"

#include <stdio.h>

#include "base/utf8.h"

char *str_vprintf(const char *fmt, va_list ap)
{
	char *s;

	return vasprintf(&s, fmt, ap) < 0 ? NULL : s;
}

char *str_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = str_vprintf(fmt, ap);

	va_end(ap);
	return s;
}

char *str_escape(const char *str, size_t len)
{
	const unsigned char *s = (const unsigned char *)str;
	char *out = malloc(4 * len + 1), *o = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(s + i, len - i);

		if (s[i] == '\t' || (s[i] >= ' ' && s[i] < 0x7f))
			n = 1;
		if (n) {
			memcpy(o, s + i, n);
			o += n;
			i += n;
		} else if (s[i] == '\n') {
			*o++ = '\\';
			*o++ = 'n';
			i++;
		} else {
			o += sprintf(o, "\\x%02x", s[i++]);
		}
	}
	*o = '\0';
	return out;
}

static bool shell_safe(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "0123456789_-+=:,./@%")];
}

char *str_shell_quote(const char *s)
{
	if (shell_safe(s))
		return strdup(s);

	char *out = malloc(4 * strlen(s) + 3), *o = out;

	if (!out)
		return NULL;
	*o++ = '\'';
	for (; *s; s++) {
		if (*s == '\'') {
			memcpy(o, "'\\''", 4);
			o += 4;
		} else {
			*o++ = *s;
		}
	}
	*o++ = '\'';
	*o = '\0';
	return out;
}

char *str_replace(const char *s, const char *from, const char *to)
{
	size_t n = 0, from_len = strlen(from), to_len = strlen(to);

	for (const char *p = s; (p = strstr(p, from)); p += from_len)
		n++;

	char *out = calloc(1, strlen(s) + n * to_len + 1), *o = out;

	if (!out)
		return NULL;
	for (const char *p; (p = strstr(s, from)); s = p + from_len) {
		memcpy(o, s, p - s);
		o += p - s;
		memcpy(o, to, to_len);
		o += to_len;
	}
	memcpy(o, s, strlen(s));
	return out;
}

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Damerau-Levenshtein, of words short enough for a stack */
unsigned int str_distance(const char *a, const char *b)
{
	enum { MAX = 64 };
	unsigned int d[MAX + 1][MAX + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > MAX || lb > MAX)
		return (unsigned int)-1;
	for (size_t i = 0; i <= la; i++) {
		for (size_t j = 0; j <= lb; j++) {
			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			unsigned int differ = a[i - 1] != b[j - 1];

			d[i][j] = min(min(d[i - 1][j], d[i][j - 1]) + 1,
				      d[i - 1][j - 1] + differ);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[la][lb];
}

bool str_ends_with(const char *s, const char *end)
{
	size_t ls = strlen(s), le = strlen(end);

	return ls >= le && !strcmp(s + ls - le, end);
}
