// SPDX-License-Identifier: GPL-2.0-or-later
#include "modules/modules.h"

#include <errno.h>
#include <stdio.h>

#include "base/child.h"
#include "base/file.h"
#include "base/msg.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/distro.h"
#include "host/host.h"
#include "stap/preflight.h"
#include "stap/version.h"

/* As stap does: what the environment names, else where stap itself is, else on PATH */
static char *find(const char *stap)
{
	const char *env = getenv("SYSTEMTAP_STAPRUN");
	FREE char *real = stap && strchr(stap, '/') ? realpath(stap, NULL) : NULL;
	char *slash = real ? strrchr(real, '/') : NULL;

	if (env && *env)
		return preflight_program(env);
	if (slash) {
		FREE char *beside = str_printf("%.*s/staprun", (int)(slash - real), real);
		char *found = beside ? preflight_program(beside) : NULL;

		if (found)
			return found;
	}
	return preflight_program("staprun");
}

/*
 * stapsh, installed with it, answers in a quarter of the time that staprun -V
 * takes, and Debian's staprun ends on -V without a word
 */
static bool ask_stapsh(struct staprun *s)
{
	static const char *const places[] = {
		"lib/systemtap", "libexec/systemtap", "lib64/systemtap",
	};
	FREE char *real = realpath(s->path, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(places) && slash; i++) {
		FREE char *path = str_printf("%.*s/../%s/stapsh", (int)(slash - real), real,
					     places[i]);
		char *argv[] = { path, NULL }, says[256];

		if (!path || !file_exists(path))
			continue;
		/* "stapsh 5.1 x86_64 6.12.117+deb13-amd64" */
		return !child_ask(argv, NULL, "stap 5.0\n", says, sizeof(says)) &&
		       !strncmp(says, "stapsh ", 7) && version_parse(says + 7, &s->version);
	}
	return false;
}

static void ask_staprun(struct staprun *s)
{
	char *argv[] = { s->path, "-V", NULL }, says[1024];
	int status;

	if (!child_capture(argv, says, sizeof(says), &status))
		version_of_stap(says, &s->version);
}

int staprun_find(const struct host *h, const char *stap, struct staprun *s, struct problem *p)
{
	char text[VERSION_TEXT];

	*s = (struct staprun){ .path = find(stap) };
	if (!s->path) {
		problem_set(p, strdup("no program staprun: SystemTap's runtime is not installed"),
			    host_install_hint(h, PKG_RUNTIME));
		return -ENOENT;
	}
	if (!ask_stapsh(s))
		ask_staprun(s);
	msg_debug("%s is of SystemTap %s", s->path, version_text(&s->version, text));
	return 0;
}

void staprun_free(struct staprun *s)
{
	free(s->path);
	*s = (struct staprun){ 0 };
}

enum staprun_may staprun_privileges(void)
{
	STRV_CLEAN struct strv groups = { 0 };

	if (!geteuid())
		return MAY_ALL;
	preflight_groups(&groups);
	if (strv_has(&groups, "stapdev"))
		return MAY_ALL;
	return strv_has(&groups, "stapusr") || strv_has(&groups, "stapsys") ? MAY_INSTALLED :
									     MAY_NOTHING;
}
