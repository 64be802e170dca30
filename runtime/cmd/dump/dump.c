// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of every virtqueue of a guest, whether or not anything moves. */
#include "cmd/dump/dump.h"

#include <errno.h>

#include "base/msg.h"
#include "cmd/common/records.h"
#include "host/guests.h"
#include "print/table.h"
#include "verb/verb.h"

#define STATUS_BROKEN 4
#define RINGS_MOST 32768
#define PAYLOAD_MOST 256
#define WATCH_MOST 86400

enum {
	OPT_RINGS = 256,
	OPT_DESCS,
	OPT_HEADERS,
	OPT_PAYLOAD,
	OPT_WATCH,
	OPT_SAVE,
	OPT_LOAD,
	OPT_CHECK
};

static const struct verb_opt opts[] = {
	{ OPT_RINGS, "rings", "N", "the rings' entries too, N to each side of where vhost is,\n"
	  "and the chains of descriptors that they name" },
	{ OPT_DESCS, "descs", NULL, "each descriptor of these chains (with --rings)" },
	{ OPT_HEADERS, "headers", NULL, "their virtio-net headers (with --rings)" },
	{ OPT_PAYLOAD, "payload", "N", "the first N bytes of what they hold (with --rings);\n"
	  "without it nothing of a packet is read" },
	{ OPT_CHECK, "check", NULL, "look twice, a second apart, and exit with status 4 when\n"
	  "something is broken for certain" },
	{ OPT_WATCH, "watch", "SECONDS", "again and again, with a '*' at what has changed; Ctrl-C\n"
	  "ends it" },
	{ OPT_SAVE, "save", "FILE", "keep the records in FILE as well" },
	{ OPT_LOAD, "load", "FILE", "show what was saved, on any machine and without root; -\n"
	  "is standard input" },
	{ VERB_OPT_FORMAT, "format", "text|json|records", "how to print it (default: text)" },
	{ 'v', "verbose", NULL, "say what is done; given twice, run is verbose too" },
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

static int usage(struct verb_parse *p, const char *what, const char *hint)
{
	msg_error("dump: %s", what);
	if (hint)
		msg_hint("%s", hint);
	p->status = STATUS_USAGE;
	return -EINVAL;
}

/* Digits only: it goes on to the script as it is */
static int number(struct verb_parse *p, const char *name, long long most, const char **value)
{
	long long n = 0;
	size_t len = strlen(p->value);

	if (len && len < 10 && strspn(p->value, "0123456789") == len)
		n = strtoll(p->value, NULL, 10);
	if (n < 1 || n > most) {
		msg_error("dump: --%s wants a number of 1 to %lld, not '%s'", name, most, p->value);
		p->status = STATUS_USAGE;
		return -EINVAL;
	}
	*value = p->value;
	return 0;
}

static int format(struct verb_parse *p, struct dump_options *w)
{
	enum out_format f;

	if (!strcmp(p->value, "records")) {
		w->format = DUMP_RECORDS;
		return 0;
	}
	if (!out_format_parse(p->value, &f)) {
		msg_error("dump: no format '%s'; there are: " OUT_FORMATS "|records", p->value);
		p->status = STATUS_USAGE;
		return -EINVAL;
	}
	w->format = f == OUT_JSON ? DUMP_JSON : DUMP_TEXT;
	return 0;
}

static int take_option(struct dump_options *w, struct verb_parse *p, int key)
{
	switch (key) {
	case OPT_RINGS:
		return number(p, "rings", RINGS_MOST, &w->rings);
	case OPT_DESCS:
		w->descs = true;
		return 0;
	case OPT_HEADERS:
		w->headers = true;
		return 0;
	case OPT_PAYLOAD:
		return number(p, "payload", PAYLOAD_MOST, &w->payload);
	case OPT_WATCH:
		return number(p, "watch", WATCH_MOST, &w->watch);
	case OPT_CHECK:
		w->check = true;
		return 0;
	case OPT_SAVE:
		w->save = p->value;
		return 0;
	case OPT_LOAD:
		w->load = p->value;
		return 0;
	case VERB_OPT_FORMAT:
		return format(p, w);
	case 'v':
		w->verbose++;
		return 0;
	}
	return -EINVAL;	/* VERB_OPTS_EXIT: it was said */
}

static int check_options(const struct dump_options *w, struct verb_parse *p)
{
	if (p->argc > p->rest + 1)
		return usage(p, "one guest, or all", "the others are words too many");
	if (w->load && p->argc > p->rest)
		return usage(p, "--load shows all that was saved, and takes no guest", NULL);
	if (w->load && (w->rings || w->descs || w->headers || w->payload || w->watch || w->save))
		return usage(
			p,
			"--load shows what was saved: --format, --check and -v go with it, and "
			"nothing else",
			NULL);
	if (!w->rings && (w->descs || w->headers || w->payload))
		return usage(p, "--descs, --headers and --payload are about the rings' entries",
			     "say how many: --rings 4");
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct dump_options *w, struct verb_parse *p)
{
	int key;

	while ((key = verb_opts_next(p)) != VERB_OPTS_END)
		if (take_option(w, p, key))
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
	struct verb_parse p = { v, argc, argv, NULL, 0, 0 };
	CLEANUP(dump_show_free) struct dump_show s = { .options = &w };
	int status;

	if (parse(&w, &p))
		return p.status;
	s.style = out_style_of(STDOUT_FILENO);
	s.save.path = w.save;
	status = w.load ? load(&s) :
			  records_live("dump", argv[p.rest], &s.save, STATUS_FAILED, run_live, &s);
	records_passed_over(&s.reader, w.load);
	if (status)
		return status;
	if (s.cut) {
		msg_error("dump: it was cut off: its last record is missing");
		return STATUS_FAILED;
	}
	return w.check && s.broken ? STATUS_BROKEN : STATUS_OK;
}

const struct verb verb_dump = {
	.name = "dump",
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
