// SPDX-License-Identifier: GPL-2.0-or-later
/* How a chain of descriptors may end, and what vhost makes of it. */
#include "dump/dump.h"

static const struct {
	const char *end, *meaning;
} ends[] = {
	{ "ok", "whole" },
	{ "loop",
	  "its descriptors lead back into it: vhost gives up after as many as the ring has" },
	{ "long", "longer than the ring has descriptors" },
	{ "head_range", "its head is no descriptor of the ring" },
	{ "next_range", "a descriptor's next is none of the ring" },
	{ "unreadable", "its descriptors could not be read from here" },
	{ "indirect_nested", "an indirect table within an indirect table, which is not allowed" },
	{ "indirect_length", "the length of its indirect table is no whole number of descriptors" },
	{ "indirect_unmapped", "its indirect table is in no memory of the guest" },
	{ "wrap", "a buffer's address and length go beyond the end of all addresses" },
	{ "zero_length", "a descriptor of no length" },
	{ "unmapped", "a buffer in no memory of the guest that vhost knows" },
};

const char *dump_chain_end(const char *end)
{
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (!strcmp(ends[i].end, end))
			return ends[i].meaning;
	return NULL;
}
