// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump for a person: of each device what it is, then its queues beside each other,
 * vhost's view beside the guest's, then what doesn't hold.
 */
#include "cmd/dump/text.h"

#include <time.h>

#include "base/str.h"
#include "base/strv.h"
#include "dump/dump.h"
#include "print/table.h"

/* "NAME: TEXT", broken where it is long. @text is clean */
static void say(const struct page *p, const char *name, const char *text)
{
	fprintf(p->f, "%*s%s: ", FIRST, "", name);
	out_wrap(p->f, p->s, text, FIRST + 2, FIRST + out_places(name) + 2);
	fputc('\n', p->f);
}

/* All bits as one number */
static char *features_shown(const struct dump_dev *d)
{
	char shown[FIELD_SHOWN];

	if (value_known(d->features) && value_known(d->features_high) && d->features_high.n)
		return str_printf("0x%llx%016llx", d->features_high.n, d->features.n);
	return strdup(dump_shown(KIND_DEV, "features", d, shown));
}

static void print_features(const struct page *p, const struct dump_dev *d)
{
	STRV_CLEAN struct strv features = { 0 };
	STRV_CLEAN struct strv backend = { 0 };
	char b[FIELD_SHOWN];

	dump_feature_names(features_of(d->features, d->features_high), !strcmp(d->kind, "net"),
			   &features);
	dump_backend_feature_names(d->backend_features, &backend);

	FREE char *names = strv_join(&features, ", ");
	FREE char *backend_names = strv_join(&backend, ", ");
	FREE char *shown = features_shown(d);
	FREE char *line = str_printf("%s%s%s", str_empty(names), features.n ? ", " : "",
				     str_known(shown));
	FREE char *backend_line = str_printf("%s%s%s", str_empty(backend_names),
					     backend.n ? ", " : "",
					     dump_shown(KIND_DEV, "backend_features", d, b));

	say(p, "features", str_known(line));
	say(p, "backend features", str_known(backend_line));
}

