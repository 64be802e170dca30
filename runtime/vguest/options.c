// SPDX-License-Identifier: GPL-2.0-or-later
/* The command line: one table, from which parsing, defaults and help come. */
#include "vguest/options.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>

#include "base/msg.h"
#include "base/option.h"
#include "base/str.h"
#include "vguest/fault.h"
#include "vguest/frame.h"
#include "vguest/help.h"
#include "vguest/hostile.h"
#include "vguest/vguest.h"

struct option_row {
	const char *name, *arg, *def, *help;
	struct option_is is;
};

#define AT(member) offsetof(struct options, member)
#define LARGE 1000000000000ULL

static const struct option_row table[] = {
	{ "tap", "NAME", "vg0",
	  "the tap to create; it disappears when vguest ends",
	  { OPTION_TEXT, AT(tap) } },
	{ "peer", "NAME", "",
	  "--tap is an existing macvtap (mode passthru) on one end of a veth pair, and NAME is "
	  "the other end, where the host sends and receives frames",
	  { OPTION_TEXT, AT(peer) } },
	{ "tx", "N", "auto",
	  "packets the guest sends, over all pairs; auto: 10000, or inf with --duration",
	  { OPTION_NUMBER, AT(tx), 0, LARGE, NULL, OPTION_AUTO | OPTION_INF } },
	{ "rx", "N", "auto",
	  "packets the host sends to the guest, over all pairs; auto as --tx",
	  { OPTION_NUMBER, AT(rx), 0, LARGE, NULL, OPTION_AUTO | OPTION_INF } },
	{ "duration", "S", "inf",
	  "no new packets after this many seconds",
	  { OPTION_TIME, AT(duration), 0, 1000000, "s", OPTION_INF | OPTION_ZERO } },
	{ "rate", "N", "0",
	  "packets a second in each direction, over all pairs; 0: as fast as possible",
	  { OPTION_NUMBER, AT(rate), 0, 100000000 } },
	{ "batch", "N", "32",
	  "TX: packets per publish and kick; RX: frames per send, buffers per refill; "
	  "limited to the room in the ring (RX: half of that)",
	  { OPTION_NUMBER, AT(batch), 1, 32768 } },
	{ "size", "BYTES", "1000",
	  "frame size, Ethernet header included, virtio header not",
	  { OPTION_NUMBER, AT(size), FRAME_MIN, 65535 } },
	{ "pairs", "N", "1",
	  "queue pairs; each has a vhost-net device, a tap queue and a thread",
	  { OPTION_NUMBER, AT(pairs), 1, MAX_PAIRS } },
	{ "ring", "N", "256",
	  "descriptors of every ring",
	  { OPTION_NUMBER, AT(ring), 64, 32768, NULL, OPTION_POWER_OF_2 } },
	{ "segs", "N", "auto",
	  "descriptors of a TX packet; auto: 2 with --indirect on or --version1 off, else 1",
	  { OPTION_NUMBER, AT(segs), 1, MAX_SEGS, NULL, OPTION_AUTO } },
	{ "rxbuf", "BYTES", "auto",
	  "an RX buffer, virtio header included; auto: 1536, more if --mrg off needs it",
	  { OPTION_NUMBER, AT(rxbuf), 64, 65600, NULL, OPTION_AUTO } },
	{ "window", "N", "auto",
	  "RX frames under way per pair; auto: half of what fits ring and tap, so that none is "
	  "lost; inf: the host sends from a thread of its own, whether or not the guest takes "
	  "them, and frames that the tap refuses are lost",
	  { OPTION_NUMBER, AT(window), 1, 1000000, NULL, OPTION_AUTO | OPTION_INF } },
	{ "txqueuelen", "N", "1000",
	  "frames the tap holds per queue",
	  { OPTION_NUMBER, AT(txqueuelen), 1, 65535 } },
	{ "event-idx", "on|off", "on",
	  "VIRTIO_RING_F_EVENT_IDX",
	  { OPTION_ON_OFF, AT(event_idx) } },
	{ "indirect", "on|off", "on",
	  "VIRTIO_RING_F_INDIRECT_DESC",
	  { OPTION_ON_OFF, AT(indirect) } },
	{ "mrg", "on|off", "on",
	  "VIRTIO_NET_F_MRG_RXBUF: a packet may take several RX buffers",
	  { OPTION_ON_OFF, AT(mrg) } },
	{ "version1", "on|off", "on",
	  "VIRTIO_F_VERSION_1; off: a legacy guest",
	  { OPTION_ON_OFF, AT(version1) } },
	{ "notify-on-empty", "on|off", "off",
	  "VIRTIO_F_NOTIFY_ON_EMPTY",
	  { OPTION_ON_OFF, AT(notify_on_empty) } },
	{ "busyloop", "US", "0",
	  "microseconds that vhost polls before it sleeps",
	  { OPTION_NUMBER, AT(busyloop), 0, 1000000 } },
	{ "iommu", "on|off", "off",
	  "VIRTIO_F_ACCESS_PLATFORM: addresses are I/O virtual, vhost has a device IOTLB and asks "
	  "for missing translations",
	  { OPTION_ON_OFF, AT(iommu) } },
	{ "iommu-granule", "BYTES", "16384",
	  "the piece of guest memory that an answer maps",
	  { OPTION_NUMBER, AT(iommu_granule), 4096, 1 << 30, NULL, OPTION_POWER_OF_2 } },
	{ "poll", "no|tx|all", "no",
	  "the guest leaves callbacks off (used_event stays 0) and polls its used rings instead: "
	  "tx, the TX ring every 0.2 ms; all, both rings, and it never sleeps. This is not a "
	  "fault",
	  { OPTION_TEXT, AT(poll) } },
	{ "call", "on|off", "on",
	  "off: vhost has no call eventfd, as QEMU leaves it out for a guest without interrupts "
	  "(DPDK); needs --poll all",
	  { OPTION_ON_OFF, AT(call) } },
	{ "one-flow", NULL, NULL,
	  "all packets use pair 0; the other pairs are idle",
	  { OPTION_FLAG, AT(one_flow) } },
	{ "qdisc", "on|off", "off",
	  "the host's frames go through the tap's qdisc; the sender does not learn of frames "
	  "dropped there or behind it",
	  { OPTION_ON_OFF, AT(qdisc) } },
	{ "lossy", NULL, NULL,
	  "packets may get lost: there is no watchdog, vguest does not wait at the end for "
	  "packets under way, and counts need not be those of a run without loss. --window inf "
	  "and a fault that lasts imply it",
	  { OPTION_FLAG, AT(lossy) } },
	{ "fault", "KIND:N", NULL,
	  "do something wrong; may be given several times; see faults",
	  { OPTION_OTHER, AT(faults) } },
	{ "hostile", "KIND", "",
	  "no traffic: vguest corrupts TX0's ring before 'ready', and waits for SIGTERM: "
	  "avail-ahead, head-range, "
	  "next-range, loop, long, indirect-nested, indirect-unmapped, indirect-length, unmapped, zero-length, wrap, "
	  "desc-unreadable, unreadable; random: garbage, new garbage every millisecond",
	  { OPTION_TEXT, AT(hostile) } },
	{ "seed", "N", "1",
	  "the seed of --hostile random",
	  { OPTION_NUMBER, AT(seed), 0, LARGE } },
	{ "check", "quick|full", "quick",
	  "what is checked of a received frame: headers, sequence, length, tail; or every byte too",
	  { OPTION_TEXT, AT(check) } },
	{ "ipv6", "on|off", "off",
	  "whether the host's IPv6 may send on the tap (counted as foreign)",
	  { OPTION_ON_OFF, AT(ipv6) } },
	{ "watchdog", "S", "30",
	  "give up when packets are under way and nothing has moved for this time",
	  { OPTION_TIME, AT(watchdog), 0, 1000000, "s", OPTION_INF | OPTION_ZERO } },
	{ "wait", NULL, NULL,
	  "set up, print 'ready pid=.. tap=..', start at a line on stdin or SIGUSR1",
	  { OPTION_FLAG, AT(wait) } },
	{ "hold", "S", "0",
	  "after the traffic print 'idle pid=.. tap=..' and stay a live, idle guest for this time",
	  { OPTION_TIME, AT(hold), 0, 1000000, "s", OPTION_INF | OPTION_ZERO } },
	{ "reset", NULL, NULL,
	  "after the counts VHOST_RESET_OWNER: the devices have neither owner nor rings any more",
	  { OPTION_FLAG, AT(reset) } },
	{ "linger", NULL, NULL,
	  "after the counts keep the devices open until SIGTERM or SIGINT",
	  { OPTION_FLAG, AT(linger) } },
	{ "verbose", NULL, NULL,
	  "print each step",
	  { OPTION_FLAG, AT(verbose) } },
	{ "help", NULL, NULL,
	  "this text",
	  { OPTION_FLAG, AT(help) } },
	{ "man", NULL, NULL,
	  "this text as the source of a manual page",
	  { OPTION_FLAG, AT(man) } },
	{ "version", NULL, NULL,
	  "the version",
	  { OPTION_FLAG, AT(version) } },
};

