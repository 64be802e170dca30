// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line: one table, from which parsing, defaults and help come. */
#include "vguest/vguest.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>

#include "base/msg.h"

enum kind {
	FLAG,		/* no argument */
	ON_OFF,
	NUMBER,
	SECONDS,	/* decimal; kept as ns */
	TEXT,
	FAULT,		/* KIND:ARG, several */
};

#define MAY_AUTO 1
#define MAY_INF 2
#define POWER_OF_2 4

struct option_row {
	const char *name;
	enum kind kind;
	size_t offset;
	const char *arg, *def;
	uint64_t min, max;	/* NUMBER: as given; SECONDS: seconds */
	unsigned int flags;
	const char *help;
};

#define AT(member) offsetof(struct options, member)
#define LARGE 1000000000000ULL

static const struct option_row table[] = {
	{ "tap", TEXT, AT(tap), "NAME", "vg0", 0, 0, 0,
	  "the tap to create; it is gone when vguest ends" },
	{ "peer", TEXT, AT(peer), "NAME", "", 0, 0, 0,
	  "--tap is a macvtap that is there (mode passthru) on one end of a veth pair, and this its other end, where the "
	  "host's frames come and go" },
	{ "tx", NUMBER, AT(tx), "N", "auto", 0, LARGE, MAY_AUTO | MAY_INF,
	  "packets the guest sends, over all pairs; auto: 10000, or inf with --duration" },
	{ "rx", NUMBER, AT(rx), "N", "auto", 0, LARGE, MAY_AUTO | MAY_INF,
	  "packets the host sends to the guest, over all pairs; auto as --tx" },
	{ "duration", SECONDS, AT(duration), "S", "inf", 0, 1000000, MAY_INF,
	  "no new packets after this many seconds" },
	{ "rate", NUMBER, AT(rate), "N", "0", 0, 100000000, 0,
	  "packets a second in each direction, over all pairs; 0: as fast as possible" },
	{ "batch", NUMBER, AT(batch), "N", "32", 1, 32768, 0,
	  "TX: packets per publish and kick; RX: frames per send, buffers per refill; "
	  "cut to what the ring has room for (RX: half of that)" },
	{ "size", NUMBER, AT(size), "BYTES", "1000", FRAME_MIN, 65535, 0,
	  "frame size, Ethernet header included, virtio header not" },
	{ "pairs", NUMBER, AT(pairs), "N", "1", 1, MAX_PAIRS, 0,
	  "queue pairs; each has a vhost-net device, a tap queue and a thread" },
	{ "ring", NUMBER, AT(ring), "N", "256", 64, 32768, POWER_OF_2,
	  "descriptors of every ring" },
	{ "segs", NUMBER, AT(segs), "N", "auto", 1, MAX_SEGS, MAY_AUTO,
	  "descriptors of a TX packet; auto: 2 with --indirect on or --version1 off, else 1" },
	{ "rxbuf", NUMBER, AT(rxbuf), "BYTES", "auto", 64, 65600, MAY_AUTO,
	  "an RX buffer, virtio header included; auto: 1536, more if --mrg off needs it" },
	{ "window", NUMBER, AT(window), "N", "auto", 1, 1000000, MAY_AUTO | MAY_INF,
	  "RX frames under way per pair; auto: half of what fits ring and tap, so that none is lost; inf: the host sends "
	  "whether or not the guest takes them, from a thread of its own, and what the tap refuses is lost" },
	{ "txqueuelen", NUMBER, AT(txqueuelen), "N", "1000", 1, 65535, 0,
	  "frames the tap holds per queue" },
	{ "event-idx", ON_OFF, AT(event_idx), "on|off", "on", 0, 0, 0,
	  "VIRTIO_RING_F_EVENT_IDX" },
	{ "indirect", ON_OFF, AT(indirect), "on|off", "on", 0, 0, 0,
	  "VIRTIO_RING_F_INDIRECT_DESC" },
	{ "mrg", ON_OFF, AT(mrg), "on|off", "on", 0, 0, 0,
	  "VIRTIO_NET_F_MRG_RXBUF: a packet may take several RX buffers" },
	{ "version1", ON_OFF, AT(version1), "on|off", "on", 0, 0, 0,
	  "VIRTIO_F_VERSION_1; off: a legacy guest" },
	{ "notify-on-empty", ON_OFF, AT(notify_on_empty), "on|off", "off", 0, 0, 0,
	  "VIRTIO_F_NOTIFY_ON_EMPTY" },
	{ "busyloop", NUMBER, AT(busyloop), "US", "0", 0, 1000000, 0,
	  "microseconds vhost polls before it sleeps" },
	{ "iommu", ON_OFF, AT(iommu), "on|off", "off", 0, 0, 0,
	  "VIRTIO_F_ACCESS_PLATFORM: addresses are I/O virtual, vhost has a device IOTLB and asks "
	  "for what it lacks" },
	{ "iommu-granule", NUMBER, AT(iommu_granule), "BYTES", "16384", 4096, 1 << 30, POWER_OF_2,
	  "the piece of guest memory an answer maps" },
	{ "poll", TEXT, AT(poll), "no|tx|all", "no", 0, 0, 0,
	  "the guest leaves callbacks off (used_event stays 0) and looks at its used rings instead: tx, at that one every "
	  "0.2 ms; all, at both and never sleeps. No fault" },
	{ "call", ON_OFF, AT(call), "on|off", "on", 0, 0, 0,
	  "off: vhost has no call eventfd, as QEMU leaves it out for a guest without interrupts (DPDK): with --poll all" },
	{ "one-flow", FLAG, AT(one_flow), NULL, NULL, 0, 0, 0,
	  "all packets are pair 0's, and the others rest" },
	{ "qdisc", ON_OFF, AT(qdisc), "on|off", "off", 0, 0, 0,
	  "the host's frames go through the tap's qdisc; what is dropped there or behind it, the sender isn't told" },
	{ "lossy", FLAG, AT(lossy), NULL, NULL, 0, 0, 0,
	  "packets may get lost: no watchdog, nothing under way is waited for at the end, and counts need not be those of "
	  "a run without loss. So with --window inf and with a fault that lasts, too" },
	{ "fault", FAULT, AT(faults), "KIND:N", NULL, 0, 0, 0,
	  "do something wrong; may be given several times; see faults" },
	{ "hostile", TEXT, AT(hostile), "KIND", "", 0, 0, 0,
	  "no traffic: TX0's ring is spoiled before 'ready', and the guest waits for SIGTERM: avail-ahead, head-range, "
	  "next-range, loop, long, indirect-nested, indirect-unmapped, indirect-length, unmapped, zero-length, wrap, "
	  "desc-unreadable, unreadable; random: garbage, other garbage every millisecond" },
	{ "seed", NUMBER, AT(seed), "N", "1", 0, LARGE, 0, "of --hostile random" },
	{ "check", TEXT, AT(check), "quick|full", "quick", 0, 0, 0,
	  "what is checked of a received frame: headers, sequence, length, tail; or every byte too" },
	{ "ipv6", ON_OFF, AT(ipv6), "on|off", "off", 0, 0, 0,
	  "whether the host's IPv6 may talk on the tap (counted as foreign)" },
	{ "watchdog", SECONDS, AT(watchdog), "S", "30", 0, 1000000, MAY_INF,
	  "give up when packets are under way and nothing has moved for so long" },
	{ "wait", FLAG, AT(wait), NULL, NULL, 0, 0, 0,
	  "set up, print 'ready pid=.. tap=..', start at a line on stdin or SIGUSR1" },
	{ "hold", SECONDS, AT(hold), "S", "0", 0, 1000000, MAY_INF,
	  "after the traffic print 'idle pid=.. tap=..' and stay a live, idle guest for so long" },
	{ "reset", FLAG, AT(reset), NULL, NULL, 0, 0, 0,
	  "after the truth VHOST_RESET_OWNER: the devices have neither owner nor rings any more" },
	{ "linger", FLAG, AT(linger), NULL, NULL, 0, 0, 0,
	  "after the truth keep the devices open until SIGTERM or SIGINT" },
	{ "verbose", FLAG, AT(verbose), NULL, NULL, 0, 0, 0, "say what is done" },
	{ "help", FLAG, AT(help), NULL, NULL, 0, 0, 0, "this text" },
	{ "man", FLAG, AT(man), NULL, NULL, 0, 0, 0, "the same as a manual page's source" },
	{ "version", FLAG, AT(version), NULL, NULL, 0, 0, 0, "the version" },
};

