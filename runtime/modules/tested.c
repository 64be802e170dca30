// SPDX-License-Identifier: GPL-2.0-or-later
/* What the project's own tests run on: the lanes of the lab. */
#include "modules/modules.h"

#include "base/strv.h"
#include "base/version.h"

static const struct {
	unsigned int stap[2], kernel[2];
} pairs[] = {
	{ { 4, 8 }, { 6, 1 } },
	{ { 5, 1 }, { 6, 12 } },
	{ { 5, 6 }, { 7, 2 } },
};

static bool is(const struct version *v, const unsigned int n[2])
{
	return v->major == n[0] && v->minor == n[1];
}

bool tested_pair(const struct version *stap, const struct version *kernel)
{
	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (is(stap, pairs[i].stap) && is(kernel, pairs[i].kernel))
			return true;
	return false;
}

char *tested_pairs(void)
{
	STRV_CLEAN struct strv all = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		strv_addf(&all, "%u.%u with Linux %u.%u", pairs[i].stap[0], pairs[i].stap[1],
			  pairs[i].kernel[0], pairs[i].kernel[1]);
	return strv_join(&all, ", ");
}
