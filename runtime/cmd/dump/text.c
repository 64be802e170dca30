// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A dump for a person: of each device what it is, then its queues beside each other,
 * vhost's view beside the guest's, then what doesn't hold.
 */
#include "cmd/dump/dump.h"

#include <time.h>

#include "base/gate.h"
#include "base/str.h"
#include "base/strv.h"
#include "dump/dump.h"
#include "print/table.h"

#define LABEL 18		/* places of the names of rows */
#define VIEW 14			/* of vhost's view, and of the guest's */
#define QUEUE (2 * VIEW + 2)
#define NAME_PLACES 60
#define NAMED_MAX 8		/* of what is broken, in the last lines */
#define FIRST 2			/* what a device's lines begin with */

struct page {
	const struct dump *now, *before;
	const struct dump_findings *findings;
	const struct out_style *s;
	FILE *f;
};

/* What a row shows: of vhost's view and of the guest's, or one for both */
struct row {
	const char *label;
	const char *vhost, *guest;
	const char *(*one)(const struct dump_vq *q, char *text, size_t size);
};

static const char *next_signal(const struct dump_vq *q, char *text, size_t size)
{
	struct value after = q->derived.notify_after;
	const char *why = q->derived.notify_reason;

	if (after.state == VALUE_NONE)
		snprintf(text, size, "none (%s)", why);
	else if (!value_known(after) && *why)
		snprintf(text, size, "? (%s)", why);
	else if (!value_known(after))
		snprintf(text, size, "?");
	else if (after.n == 1)
		snprintf(text, size, "with the next (%s)", why);
	else if (value_known(q->num) && after.n > q->num.n)
		snprintf(text, size, "not soon: it polls?");
	else
		snprintf(text, size, "after %llu (%s)", after.n, why);
	return text;
}

static const char *yes_or_no(struct value v, const char *yes, const char *no)
{
	if (!value_known(v))
		return "?";
	return v.n ? yes : no;
}

static const char *byte_order(const struct dump_vq *q, char *text, size_t size)
{
	snprintf(text, size, "%s", yes_or_no(q->is_le, "little-endian", "big-endian"));
	return text;
}

static const char *signalled(const struct dump_vq *q, char *text, size_t size)
{
	char shown[FIELD_SHOWN];
	const struct field *f = dump_field(KIND_VQ, "signalled_used", strlen("signalled_used"));

	snprintf(text, size, "%s%s", field_show(f, q->signalled_used, shown),
		 value_is(q->signalled_used_valid, 0) ? " (not valid)" : "");
	return text;
}

static const struct row rows[] = {
	{ "size", "vq.num", NULL, NULL },
	{ "backend", "vq.backend", NULL, NULL },
	{ "worker", "vq.worker", NULL, NULL },
	{ "", NULL, NULL, NULL },
	{ "avail index", "vq.avail_idx", "ring.avail_idx", NULL },
	{ "taken up to", "vq.last_avail_idx", NULL, NULL },
	{ "used index", "vq.last_used_idx", "ring.used_idx", NULL },
	{ "notified up to", NULL, NULL, signalled },
	{ "used event", NULL, "ring.used_event", NULL },
	{ "avail event", NULL, "ring.avail_event", NULL },
	{ "avail flags", NULL, "ring.avail_flags", NULL },
	{ "used flags", "vq.used_flags", "ring.used_flags", NULL },
	{ "pending", "derived.pending", NULL, NULL },
	{ "in flight", "derived.in_flight", NULL, NULL },
	{ "free", NULL, "derived.free", NULL },
	{ "next notification", NULL, NULL, next_signal },
	{ "asks for a kick", "derived.would_kick", NULL, NULL },
	{ "kick eventfd", "vq.kick", NULL, NULL },
	{ "call eventfd", "vq.call", NULL, NULL },
	{ "error eventfd", "vq.error", NULL, NULL },
	{ "busy poll, us", "vq.busyloop_us", NULL, NULL },
	{ "byte order", NULL, NULL, byte_order },
	{ "logs used ring", "vq.log_used", NULL, NULL },
	{ "log address", "vq.log_addr", NULL, NULL },
	{ "descriptors at", "vq.desc", NULL, NULL },
	{ "avail ring at", "vq.avail", NULL, NULL },
	{ "used ring at", "vq.used", NULL, NULL },
	{ "lock held", "vq.busy", NULL, NULL },
};

/* The same queue in the dump before */
static struct place place_before(const struct page *p, const struct place *now)
{
	const struct dump_guest *g = dump_find_guest(p->before, now->guest->pid);
	const struct dump_dev *d = dump_find_same_dev(g, now->dev);

	return (struct place){
		.dump = p->before, .guest = g, .dev = d, .vq = dump_find_vq(d, now->vq->queue),
	};
}

static const char *colour(const struct page *p, const char *code)
{
	return p->s->colour ? gate_sign(code) : "";
}

/* @text in @width places, with '*' where it is @changed */
static void put_cell(const struct page *p, const char *text, unsigned int width, bool changed)
{
	unsigned int places = out_places(text) + changed;

	if (changed)
		fprintf(p->f, "%s%s*%s", colour(p, "\033[33m"), text, colour(p, "\033[0m"));
	else
		fputs(text, p->f);
	fprintf(p->f, "%*s", places < width ? (int)(width - places) : 1, "");
}

