// SPDX-License-Identifier: GPL-2.0-or-later
/* What a host can lack, in the order in which it fails in real life. */
#include "doctor/check.h"

#include <errno.h>

const struct check checks[] = {
	{ "privileges", "needed to probe the kernel", true, true, check_privileges },
	{ "kernel-config", "options that the kernel was built with", true, false, check_config },
	{ "modules-allowed", "a script is loaded as a module", true, true, check_loading },
	{ "lockdown", "a script's module has no signature", true, true, check_lockdown },
	{ "signatures", "a script's module has no signature", true, true, check_signatures },
	{ "kprobes", "the probes of scripts", true, true, check_kprobes },
	{ "systemtap", "compiles scripts", true, false, check_systemtap },
	{ "staprun", "loads scripts; has the version of stap", true, false, check_staprun },
	{ "quirks", "defects of SystemTap with this kernel", false, false, check_quirks },
	{ "tested", "this SystemTap with this kernel", false, false, check_tested },
	{ "compiler", "compiles scripts", true, false, check_compiler },
	{ "headers", "compiles scripts", true, false, check_headers },
	{ "debuginfo", "addresses and types of probed code", true, false, check_debuginfo },
	{ "vhost", "the observed modules", true, false, check_vhost },
	{ "killed-runs", "modules and settings of killed runs", false, true, check_killed_runs },
	{ "guests", "the guests to observe", false, true, check_guests },
	{ "memory", "stap reads a lot of debuginfo", false, false, check_memory },
	{ "disk", "stap's temporary files and caches", true, false, check_disk },
};

const size_t n_checks = ARRAY_SIZE(checks);

const struct check *check_by_id(const char *id)
{
	for (size_t i = 0; i < n_checks; i++)
		if (!strcmp(checks[i].id, id))
			return &checks[i];
	return NULL;
}

int check_run(const struct check *c, const struct check_input *in, struct check_result *r)
{
	*r = (struct check_result){ .state = CHECK_UNKNOWN };
	if (c->running_only && !in->host->running)
		check_say(r, CHECK_SKIPPED, "not checked: not the running kernel");
	else
		c->look(in, r);
	if (r->state == CHECK_MISSING && !c->needed)
		r->state = CHECK_WARNING;
	return !r->found || r->details.broken || r->fixes.broken || r->notes.broken ? -ENOMEM : 0;
}
