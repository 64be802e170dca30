// SPDX-License-Identifier: GPL-2.0-or-later
/* What is not as it must be, below each device and at the end. */
#include "base/str.h"
#include "base/strv.h"
#include "cmd/dump/text.h"
#include "dump/dump.h"
#include "print/table.h"

#define NAMED_MAX 8		/* of what is broken, in the last lines */

static char *values_of(const struct dump_finding *r)
{
	STRV_CLEAN struct strv all = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(r->rule->shows) && r->rule->shows[i]; i++) {
		const char *text = NULL;
		const struct field *f;
		struct value v = { 0 };
		char shown[FIELD_SHOWN];

		if (!place_value(&r->place, r->rule->shows[i], &f, &v, &text))
			continue;
		FREE char *clean = text ? dump_clean(known(text), NAME_PLACES) : NULL;
		const char *plain = text ? str_known(clean) : field_show(f, v, shown);

		strv_addf(&all, "%s=%s", r->rule->shows[i], plain);
	}
	return strv_join(&all, " ");
}

static void print_finding(const struct page *p, const struct dump_finding *r)
{
	static const struct {
		const char *word, *colour;
	} kinds[] = {
		{ "BROKEN", "\033[1;31m" }, { "BROKEN?", "\033[33m" }, { "note", "\033[36m" },
	};
	size_t broken = r->sure ? 0 : 1;
	size_t kind = r->rule->class == NOTICE ? 2 : broken;
	unsigned int indent = FIRST + 9;
	FREE char *values = values_of(r);
	FREE char *queue = dump_clean(r->place.vq ? r->place.vq->queue : "", NAME_PLACES);
	const char *doubt = kind == 1 ? " (unless it is so only for a moment)" : "";
	FREE char *head = str_printf("%s%s%s: %s%s", str_empty(queue), queue && *queue ? " " : "",
				     r->rule->name, r->rule->meaning, doubt);

	fprintf(p->f, "%*s%s%-9s%s", FIRST, "", colour(p, kinds[kind].colour), kinds[kind].word,
		colour(p, "\033[0m"));
	out_wrap(p->f, p->s, str_known(head), indent, indent);
	fprintf(p->f, "\n%*s", (int)indent, "");
	out_wrap(p->f, p->s, str_known(values), indent, indent);
	fprintf(p->f, "\n%*s", (int)indent, "");
	out_wrap(p->f, p->s, r->rule->hint, indent, indent);
	fputc('\n', p->f);
}

void dump_text_findings(const struct page *p, const struct dump_dev *d)
{
	bool any = false;

	for (size_t i = 0; i < p->findings->n; i++) {
		if (p->findings->v[i].place.dev != d)
			continue;
		if (!any)
			fputc('\n', p->f);
		any = true;
		print_finding(p, &p->findings->v[i]);
	}
}

void dump_text_broken(const struct page *p)
{
	const struct dump_findings *r = p->findings;
	STRV_CLEAN struct strv all = { 0 };
	size_t left = dump_findings_broken(r, true);

	for (size_t i = 0; i < r->n && all.n < NAMED_MAX; i++) {
		const struct place *at = &r->v[i].place;

		if (!r->v[i].sure)
			continue;
		if (at->vq)
			strv_addf(&all, "%llu %s %s", at->guest->pid.n, at->vq->queue,
				  r->v[i].rule->name);
		else
			strv_addf(&all, "%llu %s", at->guest->pid.n, r->v[i].rule->name);
		left--;
	}
	FREE char *joined = strv_join(&all, ", ");

	if (all.n && left)
		out_say(p->f, p->s, "Broken: %s, and %zu more", str_known(joined), left);
	else if (all.n)
		out_say(p->f, p->s, "Broken: %s", str_known(joined));
}