#define NR ARRAY_SIZE(table)

/* "its help [default] (range)" */
static void describe_row(const struct option_row *row, char *buf, size_t size)
{
	char range[OPTION_TEXT_MAX];
	int n = snprintf(buf, size, "%s", row->help);

	if (row->def)
		n += snprintf(buf + n, size - n, " [%s]", row->def);
	if (row->is.type == OPTION_NUMBER || row->is.type == OPTION_TIME)
		snprintf(buf + n, size - n, " (%s)", option_wants(&row->is, row->arg, range));
}

void options_rows(const struct help_form *f, FILE *out)
{
	char left[40], text[560];

	for (size_t i = 0; i < NR; i++) {
		snprintf(left, sizeof(left), "--%s%s%s", table[i].name, table[i].arg ? " " : "",
			 str_empty(table[i].arg));
		describe_row(&table[i], text, sizeof(text));
		f->row(out, 0, left, text);
	}
}

static int set(struct options *o, const struct option_row *row, const char *text)
{
	char wants[OPTION_TEXT_MAX];

	if (row->is.type == OPTION_OTHER)
		return fault_parse(&o->faults, text);
	if (!option_take(&row->is, row->arg, text, o))
		return 0;
	msg_error("--%s wants %s, not '%s'", row->name, option_wants(&row->is, row->arg, wants), text);
	return -EINVAL;
}

