// SPDX-License-Identifier: GPL-2.0-or-later
/* The same of a file: of the scheduler's events as the kernel prints them, or trace-cmd report. */
#include "cmd/latency/latency.h"

#include <errno.h>

#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "callgraph/reading.h"
#include "cmd/common/trace.h"
#include "latency/latency.h"
#include "verb/verb.h"

/*
 * What a guest's threads are called: by the kernel, and by QEMU with debug-threads=on, as libvirt
 * starts it
 */
static const char *const usual[] = { "vhost-*", "CPU */KVM" };

struct loading {
	struct latency *seen;
	struct lines input;
	char straight[GRAPH_LINE_MAX + 1];
};

static int take_line(void *ctx, const char *text, const char *end, bool cleaned)
{
	struct loading *l = ctx;
	char *to = cleaned ? clean_tabs(text, end, TAB_COLUMNS, l->straight, GRAPH_LINE_MAX) : NULL;

	return to ? latency_line(l->seen, l->straight, to - l->straight) :
		    latency_line(l->seen, text, end - text);
}

/* No event is that long */
static int take_long(void *ctx, const char *text, size_t len)
{
	struct loading *l = ctx;

	return latency_line(l->seen, text, len);
}

static int add(void *ctx, const char *data, size_t len)
{
	struct loading *l = ctx;

	return lines_add(&l->input, data, len);
}

static int read_all(struct latency_command *c)
{
	struct loading *l = calloc(1, sizeof(*l));
	int ret = l ? 0 : -ENOMEM;

	if (l) {
		l->seen = &c->seen;
		l->input = (struct lines){ .line = take_line, .long_line = take_long, .ctx = l };
		trace_signals();
		ret = trace_read("latency", c->load, add, l);
		trace_signals_back();
		if (!ret)
			ret = lines_end(&l->input);
	}
	free(l);
	if (ret && ret != -ECANCELED)
		msg_errno(ret, "latency: can't read %s",
			  strcmp(c->load, "-") ? c->load : "standard input");
	return ret;
}

/* Nothing to tell: why, and what to do */
static int check(const struct latency_command *c, const char *name)
{
	const struct latency *l = &c->seen;
	FREE char *words = strv_join(&c->wanted, ", ");

	if (!l->events) {
		msg_error("latency: no events of the scheduler in %s", name);
		msg_hint(
			l->broken ?
				"its events have no time, or are truncated: use the kernel's text "
				"or trace-cmd report" :
				"record them with: trace-cmd record -e sched_waking -e sched_switch");
		return STATUS_FAILED;
	}
	if (!l->n) {
		msg_error("latency: no thread %s in %s", words ? words : "?", name);
		msg_hint(
			"name threads by their ids or names: stap-vhost latency --load FILE 4242 'CPU */KVM' 'vhost-*'");
		return STATUS_FAILED;
	}
	return STATUS_OK;
}

static void warn(const struct latency_command *c, const char *name)
{
	const struct latency *l = &c->seen;

	if (l->broken) {
		FREE char *text = str_escape(l->broken_text, strnlen(l->broken_text, 60));

		msg_warn(
			"latency: %llu lines of %s name events of the scheduler but can't be read; "
			"the first is line %llu: %s",
			(unsigned long long)l->broken, name, (unsigned long long)l->broken_at,
			text ? text : "?");
	}
	if (l->lost)
		msg_warn("latency: events were lost: wake-ups are missing");
	if (l->backwards)
		msg_warn("latency: %llu times went backwards in %s", (unsigned long long)l->backwards,
			 name);
	if (l->left_out)
		msg_warn("latency: more than %d threads match; the others are left out",
			 LATENCY_THREADS);
	if (!l->switches)
		msg_warn("latency: no sched_switch in %s: it is unknown when a thread runs", name);
	else if (!l->wakings && !l->wakeups)
		msg_warn(
			"latency: neither sched_waking nor sched_wakeup in %s: only the waits of "
			"preempted threads are known",
			name);
	else if (!l->wakings)
		msg_warn(
			"latency: no sched_waking in %s: the time before sched_wakeup is unknown",
			name);
}

int latency_load(struct latency_command *c)
{
	static const char *const tracers[] = {
		[LATENCY_IRQS] = "irqsoff", [LATENCY_PREEMPT] = "preemptoff"
	};
	const char *name = strcmp(c->load, "-") ? c->load : "standard input";
	struct latency *l = &c->seen;
	int status;

	if (!c->wanted.n)
		for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
			strv_add(&c->wanted, usual[i]);
	l->wanted = &c->wanted;
	if (read_all(c))
		return STATUS_FAILED;
	status = check(c, name);
	if (status)
		return status;
	warn(c, name);
	c->took_ms = (l->last - l->first) / 1000000;
	c->lost = l->lost;
	for (int what = LATENCY_IRQS; what < LATENCY_KINDS; what++)
		if (l->recorded[what])
			strv_add(&c->tracers, tracers[what]);
	return STATUS_OK;
}
