/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's processes that have vhost devices open, and what they are called
 */
#ifndef GUESTS_H
#define GUESTS_H

#include "base/base.h"
#include "base/strv.h"
#include "host/qemu.h"

/* An open tap */
struct guest_tap {
	int fd;
	char *interface;
};

/* What serves a network device of the guest */
enum guest_backend {
	BACKEND_UNKNOWN,
	BACKEND_VHOST_NET,	/* the kernel: what we see */
	BACKEND_USERSPACE,	/* QEMU itself */
	BACKEND_VHOST_USER,	/* another process */
	BACKEND_VDPA,		/* a device */
	BACKENDS,
};

struct guest_net {
	char *type;		/* of -netdev; NULL: a tap that its command line doesn't name */
	char *interface;	/* NULL: it has none, or which one isn't known */
	enum guest_backend backend;
	bool refused;		/* vhost=on, but QEMU has no /dev/vhost-net open */
	unsigned int queues;	/* open files of its tap; 0: it isn't known */
	char *bridge;		/* that the interface is a port of, NULL: of none */
};

struct guest_process {
	long long pid;
	struct qemu qemu;	/* its command line */
	char *comm;
	struct guest_tap *taps;
	size_t n_taps;
	struct strv interfaces;	/* its taps, sorted, each once */
	unsigned int devices;	/* /dev/vhost-… that it has open */
	unsigned int nets;	/* /dev/vhost-net of these */
	/* its command line could not be read for 3 seconds: its name isn't known */
	bool silent;
	bool launcher_silent;	/* that of its virt-launcher: its name in KubeVirt isn't known */
	/* guests_describe() */
	struct guest_net *net;
	size_t n_net;
	long long uid;		/* -1: not known */
	long long inner_pid;	/* in its innermost pid namespace; -1: not known */
	char *instance;		/* its name in OpenStack, NULL: it has none */
	char *vmi;		/* NAMESPACE/NAME in KubeVirt, NULL: it has none */
	unsigned int workers;	/* of vhost */
	int own_netns;		/* its network isn't that of the host; -1: not known */
};

struct guest_list {
	struct guest_process *v;
	size_t n;
	size_t hidden;		/* processes of which we may not see the files */
};

/* Sorted by pid. @pid: look at that process only, NULL: at all. -errno */
int guests_list(const char *root, const char *pid, struct guest_list *l);
/* The same with all QEMUs, also those that use no vhost */
int guests_list_all(const char *root, struct guest_list *l);
/* Their network devices and whose they are (guest-nets.c) */
int guests_describe(const char *root, struct guest_list *l);
/* What OpenStack and KubeVirt call them, and no more (guest-managers.c) */
void guests_managed(const char *root, struct guest_list *l);
/* Its process id in its innermost pid namespace; -1: not known */
long long guest_inner_pid(const char *root, const struct guest_process *g);
/*
 * Adds the indices of those that @word names, by pid, name, uuid or interface, or by the name in
 * OpenStack or KubeVirt, where guests_managed() has looked; "all": all
 */
struct guest_matches {
	size_t *v;
	size_t n;
};
int guests_match(const struct guest_list *l, const char *word, struct guest_matches *m);
/* "4242 web-1 (tap0, tap1)" */
char *guest_text(const struct guest_process *g);
void guests_free(struct guest_list *l);
/* The processes that are QEMUs, sorted */
int qemus_list(const char *root, struct strv *pids);
#endif
