// SPDX-License-Identifier: GPL-2.0-or-later
/* Which verbs there are; main.c has the table. */
#include "verb/verb.h"

#include "base/msg.h"
#include "base/strv.h"

const struct verb *const *verbs;

/* Says so when there is none */
const struct verb *verb_find(const char *name)
{
	STRV_CLEAN struct strv names = { 0 };

	for (const struct verb *const *v = verbs; *v; v++) {
		if (!strcmp((*v)->name, name))
			return *v;
		strv_add(&names, (*v)->name);
	}

	const char *nearest = strv_nearest(&names, name);

	msg_error("no verb '%s'", name);
	if (nearest)
		msg_hint("did you mean %s?", nearest);
	else
		msg_hint("%s help lists the verbs", msg_program);
	return NULL;
}
