// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who has vhost devices open, read from /proc: the links of fd/, of each tap's
 * fdinfo/ the line "iff:", of cmdline the -name (guest-names.c). All of it is what
 * processes say of themselves.
 */
#include "host/guests.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"

#define COMM_MOST 64
#define FDINFO_MOST 65536

static char *link_target(const char *path)
{
	char target[256];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	if (n < 0)
		return NULL;
	target[n] = '\0';
	return strdup(target);
}

/* "iff:	tap0": an open /dev/net/tun that is attached */
static void add_interface(const char *fdinfo, struct strv *interfaces)
{
	FREE char *text = NULL;
	size_t len;

	if (file_read(fdinfo, FDINFO_MOST, &text, &len))
		return;
	for (char *line = text, *next; line && *line; line = next) {
		next = strchr(line, '\n');
		if (next)
			*next++ = '\0';
		if (strncmp(line, "iff:", 4) != 0)
			continue;
		line += 4 + strspn(line + 4, " \t");
		if (*line && !strv_has(interfaces, line))
			strv_add(interfaces, line);
	}
}

/* -EACCES: it is somebody else's */
static int look_at_files(const char *proc, struct guest_process *g)
{
	FREE char *dir = str_printf("%s/fd", proc);
	DIR *d = dir ? opendir(dir) : NULL;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; (e = readdir(d));) {
		FREE char *path = str_printf("%s/%s", dir, e->d_name);
		FREE char *target = path ? link_target(path) : NULL;
		FREE char *info = str_printf("%s/fdinfo/%s", proc, e->d_name);

		if (!target || !info)
			continue;
		g->nets += !strcmp(target, "/dev/vhost-net");
		if (!strncmp(target, "/dev/vhost-", strlen("/dev/vhost-")))
			g->devices++;
		else if (!strcmp(target, "/dev/net/tun") || !strncmp(target, "/dev/tap", 8))
			add_interface(info, &g->interfaces);
	}
	closedir(d);
	strv_sort(&g->interfaces);
	return g->interfaces.broken ? -ENOMEM : 0;
}

static void look_at_comm(const char *proc, struct guest_process *g)
{
	FREE char *comm = str_printf("%s/comm", proc);

	if (comm && !file_read(comm, COMM_MOST, &g->comm, NULL))
		g->comm[strcspn(g->comm, "\n")] = '\0';
}

static void process_free(struct guest_process *g)
{
	free(g->name);
	free(g->comm);
	strv_free(&g->interfaces);
}

static int take_process(const char *dir, const char *pid, struct guest_list *l)
{
	FREE char *proc = str_printf("%s/%s", dir, pid);
	struct guest_process g = { .pid = strtoll(pid, NULL, 10) }, *v;
	int ret = proc ? look_at_files(proc, &g) : -ENOMEM;

	if (ret == -EACCES || ret == -EPERM)
		l->hidden++;
	if (!ret && g.devices) {
		look_at_comm(proc, &g);
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

int guests_list(const char *root, const char *pid, struct guest_list *l)
{
	FREE char *dir = str_printf("%s/proc", root);
	DIR *d = dir ? opendir(dir) : NULL;
	int ret = 0;

	if (!d)
		return dir ? -errno : -ENOMEM;
	for (struct dirent *e; !ret && (e = readdir(d));)
		if (isdigit((unsigned char)*e->d_name) && (!pid || !strcmp(pid, e->d_name)))
			ret = take_process(dir, e->d_name, l);
	closedir(d);
	if (l->n)
		qsort(l->v, l->n, sizeof(*l->v), by_pid);
	guests_name(root, l->v, l->n);
	return ret;
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

int guests_match(const struct guest_list *l, const char *word, struct guest_matches *m)
{
	bool all = !strcmp(word, "all");
	int ret = 0;

	/* a process id is one, whatever a guest may be called */
	for (size_t i = 0; i < l->n; i++)
		if (has_pid(&l->v[i], word))
			return add_match(m, i);
	for (size_t i = 0; i < l->n && !ret; i++)
		if (all || (l->v[i].name && !strcmp(l->v[i].name, word)) ||
		    strv_has(&l->v[i].interfaces, word))
			ret = add_match(m, i);
	return ret;
}

char *guest_text(const struct guest_process *g)
{
	FREE char *interfaces = strv_join(&g->interfaces, ", ");

	if (!interfaces)
		return NULL;
	return str_printf("%lld%s%s%s%s%s", g->pid, g->name ? " " : "", g->name ? g->name : "",
			  *interfaces ? " (" : "", interfaces, *interfaces ? ")" : "");
}

void guests_free(struct guest_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		process_free(&l->v[i]);
	free(l->v);
	*l = (struct guest_list){ 0 };
}
