// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether the package manager knows a package, by its own cache: nothing is
 * downloaded, and who is hung by a lock or a broken repository is given up.
 */
#include "host/distro.h"

#include <errno.h>

#include "base/child.h"
#include "base/msg.h"
#include "host/host.h"

#define ANSWER_MS 5000
#define ANSWER_MAX 16384

struct asking {
	const char *name;	/* of the manager, in messages */
	const char *program;
	const char *args[8];	/* before the package's name */
	int no;			/* exit status: there is none such */
	/* what a yes says, apart from status 0; NULL: status 0 will do */
	bool (*yes)(const char *answer, const char *package);
};

/* "  Candidate: 6.1.192-1", "  Candidate: (none)"; nothing at all of a name it never heard of */
static bool apt_has(const char *answer, const char *package)
{
	const char *p = strstr(answer, "Candidate: ");

	(void)package;
	return p && strncmp(p, "Candidate: (none)", 17) != 0;
}

/* A line with anything in it: dnf ends with 0 when it found none */
static bool dnf_has(const char *answer, const char *package)
{
	(void)package;
	return answer[strspn(answer, " \n")] != '\0';
}

static const struct asking askings[] = {
	[MANAGER_APT] = { "apt", "/usr/bin/apt-cache", { "policy" }, -1, apt_has },
	/* -C: of what it has in its cache; the debuginfo repositories are switched off as a rule */
	[MANAGER_DNF] = { "dnf", "/usr/bin/dnf", { "-C", "-q", "--enablerepo=*debug*",
	"repoquery" }, -1, dnf_has },
	[MANAGER_ZYPPER] = { "zypper", "/usr/bin/zypper", { "-n", "-q", "--no-refresh",
	"--plus-content", "debug",
			     "search", "--match-exact" }, 104, NULL },
	[MANAGER_PACMAN] = { "pacman", "/usr/bin/pacman", { "-Si" }, 1, NULL },
};

const char *manager_name(enum manager m)
{
	return m ? askings[m].name : NULL;
}

/* apt-cache answers with nothing, and success, when it has no lists at all */
static int judge(const struct asking *a, const char *answer, const char *package, int status)
{
	int code = child_exit_code(status);

	if (code == a->no)
		return 0;
	if (code)
		return -EIO;
	return a->yes ? a->yes(answer, package) : 1;
}

int package_known(const struct host *h, enum manager m, const char *name)
{
	static char *env[] = { "LC_ALL=C", NULL };
	const struct asking *a = &askings[m];
	FREE char *program = m ? host_path(h, "%s", a->program) : NULL;
	char *argv[ARRAY_SIZE(a->args) + 3] = { program };
	char answer[ANSWER_MAX];
	size_t n = 1;
	const char *verdict;
	int ret, status = 0;

	if (!program || access(program, X_OK))
		return -ENOENT;
	for (size_t i = 0; i < ARRAY_SIZE(a->args) && a->args[i]; i++)
		argv[n++] = (char *)a->args[i];
	argv[n++] = (char *)name;
	ret = child_answer(argv, env, ANSWER_MS, answer, sizeof(answer), &status);
	ret = ret ? ret : judge(a, answer, name, status);
	verdict = ret ? "a package" : "no package";
	msg_debug("%s: %s", name, ret < 0 ? strerror(-ret) : verdict);
	return ret;
}
