// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/base.h"

#include <stdio.h>

char *str_printf(const char *fmt, ...)
{
	char *s = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&s, fmt, ap);

	va_end(ap);
	return n < 0 ? NULL : s;
}

/* By the first byte */
static size_t utf8_len(unsigned char c)
{
	return c >= 0xf0 && c < 0xf5 ? 4 : c >= 0xe0 ? 3 : 2;
}

bool str_utf8_begins(const unsigned char *s, size_t len)
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

size_t str_utf8(const unsigned char *s, size_t len)
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

char *str_escape(const char *str, size_t len)
{
	const unsigned char *s = (const unsigned char *)str;
	char *out = malloc(4 * len + 1), *o = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len;) {
		size_t n = str_utf8(s + i, len - i);

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

/* Takes @text, which may be NULL when there was no memory for it */
static void strv_take(struct strv *s, char *text)
{
	char **v = s->broken || !text ? NULL : realloc(s->v, (s->n + 2) * sizeof(*v));

	if (!v) {
		s->broken = true;
		free(text);
		return;
	}
	s->v = v;
	v[s->n++] = text;
	v[s->n] = NULL;
}

void strv_add(struct strv *s, const char *text)
{
	strv_take(s, strdup(text));
}

void strv_addf(struct strv *s, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	strv_take(s, text);
}

void strv_add_all(struct strv *s, const struct strv *from)
{
	s->broken |= from->broken;
	for (size_t i = 0; i < from->n; i++)
		strv_add(s, from->v[i]);
}

char *strv_join(const struct strv *s, const char *between)
{
	size_t len = 1, gap = strlen(between);

	for (size_t i = 0; i < s->n; i++)
		len += strlen(s->v[i]) + gap;

	char *all = malloc(len), *o = all;

	if (!all)
		return NULL;
	*o = '\0';
	for (size_t i = 0; i < s->n; i++) {
		if (i)
			o = stpcpy(o, between);
		o = stpcpy(o, s->v[i]);
	}
	return all;
}

bool strv_has(const struct strv *s, const char *text)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->v[i], text))
			return true;
	return false;
}

static int cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void strv_sort(struct strv *s)
{
	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), cmp);
}

const char *strv_nearest(const struct strv *s, const char *word)
{
	const char *best = NULL;
	/* a third of the letters may be wrong, else it's another word */
	unsigned int limit = strlen(word) / 3 + 2;

	for (size_t i = 0; i < s->n; i++) {
		unsigned int d = str_distance(s->v[i], word);

		if (d < limit) {
			best = s->v[i];
			limit = d;
		}
	}
	return best;
}

void strv_free(struct strv *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->v[i]);
	free(s->v);
	*s = (struct strv){ 0 };
}