static void put_value(const struct page *p, const struct place *at, const char *name,
		      unsigned int width)
{
	struct place old = place_before(p, at);
	struct value v = { 0 }, was = { 0 };
	const struct field *f = NULL;
	const char *text = NULL;
	char shown[FIELD_SHOWN];
	bool changed;

	if (!name || !place_value(at, name, &f, &v, &text)) {
		put_cell(p, "", width, false);
		return;
	}
	changed = old.vq && place_value(&old, name, &f, &was, &text) &&
		  (v.state != was.state || (value_known(v) && v.n != was.n));
	put_cell(p, field_show(f, v, shown), width, changed);
}

static void put_one(const struct page *p, const struct place *at, const struct row *row)
{
	struct place old = place_before(p, at);
	char text[64], was[64];

	row->one(at->vq, text, sizeof(text));
	put_cell(p, text, QUEUE, old.vq && strcmp(text, row->one(old.vq, was, sizeof(was))) != 0);
}

/* Lines are put together in memory: blanks at their ends go */
static void print_row(const struct page *p, struct place at, const struct row *row,
		      const size_t *queues, size_t n)
{
	FREE char *line = NULL;
	size_t len;
	struct page in_memory = *p;

	in_memory.f = open_memstream(&line, &len);
	if (!in_memory.f)
		return;
	fprintf(in_memory.f, "%*s%-*s", FIRST, "", LABEL, row->label);
	for (size_t i = 0; i < n; i++) {
		at.vq = &at.dev->vqs[queues[i]];
		if (row->one) {
			put_one(&in_memory, &at, row);
		} else if (row->vhost || row->guest) {
			/* without a guest's view beside it a long value has room */
			put_value(&in_memory, &at, row->vhost, row->guest ? VIEW : QUEUE);
			if (row->guest)
				put_value(&in_memory, &at, row->guest, QUEUE - VIEW);
		} else {
			put_cell(&in_memory, *row->label ? at.vq->queue : "vhost", VIEW, false);
			put_cell(&in_memory, *row->label ? "" : "guest", QUEUE - VIEW, false);
		}
	}
	fclose(in_memory.f);
	while (line && len && line[len - 1] == ' ')
		line[--len] = '\0';
	fprintf(p->f, "%s\n", str_empty(line));
}

static bool is_set_up(const struct dump_vq *q)
{
	return strcmp(q->ring.error, "not_set_up") != 0 || value_is(q->backend, 1);
}

/*
 * Queues that nobody has set up yet, or will (a vhost-scsi has more than a hundred), have no
 * columns
 */
static void print_unused(const struct page *p, const struct dump_dev *d)
{
	const struct dump_vq *first = NULL, *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < d->n_vqs; i++)
		if (!is_set_up(&d->vqs[i])) {
			first = first ? first : &d->vqs[i];
			last = &d->vqs[i];
			n++;
		}
	if (!n)
		return;

	FREE char *from = dump_clean(first->queue, NAME_PLACES);
	FREE char *to = dump_clean(last->queue, NAME_PLACES);

	fprintf(p->f, "\n%*sNot set up: ", FIRST, "");
	if (n > 2)
		fprintf(p->f, "%zu queues from %s to %s\n", n, str_known(from), str_known(to));
	else if (n > 1)
		fprintf(p->f, "%s and %s\n", str_known(from), str_known(to));
	else
		fprintf(p->f, "%s\n", str_known(from));
}

static void print_queues(const struct page *p, const struct place *at)
{
	static const struct row names = { "QUEUE", NULL, NULL, NULL };
	size_t room = p->s->width > FIRST + LABEL ? p->s->width - FIRST - LABEL : 0;
	size_t together = room / QUEUE ? room / QUEUE : 1, n = 0;
	FREE size_t *queues = calloc(at->dev->n_vqs + 1, sizeof(*queues));

	for (size_t i = 0; queues && i < at->dev->n_vqs; i++)
		if (is_set_up(&at->dev->vqs[i]))
			queues[n++] = i;
	for (size_t from = 0; from < n; from += together) {
		size_t columns = together < n - from ? together : n - from;

		fprintf(p->f, "\n%s", colour(p, "\033[1m"));
		print_row(p, *at, &names, queues + from, columns);
		fputs(colour(p, "\033[0m"), p->f);
		for (size_t r = 0; r < ARRAY_SIZE(rows); r++)
			print_row(p, *at, &rows[r], queues + from, columns);
	}
	print_unused(p, at->dev);
	if (at->dev->n_vqs && !strcmp(at->dev->vqs[0].ring.error, "device"))
		fprintf(p->f,
			"\n"
			"%*sThe rings are in the device's own memory: their content is unknown.\n",
			FIRST, "");
}

/* "NAME: TEXT", broken where it is long. @text is clean */
static void say(const struct page *p, const char *name, const char *text)
{
	fprintf(p->f, "%*s%s: ", FIRST, "", name);
	out_wrap(p->f, p->s, text, FIRST + 2, FIRST + out_places(name) + 2);
	fputc('\n', p->f);
}

static const char *known(const char *text)
{
	return *text ? text : "?";
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

/* What is not as it must be */

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

static void print_findings(const struct page *p, const struct dump_dev *d)
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
		print_queues(p, &at);
		for (size_t q = 0; q < at.dev->n_vqs; q++)
			dump_text_rings(&at.dev->vqs[q], p->s, p->f);
		print_findings(p, at.dev);
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

/* Where to look, when there is much above it */
static void print_broken(const struct page *p)
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
	print_broken(p);
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
