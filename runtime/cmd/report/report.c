// SPDX-License-Identifier: GPL-2.0-or-later
/* Where the time goes, of a function graph that ftrace has recorded. */
#include "cmd/report/diff.h"

#include <errno.h>
#include <fcntl.h>

#include "base/gate.h"
#include "base/msg.h"
#include "callgraph/callgraph.h"
#include "verb/verb.h"

#define TOP 20
#define SLOWEST 3
#define SLOWEST_MAX 100
#define SHARE 1.0
#define NUMBER_MAX 1000000

#define SORTS "self|total|calls|avg|max|name"

#define AT(member) offsetof(struct report_options, member)

WRITERS(report_writers);

static const struct verb_opt opts[] = {
	{ VERB_LONG, "flamegraph", "PATH",
	  "also write a flame graph: an SVG file for a browser, with\n"
	  "zoom and search", { OPTION_TEXT, AT(flamegraph) } },
	{ VERB_LONG, "diff", NULL, "compare two traces: what became slower",
	  { OPTION_FLAG, AT(diff) } },
	{ VERB_LONG, "top", "N", "functions in the table (default: 20; 0: all)",
	  { OPTION_NUMBER, AT(top), 0, NUMBER_MAX } },
	{ VERB_LONG, "sort", SORTS, "sort the table by this (default: self)",
	  { OPTION_CHOICE, AT(sort) } },
	{ VERB_LONG, "function", "PATTERN",
	  "only calls of these functions and their callees: 'handle_rx',\n"
	  "'vhost_*'", { OPTION_TEXT, AT(graph.function) } },
	{ VERB_LONG, "task", "PATTERN",
	  "only the calls of this task: a name, a process id, 'vhost-*'",
	  { OPTION_TEXT, AT(graph.task) } },
	{ VERB_LONG, "cpu", "N", "only the calls on this CPU",
	  { OPTION_NUMBER, AT(graph.cpu), 0, GRAPH_CPUS - 1 } },
	{ VERB_LONG, "slowest", "N",
	  "how many of the slowest outermost calls to show, with their\n"
	  "callees (default: 3)", { OPTION_NUMBER, AT(graph.slowest), 0, SLOWEST_MAX } },
	{ VERB_LONG, "depth", "N", "levels of the call tree (default: 0, all)",
	  { OPTION_NUMBER, AT(depth), 0, NUMBER_MAX } },
	{ VERB_LONG, "share", "PERCENT", "leave calls out of the tree that take less (default: 1)",
	  { OPTION_PERCENT, AT(share) } },
	{ VERB_LONG, "timeline", NULL, "also the calls over time, if the trace has absolute times",
	  { OPTION_FLAG, AT(timeline) } },
	VERB_FORMAT_ROW(struct report_options, format, report_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost report trace.txt", "the time of each function" },
	{ "cat /sys/kernel/tracing/trace | stap-vhost report -",
	  "the content of the kernel's buffer now" },
	{ "stap-vhost report --function handle_rx trace.txt", "only the calls of this function" },
	{ "stap-vhost report --flamegraph rx.svg trace.txt", "the same as a picture" },
	{ "stap-vhost report --diff before.txt after.txt", "the functions that became slower" },
	{ "stap-vhost report --format csv --top 0 trace.txt >functions.csv",
	  "all functions, for a spreadsheet" },
	{ "trace-cmd report | stap-vhost report -", "a trace that trace-cmd has recorded" },
	{ "stap-vhost report trace.dat", "the same" },
	{ "stap-vhost report mail.txt", "a trace as it was quoted in a mail" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "reported, whatever the result" },
	{ "1", "a file can't be read, holds no function graph, or has trace-cmd's own\n"
	       "format where trace-cmd isn't installed; or the report can't be written" },
	{ "2", "wrong option or argument" },
	{ 0 },
};

static int check_options(const struct report_options *w, struct verb_parse *p)
{
	int n = p->argc - p->rest;
	char words[WRITERS_TEXT];

	if (!n)
		return verb_usage(p, "name a trace, or - for standard input", "no file given");
	if (w->diff && n != 2)
		return verb_usage(p, "use: stap-vhost report --diff BEFORE AFTER",
				  "--diff compares two files");
	if (w->diff && (w->flamegraph || w->timeline))
		return verb_usage(p, NULL,
				  "--diff compares two traces: it does not go with --timeline or "
				  "--flamegraph");
	if (w->diff && !writers_find(&diff_writers, w->format->name))
		return verb_usage(p, NULL, "--diff has the formats %s, not %s",
				  writers_words(&diff_writers, words), w->format->name);
	return 0;
}

static int read_trace(struct report *r)
{
	r->graph = calloc(1, sizeof(*r->graph));
	if (!r->graph || graph_init(r->graph, &r->options->graph)) {
		msg_errno(ENOMEM, "report: can't read the trace");
		return -ENOMEM;
	}

	int ret = report_read(r->graph, r->files, r->n_files);

	return ret ? ret : report_check(r);
}

static void free_trace(struct report *r)
{
	if (r->graph)
		graph_free(r->graph);
	free(r->graph);
}

static int write_flamegraph(const struct report *r)
{
	const char *path = r->options->flamegraph;
	FREE char *name = report_name(r->files, r->n_files);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	FILE *f = fd < 0 ? NULL : gate_open(fd);
	int ret = f ? 0 : -errno;

	if (f) {
		ret = graph_flamegraph(r->graph, name ? name : "", f);
		if (fclose(f) && !ret)
			ret = -errno;
	} else if (fd >= 0) {
		close(fd);
	}
	if (ret == -ENODATA)
		msg_error(
			"report: can't make a flame graph: no call is in the trace together with "
			"its caller or its end");
	else if (ret)
		msg_errno(ret, "report: can't write %s", path);
	if (ret && f)
		unlink(path);
	return ret;
}

static int show(const struct report *r)
{
	if (r->options->flamegraph && write_flamegraph(r))
		return STATUS_FAILED;
	return verb_write(r->options->format, r);
}

static int show_diff(struct report *a)
{
	struct report b = { .options = a->options, .files = a->files + 1, .n_files = 1 };
	struct diff d = { 0 };
	int ret, status = STATUS_FAILED;

	a->n_files = 1;
	ret = read_trace(a);
	if (!ret)
		ret = read_trace(&b);
	if (!ret) {
		ret = diff_make(&d, a, &b);
		if (ret)
			msg_errno(ret, "report: can't compare the traces");
	}
	if (!ret)
		status = verb_write(writers_find(&diff_writers, a->options->format->name), &d);
	free(d.v);
	free_trace(&b);
	return status;
}

static int report(const struct verb *v, int argc, char **argv)
{
	struct report_options w = {
		.top = TOP, .share = SHARE, .sort = -1, .graph = { .cpu = -1, .slowest = SLOWEST },
	};
	struct verb_parse p = { v, argc, argv, &w };
	struct report r = { .options = &w };
	int status;

	if (verb_opts(&p) || check_options(&w, &p))
		return p.status;
	r.files = argv + p.rest;
	r.n_files = argc - p.rest;
	if (w.diff)
		status = show_diff(&r);
	else
		status = read_trace(&r) ? STATUS_FAILED : show(&r);
	free_trace(&r);
	return status;
}

VERB = {
	.name = "report",
	.place = 7,
	.args = "[OPTIONS] FILE…",
	.summary = "Show where the time goes, in a function graph that ftrace has recorded",
	.about =
	"FILE is the output of the tracer function_graph, with any of its options. It may come\n"
	"from stap-vhost graph, from the kernel's trace and trace_pipe, from perf-tools'\n"
	"funcgraph, or from trace-cmd report; - is standard input. report finds out the columns\n"
	"line by line. It takes several files as one trace. Ctrl-C ends the reading, and report\n"
	"shows what it has read.\n"
	"\n"
	"A file may be packed (gzip, xz, zstd, bzip2, lz4) and be UTF-16. report removes quotes\n"
	"of a mail, marks of a diff or a list, and numbers of cat -n and grep -n. It also removes\n"
	"times of a kernel's log or a journal, colours and tabs, and says how many lines had\n"
	"them. If trace-cmd reports several files as one (-i host.dat -i guest.dat), each keeps\n"
	"its own CPUs and tasks. For a trace.dat it runs trace-cmd report, where that is\n"
	"installed.\n"
	"\n"
	"Each line is accounted for. Notes that a person has added are set aside. Lines that\n"
	"can't be used are counted, and the first of each kind is shown.\n"
	"\n"
	"total is the sum of a function's durations in the trace: if a function calls itself, the\n"
	"inner calls count twice. self is total minus the time of the functions that it called,\n"
	"as far as these are in the trace. Calls during which events were lost, or whose\n"
	"beginning is missing, have no self. Percentiles are right within 1.6 %, the least and\n"
	"the most are exact. A value that is not in the trace is '?'.\n"
	"\n"
	"The tree merges calls that were made by the same way. For a call without an end it\n"
	"counts only the callees. A call that began before the trace is in the table, but no part\n"
	"of the tree or of shares, unless the trace has nothing but ends (tracing_thresh). Memory\n"
	"is used for functions, ways and tasks, not for the length of a trace.\n"
	"\n"
	"--format json prints an object, stap-vhost.report/1, as report.schema.json in the data\n"
	"directory describes it, and with --diff stap-vhost.report-diff/1.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = report,
};
