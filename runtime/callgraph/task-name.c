// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What may be a task's name with its process id, "CPU 0/K-4242": it holds whatever its owner has
 * chosen.
 */
#include "callgraph/tasks.h"

static bool digit(char c)
{
	return (unsigned char)(c - '0') < 10;
}

const char *line_trim(const char *from, const char *to)
{
	while (to > from && (to[-1] == ' ' || to[-1] == '\t'))
		to--;
	return to;
}

bool task_split(const char *text, size_t len, int *pid, size_t *comm_len)
{
	size_t at = len;
	int n = 0;

	while (at && digit(text[at - 1]) && len - at < 9)
		at--;
	if (at == len || at < 2 || text[at - 1] != '-')
		return false;
	for (size_t i = at; i < len; i++)
		n = n * 10 + (text[i] - '0');
	*pid = n;
	*comm_len = at - 1;
	return true;
}

/*
 * What no task is called, but lines begin with when they are numbered, listed or found: "0) ", "12:
 * ", a tab
 */
static bool is_odd(const char *comm, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)comm[i] < ' ' ||
		    (i && i + 1 < len && comm[i + 1] == ' ' && digit(comm[i - 1]) &&
		     (comm[i] == ')' || comm[i] == ':')))
			return true;
	return false;
}

bool columns_is_task(const char *from, const char *to, size_t most)
{
	size_t comm;
	int pid;

	return to - from < 32 && task_split(from, to - from, &pid, &comm) && comm <= most &&
	       !is_odd(from, comm);
}
