// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How often and how long a quota stopped a group is counted since the watch began. Evidence that
 * begins later, a window, has its own part of it: since the first of its dumps that names the
 * group.
 */
#include "diagnose/history.h"

#include "diagnose/diagnose.h"
#include "dump/dump.h"

#define GROUPS_MAX 256	/* of a guest; of more it is unknown */

/* NULL: there is no room */
static const struct evidence_group *group_of(struct evidence_guest *g, const struct dump_cgroup *c)
{
	struct evidence_group *more, *group;

	for (size_t i = 0; i < g->n_groups; i++) {
		group = &g->groups[i];
		if (strcmp(group->limit, c->limit) != 0)
			continue;
		if (!value_known(group->throttled))
			group->throttled = c->throttled;
		if (!value_known(group->throttled_us))
			group->throttled_us = c->throttled_us;
		return group;
	}
	if (g->n_groups == GROUPS_MAX)
		return NULL;
	more = reallocarray(g->groups, g->n_groups + 1, sizeof(*more));
	if (!more)
		return NULL;
	g->groups = more;
	group = &more[g->n_groups++];
	*group = (struct evidence_group){ .throttled = c->throttled,
					  .throttled_us = c->throttled_us };
	snprintf(group->limit, sizeof(group->limit), "%s", c->limit);
	return group;
}

static struct value since(struct value now, struct value first)
{
	if (!value_known(now) || !value_known(first) || now.n < first.n)
		return (struct value){ 0 };
	return value_of(now.n - first.n);
}

struct dump_cgroup *groups_since(struct evidence_guest *g, const struct dump_guest *d)
{
	struct dump_cgroup *all = calloc(d->n_cgroups + 1, sizeof(*all));
	const size_t known = g->n_groups;	/* before this dump */

	for (size_t i = 0; all && i < d->n_cgroups; i++) {
		const struct evidence_group *first = group_of(g, &d->cgroups[i]);
		struct value unknown = { 0 };

		/* one dump does not say how much it grew */
		if (first && *first->limit && (size_t)(first - g->groups) >= known)
			first = NULL;
		all[i] = d->cgroups[i];
		all[i].throttled = since(all[i].throttled, first ? first->throttled : unknown);
		all[i].throttled_us =
			since(all[i].throttled_us, first ? first->throttled_us : unknown);
	}
	return all;
}
