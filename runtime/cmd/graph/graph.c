// SPDX-License-Identifier: GPL-2.0-or-later
/* What functions call, and how long that takes, recorded by the kernel's own tracer. */
#include "cmd/graph/graph.h"

#include <ctype.h>
#include <errno.h>

#include "base/msg.h"
#include "base/strv.h"
#include "ftrace/ftrace.h"
#include "verb/verb.h"

#define SECONDS_MAX 86400
#define DEPTH_MAX 1000
#define US_MAX 100000000
#define KIB_MAX 1048576

enum { OPT_CPUS = VERB_LONG + 1, OPT_START, OPT_STOP, OPT_SNAPSHOT, OPT_STACKTRACE };

#define AT(member) offsetof(struct graph_command, member)

static const struct verb_opt opts[] = {
	{ 'g', "guest", "GUEST", "only its vhost workers and vCPUs: a process id, a name, a tap,\n"
	  "or all (default: every task that calls the functions)", { OPTION_TEXT, AT(guest) } },
	{ 'd', "duration", "TIME", "how long: 30 or 30s, 500ms, 2m (default: until Ctrl-C)",
	  { OPTION_TIME, AT(duration_ns), 0, SECONDS_MAX, "s" } },
	{ VERB_LONG, "save", "FILE", "write to FILE instead of standard output",
	  { OPTION_TEXT, AT(save) } },
	{ VERB_LONG, "depth", "N", "levels of calls to show (default: all)",
	  { OPTION_NUMBER, AT(options.depth), 1, DEPTH_MAX } },
	{ VERB_LONG, "threshold", "TIME", "only calls that take longer: 500 or 500us, 2ms",
	  { OPTION_TIME, AT(options.threshold_ns), 1, US_MAX, "us", OPTION_WHOLE } },
	{ OPT_CPUS, "cpus", "LIST", "only these CPUs: 0-3,8" },
	{ VERB_LONG, "abstime", NULL, "a column with the time",
	  { OPTION_FLAG, AT(options.abstime) } },
	{ VERB_LONG, "proc", NULL, "a column with the task", { OPTION_FLAG, AT(options.proc) } },
	{ VERB_LONG, "no-irqs", NULL, "leave out the functions of interrupts",
	  { OPTION_FLAG, AT(options.no_irqs) } },
	{ VERB_LONG, "args", NULL, "arguments of functions, where the kernel records them",
	  { OPTION_FLAG, AT(options.args) } },
	{ VERB_LONG, "retval", NULL, "return values, where the kernel records them",
	  { OPTION_FLAG, AT(options.retval) } },
	{ VERB_LONG, "buffer", "KIB", "the kernel's buffer, for each CPU (default: 4096, or less\n"
	  "if memory is short); at most half of the available memory",
	  { OPTION_NUMBER, AT(options.buffer_kib), 1, KIB_MAX } },
	{ OPT_START, "start", "WHEN",
	  "start recording when a function is called, or when a call took\n"
	  "this long: 500 or 500us, 2ms" },
	{ OPT_STOP, "stop", "WHEN", "stop recording, likewise" },
	{ OPT_SNAPSHOT, "snapshot", "FUNCTION",
	  "show nothing until it is called, then the events before it" },
	{ OPT_STACKTRACE, "stacktrace", "FUNCTION", "show the stack of its callers, at each call" },
	{ 'v', "verbose", NULL, "report each step", { OPTION_FLAG, AT(verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost graph tx --guest web-1 -d 5", "vhost's work for packets from this guest" },
	{ "stap-vhost graph rx -g 4242 -d 5 | stap-vhost report -",
	  "the time that receiving takes, by function" },
	{ "stap-vhost graph vhost --proc --abstime --save vhost.txt",
	  "only vhost's functions, for all guests, into a file" },
	{ "stap-vhost graph --depth 3 --threshold 500 udp_sendmsg",
	  "calls longer than half a millisecond" },
	{ "stap-vhost graph handle_rx --stop vhost_discard_vq_desc",
	  "until that function is called" },
	{ "stap-vhost graph rx --snapshot tun_net_xmit -d 60", "the events before that call" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_SYSROOT,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "recorded; or no event happened, which is reported" },
	{ "1", "failed, no such guest, or the output can't be written" },
	{ "2", "wrong option or function" },
	{ "3", "this host lacks what is needed: root, tracefs, function_graph; or\n"
	       "another program is recording" },
	{ "141", "the reader of the output went away" },
	{ 0 },
};

static int function(struct verb_parse *p, const char *name, const char **value)
{
	*value = p->value;
	if (ftrace_word(p->value) == WORD_FUNCTION)
		return 0;
	return verb_usage_value(p, name, "a function", p->value);
}

/* A number is a time, else it is a function */
static int when(struct verb_parse *p, const char *name, const char **value, int64_t *ns)
{
	static const struct option_is is = { OPTION_TIME, 0, 1, US_MAX, "us" };
	char text[OPTION_TEXT_MAX];

	if (!isdigit((unsigned char)*p->value))
		return function(p, name, value);
	*value = NULL;
	if (option_take(&is, NULL, p->value, ns))
		return verb_usage_value(p, name, option_wants(&is, NULL, text), p->value);
	return 0;
}

static int cpus(struct verb_parse *p, struct ftrace_options *w)
{
	free(w->cpumask);
	w->cpumask = ftrace_cpumask(p->value);
	return w->cpumask ? 0 : verb_usage_value(p, "cpus", "a list such as 0-3,8", p->value);
}

static int take_option(struct graph_command *c, struct verb_parse *p, int key)
{
	struct ftrace_options *w = &c->options;

	switch (key) {
	case OPT_CPUS:
		return cpus(p, w);
	case OPT_START:
		return when(p, "start", &w->start, &c->start_ns);
	case OPT_STOP:
		return when(p, "stop", &w->stop, &c->stop_ns);
	case OPT_SNAPSHOT:
		return function(p, "snapshot", &w->snapshot);
	case OPT_STACKTRACE:
		return function(p, "stacktrace", &w->stacktrace);
	}
	return -EINVAL;	/* VERB_OPTS_EXIT: it was said */
}

static int take_word(struct graph_command *c, struct verb_parse *p, const char *word)
{
	if (ftrace_word(word) == WORD_WRONG)
		return verb_usage(
			p,
			"use a word such as tx, handle_rx, 'vhost_*', vhost_net:handle_rx, "
			":mod:tun, handle_tx:traceoff:1",
			"'%s' is not a function, preset or filter", word);
	strv_add(&c->options.words, word);
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct graph_command *c, struct verb_parse *p)
{
	const struct ftrace_options *w = &c->options;
	int key;

	while ((key = verb_opts_next(p)) != VERB_OPTS_END)
		if (take_option(c, p, key))
			return -EINVAL;
	msg_verbose = c->verbose;
	for (int i = p->rest; i < p->argc; i++)
		if (take_word(c, p, p->argv[i]))
			return -EINVAL;
	if (w->snapshot && (w->start || w->stop || c->start_ns || c->stop_ns))
		return verb_usage(p, NULL, "--snapshot does not go with --start or --stop");
	return 0;
}

static int graph(const struct verb *v, int argc, char **argv)
{
	struct graph_command c = { 0 };
	struct verb_parse p = { v, argc, argv, &c };
	int status = parse(&c, &p) ? p.status : graph_record(&c);

	strv_free(&c.options.words);
	strv_free(&c.options.pids);
	free(c.options.cpumask);
	return status;
}

VERB = {
	.name = "graph",
	.place = 5,
	.args = "[OPTIONS] [FUNCTION…]",
	.summary = "Record what functions call and how long it takes, with the kernel's own tracer",
	.about =
	"Prints the records of ftrace's tracer function_graph as they come, in the kernel's own\n"
	"format. stap-vhost report sums them up. FUNCTION is\n"
	" tx, rx       what vhost-net does for packets from the guest, to the guest\n"
	" vhost        all functions of the vhost modules, and nothing else\n"
	" kvm-yield    a vCPU that gives its CPU away, and to which vCPU\n"
	" handle_tx    a function with all that it calls; 'handle_*', vhost_net:handle_tx\n"
	" :mod:tun     only functions of that module are shown; 'sock_*:mod:tun'\n"
	" f:traceoff:1 a command of the kernel's set_ftrace_filter\n"
	"Without FUNCTION it records tx and rx.\n"
	"\n"
	"It records in an instance of its own in tracefs where the kernel has function_graph\n"
	"there (since 6.11), else at the top level. Some settings are shared, such as the\n"
	"functions that trees begin with. It sets them only if no other program records graphs;\n"
	"otherwise it names that program and ends. It restores all settings, however it ends.\n"
	"After kill -9 a process that outlives it restores them, or the next command does.\n"
	"\n"
	"With --guest, it traces QEMU's vCPU threads and vhost workers, and those that start\n"
	"later. The vCPU threads have names with -name debug-threads=on, as libvirt sets it;\n"
	"otherwise it traces all threads of QEMU. --start, --stop, --snapshot and --stacktrace\n"
	"look at all tasks of the host.\n"
	"\n"
	"Events for which the kernel had no room are counted and reported at the end. Recording\n"
	"all that vhost calls makes it several times slower: use presets and --depth, and record\n"
	"for seconds.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = graph,
};
