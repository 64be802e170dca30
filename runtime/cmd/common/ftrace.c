// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: what those that record with ftrace have in common. */
#include "cmd/common/ftrace.h"

#include <errno.h>

#include "base/msg.h"
#include "base/strv.h"
#include "cmd/common/guests.h"
#include "ftrace/ftrace.h"
#include "host/guests.h"
#include "verb/verb.h"

volatile sig_atomic_t ftrace_stopped;

static void stop(int sig)
{
	(void)sig;
	ftrace_stopped++;
}

void ftrace_signals(void)
{
	static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	/* what waits for a reader is interrupted */
	const struct sigaction stopping = { .sa_handler = stop };

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		sigaction(ends[i], &stopping, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int ftrace_choose(const char *verb, const char *guest, struct strv *pids)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };
	struct guest_matches m = { 0 };
	int ret = guests_choose(verb, guest, &l, &m);

	for (size_t i = 0; i < m.n && !ret; i++)
		strv_addf(pids, "%lld", l.v[m.v[i]].pid);
	free(m.v);
	return guests_chosen(ret);
}

int ftrace_report(const char *verb, int ret, const struct ftrace_trouble *p)
{
	if (!ret)
		return STATUS_OK;
	if (p->what)
		msg_error("%s: %s", verb, p->what);
	else
		msg_errno(ret, "%s: can't record", verb);
	if (p->hint)
		msg_hint("%s", p->hint);
	if (p->usage)
		return STATUS_USAGE;
	if (ret == -ENOENT || ret == -EACCES || ret == -EBUSY || (ret == -ENOMEM && p->what))
		return STATUS_MISSING;
	return STATUS_FAILED;
}

int ftrace_finish(const char *verb, struct ftrace *t, int status)
{
	if (!ftrace_close(t))
		return status;
	msg_error("%s: can't restore all settings in tracefs", verb);
	msg_hint("%s clean tries again; with -v it shows which settings", msg_program);
	return status ? status : STATUS_FAILED;
}
