// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the list of known defects for 'diagnose', and what that needs to know of the host. */
#include "cmd/diagnose/diagnose.h"

#include <errno.h>
#include <sys/utsname.h>

#include "base/msg.h"
#include "base/strv.h"
#include "cmd/common/defects.h"
#include "cmd/common/records.h"
#include "defects/defects.h"
#include "defects/relevant.h"

/* NULL and "" are unknown */
static void add(struct strv *words, const char *key, const char *text)
{
	FREE char *word = text && *text ? records_text(text) : NULL;

	strv_addf(words, "%s=%s", key, word ? word : "?");
}

bool diagnose_host(struct diagnosis *d)
{
	static const char *const zerocopy[] = { NULL, "0", "1" };
	FREE char *version = verb_kernel_version();
	STRV_CLEAN struct strv words = { 0 };
	struct utsname u;

	strv_add(&words, "HOST");
	add(&words, "version", version);
	add(&words, "arch", uname(&u) ? NULL : u.machine);
	add(&words, "zerocopy", zerocopy[verb_kernel_zerocopy() + 1]);

	FREE char *line = words.broken ? NULL : strv_join(&words, " ");

	return !line || records_line(&d->records, line, strlen(line));
}

/* A missing list is a message, and no failure */
static int load(struct defect_table *t)
{
	FREE char *why = NULL;
	int ret = verb_defects_load(t, &why);

	if (ret == -ENOENT)
		msg_hint("known defects are not shown: %s", why ? why : "?");
	else if (ret)
		msg_warn("known defects are not shown: %s", why ? why : "out of memory");
	return ret;
}

int diagnose_defects(struct diagnosis *d)
{
	int ret;

	if (d->options.no_defects || load(&d->defect_table))
		return 0;
	ret = relevant_find(&d->defect_table, d->evidence, &d->verdicts, &d->defects);
	if (ret == -EINVAL)
		msg_debug("kernel release '%s' has no number: no known defects are shown",
			  d->evidence->release);
	d->defects_known = !ret;
	return ret == -ENOMEM ? ret : 0;
}
