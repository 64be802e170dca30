// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has vhost devices open, read from /proc: the links of fd/, of each tap's
 * fdinfo/ the line "iff:", of cmdline the -name (cmdline.c). All of it is what
 * processes say of themselves.
 */
#include "host/guests.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <strings.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/cmdline.h"
#include "host/proc.h"

#define FDINFO_MAX 65536

static char *link_target(const char *path)
{
	char target[256];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = '\0';
	return strdup(target);
}

static int add_tap(struct guest_process *g, int fd, const char *interface)
{
	struct guest_tap *v = reallocarray(g->taps, g->n_taps + 1, sizeof(*v));
	char *copy = strdup(interface);

	if (v)
		g->taps = v;
	if (!v || !copy) {
		free(copy);
		return -ENOMEM;
	}
	v[g->n_taps++] = (struct guest_tap){ fd, copy };
	if (!strv_has(&g->interfaces, interface))
		strv_add(&g->interfaces, interface);
	return 0;
}

/* "iff:	tap0": an open /dev/net/tun that is attached */
static int look_at_tap(const char *fdinfo, int fd, struct guest_process *g)
{
	FREE char *text = NULL;
	size_t len;
	int ret = 0;

	if (file_read(fdinfo, FDINFO_MAX, &text, &len))
		return 0;
	for (char *line = text, *next; line && *line && !ret; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (strncmp(line, "iff:", 4) != 0)
			continue;
		line += 4 + strspn(line + 4, " \t");
		if (*line)
			ret = add_tap(g, fd, line);
	}
	return ret;
}

/* -EACCES: it is another user's */
static int look_at_files(const char *proc, struct guest_process *g)
{
	FREE char *dir = str_printf("%s/fd", proc);
	DIR *d = dir ? opendir(dir) : NULL;
	int ret = 0;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; !ret && (e = readdir(d));) {
		FREE char *path = str_printf("%s/%s", dir, e->d_name);
		FREE char *target = path ? link_target(path) : NULL;
		FREE char *info = str_printf("%s/fdinfo/%s", proc, e->d_name);

		if (!target || !info)
			continue;
		g->nets += !strcmp(target, "/dev/vhost-net");
		if (!strncmp(target, "/dev/vhost-", strlen("/dev/vhost-")))
			g->devices++;
		else if (!strcmp(target, "/dev/net/tun") || !strncmp(target, "/dev/tap", 8))
			ret = look_at_tap(info, atoi(e->d_name), g);
	}
	closedir(d);
	strv_sort(&g->interfaces);
	return g->interfaces.broken ? -ENOMEM : ret;
}

/* What their command lines say of them */
static void read_names(const char *root, struct guest_process *v, size_t n)
{
	FREE struct cmdline *c = calloc(n + 1, sizeof(*c));

	for (size_t i = 0; c && i < n; i++)
		c[i].pid = v[i].pid;
	if (c)
		cmdlines_read(root, c, n);
	for (size_t i = 0; i < n; i++) {
		v[i].silent = !c || c[i].silent || qemu_parse(c[i].args, c[i].len, &v[i].qemu);
		if (c)
			free(c[i].args);
	}
}

static void process_free(struct guest_process *g)
{
	qemu_free(&g->qemu);
	free(g->comm);
	for (size_t i = 0; i < g->n_taps; i++)
		free(g->taps[i].interface);
	free(g->taps);
	for (size_t i = 0; i < g->n_net; i++) {
		free(g->net[i].type);
		free(g->net[i].interface);
		free(g->net[i].bridge);
	}
	free(g->net);
	free(g->instance);
	free(g->vmi);
	strv_free(&g->interfaces);
}

static bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

/* The program of a process, without where it is; NULL: it can't be read */
static char *program_of(const char *proc)
{
	static const char deleted[] = " (deleted)";	/* a new package has come since it began */
	FREE char *path = str_printf("%s/exe", proc);
	FREE char *exe = path ? link_target(path) : NULL;
	const char *slash = exe ? strrchr(exe, '/') : NULL;
	size_t len = slash ? strlen(slash + 1) : 0, tail = strlen(deleted);

	if (!slash)
		return NULL;
	if (len > tail && !strcmp(slash + 1 + len - tail, deleted))
		len -= tail;
	return strndup(slash + 1, len);
}

/* By its program, since -name process=x gives it any name */
static bool is_qemu(const char *proc, const struct guest_process *g)
{
	FREE char *program = program_of(proc);
	const char *name = str_empty(program ? program : g->comm);

	return starts_with(name, "qemu-system") || !strcmp(name, "qemu-kvm") || !strcmp(name, "kvm");
}

