// SPDX-License-Identifier: GPL-2.0-or-later
/* Traces, and what is said of them when there is none. */
#include "cmd/report/report.h"

#include <errno.h>

#include "base/msg.h"
#include "base/str.h"
#include "callgraph/tree.h"
#include "cmd/common/trace.h"

char *report_name(char *const *files, size_t n)
{
	const char *first = strcmp(files[0], "-") ? files[0] : "standard input";

	return n > 1 ? str_printf("%s and %zu more", first, n - 1) : strdup(first);
}

static int add(void *ctx, const char *data, size_t len)
{
	return graph_add(ctx, data, len);
}

int report_read(struct graph *g, char *const *files, size_t n)
{
	int ret = 0;

	trace_signals();
	for (size_t i = 0; i < n && !ret && !trace_stopped(); i++) {
		ret = trace_read("report", files[i], add, g);
		if (!ret)
			ret = graph_file_end(g);
		if (ret && ret != -ECANCELED)
			msg_errno(ret, "report: can't read %s",
				  strcmp(files[i], "-") ? files[i] : "standard input");
	}
	trace_signals_back();
	if (ret)
		return ret;
	ret = graph_end(g);
	if (ret)
		msg_errno(ret, "report: can't read the trace");
	return ret;
}

/* What it is instead of a function graph */
static const struct {
	enum unusable reason;
	const char *what, *hint;
} instead[] = {
	{ UNUSABLE_FUNCTION_TRACER,
	  "%s is from the tracer function: it has calls, but no durations or ends",
	  "record with the tracer function_graph: stap-vhost graph, or trace-cmd record -p function_graph" },
	{ UNUSABLE_ANDROID,
	  "%s has Android's graph_ent and graph_ret: calls, but no depth or duration",
	  "read the kernel's own text: cat /sys/kernel/tracing/trace" },
	{ UNUSABLE_RAW, "%s has raw events, from trace-cmd report -R",
	  "use trace-cmd report without -R" },
	{ UNUSABLE_LAYOUT, "%s has calls, but behind unknown text",
	  "remove the text before the columns of ftrace or trace-cmd" },
};

/* What a trace without any call means depends on what was asked for */
int report_check(const struct report *r)
{
	const struct graph *g = r->graph;
	const struct graph_options *w = &r->options->graph;
	FREE char *name = report_name(r->files, r->n_files);
	const char *trace = name ? name : "it";

	if (g->outermost || g->unnamed_returns || graph_tree(g)->outside)
		return 0;
	for (size_t i = 0; i < g->functions.n; i++)
		if (g->functions.v[i]->calls)
			return 0;
	if (g->kinds[LINE_CALL] && (w->function || w->task || w->cpu >= 0)) {
		msg_error("report: no matching calls in %s", trace);
		msg_hint("leave out --function, --task and --cpu to see all calls");
		return -ENODATA;
	}
	for (size_t i = 0; i < ARRAY_SIZE(instead); i++) {
		FREE char *what =
			g->unusable[instead[i].reason] ?
				str_replace(instead[i].what, "%s", trace) : NULL;

		if (!what)
			continue;
		msg_error("report: no function graph: %s", what);
		msg_hint("%s", instead[i].hint);
		return -ENODATA;
	}
	msg_error("report: no function graph in %s", trace);
	msg_hint(
		"give it the output of ftrace's tracer function_graph: trace, trace_pipe, or "
		"trace-cmd report");
	return -ENODATA;
}
