// SPDX-License-Identifier: GPL-2.0-or-later
/* All invariants, in the order in which findings are shown. */
#include "dump/invariant.h"

const struct invariant *invariants_at(size_t at)
{
	static const struct invariant_rows *const all[] = {
		&invariants_setup, &invariants_traffic, &invariants_notice,
	};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (at < all[i]->n)
			return &all[i]->v[at];
		at -= all[i]->n;
	}
	return NULL;
}
