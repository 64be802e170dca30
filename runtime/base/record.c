// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/record.h"

#include <errno.h>

bool record_is(const char *line, const char *kind)
{
	size_t len = strlen(kind);

	return !strncmp(line, kind, len) && (!line[len] || line[len] == ' ');
}

const char *record_value(const char *line, const char *key, size_t *len)
{
	size_t n = strlen(key);

	for (const char *word = strchr(line, ' '); word; word = strchr(word, ' ')) {
		word++;
		if (strncmp(word, key, n) || word[n] != '=')
			continue;
		word += n + 1;
		*len = strcspn(word, " ");
		return word;
	}
	return NULL;
}

bool record_says(const char *line, const char *key, const char *value)
{
	size_t len = 0;
	const char *v = record_value(line, key, &len);

	return v && len == strlen(value) && !strncmp(v, value, len);
}

bool record_number(const char *line, const char *key, long long *number)
{
	size_t len = 0;
	const char *v = record_value(line, key, &len);
	char *end;

	/* strtoll() takes leading blanks too */
	if (!v || !len)
		return false;
	errno = 0;
	*number = strtoll(v, &end, 10);
	return !errno && end == v + len;
}
