// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines of the scheduler's events, of three threads: what is counted adds up, and the worst is one of them */
#include "fuzz.h"

#include "graph/latency.h"

static void check(const struct latency *l)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct latency_thread *t = &l->v[i];
		uint64_t counted = 0;

		for (size_t k = 0; k < LATENCY_POWERS; k++)
			counted += t->powers[k];
		MUST(counted == t->n);
		MUST(!t->n || (t->min <= t->max && t->min >= 0));
		MUST(!t->n || latency_percentile(l, t, 0.5) >= t->min);
		MUST(!t->n || l->worst_ns >= t->max);
	}
	MUST(l->worst_time == UNKNOWN || (l->worst < l->n && l->v[l->worst].max == l->worst_ns));
	MUST(l->trace.n <= LATENCY_LINES);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct latency l;
	const uint8_t *at = data, *end = data + size;

	latency_init(&l);
	for (int pid = 1; pid <= 3; pid++)
		MUST(!latency_watch(&l, pid));
	while (at < end) {
		const uint8_t *newline = memchr(at, '\n', end - at);
		size_t len = (newline ? newline : end) - at;
		/* exactly as long as it is, for the sanitizer */
		FREE char *line = malloc(len ? len : 1);

		MUST(line);
		memcpy(line, at, len);
		MUST(!latency_line(&l, line, len));
		at += len + (newline != NULL);
	}
	check(&l);
	latency_free(&l);
	return 0;
}
