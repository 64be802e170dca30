/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What QEMU's command line says of its guest: options as QEMU itself reads them. */
#ifndef QEMU_H
#define QEMU_H

#include "base/base.h"

/* A -netdev, -nic or -net */
struct qemu_net {
	char *type;		/* "tap", "vhost-user", "vhost-vdpa", "user" … */
	char *ifname;		/* NULL: not said */
	char *fds;		/* numbers of open files, "31:32"; NULL: QEMU opens it */
	enum { VHOST_NOT_SAID, VHOST_OFF, VHOST_ON } vhost;	/* said in the end */
	bool implied;		/* a descriptor of vhost's is given, or vhostforce=on */
};

struct qemu {
	char *name, *uuid, *machine;	/* NULL: not said */
	struct qemu_net *net;
	size_t n_net;
};

/*
 * @args are @len bytes and a NUL, NUL after each argument. What can't be read is left out; -ENOMEM.
 * The caller frees it.
 */
int qemu_parse(const char *args, size_t len, struct qemu *q);
void qemu_free(struct qemu *q);

#endif
