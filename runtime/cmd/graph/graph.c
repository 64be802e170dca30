// SPDX-License-Identifier: GPL-2.0-or-later
/* What functions call, and how long that takes, recorded by the kernel's own tracer. */
#include "cmd/graph/graph.h"

#include <errno.h>

#include "base/msg.h"
#include "base/strv.h"
#include "ftrace/ftrace.h"
#include "verb/verb.h"

#define SECONDS_MOST 86400
#define DEPTH_MOST 1000
#define US_MOST 100000000
#define KIB_MOST 1048576

enum {
	OPT_DEPTH = 256,
	OPT_THRESHOLD,
	OPT_CPUS,
	OPT_ABSTIME,
	OPT_PROC,
	OPT_NO_IRQS,
	OPT_ARGS,
	OPT_RETVAL,
	OPT_BUFFER,
	OPT_START,
	OPT_STOP,
	OPT_SNAPSHOT,
	OPT_STACKTRACE,
	OPT_SAVE
};

static const struct verb_opt opts[] = {
	{ 'g', "guest", "GUEST", "only its vhost workers and vCPUs: a process id, a name, a tap,\n"
	  "or all (default: whoever calls the functions)" },
	{ 'd', "duration", "SECONDS", "how long (default: until Ctrl-C)" },
	{ OPT_SAVE, "save", "FILE", "into FILE, and not to standard output" },
	{ OPT_DEPTH, "depth", "N", "levels of calls that are shown (default: all)" },
	{ OPT_THRESHOLD, "threshold", "US", "only calls that take longer, in microseconds" },
	{ OPT_CPUS, "cpus", "LIST", "only what is done there: 0-3,8" },
	{ OPT_ABSTIME, "abstime", NULL, "a column with the time" },
	{ OPT_PROC, "proc", NULL, "a column with the task" },
	{ OPT_NO_IRQS, "no-irqs", NULL, "leave out what interrupts do" },
	{ OPT_ARGS, "args", NULL, "arguments of functions, where the kernel can tell them" },
	{ OPT_RETVAL, "retval", NULL, "what they return, likewise" },
	{ OPT_BUFFER, "buffer", "KIB", "the kernel's buffer, for each CPU (default: 4096, or less\n"
	  "where memory is short); at most half of what is available" },
	{ OPT_START, "start", "WHEN",
	  "record from there on: a function that is called, or a call that\n"
	  "took as many microseconds" },
	{ OPT_STOP, "stop", "WHEN", "record until then, likewise" },
	{ OPT_SNAPSHOT, "snapshot", "FUNCTION",
	  "show nothing until it is called, and then what was before" },
	{ OPT_STACKTRACE, "stacktrace", "FUNCTION", "show by which way it was called, each time" },
	{ 'v', "verbose", NULL, "say what is done" },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost graph tx --guest web-1 -d 5", "what vhost does for what this guest sends" },
	{ "stap-vhost graph rx -g 4242 -d 5 | stap-vhost report -",
	  "where the time goes when it receives" },
	{ "stap-vhost graph vhost --proc --abstime --save vhost.txt",
	  "vhost's functions alone, of all guests, into a file" },
	{ "stap-vhost graph --depth 3 --threshold 500 udp_sendmsg",
	  "calls of over half a millisecond" },
	{ "stap-vhost graph handle_rx --stop vhost_discard_vq_desc", "until that is called" },
	{ "stap-vhost graph rx --snapshot tun_net_xmit -d 60", "what was done before it" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_SYSROOT,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "recorded, or nothing happened, which is said" },
	{ "1", "it failed, no such guest, or the output can't be written" },
	{ "2", "wrong option or function" },
	{ "3", "this host lacks what is needed: root, tracefs, function_graph; or\n"
	       "somebody else records" },
	{ "141", "the reader of the output went away" },
	{ 0 },
};

static int wrong(struct verb_parse *p)
{
	p->status = STATUS_USAGE;
	return -EINVAL;
}

static int number(struct verb_parse *p, const char *name, long long least, long long most,
		  long long *n)
{
	size_t len = strlen(p->value);

	*n = -1;
	if (len && len < 10 && strspn(p->value, "0123456789") == len)
		*n = strtoll(p->value, NULL, 10);
	if (*n >= least && *n <= most)
		return 0;
	msg_error("graph: --%s wants a number of %lld to %lld, not '%s'", name, least, most,
		  p->value);
	return wrong(p);
}

/* What is written to a file of tracefs as it is typed */
static int text(struct verb_parse *p, const char *name, long long most, const char **value)
{
	long long n;

	*value = p->value;
	return number(p, name, 1, most, &n);
}

static int function(struct verb_parse *p, const char *name, const char **value)
{
	*value = p->value;
	if (ftrace_word(p->value) == WORD_FUNCTION)
		return 0;
	msg_error("graph: --%s wants a function, not '%s'", name, p->value);
	return wrong(p);
}

