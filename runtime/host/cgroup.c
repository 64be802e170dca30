// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread's groups are in /proc/PID/cgroup, a line a hierarchy, "ID:CONTROLLERS:PATH", as
 * the reader's cgroup namespace sees them: outside of it a path begins with "/..", and can't
 * be followed. Where hierarchies are mounted is in mountinfo.
 */
#include "host/cgroup.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>

#include "base/file.h"
#include "base/str.h"

/* bytes of mountinfo: a host of containers has thousands of lines */
#define MOUNTS_MAX (1 << 20)
#define GROUPS_MAX 65536	/* of /proc/PID/cgroup */
#define STATUS_MAX 16384
#define FILE_MAX 4096		/* of a group's file; a list of CPUs is the longest */
#define DEPTH_MAX 64

static const char *const controllers[CGROUP_HIERARCHIES] = {
	[CGROUP_V2] = "",
	[CGROUP_CPU] = "cpu",
	[CGROUP_CPUSET] = "cpuset",
	[CGROUP_FREEZER] = "freezer",
};

/* "rw,cpu,cpuacct" has "cpu" */
static bool has_word(const char *list, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
		if (!strncmp(at, word, len) && (at[len] == ',' || !at[len]))
			return true;
	return false;
}

/* mountinfo writes a blank, a tab, a newline and a backslash as \ooo */
static char *unescape_octal(const char *text)
{
	char *out = strdup(text), *o = out;

	for (const char *c = text; out && *c; o++) {
		if (c[0] == '\\' && c[1] >= '0' && c[1] <= '3' && c[2] >= '0' && c[2] <= '7' &&
		    c[3] >= '0' && c[3] <= '7') {
			*o = (char)((c[1] - '0') << 6 | (c[2] - '0') << 3 | (c[3] - '0'));
			c += 4;
		} else {
			*o = *c++;
		}
	}
	if (out)
		*o = '\0';
	return out;
}

/* The next of words between blanks; NULL: there is none */
static char *word(char **at)
{
	char *w = strsep(at, " ");

	return w && *w ? w : NULL;
}

static int set_mount(const char *root, struct cgroup_mount *m, const char *top, const char *at)
{
	FREE char *point = unescape_octal(at);

	/* a whole hierarchy is better than a part of one, and the first is as good as the others */
	if (m->at && (!strcmp(m->top, "/") || strcmp(top, "/") != 0))
		return 0;
	free(m->at);
	free(m->top);
	m->at = point ? str_printf("%s%s", root, point) : NULL;
	m->top = unescape_octal(top);
	return m->at && m->top ? 0 : -ENOMEM;
}

/* "36 25 0:31 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate" */
static int take_mount(const char *root, char *line, struct cgroup_mounts *m)
{
	char *rest = line, *top = NULL, *at = NULL, *type, *options, *dash = strstr(line, " - ");
	int ret = 0;

	if (!dash)
		return 0;
	*dash = '\0';
	for (int i = 0; i < 5; i++) {
		char *w = word(&rest);

		top = i == 3 ? w : top;
		at = i == 4 ? w : at;
	}
	rest = dash + 3;
	type = word(&rest);
	(void)word(&rest);	/* the source */
	options = rest ? rest : "";
	if (!top || !at || !type)
		return 0;
	if (!strcmp(type, "cgroup2"))
		return set_mount(root, &m->v[CGROUP_V2], top, at);
	for (size_t i = 0; i < CGROUP_HIERARCHIES && !strcmp(type, "cgroup") && !ret; i++)
		if (*controllers[i] && has_word(options, controllers[i]))
			ret = set_mount(root, &m->v[i], top, at);
	return ret;
}

/* @text's next line, cut out; NULL: there is none */
static char *line_of(char **text)
{
	char *line = strsep(text, "\n");

	return line && (*line || *text) ? line : NULL;
}

int cgroup_mounts_read(const char *root, struct cgroup_mounts *m)
{
	FREE char *path = str_printf("%s/proc/self/mountinfo", root);
	FREE char *text = NULL;
	char *rest, *line;
	int ret = path ? file_read(path, MOUNTS_MAX, &text, NULL) : -ENOMEM;

	*m = (struct cgroup_mounts){ 0 };
	for (rest = text; !ret && (line = line_of(&rest));)
		ret = take_mount(root, line, m);
	if (ret)
		cgroup_mounts_free(m);
	return ret;
}

void cgroup_mounts_free(struct cgroup_mounts *m)
{
	for (size_t i = 0; i < CGROUP_HIERARCHIES; i++) {
		free(m->v[i].at);
		free(m->v[i].top);
	}
	*m = (struct cgroup_mounts){ 0 };
}

