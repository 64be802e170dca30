// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the verdicts as text, what doesn't fit together, and what can't be excluded. */
#include "cmd/diagnose/text.h"

#include "base/str.h"
#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "print/table.h"

static bool same_place(const struct subject *a, const struct subject *b)
{
	return a->queue == b->queue;
}

/* The metrics that prove it, in words */
static void print_proof(const struct page *p, const struct verdict_row *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(v->rule->shows) && v->rule->shows[i]; i++) {
		const struct metric *f = metric_find(v->rule->shows[i], strlen(v->rule->shows[i]));
		char shown[METRIC_SHOWN];

		if (!f || !metric_known(f, &v->at.queue->metrics))
			continue;

		FREE char *value = page_clean(metric_show(f, &v->at.queue->metrics, shown));

		page_metric(p, value, metric_meaning(f, &v->at.queue->metrics));
	}
}

static void print_title(const struct page *p, const struct verdict_row *v, const char *code)
{
	FREE char *rest = str_printf(", %s of %s (%s)", v->at.queue->name,
				     *v->at.dev->iface ? v->at.dev->iface : "?",
				     confidence_str(v->confidence));

	fprintf(p->f, "\n%*s%s%s%s", FIRST, "", page_colour(p, code), v->rule->name,
		page_colour(p, "\033[0m"));
	page_wrap(p, rest, TEXT, FIRST + out_places(v->rule->name));
	fputc('\n', p->f);
}

/* The same was said of another queue of this interface */
static const struct verdict_row *said_before(const struct page *p, const struct verdict_row *v)
{
	for (const struct verdict_row *o = p->v->v; o < v; o++)
		if (o->rule == v->rule && page_same_iface(&o->at, &v->at) && verdict_is_problem(o))
			return o;
	return NULL;
}

static void print_consequences(const struct page *p, const struct verdict_row *cause)
{
	for (size_t i = 0; i < p->v->n; i++) {
		const struct verdict_row *v = &p->v->v[i];

		/* what would only be possible is nothing once there is a cause */
		if (v->because != cause->rule || v->at.dev != cause->at.dev ||
		    v->confidence <= POSSIBLE ||
		    (!same_place(&v->at, &cause->at) && !(cause->rule->direction & WIDE)))
			continue;

		FREE char *meaning = template_fill(v->rule->template, &v->at, false);
		FREE char *text = str_printf("Follows from it: %s, %s. %s", v->rule->name,
					     v->at.queue->name, str_known(meaning));

		page_paragraph(p, text, TEXT);
	}
}

static void print_problem(const struct page *p, const struct verdict_row *v)
{
	const struct verdict_row *before = said_before(p, v);
	FREE char *meaning = template_fill(v->rule->template, &v->at, false);
	FREE char *hint = template_fill(v->rule->hint, &v->at, true);
	FREE char *text = str_printf("To do: %s", str_known(hint));

	print_title(p, v, v->confidence == CERTAIN ? "\033[1;31m" : "\033[1;33m");
	if (before) {
		FREE char *same = str_printf("The same as for %s above.", before->at.queue->name);

		page_paragraph(p, same, TEXT);
		return;
	}
	page_paragraph(p, meaning, TEXT);
	print_proof(p, v);
	page_paragraph(p, text, TEXT);
	print_consequences(p, v);
}

void text_verdicts(const struct page *p)
{
	for (size_t i = 0; i < p->v->n; i++)
		if (verdict_is_problem(&p->v->v[i]))
			print_problem(p, &p->v->v[i]);
	for (size_t i = 0; i < p->v->n; i++) {
		const struct verdict_row *v = &p->v->v[i];

		if (v->confidence != NOTED)
			continue;

		FREE char *meaning = template_fill(v->rule->template, &v->at, false);

		print_title(p, v, "\033[36m");
		page_paragraph(p, meaning, TEXT);
		print_proof(p, v);
	}
}

/* What is not certain of the evidence itself */

void text_inconsistencies(const struct page *p)
{
	for (size_t i = 0; i < p->v->n_inconsistencies; i++) {
		const struct inconsistency_row *d = &p->v->inconsistencies[i];
		FREE char *meaning = template_fill(d->rule->template, &d->at, false);
		FREE char *text = str_printf("Doubtful, %s: %s", d->at.queue->name,
					     str_known(meaning));

		if (i == 0)
			fputc('\n', p->f);
		page_paragraph(p, text, 0);
	}
}

static bool first_of_its_rule(const struct page *p, size_t i)
{
	for (size_t o = 0; o < i; o++)
		if (!strcmp(p->v->not_excluded[o].rule->name, p->v->not_excluded[i].rule->name))
			return false;
	return true;
}

/* The metric of that key in words, once */
static void add_meaning(struct strv *to, const char *key, const struct queue_metrics *m)
{
	const struct metric *f = metric_find(key, strlen(key));
	const char *meaning = f ? metric_meaning(f, m) : key;

	if (!strv_has(to, meaning))
		strv_add(to, meaning);
}

/* Each name once, with the queues and the values that are missing */
static void print_not_excluded_rule(const struct page *p, const char *name)
{
	STRV_CLEAN struct strv queues = { 0 };
	STRV_CLEAN struct strv missing = { 0 };
	size_t more = 0;

	for (size_t i = 0; i < p->v->n_not_excluded; i++) {
		const struct not_excluded_row *b = &p->v->not_excluded[i];

		if (strcmp(b->rule->name, name) != 0)
			continue;
		if (queues.n >= NAMED_MAX)
			more++;
		else if (!strv_has(&queues, b->at.queue->name))
			strv_add(&queues, b->at.queue->name);
		for (size_t n = 0; n < ARRAY_SIZE(b->missing) && b->missing[n]; n++)
			add_meaning(&missing, b->missing[n], &b->at.queue->metrics);
	}

	FREE char *where = strv_join(&queues, ", ");
	FREE char *what = strv_join(&missing, "; ");
	FREE char *text = str_printf("%s on %s%s. Unknown: %s.", name, str_known(where),
				     more ? " and others" : "", str_known(what));

	page_paragraph(p, text, FIRST);
}

void text_not_excluded(const struct page *p)
{
	if (!p->v->n_not_excluded)
		return;
	fputc('\n', p->f);
	out_say(p->f, p->s, "Can't be excluded, because evidence is missing:");
	for (size_t i = 0; i < p->v->n_not_excluded; i++)
		if (first_of_its_rule(p, i))
			print_not_excluded_rule(p, p->v->not_excluded[i].rule->name);
}
