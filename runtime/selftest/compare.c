// SPDX-License-Identifier: GPL-2.0-or-later
#include "selftest/selftest.h"

#include <errno.h>

#include "base/record.h"
#include "base/strv.h"

/* A queue of a guest, and where to look for numbers of it */
struct place {
	const struct test_guest *guest;
	const char *queue;		/* TX0, RX0, DEV0 */
	const char *counters;		/* the guest's record of it */
	const struct strv *seen;
};

const char *verdict_str(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_EXACT] = "exact", [VERDICT_UNKNOWN] = "unknown",
		[VERDICT_NEVER] = "never fired", [VERDICT_WRONG] = "wrong",
	};

	return names[v];
}

static const char *find_counters(const struct test_guest *g, const char *queue)
{
	for (size_t i = 0; i < g->counters.n; i++)
		if (record_is(g->counters.v[i], queue))
			return g->counters.v[i];
	return NULL;
}

static const char *find_seen(const struct place *p, const char *alias, const char *queue)
{
	for (size_t i = 0; i < p->seen->n; i++) {
		const char *line = p->seen->v[i];

		if (record_is(line, "ALIAS") && record_says(line, "name", alias) &&
		    record_says(line, "pid", p->guest->pid) && record_says(line, "queue", queue))
			return line;
	}
	return NULL;
}

static bool is_device(const char *queue)
{
	return !strncmp(queue, "DEV", 3);
}

/* A device's number is that of its two queues */
static bool seen_number(const struct place *p, const char *alias, const char *key, long long *n)
{
	char tx[16], rx[16];
	long long more;

	if (!is_device(p->queue)) {
		const char *line = find_seen(p, alias, p->queue);

		return line && record_number(line, key, n);
	}
	snprintf(tx, sizeof(tx), "TX%s", p->queue + 3);
	snprintf(rx, sizeof(rx), "RX%s", p->queue + 3);

	const char *a = find_seen(p, alias, tx), *b = find_seen(p, alias, rx);

	if (!a || !b || !record_number(a, key, n) || !record_number(b, key, &more))
		return false;
	*n += more;
	return true;
}

static bool expected_number(const struct place *p, const struct rule *r, long long *sum)
{
	*sum = 0;
	for (size_t i = 0; i < ARRAY_SIZE(r->expected) && r->expected[i].times; i++) {
		const struct rule_term *t = &r->expected[i];
		long long n;

		if (t->alias ? !seen_number(p, t->alias, t->key, &n) :
			       !record_number(p->counters, t->key, &n))
			return false;
		*sum += t->times * n;
	}
	return true;
}

static void worsen(struct finding *f, enum verdict v)
{
	if (v > f->verdict)
		f->verdict = v;
}

static void compare_one(struct finding *f, const struct place *p)
{
	long long expected, seen;

	if (!expected_number(p, f->rule, &expected) ||
	    !seen_number(p, f->rule->alias, f->rule->key, &seen)) {
		worsen(f, VERDICT_UNKNOWN);
		strv_addf(&f->details, "guest '%s': a record is missing", p->guest->name);
		return;
	}
	f->expected += expected;
	f->seen += seen;
	/* of each guest, so that two mistakes don't make a right sum */
	if (expected != seen) {
		worsen(f, VERDICT_WRONG);
		strv_addf(&f->details, "guest '%s': %lld expected, %lld seen", p->guest->name,
			  expected, seen);
	}
}

static bool rule_is_for(const struct rule *r, const struct test_guest *g, const char *queue)
{
	unsigned int where = *queue == 'T' ? RULE_TX : RULE_RX;

	if (is_device(queue))
		where = RULE_DEVICE;
	return r->where & where && !(r->not_iommu && find_counters(g, "DEV0"));
}

/* Whether the alias fired for any of the guests */
static bool fired(const char *alias, const struct strv *seen)
{
	long long n;

	for (size_t i = 0; i < seen->n; i++)
		if (record_is(seen->v[i], "ALIAS") && record_says(seen->v[i], "name", alias) &&
		    record_number(seen->v[i], "times", &n) && n > 0)
			return true;
	return false;
}

/* "TX0", "RX0", "DEV0" … of all guests */
static void list_queues(const struct test_guest *guests, size_t n, struct strv *queues)
{
	for (size_t g = 0; g < n; g++) {
		for (size_t i = 0; i < guests[g].counters.n; i++) {
			const char *line = guests[g].counters.v[i];
			char name[16];
			size_t len = strcspn(line, " "), word = strcspn(line, "0123456789 ");

			if (len >= sizeof(name) || word == len ||
			    (strncmp(line, "TX", word) && strncmp(line, "RX", word) &&
			     strncmp(line, "DEV", word)))
				continue;
			snprintf(name, sizeof(name), "%.*s", (int)len, line);
			if (!strv_has(queues, name))
				strv_add(queues, name);
		}
	}
}

static void compare_rule(struct finding *f, const struct test_guest *guests, size_t n,
			 const struct strv *seen, unsigned int *compared)
{
	*compared = 0;
	for (size_t g = 0; g < n; g++) {
		struct place p = {
			&guests[g], f->queue, find_counters(&guests[g], f->queue), seen,
		};

		if (!p.counters || !rule_is_for(f->rule, p.guest, f->queue))
			continue;
		compare_one(f, &p);
		++*compared;
	}
	if (f->verdict == VERDICT_EXACT && !fired(f->rule->alias, seen))
		f->verdict = VERDICT_NEVER;
}

/* An alias that no guest was asked about has not been tested */
static void add_untested(struct finding *f, const struct rule *r)
{
	*f = (struct finding){ .rule = r, .queue = "?", .verdict = VERDICT_UNKNOWN };
	strv_add(&f->details, "no guest has tested it");
}

int selftest_compare(const struct test_guest *guests, size_t n, const struct strv *seen,
		     struct findings *f)
{
	STRV_CLEAN struct strv queues = { 0 };
	bool broken;

	list_queues(guests, n, &queues);
	*f = (struct findings){ 0 };
	f->v = calloc(n_rules * (queues.n + 1), sizeof(*f->v));
	broken = !f->v || queues.broken;
	for (size_t r = 0; r < n_rules && !broken; r++) {
		size_t before = f->n;

		for (size_t q = 0; q < queues.n; q++) {
			struct finding *one = &f->v[f->n];
			unsigned int compared;

			*one = (struct finding){ .rule = &rules[r] };
			snprintf(one->queue, sizeof(one->queue), "%s", queues.v[q]);
			compare_rule(one, guests, n, seen, &compared);
			f->n += compared > 0;
			broken |= one->details.broken;
		}
		if (f->n == before)
			add_untested(&f->v[f->n++], &rules[r]);
	}
	if (broken)
		findings_free(f);
	return broken ? -ENOMEM : 0;
}

void findings_wrong(const struct findings *f, struct strv *aliases)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].verdict != VERDICT_EXACT && !strv_has(aliases, f->v[i].rule->alias))
			strv_add(aliases, f->v[i].rule->alias);
}

void findings_free(struct findings *f)
{
	for (size_t i = 0; i < f->n; i++)
		strv_free(&f->v[i].details);
	free(f->v);
	*f = (struct findings){ 0 };
}
