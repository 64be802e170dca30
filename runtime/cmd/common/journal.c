// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the settings of those that were killed, guard and all. */
#include "cmd/common/journal.h"

#include "base/journal.h"
#include "base/msg.h"
#include "base/strv.h"
#include "host/host.h"

#define JOURNAL_MS 4000

int journal_restore(struct strv *done, struct strv *stuck)
{
	FREE char *dir = journal_dir(host_sysroot());
	STRV_CLEAN struct strv mine = { 0 };
	int ret = dir ? journal_sweep(dir, JOURNAL_MS, &mine, stuck) : -1;

	for (size_t i = 0; i < mine.n; i++)
		msg_debug("restored: %s", mine.v[i]);
	if (done)
		strv_add_all(done, &mine);
	return ret;
}
