// SPDX-License-Identifier: GPL-2.0-or-later
/* The rules, applied to each queue; what follows from what; what can't be excluded. */
#include "diagnose/diagnose.h"

#include <errno.h>

#include "dump/dump.h"

const char *confidence_str(enum confidence b)
{
	static const char *const names[] = {
		[NO] = "no", [NOTED] = "noted", [POSSIBLE] = "possible", [LIKELY] = "likely",
		[CERTAIN] = "certain",
	};

	return names[b];
}

const char *health_str(enum health h)
{
	static const char *const names[] = {
		[HEALTH_UNKNOWN] = "unknown", [HEALTH_UNUSED] = "unused", [HEALTH_IDLE] = "idle",
		[HEALTH_GOOD] = "healthy",
		[HEALTH_NOTED] = "noted", [HEALTH_PROBLEM] = "problem",
	};

	return names[h];
}

static void *more(void *list, size_t *n, size_t size)
{
	void **v = list, *grown = reallocarray(*v, *n + 1, size);

	if (!grown)
		return NULL;
	*v = grown;
	return memset((char *)grown + size * (*n)++, 0, size);
}

static bool is_for(unsigned int d, const struct subject *at)
{
	const struct queue_metrics *f = &at->queue->metrics;

	return (d & (f->rx ? RX : TX)) && (f->shared.first || !(d & ONCE));
}

static int add_verdict(struct verdicts *v, const struct verdict_rule *r, const struct subject *at,
		       enum confidence b)
{
	struct verdict_row *row = more(&v->v, &v->n, sizeof(*row));

	if (!row)
		return -ENOMEM;
	*row = (struct verdict_row){ .rule = r, .at = *at, .confidence = b };
	return 0;
}

/* A watch in which no time is as long as a verdict needs */
static bool is_too_short(const struct metric *f, const struct subject *at)
{
	const struct value watched = at->queue->metrics.watched_ms;

	return f->unit == UNIT_MS && (!value_known(watched) || watched.n < LONG_MS);
}

/* Nothing was seen; whether it could have been */
static int add_not_excluded(struct verdicts *v, const struct verdict_rule *r,
			    const struct subject *at)
{
	struct not_excluded_row b = { .rule = r, .at = *at }, *row;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(r->needs) && r->needs[i]; i++) {
		const struct metric *f = metric_find(r->needs[i], strlen(r->needs[i]));

		if (f && (!metric_known(f, &at->queue->metrics) || is_too_short(f, at)))
			b.missing[n++] = r->needs[i];
	}
	if (!n)
		return 0;
	row = more(&v->not_excluded, &v->n_not_excluded, sizeof(*row));
	if (!row)
		return -ENOMEM;
	*row = b;
	return 0;
}

/* Of a queue that is not used nothing is missing either */
static bool is_unused(const struct queue_metrics *f)
{
	return value_is(f->backend_none_pct, 100) && value_is(f->unserved_ms, 0);
}

/* Rules of one name are forms of one verdict */
static bool has_verdict(const struct verdicts *v, const struct verdict_rule *r,
		      const struct subject *at)
{
	/* a queue's come after each other */
	for (size_t i = v->n; i && v->v[i - 1].at.queue == at->queue; i--)
		if (!strcmp(v->v[i - 1].rule->name, r->name))
			return true;
	return false;
}

static int find_verdicts(struct verdicts *v, const struct subject *at)
{
	const struct verdict_rule *r;
	int ret = 0;

	for (size_t i = 0; !ret && (r = verdict_rule(i)); i++) {
		if (!is_for(r->direction, at) || has_verdict(v, r, at))
			continue;

		enum confidence b = r->test(&at->queue->metrics);

		if (b != NO)
			ret = add_verdict(v, r, at, b);
	}
	return ret;
}

static int find_not_excluded(struct verdicts *v, const struct subject *at)
{
	const struct verdict_rule *r;
	int ret = 0;

	/* what isn't served has nothing to go wrong, but that */
	if (value_is(at->queue->metrics.backend_none_pct, 100))
		return 0;
	for (size_t i = 0; !ret && (r = verdict_rule(i)); i++)
		if (is_for(r->direction, at) && !has_verdict(v, r, at))
			ret = add_not_excluded(v, r, at);
	return ret;
}

static int find_inconsistencies(struct verdicts *v, const struct subject *at)
{
	for (size_t i = 0; i < n_consistency_rules; i++) {
		struct inconsistency_row *row;

		if (!is_for(consistency_rules[i].direction, at) ||
		    !consistency_rules[i].test(&at->queue->metrics))
			continue;
		row = more(&v->inconsistencies, &v->n_inconsistencies, sizeof(*row));
		if (!row)
			return -ENOMEM;
		*row = (struct inconsistency_row){ &consistency_rules[i], *at };
	}
	return 0;
}

