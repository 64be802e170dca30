// SPDX-License-Identifier: GPL-2.0-or-later
#include "doctor/check.h"

#include <errno.h>
#include <stdio.h>

#include "base/file.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"

#define READ_MAX 65536

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
	r->found = str_vprintf(fmt, ap);
	va_end(ap);
	r->state = s;
}

char *check_read(const struct host *h, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	FREE char *name = str_vprintf(fmt, ap);

	va_end(ap);
	FREE char *path = name ? host_path(h, "%s", name) : NULL;

	return !path || file_read(path, READ_MAX, &text, NULL) ? NULL : text;
}
