// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include <stdio.h>

#include "base/msg.h"

static int version(const struct verb *v, int argc, char **argv)
{
	struct verb_parse p = { v, argc, argv, NULL };

	if (verb_opts(&p) || verb_no_arguments(&p))
		return p.status;
	printf("%s %s\n", msg_program, program.version);
	return STATUS_OK;
}

VERB = {
	.name = "version",
	.place = 16,
	.args = "",
	.summary = "Show the version of this program",
	.run = version,
};
