// SPDX-License-Identifier: GPL-2.0-or-later
#include "verb/verb.h"

#include <stdio.h>

#include "base/file.h"
#include "base/gate.h"
#include "base/msg.h"

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : NULL;
	const struct verb *v;
	int ret = file_open_standard() ?: gate_standard();

	verbs_collect();
	if (ret) {
		msg_errno(ret, "can't set up standard output");
		return STATUS_FAILED;
	}
	if (!word) {
		msg_error("no verb given");
		msg_hint("%s help lists the verbs", msg_program);
		return STATUS_USAGE;
	}
	/* what one types without thinking */
	if (!strcmp(word, "-h") || !strcmp(word, "--help"))
		word = "help";
	else if (!strcmp(word, "-V") || !strcmp(word, "--version"))
		word = "version";
	v = verb_find(word);
	if (!v)
		return STATUS_USAGE;

	int status = v->run(v, argc - 1, argv + 1);

	/* a full disk or a closed pipe below standard output is a failure too */
	if (gate_end() && status == STATUS_OK) {
		msg_error("can't write to standard output");
		return STATUS_FAILED;
	}
	return status;
}
