// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guest is called by the programs that manage it: OpenStack, KubeVirt, a container. */
#include "host/guests.h"

#include "base/file.h"
#include "base/str.h"
#include "host/cmdline.h"
#include "host/proc.h"

#define XML_MAX (4 << 20)
#define ANCESTORS_MAX 8

/* &amp; and its kin, in place */
static void unescape(char *text)
{
	static const struct {
		const char *name;
		char is;
	} entities[] = { { "amp;", '&' }, { "lt;", '<' }, { "gt;", '>' }, { "quot;", '"' },
			 { "apos;", '\'' } };
	char *to = text;

	for (char *at = text; *at; at++) {
		*to = *at;
		for (size_t i = 0; *at == '&' && i < ARRAY_SIZE(entities); i++) {
			if (strncmp(at + 1, entities[i].name, strlen(entities[i].name)) != 0)
				continue;
			*to = entities[i].is;
			at += strlen(entities[i].name);
			break;
		}
		to++;
	}
	*to = '\0';
}

/*
 * What OpenStack calls it: nova writes that into what libvirt keeps of a guest that runs, with its
 * process id. Anybody may start a QEMU of any name
 */
static char *instance_of(const char *root, const char *name, long long pid)
{
	FREE char *path = str_printf("%s/run/libvirt/qemu/%s.xml", root, name);
	FREE char *text = NULL;
	FREE char *whose = str_printf(" pid='%lld'", pid);
	static const char tag[] = "<nova:name>";
	char *at, *found;

	if (!path || !whose || *name == '.' || strchr(name, '/') ||
	    file_read(path, XML_MAX, &text, NULL))
		return NULL;
	at = strstr(text, whose) ? strstr(text, tag) : NULL;
	if (!at)
		return NULL;
	at += strlen(tag);
	found = strndup(at, strcspn(at, "<"));
	if (found)
		unescape(found);
	return found;
}

/*
 * KubeVirt runs a QEMU as a descendant of virt-launcher, whose arguments are --name and
 * --namespace; a comm has 15 bytes. As with QEMU's -name, the processes themselves say so. 0: it
 * has no such ancestor
 */
static long long launcher_of(const char *root, long long pid)
{
	for (int i = 0; i < ANCESTORS_MAX && pid > 1; i++) {
		FREE char *proc = str_printf("%s/proc/%lld", root, pid);
		FREE char *comm = proc && i ? proc_comm(proc) : NULL;

		if (comm && !strncmp(comm, "virt-launcher", strlen("virt-launcher")))
			return pid;
		pid = proc ? proc_number(proc, "status", "\nPPid:") : 0;
	}
	return 0;
}

/* "NAMESPACE/NAME" */
static char *vmi_of(const struct cmdline *launcher)
{
	const char *namespace = cmdline_option(launcher, "namespace");
	const char *name = cmdline_option(launcher, "name");

	return namespace && name ? str_printf("%s/%s", namespace, name) : NULL;
}

/* The launchers of some dozens of guests are read at once: those that hang cost 3 s together */
static void name_vmis(const char *root, struct guest_list *l)
{
	FREE struct cmdline *v = calloc(l->n + 1, sizeof(*v));
	FREE size_t *of = calloc(l->n + 1, sizeof(*of));
	size_t n = 0;

	for (size_t i = 0; v && of && i < l->n; i++) {
		v[n].pid = l->v[i].vmi ? 0 : launcher_of(root, l->v[i].pid);
		of[n] = i;
		n += v[n].pid > 0;
	}
	if (v && of)
		cmdlines_read(root, v, n);
	for (size_t i = 0; i < n; i++) {
		l->v[of[i]].launcher_silent = v[i].silent;
		if (!v[i].silent)
			l->v[of[i]].vmi = vmi_of(&v[i]);
		free(v[i].args);
	}
}

long long guest_inner_pid(const char *root, const struct guest_process *g)
{
	FREE char *proc = str_printf("%s/proc/%lld", root, g->pid);

	return proc ? proc_last_number(proc, "status", "\nNSpid:") : -1;
}

void guests_managed(const char *root, struct guest_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		struct guest_process *g = &l->v[i];

		if (g->qemu.name && !g->instance)
			g->instance = instance_of(root, g->qemu.name, g->pid);
	}
	name_vmis(root, l);
}