/* A number is microseconds, else it is a function */
static int when(struct verb_parse *p, const char *name, const char **value, long long *ns)
{
	long long us;

	if (!*p->value || p->value[strspn(p->value, "0123456789")])
		return function(p, name, value);
	*value = NULL;
	if (number(p, name, 1, US_MOST, &us))
		return -EINVAL;
	*ns = 1000 * us;
	return 0;
}

static int cpus(struct verb_parse *p, struct ftrace_options *w)
{
	free(w->cpumask);
	w->cpumask = ftrace_cpumask(p->value);
	if (w->cpumask)
		return 0;
	msg_error("graph: --cpus wants a list such as 0-3,8, not '%s'", p->value);
	return wrong(p);
}

static bool take_flag(struct ftrace_options *w, int key)
{
	bool *const flags[] = { &w->abstime, &w->proc, &w->no_irqs, &w->args, &w->retval };

	if (key == 'v')
		msg_verbose = true;
	else if (key >= OPT_ABSTIME && key <= OPT_RETVAL)
		*flags[key - OPT_ABSTIME] = true;
	else
		return false;
	return true;
}

static int take_option(struct graph_command *c, struct verb_parse *p, int key)
{
	struct ftrace_options *w = &c->options;

	if (take_flag(w, key))
		return 0;
	switch (key) {
	case 'g':
		c->guest = p->value;
		return 0;
	case 'd':
		return number(p, "duration", 1, SECONDS_MOST, &c->seconds);
	case OPT_SAVE:
		c->save = p->value;
		return 0;
	case OPT_DEPTH:
		return text(p, "depth", DEPTH_MOST, &w->depth);
	case OPT_THRESHOLD:
		return text(p, "threshold", US_MOST, &w->threshold);
	case OPT_CPUS:
		return cpus(p, w);
	case OPT_BUFFER:
		return text(p, "buffer", KIB_MOST, &w->buffer);
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
	if (ftrace_word(word) != WORD_WRONG) {
		strv_add(&c->options.words, word);
		return 0;
	}
	msg_error("graph: '%s' is no function, preset or filter", word);
	msg_hint(
		"such as: tx, handle_rx, 'vhost_*', vhost_net:handle_rx, :mod:tun, handle_tx:traceoff:1");
	return wrong(p);
}

static int check(const struct graph_command *c, struct verb_parse *p)
{
	const struct ftrace_options *w = &c->options;

	if (w->snapshot && (w->start || w->stop || c->start_ns || c->stop_ns)) {
		msg_error("graph: --snapshot doesn't go together with --start or --stop");
		return wrong(p);
	}
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct graph_command *c, struct verb_parse *p)
{
	const char *word;
	int key;

	do {
		while ((key = verb_opts_next(p)) != VERB_OPTS_END)
			if (take_option(c, p, key))
				return -EINVAL;
		word = verb_opts_word(p);
		if (word && take_word(c, p, word))
			return -EINVAL;
	} while (word);
	return check(c, p);
}

static int graph(const struct verb *v, int argc, char **argv)
{
	struct graph_command c = { 0 };
	struct verb_parse p = { v, argc, argv, NULL, 0, 0 };
	int status = parse(&c, &p) ? p.status : graph_record(&c);

	strv_free(&c.options.words);
	strv_free(&c.options.pids);
	free(c.options.cpumask);
	return status;
}

const struct verb verb_graph = {
	.name = "graph",
	.args = "[OPTIONS] [FUNCTION…]",
	.summary = "Record what functions call and how long it takes, with the kernel's own tracer",
	.about =
	"Prints what ftrace's tracer function_graph records, in the kernel's own format, as it\n"
	"comes; report tells what is in it. FUNCTION is\n"
	" tx, rx       what vhost-net does for packets from the guest, to the guest\n"
	" vhost        all functions of the vhost modules, and nothing else\n"
	" kvm-yield    a vCPU that gives its CPU away, and to whom\n"
	" handle_tx    a function with all that it calls; 'handle_*', vhost_net:handle_tx\n"
	" :mod:tun     only functions of that module are shown; 'sock_*:mod:tun'\n"
	" f:traceoff:1 a command of the kernel's set_ftrace_filter\n"
	"Without one it is tx and rx.\n"
	"\n"
	"It records in an instance of tracefs of its own where the kernel has function_graph\n"
	"there (since 6.11), else at the top level. What is set for all, such as the functions that\n"
	"trees begin with, is only set where nobody else is recording graphs: else it says who is,\n"
	"and ends. However it ends, all settings are put back; after kill -9 by a process\n"
	"that outlives it, or by the next command.\n"
	"\n"
	"With --guest, QEMU's vCPU threads (named so by -name debug-threads=on, as libvirt does; else\n"
	"all its threads) and its vhost workers are traced, and those that it starts later.\n"
	"--start, --stop, --snapshot and --stacktrace look at all tasks of the host.\n"
	"\n"
	"Events that the kernel had no room for are counted, and told at the end. Recording\n"
	"all that vhost calls makes it several times slower: use presets and --depth, and for\n"
	"seconds.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = graph,
};
