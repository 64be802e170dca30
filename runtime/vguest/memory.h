/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The guest's memory (memory.c) */
#ifndef VGUEST_MEMORY_H
#define VGUEST_MEMORY_H

#include <stdint.h>

#include "base/base.h"

/*
 * One region. Its guest physical and I/O virtual addresses are neither the user's nor each
 * other's, so that a mix-up shows.
 */
#define MEMORY_GPA 0x1000000ULL
#define MEMORY_IOVA 0x400000000000ULL	/* a multiple of any granule */
struct memory {
	uint8_t *base;
	uint64_t dma;			/* address of @base in descriptors */
	size_t size, taken;
};
struct options;
/* -errno after a message */
int memory_map(struct memory *mem, const struct options *o, size_t size);
void memory_unmap(struct memory *mem);
void *memory_take(struct memory *mem, size_t size, uint64_t *dma);

#endif