static int take_process(const char *dir, const char *pid, bool all, struct guest_list *l)
{
	FREE char *proc = str_printf("%s/%s", dir, pid);
	struct guest_process g = { .pid = strtoll(pid, NULL, 10), .uid = -1, .inner_pid = -1 }, *v;
	int ret = proc ? look_at_files(proc, &g) : -ENOMEM;

	if (ret == -EACCES || ret == -EPERM)
		l->hidden++;
	if (!ret && (g.devices || all))
		g.comm = proc_comm(proc);
	if (!ret && (g.devices || (all && is_qemu(proc, &g)))) {
		v = reallocarray(l->v, l->n + 1, sizeof(*v));
		if (v) {
			l->v = v;
			v[l->n++] = g;
			return 0;
		}
		ret = -ENOMEM;
	}
	process_free(&g);
	/* one that has ended meanwhile is none */
	return ret == -ENOMEM ? ret : 0;
}

static int by_pid(const void *a, const void *b)
{
	const struct guest_process *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static int list(const char *root, const char *pid, bool all, struct guest_list *l)
{
	FREE char *dir = str_printf("%s/proc", root);
	DIR *d = dir ? opendir(dir) : NULL;
	int ret = 0;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; !ret && (e = readdir(d));)
		if (isdigit((unsigned char)*e->d_name) && (!pid || !strcmp(pid, e->d_name)))
			ret = take_process(dir, e->d_name, all, l);
	closedir(d);
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_pid);
	read_names(root, l->v, l->n);
	return ret;
}

int guests_list(const char *root, const char *pid, struct guest_list *l)
{
	return list(root, pid, false, l);
}

int guests_list_all(const char *root, struct guest_list *l)
{
	return list(root, NULL, true, l);
}

int qemus_list(const char *root, struct strv *pids)
{
	FREE char *dir = str_printf("%s/proc", root);
	DIR *d = dir ? opendir(dir) : NULL;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; (e = readdir(d));) {
		FREE char *proc = str_printf("%s/%s", dir, e->d_name);
		struct guest_process g = { 0 };

		if (!proc || !isdigit((unsigned char)*e->d_name))
			continue;
		g.comm = proc_comm(proc);
		if (is_qemu(proc, &g))
			strv_add(pids, e->d_name);
		process_free(&g);
	}
	closedir(d);
	strv_sort(pids);
	return pids->broken ? -ENOMEM : 0;
}

static int add_match(struct guest_matches *m, size_t i)
{
	size_t *v = reallocarray(m->v, m->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	m->v = v;
	v[m->n++] = i;
	return 0;
}

static bool has_pid(const struct guest_process *g, const char *word)
{
	char pid[24];

	snprintf(pid, sizeof(pid), "%lld", g->pid);
	return !strcmp(pid, word);
}

/* A name of KubeVirt's with its namespace, or alone */
static bool is_vmi(const struct guest_process *g, const char *word)
{
	const char *slash = g->vmi ? strchr(g->vmi, '/') : NULL;

	return slash && (!strcmp(g->vmi, word) || !strcmp(slash + 1, word));
}

static bool is_called(const struct guest_process *g, const char *word)
{
	return (g->qemu.name && !strcmp(g->qemu.name, word)) ||
	       (g->qemu.uuid && !strcasecmp(g->qemu.uuid, word)) ||
	       (g->instance && !strcmp(g->instance, word)) || is_vmi(g, word) ||
	       strv_has(&g->interfaces, word);
}

int guests_match(const struct guest_list *l, const char *word, struct guest_matches *m)
{
	bool all = !strcmp(word, "all");
	int ret = 0;

	/* a process id is one, whatever a guest may be called */
	for (size_t i = 0; i < l->n; i++)
		if (has_pid(&l->v[i], word))
			return add_match(m, i);
	for (size_t i = 0; i < l->n && !ret; i++)
		if (all || is_called(&l->v[i], word))
			ret = add_match(m, i);
	return ret;
}

char *guest_text(const struct guest_process *g)
{
	FREE char *interfaces = strv_join(&g->interfaces, ", ");
	const char *gap = g->qemu.name ? " " : "", *name = str_empty(g->qemu.name);

	if (!interfaces)
		return NULL;
	if (!*interfaces)
		return str_printf("%lld%s%s", g->pid, gap, name);
	return str_printf("%lld%s%s (%s)", g->pid, gap, name, interfaces);
}

void guests_free(struct guest_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		process_free(&l->v[i]);
	free(l->v);
	*l = (struct guest_list){ 0 };
}
