/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of stap. */
#ifndef STAP_COMMAND_H
#define STAP_COMMAND_H

#include "base/base.h"
#include "base/strv.h"
#include "stap/quirks.h"

struct request {
	const char *stap, *tapsets, *script;
	const char *module;	/* compile to MODULE.ko where stap is started, NULL: run */
	const char *release;	/* for -r, NULL: the running kernel */
	const char *debuginfo_path;
	const char *runtime;	/* for -R, NULL: SystemTap's own */
	const struct quirk_result *quirks;
	const struct strv *globals;
	char *const *args;	/* NULL-terminated */
	unsigned int verbose;
};

struct command {
	struct strv argv, env;
};

int command_build(const struct request *r, struct command *c);
/* "env NAME=VALUE… stap …", quoted for a shell */
char *command_shell(const struct command *c);
void command_free(struct command *c);
/* NAME=VALUE with a NAME that can be a script's global */
bool command_global_ok(const char *s);

#endif
