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
#define SLOWEST_MOST 100
#define SHARE 1.0
#define MOST 1000000

#define ORDERS "self|total|calls|avg|max|name"

#define AT(member) offsetof(struct report_options, member)

WRITERS(report_writers);

static const struct verb_opt opts[] = {
	{ VERB_LONG, "flamegraph", "PATH",
	  "write a flame graph, too: an SVG file for a browser, in\n"
	  "which one can zoom and search", { OPTION_TEXT, AT(flamegraph) } },
	{ VERB_LONG, "diff", NULL, "compare two traces: what became slower",
	  { OPTION_FLAG, AT(diff) } },
	{ VERB_LONG, "top", "N", "functions in the table (default: 20; 0: all)",
	  { OPTION_NUMBER, AT(top), 0, MOST } },
	{ VERB_LONG, "sort", ORDERS, "what the table is sorted by (default: self)",
	  { OPTION_CHOICE, AT(order) } },
	{ VERB_LONG, "function", "PATTERN",
	  "only calls of it and what they call: 'handle_rx',\n"
	  "'vhost_*'", { OPTION_TEXT, AT(graph.function) } },
	{ VERB_LONG, "task", "PATTERN",
	  "only what it did: its name, its process id, 'vhost-*'", { OPTION_TEXT, AT(graph.task) } },
	{ VERB_LONG, "cpu", "N", "only what was done there",
	  { OPTION_NUMBER, AT(graph.cpu), 0, GRAPH_CPUS - 1 } },
	{ VERB_LONG, "slowest", "N",
	  "how many of the slowest outermost calls to show, with what\n"
	  "they called (default: 3)", { OPTION_NUMBER, AT(graph.slowest), 0, SLOWEST_MOST } },
	{ VERB_LONG, "depth", "N", "levels of the call tree (default: 0, all)",
	  { OPTION_NUMBER, AT(depth), 0, MOST } },
	{ VERB_LONG, "share", "PERCENT", "leave out of the tree what takes less (default: 1)",
	  { OPTION_PERCENT, AT(share) } },
	{ VERB_LONG, "rate", NULL, "how much at which time, if the trace has absolute times",
	  { OPTION_FLAG, AT(rate) } },
	VERB_FORMAT_ROW(struct report_options, format, report_writers),
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost report trace.txt", "where the time goes" },
	{ "cat /sys/kernel/tracing/trace | stap-vhost report -",
	  "what is in the kernel's buffer now" },
	{ "stap-vhost report --function handle_rx trace.txt", "of this function's calls only" },
	{ "stap-vhost report --flamegraph rx.svg trace.txt", "the same as a picture" },
	{ "stap-vhost report --diff before.txt after.txt", "what became slower" },
	{ "stap-vhost report --format csv --top 0 trace.txt >functions.csv",
	  "all functions, for a spreadsheet" },
	{ "trace-cmd report | stap-vhost report -", "what trace-cmd has recorded" },
	{ "stap-vhost report trace.dat", "the same" },
	{ "stap-vhost report mail.txt", "a trace as somebody has quoted it" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "reported, whatever it says" },
	{ "1", "a file can't be read, or holds no function graph, or is trace-cmd's\n"
	       "own and trace-cmd isn't installed; or the report\n"
	       "can't be written" },
	{ "2", "wrong option or argument" },
	{ 0 },
};

static int check_options(const struct report_options *w, struct verb_parse *p)
{
	int n = p->argc - p->rest;
	char words[WRITERS_TEXT];

	if (!n)
		return verb_usage(p, "- is standard input", "which file?");
	if (w->diff && n != 2)
		return verb_usage(p, "stap-vhost report --diff BEFORE AFTER",
				  "--diff compares two files");
	if (w->diff && (w->flamegraph || w->rate))
		return verb_usage(p, NULL,
				  "--diff compares functions: --rate and --flamegraph are of one trace");
	if (w->diff && !writers_find(&diff_writers, w->format->name))
		return verb_usage(p, NULL, "--diff has the formats %s, and not %s",
				  writers_words(&diff_writers, words), w->format->name);
	return 0;
}

static int read_trace(struct report *r)
{
	r->graph = calloc(1, sizeof(*r->graph));
	if (!r->graph || graph_init(r->graph, &r->options->graph)) {
		msg_errno(ENOMEM, "can't read the trace");
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
			"report: no flame graph can be made: no call is in the trace together with its caller or its end");
	else if (ret)
		msg_errno(ret, "can't write %s", path);
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
			msg_errno(ret, "can't compare them");
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
		.top = TOP, .share = SHARE, .order = -1, .graph = { .cpu = -1, .slowest = SLOWEST },
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
	.summary = "Tell where the time goes, of a function graph that ftrace has recorded",
	.about =
	"FILE is what the tracer function_graph prints, with any of its options: of graph, of\n"
	"the kernel's trace and trace_pipe, of perf-tools' funcgraph, of trace-cmd report; - is\n"
	"standard input. Which columns it has is seen line by line. Several files are taken\n"
	"as one trace. Ctrl-C ends the reading, and what was read is reported.\n"
	"\n"
	"It may be packed (gzip, xz, zstd, bzip2, lz4) and be UTF-16. Quotes of a mail, marks of\n"
	"a diff or a list, numbers of cat -n and grep -n, times of a kernel's log or a journal,\n"
	"colours and tabs are taken away; how many lines had them is told. Of several files that\n"
	"trace-cmd reports as one (-i host.dat -i guest.dat) each keeps its own CPUs and tasks. Of\n"
	"a trace.dat, trace-cmd report is run, where it is installed.\n"
	"\n"
	"Each line is accounted for. Notes that a person has put in are set aside; what isn't\n"
	"understood is counted, and the first of it is shown.\n"
	"\n"
	"total is the sum of a function's durations as the trace has them, so that of a\n"
	"function which calls itself the inner calls count twice. self is what is left of it\n"
	"without the functions it called that are in the trace; calls during which events\n"
	"were lost, or whose beginning isn't there, have none. Percentiles are right within\n"
	"1.6 %, the least and the most are exact. A value that the trace doesn't tell is '?'.\n"
	"\n"
	"The tree puts calls together that were made by the same way; of one whose end is\n"
	"missing it counts what it has called. A call that had begun before the trace is in the\n"
	"table, and no part of the tree or of shares, unless the trace has nothing but ends\n"
	"(tracing_thresh). Memory is used for functions, ways and tasks, not for the length of\n"
	"a trace.\n"
	"\n"
	"--format json prints an object, stap-vhost.report/1, as report.schema.json in the data\n"
	"directory describes it, and with --diff stap-vhost.report-diff/1; csv the table of\n"
	"functions; folded a line for each way with its own nanoseconds, for other programs that\n"
	"draw flame graphs.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = report,
};
