// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A report as one JSON object, stap-vhost.report/1: share/schemas/report.schema.json says what is
 * in it.
 */
#include "cmd/report/report.h"

#include <errno.h>

#include "callgraph/slowest.h"
#include "callgraph/timeline.h"
#include "callgraph/tree.h"
#include "print/json.h"
#include "print/writer.h"

static void put(struct json *in, const char *key, int64_t n)
{
	if (n == UNKNOWN)
		json_null_in(in, key);
	else
		json_number_in(in, key, n);
}

static void put_lines(struct json *top, const struct graph *g)
{
	static const char *const keys[LINE_KINDS] = {
		[LINE_CALL] = "calls", [LINE_HEADER] = "headers", [LINE_SWITCH] = "switches",
		[LINE_LOST] = "lost",
		[LINE_IRQ] = "interrupts", [LINE_COMMENT] = "comments", [LINE_BLANK] = "blank",
		[LINE_UNUSABLE] = "unusable",
	};
	struct json *o = json_object_in(top, "lines"), *a;

	json_number_in(o, "all", (long long)g->lines);
	for (size_t i = 0; i < LINE_KINDS; i++)
		json_number_in(o, keys[i], (long long)g->kinds[i]);
	json_number_in(o, "filtered_out", (long long)g->left_out);
	a = json_array_in(top, "unusable");
	for (size_t i = 0; i < UNUSABLE_KINDS; i++) {
		if (!g->unusable[i])
			continue;
		o = json_object_in(a, NULL);
		json_string_in(o, "why", unusable_reason(i));
		json_number_in(o, "lines", (long long)g->unusable[i]);
		json_number_in(o, "first", (long long)g->unusable_line[i]);
		json_string_in(o, "text", g->unusable_text[i]);
	}
}

static void put_facts(struct json *top, const struct graph *g)
{
	bool some = report_lost_unknown(g);
	struct json *a;

	json_number_in(top, "lost_places", (long long)g->lost_marks);
	put(top, "lost_events", some ? UNKNOWN : g->lost);
	put(top, "from_ns", g->first);
	put(top, "to_ns", g->last);
	json_bool_in(top, "durations", g->durations);
	json_number_in(top, "outermost", (long long)g->outermost);
	put(top, "outermost_ns", g->ended ? g->busy : UNKNOWN);
	json_number_in(top, "unfinished", (long long)g->unfinished);
	json_number_in(top, "unnamed_returns", (long long)g->unnamed_returns);
	json_number_in(top, "not_in_tree", (long long)graph_tree(g)->outside + (long long)graph_tree(g)->folded);
	json_number_in(top, "missing_places", (long long)g->gaps);
	json_number_in(top, "out_of_column", (long long)g->shifted);
	json_bool_in(top, "ticks", g->ticks);
	a = json_object_in(top, "prefixed");
	for (int kind = 1; kind < DISGUISE_KINDS; kind++)
		json_number_in(a, disguise_text(kind), (long long)g->disguised[kind]);
}

static void put_function(struct json *in, const struct graph *g, const struct function *f)
{
	size_t len;
	const char *module = function_module(f, &len);
	FREE char *copy = module ? strndup(module, len) : NULL;

	json_string_in(in, "name", f->name);
	json_string_in(in, "module", copy);
	json_number_in(in, "calls", (long long)f->calls);
	json_number_in(in, "timed", (long long)f->timed);
	json_number_in(in, "unfinished", (long long)f->unfinished);
	json_number_in(in, "without_entry", (long long)f->without_entry);
	put(in, "total_ns", f->timed ? f->total : UNKNOWN);
	put(in, "self_ns", f->selfed ? f->self : UNKNOWN);
	put(in, "min_ns", f->timed ? f->min : UNKNOWN);
	put(in, "avg_ns", report_average(f));
	put(in, "p50_ns", report_percentile(g, f, 0.5));
	put(in, "p90_ns", report_percentile(g, f, 0.9));
	put(in, "p99_ns", report_percentile(g, f, 0.99));
	put(in, "p999_ns", report_percentile(g, f, 0.999));
	put(in, "max_ns", f->timed ? f->max : UNKNOWN);
}

static int put_functions(struct json *top, const struct report *r)
{
	struct json *a = json_array_in(top, "functions");
	FREE struct function **v = NULL;
	size_t n;
	int ret = graph_functions(r->graph, report_sort(r), &v, &n);

	for (size_t i = 0; i < n && !ret; i++)
		put_function(json_object_in(a, NULL), r->graph, v[i]);
	return ret;
}

static size_t level_of(const struct node *n)
{
	size_t level = 0;

	while ((n = n->parent) && n->function)
		level++;
	return level;
}

/* Callers before callees, as a list: no depth of calls is too much for a reader of JSON */
static void put_tree(struct json *top, const struct report *r)
{
	const struct graph *g = r->graph;
	const struct node *root = &graph_tree(g)->root;
	struct json *a = json_array_in(top, "tree");

	for (struct node *n = root->first, *next; n; n = next) {
		size_t level = level_of(n);
		bool worth = 100.0 * (double)n->total >= r->options->share * (double)root->total &&
			     (!r->options->depth || level < r->options->depth);

		next = tree_next(root, n);
		if (!worth) {
			/* nothing below it is worth more */
			while (n != root && !n->next)
				n = n->parent;
			next = n == root ? NULL : n->next;
			continue;
		}

		struct json *o = json_object_in(a, NULL);

		json_string_in(o, "function", n->function->name);
		json_number_in(o, "level", (long long)level);
		json_number_in(o, "calls", (long long)n->calls);
		put(o, "total_ns", n->timed ? n->total : UNKNOWN);
		put(o, "self_ns", n->selfed ? n->self : UNKNOWN);
		put(o, "rest_ns", n->timed ? n->rest : UNKNOWN);
	}
}

