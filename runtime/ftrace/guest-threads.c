// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which threads are a guest's. A vhost worker is called after the thread that made it,
 * "vhost-4242": a thread of the guest's process since 6.4 (6e890c5d5021), before that a process of
 * the kernel's own. Any process may call itself so: outside the guest's it has to be one of the
 * kernel's.
 */
#include "ftrace/ftrace.h"

#include <ctype.h>
#include <errno.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/task.h"

#define COMM_MAX 64

static char *comm_of(const char *dir, const char *id)
{
	FREE char *path = str_printf("%s/%s/comm", dir, id);
	char *comm = NULL;

	if (!path || file_read(path, COMM_MAX, &comm, NULL))
		return NULL;
	comm[strcspn(comm, "\n")] = '\0';
	return comm;
}

static bool is_worker(const char *comm, const struct strv *threads)
{
	return comm && !strncmp(comm, "vhost-", 6) && strv_has(threads, comm + 6);
}

/* "CPU 0/KVM", "CPU 12/TCG": QEMU's names with debug-threads=on, as libvirt starts it */
static bool is_vcpu(const char *comm)
{
	size_t digits = comm && !strncmp(comm, "CPU ", 4) ? strspn(comm + 4, "0123456789") : 0;

	return digits && comm[4 + digits] == '/';
}

static void add(struct strv *tids, const char *tid)
{
	if (!strv_has(tids, tid))
		strv_add(tids, tid);
}

static int add_threads(const char *dir, const struct strv *threads, struct strv *tids)
{
	bool named = false;

	for (size_t i = 0; i < threads->n && !named; i++) {
		FREE char *comm = comm_of(dir, threads->v[i]);

		named = is_vcpu(comm);
	}
	for (size_t i = 0; i < threads->n; i++) {
		FREE char *comm = comm_of(dir, threads->v[i]);

		if (comm && (!named || is_vcpu(comm) || is_worker(comm, threads)))
			add(tids, threads->v[i]);
	}
	return tids->broken ? -ENOMEM : 0;
}

int ftrace_tasks(const char *root, long long pid, struct strv *tids)
{
	FREE char *proc = str_printf("%s/proc", root);
	FREE char *dir = str_printf("%s/proc/%lld/task", root, pid);
	STRV_CLEAN struct strv threads = { 0 };
	STRV_CLEAN struct strv all = { 0 };
	int ret = proc && dir ? file_list(dir, &threads) : -ENOMEM;

	if (ret || !threads.n)
		return ret == -ENOMEM ? ret : -ESRCH;
	ret = add_threads(dir, &threads, tids) ?: file_list(proc, &all);
	for (size_t i = 0; i < all.n && !ret; i++) {
		FREE char *comm =
			isdigit((unsigned char)*all.v[i]) ? comm_of(proc, all.v[i]) : NULL;

		if (is_worker(comm, &threads) && task_is_kernels(proc, all.v[i]))
			add(tids, all.v[i]);
	}
	if (!ret && tids->broken)
		ret = -ENOMEM;
	return ret;
}
