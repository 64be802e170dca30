/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process that cleans up after us when we are killed. */
#ifndef GUARD_H
#define GUARD_H

#include "base/base.h"

/*
 * The guard (guard.c): a process that outlives us. When we end without
 * guard_end(), by SIGKILL say, it ends the child that it watched last,
 * calls clean(ctx, its pid or 0) and is gone, all within 5 s. It holds none of our
 * descriptors but those in @keep: a reader of a pipe doesn't wait for it.
 */
struct guard {
	int fd;		/* -1: none runs */
};

struct guard_duty {
	void (*clean)(void *ctx, pid_t child);
	void (*errand)(void *ctx);	/* for guard_errand(), or NULL */
	void *ctx;			/* as it was when the guard was started */
};

int guard_start(struct guard *g, const struct guard_duty *duty, const int *keep, size_t n);
/*
 * Has the guard run its errand, before it cleans whatever happens to us, and waits for that. For
 * what must not be interrupted by our death. Without a guard, or if that is killed, nothing is done
 */
void guard_errand(const struct guard *g);
/* From now on, the process group @group is the one to end; 0: it has ended */
void guard_watch(const struct guard *g, pid_t group);
void guard_end(struct guard *g);

#endif
