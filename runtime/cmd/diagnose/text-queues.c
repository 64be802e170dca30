// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: the guests, their interfaces and queues as text. */
#include "cmd/diagnose/text.h"

#include "base/str.h"
#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"
#include "print/table.h"

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
	FREE char *name = page_clean(row->at.queue->name);
	FREE char *what = rates(&row->at.queue->metrics);

	fprintf(p->f, "%*s%-8s %s%-9s%s%-12s", FIRST, "", str_known(name),
		page_colour(p, states[row->health].colour), states[row->health].word,
		page_colour(p, "\033[0m"), row->at.queue->metrics.rx ? "to guest" : "from guest");
	page_wrap(p, what, at, at);
	fputc('\n', p->f);
}

/* With -v: all that is known of it, or of @of a direction of its interface */
static void print_metrics(const struct page *p, const struct subject *at, enum metric_of of)
{
	for (size_t i = 0; i < n_metrics; i++) {
		const struct metric *f = &metrics[i];
		char shown[METRIC_SHOWN];
		FREE char *value = page_clean(metric_show(f, &at->queue->metrics, shown));
		FREE char *text =
			str_printf("%s: %s", f->key, metric_meaning(f, &at->queue->metrics));

		if (f->of != of || !metric_known(f, &at->queue->metrics))
			continue;
		page_metric(p, value, text);
	}
}

static void print_head(const struct page *p, const struct subject *at)
{
	FREE char *guest = subject_guest(at);
	const char *iface = *at->dev->iface ? at->dev->iface : "?";
	FREE char *head =
		str_printf("Guest %s, interface %s%s", str_known(guest), iface,
			   at->guest->gone || at->dev->gone ? " (gone before the end)" : "");

	fprintf(p->f, "\n%s", page_colour(p, "\033[1m"));
	page_wrap(p, head, FIRST, 0);
	fprintf(p->f, "%s\n", page_colour(p, "\033[0m"));
}

/* The first queue of that direction of the interface, whose metrics have what is the interface's */
static const struct subject *first_queue(const struct page *p, const struct subject *at, bool rx)
{
	for (size_t i = 0; i < p->v->n_queues; i++) {
		const struct subject *o = &p->v->queues[i].at;

		if (page_same_iface(o, at) && o->queue->metrics.rx == rx)
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

	page_paragraph(p, value_known(f->lost) ? text : "Lost to the guest: ?", FIRST);
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

void text_queues(const struct page *p)
{
	for (size_t i = 0; i < p->v->n_queues; i++) {
		const struct health_row *row = &p->v->queues[i];

		if (!i || !page_same_iface(&row[-1].at, &row->at))
			print_iface(p, &row->at);
		print_queue(p, row);
		if (p->d->options.verbose)
			print_metrics(p, &row->at, METRIC_QUEUE);
	}
}
