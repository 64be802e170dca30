// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A diagnosis for a person: of each guest's interface what it lost and a line a queue, then what is
 * wrong with its proof and what to do, then what is worth knowing, what doesn't fit together,
 * what could not be seen, and the kernel's known defects.
 */
#include "cmd/diagnose/diagnose.h"

#include <ctype.h>

#include "base/gate.h"
#include "base/str.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "print/table.h"
#include "print/writer.h"

#define FIRST 2
#define TEXT 4			/* where text begins */
#define PROOF 6
#define NUMBERS 12		/* places of a metric's value */
#define NAMED_MAX 6
#define DEFECTS_SHOWN_MAX 5		/* without -v */

struct page {
	const struct diagnosis *d;
	const struct verdicts *v;
	const struct out_style *s;
	FILE *f;
};

static const char *colour(const struct page *p, const char *code)
{
	return p->s->colour ? gate_sign(code) : "";
}

static char *clean(const char *text)
{
	return str_escape(text, strlen(text));
}

/* str_escape() lets none through */
#define GLUE '\x1f'

/* "100 %", "2.0 s": no line ends between a number and its unit */
static void glue(char *text)
{
	static const char *const units[] = { "%", "s", "ms", "us", "KiB" };

	for (char *c = text; (c = strchr(c, ' ')); c++) {
		size_t len = strcspn(c + 1, " ,.;:()");

		for (size_t i = 0;
		     c > text && isdigit((unsigned char)c[-1]) && i < ARRAY_SIZE(units); i++)
			if (strlen(units[i]) == len && !strncmp(c + 1, units[i], len))
				*c = GLUE;
	}
}

/* @text, made fit for the terminal and broken at its width */
static void wrap(const struct page *p, const char *text, unsigned int indent, unsigned int at)
{
	FREE char *fit = clean(str_known(text));
	FREE char *lines = NULL;
	size_t size;
	FILE *f = open_memstream(&lines, &size);

	if (!f)
		return;
	if (fit)
		glue(fit);
	out_wrap(f, p->s, str_known(fit), indent, at);
	fclose(f);
	for (size_t i = 0; lines && i < size; i++)
		fputc(lines[i] == GLUE ? ' ' : lines[i], p->f);
}

static void paragraph(const struct page *p, const char *text, unsigned int indent)
{
	fprintf(p->f, "%*s", (int)indent, "");
	wrap(p, text, indent, indent);
	fputc('\n', p->f);
}

static bool same_place(const struct subject *a, const struct subject *b)
{
	return a->queue == b->queue;
}

/* Queues */

/* "5,000 buffers/s", "1 buffer/s" */
static void rate(struct strv *all, const struct queue_metrics *f, const char *key, const char *what,
		 bool always)
{
	const struct metric *metric = metric_find(key, strlen(key));
	struct value v = metric_value(metric, f);
	struct queue_metrics per_second = *f;
	struct value *n = (struct value *)((char *)&per_second + metric->offset);
	char shown[METRIC_SHOWN];

	if (!value_known(v) || !value_known(f->watched_ms) || !f->watched_ms.n) {
		if (always)
			strv_addf(all, "? %s/s", what);
		return;
	}
	if (!v.n && !always)
		return;
	n->n = (v.n * 1000 + f->watched_ms.n - 1) / f->watched_ms.n;	/* 1 a minute is not none */
	strv_addf(all, "%s %.*s/s", metric_show(metric, &per_second, shown),
		  (int)strlen(what) - (n->n == 1), what);
}

static char *rates(const struct queue_metrics *f)
{
	STRV_CLEAN struct strv all = { 0 };

	rate(&all, f, value_known(f->completions) ? "completions" : "moved", "buffers", true);
	rate(&all, f, "kicks", "kicks", false);
	rate(&all, f, "signals", "notifications", false);
	return strv_join(&all, ", ");
}

