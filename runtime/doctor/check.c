// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/check.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/strv.h"
#include "host/host.h"

#define READ_MAX 65536

const struct check checks[] = {
	{ "privileges", "probing the kernel", true, true, check_privileges },
	{ "kernel-config", "what the kernel was built with", true, false, check_config },
	{ "modules-allowed", "a script is loaded as a module", true, true, check_loading },
	{ "lockdown", "a script's module has no signature", true, true, check_lockdown },
	{ "signatures", "a script's module has no signature", true, true, check_signatures },
	{ "kprobes", "probes", true, true, check_kprobes },
	{ "systemtap", "compiles scripts", true, false, check_systemtap },
	{ "staprun", "loads scripts; of the same version as stap", true, false, check_staprun },
	{ "quirks", "what SystemTap gets wrong with this kernel", false, false, check_quirks },
	{ "tested", "this SystemTap with this kernel", false, false, check_tested },
	{ "compiler", "compiles scripts", true, false, check_compiler },
	{ "headers", "compiles scripts", true, false, check_headers },
	{ "debuginfo", "addresses and types of what is probed", true, false, check_debuginfo },
	{ "vhost", "what is watched", true, false, check_vhost },
	{ "leftovers", "modules and settings of what ended badly", false, true, check_leftovers },
	{ "guests", "whom to watch", false, true, check_guests },
	{ "memory", "stap reads a lot of debuginfo", false, false, check_memory },
	{ "disk", "stap's temporary files and caches", true, false, check_disk },
};

const size_t checks_n = ARRAY_SIZE(checks);

const struct check *check_by_id(const char *id)
{
	for (size_t i = 0; i < checks_n; i++)
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

void check_result_free(struct check_result *r)
{
	free(r->found);
	strv_free(&r->details);
	strv_free(&r->fixes);
	strv_free(&r->notes);
	*r = (struct check_result){ 0 };
}

const char *check_state_name(enum check_state s)
{
	static const char *const names[] = {
		[CHECK_OK] = "ok", [CHECK_WARNING] = "warning", [CHECK_MISSING] = "missing",
		[CHECK_UNKNOWN] = "unknown", [CHECK_SKIPPED] = "skipped",
	};

	return names[s];
}

void check_say(struct check_result *r, enum check_state s, const char *fmt, ...)
{
	va_list ap;

	free(r->found);
	va_start(ap, fmt);
	if (vasprintf(&r->found, fmt, ap) < 0)
		r->found = NULL;
	va_end(ap);
	r->state = s;
}

char *check_read(const struct host *h, const char *fmt, ...)
{
	FREE char *name = NULL;
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&name, fmt, ap) < 0)
		name = NULL;
	va_end(ap);
	FREE char *path = name ? host_path(h, "%s", name) : NULL;

	return !path || file_read(path, READ_MAX, &text, NULL) ? NULL : text;
}
