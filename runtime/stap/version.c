// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap/version.h"

#include "base/version.h"

/*
 * "Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)";
 * staprun: "Systemtap module loader/runner (version …"
 */
bool version_of_stap(const char *output, struct version *v)
{
	const char *p = strstr(output, "ystemtap ");

	p = p ? strstr(p, "(version ") : NULL;
	return p && version_parse(p + strlen("(version "), v);
}
