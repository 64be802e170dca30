// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of every virtqueue of a guest, whether or not anything moves. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "host/guests.h"
#include "print/table.h"
#include "verb/verb.h"

#define RINGS_MOST 32768
#define PAYLOAD_MOST 256
#define WATCH_LEAST 1	/* s */
#define WATCH_MOST 86400

#define AT(member) offsetof(struct dump_options, member)

WRITERS(dump_writers);

static const struct verb_opt opts[] = {
	{ VERB_LONG, "rings", "N", "the rings' entries too, N to each side of where vhost is,\n"
	  "and the chains of descriptors that they name",
	  { OPTION_NUMBER, AT(rings), 1, RINGS_MOST } },
	{ VERB_LONG, "descs", NULL, "each descriptor of these chains (with --rings)",
	  { OPTION_FLAG, AT(descs) } },
	{ VERB_LONG, "headers", NULL, "their virtio-net headers (with --rings)",
	  { OPTION_FLAG, AT(headers) } },
	{ VERB_LONG, "payload", "N", "the first N bytes of what they hold (with --rings);\n"
	  "without it nothing of a packet is read",
	  { OPTION_NUMBER, AT(payload), 1, PAYLOAD_MOST } },
	{ VERB_LONG, "check", NULL, "look twice, a second apart, and exit with status 4 when\n"
	  "something is broken for certain", { OPTION_FLAG, AT(check) } },
	{ VERB_LONG, "watch", "TIME", "repeat it every TIME (2 or 2s, 1m), with a '*' at what has\n"
	  "changed; Ctrl-C ends it",
	  { OPTION_TIME, AT(watch_ns), WATCH_LEAST, WATCH_MOST, "s" } },
	{ VERB_LONG, "save", "FILE", "keep the records in FILE as well",
	  { OPTION_TEXT, AT(save) } },
	{ VERB_LONG, "load", "FILE", "show what was saved, on any machine and without root; -\n"
	  "is standard input", { OPTION_TEXT, AT(load) } },
	VERB_FORMAT_ROW(struct dump_options, format, dump_writers),
	{ 'v', "verbose", NULL, "say what is done; given twice, run is verbose too",
	  { OPTION_COUNT, AT(verbose) } },
	{ 0 },
};

static const struct verb_note examples[] = {
	{ "stap-vhost dump", "the one guest that there is" },
	{ "stap-vhost dump web-1", "the guest of that name; its process id or tap do as well" },
	{ "stap-vhost dump --rings 4 --descs vnet3", "with what lies in the rings" },
	{ "stap-vhost dump --check all", "for what looks after a host: status 4 is trouble" },
	{ "stap-vhost dump --watch 2 4242", "what moves, every two seconds" },
	{ "stap-vhost dump --save q.dump --rings 8 web-1; stap-vhost dump --load q.dump",
	  "taken here, looked at elsewhere" },
	{ "stap-vhost dump --format json all | jq '.findings[] | select(.sure) | .name'",
	  "the names of what is broken" },
	{ 0 },
};

static const struct verb_note environment[] = {
	VERB_ENV_NO_COLOR,
	{ "STAP_VHOST_…", "as with run" },
	{ 0 },
};

static const struct verb_note statuses[] = {
	{ "0", "dumped; without --check whatever it says" },
	{ "1", "it failed: no such guest, a file that is no dump, output that can't\n"
	       "be written, a dump that was cut off" },
	{ "2", "wrong option, or a word that means several guests" },
	{ "3", "this host lacks what run needs" },
	{ "4", "with --check: something is broken for certain" },
	{ "128+N", "as with run" },
	{ 0 },
};

static int check_options(const struct dump_options *w, struct verb_parse *p)
{
	if (verb_one_guest(p))
		return -EINVAL;
	if (w->load && p->argc > p->rest)
		return verb_usage(p, NULL, "--load shows all that was saved, and takes no guest");
	if (w->load &&
	    (w->rings || w->descs || w->headers || w->payload || w->watch_ns || w->save))
		return verb_usage(
			p, NULL,
			"--load shows what was saved: --format, --check and -v go with it, and "
			"nothing else");
	if (!w->rings && (w->descs || w->headers || w->payload))
		return verb_usage(p, "say how many: --rings 4",
				  "--descs, --headers and --payload are about the rings' entries");
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct dump_options *w, struct verb_parse *p)
{
	if (verb_opts(p))
		return -EINVAL;
	msg_verbose = w->verbose > 0;
	return check_options(w, p);
}

static bool take_line(void *ctx, const char *line, size_t len)
{
	return dump_show_line(ctx, line, len);
}

static int load(struct dump_show *s)
{
	const char *path = s->options->load;

	if (records_load(path, take_line, s))
		return STATUS_FAILED;
	dump_show_end(s);
	if (!s->ret && !s->taken)
		msg_error("dump: no dump is in %s", records_source(path));
	return s->ret || !s->taken ? STATUS_FAILED : STATUS_OK;
}

static int run_live(void *ctx, const struct guest_list *l, const struct guest_matches *m)
{
	return dump_run(ctx, l, m);
}

static int dump(const struct verb *v, int argc, char **argv)
{
	struct dump_options w = { 0 };
	struct verb_parse p = { v, argc, argv, &w };
	CLEANUP(dump_show_free) struct dump_show s = { .options = &w };
	int status;

	if (parse(&w, &p))
		return p.status;
	s.save.path = w.save;
	status = w.load ? load(&s) :
			  records_live("dump", argv[p.rest], &s.save, run_live, &s);
	records_passed_over(&s.reader, w.load);
	if (status)
		return status;
	if (s.cut) {
		msg_error("dump: it was cut off: its last record is missing");
		return STATUS_FAILED;
	}
	return w.check && s.broken ? STATUS_PROBLEM : STATUS_OK;
}

VERB = {
	.name = "dump",
	.place = 3,
	.args = "[OPTIONS] [GUEST]",
	.summary = "Show the state of every virtqueue of a guest, whether or not anything moves",
	.about =
	"GUEST is a process id, the guest's name (QEMU's -name), one of its tap interfaces,\n"
	"or all; it may be left out where there is only one. Of each device it shows what was\n"
	"negotiated and which worker serves it, of each queue vhost's view beside what stands\n"
	"in the guest's memory, and what follows: what waits, whether the next completion\n"
	"signals. '?' could not be read, 'none' is not there.\n"
	"\n"
	"Below a device stands what is not as it must be. BROKEN is certain. BROKEN? was seen\n"
	"of a queue that may have moved while it was read: it is certain when two dumps of a\n"
	"queue at rest agree, which --check and --watch see to. A note is no fault by itself.\n"
	"\n"
	"kick eventfd is how often the guest has kicked: nobody reads that counter. call\n"
	"eventfd is how many signals nobody has taken yet.\n"
	"\n"
	"--format json prints an object a dump, stap-vhost.dump/1, as dump.schema.json in the\n"
	"data directory describes it. Numbers that may need more than 53 bits are strings.",
	.opts = opts,
	.examples = examples,
	.environment = environment,
	.statuses = statuses,
	.run = dump,
};