/* Whether no component of it leads out of where it is */
static bool is_below(const char *path)
{
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (!strncmp(at, "..", 2) && (at[2] == '/' || !at[2]))
			return false;
	}
	return *path == '/' && strlen(path) < PATH_MAX;
}

/* The directory of a group; NULL: it isn't below what is mounted */
static char *directory(const struct cgroup_mount *m, const char *path)
{
	size_t len = strcmp(m->top, "/") ? strlen(m->top) : 0;

	if (strncmp(path, m->top, len) != 0 || (path[len] && path[len] != '/'))
		return NULL;
	return str_printf("%s%s", m->at, path + len);
}

/* A file of a group, without what ends its line; NULL: it can't be read */
static char *group_file(const char *dir, const char *name)
{
	FREE char *path = str_printf("%s/%s", dir, name);
	char *text = NULL;

	if (!path || file_read(path, FILE_MAX, &text, NULL))
		return NULL;
	return text;
}

/* Digits, as the kernel writes them; -1 */
static long long number(const char *text)
{
	size_t len = strspn(text, "0123456789");

	if (!len || len > 18 || (text[len] && !isspace((unsigned char)text[len])))
		return -1;
	return strtoll(text, NULL, 10);
}

/* "KEY NUMBER" in one of the lines */
static long long number_of(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = text; at && *at; at = strchr(at, '\n'), at = at ? at + 1 : NULL)
		if (!strncmp(at, key, len) && at[len] == ' ')
			return number(at + len + 1);
	return -1;
}

static long long file_number(const char *dir, const char *name)
{
	FREE char *text = group_file(dir, name);

	return text ? number(text) : -1;
}

/*
 * "max 100000", "20000 100000"; version 1: two files, -1 is no quota. 1: there is one, 0: none, -1:
 * unknown
 */
static int quota_of(const char *dir, bool v2, struct cgroup_limit *l)
{
	FREE char *text = group_file(dir, v2 ? "cpu.max" : "cpu.cfs_quota_us");
	const char *none = v2 ? "max" : "-1", *second;

	if (!text)
		return -1;
	if (!strncmp(text, none, strlen(none)))
		return 0;
	l->quota_us = number(text);
	second = strchr(text, ' ');
	if (v2)
		l->period_us = second ? number(second + 1) : -1;
	else
		l->period_us = file_number(dir, "cpu.cfs_period_us");
	return l->quota_us > 0 && l->period_us > 0 ? 1 : -1;
}

static void read_stat(const char *dir, bool v2, struct cgroup_limit *l)
{
	FREE char *text = group_file(dir, "cpu.stat");
	long long ns = text && !v2 ? number_of(text, "throttled_time") : -1;

	l->throttled = text ? number_of(text, "nr_throttled") : -1;
	l->throttled_us = ns < 0 ? -1 : ns / 1000;
	if (text && v2)
		l->throttled_us = number_of(text, "throttled_usec");
}

/* @path loses its last component; false: it was the top */
static bool go_up(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash || !path[1])
		return false;
	slash[slash == path] = '\0';
	return true;
}

/*
 * From the group up. The top has no quota, and without the controller a group has no file: then its
 * parent's holds
 */
static int read_limits(const struct cgroup_mount *m, const char *group, bool v2, struct cgroup *c)
{
	FREE char *path = strdup(group);
	int depth = 0, ret = path ? 0 : -ENOMEM;

	c->limits_known = true;
	for (; !ret && path[1] && depth < DEPTH_MAX; depth++) {
		FREE char *dir = directory(m, path);
		struct cgroup_limit l = { 0 };
		int has = dir ? quota_of(dir, v2, &l) : -1;

		/* what is above a part of a hierarchy isn't seen */
		if (!dir || (has < 0 && !file_is_dir(dir)))
			c->limits_known = false;
		if (has > 0 && c->n_limits < CGROUP_LIMITS) {
			read_stat(dir, v2, &l);
			l.path = strdup(path);
			c->limits[c->n_limits++] = l;
			ret = l.path ? 0 : -ENOMEM;
		}
		if (!go_up(path))
			break;
	}
	c->limits_known &= depth < DEPTH_MAX;
	return ret;
}

/*
 * Its own state tells of groups above it as well; one that is being frozen, and never gets there,
 * is told by its setting
 */
static long long frozen_v2(const struct cgroup_mount *m, const char *group)
{
	FREE char *path = strdup(group);
	FREE char *dir = directory(m, group);
	FREE char *events = dir ? group_file(dir, "cgroup.events") : NULL;
	long long frozen = events ? number_of(events, "frozen") : -1;

	for (int depth = 0; path && path[1] && depth < DEPTH_MAX && frozen != 1; depth++) {
		FREE char *at = directory(m, path);

		if (at && file_number(at, "cgroup.freeze") == 1)
			frozen = 1;
		if (!go_up(path))
			break;
	}
	return frozen;
}

