/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host that a command is about: its kernel, and where its files are. */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "base/base.h"
#include "base/version.h"

/* In front of /proc, /sys and the like: "" but in the tests of the command line */
const char *host_sysroot(void);

struct host {
	char *root;		/* in front of every path below: "" except in tests */
	char *release;		/* the kernel that it's about */
	bool running;		/* that kernel is the one that runs */
	struct version kernel;
	char *build;		/* its headers' directory, NULL when there is none */
	char *source;		/* the part of them that Debian keeps apart, or NULL */
};

/*
 * @root is "" for this machine. @release NULL means the running kernel.
 * -ENOENT: no kernel runs there, as far as can be seen.
 */
int host_init(struct host *h, const char *root, const char *release);
/* A release names directories: one that could climb out of them is none */
bool host_release_ok(const char *s);
void host_free(struct host *h);
char *host_path(const struct host *h, const char *fmt, ...) PRINTF(2, 3);
/*
 * @path with the links at its end followed inside of @h's root, where links
 * that start with / would lead out of it. Takes @path. NULL when there is no
 * such file.
 */
char *host_resolve(const struct host *h, char *path);

#endif