#define NR ARRAY_SIZE(table)

static void describe_range(const struct option_row *row, char *buf, size_t size)
{
	const char *extra = row->flags & MAY_AUTO ? ", auto" : "";
	const char *inf = row->flags & MAY_INF ? ", inf" : "";

	if (row->kind == ON_OFF)
		snprintf(buf, size, "on, off");
	else
		snprintf(buf, size, "%llu..%llu%s%s%s", (unsigned long long)row->min,
			 (unsigned long long)row->max, row->kind == SECONDS ? " seconds" :
			 row->flags & POWER_OF_2 ? ", a power of two" : "", extra, inf);
}

/* "its help [default] (range)" */
static void describe_row(const struct option_row *row, char *buf, size_t size)
{
	char range[80];
	int n = snprintf(buf, size, "%s", row->help);

	if (row->def)
		n += snprintf(buf + n, size - n, " [%s]", row->def);
	if (row->kind != NUMBER && row->kind != SECONDS)
		return;
	describe_range(row, range, sizeof(range));
	snprintf(buf + n, size - n, " (%s)", range);
}

void options_rows(const struct help_form *f, FILE *out)
{
	char left[40], text[560];

	for (size_t i = 0; i < NR; i++) {
		snprintf(left, sizeof(left), "--%s%s%s", table[i].name, table[i].arg ? " " : "",
			 table[i].arg ? table[i].arg : "");
		describe_row(&table[i], text, sizeof(text));
		f->row(out, 0, left, text);
	}
}