static void put_slowest(struct json *top, const struct graph *g)
{
	struct json *a = json_array_in(top, "slowest");

	for (size_t i = 0; i < graph_slowest(g)->n; i++) {
		const struct slow_call *s = &graph_slowest(g)->v[i];
		struct json *o = json_object_in(a, NULL), *calls;

		json_string_in(o, "function", s->record.v[0].function->name);
		json_number_in(o, "duration_ns", s->duration);
		json_string_in(o, "task", *s->task ? s->task : NULL);
		put(o, "cpu", s->record.cpu < 0 ? UNKNOWN : s->record.cpu);
		put(o, "time_ns", s->record.time);
		json_number_in(o, "line", (long long)s->record.line);
		json_number_in(o, "omitted", (long long)s->record.omitted);
		calls = json_array_in(o, "calls");
		for (uint32_t n = 0; n < s->record.n; n++) {
			struct json *c = json_object_in(calls, NULL);

			json_string_in(c, "function", s->record.v[n].function->name);
			json_number_in(c, "level", s->record.v[n].level);
			put(c, "duration_ns", s->record.v[n].duration);
		}
	}
}

/* @outermost: UNKNOWN where the trace has ends alone, but of a task */
static void put_counts(struct json *o, uint64_t calls, int64_t outermost, int64_t busy)
{
	json_number_in(o, "calls", (long long)calls);
	put(o, "outermost", outermost);
	put(o, "outermost_ns", busy);
}

static void put_cpus(struct json *a, const struct graph *g, const struct graph_source *s)
{
	for (size_t i = 0; i < s->n_cpus; i++) {
		const struct graph_cpu *c = &s->cpus[i];
		struct json *o = c->calls || c->lost ? json_object_in(a, NULL) : NULL;

		if (!c->calls && !c->lost)
			continue;
		put(o, "cpu", i ? (int64_t)i - 1 : UNKNOWN);
		json_string_in(o, "source", *s->name ? s->name : NULL);
		put_counts(o, c->calls, g->returns_only ? UNKNOWN : (int64_t)c->outermost,
			   g->returns_only || !c->ended ? UNKNOWN : c->busy);
		put(o, "lost_events", c->lost);
	}
}

static void put_tasks_and_cpus(struct json *top, const struct graph *g)
{
	struct json *a = json_array_in(top, "tasks");

	for (size_t i = 0; i < g->tasks.n; i++) {
		const struct task *t = g->tasks.v[i];
		struct json *o = t->calls ? json_object_in(a, NULL) : NULL;

		if (!t->calls)
			continue;
		json_string_in(o, "task", t->name_len ? t->name : NULL);
		put(o, "pid", t->pid < 0 ? UNKNOWN : t->pid);
		json_string_in(o, "source", t->source ? g->sources[t->source].name : NULL);
		put_counts(o, t->calls, t->outermost, t->ended ? t->busy : UNKNOWN);
	}
	a = json_array_in(top, "cpus");
	for (unsigned int s = 0; s < g->n_sources; s++)
		put_cpus(a, g, &g->sources[s]);
}

static void put_timeline(struct json *top, const struct graph *g)
{
	const struct timeline *r = graph_timeline(g);
	size_t n = timeline_used(r);
	struct json *o, *a;

	if (!n) {
		json_null_in(top, "timeline");
		return;
	}
	o = json_object_in(top, "timeline");
	json_number_in(o, "from_ns", r->start);
	json_number_in(o, "slot_ns", r->width);
	a = json_array_in(o, "slots");
	for (size_t i = 0; i < n; i++)
		put_counts(json_object_in(a, NULL), r->slots[i].calls,
			   g->returns_only ? UNKNOWN : (int64_t)r->slots[i].outermost,
			   r->slots[i].ended ? r->slots[i].duration : UNKNOWN);
}

static int write_json(const void *answer, const struct out_style *s, FILE *f)
{
	const struct report *r = answer;
	struct json *top = json_new(), *a;
	int ret;

	(void)s;
	json_string_in(top, "schema", "stap-vhost.report/1");
	a = json_array_in(top, "files");
	for (size_t i = 0; i < r->n_files; i++)
		json_string_in(a, NULL, r->files[i]);
	json_number_in(top, "bytes", (long long)r->graph->bytes);
	put_lines(top, r->graph);
	put_facts(top, r->graph);
	ret = put_functions(top, r);
	put_tree(top, r);
	put_slowest(top, r->graph);
	put_tasks_and_cpus(top, r->graph);
	put_timeline(top, r->graph);
	if (!ret)
		ret = json_print(top, f);
	json_free(top);
	return ret;
}

WRITER(report_writers) = { .name = "json", .place = 2, .print = write_json };
