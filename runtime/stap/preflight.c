// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What has to be there before stap is run, in the order in which it fails in
 * real life. stap would find most of it out too, some of it a minute later and
 * in words that don't say what to do.
 */
#include "stap/preflight.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>

#include "base/child.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/distro.h"
#include "host/host.h"
#include "host/module.h"
#include "stap/version.h"

#define GROUPS_MAX 1024

bool preflight_may_run_stap(uid_t euid, const char *const *groups)
{
	static const char *const enough[] = { "stapdev", "stapsys", "stapusr" };

	if (!euid)
		return true;
	for (; *groups; groups++)
		for (size_t i = 0; i < ARRAY_SIZE(enough); i++)
			if (!strcmp(*groups, enough[i]))
				return true;
	return false;
}

void preflight_groups(struct strv *names)
{
	gid_t ids[GROUPS_MAX];
	int n = getgroups(GROUPS_MAX - 1, ids);

	ids[n < 0 ? 0 : n] = getegid();
	for (int i = 0; i <= (n < 0 ? 0 : n); i++) {
		const struct group *g = getgrgid(ids[i]);

		strv_add(names, g ? g->gr_name : "");
	}
}

int preflight_privileges(struct problem *p)
{
	STRV_CLEAN struct strv names = { 0 };

	preflight_groups(&names);
	if (names.broken)
		return -ENOMEM;
	if (preflight_may_run_stap(geteuid(), (const char *const *)names.v))
		return 0;
	problem_set(p, strdup("probing the kernel needs root"),
		    strdup("run it with sudo, or as a member of the groups stapusr and stapdev"));
	return -EPERM;
}

char *preflight_program(const char *name)
{
	if (strchr(name, '/'))
		return access(name, X_OK) || file_is_dir(name) ? NULL : strdup(name);

	FREE char *path = strdup(getenv("PATH") ?: "/usr/bin:/bin");
	char *save = NULL;

	for (char *dir = path ? strtok_r(path, ":", &save) : NULL; dir;
	     dir = strtok_r(NULL, ":", &save)) {
		char *p = str_printf("%s/%s", dir, name);

		if (p && !access(p, X_OK) && !file_is_dir(p))
			return p;
		free(p);
	}
	return NULL;
}

/* $SYSTEMTAP_RUNTIME, else as installed: bin/stap, share/systemtap/runtime */
static char *find_runtime(const char *stap)
{
	const char *env = getenv("SYSTEMTAP_RUNTIME");
	FREE char *real = realpath(stap, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;

	if (env && *env)
		return strdup(env);
	if (!slash)
		return NULL;
	*slash = '\0';

	char *dir = str_printf("%s/../share/systemtap/runtime", real);

	if (dir && !file_is_dir(dir)) {
		free(dir);
		dir = NULL;
	}
	return dir;
}

int preflight_stap(const struct host *h, const char *wanted, struct stap_program *s,
		   struct problem *p)
{
	const char *env = getenv("STAP_VHOST_STAP");
	const char *usual = env && *env ? env : "stap";
	const char *name = wanted ? wanted : usual;
	char says[4096];
	int status = 0;

	*s = (struct stap_program){ .path = preflight_program(name) };
	if (!s->path) {
		problem_set(p, str_printf("no program %s: SystemTap is not installed", name),
			    host_install_hint(h, PKG_STAP));
		return -ENOENT;
	}

	char *argv[] = { s->path, "--version", NULL };
	int ret = child_capture(argv, says, sizeof(says), &status);

	if (ret || child_exit_code(status)) {
		problem_set(p, str_printf("%s --version failed: %s", s->path,
					  ret ? strerror(-ret) : says), NULL);
		return ret ? ret : -ENOEXEC;
	}
	s->runtime = find_runtime(s->path);
	if (version_of_stap(says, &s->version))
		msg_debug("%s is SystemTap %u.%u, its runtime is %s", s->path, s->version.major,
			  s->version.minor, s->runtime ? s->runtime : "not found");
	else
		msg_debug("%s: version unknown", s->path);
	return 0;
}

void stap_program_free(struct stap_program *s)
{
	free(s->path);
	free(s->runtime);
	*s = (struct stap_program){ 0 };
}

int preflight_headers(const struct host *h, struct problem *p)
{
	if (h->build)
		return 0;
	problem_set(p, str_printf("no headers of kernel %s: no /lib/modules/%s/build", h->release,
				  h->release),
		    host_install_hint(h, PKG_HEADERS));
	return -ENOENT;
}

static int not_loaded(const char *name, struct problem *p)
{
	problem_set(p, str_printf("the %s module is not loaded: no guest uses vhost-net here",
				  name),
		    str_printf("modprobe vhost_net, and give the guest's network device "
			       "vhost=on"));
	return -ENOENT;
}

int preflight_loaded(const struct host *h, const char *name, struct problem *p)
{
	FREE char *path = host_path(h, "/sys/module/%s", name);

	return path && file_exists(path) ? 0 : not_loaded(name, p);
}

int preflight_modules(const struct host *h, struct problem *p)
{
	static const char *const needed[] = { "vhost", "vhost_net" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		CLEANUP(module_free) struct module m = { 0 };
		int ret = module_find(h, needed[i], &m);

		if (ret == -ENOENT) {
			problem_set(p, str_printf("kernel %s has no module %s", h->release,
						  needed[i]),
				    str_printf("check that the kernel is completely installed: the "
					       "module belongs below "
					       "/lib/modules/%s/kernel/drivers/vhost", h->release));
			return ret;
		}
		if (ret)
			return ret;
		/* Of another kernel that is unknown, and not needed: nothing will run there now. */
		if (h->running && !m.loaded && !m.builtin)
			return not_loaded(needed[i], p);
	}
	return 0;
}
