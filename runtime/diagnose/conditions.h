/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Within conditions*.c: words for conditions; -1 is unknown */
#ifndef CONDITIONS_H
#define CONDITIONS_H

#include "base/base.h"
#include "diagnose/history.h"
#include "dump/dump.h"

static inline bool same(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n == b.n;
}

static inline bool differ(struct value a, struct value b)
{
	return value_known(a) && value_known(b) && a.n != b.n;
}

static inline int is(struct value v, unsigned long long n)
{
	return value_known(v) ? v.n == n : -1;
}

static inline bool runs(const struct sample *s)
{
	return value_is(s->now->backend, 1);
}

#endif