static bool parse_number(const struct option_row *row, const char *text, uint64_t *value)
{
	char *end;

	if (row->kind == SECONDS) {
		double d = strtod(text, &end);

		if (!(d >= (double)row->min && d <= (double)row->max))
			return false;
		*value = d * NSEC;
	} else {
		errno = 0;
		*value = strtoull(text, &end, 10);
		if (errno || *value < row->min || *value > row->max)
			return false;
	}
	/* strtoull() takes a sign, strtod() "nan" and hexadecimal: digits only. */
	if (*end || !*text || strspn(text, "0123456789.") != strlen(text))
		return false;
	return !(row->flags & POWER_OF_2) || !(*value & (*value - 1));
}

static bool parse_value(const struct option_row *row, const char *text, uint64_t *value)
{
	if (row->flags & MAY_AUTO && !strcmp(text, "auto"))
		*value = OPT_AUTO;
	else if (row->flags & MAY_INF && (!strcmp(text, "inf") || !strcmp(text, "forever")))
		*value = OPT_INF;
	else
		return parse_number(row, text, value);
	return true;
}

static int set(struct options *o, const struct option_row *row, const char *text)
{
	void *at = (char *)o + row->offset;
	char range[80];

	switch (row->kind) {
	case FLAG:
		*(bool *)at = true;
		return 0;
	case TEXT:
		*(const char **)at = text;
		return 0;
	case ON_OFF:
		*(bool *)at = !strcmp(text, "on");
		if (*(bool *)at || !strcmp(text, "off"))
			return 0;
		break;
	case NUMBER:
	case SECONDS:
		if (parse_value(row, text, at))
			return 0;
		break;
	case FAULT:
		return fault_parse(at, text);
	}
	describe_range(row, range, sizeof(range));
	msg_error("--%s: '%s' is not one of %s", row->name, text, range);
	return -EINVAL;
}

static int check_texts(const struct options *o)
{
	size_t len = strlen(o->tap);

	if (!len || len >= IFNAMSIZ || strpbrk(o->tap, "/%: \t\n") || o->tap[0] == '.') {
		msg_error(
			"--tap: '%s' is no interface name: 1..%d characters, no '/', ':', '%%', space",
			o->tap, IFNAMSIZ - 1);
		return -EINVAL;
	}
	if (*o->peer && (strlen(o->peer) >= IFNAMSIZ || !strcmp(o->peer, o->tap))) {
		msg_error("--peer: '%s' is no other interface", o->peer);
		return -EINVAL;
	}
	if (strcmp(o->poll, "no") && strcmp(o->poll, "tx") && strcmp(o->poll, "all")) {
		msg_error("--poll: '%s' is not one of no, tx, all", o->poll);
		return -EINVAL;
	}
	if (strcmp(o->check, "quick") && strcmp(o->check, "full")) {
		msg_error("--check: '%s' is not one of quick, full", o->check);
		return -EINVAL;
	}
	return 0;
}

