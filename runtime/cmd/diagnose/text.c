// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A diagnosis for a person: of each guest's interface what it lost and a line a queue, then what is
 * wrong with its proof and what to do, then what is worth knowing, what doesn't fit together, what
 * could not be seen, and the kernel's known defects.
 */
#include "cmd/diagnose/text.h"

#include "base/str.h"
#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "print/table.h"
#include "print/writer.h"

#define SECONDS_TEXT 32

/* "4.9", "?" */
static const char *seconds(struct value ms, char text[SECONDS_TEXT])
{
	if (!value_known(ms))
		return "?";
	snprintf(text, SECONDS_TEXT, "%llu.%llu", ms.n / 1000, ms.n % 1000 / 100);
	return text;
}

static void print_begin(const struct page *p)
{
	const struct evidence *e = p->d->evidence, *all = &p->d->watch.evidence;
	const char *release = *e->release ? e->release : "?";
	char text[SECONDS_TEXT], all_text[SECONDS_TEXT];

	if (e == all)
		out_say(p->f, p->s, "Watched for %s s, %llu sample%s, kernel %s",
			seconds(e->watched_ms, text), e->dumps, str_plural(e->dumps), release);
	else
		out_say(p->f, p->s,
			"The last %s s of %s s watched, %llu of %llu sample%s, kernel %s",
			seconds(e->watched_ms, text), seconds(all->watched_ms, all_text), e->dumps,
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
	text_queues(&p);
	text_verdicts(&p);
	text_inconsistencies(&p);
	text_not_excluded(&p);
	text_defects(&p);
	print_sum(&p);
	return 0;
}

WRITER(diagnosis_writers) = { .name = "text", .place = 1, .prose = true, .print = write_text };
