// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a guest's packets are lost. */
#include "cmd/diagnose/diagnose.h"

#include <errno.h>

#include "base/msg.h"
#include "base/progress.h"
#include "base/strv.h"
#include "cmd/common/records.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "verb/verb.h"

#define DURATION_MAX 86400

#define AT(member) offsetof(struct diagnosis, member)

WRITERS(diagnosis_writers);

static const struct verb_opt opts[] = {
	{ 'd', "duration", "TIME",
	  "how long to watch: 30 or 30s, 2m (default: 10s); Ctrl-C ends\n"
	  "the watch early",
	  { OPTION_TIME, AT(options.duration_ns), 1, DURATION_MAX, "s", OPTION_WHOLE } },
	RECORDS_ROWS(struct diagnosis, records, "judge", "evidence"),
	{ VERB_LONG, "window", "TIME",
	  "judge only the last 10 or 10s, 500ms, 2m of the watch or of\n"
	  "the file; 0: from the last sample but one",
	  { OPTION_TIME, AT(options.window_ns), 0, DURATION_MAX, "s", OPTION_ZERO } },
	{ VERB_LONG, "no-defects", NULL, "without the kernel's published defects",
	  { OPTION_FLAG, AT(options.no_defects) } },
	VERB_FORMAT_ROW(struct diagnosis, options.format, diagnosis_writers),
	{ 'v', "verbose", NULL, "all metrics of each queue, all known defects, and each step;\n"
	  "given twice, run is verbose too", { OPTION_COUNT, AT(options.verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost diagnose", "the only guest, for ten seconds" },
	{ "stap-vhost diagnose web-1", "the guest with that name; its process id or tap work too" },
	{ "stap-vhost diagnose -d 60 all", "all guests, for problems that are rare" },
	{ "stap-vhost diagnose --save web-1.evidence web-1",
	  "and save the evidence, for a colleague:" },
	{ "stap-vhost diagnose --load web-1.evidence", "needs neither root nor the host" },
	{ "stap-vhost diagnose --window 10s --load web-1.evidence", "how it was in the end" },
	{ "stap-vhost diagnose --format json all | jq '.findings[] | select(.problem) | .name'",
	  "the names of the problems" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ "STAP_VHOST_…", "as with run" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "healthy; notes are no problem" },
	{ "1", "failed: no such guest, the script failed, the file has no evidence, or the\n"
	       "output can't be written" },
	{ "2", "wrong option, or GUEST matches several guests" },
	{ "3", "this host lacks what run needs" },
	{ "4", "a problem was found" },
	{ "5", "no answer: too little evidence, or it is truncated before a problem shows" },
	{ "128+N", "as with run" },
	{ 0 },
};

/* 0, or -EINVAL with @p->status set */
static int parse(struct diagnosis *d, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = d->options.verbose > 0;
	if (verb_one_guest(p))
		return -EINVAL;
	if (d->records.load &&
	    (p->argc > p->rest || d->records.save || d->options.duration_ns))
		return verb_usage(p, NULL,
				  "--load judges what is in the file: it goes only with --window, "
				  "--format, --no-defects and -v");
	if (!d->records.load && d->options.window_ns > diagnose_seconds(d) * 1000000000LL)
		return verb_usage(p, NULL, "--window is longer than the watch of %lld s",
				  diagnose_seconds(d));
	if (d->options.window_ns != DIAGNOSE_WHOLE)
		d->watch.window.keep_ms = d->options.window_ns / 1000000;
	return 0;
}

static int gather(struct diagnosis *d)
{
	int status = records_run(&d->records);

	groups_free(d->groups);
	d->groups = NULL;
	progress_end();
	return status;
}

/* 0, -ENOMEM */
static int choose_evidence(struct diagnosis *d)
{
	unsigned long long ms = d->watch.window.keep_ms;

	d->evidence = &d->watch.evidence;
	if (d->options.window_ns == DIAGNOSE_WHOLE)
		return 0;
	d->evidence = &d->window;
	if (window_is_cut(&d->watch.window, ms))
		msg_warn("--window is too long for so many samples: it begins later");
	return window_evidence(&d->watch.window, ms, &d->window);
}

/* A message where there is nothing to judge */
static bool has_queues(const struct diagnosis *d)
{
	if (!evidence_queues(d->evidence))
		msg_error("diagnose: no queue of vhost-net in %s%s",
			  d->evidence == &d->window ? "the window of " : "",
			  records_source(&d->records));
	return evidence_queues(d->evidence);
}

static int answer(struct diagnosis *d)
{
	int ret = choose_evidence(d);

	if (!ret && !has_queues(d))
		return records_are_recorded(&d->records) ? STATUS_FAILED : STATUS_NO_ANSWER;
	if (ret || verdicts_of(d->evidence, &d->verdicts) || diagnose_defects(d)) {
		msg_error("diagnose: out of memory");
		return STATUS_FAILED;
	}
	if (verb_write(d->options.format, d))
		return STATUS_FAILED;
	if (verdicts_problems(&d->verdicts))
		return STATUS_PROBLEM;
	if (!verdicts_known(&d->verdicts)) {
		msg_error("diagnose: too little evidence: the state of every queue is unknown");
		msg_hint(d->evidence == &d->window ?
				 "take a longer --window" :
				 "watch for longer: one sample is not enough");
		return STATUS_NO_ANSWER;
	}
	/* a watch that was ended is one that was long enough; a file that breaks off is not all */
	if (records_are_recorded(&d->records) && d->evidence->cut) {
		records_truncated(&d->records);
		return STATUS_NO_ANSWER;
	}
	return STATUS_OK;
}

static void free_all(struct diagnosis *d)
{
	watch_free(&d->watch);
	evidence_free(&d->window);
	verdicts_free(&d->verdicts);
	relevant_free(&d->defects);
	defect_free(&d->defect_table);
}

static int diagnose(const struct verb *v, int argc, char **argv)
{
	CLEANUP(free_all) struct diagnosis d = {
		.options.window_ns = DIAGNOSE_WHOLE,
		.records = { .verb = "diagnose", .sink = &diagnose_sink, .ctx = &d,
			     .reader = &d.watch.reader },
	};
	struct verb_parse p = { v, argc, argv, &d };
	int status;

	if (parse(&d, &p))
		return p.status;
	d.records.guest = argv[p.rest];
	if (d.options.verbose > 1)
		d.records.verbose = d.options.verbose - 1;
	status = gather(&d);
	return status ? status : answer(&d);
}

static char *list_verdicts(void)
{
	STRV_CLEAN struct strv lines = { 0 };
	const struct verdict_rule *r;

	strv_add(&lines, "The verdicts:");
	for (size_t i = 0; (r = verdict_rule(i)); i++)
		if (r->meaning)
			strv_addf(&lines, " %-17s %s", r->name, r->meaning);
	return strv_join(&lines, "\n");
}

VERB = {
	.name = "diagnose",
	.place = 2,
	.args = "[OPTIONS] [GUEST]",
	.summary = "Find out why a guest's packets are lost",
	.about =
	"Watches the queues of a guest for some seconds. It names each problem, the numbers that\n"
	"prove it, and what to do next; or it says that there is no problem. GUEST is a process\n"
	"id, a name (QEMU's -name, OpenStack's, KubeVirt's), a uuid, a tap interface, or all. It\n"
	"may be left out where there is only one guest.\n"
	"\n"
	"Each queue has a line: healthy, idle (nothing moves, and nothing has to), unknown (the\n"
	"evidence does not show whether anything moves), unused (vhost doesn't serve it, and the\n"
	"guest doesn't want it to), noted, or PROBLEM. RX is to the guest, TX from it. An\n"
	"interface counts lost packets for all its queues together: that line is above the\n"
	"queues. A verdict is certain, likely or possible. Its consequences are shown below it. A\n"
	"note is no fault: nothing was lost by it. At the end are the verdicts that can't be\n"
	"excluded, because this kernel does not report something.\n"
	"\n"
	"--window judges the end of a watch as if it had begun there: a problem that is over does\n"
	"not count any more. The window has the samples that are at most so much older than the\n"
	"last one, but two at least. Some verdicts need seconds, and a short window has none of\n"
	"them.\n"
	"\n"
	"Below the problems are the published defects (CVEs) that the kernel has or may have, and\n"
	"that the guests' set-up can meet. A defect that looks like a verdict is marked. A\n"
	"distribution may repair a defect without a trace in the kernel's number: there the\n"
	"defect is 'may be affected: vendor backport unknown'. For healthy guests one line has\n"
	"the number of defects. -v shows all of them, with what they need; --no-defects shows\n"
	"none. Defects do not change the exit status: only the verdicts do. 'stap-vhost defects'\n"
	"lists them without a guest. The list is defects.conf in the data directory, with its\n"
	"date.\n"
	"\n"
	"--format json prints an object, stap-vhost.diagnose/1, as diagnose.schema.json in the\n"
	"data directory describes it: all metrics of each interface and queue ('metrics'), the\n"
	"verdicts, and the known defects.",
	.list = list_verdicts,
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = diagnose,
};
