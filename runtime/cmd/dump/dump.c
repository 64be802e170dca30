// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of every virtqueue of a guest, whether or not anything moves. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "print/table.h"
#include "verb/verb.h"

#define RINGS_MAX 32768
#define PAYLOAD_MAX 256
#define WATCH_MIN 1	/* s */
#define WATCH_MAX 86400

#define AT(member) offsetof(struct dump_show, options.member)

WRITERS(dump_writers);

static const struct verb_opt opts[] = {
	{ VERB_LONG, "rings", "N", "also the rings' entries, N on each side of vhost's position,\n"
	  "and the chains of descriptors that they name",
	  { OPTION_NUMBER, AT(rings), 1, RINGS_MAX } },
	{ VERB_LONG, "descs", NULL, "each descriptor of these chains (with --rings)",
	  { OPTION_FLAG, AT(descs) } },
	{ VERB_LONG, "headers", NULL, "their virtio-net headers (with --rings)",
	  { OPTION_FLAG, AT(headers) } },
	{ VERB_LONG, "payload", "N", "the first N bytes of their data (with --rings); without it\n"
	  "no part of a packet is read",
	  { OPTION_NUMBER, AT(payload), 1, PAYLOAD_MAX } },
	{ VERB_LONG, "check", NULL, "take two dumps, a second apart, and exit with status 4 if\n"
	  "something is broken for certain", { OPTION_FLAG, AT(check) } },
	{ VERB_LONG, "watch", "TIME", "repeat every TIME (2 or 2s, 1m), with a '*' at each\n"
	  "changed value; Ctrl-C ends it",
	  { OPTION_TIME, AT(watch_ns), WATCH_MIN, WATCH_MAX, "s" } },
	RECORDS_ROWS(struct dump_show, records, "show", "records"),
	VERB_FORMAT_ROW(struct dump_show, options.format, dump_writers),
	{ 'v', "verbose", NULL, "report each step; given twice, run is verbose too",
	  { OPTION_COUNT, AT(verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost dump", "the only guest" },
	{ "stap-vhost dump web-1", "the guest with that name; its process id or tap work too" },
	{ "stap-vhost dump --rings 4 --descs vnet3", "with the entries of the rings" },
	{ "stap-vhost dump --check all", "for a monitoring program: status 4 is a defect" },
	{ "stap-vhost dump --watch 2 4242", "the changes, every two seconds" },
	{ "stap-vhost dump --save q.dump --rings 8 web-1; stap-vhost dump --load q.dump",
	  "taken here, shown on another machine" },
	{ "stap-vhost dump --format json all | jq '.findings[] | select(.sure) | .name'",
	  "the names of findings that are certain" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ "STAP_VHOST_…", "as with run" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "dumped; without --check also if something is broken" },
	{ "1", "failed: no such guest, the file is no dump, the output can't be\n"
	       "written, or the dump is truncated" },
	{ "2", "wrong option, or GUEST matches several guests" },
	{ "3", "this host lacks what run needs" },
	{ "4", "with --check: something is broken for certain" },
	{ "128+N", "as with run" },
	{ 0 },
};

static int check_options(const struct dump_show *s, struct verb_parse *p)
{
	const struct dump_options *o = &s->options;

	if (verb_one_guest(p))
		return -EINVAL;
	if (s->records.load && p->argc > p->rest)
		return verb_usage(p, NULL, "--load takes no GUEST: it shows all saved guests");
	if (s->records.load && (o->rings || o->descs || o->headers || o->payload || o->watch_ns ||
				s->records.save))
		return verb_usage(p, NULL, "--load goes only with --format, --check and -v");
	if (!o->rings && (o->descs || o->headers || o->payload))
		return verb_usage(p, "add --rings N, for example --rings 4",
				  "--descs, --headers and --payload need --rings");
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct dump_show *s, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = s->options.verbose > 0;
	s->records.verbose = s->options.verbose;
	return check_options(s, p);
}

static void free_all(struct dump_show *s)
{
	dump_reader_free(&s->reader);
	dump_findings_free(&s->findings);
	dump_free(&s->now);
	dump_free(&s->before);
}

static int dump(const struct verb *v, int argc, char **argv)
{
	CLEANUP(free_all) struct dump_show s = {
		.records = { .verb = "dump", .sink = &dump_sink, .ctx = &s, .reader = &s.reader },
	};
	struct verb_parse p = { v, argc, argv, &s };
	int status;

	if (parse(&s, &p))
		return p.status;
	s.records.guest = argv[p.rest];
	status = records_run(&s.records);
	if (status)
		return status;
	if (s.cut) {
		records_truncated(&s.records);
		return STATUS_FAILED;
	}
	return s.options.check && s.broken ? STATUS_PROBLEM : STATUS_OK;
}

VERB = {
	.name = "dump",
	.place = 3,
	.args = "[OPTIONS] [GUEST]",
	.summary = "Show the state of every virtqueue of a guest, whether or not anything moves",
	.about =
	"GUEST is a process id, a name (QEMU's -name, OpenStack's, KubeVirt's), a uuid, a tap\n"
	"interface, or all. It may be left out where there is only one guest. For each device the\n"
	"dump shows the features that were negotiated and the worker that serves it. For each\n"
	"queue it shows vhost's view beside the content of the guest's memory. It also shows what\n"
	"follows from both: the buffers that wait, and whether the next completion notifies the\n"
	"guest. '?' could not be read, 'none' is not there.\n"
	"\n"
	"The findings are below each device. BROKEN is certain. BROKEN? is a finding of a queue\n"
	"that may have moved while it was read. It is certain when two dumps of a queue at rest\n"
	"agree: --check and --watch compare them. A note is no fault by itself.\n"
	"\n"
	"kick eventfd is how often the guest has kicked: no process reads that counter. call\n"
	"eventfd is how many notifications to the guest have not been taken yet.\n"
	"\n"
	"--format json prints an object a dump, stap-vhost.dump/1, as dump.schema.json in the\n"
	"data directory describes it. Numbers that may need more than 53 bits are strings.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = dump,
};
