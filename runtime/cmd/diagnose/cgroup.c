// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * No verb: the control groups of a guest's threads, which no script can read, as CGROUP records
 * of a dump: one of each worker, and one of each group of the guest's own threads.
 */
#include "cmd/diagnose/diagnose.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/task.h"
#include "cmd/common/records.h"
#include "host/cgroup.h"
#include "host/guests.h"
#include "host/host.h"

#define GUESTS_MAX 256		/* more are not read */
#define THREADS_MAX 512	/* of a guest */
#define GROUPS_MAX 16		/* of a guest's own threads */
#define WORKERS_MAX 1024
#define SEEN_MAX 4096
#define TEXT_MAX 240		/* bytes of a word of a record */

/* A group with a quota, as it was met */
struct seen {
	char *path;
	long long throttled, throttled_us;
};

struct worker {
	unsigned int pid, tid;
};

struct diagnose_groups {
	struct cgroup_mounts mounts;
	bool mounted;
	long long pids[GUESTS_MAX];
	size_t n_pids;
	struct worker workers[WORKERS_MAX];
	size_t n_workers;
	struct seen seen[SEEN_MAX];
	size_t n_seen;
	unsigned long long next_ms;
};

struct diagnose_groups *groups_new(const struct guest_list *l, const struct guest_matches *m)
{
	struct diagnose_groups *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->mounted = !cgroup_mounts_read(host_sysroot(), &g->mounts);
	for (; g->n_pids < m->n && g->n_pids < GUESTS_MAX; g->n_pids++)
		g->pids[g->n_pids] = l->v[m->v[g->n_pids]].pid;
	return g;
}

void groups_free(struct diagnose_groups *g)
{
	if (!g)
		return;
	cgroup_mounts_free(&g->mounts);
	for (size_t i = 0; i < g->n_seen; i++)
		free(g->seen[i].path);
	free(g);
}

/* As it is put by vhost_device.stp; each is met in every dump */
void groups_worker(struct diagnose_groups *g, const char *line)
{
	struct worker w;

	if (!g || sscanf(line, "WORKER pid=%u dev=%*u worker=%*u tid=%u ", &w.pid, &w.tid) != 2)
		return;
	for (size_t i = 0; i < g->n_workers; i++)
		if (g->workers[i].tid == w.tid && g->workers[i].pid == w.pid)
			return;
	if (g->n_workers < WORKERS_MAX)
		g->workers[g->n_workers++] = w;
}

/* What it was when it was met; NULL: no room */
static const struct seen *meet(struct diagnose_groups *g, const struct cgroup_limit *l)
{
	struct seen *s;

	for (size_t i = 0; i < g->n_seen; i++)
		if (!strcmp(g->seen[i].path, l->path))
			return &g->seen[i];
	if (g->n_seen == SEEN_MAX)
		return NULL;
	s = &g->seen[g->n_seen];
	*s = (struct seen){ strdup(l->path), l->throttled, l->throttled_us };
	if (!s->path)
		return NULL;
	g->n_seen++;
	return s;
}

static long long growth(long long now, long long then)
{
	if (now < 0 || then < 0)
		return -1;
	return now < then ? now : now - then;
}

/* Of groups in one another the one that stopped it most; else the one that gives least */
static struct cgroup_limit limit_of(struct diagnose_groups *g, const struct cgroup *c)
{
	struct cgroup_limit worst = { .throttled = -1, .throttled_us = -1 };

	for (size_t i = 0; i < c->n_limits; i++) {
		struct cgroup_limit l = c->limits[i];
		const struct seen *then = meet(g, &l);

		l.throttled = then ? growth(l.throttled, then->throttled) : -1;
		l.throttled_us = then ? growth(l.throttled_us, then->throttled_us) : -1;
		if (!worst.path || l.throttled_us > worst.throttled_us ||
		    (l.throttled_us == worst.throttled_us &&
		     (double)l.quota_us / l.period_us < (double)worst.quota_us / worst.period_us))
			worst = l;
	}
	return worst;
}

static void add_number(struct strv *words, const char *key, long long n, const char *otherwise)
{
	if (n < 0)
		strv_addf(words, "%s=%s", key, otherwise);
	else
		strv_addf(words, "%s=%lld", key, n);
}

/* The end of what is longer: it names the guest */
static void add_text(struct strv *words, const char *key, const char *text)
{
	FREE char *word = text && *text ? records_text(text) : NULL;
	const char *end = word;

	/* between two names, so that no byte is cut in two */
	if (word && strlen(word) > TEXT_MAX)
		end = strpbrk(word + strlen(word) - TEXT_MAX, "/,");
	strv_addf(words, "%s=%s%s", key, end == word ? "" : "...", str_known(end));
}

