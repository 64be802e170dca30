// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/proc.h"

#include <ctype.h>

#include "base/file.h"
#include "base/str.h"

#define STATUS_MAX 16384
#define COMM_MAX 64

/* What is behind @key in the file; NULL: nothing. @text is to be freed */
static const char *behind(const char *proc, const char *name, const char *key, char **text)
{
	FREE char *path = str_printf("%s/%s", proc, name);
	const char *at;

	if (!path || file_read(path, STATUS_MAX, text, NULL))
		return NULL;
	at = strstr(*text, key);
	return at ? at + strlen(key) : NULL;
}

long long proc_number(const char *proc, const char *name, const char *key)
{
	FREE char *text = NULL;
	const char *at = behind(proc, name, key, &text);

	return at ? strtoll(at, NULL, 10) : -1;
}

long long proc_last_number(const char *proc, const char *name, const char *key)
{
	FREE char *text = NULL;
	const char *at = behind(proc, name, key, &text);
	long long last = -1;

	while (at && *at && *at != '\n') {
		if (isdigit((unsigned char)*at))
			last = strtoll(at, (char **)&at, 10);
		else
			at++;
	}
	return last;
}

char *proc_comm(const char *proc)
{
	FREE char *path = str_printf("%s/comm", proc);
	char *comm = NULL;

	if (path && !file_read(path, COMM_MAX, &comm, NULL))
		comm[strcspn(comm, "\n")] = '\0';
	return comm;
}
