// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/problem.h"

#include "base/strv.h"

void problem_set(struct problem *p, char *what, char *hint)
{
	problem_free(p);
	p->what = what;
	if (hint)
		strv_add(&p->hints, hint);
	free(hint);
}

void problem_free(struct problem *p)
{
	free(p->what);
	strv_free(&p->hints);
	p->what = NULL;
}
