/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tap, its steering, the host's sockets on it (tap.c) */
#ifndef VGUEST_TAP_H
#define VGUEST_TAP_H

#include <stdint.h>

#include "base/base.h"
#include "vguest/vguest.h"

struct options;

struct tap {
	const char *name;
	bool direct;			/* a macvtap: it receives what is for the guest */
	int host_ifindex;		/* where the host's frames come and go */
	int fd[MAX_PAIRS];
	int sink;			/* takes the guest's TX frames off the host's stack */
};
void tap_init(struct tap *t);	/* so that tap_close() may follow */
int tap_open(struct tap *t, const struct options *o);
void tap_close(struct tap *t);
int tap_sender_socket(const struct tap *t, bool qdisc);
/*
 * A counter of the host's interface, as a tun counts: rx is what the guest sends; -errno when sysfs
 * doesn't say
 */
int tap_statistic(const struct tap *t, const char *name, uint64_t *value);

#endif