static int verdicts_of_queue(struct verdicts *v, const struct subject *at)
{
	int ret = find_verdicts(v, at);

	if (!ret)
		ret = find_not_excluded(v, at);
	return ret ? ret : find_inconsistencies(v, at);
}

/* Consequences */

bool rule_explains(const struct verdict_rule *r, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(r->explains) && r->explains[i]; i++)
		if (!strcmp(r->explains[i], name))
			return true;
	return false;
}

static bool is_because(const struct verdict_row *of, const struct verdict_row *cause)
{
	if (cause == of || cause->confidence == NOTED || of->at.dev != cause->at.dev ||
	    (of->at.queue != cause->at.queue && !(cause->rule->direction & WIDE)) ||
	    !rule_explains(cause->rule, of->rule->name))
		return false;
	/* what is only possible explains nothing that is sure */
	return cause->confidence > POSSIBLE || of->confidence <= POSSIBLE;
}

static void find_causes(struct verdicts *v)
{
	for (size_t i = 0; i < v->n; i++)
		for (size_t c = 0; c < v->n && !v->v[i].because; c++)
			if (is_because(&v->v[i], &v->v[c]))
				v->v[i].because = v->v[c].rule;
}

bool verdict_is_problem(const struct verdict_row *v)
{
	return v->confidence > NOTED && !v->because;
}

static int place_of(const struct verdict_row *v)
{
	if (v->confidence == NOTED)
		return 2;
	return v->because ? 1 : 0;
}

/* Causes first, the surest of them first, then by their places */
static int compare(const void *a, const void *b)
{
	const struct verdict_row *x = a, *y = b;

	if (place_of(x) != place_of(y))
		return place_of(x) - place_of(y);
	if (x->confidence != y->confidence)
		return (int)y->confidence - (int)x->confidence;
	if (x->rule != y->rule)
		return x->rule->place < y->rule->place ? -1 : 1;
	if (x->at.guest != y->at.guest)
		return x->at.guest < y->at.guest ? -1 : 1;
	if (x->at.dev != y->at.dev)
		return x->at.dev < y->at.dev ? -1 : 1;
	return x->at.queue < y->at.queue ? -1 : x->at.queue > y->at.queue;
}

/* Health */

static bool any(struct value v)
{
	return value_known(v) && v.n;
}

static enum health moves(const struct queue_metrics *f)
{
	if (value_is(f->active, 1) || any(f->moved) || any(f->completions))
		return HEALTH_GOOD;
	return value_known(f->active) ? HEALTH_IDLE : HEALTH_UNKNOWN;
}

static enum health health_of(const struct verdicts *v, const struct subject *at)
{
	enum health h = is_unused(&at->queue->metrics) ? HEALTH_UNUSED : moves(&at->queue->metrics);

	for (size_t i = 0; i < v->n; i++) {
		if (v->v[i].at.queue != at->queue)
			continue;
		if (v->v[i].confidence > NOTED)
			return HEALTH_PROBLEM;
		h = HEALTH_NOTED;
	}
	return h;
}

/* What @each is called for: every queue of the evidence */
static int for_each(const struct evidence *e, struct verdicts *v,
		    int (*each)(struct verdicts *v, const struct subject *at))
{
	struct subject at = { .evidence = e };
	int ret = 0;

	for (size_t g = 0; g < e->n_guests; g++) {
		at.guest = &e->guests[g];
		for (size_t d = 0; d < at.guest->n_devs; d++) {
			at.dev = &at.guest->devs[d];
			for (size_t q = 0; q < at.dev->n_queues && !ret; q++) {
				at.queue = &at.dev->queues[q];
				ret = each(v, &at);
			}
		}
	}
	return ret;
}

static int add_health(struct verdicts *v, const struct subject *at)
{
	struct health_row *row = more(&v->queues, &v->n_queues, sizeof(*row));

	if (!row)
		return -ENOMEM;
	*row = (struct health_row){ *at, health_of(v, at) };
	return 0;
}

int verdicts_of(const struct evidence *e, struct verdicts *v)
{
	int ret;

	verdicts_free(v);
	ret = for_each(e, v, verdicts_of_queue);
	if (!ret) {
		find_causes(v);
		if (v->n)
			qsort(v->v, v->n, sizeof(*v->v), compare);
		ret = for_each(e, v, add_health);
	}
	return ret;
}

size_t verdicts_problems(const struct verdicts *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->n; i++)
		n += verdict_is_problem(&v->v[i]);
	return n;
}

bool verdicts_known(const struct verdicts *v)
{
	size_t unknown = 0, used = 0;

	for (size_t i = 0; i < v->n_queues; i++) {
		used += v->queues[i].health != HEALTH_UNUSED;
		unknown += v->queues[i].health == HEALTH_UNKNOWN;
	}
	return !used || unknown < used;
}

void verdicts_free(struct verdicts *v)
{
	free(v->v);
	free(v->inconsistencies);
	free(v->not_excluded);
	free(v->queues);
	*v = (struct verdicts){ 0 };
}
