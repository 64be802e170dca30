// SPDX-License-Identifier: GPL-2.0-or-later
/* Counts from sample to sample: one, and several by name. */
#include "diagnose/history.h"

#include "dump/dump.h"

void counter_add(struct counter *c, struct value v, bool from_zero)
{
	if (!value_known(v))
		return;
	if (!value_known(c->last))
		c->sum = value_of(from_zero ? v.n : 0);
	else
		c->sum.n += v.n >= c->last.n ? v.n - c->last.n : v.n;
	c->last = v;
}

void counter_max(struct counter *c, struct value v, bool older)
{
	bool first = !value_known(c->last);

	if (!value_known(v) || (!first && v.n <= c->last.n))
		return;
	if (!first || !older)
		c->sum = v;
	c->last = v;
}

void names_add(struct names *names, const char *name, struct value n, bool from_zero)
{
	size_t i = 0;

	while (i < names->n && strcmp(names->v[i].name, name) != 0)
		i++;
	if (i == NAMES_MAX)
		return;
	if (i == names->n) {
		names->n++;
		snprintf(names->v[i].name, sizeof(names->v[i].name), "%s", name);
	}
	counter_add(&names->v[i].n, n, from_zero);
}

unsigned long long names_sum(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->n; i++)
		if (!strcmp(names->v[i].name, name))
			return names->v[i].n.sum.n;
	return 0;
}

const struct named *names_most(const struct names *names, const char *but)
{
	const struct named *most = NULL;

	for (size_t i = 0; i < names->n; i++)
		if (*names->v[i].name && strcmp(names->v[i].name, but) != 0 &&
		    names->v[i].n.sum.n && (!most || names->v[i].n.sum.n > most->n.sum.n))
			most = &names->v[i];
	return most;
}
