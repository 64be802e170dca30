// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: what those that look at a host have in common. */
#include "cmd/common/host.h"

#include <errno.h>

#include "base/msg.h"
#include "base/problem.h"
#include "host/host.h"
#include "stap/output.h"
#include "verb/verb.h"

int verb_host(const char *release, struct host *h)
{
	const char *env = host_sysroot();
	FREE char *root = *env ? realpath(env, NULL) : strdup("");
	int ret = root ? host_init(h, root, release) : -errno;

	if (!ret)
		return STATUS_OK;
	if (ret == -EINVAL) {
		msg_error("'%s' is not a kernel release", release ? release : "?");
		return STATUS_USAGE;
	}
	msg_errno(ret, "can't read the release of the running kernel");
	return STATUS_MISSING;
}

int verb_report(int ret, const struct problem *p)
{
	if (!ret)
		return STATUS_OK;
	if (p->what)
		msg_error("%s", p->what);
	else
		msg_errno(ret, "can't examine this host");
	for (size_t i = 0; i < p->hints.n; i++)
		msg_hint("%s", p->hints.v[i]);
	return STATUS_MISSING;
}
