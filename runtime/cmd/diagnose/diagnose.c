// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a guest's packets are lost. */
#include "cmd/diagnose/diagnose.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "host/guests.h"
#include "verb/verb.h"

#define DURATION_MOST 86400

#define AT(member) offsetof(struct diagnosis, member)

WRITERS(diagnosis_writers);

static const struct verb_opt opts[] = {
	{ 'd', "duration", "TIME",
	  "how long to watch: 30 or 30s, 2m (default: 10s); Ctrl-C ends it\n"
	  "before", { OPTION_TIME, AT(options.duration_ns), 1, DURATION_MOST, "s", OPTION_WHOLE } },
	{ VERB_LONG, "save", "FILE", "keep the evidence in FILE as well",
	  { OPTION_TEXT, AT(save.path) } },
	{ VERB_LONG, "load", "FILE", "judge what was saved, on any machine and without root; -\n"
	  "is standard input", { OPTION_TEXT, AT(options.load) } },
	{ VERB_LONG, "no-defects", NULL, "without the kernel's published defects",
	  { OPTION_FLAG, AT(options.no_defects) } },
	VERB_FORMAT_ROW(struct diagnosis, options.format, diagnosis_writers),
	{ 'v', "verbose", NULL, "all facts of each queue, all known defects, and what is done;\n"
	  "given twice, run is verbose too", { OPTION_COUNT, AT(options.verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost diagnose", "the one guest that there is, for ten seconds" },
	{ "stap-vhost diagnose web-1", "the guest of that name; its process id or tap do as well" },
	{ "stap-vhost diagnose -d 60 all", "all guests, for what happens seldom" },
	{ "stap-vhost diagnose --save web-1.evidence web-1",
	  "and keep what was seen, for a colleague:" },
	{ "stap-vhost diagnose --load web-1.evidence", "needs neither root nor the host" },
	{ "stap-vhost diagnose --format json all | jq '.findings[] | select(.problem) | .name'",
	  "the names of what is wrong" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ "STAP_VHOST_…", "as with run" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "healthy; notes are no problem" },
	{ "1", "it failed: no such guest, the script, a file that is no evidence, output\n"
	       "that can't be written" },
	{ "2", "wrong option, or a word that means several guests" },
	{ "3", "this host lacks what run needs" },
	{ "4", "a problem was found" },
	{ "5", "no answer: too little evidence, or it was cut off before a problem showed" },
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
	if (d->options.load && (p->argc > p->rest || d->save.path || d->options.duration_ns))
		return verb_usage(p, "--format, --no-defects and -v go with it, and nothing else",
				  "--load judges all that was saved, as long as it was watched");
	return 0;
}

static int run_live(void *ctx, const struct guest_list *l, const struct guest_matches *m)
{
	return diagnose_run(ctx, l, m);
}

static int gather(struct diagnosis *d, const char *word)
{
	int status = STATUS_OK;

	if (!d->options.load)
		status = records_live("diagnose", word, &d->save, run_live, d);
	else if (records_load(d->options.load, diagnose_line, d) || d->ret)
		status = STATUS_FAILED;
	if (!status && watch_end(&d->watch) < 0) {
		msg_error("diagnose: out of memory");
		status = STATUS_FAILED;
	}
	return status;
}

/* Whether there was anything to judge */
static bool has_queues(const struct diagnosis *d)
{
	const struct evidence *e = &d->watch.evidence;

	if (!e->dumps)
		msg_error("diagnose: no evidence is in %s", records_source(d->options.load));
	else if (!evidence_queues(e))
		msg_error("diagnose: there is no queue of vhost-net in %s",
			  records_source(d->options.load));
	return evidence_queues(e);
}

static int judge(struct diagnosis *d)
{
	if (!has_queues(d))
		return d->options.load ? STATUS_FAILED : STATUS_NO_ANSWER;
	if (verdicts_of(&d->watch.evidence, &d->verdicts) || diagnose_defects(d)) {
		msg_error("diagnose: out of memory");
		return STATUS_FAILED;
	}
	if (verb_write(d->options.format, d))
		return STATUS_FAILED;
	if (verdicts_problems(&d->verdicts))
		return STATUS_PROBLEM;
	if (!verdicts_known(&d->verdicts)) {
		msg_error(
			"diagnose: too little evidence: whether anything moved is unknown of every queue");
		msg_hint("watch for longer: one sample tells nothing");
		return STATUS_NO_ANSWER;
	}
	/* a watch that was ended is one that was long enough; a file that breaks off is not all */
	if (d->options.load && d->watch.evidence.cut) {
		msg_error("diagnose: the evidence was cut off: its last record is missing");
		return STATUS_NO_ANSWER;
	}
	return STATUS_OK;
}

static void free_all(struct diagnosis *d)
{
	watch_free(&d->watch);
	verdicts_free(&d->verdicts);
	relevant_free(&d->trouble);
	defect_free(&d->known);
	if (d->save.f)
		fclose(d->save.f);
}

static int diagnose(const struct verb *v, int argc, char **argv)
{
	CLEANUP(free_all) struct diagnosis d = { 0 };
	struct verb_parse p = { v, argc, argv, &d };
	int status;

	if (parse(&d, &p))
		return p.status;
	status = gather(&d, argv[p.rest]);
	records_passed_over(&d.watch.reader, d.options.load);
	return status ? status : judge(&d);
}

VERB = {
	.name = "diagnose",
	.place = 2,
	.args = "[OPTIONS] [GUEST]",
	.summary = "Say why a guest's packets are lost",
	.about =
	"Watches the queues of a guest for some seconds and names what is wrong, with the\n"
	"numbers that prove it and what to do next; or says that nothing is. GUEST is a process\n"
	"id, the guest's name (QEMU's -name), one of its tap interfaces, or all; it may be left\n"
	"out where there is only one.\n"
	"\n"
	"Of each queue there is a line: healthy, idle (nothing moves, and nothing has to),\n"
	"unknown (whether anything moves can't be told),\n"
	"unused (vhost doesn't serve it, and the guest doesn't want it to), noted, or PROBLEM.\n"
	"RX is to the guest, TX from it. An interface counts lost packets for all its queues: that\n"
	"line is above them. A verdict is certain, likely or possible. What is only\n"
	"its consequence stands below it. A note is no fault: nothing was lost by it. What can't\n"
	"be excluded because this kernel doesn't tell something, is said at the end.\n"
	"\n"
	"The verdicts:\n"
	" RX-EMPTY          the guest gives too few buffers to receive into\n"
	" RX-BURST          it stops taking packets for moments\n"
	" RX-BIG            a packet waits that does not fit into its buffers\n"
	" KICK-LOST         it has buffers ready, and vhost was not told\n"
	" CALL-LOST         packets are done, and the guest was not told\n"
	" IRQ-OFF           it has switched notifications off, and does not look itself\n"
	" GUEST-FROZEN      its control group is frozen, or that of vhost's thread\n"
	" WORKER-STARVED    vhost's thread gets too little CPU\n"
	" WORKER-BUSY       vhost's thread can't copy faster\n"
	" TAP-DOWN          the interface is down, has no carrier, or is detached\n"
	" TX-TAP-FULL       the interface takes nothing more from the guest\n"
	" TX-HOL            it refuses a packet, and all others wait behind it\n"
	" TX-REFUSED        the host drops what the guest has sent\n"
	" TX-NO-RECLAIM     the guest does not take its sent buffers back\n"
	" ZCOPY-STUCK       packets sent without copying are held on the host\n"
	" DROP-BEFORE-RING  packets are dropped before they reach the guest's queue\n"
	" RING-CORRUPT      what stands in the ring is wrong\n"
	" IOTLB-MISS        QEMU does not translate an address that vhost needs\n"
	" NO-BACKEND        vhost does not serve a queue that the guest uses\n"
	"\n"
	"Where there is a problem, published defects (CVEs) follow that the kernel has, or may\n"
	"have, and that what the guests use can meet; one that looks like a verdict says so. A\n"
	"distribution puts repairs in without a trace in the kernel's number: there it is no more\n"
	"than 'may be affected: vendor backport unknown'. Of a healthy guest one line gives their\n"
	"number. -v shows all of them, with what they need; --no-defects shows none. They are no\n"
	"problem by themselves: the exit status is the verdicts'. 'stap-vhost defects' lists them\n"
	"without a guest. The list is defects.conf in the data directory, with its date.\n"
	"\n"
	"--format json prints an object, stap-vhost.diagnose/1, as diagnose.schema.json in the\n"
	"data directory describes it: all facts of each interface and queue, the verdicts, and\n"
	"the known defects.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = diagnose,
};
