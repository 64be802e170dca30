/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control groups of a thread, version 1 and 2: whether it is frozen, how much CPU it
 * may have, and where. Everything is bounded: depth, length, and what is read of a file.
 * Groups' names are what others have made them: code that prints them escapes them.
 */
#ifndef CGROUP_H
#define CGROUP_H

#include "base/base.h"

#define CGROUP_LIMITS 16	/* groups with a quota, one in the other, that are looked at */

/* Where a hierarchy is mounted */
struct cgroup_mount {
	/* with the root before it; NULL: it isn't there, or not to be seen */
	char *at;
	/* the group that is mounted there: "/" but for a part of a hierarchy */
	char *top;
};

enum cgroup_hierarchy { CGROUP_V2, CGROUP_CPU, CGROUP_CPUSET, CGROUP_FREEZER, CGROUP_HIERARCHIES };

struct cgroup_mounts {
	struct cgroup_mount v[CGROUP_HIERARCHIES];
};

/* -1 is unknown */
struct cgroup_limit {
	char *path;			/* as /proc/PID/cgroup has them */
	long long quota_us, period_us;
	long long throttled;		/* periods in which the group was */
	long long throttled_us;		/* of all its CPUs, since it was made */
};

struct cgroup {
	unsigned int version;		/* of the hierarchy with the CPU's limits; 0: unknown */
	char *path;			/* its group there; NULL: unknown */
	long long frozen;		/* 1, 0 */
	long long weight;		/* cpu.weight; cpu.shares of version 1 */
	char *cpus;			/* what its cpuset leaves, "0-3"; NULL: unknown */
	char *allowed;			/* Cpus_allowed_list */
	struct cgroup_limit limits[CGROUP_LIMITS];	/* its own group's first */
	size_t n_limits;
	bool limits_known;		/* all quotas above it could be read: none is none */
};

/* @root: "", or a made-up host's. 0, or -errno: nothing is known of any group */
int cgroup_mounts_read(const char *root, struct cgroup_mounts *m);
void cgroup_mounts_free(struct cgroup_mounts *m);

/*
 * @proc: "/proc/42" or "/proc/42/task/50". 0 and what could be read; -errno: the thread is gone, or
 * hidden
 */
int cgroup_read(const char *root, const struct cgroup_mounts *m, const char *proc,
		struct cgroup *c);
void cgroup_free(struct cgroup *c);

#endif