static int check_texts(const struct options *o)
{
	size_t len = strlen(o->tap);

	if (!len || len >= IFNAMSIZ || strpbrk(o->tap, "/%: \t\n") || o->tap[0] == '.') {
		msg_error(
			"--tap: '%s' is not an interface name: 1..%d characters, no '/', ':', "
			"'%%', space",
			o->tap, IFNAMSIZ - 1);
		return -EINVAL;
	}
	if (*o->peer && (strlen(o->peer) >= IFNAMSIZ || !strcmp(o->peer, o->tap))) {
		msg_error("--peer: '%s' is not another interface", o->peer);
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
		msg_error("--peer needs --pairs 1: a macvtap chooses queues by itself");
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
		int ret = 0;

		if (c == 0)
			ret = set(o, &table[at], optarg);
		else if (c == 'h')
			ret = set(o, find("help"), NULL);
		else if (c == 'v')
			ret = set(o, find("verbose"), NULL);
		else {
			msg_error(c == ':' ? "%s: the argument is missing" :
				  "%s: unknown option, or an argument that it does not take",
				  argv[optind - 1]);
			msg_hint("vguest --help lists the options");
			return -EINVAL;
		}
		if (ret)
			return ret;
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
	int ret = read_arguments(o, argc, argv);

	if (ret || o->help || o->man || o->version)
		return ret;
	ret = check_texts(o);
	if (ret)
		return ret;
	resolve_auto(o);
	return check_together(o);
}
