/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How each child is started. For the files child*.c only */
#ifndef CHILD_SPAWN_H
#define CHILD_SPAWN_H

#include <signal.h>
#include <sys/types.h>

#include "base/child.h"

/* What is different between a child that runs and one whose words are wanted */
struct plumbing {
	int in, out, err;	/* file descriptors for the child, -1: ours */
	bool own_group;
	const sigset_t *mask;	/* signals it starts with blocked, or NULL: ours */
};

/* Starts @c. 0, or -errno, also of an exec that fails */
int child_spawn(const struct child *c, const struct plumbing *p, pid_t *pid);

#endif
