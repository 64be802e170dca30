/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 'report --diff': two traces beside each other */
#ifndef VERB_REPORT_DIFF_H
#define VERB_REPORT_DIFF_H

#include "cmd/report/report.h"

struct diff {
	const struct report *a, *b;
	struct change *v;	/* what costs most first; free() it */
	size_t n;
};

/* -ENOMEM */
int diff_make(struct diff *d, const struct report *a, const struct report *b);

/* Of a function of one side; NULL, which isn't there: UNKNOWN. ns */
int64_t diff_percentile(const struct report *r, const struct function *f, double share);
int64_t diff_mean(const struct function *f);
int64_t diff_rounded(double ns);
const char *diff_name(const struct change *c);
/* Both sides have times of it */
bool diff_comparable(const struct change *c);

#endif
