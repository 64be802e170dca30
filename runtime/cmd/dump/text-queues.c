// SPDX-License-Identifier: GPL-2.0-or-later
/* Queues beside each other, vhost's view beside the guest's. */
#include "base/str.h"
#include "cmd/dump/text.h"
#include "dump/dump.h"
#include "print/table.h"

#define LABEL 18		/* places of the names of rows */
#define VIEW 14			/* of vhost's view, and of the guest's */
#define QUEUE (2 * VIEW + 2)

/* What a row shows: of vhost's view and of the guest's, or one for both */
struct row {
	const char *label;
	const char *vhost, *guest;
	const char *(*one)(const struct dump_vq *q, char *text, size_t size);
};

static const char *next_notification(const struct dump_vq *q, char *text, size_t size)
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
	{ "next notification", NULL, NULL, next_notification },
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
 * Queues that are not set up, and may never be (a vhost-scsi has more than a hundred), have no
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

void dump_text_queues(const struct page *p, const struct place *at)
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
