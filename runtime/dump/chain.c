// SPDX-License-Identifier: GPL-2.0-or-later
/* How a chain of descriptors may end, and what vhost makes of it. */
#include "dump/dump.h"

static const struct {
	const char *end, *meaning;
} ends[] = {
	{ "ok", "whole" },
	{ "loop",
	  "its descriptors form a loop: vhost gives up after as many as the ring has" },
	{ "long", "it has more descriptors than the ring" },
	{ "head_range", "its head is not a descriptor of the ring" },
	{ "next_range", "a descriptor's next is not in the ring" },
	{ "unreadable", "its descriptors could not be read from here" },
	{ "indirect_nested", "an indirect table within an indirect table, which is not allowed" },
	{ "indirect_length",
	  "the length of its indirect table is not a multiple of a descriptor's size" },
	{ "indirect_unmapped", "its indirect table is not in the guest's memory" },
	{ "wrap", "a buffer's address plus its length goes beyond the last address" },
	{ "zero_length", "a descriptor has no length" },
	{ "unmapped", "a buffer is not in the guest's memory that vhost knows" },
};

const char *dump_chain_end(const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcmp(ends[i].end, end))
			return ends[i].meaning;
	return NULL;
}
