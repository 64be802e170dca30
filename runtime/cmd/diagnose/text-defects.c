// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the known defects of the kernel as text. */
#include "cmd/diagnose/text.h"

#include "base/str.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "print/table.h"

#define DEFECTS_SHOWN_MAX 5	/* without -v */

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

	page_paragraph(p, text, TEXT);
	if (open)
		page_paragraph(p, open, TEXT);
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

	fprintf(p->f, "%*s%s%s%s ", FIRST, "",
		page_colour(p, names ? "\033[1;33m" : "\033[1m"), e->id,
		page_colour(p, "\033[0m"));
	page_wrap(p, rest, TEXT, FIRST + out_places(e->id) + 1);
	fputc('\n', p->f);
	page_paragraph(p, title, TEXT);
	if (names || verbose)
		page_paragraph(p, like, TEXT);
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

void text_defects(const struct page *p)
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
