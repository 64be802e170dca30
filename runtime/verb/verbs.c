// SPDX-License-Identifier: GPL-2.0-or-later
/* Which verbs there are: those that are linked in. */
#include "verb/verb.h"

#include "base/msg.h"
#include "base/strv.h"

#define VERBS_MAX 64

/* Of the linker; where there is no verb, as in a unit test, there are no such symbols */
extern const struct verb *const __start_stap_vhost_verbs[] __attribute__((weak));
extern const struct verb *const __stop_stap_vhost_verbs[] __attribute__((weak));

static const struct verb *all[VERBS_MAX + 1];
const struct verb *const *verbs = all;

static int by_place(const void *a, const void *b)
{
	const struct verb *const *x = a, *const *y = b;

	return ((*x)->place > (*y)->place) - ((*x)->place < (*y)->place);
}

void verbs_collect(void)
{
	const struct verb *const *v = __start_stap_vhost_verbs;
	size_t n = 0;

	/* cppcheck-suppress comparePointers */
	for (; v && v < __stop_stap_vhost_verbs && n < VERBS_MAX; v++)
		all[n++] = *v;
	qsort(all, n, sizeof(const struct verb *), by_place);
}

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
