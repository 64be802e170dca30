// SPDX-License-Identifier: GPL-2.0-or-later
/* How long a guest's threads wait for a CPU once they are woken. */
#include "cmd/latency/latency.h"

#include <errno.h>

#include "base/clock.h"
#include "base/msg.h"
#include "base/progress.h"
#include "base/str.h"
#include "base/strv.h"
#include "cmd/common/ftrace.h"
#include "cmd/common/journal.h"
#include "ftrace/ftrace.h"
#include "host/host.h"
#include "latency/latency.h"
#include "print/table.h"
#include "verb/verb.h"

#define SECONDS 10
#define SECONDS_MAX 86400
#define RESCAN_MS 1000

#define AT(member) offsetof(struct latency_command, member)

WRITERS(latency_writers);

static const struct verb_opt opts[] = {
	{ 'd', "duration", "TIME",
	  "how long to watch: 30 or 30s, 500ms, 2m (default: 10s); Ctrl-C\n"
	  "ends the watch early", { OPTION_TIME, AT(duration_ns), 0, SECONDS_MAX, "s" } },
	{ VERB_LONG, "load", "FILE",
	  "read the scheduler's events from FILE, on any machine and\n"
	  "without root; - is standard input", { OPTION_TEXT, AT(load) } },
	VERB_FORMAT_ROW(struct latency_command, format, latency_writers),
	{ 'v', "verbose", NULL, "report each step", { OPTION_FLAG, AT(verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost latency web-1", "this guest's vhost workers and vCPUs, for ten seconds" },
	{ "stap-vhost latency -d 60 all", "all guests, for a minute" },
	{ "stap-vhost latency --format json web-1 | jq .worst",
	  "the longest wake-up, with the events during it" },
	{ "trace-cmd record -e sched_waking -e sched_switch sleep 10; stap-vhost latency --load trace.dat",
	  "events that trace-cmd has recorded" },
	{ "stap-vhost latency --load trace.txt 4242 'CPU 0/KVM'", "these threads only" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	VERB_ENV_SYSROOT,
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "watched, whatever the result" },
	{ "1", "failed, or no such guest, or no such thread in the file" },
	{ "2", "wrong option, or GUEST matches several guests" },
	{ "3", "this host lacks what is needed: root, tracefs, the scheduler's events" },
	{ 0 },
};

struct watcher {
	struct latency_command *c;
	struct ftrace t;
	struct strv known;
	long long rescanned;
	bool guest_ended;
	int ret;
};

/* The threads that are new become watched */
static int follow(struct watcher *w)
{
	STRV_CLEAN struct strv tids = { 0 };
	size_t gone = 0;
	int ret = 0;

	for (size_t i = 0; i < w->c->pids.n && !ret; i++) {
		ret = ftrace_tasks(host_sysroot(), strtoll(w->c->pids.v[i], NULL, 10), &tids);
		gone += ret == -ESRCH;
		ret = ret == -ESRCH ? 0 : ret;
	}
	w->guest_ended = gone == w->c->pids.n;
	for (size_t i = 0; i < tids.n && !ret; i++) {
		if (strv_has(&w->known, tids.v[i]))
			continue;
		strv_add(&w->known, tids.v[i]);
		ret = ftrace_put(&w->t, FTRACE_OURS, "set_event_pid", tids.v[i], true);
		/* it has ended meanwhile */
		ret = ret == -ESRCH || ret == -EINVAL ? 0 : ret;
		if (!ret)
			ret = latency_watch(&w->c->seen, (int)strtol(tids.v[i], NULL, 10));
	}
	return ret;
}

static bool take_line(void *ctx, const char *line, size_t len)
{
	struct watcher *w = ctx;

	w->ret = latency_line(&w->c->seen, line, len);
	return !w->ret;
}

static bool tick(void *ctx)
{
	struct watcher *w = ctx;

	progress_update(0, 0);
	if (clock_ms() - w->rescanned < RESCAN_MS)
		return true;
	w->rescanned = clock_ms();
	w->ret = follow(w);
	return !w->ret && !w->guest_ended;
}

/*
 * What kernels with the tracers irqsoff and preemptoff have; their tracers themselves tell the
 * longest of each CPU alone, and one at a time
 */
static const struct {
	enum latency_kind what;
	const char *events[2];
} switched_off[] = {
	{ LATENCY_IRQS, { "irq_disable", "irq_enable" } },
	{ LATENCY_PREEMPT, { "preempt_disable", "preempt_enable" } },
};

static int set_off(struct watcher *w)
{
	int ret = 0;

	for (size_t i = 0; i < 2 * ARRAY_SIZE(switched_off) && !ret; i++) {
		const char *name = switched_off[i / 2].events[i % 2];
		FREE char *file = str_printf("events/preemptirq/%s/enable", name);

		if (!file)
			return -ENOMEM;
		if (!ftrace_has(&w->t, FTRACE_OURS, file))
			continue;
		ret = ftrace_put(&w->t, FTRACE_OURS, file, "1", false);
		w->c->seen.recorded[switched_off[i / 2].what] = !ret;
	}
	return ret;
}

/* An instance's own settings go with it: none of them is noted */
static int set(struct watcher *w, const char *root, struct ftrace_trouble *p)
{
	char buffer[FTRACE_BUFFER_TEXT] = "";
	const struct {
		const char *file, *value;
		bool append;
	} settings[] = {
		{ "tracing_on", "0", false },
		/* one clock for all CPUs */
		{ "trace_clock", "mono", false },
		{ "buffer_size_kb", buffer, false },
		{ "set_event", "sched:sched_waking", true },
		{ "set_event", "sched:sched_switch", true },
		{ "options/event-fork", "1", false },
	};
	int ret = follow(w);

	if (!ret)
		ret = ftrace_buffer(&w->t, root, 0, false, buffer, p);
	if (!ret && w->guest_ended) {
		ftrace_say(p, strdup("the guest has ended"), NULL);
		return -ESRCH;
	}
	for (size_t i = 0; i < ARRAY_SIZE(settings) && !ret; i++) {
		ret = ftrace_put(&w->t, FTRACE_OURS, settings[i].file, settings[i].value,
				 settings[i].append);
		if (ret)
			ftrace_say(p,
				   str_printf("the kernel does not accept '%s' for %s: %s",
					      settings[i].value, settings[i].file, strerror(-ret)),
				   NULL);
	}
	return ret ? ret : set_off(w);
}

static void list_tracers(struct watcher *w)
{
	FREE char *all = ftrace_get(&w->t, FTRACE_TOP, "available_tracers");
	char *save = NULL;

	for (char *word = all ? strtok_r(all, " ", &save) : NULL; word;
	     word = strtok_r(NULL, " ", &save))
		strv_add(&w->c->tracers, word);
}

static int watch(struct watcher *w)
{
	struct latency_command *c = w->c;
	long long began = clock_ms();
	struct ftrace_stream s = {
		.t = &w->t, .line = take_line, .tick = tick, .ctx = w, .stopped = &ftrace_stopped,
		.out = -1,
		.until = began + c->duration_ns / 1000000,
	};
	FREE char *what = str_printf("watching for %g s", (double)c->duration_ns / 1e9);
	int ret;

	progress_start(what ? what : "watching");
	ret = ftrace_put(&w->t, FTRACE_OURS, "tracing_on", "1", false);
	ret = ret ? ret : ftrace_stream(&s);
	progress_end();
	c->took_ms = clock_ms() - began;
	c->lost = ftrace_lost(&w->t);
	if (c->lost != UNKNOWN && c->seen.lost > c->lost)
		c->lost = c->seen.lost;
	ret = w->ret ? w->ret : ret;
	if (ret) {
		msg_errno(ret, "latency: can't read the recorded events");
		return STATUS_FAILED;
	}
	if (c->lost)
		msg_warn("latency: %lld events were lost: wake-ups are missing",
			 (long long)c->lost);
	if (w->guest_ended)
		msg_note("the guest has ended");
	return STATUS_OK;
}

static int gather(struct latency_command *c)
{
	CLEANUP(ftrace_trouble_free) struct ftrace_trouble p = { 0 };
	struct watcher w = { .c = c, .t = FTRACE_NONE };
	const char *root = host_sysroot();
	int status, ret;

	ftrace_signals();
	status = ftrace_report("latency", ftrace_find(&w.t, root, &p), &p);
	if (!status) {
		journal_restore(NULL, NULL);
		status = ftrace_choose("latency", c->guest, &c->pids);
	}
	if (!status) {
		ret = ftrace_open(&w.t, root, NULL, &p);
		list_tracers(&w);
		status = ftrace_report("latency", ret ? ret : set(&w, root, &p), &p);
		if (!status)
			status = watch(&w);
		status = ftrace_finish("latency", &w.t, status);
	}
	strv_free(&w.known);
	free(w.t.dir);
	return status;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct latency_command *c, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = c->verbose;
	if (c->load && c->duration_ns)
		return verb_usage(p, NULL, "--load reads a file: it does not go with --duration");
	if (!c->load && verb_one_guest(p))
		return -EINVAL;
	if (!c->duration_ns)
		c->duration_ns = SECONDS * 1000000000LL;
	c->guest = p->argv[p->rest];
	return 0;
}

static int latency(const struct verb *v, int argc, char **argv)
{
	struct latency_command c = { 0 };
	struct verb_parse p = { v, argc, argv, &c };
	int status;

	if (parse(&c, &p))
		return p.status;
	latency_init(&c.seen);
	for (int i = p.rest; c.load && i < argc; i++)
		strv_add(&c.wanted, argv[i]);
	status = c.load ? latency_load(&c) : gather(&c);
	if (!status)
		status = verb_write(c.format, &c);
	latency_free(&c.seen);
	strv_free(&c.pids);
	strv_free(&c.tracers);
	strv_free(&c.wanted);
	return status;
}

VERB = {
	.name = "latency",
	.place = 6,
	.args = "[OPTIONS] [GUEST | THREAD…]",
	.summary = "Measure how long a guest's threads wait for a CPU once they are woken",
	.about =
	"Watches the scheduler's events of a guest's vhost workers and vCPUs. For each thread it\n"
	"shows how long the thread took from its wake-up until it ran: a histogram, percentiles,\n"
	"and the events of the longest wake-up. It counts separately how often a thread was\n"
	"preempted, and how long it waited then. GUEST is a process id, a name, a tap, or all. It\n"
	"may be left out where there is only one guest.\n"
	"\n"
	"All kernels have these events, and latency needs only an instance of its own in tracefs.\n"
	"It does not depend on the settings of other programs, and changes none of them. Kernels\n"
	"that are built with the tracers irqsoff and preemptoff have more events. These show how\n"
	"long the threads keep interrupts off, and preemption. Most distributions' kernels have\n"
	"none. The end of the output says what this kernel reports, and what stays unknown. These\n"
	"events are many: watch for seconds.\n"
	"\n"
	"With --load it reads recorded events: sched_switch with sched_waking or sched_wakeup, as\n"
	"the kernel (trace, trace_pipe), trace-cmd report or perf script prints them. The file\n"
	"may be packed, quoted, coloured or UTF-16. For a trace.dat it runs trace-cmd. THREAD is\n"
	"an id or a name, also 'vhost-*'. Without THREAD it takes all threads with the names of a\n"
	"guest's threads, 'vhost-*' and 'CPU */KVM'.\n"
	"\n"
	"--format json prints an object, stap-vhost.latency/1, as latency.schema.json in the data\n"
	"directory describes it.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = latency,
};
