// SPDX-License-Identifier: GPL-2.0-or-later
/* The merged tree and the slowest calls, for a person. */
#include "cmd/report/report.h"

#include "base/str.h"
#include "callgraph/slowest.h"
#include "callgraph/tree.h"
#include "print/table.h"
#include "print/units.h"

#define BELOW 0.01		/* of a slow call, what isn't worth a line */
#define LINES_MAX 24		/* of a slow call */
#define LEVELS_SHOWN 40		/* by which deep calls are set in */

static void put_name(const struct function *fn, size_t level, FILE *f)
{
	FREE char *name = str_escape(fn->name, fn->name_len);

	if (level > LEVELS_SHOWN)
		level = LEVELS_SHOWN;
	fprintf(f, "  %*s%s\n", (int)(2 * level), "", str_known(name));
}

/* What of a node's callees isn't shown is one line */
static void put_rest(const struct report *r, uint64_t calls, uint64_t timed, int64_t time,
		     size_t level, FILE *f)
{
	const struct graph *g = r->graph;
	char n[UNITS_TEXT];

	if (!calls || 100.0 * (double)time < r->options->share * (double)graph_tree(g)->root.total)
		return;
	fprintf(f, "%6.1f%%", 100.0 * (double)time / (double)graph_tree(g)->root.total);
	if (g->durations)
		fprintf(f, "%9s%9s", units_time(timed ? time : UNKNOWN, n), "");
	if (level > LEVELS_SHOWN)
		level = LEVELS_SHOWN;
	fprintf(f, "%12s  %*s…\n", units_count(calls, n), (int)(2 * level), "");
}

static void put_node(const struct report *r, const struct node *n, size_t level, FILE *f)
{
	const struct graph *g = r->graph;
	char text[UNITS_TEXT];

	fprintf(f, "%6.1f%%", 100.0 * (double)n->total / (double)graph_tree(g)->root.total);
	if (g->durations) {
		fprintf(f, "%9s", units_time(n->timed ? n->total : UNKNOWN, text));
		fprintf(f, "%9s", units_time(n->selfed ? n->self : UNKNOWN, text));
	}
	fprintf(f, "%12s", units_count(n->calls, text));
	put_name(n->function, level, f);
}

static bool worth(const struct report *r, const struct node *n, size_t level)
{
	double all = (double)graph_tree(r->graph)->root.total;

	return 100.0 * (double)n->total >= r->options->share * all &&
	       (!r->options->depth || level < r->options->depth);
}

static void put_hidden(const struct report *r, const struct node *parent, size_t level, FILE *f)
{
	uint64_t calls = 0, timed = 0;
	int64_t time = 0;

	for (const struct node *c = parent->first; c; c = c->next) {
		if (worth(r, c, level))
			continue;
		calls += c->calls;
		timed += c->timed;
		time += c->total;
	}
	/* what is below a whole level that isn't asked for says nothing */
	if (!r->options->depth || level < r->options->depth)
		put_rest(r, calls, timed, time, level, f);
}

void report_tree(const struct report *r, FILE *f)
{
	const struct node *root = &graph_tree(r->graph)->root, *n = root->first;
	size_t level = 0;

	if (!root->total) {
		fputs("  none: no call is in the trace together with its caller or its end\n", f);
		return;
	}
	if (r->graph->durations)
		fprintf(f, "%7s%9s%9s%12s\n", "share", "total", "self", "calls");
	else
		fprintf(f, "%7s%12s\n", "share", "calls");
	while (n) {
		/* children are sorted: the first that isn't worth a line ends them */
		if (worth(r, n, level)) {
			put_node(r, n, level, f);
			if (n->first) {
				level++;
				n = n->first;
				continue;
			}
			if (n->next) {
				n = n->next;
				continue;
			}
		}
		while (n != root) {
			n = n->parent;
			put_hidden(r, n, level, f);
			if (n == root)
				return;
			level--;
			if (n->next) {
				n = n->next;
				break;
			}
		}
	}
}

static void put_slow_head(const struct slow_call *s, size_t number, FILE *f)
{
	const struct record *rec = &s->record;
	FREE char *task = str_escape(s->task, strlen(s->task));
	char time[UNITS_TEXT];

	fprintf(f, "%zu. %s in %s", number, units_time(s->duration, time),
		rec->v[0].function->name);
	if (task && *task)
		fprintf(f, ", %s", task);
	if (rec->cpu >= 0)
		fprintf(f, ", CPU %d", rec->cpu);
	if (rec->time != UNKNOWN)
		fprintf(f, ", at %lld.%06lld s", (long long)(rec->time / 1000000000),
			(long long)(rec->time % 1000000000 / 1000));
	fprintf(f, ", line %llu\n", (unsigned long long)rec->line);
}

static int longer(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	if (x == y)
		return 0;
	return x < y ? 1 : -1;
}

/* What is no shorter than this gets a line */
static int64_t least_shown(const struct slow_call *s)
{
	const struct record *rec = &s->record;
	FREE int64_t *v = calloc(rec->n + 1, sizeof(*v));
	int64_t least = (int64_t)(BELOW * (double)s->duration);

	for (uint32_t i = 0; v && i < rec->n; i++)
		v[i] = rec->v[i].duration;
	if (!v || rec->n <= LINES_MAX)
		return least;
	qsort(v, rec->n, sizeof(*v), longer);
	return v[LINES_MAX - 1] > least ? v[LINES_MAX - 1] : least;
}

struct hidden {
	uint32_t n;
	int64_t time, least;
};

static void put_hidden_calls(struct hidden *h, uint32_t level, FILE *f)
{
	char time[UNITS_TEXT];

	if (h->n && h->time >= h->least)
		fprintf(f, "%9s  %*s… %u calls\n", units_time(h->time, time),
			(int)(2 * (level < LEVELS_SHOWN ? level : LEVELS_SHOWN)), "", h->n);
	h->n = 0;
	h->time = 0;
}

static void put_slow(const struct slow_call *s, FILE *f)
{
	const struct record *rec = &s->record;
	struct hidden h = { .least = least_shown(s) };
	/* what is below a hidden one is hidden in it */
	uint32_t below = UINT32_MAX, level = 1;
	char time[UNITS_TEXT];

	for (uint32_t i = 0; i < rec->n; i++) {
		const struct record_call *c = &rec->v[i];

		if (c->level > below)
			continue;
		below = UINT32_MAX;
		if (c->level != level)
			put_hidden_calls(&h, level, f);
		level = c->level;
		if (i && c->duration < h.least) {
			h.n++;
			h.time += c->duration != UNKNOWN ? c->duration : 0;
			below = c->level;
			continue;
		}
		put_hidden_calls(&h, level, f);
		fprintf(f, "%9s", units_time(c->duration, time));
		put_name(c->function, c->level, f);
	}
	put_hidden_calls(&h, level, f);
	if (rec->omitted)
		fprintf(f, "%9s  … %s shorter calls were not kept\n", "",
			units_count(rec->omitted, time));
}

void report_slowest(const struct report *r, FILE *f)
{
	for (size_t i = 0; i < graph_slowest(r->graph)->n; i++) {
		put_slow_head(&graph_slowest(r->graph)->v[i], i + 1, f);
		put_slow(&graph_slowest(r->graph)->v[i], f);
	}
}
