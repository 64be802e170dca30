// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest's network devices: what QEMU's command line says of each, and what the process has open.
 * What was plugged in later is in no command line.
 */
#include "host/guests.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <unistd.h>

#include "base/file.h"
#include "base/str.h"
#include "host/proc.h"


static const char *const backends[] = {
	[BACKEND_VHOST_USER] = "vhost-user",
	[BACKEND_VDPA] = "vhost-vdpa",
};

static const struct guest_tap *tap_of_fd(const struct guest_process *g, int fd)
{
	for (size_t i = 0; i < g->n_taps; i++)
		if (g->taps[i].fd == fd)
			return &g->taps[i];
	return NULL;
}

/* Of "31:32" the first that is an open tap */
static const char *interface_of(const struct guest_process *g, const struct qemu_net *n)
{
	if (n->ifname)
		return n->ifname;
	for (const char *at = n->fds; at && *at; at += strcspn(at, ":"), at += *at == ':') {
		const struct guest_tap *tap = tap_of_fd(g, atoi(at));

		if (tap)
			return tap->interface;
	}
	return NULL;
}

static unsigned int queues_of(const struct guest_process *g, const char *interface)
{
	unsigned int n = 0;

	for (size_t i = 0; i < g->n_taps; i++)
		n += !strcmp(g->taps[i].interface, interface);
	return n;
}

static struct guest_net *add(struct guest_process *g, const char *type, const char *interface)
{
	struct guest_net *v = reallocarray(g->net, g->n_net + 1, sizeof(*v)), n = { 0 };

	if (!v)
		return NULL;
	g->net = v;
	n.type = type ? strdup(type) : NULL;
	n.interface = interface ? strdup(interface) : NULL;
	n.queues = interface ? queues_of(g, interface) : 0;
	v[g->n_net++] = n;
	return (type && !n.type) || (interface && !n.interface) ? NULL : &v[g->n_net - 1];
}

static enum guest_backend backend_of(const struct guest_process *g, const struct qemu_net *n,
				     bool *refused)
{
	for (size_t i = 0; i < ARRAY_SIZE(backends); i++)
		if (backends[i] && !strcmp(backends[i], n->type))
			return i;
	/* without /dev/vhost-net QEMU goes on by itself, unless vhostforce=on */
	*refused = n->vhost == VHOST_ON && !g->nets;
	return n->vhost == VHOST_ON && g->nets ? BACKEND_VHOST_NET : BACKEND_USERSPACE;
}

/* Of a tap that is not in the command line */
static enum guest_backend backend_of_any(const struct guest_process *g)
{
	if (!g->nets)
		return BACKEND_USERSPACE;
	return g->nets >= g->n_taps ? BACKEND_VHOST_NET : BACKEND_UNKNOWN;
}

static int add_named(struct guest_process *g)
{
	for (size_t i = 0; i < g->qemu.n_net; i++) {
		const struct qemu_net *q = &g->qemu.net[i];
		struct guest_net *n = add(g, q->type, interface_of(g, q));

		if (!n)
			return -ENOMEM;
		n->backend = backend_of(g, q, &n->refused);
	}
	return 0;
}

static bool is_named(const struct guest_process *g, const char *interface)
{
	for (size_t i = 0; i < g->n_net; i++)
		if (g->net[i].interface && !strcmp(g->net[i].interface, interface))
			return true;
	return false;
}

/* Whether the @i'th is a tap that QEMU has opened by itself, and whose interface isn't known */
static bool is_nameless(const struct guest_process *g, size_t i)
{
	const struct guest_net *n = &g->net[i];

	return i < g->qemu.n_net && !n->interface && !g->qemu.net[i].fds &&
	       (!strcmp(n->type, "tap") || !strcmp(n->type, "bridge"));
}

/*
 * The first of them, if @others taps are open and it makes no difference which is whose; else NULL
 */
static struct guest_net *nameless(struct guest_process *g, size_t others)
{
	struct guest_net *first = NULL;
	size_t n = 0;

	for (size_t i = 0; i < g->n_net; i++) {
		if (!is_nameless(g, i))
			continue;
		if (first && g->net[i].backend != first->backend)
			return NULL;
		first = first ? first : &g->net[i];
		n++;
	}
	return n == others ? first : NULL;
}

/*
 * Taps that it has open beside those: each queue of a tap has a vhost device of its own, or none
 * has
 */
