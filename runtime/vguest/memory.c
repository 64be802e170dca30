// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's memory, of which its rings and buffers take parts. */
#include "vguest/vguest.h"

void *memory_take(struct memory *mem, size_t size, uint64_t *dma)
{
	void *p = mem->base + mem->taken;

	if (mem->size - mem->taken < size)
		abort();	/* queue_memory() and queue_init() disagree */
	*dma = mem->dma + mem->taken;
	mem->taken += size;
	return p;
}
