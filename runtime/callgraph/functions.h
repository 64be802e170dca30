/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions by name (functions.c), with the times of their calls (functions-sink.c) */
#ifndef CALLGRAPH_FUNCTIONS_H
#define CALLGRAPH_FUNCTIONS_H

#include "callgraph/histogram.h"

struct function {
	const char *name;
	uint32_t name_len, hash;
	uint64_t calls;			/* seen to begin, or to end without a beginning */
	uint64_t timed;			/* those whose duration is known */
	uint64_t unfinished;		/* those that were not seen to end */
	uint64_t without_entry;		/* those that were not seen to begin */
	uint64_t selfed;		/* those whose own time is known */
	int64_t total, self, min, max;	/* of timed, selfed */
	bool wanted;			/* one of those that are asked for */
	bool sampled;			/* @spread holds not all: there was no room */
	struct histogram spread;
};

struct functions {
	struct function **v;		/* in the order in which they were seen */
	struct function **table;
	size_t n, size;			/* size: of table, a power of two */
	struct histogram_pieces pieces;
	const char *only;		/* a glob that makes them wanted, or NULL */
};

/* NULL: no name of a function, or no memory, then *@ret is -ENOMEM */
struct function *functions_find(struct functions *f, const char *name, size_t len, int *ret);
/* What the kernel could call a function */
bool function_is_name(const char *name, size_t len);
void functions_free(struct functions *f);
/* "vhost_net" of "handle_tx [vhost_net]"; NULL: of the kernel itself */
const char *function_module(const struct function *f, size_t *len);

#endif