static void resolve_auto(struct options *o)
{
	uint64_t count = o->duration == OPT_INF ? 10000 : OPT_INF;
	uint64_t packet = options_hdr_len(o) + o->size;

	if (o->tx == OPT_AUTO)
		o->tx = count;
	if (o->rx == OPT_AUTO)
		o->rx = count;
	if (o->segs == OPT_AUTO)
		o->segs = o->indirect || !o->version1 ? 2 : 1;
	if (o->rxbuf == OPT_AUTO)
		o->rxbuf = o->mrg ? 1536 : MAX(packet, 1536);
}

/* What no single value can say. */
static int check_together(struct options *o)
{
	uint64_t packet = options_hdr_len(o) + o->size;
	uint64_t bufs = (packet + o->rxbuf - 1) / o->rxbuf;
	uint64_t fits = o->ring / 2;	/* of a packet's buffers: see traffic_init() */

	if (!o->version1 && o->segs < 2) {
		msg_error(
			"--segs: '1' is less than 2, which --version1 off needs (the header apart)");
		return -EINVAL;
	}
	if (!o->mrg && o->rxbuf < packet) {
		msg_error("--rxbuf: '%llu' is less than %llu, which --mrg off --size %llu needs",
			  (unsigned long long)o->rxbuf, (unsigned long long)packet,
			  (unsigned long long)o->size);
		return -EINVAL;
	}
	if (bufs > fits) {
		msg_error(
			"--rxbuf: '%llu' makes a packet take %llu buffers, more than half the ring of %llu",
			(unsigned long long)o->rxbuf, (unsigned long long)bufs,
			(unsigned long long)o->ring);
		return -EINVAL;
	}
	if (!o->call && strcmp(o->poll, "all")) {
		msg_error("--call: off needs --poll all");
		return -EINVAL;
	}
	if (*o->peer && o->pairs > 1) {
		msg_error("--peer: with --pairs 1 only: a macvtap chooses queues by itself");
		return -EINVAL;
	}
	if (o->iommu && !o->version1) {
		msg_error("--iommu: a legacy guest (--version1 off) has no such feature");
		return -EINVAL;
	}
	if (!fault_plan_fits(o) || (*o->hostile && hostile_check(o)))
		return -EINVAL;
	if (o->window == OPT_AUTO)
		o->window = MAX(1, MIN(o->ring / bufs, o->txqueuelen) / 2);
	o->lossy |= o->window == OPT_INF || fault_lasts(&o->faults);
	return 0;
}

static const struct option_row *find(const char *name)
{
	for (size_t i = 0; i < NR; i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

static int read_arguments(struct options *o, int argc, char **argv)
{
	struct option longs[NR + 1] = { 0 };
	int c, at;

	for (size_t i = 0; i < NR; i++)
		longs[i] = (struct option){ table[i].name, table[i].arg ? 1 : 0, NULL, 0 };
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":hv", longs, &at)) != -1) {
		int err = 0;

		if (c == 0)
			err = set(o, &table[at], optarg);
		else if (c == 'h')
			err = set(o, find("help"), NULL);
		else if (c == 'v')
			err = set(o, find("verbose"), NULL);
		else {
			msg_error(c == ':' ? "%s: the argument is missing" :
				  "%s: unknown option, or an argument where none belongs",
				  argv[optind - 1]);
			msg_hint("vguest --help lists the options");
			return -EINVAL;
		}
		if (err)
			return err;
	}
	if (optind < argc) {
		msg_error("%s: unexpected argument", argv[optind]);
		msg_hint("vguest --help lists the options");
		return -EINVAL;
	}
	return 0;
}

int options_parse(struct options *o, int argc, char **argv)
{
	*o = (struct options){ 0 };
	for (size_t i = 0; i < NR; i++)
		if (table[i].def && set(o, &table[i], table[i].def))
			return -EINVAL;
	int err = read_arguments(o, argc, argv);

	if (err || o->help || o->man || o->version)
		return err;
	err = check_texts(o);
	if (err)
		return err;
	resolve_auto(o);
	return check_together(o);
}