/* The top has no such file, and is never frozen */
static long long frozen_v1(const struct cgroup_mount *m, const char *group)
{
	FREE char *dir = directory(m, group);
	FREE char *state = dir ? group_file(dir, "freezer.state") : NULL;

	if (!state)
		return group[1] ? -1 : 0;
	return !strncmp(state, "FRO", 3) || !strncmp(state, "FREEZ", 5);
}

static char *cpus_of(const struct cgroup_mount *m, const char *group, bool v2)
{
	const char *name = v2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
	FREE char *path = strdup(group);
	char *cpus = NULL;

	/* without the controller the file is a parent's */
	for (int depth = 0; path && !cpus && depth < DEPTH_MAX; depth++) {
		FREE char *dir = directory(m, path);

		cpus = dir ? group_file(dir, name) : NULL;
		if (!go_up(path))
			break;
	}
	if (cpus)
		cpus[strcspn(cpus, "\n")] = '\0';
	return cpus;
}

/* A whole hierarchy is one of version 2, unless the CPU's controller is in another */
static int read_groups(const struct cgroup_mounts *m, const char *const groups[CGROUP_HIERARCHIES],
		       struct cgroup *c)
{
	bool v2 = !groups[CGROUP_CPU];
	enum cgroup_hierarchy cpu = v2 ? CGROUP_V2 : CGROUP_CPU;
	enum cgroup_hierarchy cpuset = groups[CGROUP_CPUSET] ? CGROUP_CPUSET : CGROUP_V2;
	long long frozen = -1;
	int ret = 0;

	if (groups[cpu]) {
		FREE char *dir = directory(&m->v[cpu], groups[cpu]);
		const char *weight = v2 ? "cpu.weight" : "cpu.shares";

		c->version = v2 ? 2 : 1;
		c->path = strdup(groups[cpu]);
		c->weight = dir ? file_number(dir, weight) : -1;
		ret = c->path ? read_limits(&m->v[cpu], groups[cpu], v2, c) : -ENOMEM;
	}
	if (groups[CGROUP_FREEZER])
		frozen = frozen_v1(&m->v[CGROUP_FREEZER], groups[CGROUP_FREEZER]);
	if (frozen != 1 && groups[CGROUP_V2]) {
		long long also =
			groups[CGROUP_V2][1] ? frozen_v2(&m->v[CGROUP_V2], groups[CGROUP_V2]) : 0;

		frozen = also >= 0 ? also : frozen;
	}
	c->frozen = frozen;
	if (groups[cpuset])
		c->cpus = cpus_of(&m->v[cpuset], groups[cpuset], cpuset == CGROUP_V2);
	return ret;
}

/* "0::/machine.slice", "4:cpu,cpuacct:/machine" */
static void take_group(char *line, const struct cgroup_mounts *m,
		       const char *groups[CGROUP_HIERARCHIES])
{
	char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;
	bool v2;

	if (!path)
		return;
	*path++ = '\0';
	list++;
	v2 = !*list && !strncmp(line, "0:", 2);
	for (size_t i = 0; i < CGROUP_HIERARCHIES && is_below(path); i++)
		if (m->v[i].at && !groups[i] &&
		    (i == CGROUP_V2 ? v2 : has_word(list, controllers[i])))
			groups[i] = path;
}

static char *allowed_of(const char *root, const char *proc)
{
	static const char key[] = "\nCpus_allowed_list:\t";
	FREE char *path = str_printf("%s%s/status", root, proc);
	FREE char *text = NULL;
	const char *at = NULL;

	if (path && !file_read(path, STATUS_MAX, &text, NULL))
		at = strstr(text, key);
	if (!at)
		return NULL;
	at += strlen(key);
	return strndup(at, strspn(at, "0123456789,-"));
}

int cgroup_read(const char *root, const struct cgroup_mounts *m, const char *proc, struct cgroup *c)
{
	FREE char *path = str_printf("%s%s/cgroup", root, proc);
	FREE char *text = NULL;
	const char *groups[CGROUP_HIERARCHIES] = { NULL };
	char *rest, *line;
	int ret = path ? file_read(path, GROUPS_MAX, &text, NULL) : -ENOMEM;

	*c = (struct cgroup){ .frozen = -1, .weight = -1 };
	if (ret)
		return ret;
	for (rest = text; (line = line_of(&rest));)
		take_group(line, m, groups);
	ret = read_groups(m, groups, c);
	c->allowed = allowed_of(root, proc);
	if (ret)
		cgroup_free(c);
	return ret;
}

void cgroup_free(struct cgroup *c)
{
	for (size_t i = 0; i < c->n_limits; i++)
		free(c->limits[i].path);
	free(c->path);
	free(c->cpus);
	free(c->allowed);
	*c = (struct cgroup){ .frozen = -1, .weight = -1 };
}