static int add_others(struct guest_process *g)
{
	size_t others = 0;

	for (size_t i = 0; i < g->interfaces.n; i++)
		others += !is_named(g, g->interfaces.v[i]);
	for (size_t i = 0; i < g->interfaces.n; i++) {
		const char *interface = g->interfaces.v[i];

		if (is_named(g, interface))
			continue;

		struct guest_net *n = nameless(g, others--);

		if (n) {
			n->interface = strdup(interface);
			n->queues = queues_of(g, interface);
			continue;
		}
		n = add(g, NULL, interface);
		if (!n)
			return -ENOMEM;
		n->backend = backend_of_any(g);
	}
	return 0;
}

/* 1, 0; -1: it can't be read */
static int is_another_link(const char *a, const char *b)
{
	char x[64], y[64];
	ssize_t n = readlink(a, x, sizeof(x)), m = readlink(b, y, sizeof(y));

	if (n <= 0 || m <= 0)
		return -1;
	return n != m || memcmp(x, y, n) != 0;
}

static char *bridge_of(const char *root, const char *interface)
{
	FREE char *path = str_printf("%s/sys/class/net/%s/brport/bridge", root, interface);
	char target[256];
	const char *slash;
	ssize_t n = -1;

	if (path && !strchr(interface, '/'))
		n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return NULL;
	target[n] = '\0';
	slash = strrchr(target, '/');
	return strdup(slash ? slash + 1 : target);
}

static struct guest_process *of_pid(struct guest_list *l, long long pid)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].pid == pid)
			return &l->v[i];
	return NULL;
}

/* Anybody may call his process vhost-PID */
static bool has_memory(const char *proc)
{
	return proc_number(proc, "status", "\nVmSize:") >= 0;
}

/* Counts the threads in @dir that are called vhost-PID, each for its guest */
static void count_workers(const char *dir, bool kernels, struct guest_list *l)
{
	DIR *d = opendir(dir);

	for (struct dirent *e; d && (e = readdir(d));) {
		FREE char *task = str_printf("%s/%s", dir, e->d_name);
		FREE char *comm = task ? proc_comm(task) : NULL;
		struct guest_process *g;

		if (!isdigit((unsigned char)*e->d_name) || !comm || strncmp(comm, "vhost-", 6) != 0)
			continue;
		g = of_pid(l, strtoll(comm + 6, NULL, 10));
		if (g && !(kernels && has_memory(task)))
			g->workers++;
	}
	if (d)
		closedir(d);
}

/*
 * vhost's workers: threads of the process since 6.4 (6e890c5d5021), the kernel's before, which are
 * looked for once for all guests
 */
static void find_workers(const char *root, struct guest_list *l)
{
	bool all = false;

	for (size_t i = 0; i < l->n; i++) {
		FREE char *tasks = str_printf("%s/proc/%lld/task", root, l->v[i].pid);
		struct guest_list one = { .v = &l->v[i], .n = 1 };

		if (tasks && l->v[i].devices)
			count_workers(tasks, false, &one);
		all |= l->v[i].devices && !l->v[i].workers;
	}
	FREE char *proc = all ? str_printf("%s/proc", root) : NULL;

	if (proc)
		count_workers(proc, true, l);
}

static int describe(const char *root, struct guest_process *g)
{
	FREE char *proc = str_printf("%s/proc/%lld", root, g->pid);
	FREE char *netns = str_printf("%s/proc/%lld/ns/net", root, g->pid);
	FREE char *ours = str_printf("%s/proc/self/ns/net", root);
	int ret = proc && netns && ours ? add_named(g) : -ENOMEM;

	if (!ret)
		ret = add_others(g);
	if (ret)
		return ret;
	g->uid = proc_number(proc, "status", "\nUid:");
	g->inner_pid = guest_inner_pid(root, g);
	g->own_netns = is_another_link(netns, ours);
	for (size_t i = 0; i < g->n_net && g->own_netns <= 0; i++)
		if (g->net[i].interface)
			g->net[i].bridge = bridge_of(root, g->net[i].interface);
	return 0;
}

int guests_describe(const char *root, struct guest_list *l)
{
	int ret = 0;

	for (size_t i = 0; i < l->n && !ret; i++)
		ret = describe(root, &l->v[i]);
	find_workers(root, l);
	guests_managed(root, l);
	return ret;
}