static void print_queue(const struct page *p, const struct health_row *row)
{
	static const struct {
		const char *word, *colour;
	} states[] = {
		[HEALTH_UNKNOWN] = { "unknown", "" }, [HEALTH_UNUSED] = { "unused", "" },
		[HEALTH_IDLE] = { "idle", "" },
		[HEALTH_GOOD] = { "healthy", "\033[32m" }, [HEALTH_NOTED] = { "noted", "\033[36m" },
		[HEALTH_PROBLEM] = { "PROBLEM", "\033[1;31m" },
	};
	const unsigned int at = FIRST + 9 + 9 + 12;
	FREE char *name = clean(row->at.queue->name);
	FREE char *what = rates(&row->at.queue->metrics);

	fprintf(p->f, "%*s%-8s %s%-9s%s%-12s", FIRST, "", str_known(name),
		colour(p, states[row->health].colour), states[row->health].word,
		colour(p, "\033[0m"), row->at.queue->metrics.rx ? "to guest" : "from guest");
	wrap(p, what, at, at);
	fputc('\n', p->f);
}

static void print_metric(const struct page *p, const char *value, const char *text)
{
	unsigned int places = out_places(str_known(value));

	fprintf(p->f, "%*s%-*s ", PROOF, "", NUMBERS, str_known(value));
	wrap(p, text, PROOF + NUMBERS + 1, PROOF + (places > NUMBERS ? places : NUMBERS) + 1);
	fputc('\n', p->f);
}

/* With -v: all that is known of it, or of @of a direction of its interface */
static void print_metrics(const struct page *p, const struct subject *at, enum metric_of of)
{
	for (size_t i = 0; i < n_metrics; i++) {
		const struct metric *f = &metrics[i];
		char shown[METRIC_SHOWN];
		FREE char *value = clean(metric_show(f, &at->queue->metrics, shown));
		FREE char *text =
			str_printf("%s: %s", f->key, metric_meaning(f, &at->queue->metrics));

		if (f->of != of || !metric_known(f, &at->queue->metrics))
			continue;
		print_metric(p, value, text);
	}
}

static void print_head(const struct page *p, const struct subject *at)
{
	FREE char *guest = subject_guest(at);
	const char *iface = *at->dev->iface ? at->dev->iface : "?";
	FREE char *head =
		str_printf("Guest %s, interface %s%s", str_known(guest), iface,
			   at->guest->gone || at->dev->gone ? " (gone before the end)" : "");

	fprintf(p->f, "\n%s", colour(p, "\033[1m"));
	wrap(p, head, FIRST, 0);
	fprintf(p->f, "%s\n", colour(p, "\033[0m"));
}

static bool same_iface(const struct subject *a, const struct subject *b)
{
	return a->guest == b->guest && evidence_same_iface(a->dev, b->dev);
}

/* The first queue of that direction of the interface, whose metrics have what is the interface's */
static const struct subject *first_queue(const struct page *p, const struct subject *at, bool rx)
{
	for (size_t i = 0; i < p->v->n_queues; i++) {
		const struct subject *o = &p->v->queues[i].at;

		if (same_iface(o, at) && o->queue->metrics.rx == rx)
			return o;
	}
	return NULL;
}

/* What all its queues together have lost */
static void print_losses(const struct page *p, const struct subject *at)
{
	const struct queue_metrics *f = &at->queue->metrics;
	const struct metric *lost = metric_find("lost", strlen("lost"));
	STRV_CLEAN struct strv all = { 0 };
	char shown[METRIC_SHOWN];

	if (value_is(f->lost, 0))
		return;
	rate(&all, f, "lost", "packets", true);

	FREE char *joined = strv_join(&all, ", ");
	FREE char *text = str_printf("Lost to the guest: %s, %s in all", str_known(joined),
				     metric_show(lost, f, shown));

	paragraph(p, value_known(f->lost) ? text : "Lost to the guest: ?", FIRST);
}

static void print_iface(const struct page *p, const struct subject *at)
{
	const struct subject *rx = first_queue(p, at, true), *tx = first_queue(p, at, false);

	print_head(p, at);
	if (rx)
		print_losses(p, rx);
	if (rx && p->d->options.verbose)
		print_metrics(p, rx, METRIC_TO_GUEST);
	if (tx && p->d->options.verbose)
		print_metrics(p, tx, METRIC_FROM_GUEST);
}

