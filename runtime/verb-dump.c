// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of every virtqueue of a guest, whether or not anything moves. */
#include "verb-dump.h"

#include <errno.h>
#include <fcntl.h>

#define STATUS_BROKEN 4
#define RINGS_MOST 32768
#define PAYLOAD_MOST 256
#define WATCH_MOST 86400

enum { OPT_RINGS = 256, OPT_DESCS, OPT_HEADERS, OPT_PAYLOAD, OPT_WATCH, OPT_SAVE, OPT_LOAD, OPT_CHECK };

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

static int format(struct verb_parse *p, struct dump_wish *w)
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

static int take_option(struct dump_wish *w, struct verb_parse *p, int key)
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

static int check_options(const struct dump_wish *w, struct verb_parse *p)
{
	if (p->argc > p->rest + 1)
		return usage(p, "one guest, or all", "the others are words too many");
	if (w->load && p->argc > p->rest)
		return usage(p, "--load shows all that was saved, and takes no guest", NULL);
	if (w->load && (w->rings || w->descs || w->headers || w->payload || w->watch || w->save))
		return usage(p, "--load shows what was saved: --format, --check and -v go with it, and "
			     "nothing else", NULL);
	if (!w->rings && (w->descs || w->headers || w->payload))
		return usage(p, "--descs, --headers and --payload are about the rings' entries",
			     "say how many: --rings 4");
	return 0;
}

/* 0, or -EINVAL with @p->status set */
static int parse(struct dump_wish *w, struct verb_parse *p)
{
	int key;

	while ((key = verb_opts_next(p)) != VERB_OPTS_END)
		if (take_option(w, p, key))
			return -EINVAL;
	msg_verbose = w->verbose > 0;
	return check_options(w, p);
}

/* A guest's memory may be in it: nobody else's to read */
static int open_save(struct dump_show *s)
{
	const char *path = s->wish->save;
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) : -1;

	if (!path)
		return STATUS_OK;
	s->save = fd < 0 ? NULL : fdopen(fd, "w");
	if (!s->save) {
		msg_errno(errno, "can't write to %s", path);
		if (fd >= 0)
			close(fd);
		return STATUS_FAILED;
	}
	fprintf(s->save, "# %s dump: records of format %d, to be looked at with %s dump --load FILE\n",
		msg_program, DUMP_FORMAT, msg_program);
	return STATUS_OK;
}

static int close_save(struct dump_show *s)
{
	FILE *f = s->save;

	s->save = NULL;
	if (!f || !fclose(f))
		return STATUS_OK;
	msg_errno(errno, "can't write to %s", s->wish->save);
	return STATUS_FAILED;
}

/* What is longer than any record is handed over in pieces, and refused there. -1: no more */
static ssize_t read_line(FILE *f, char *line, size_t size)
{
	size_t len = 0;
	int c;

	while ((c = getc_unlocked(f)) != EOF && c != '\n') {
		line[len++] = (char)c;
		if (len == size)
			break;
	}
	return c == EOF && !len ? -1 : (ssize_t)len;
}

static int load(struct dump_show *s)
{
	const char *path = s->wish->load;
	bool standard = !strcmp(path, "-");
	FILE *f = standard ? stdin : file_stream(path);
	char line[8192];
	ssize_t len;

	if (!f) {
		msg_errno(errno, "can't read %s", path);
		return STATUS_FAILED;
	}
	while ((len = read_line(f, line, sizeof(line))) >= 0)
		if (!dump_show_line(s, line, len))
			break;
	if (!s->ret && ferror(f)) {
		msg_errno(errno, "can't read %s", path);
		s->ret = -EIO;
	}
	if (!standard)
		fclose(f);
	dump_show_end(s);
	if (!s->ret && !s->taken)
		msg_error("dump: no dump is in %s", standard ? "standard input" : path);
	return s->ret || !s->taken ? STATUS_FAILED : STATUS_OK;
}

static int run_live(struct dump_show *s, const char *word)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };
	struct guest_matches m = { 0 };
	int status = dump_choose(word, &l, &m);

	if (!status)
		status = open_save(s);
	if (!status) {
		int saved;

		status = dump_run(s, &l, &m);
		saved = close_save(s);
		status = status ? status : saved;
	}
	free(m.v);
	return status;
}

static int dump(const struct verb *v, int argc, char **argv)
{
	struct dump_wish w = { 0 };
	struct verb_parse p = { v, argc, argv, NULL, 0, 0 };
	CLEANUP(dump_show_free) struct dump_show s = { .wish = &w };
	int status;

	if (parse(&w, &p))
		return p.status;
	s.style = out_style_of(STDOUT_FILENO);
	status = w.load ? load(&s) : run_live(&s, argv[p.rest]);
	if (s.reader.unknown)
		msg_debug("%llu records of kinds that this program doesn't know", s.reader.unknown);
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
