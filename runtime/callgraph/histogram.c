// SPDX-License-Identifier: GPL-2.0-or-later
#include "callgraph/histogram.h"

#define STEP_BITS 5

/* Values below HISTOGRAM_STEPS are told apart; above, 32 steps in each power of two */
static unsigned int power_of(uint64_t value)
{
	unsigned int bits = 64 - __builtin_clzll(value | 1);

	return bits <= STEP_BITS ? 0 : bits - STEP_BITS;
}

static unsigned int step_of(uint64_t value, unsigned int power)
{
	return (power ? value >> (power - 1) : value) & (HISTOGRAM_STEPS - 1);
}

/* The middle of what is counted in a step */
static int64_t middle(unsigned int power, unsigned int step)
{
	if (!power)
		return step;

	uint64_t low = (uint64_t)(HISTOGRAM_STEPS + step) << (power - 1);
	uint64_t width = 1ULL << (power - 1);
	uint64_t value = low + (width - 1) / 2;

	return value > INT64_MAX ? INT64_MAX : (int64_t)value;
}

/* 8 MiB: some 6,000 functions of which each takes from 1 us to 1 ms */
#define PIECES_MAX 65536
#define PIECES_FIRST 256

/* Of counts that would overflow the shape is kept */
static void halve(struct histogram *h, struct histogram_pieces *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(h->powers); i++)
		for (size_t k = 0; h->powers[i] && k < HISTOGRAM_STEPS; k++)
			p->v[h->powers[i]][k] -= p->v[h->powers[i]][k] / 2;
}

/* A new piece's number, 0: none */
static uint16_t new_piece(struct histogram_pieces *p)
{
	if (p->n == p->size) {
		size_t size = p->size ? 2 * p->size : PIECES_FIRST;
		void *v = size <= PIECES_MAX ? reallocarray(p->v, size, sizeof(*p->v)) : NULL;

		if (!v)
			return 0;
		p->v = v;
		p->n += !p->n;
		p->size = size;
	}
	memset(p->v[p->n], 0, sizeof(*p->v));
	return (uint16_t)p->n++;
}

bool histogram_add(struct histogram *h, uint64_t value, struct histogram_pieces *p)
{
	unsigned int power = power_of(value);
	uint32_t *count;

	if (!h->powers[power] && !(h->powers[power] = new_piece(p)))
		return false;
	count = &p->v[h->powers[power]][step_of(value, power)];
	if (*count == UINT32_MAX)
		halve(h, p);
	++*count;
	return true;
}

int64_t histogram_percentile(const struct histogram *h, const struct histogram_pieces *p,
			     double share)
{
	uint64_t all = 0, below = 0, rank;

	for (size_t i = 0; i < ARRAY_SIZE(h->powers); i++)
		for (size_t k = 0; h->powers[i] && k < HISTOGRAM_STEPS; k++)
			all += p->v[h->powers[i]][k];
	if (!all)
		return UNKNOWN;
	/* the nearest rank: the smallest value that this share of them doesn't exceed */
	rank = (uint64_t)(share * (double)all);
	if ((double)rank < share * (double)all || !rank)
		rank++;
	for (unsigned int i = 0; i < ARRAY_SIZE(h->powers); i++) {
		for (unsigned int k = 0; h->powers[i] && k < HISTOGRAM_STEPS; k++) {
			below += p->v[h->powers[i]][k];
			if (below >= rank)
				return middle(i, k);
		}
	}
	return UNKNOWN;
}