static void print_queues(const struct page *p)
{
	for (size_t i = 0; i < p->v->n_queues; i++) {
		const struct health_row *row = &p->v->queues[i];

		if (!i || !same_iface(&row[-1].at, &row->at))
			print_iface(p, &row->at);
		print_queue(p, row);
		if (p->d->options.verbose)
			print_metrics(p, &row->at, METRIC_QUEUE);
	}
}

/* Verdicts */

/* The metrics that prove it, in words */
static void print_proof(const struct page *p, const struct verdict_row *v)
{
	for (size_t i = 0; i < ARRAY_SIZE(v->rule->shows) && v->rule->shows[i]; i++) {
		const struct metric *f = metric_find(v->rule->shows[i], strlen(v->rule->shows[i]));
		char shown[METRIC_SHOWN];

		if (!f || !metric_known(f, &v->at.queue->metrics))
			continue;

		FREE char *value = clean(metric_show(f, &v->at.queue->metrics, shown));

		print_metric(p, value, metric_meaning(f, &v->at.queue->metrics));
	}
}

static void print_title(const struct page *p, const struct verdict_row *v, const char *code)
{
	FREE char *rest = str_printf(", %s of %s (%s)", v->at.queue->name,
				     *v->at.dev->iface ? v->at.dev->iface : "?", confidence_str(v->confidence));

	fprintf(p->f, "\n%*s%s%s%s", FIRST, "", colour(p, code), v->rule->name,
		colour(p, "\033[0m"));
	wrap(p, rest, TEXT, FIRST + out_places(v->rule->name));
	fputc('\n', p->f);
}

/* The same was said of another queue of this interface */
static const struct verdict_row *said_before(const struct page *p, const struct verdict_row *v)
{
	for (const struct verdict_row *o = p->v->v; o < v; o++)
		if (o->rule == v->rule && same_iface(&o->at, &v->at) && verdict_is_problem(o))
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

		paragraph(p, text, TEXT);
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

		paragraph(p, same, TEXT);
		return;
	}
	paragraph(p, meaning, TEXT);
	print_proof(p, v);
	paragraph(p, text, TEXT);
	print_consequences(p, v);
}

static void print_verdicts(const struct page *p)
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
		paragraph(p, meaning, TEXT);
		print_proof(p, v);
	}
}

/* What is not certain of the evidence itself */