static bool put_group(struct diagnose_groups *g, struct diagnosis *d, long long pid,
		      const char *kind, unsigned int tid, const struct cgroup *c)
{
	struct cgroup_limit l = limit_of(g, c);
	const char *no_limit = c->limits_known ? "none" : "?";
	STRV_CLEAN struct strv words = { 0 };
	FREE char *line = NULL;

	strv_addf(&words, "CGROUP pid=%lld kind=%s tid=%u", pid, kind, tid);
	add_number(&words, "version", c->version ? (int)c->version : -1, "?");
	add_text(&words, "path", c->path);
	add_number(&words, "frozen", c->frozen, "?");
	add_text(&words, "limit", l.path);
	add_number(&words, "quota_us", l.path ? l.quota_us : -1, no_limit);
	add_number(&words, "period_us", l.path ? l.period_us : -1, no_limit);
	add_number(&words, "throttled", l.path || !c->limits_known ? l.throttled : 0, "?");
	add_number(&words, "throttled_us", l.path || !c->limits_known ? l.throttled_us : 0, "?");
	add_number(&words, "weight", c->weight, "?");
	add_text(&words, "cpus", c->cpus);
	add_text(&words, "allowed", c->allowed);
	line = words.broken ? NULL : strv_join(&words, " ");
	return !line || records_line(&d->records, line, strlen(line));
}

/* A thread's name; "" where it is gone */
static void comm_of(const char *proc, char comm[32])
{
	FREE char *path = str_printf("%s%s/comm", host_sysroot(), proc);
	FREE char *text = NULL;

	*comm = '\0';
	if (path && !file_read(path, 31, &text, NULL))
		snprintf(comm, 32, "%.*s", (int)strcspn(text, "\n"), text);
}

/* A thread of the guest's since 6.4 (6e890c5d5021), before that one of the kernel's own */
static bool is_vhosts(const struct worker *w)
{
	FREE char *of_guest = str_printf("%s/proc/%u/task/%u", host_sysroot(), w->pid, w->tid);
	FREE char *proc = str_printf("%s/proc", host_sysroot());
	char id[16];

	snprintf(id, sizeof(id), "%u", w->tid);
	return (of_guest && file_is_dir(of_guest)) || (proc && task_is_kernels(proc, id));
}

/*
 * Its id is the initial namespace's: elsewhere another's thread may have it here, and call itself
 * as it likes
 */
static bool put_worker(struct diagnose_groups *g, struct diagnosis *d, const struct worker *w)
{
	CLEANUP(cgroup_free) struct cgroup c = { 0 };
	char proc[32], comm[32];

	snprintf(proc, sizeof(proc), "/proc/%u", w->tid);
	comm_of(proc, comm);
	if (strncmp(comm, "vhost-", 6) != 0 || !is_vhosts(w) ||
	    cgroup_read(host_sysroot(), &g->mounts, proc, &c))
		return true;
	return put_group(g, d, w->pid, "worker", w->tid, &c);
}

static bool is_worker(const struct diagnose_groups *g, unsigned int tid)
{
	for (size_t i = 0; i < g->n_workers; i++)
		if (g->workers[i].tid == tid)
			return true;
	return false;
}

/*
 * QEMU calls them "CPU 0/KVM"; a thread may call itself as it likes, and gets no more by it than
 * another word
 */
static const char *kind_of(const char *comm)
{
	return !strncmp(comm, "CPU ", 4) || !strncmp(comm, "vcpu", 4) ? "vcpu" : "emulator";
}

/* A thread in groups that none before it is in */
static bool put_thread(struct diagnose_groups *g, struct diagnosis *d, long long pid,
			const char *tid, struct strv *done)
{
	FREE char *proc = str_printf("/proc/%lld/task/%s", pid, tid);
	FREE char *path = str_printf("%s%s/cgroup", host_sysroot(), str_empty(proc));
	FREE char *text = NULL;
	FREE char *key = NULL;
	CLEANUP(cgroup_free) struct cgroup c = { 0 };
	char comm[32];

	if (!proc || !path || done->n >= GROUPS_MAX || file_read(path, 65536, &text, NULL))
		return true;
	comm_of(proc, comm);
	key = str_printf("%s %s", kind_of(comm), text);
	if (!key || strv_has(done, key) || cgroup_read(host_sysroot(), &g->mounts, proc, &c))
		return true;
	strv_add(done, key);
	return put_group(g, d, pid, kind_of(comm), strtoul(tid, NULL, 10), &c);
}

static bool put_guest(struct diagnose_groups *g, struct diagnosis *d, long long pid)
{
	FREE char *path = str_printf("%s/proc/%lld/task", host_sysroot(), pid);
	STRV_CLEAN struct strv done = { 0 };
	DIR *dir = path ? opendir(path) : NULL;
	unsigned int n = 0;
	bool wanted = true;

	for (size_t i = 0; i < g->n_workers && wanted; i++)
		if (g->workers[i].pid == pid)
			wanted = put_worker(g, d, &g->workers[i]);
	for (struct dirent *e; dir && wanted && n < THREADS_MAX && (e = readdir(dir));)
		if (isdigit((unsigned char)*e->d_name) &&
		    !is_worker(g, strtoul(e->d_name, NULL, 10))) {
			wanted = put_thread(g, d, pid, e->d_name, &done);
			n++;
		}
	if (dir)
		closedir(dir);
	return wanted;
}

bool groups_records(struct diagnose_groups *g, struct diagnosis *d, unsigned long long now_ms)
{
	bool wanted = true;

	if (!g || !g->mounted || now_ms < g->next_ms)
		return true;
	/* of many guests less often: a guest's take some tens of files */
	g->next_ms = now_ms + (g->n_pids <= 8 ? 1000 : 5000);
	for (size_t i = 0; i < g->n_pids && wanted; i++)
		wanted = put_guest(g, d, g->pids[i]);
	return wanted;
}