static const char *state_word(const char *state)
{
	static const struct {
		char state;
		const char *word;
	} words[] = {
		{ 'R', "running" }, { 'S', "sleeping" }, { 'D', "blocked" }, { 'T', "stopped" },
		{ 't', "traced" }, { 'I', "idle" }, { 'Z', "ended" }, { 'X', "ended" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (*state == words[i].state)
			return words[i].word;
	return "in an unknown state";
}

static void print_worker(const struct page *p, const struct dump_worker *w)
{
	char worker[FIELD_SHOWN], tid[FIELD_SHOWN], cpu[FIELD_SHOWN];
	FREE char *comm = dump_clean(known(w->comm), NAME_PLACES);
	FREE char *form = dump_clean(known(w->form), NAME_PLACES);
	FREE char *name = str_printf("worker %s", dump_shown(KIND_WORKER, "worker", w, worker));
	const char *waits = w->pending.n ? "work waits" : "no work waits";
	FREE char *text = str_printf("thread %s %s (%s), %s, CPU %s, %s",
				     dump_shown(KIND_WORKER, "tid", w, tid), str_known(comm),
				     str_known(form), state_word(w->state),
				     dump_shown(KIND_WORKER, "cpu", w, cpu),
				     value_known(w->pending) ? waits : "work waits: ?");

	say(p, name ? name : "worker", str_known(text));
}

static void print_device(const struct page *p, const struct dump_dev *d)
{
	char dev[FIELD_SHOWN], pair[FIELD_SHOWN], fd[FIELD_SHOWN], owner[FIELD_SHOWN],
	     regions[FIELD_SHOWN], entries[FIELD_SHOWN];
	FREE char *kind = dump_clean(known(d->kind), NAME_PLACES);
	FREE char *iface = dump_clean(known(d->iface), NAME_PLACES);
	FREE char *head = str_printf("Device %s: %s, interface %s, queue pair %s, fd %s, owner %s",
				     dump_shown(KIND_DEV, "dev", d, dev), str_known(kind),
				     str_known(iface), dump_shown(KIND_DEV, "pair", d, pair),
				     dump_shown(KIND_DEV, "fd", d, fd),
				     dump_shown(KIND_DEV, "owner", d, owner));
	const char *iotlb =
		value_is(d->iotlb, 1) ? dump_shown(KIND_DEV, "iotlb_entries", d, entries) : NULL;
	FREE char *memory = str_printf("regions %s, IOTLB %s%s%s, dirty log %s",
				       dump_shown(KIND_DEV, "regions", d, regions),
				       yes_or_no(d->iotlb, "on", "off"), iotlb ? ", entries " : "",
				       str_empty(iotlb), yes_or_no(d->log, "on", "off"));

	fprintf(p->f, "\n%s", colour(p, "\033[1m"));
	out_wrap(p->f, p->s, str_known(head), FIRST, 0);
	fprintf(p->f, "%s\n", colour(p, "\033[0m"));
	print_features(p, d);
	say(p, "memory", str_known(memory));
	for (size_t i = 0; i < d->n_workers; i++)
		print_worker(p, &d->workers[i]);
}

static void print_guest(const struct page *p, const struct dump_guest *g)
{
	char pid[FIELD_SHOWN];
	FREE char *name = dump_clean(g->name, NAME_PLACES);
	FREE char *comm = dump_clean(known(g->comm), NAME_PLACES);
	FREE char *head = str_printf("Guest %s%s%s (%s)", dump_shown(KIND_GUEST, "pid", g, pid),
				     name && *name ? " " : "", str_empty(name), str_known(comm));

	fprintf(p->f, "\n%s", colour(p, "\033[1m"));
	out_wrap(p->f, p->s, str_known(head), FIRST, 0);
	fprintf(p->f, "%s\n", colour(p, "\033[0m"));
	for (size_t i = 0; i < g->n_devs; i++) {
		struct place at = { .dump = p->now, .guest = g, .dev = &g->devs[i] };

		print_device(p, at.dev);
		dump_text_queues(p, &at);
		for (size_t q = 0; q < at.dev->n_vqs; q++)
			dump_text_rings(&at.dev->vqs[q], p->s, p->f);
		dump_text_findings(p, at.dev);
	}
}

static void print_head(const struct page *p)
{
	const struct dump *d = p->now;
	char when[40] = "?", seq[FIELD_SHOWN], us[FIELD_SHOWN];
	time_t t = (time_t)(d->time_us.n / 1000000);
	struct tm tm;

	if (value_known(d->time_us) && localtime_r(&t, &tm))
		strftime(when, sizeof(when), "%F %T", &tm);
	out_say(p->f, p->s, "Dump %s, %s, kernel %s, taken in %s us",
		dump_shown(KIND_DUMP, "seq", d, seq), when, known(d->release),
		dump_shown(KIND_END, "us", d, us));
}

static void print_sum(const struct page *p)
{
	const struct dump *d = p->now;
	const struct dump_findings *r = p->findings;
	size_t queues = dump_queues(d), notes = dump_findings_notices(r);
	char lost[FIELD_SHOWN], unreadable[FIELD_SHOWN];

	fputc('\n', p->f);
	for (size_t i = 0; i < d->n_gone; i++)
		out_say(p->f, p->s, "Process %llu is gone: %s", d->gone[i].pid.n,
			known(d->gone[i].why));
	if (!d->whole)
		out_say(p->f, p->s, "This dump is truncated: its end is missing.");
	else if (!value_is(d->lost, 0) || !value_is(d->unreadable, 0))
		out_say(p->f, p->s,
			"Queues that were lost while the dump was taken: %s; rings that could "
			"not be read: %s.",
			dump_shown(KIND_END, "lost", d, lost),
			dump_shown(KIND_END, "unreadable", d, unreadable));
	dump_text_broken(p);
	out_say(p->f, p->s, "%zu queue%s of %zu guest%s: %zu broken, %zu perhaps, %zu note%s.",
		queues, str_plural(queues), d->n_guests, str_plural(d->n_guests),
		dump_findings_broken(r, true), dump_findings_broken(r, false), notes,
		str_plural(notes));
}

void dump_text(const struct dump *d, const struct dump *before, const struct dump_findings *r,
	       const struct out_style *s, FILE *f)
{
	struct page p = { d, before, r, s, f };

	print_head(&p);
	for (size_t i = 0; i < d->n_guests; i++)
		print_guest(&p, &d->guests[i]);
	print_sum(&p);
}
