/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What went wrong, in words, for the code that prints it. */
#ifndef PROBLEM_H
#define PROBLEM_H

#include "base/base.h"
#include "base/strv.h"

/* One thing that is in the way, and what to do about it */
struct problem {
	char *what;
	struct strv hints;
};

/* Sets what and the first hint, which may be NULL; takes both, frees what was there */
void problem_set(struct problem *p, char *what, char *hint);
void problem_free(struct problem *p);

#endif