static void print_inconsistencies(const struct page *p)
{
	for (size_t i = 0; i < p->v->n_inconsistencies; i++) {
		const struct inconsistency_row *d = &p->v->inconsistencies[i];
		FREE char *meaning = template_fill(d->rule->template, &d->at, false);
		FREE char *text = str_printf("Doubtful, %s: %s", d->at.queue->name,
					     str_known(meaning));

		if (i == 0)
			fputc('\n', p->f);
		paragraph(p, text, 0);
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

	paragraph(p, text, FIRST);
}

static void print_not_excluded(const struct page *p)
{
	if (!p->v->n_not_excluded)
		return;
	fputc('\n', p->f);
	out_say(p->f, p->s, "Can't be excluded, because evidence is missing:");
	for (size_t i = 0; i < p->v->n_not_excluded; i++)
		if (first_of_its_rule(p, i))
			print_not_excluded_rule(p, p->v->not_excluded[i].rule->name);
}

/* Known defects */

/* Which of them are shown: those that look like a verdict, then the weightiest */
static size_t choose_defects(const struct page *p, bool *chosen)
{
	const struct relevant *t = &p->d->defects;
	size_t most = p->d->options.verbose ? t->n : DEFECTS_SHOWN_MAX, n = 0;

	for (int fits = 1; fits >= 0; fits--)
		for (size_t i = 0; i < t->n && n < most; i++) {
			if (chosen[i] || (fits && !t->v[i].fits.n))
				continue;
			chosen[i] = true;
			n++;
		}
	return n;
}

/* "tap0 of 42", where it isn't all of them */
static char *defect_places(const struct page *p, const struct relevant_row *row)
{
	STRV_CLEAN struct strv names = { 0 };

	for (size_t i = 0;
	     i < row->n_at && row->n_at < p->d->defects.n_devs && names.n < NAMED_MAX; i++) {
		const char *iface = row->at[i].dev->iface;

		strv_addf(&names, "%s of %llu", *iface ? iface : "?", row->at[i].guest->pid.n);
	}
	if (row->n_at > names.n && names.n == NAMED_MAX)
		strv_add(&names, "…");
	return strv_join(&names, ", ");
}

static void print_more_of(const struct page *p, const struct relevant_row *row)
{
	const struct defect *e = row->match.entry;
	FREE char *needs = defect_needs_explained(e->features, e->setup);
	FREE char *places = defect_places(p, row);
	FREE char *why = defect_why_text(row->match.why, &p->d->defects.kernel);
	FREE char *where = places && *places ? str_printf("Concerns: %s.", places) : NULL;
	const char *need = needs && *needs ? needs : "nothing special";
	FREE char *text = str_printf("Needs: %s.%s%s Repaired by commit %s.", need,
				     where ? " " : "", str_empty(where), e->commit);
	FREE char *open = why && *why ? str_printf("Not certain: %s.", why) : NULL;

	paragraph(p, text, TEXT);
	if (open)
		paragraph(p, open, TEXT);
}

/* What is not known is whether it is set up like this */
static char *defect_condition(const struct relevant_row *row)
{
	const struct defect *e = row->match.entry;
	struct features open = features_but(e->features, row->setup.features_known);
	FREE char *needs = defect_needs_explained(open, e->setup & ~row->setup.has_known);

	return needs ? str_printf("only with %s", needs) : NULL;
}

/* Why it is only DEFECT_MAY; "" where it isn't */
static char *defect_open(const struct relevant_row *row)
{
	if (row->match.certainty != DEFECT_MAY)
		return strdup("");
	if (row->match.why == WHY_SETUP)
		return defect_condition(row);
	return strdup(defect_why_short(row->match.why));
}

static void print_defect(const struct page *p, const struct relevant_row *row)
{
	const struct defect *e = row->match.entry;
	bool may = row->match.certainty == DEFECT_MAY, verbose = p->d->options.verbose;
	FREE char *why = defect_open(row);
	FREE char *rest = str_printf("(%s, %s), %s%s%s", defect_effect_name(e->effect),
				     defect_severity_name(e->severity),
				     defect_certainty_text(row->match.certainty), may ? ": " : "",
				     str_known(why));
	FREE char *fixed =
		verbose ? defect_fixed_text(e) : defect_fixed_near(e, &p->d->defects.kernel);
	FREE char *title = str_printf("%.*s; fixed in %s",
				      (int)(strlen(e->title) - str_ends_with(e->title, ".")),
				      e->title, str_known(fixed));
	FREE char *names = row->fits.n ? strv_join(&row->fits, ", ") : NULL;
	FREE char *like = names ? str_printf("May be the cause of %s: %s", names, e->symptom) :
				  strdup(e->symptom);

	fprintf(p->f, "%*s%s%s%s ", FIRST, "", colour(p, names ? "\033[1;33m" : "\033[1m"), e->id,
		colour(p, "\033[0m"));
	wrap(p, rest, TEXT, FIRST + out_places(e->id) + 1);
	fputc('\n', p->f);
	paragraph(p, title, TEXT);
	if (names || verbose)
		paragraph(p, like, TEXT);
	if (verbose)
		print_more_of(p, row);
}

/* " (list of 2026-11-28)" */
static char *defects_date(const struct page *p)
{
	const char *date = p->d->defect_table.date;

	return date ? str_printf(" (list of %s)", date) : strdup("");
}

/* Behind a healthy guest: how many there are, and how to see them */
static bool print_defect_count(const struct page *p, const char *date)
{
	const struct relevant *t = &p->d->defects;
	const char *release = p->d->evidence->release;
	size_t certain = 0;

	for (size_t i = 0; i < t->n; i++)
		certain += t->v[i].match.certainty == DEFECT_AFFECTED;
	if (!t->n)
		out_say(p->f, p->s,
			"Known defects: none on record applies to kernel %s with the set-up of "
			"these guests%s.",
			release, date);
	else if (!verdicts_problems(p->v) && !p->d->options.verbose)
		out_say(p->f, p->s,
			"Known defects of kernel %s that these guests can meet: %zu certain, %zu "
			"possible%s. -v shows them.",
			release, certain, t->n - certain, date);
	else
		return false;
	return true;
}

static void print_defects(const struct page *p)
{
	const struct relevant *t = &p->d->defects;
	FREE bool *chosen = t->n ? calloc(t->n, sizeof(*chosen)) : NULL;
	FREE char *date = defects_date(p);
	size_t shown = chosen ? choose_defects(p, chosen) : 0;

	if (!p->d->defects_known)
		return;
	fputc('\n', p->f);
	if (print_defect_count(p, str_empty(date)))
		return;
	out_say(p->f, p->s,
		"Known defects that kernel %s has or may have%s:", p->d->evidence->release,
		str_empty(date));
	for (size_t i = 0; i < t->n && chosen; i++)
		if (chosen[i])
			print_defect(p, &t->v[i]);
	if (shown < t->n)
		fprintf(p->f, "%*sand %zu more: -v\n", FIRST, "", t->n - shown);
}

static void print_begin(const struct page *p)
{
	const struct evidence *e = p->d->evidence, *all = &p->d->watch.evidence;
	const char *release = *e->release ? e->release : "?";

	if (e == all)
		out_say(p->f, p->s, "Watched for %llu.%llu s, %llu sample%s, kernel %s",
			e->watched_ms.n / 1000, e->watched_ms.n % 1000 / 100, e->dumps,
			str_plural(e->dumps), release);
	else
		out_say(p->f, p->s,
			"The last %llu.%llu s of %llu.%llu s watched, %llu of %llu sample%s, "
			"kernel %s",
			e->watched_ms.n / 1000, e->watched_ms.n % 1000 / 100,
			all->watched_ms.n / 1000, all->watched_ms.n % 1000 / 100, e->dumps,
			all->dumps, str_plural(all->dumps), release);
}

/* No more than the evidence is good for */
static void print_all_clear(const struct page *p)
{
	size_t queues = p->v->n_queues, unknown = 0;

	for (size_t i = 0; i < queues; i++)
		unknown += p->v->queues[i].health == HEALTH_UNKNOWN;
	if (p->d->evidence->cut || unknown)
		out_say(p->f, p->s,
			"No problem was seen on %zu queue%s, but the evidence is too little to "
			"exclude one.",
			queues, str_plural(queues));
	else if (p->v->n_not_excluded)
		out_say(p->f, p->s,
			"No problem was seen on %zu queue%s. Above are the verdicts that can't be "
			"excluded.",
			queues, str_plural(queues));
	else
		out_say(p->f, p->s, "No problem on %zu queue%s.", queues, str_plural(queues));
}

static void print_sum(const struct page *p)
{
	STRV_CLEAN struct strv names = { 0 };
	size_t problems = verdicts_problems(p->v), queues = p->v->n_queues;

	for (size_t i = 0; i < p->v->n && names.n < NAMED_MAX; i++)
		if (verdict_is_problem(&p->v->v[i]))
			strv_addf(&names, "%s on %s of %llu", p->v->v[i].rule->name,
				  p->v->v[i].at.queue->name, p->v->v[i].at.guest->pid.n);

	FREE char *joined = strv_join(&names, ", ");

	fputc('\n', p->f);
	if (p->d->evidence->cut)
		out_say(p->f, p->s,
			"The last sample is truncated: only the part that is there was judged.");
	if (problems)
		out_say(p->f, p->s, "%zu problem%s on %zu queue%s: %s%s.", problems,
			str_plural(problems), queues, str_plural(queues), str_known(joined),
			problems > names.n ? " …" : "");
	else
		print_all_clear(p);
}

static int write_text(const void *answer, const struct out_style *s, FILE *f)
{
	const struct diagnosis *d = answer;
	struct page p = { d, &d->verdicts, s, f };

	print_begin(&p);
	print_queues(&p);
	print_verdicts(&p);
	print_inconsistencies(&p);
	print_not_excluded(&p);
	print_defects(&p);
	print_sum(&p);
	return 0;
}

WRITER(diagnosis_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
