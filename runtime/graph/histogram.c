// SPDX-License-Identifier: GPL-2.0-or-later
#include "graph.h"

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

/* Of counts that would overflow the shape is kept */
static void halve(struct histogram *h)
{
	for (size_t p = 0; p < ARRAY_SIZE(h->powers); p++)
		for (size_t i = 0; h->powers[p] && i < HISTOGRAM_STEPS; i++)
			h->powers[p][i] -= h->powers[p][i] / 2;
}

bool histogram_add(struct histogram *h, uint64_t value, size_t *room)
{
	unsigned int power = power_of(value);
	uint32_t *count = h->powers[power];

	if (!count) {
		const size_t size = HISTOGRAM_STEPS * sizeof(*count);

		if (*room < size || !(count = calloc(1, size)))
			return false;
		*room -= size;
		h->powers[power] = count;
	}
	count += step_of(value, power);
	if (*count == UINT32_MAX)
		halve(h);
	++*count;
	return true;
}

int64_t histogram_percentile(const struct histogram *h, double share)
{
	uint64_t all = 0, below = 0, rank;

	for (size_t p = 0; p < ARRAY_SIZE(h->powers); p++)
		for (size_t i = 0; h->powers[p] && i < HISTOGRAM_STEPS; i++)
			all += h->powers[p][i];
	if (!all)
		return UNKNOWN;
	/* the nearest rank: the smallest value that this share of them doesn't exceed */
	rank = (uint64_t)(share * (double)all);
	if ((double)rank < share * (double)all || !rank)
		rank++;
	for (unsigned int p = 0; p < ARRAY_SIZE(h->powers); p++) {
		for (unsigned int i = 0; h->powers[p] && i < HISTOGRAM_STEPS; i++) {
			below += h->powers[p][i];
			if (below >= rank)
				return middle(p, i);
		}
	}
	return UNKNOWN;
}

void histogram_free(struct histogram *h)
{
	for (size_t p = 0; p < ARRAY_SIZE(h->powers); p++)
		free(h->powers[p]);
	*h = (struct histogram){ 0 };
}
