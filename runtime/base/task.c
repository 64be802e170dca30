// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose a task is: what it calls itself doesn't say it. */
#include "base/task.h"

#include "base/file.h"
#include "base/str.h"

#define STAT_MAX 1024
#define PF_KTHREAD 0x00200000UL		/* since 2.6.39 */

/* The 7th word after the name, which may hold anything itself */
bool task_is_kernels(const char *proc, const char *id)
{
	FREE char *path = str_printf("%s/%s/stat", proc, id);
	FREE char *stat = NULL;
	unsigned long flags;
	const char *end;

	if (!path || file_read(path, STAT_MAX, &stat, NULL))
		return false;
	end = strrchr(stat, ')');
	return end && sscanf(end + 1, " %*c %*d %*d %*d %*d %*d %lu", &flags) == 1 &&
	       flags & PF_KTHREAD;
}
