// SPDX-License-Identifier: GPL-2.0-or-later
/* The set of verdicts, as the linker collects it, by their places. */
#include "diagnose/rules.h"

#include "diagnose/diagnose.h"

extern const struct verdict_rule *const __start_diagnose_verdicts[];
extern const struct verdict_rule *const __stop_diagnose_verdicts[];

static int by_place(const void *a, const void *b)
{
	const struct verdict_rule *const *x = a, *const *y = b;

	return (*x)->place < (*y)->place ? -1 : (*x)->place > (*y)->place;
}

size_t verdict_rules_count(void)
{
	/* cppcheck-suppress comparePointers */
	return __stop_diagnose_verdicts - __start_diagnose_verdicts;
}

const struct verdict_rule *verdict_rule(size_t i)
{
	static const struct verdict_rule *sorted[VERDICT_RULES_MAX];
	size_t n = verdict_rules_count();

	if (i >= n || n > VERDICT_RULES_MAX)
		return NULL;
	if (!sorted[0]) {
		for (size_t k = 0; k < n; k++)
			sorted[k] = __start_diagnose_verdicts[k];
		qsort(sorted, n, sizeof(const struct verdict_rule *), by_place);
	}
	return sorted[i];
}
