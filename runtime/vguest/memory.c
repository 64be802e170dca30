// SPDX-License-Identifier: GPL-2.0-or-later
/* The guest's memory, of which its rings and buffers take parts. */
#include "vguest/memory.h"

#include <errno.h>
#include <sys/mman.h>

#include "base/msg.h"
#include "vguest/options.h"

int memory_map(struct memory *mem, const struct options *o, size_t size)
{
	/* NORESERVE: big rings of big buffers are seldom used up. Pages come zeroed. */
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED) {
		int ret = -errno;

		msg_errno(ret, "%zu bytes of guest memory", size);
		msg_hint("use fewer --pairs, a smaller --ring, --size, --rxbuf");
		return ret;
	}
	mem->base = p;
	mem->dma = o->iommu ? MEMORY_IOVA : MEMORY_GPA;
	mem->size = size;
	return 0;
}

void memory_unmap(struct memory *mem)
{
	if (mem->base)
		munmap(mem->base, mem->size);
}

void *memory_take(struct memory *mem, size_t size, uint64_t *dma)
{
	void *p = mem->base + mem->taken;

	if (mem->size - mem->taken < size)
		abort();	/* queue_memory() and queue_init() disagree */
	*dma = mem->dma + mem->taken;
	mem->taken += size;
	return p;
}
