// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/group.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#define STEP_MS 20

bool group_runs(pid_t group)
{
	return !kill(-group, 0) || errno == EPERM;
}

static void wait_for_group(pid_t group, unsigned int ms)
{
	struct timespec t = { .tv_nsec = STEP_MS * 1000000L };

	for (unsigned int i = 0; i < ms / STEP_MS && group_runs(group); i++)
		nanosleep(&t, NULL);
}

void group_end(pid_t group, unsigned int ms)
{
	kill(-group, SIGTERM);
	wait_for_group(group, ms);
	if (!group_runs(group))
		return;
	kill(-group, SIGKILL);
	wait_for_group(group, ms / 4);
}
