// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump/dump.h"

#include <errno.h>
#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "tree.h"

/* A guest at rest: nothing is to be said of it */
#define HEAD "DUMP format=1 release=6.12.1 time_us=1795245041942650 seq=0\n"
#define GUEST "GUEST pid=42 comm=qemu-system-x86 devices=1 queues=2\n"
#define DEV "DEV pid=42 dev=0 kind=net fd=31 if=tap0 pair=0 queues=2 owner=42 features=0x138008000 " \
	"backend_features=0x2 log=0 iotlb=0 iotlb_entries=0 regions=5 workers=1\n"
#define WORKER "WORKER pid=42 dev=0 worker=0 tid=50 comm=vhost-42 state=S cpu=1 form=kthread pending=0\n"
#define VQ(q, i, last_avail, avail, used, flags) \
	"VQ pid=42 dev=0 queue=" q " index=" i " num=256 desc=0x7f0000000000 avail=0x7f0000001000 " \
	"used=0x7f0000001240 backend=1 worker=0 last_avail_idx=" last_avail " avail_idx=" avail \
	" last_used_idx=" used " used_flags=" flags " signalled_used=" used \
	" signalled_used_valid=1 busyloop_us=0 is_le=1 log_used=0 log_addr=0xffffffffffffffff kick=9 " \
	"call=0 error=none vq_features=0x138008000 busy=0\n"
#define RING(q, avail, event, flags, used, avail_event) \
	"RING pid=42 dev=0 queue=" q " avail_flags=0 avail_idx=" avail " used_event=" event \
	" used_flags=" flags " used_idx=" used " avail_event=" avail_event " error=none\n"
#define RX VQ("RX0", "0", "1240", "1400", "1240", "1") RING("RX0", "1400", "1240", "0", "1240", "1112")
#define TX VQ("TX0", "1", "65530", "65530", "65530", "0") \
	RING("TX0", "65530", "10", "0", "65530", "65530")
#define END "END queues=2 unreadable=0 lost=0 us=184\n"

static const char quiet[] = HEAD GUEST DEV WORKER RX TX END;

/* Each line of @text; what the last of them gave */
static int read_text(struct dump_reader *r, const char *text)
{
	int ret = 0;

	for (size_t n; *text && ret >= 0; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		ret = dump_reader_line(r, text, n);
	}
	return ret;
}

static void read_dump(struct dump *d, const char *text)
{
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };
	int ret = read_text(&r, text);

	if (ret < 0)
		print_message("%s\n", r.why);
	assert_int_equal(ret, 1);
	dump_reader_take(&r, d);
}

/*
 * @text with one word changed: "TX0.avail_idx=7" is that key of the VQ of queue
 * TX0, "TX0:used_idx=7" of its RING; "DEV.iotlb=1", "WORKER.state=T" are of these; "*" is each
 * queue.
 */
static char *change(const char *text, const char *edit)
{
	size_t who = strcspn(edit, ".:"), key = strcspn(edit + who, "=") + 1;
	FREE char *find = str_printf(" %.*s", (int)(key - 1), edit + who + 1);
	char *out = NULL;
	size_t len;
	FILE *f = open_memstream(&out, &len);
	bool changed = false;

	assert_non_null(f);
	for (size_t n; *text; text += n + 1) {
		n = strcspn(text, "\n");

		FREE char *line = strndup(text, n);
		FREE char *queue = str_printf(" queue=%.*s ", (int)who, edit);
		bool of_queue = (*edit == '*' || strstr(line, queue)) &&
				!strncmp(line, edit[who] == ':' ? "RING" : "VQ", 2);
		char *at = of_queue || !strncmp(line, edit, who) ? strstr(line, find) : NULL;

		if (at) {
			fprintf(f, "%.*s %s%s\n", (int)(at - line), line, edit + who + 1,
				at + 1 + strcspn(at + 1, " "));
			changed = true;
		} else {
			fprintf(f, "%s\n", line);
		}
	}
	fclose(f);
	assert_true(changed);
	return out;
}

static char *change_all(const char *text, const char *const *edits)
{
	char *out = strdup(text);

	for (; *edits; edits++) {
		char *next = change(out, *edits);

		free(out);
		out = next;
	}
	return out;
}

static const struct dump_vq *queue(const struct dump *d, const char *name)
{
	const struct dump_vq *q = dump_find_vq(&d->guests[0].devs[0], name);

	assert_non_null(q);
	return q;
}

/* A file with one dump */
static void read_file(struct dump *d, const char *path)
{
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };
	FILE *f = fopen(path, "r");
	char line[1024];
	int ret = 0;

	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		assert_int_equal(ret, 0);
		ret = dump_reader_line(&r, line, strcspn(line, "\n"));
		assert_true(ret >= 0);
	}
	fclose(f);
	assert_int_equal(ret, 1);
	assert_int_equal(dump_reader_end(&r), 0);
	assert_int_equal(r.unknown, 0);
	dump_reader_take(&r, d);
	assert_true(d->whole);
}

/* Recorded of a guest in traffic: the script says nothing that we don't know, and all is well */
static void a_recorded_dump_is_well(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	CLEANUP(dump_findings_free) struct dump_findings r = { 0 };

	(void)state;
	read_file(&d, "tests/unit/dump-live.records");
	assert_int_equal(dump_findings_find(&d, NULL, &r), 0);
	assert_int_equal(r.n, 0);
	assert_true(value_is(queue(&d, "RX0")->derived.pending, 256));
	assert_true(value_is(queue(&d, "RX0")->derived.free, 0));
	assert_true(value_is(queue(&d, "TX0")->derived.notify_after, 1));
	assert_true(value_is(queue(&d, "TX0")->derived.would_kick, 1));
	assert_string_equal(dump_position(queue(&d, "RX0"), value_of(5023)), "used");
	assert_string_equal(dump_position(queue(&d, "RX0"), value_of(5024)), "pending");
}

static void records_become_structs(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };

	(void)state;
	read_file(&d, "tests/unit/dump.records");
	assert_string_equal(d.release, "6.12.117+deb13-amd64");
	assert_true(value_is(d.us, 184));
	assert_int_equal(dump_queues(&d), 2);
	assert_string_equal(d.guests[0].name, "web-1");
	assert_string_equal(d.guests[0].devs[0].iface, "tap0");
	assert_int_equal(d.guests[0].devs[0].iotlb_entries.state, VALUE_UNKNOWN);
	assert_true(value_is(dump_find_worker(&d.guests[0].devs[0], value_of(0))->tid, 4250));

	const struct dump_vq *tx = queue(&d, "TX0"), *rx = queue(&d, "RX0");

	assert_int_equal(tx->error.state, VALUE_NONE);
	assert_true(value_is(tx->log_addr, ~0ULL));
	assert_true(value_is(tx->ring.used_event, 30419));
	assert_int_equal(tx->n_descs, 2);
	assert_string_equal(tx->descs[1].table, "indirect");
	assert_true(value_is(tx->hdrs[0].gso_size, 1448));
	assert_int_equal(strlen(tx->datas[0].hex), 48);
	assert_int_equal(rx->n_avails, 2);
	assert_string_equal(rx->chains[0].end, "ok");
	assert_true(value_is(rx->useds[0].len, 1012));
}

static void what_is_wrong_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *text, *why;
	} bad[] = {
		{ "hello", "line 1: 'hello' is not a record" },
		{ GUEST, "line 1: no DUMP record before it" },
		{ "DUMP format=2\n",
		  "line 1: records of format 2, but this program knows format 1" },
		{ "DUMP release=x\n", "line 1: format= is missing" },
		{ "DUMP format=?\n", "line 1: format= is missing" },
		{ HEAD DEV, "line 2: its process was not named before" },
		{ HEAD GUEST WORKER, "line 3: its device was not named before" },
		{ HEAD GUEST TX, "line 3: its device was not named before" },
		{ HEAD GUEST DEV "RING pid=42 dev=0 queue=TX0\n",
		  "line 4: its queue was not named before" },
		{ HEAD GUEST GUEST, "line 3: named twice" },
		{ HEAD GUEST DEV "TASK pid=42 dev=0 worker=1\n",
		  "line 4: its worker was not named before" },
		{ HEAD GUEST "TAP pid=42 dev=0 up=1\n",
		  "line 3: its device was not named before" },
		{ HEAD GUEST DEV "DROP pid=42 dev=1 reason=x\n",
		  "line 4: its device was not named before" },
		{ HEAD "THREADS pid=42\n", "line 2: its process was not named before" },
		{ HEAD GUEST DEV TX "SEND pid=42 dev=0 queue=TX0 n=1\n",
		  "line 6: errno= is missing" },
		{ HEAD GUEST DEV "COUNT pid=42 dev=0 queue=TX0\n",
		  "line 4: its queue was not named before" },
		{ HEAD GUEST DEV DEV, "line 4: named twice" },
		{ HEAD GUEST DEV TX TX, "line 6: named twice" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 num=256\n", "line 4: queue= is missing" },
		{ HEAD GUEST DEV "VQ pid=42 queue=TX0\n", "line 4: dev= is missing" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 num=1 num=1\n",
		  "line 4: num= appears twice" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 avail_idx=\n",
		  "line 4: avail_idx= is not a valid value" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 desc=0x\n",
		  "line 4: desc=0x is not a valid value" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 busy\n",
		  "line 4: 'busy' is not key=value" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 =1\n", "line 4: '=1' is not key=value" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 avail_idx=--1\n",
		  "line 4: avail_idx=--1 is not a valid value" },
		{ HEAD GUEST DEV "VQ pid=42 dev=0 queue=TX0 desc=-0x1\n",
		  "line 4: desc=-0x1 is not a valid value" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CLEANUP(dump_reader_free) struct dump_reader r = { 0 };

		assert_int_equal(read_text(&r, bad[i].text), -EBADMSG);
		if (bad[i].why)
			assert_string_equal(r.why, bad[i].why);
	}
}

/* A number that can't be is unknown, with a word about it, and takes nothing else along */
static void what_is_out_of_range_is_unknown(void **state)
{
	static const struct {
		const char *record, *odd;
	} rows[] = {
		{ "VQ pid=42 dev=0 queue=RX0 avail_idx=65536 num=7\n", "line 4: avail_idx=65536" },
		{ "VQ pid=42 dev=0 queue=RX0 avail_idx=-1 num=7\n", "line 4: avail_idx=-1" },
		{ "VQ pid=42 dev=0 queue=RX0 desc=0x10000000000000000 num=7\n",
		  "line 4: desc=0x10000000000000000" },
		{ "VQ pid=42 dev=0 queue=RX0 kick=18446744073709551616 num=7\n",
		  "line 4: kick=18446744073709551616" },
		{ "VQ pid=42 dev=0 queue=RX0 kick=99999999999999999999999999 num=7\n",
		  "line 4: kick=99999999999999999999999999" },
		{ "VQ pid=42 dev=0 queue=RX0 busy=2 num=7\n", "line 4: busy=2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(dump_reader_free) struct dump_reader r = { 0 };
		CLEANUP(dump_free) struct dump d = { 0 };
		FREE char *text = str_printf("%s%s%s", HEAD GUEST DEV, rows[i].record, TX END);

		assert_int_equal(read_text(&r, text), 1);
		assert_int_equal(r.odd, 1);
		assert_string_equal(r.first_odd, rows[i].odd);
		dump_reader_take(&r, &d);
		assert_true(d.whole);
		assert_int_equal(dump_queues(&d), 2);
		assert_true(value_is(queue(&d, "RX0")->num, 7));
		assert_int_equal(queue(&d, "RX0")->avail_idx.state, VALUE_UNKNOWN);
		assert_int_equal(queue(&d, "RX0")->kick.state, VALUE_UNKNOWN);
		assert_int_equal(queue(&d, "RX0")->busy.state, VALUE_UNKNOWN);
	}
}

static void odd_names_and_priorities_are_read(void **state)
{
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };
	CLEANUP(dump_free) struct dump d = { 0 };
	char shown[FIELD_SHOWN];

	(void)state;
	assert_int_equal(read_text(&r, "NAME pid=42 name=?\nNAME pid=43 name=\n" HEAD
				   "GUEST pid=42 comm=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
				   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n" DEV WORKER
				   "TASK pid=42 dev=0 worker=0 policy=deadline prio=-1\n" END), 1);
	assert_int_equal(r.odd, 1);		/* the comm */
	dump_reader_take(&r, &d);
	assert_string_equal(d.guests[0].name, "");
	assert_string_equal(d.guests[0].comm, "");
	assert_string_equal(field_show(dump_field(KIND_TASK, "prio", 4),
				       d.guests[0].devs[0].workers[0].task.prio, shown),
			    "-1");
}

static void long_lines_and_bytes_that_are_no_text_are_refused(void **state)
{
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };
	char line[5000];

	(void)state;
	memset(line, 'A', sizeof(line));
	assert_int_equal(dump_reader_line(&r, line, sizeof(line)), -EBADMSG);
	assert_int_equal(dump_reader_line(&r, "DUMP\0x", 6), -EBADMSG);
}

static void what_a_later_script_adds_is_left_out(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };

	(void)state;
	assert_int_equal(read_text(&r, "# words\n\n" HEAD
				       "SUMMER pid=7 x=y\nGUEST pid=42 comm=q colour=red\r\n" END),
			 1);
	assert_int_equal(r.unknown, 1);
	dump_reader_take(&r, &d);
	assert_string_equal(d.guests[0].comm, "q");
	assert_int_equal(d.guests[0].n_devices.state, VALUE_UNKNOWN);
}

/* Records of vhost-drops: each goes to what it is about */
static void counts_and_the_tap_are_read(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	static const char of_tx[] = " pid=42 dev=0 queue=TX0 ";
	FREE char *text = str_printf("%sNET%supend=7 done=5 oldest_busy=1 ubufs=3 batched=?\n"
				     "COUNT%skicks=9 signals=none no_call=0 delay_ns=12345678901 errors=1\n"
				     "SEND%serrno=EAGAIN n=3\nSEND%serrno=EIO n=1\nMISSED events=2\n%s",
				     HEAD GUEST "THREADS pid=42 threads=6 run_ns=99999999999 wait_max_ns=?\n"
				     DEV "TAP pid=42 dev=0 driver=tun up=1 carrier=0 ring=1000 sndbuf=2147483647 "
				     "tx_dropped=7 qdisc=fq_codel filter=?\n"
				     "DROP pid=42 dev=0 reason=FULL_RING n=5 sampled=0\n"
				     "DROP pid=42 dev=0 reason=? n=2 sampled=1\n"
				     WORKER "TASK pid=42 dev=0 worker=0 run_ns=5 wait_ns=? policy=fifo prio=98\n"
				     RX TX, of_tx, of_tx, of_tx, of_tx, END);

	(void)state;
	read_dump(&d, text);

	const struct dump_dev *dev = &d.guests[0].devs[0];
	const struct dump_vq *tx = queue(&d, "TX0");

	assert_true(value_is(d.missed, 2) && d.whole);
	assert_true(value_is(d.guests[0].threads.run_ns, 99999999999));
	assert_true(value_is(dev->tap.tx_dropped, 7) && value_is(dev->tap.carrier, 0));
	assert_string_equal(dev->tap.qdisc, "fq_codel");
	assert_int_equal(dev->tap.filter.state, VALUE_UNKNOWN);
	assert_int_equal(dev->n_drops, 2);
	assert_string_equal(dev->drops[0].reason, "FULL_RING");
	assert_string_equal(dev->drops[1].reason, "");
	assert_string_equal(dev->workers[0].task.policy, "fifo");
	assert_true(value_is(tx->net.upend, 7) && value_is(tx->count.delay_ns, 12345678901));
	assert_int_equal(tx->count.signals.state, VALUE_NONE);
	assert_int_equal(tx->n_sends, 2);
	assert_string_equal(tx->sends[1].name, "EIO");
	assert_int_equal(queue(&d, "RX0")->count.kicks.state, VALUE_UNKNOWN);
}

/*
 * A macvtap counts its guest's packets the other way about, some of them twice, and its queue
 * discipline is the guest's
 */
static void taps_are_read_by_the_guests_direction(void **state)
{
	static const struct dump_tap interface = {
		.rx_packets = { VALUE_KNOWN, 10 }, .rx_dropped = { VALUE_KNOWN, 2 },
		.rx_errors = { VALUE_KNOWN, 2 },
		.tx_packets = { VALUE_KNOWN, 20 }, .tx_dropped = { VALUE_KNOWN, 3 },
		.tx_errors = { VALUE_KNOWN, 5 },
		.qdisc_drops = { VALUE_KNOWN, 7 }, .qdisc_backlog = { VALUE_KNOWN, 8 },
	};
	struct dump_tap tun = interface, macvtap = interface, other = interface;

	(void)state;
	strcpy(tun.driver, "tun");
	strcpy(macvtap.driver, "tap");
	dump_tap_directions(&tun);
	dump_tap_directions(&macvtap);
	dump_tap_directions(&other);
	assert_true(value_is(tun.to_guest, 20) && value_is(tun.to_guest_dropped, 3) &&
		    value_is(tun.to_guest_errors, 5));
	assert_true(value_is(tun.from_guest, 10) && value_is(tun.from_guest_dropped, 2) &&
		    value_is(tun.from_guest_errors, 2));
	assert_true(value_is(tun.qdisc_drops, 7) && value_is(tun.qdisc_backlog, 8));
	assert_int_equal(tun.from_guest_qdisc_drops.state, VALUE_UNKNOWN);
	assert_true(value_is(macvtap.to_guest, 10) && value_is(macvtap.to_guest_dropped, 2) &&
		    value_is(macvtap.to_guest_errors, 0));
	assert_true(value_is(macvtap.from_guest, 20) && value_is(macvtap.from_guest_dropped, 3) &&
		    value_is(macvtap.from_guest_errors, 5));
	assert_true(value_is(macvtap.from_guest_qdisc_drops, 7) &&
		    value_is(macvtap.from_guest_qdisc_backlog, 8));
	assert_int_equal(macvtap.qdisc_drops.state, VALUE_NONE);
	assert_int_equal(macvtap.qdisc_backlog.state, VALUE_NONE);
	assert_int_equal(other.to_guest.state, VALUE_UNKNOWN);
	assert_int_equal(other.from_guest_dropped.state, VALUE_UNKNOWN);
}

static void a_dump_without_its_end_is_not_whole(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	CLEANUP(dump_reader_free) struct dump_reader r = { 0 };

	(void)state;
	assert_int_equal(read_text(&r, HEAD GUEST DEV WORKER TX), 0);
	/* another begins */
	assert_int_equal(read_text(&r, HEAD), 1);
	dump_reader_take(&r, &d);
	assert_false(d.whole);
	assert_int_equal(dump_queues(&d), 1);
	assert_int_equal(read_text(&r, GUEST), 0);
	/* nothing more comes */
	assert_int_equal(dump_reader_end(&r), 1);
	dump_reader_take(&r, &d);
	assert_false(d.whole);
	assert_int_equal(d.n_guests, 1);
	assert_int_equal(dump_reader_end(&r), 0);
}

static void who_is_gone_is_kept(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };

	(void)state;
	read_dump(&d, "GONE pid=1 why=ended\n" HEAD "GONE pid=7 why=closed\n" END);
	assert_int_equal(d.n_gone, 1);
	assert_true(value_is(d.gone[0].pid, 7));
	assert_string_equal(d.gone[0].why, "closed");
}

/* Derived values: of TX0, with edits */
static void numbers_follow(void **state)
{
	static const struct {
		const char *edits[6];
		const char *key, *want;
	} rows[] = {
		{ { NULL }, "pending", "0" },
		{ { "TX0:avail_idx=5", NULL }, "pending", "11" },
		{ { "TX0:avail_idx=?", NULL }, "pending", "?" },
		{ { "TX0.last_avail_idx=2", NULL }, "in_flight", "8" },
		{ { "TX0.last_avail_idx=2", "TX0.backend=0", "TX0.last_used_idx=0", NULL },
		  "in_flight", "8" },
		{ { "TX0.backend=0", "TX0:used_idx=?", NULL }, "in_flight", "?" },
		{ { "TX0:avail_idx=250", NULL }, "free", "0" },
		{ { "TX0:avail_idx=0", NULL }, "free", "250" },
		{ { "TX0:avail_idx=0", "TX0:used_idx=65000", NULL }, "free", "0" },
		{ { "TX0:used_idx=?", NULL }, "free", "?" },
		/* signals: event 10, last_used 65530 */
		{ { NULL }, "notify_after", "17" },
		{ { NULL }, "would_notify", "no" },
		{ { "TX0:used_event=65530", NULL }, "notify_after", "1" },
		{ { "TX0:used_event=65530", NULL }, "would_notify", "yes" },
		{ { "TX0:used_event=65529", NULL }, "notify_after", "65536" },
		{ { "TX0:used_event=65529", "TX0.signalled_used=65529", NULL }, "notify_after",
		  "1" },
		{ { "TX0.signalled_used_valid=0", NULL }, "notify_after", "1" },
		{ { "TX0.signalled_used_valid=?", NULL }, "notify_after", "?" },
		{ { "TX0.call=none", NULL }, "notify_after", "none" },
		{ { "TX0.call=none", NULL }, "would_notify", "no" },
		{ { "TX0:used_event=?", NULL }, "would_notify", "?" },
		{ { "TX0.vq_features=0x0", NULL }, "would_notify", "yes" },
		{ { "TX0.vq_features=0x0", "TX0:avail_flags=1", NULL }, "would_notify", "no" },
		{ { "TX0.vq_features=0x0", "TX0:avail_flags=?", NULL }, "would_notify", "?" },
		{ { "TX0.vq_features=0x1000000", "TX0:avail_flags=1", NULL }, "would_notify",
		  "yes" },
		{ { "TX0.vq_features=0x1000000", "TX0:avail_flags=1", "TX0.avail_idx=0", NULL },
		  "would_notify", "no" },
		{ { "TX0.vq_features=?", NULL }, "would_notify", "no" },
		{ { "TX0.vq_features=?", "DEV.features=?", NULL }, "would_notify", "?" },
		/* kicks */
		{ { NULL }, "would_kick", "yes" },
		{ { "TX0:avail_event=65529", NULL }, "would_kick", "no" },
		{ { "TX0:avail_event=?", NULL }, "would_kick", "?" },
		{ { "TX0.vq_features=0x0", NULL }, "would_kick", "yes" },
		{ { "TX0.vq_features=0x0", "TX0:used_flags=1", NULL }, "would_kick", "no" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(dump_free) struct dump d = { 0 };
		FREE char *text = change_all(quiet, rows[i].edits);
		const struct field *f = dump_field(KIND_DERIVED, rows[i].key, strlen(rows[i].key));
		char shown[FIELD_SHOWN];

		read_dump(&d, text);
		const char *is = field_show(f, field_value(f, &queue(&d, "TX0")->derived), shown);

		if (strcmp(is, rows[i].want))
			print_message("row %zu: %s\n", i, rows[i].key);
		assert_string_equal(is, rows[i].want);
	}
}

/* The smallest n for which vring_need_event() says yes, by the definition itself */
static void the_next_signal_is_where_vring_need_event_says(void **state)
{
	static const unsigned int indices[] = {
		0, 1, 2, 255, 256, 32767, 32768, 65279, 65534, 65535
	};
	struct dump_dev dev = { .features = value_of(1ULL << BIT_EVENT_IDX) };

	(void)state;
	for (size_t a = 0; a < ARRAY_SIZE(indices); a++)
		for (size_t b = 0; b < ARRAY_SIZE(indices); b++)
			for (unsigned int done = 0; done < 3; done++) {
				uint16_t event = indices[a], old = indices[b], used = old + done;
				unsigned int n = 1;
				struct dump_vq q = {
					.call = value_of(0), .signalled_used = value_of(old),
					.signalled_used_valid = value_of(1),
					.last_used_idx = value_of(used),
					.ring.used_event = value_of(event),
				};

				while ((uint16_t)(used + n - event - 1) >=
					       (uint16_t)(used + n - old) &&
				       n < 65536)
					n++;
				dump_derive(&dev, &q);
				/* a whole round: the decision is lost in it */
				if (n + done >= 65536)
					continue;
				assert_true(value_is(q.derived.notify_after, n));
			}
}

static void positions_have_names(void **state)
{
	CLEANUP(dump_free) struct dump d = { 0 };
	static const char *const edits[] = {
		"TX0.last_avail_idx=2", "TX0.avail_idx=2", "TX0:avail_idx=5", NULL,
	};
	FREE char *text = change_all(quiet, edits);

	(void)state;
	read_dump(&d, text);
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(65529)), "used");
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(65530)), "in flight");
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(1)), "in flight");
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(2)), "pending");
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(4)), "pending");
	assert_string_equal(dump_position(queue(&d, "TX0"), value_of(5)), "");
	assert_string_equal(dump_position(queue(&d, "TX0"), (struct value){ 0 }), "");
}

/* Features have the names that the tapset gives them */
static void features_are_called_as_in_the_tapset(void **state)
{
	FILE *f = fopen("tapsets/vhost_features.stp", "r");
	unsigned int bit, net, rows = 0;
	char line[256], name[64];

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		STRV_CLEAN struct strv names = { 0 };

		if (sscanf(line, " { %u, %u, \"%63[A-Z0-9_]\"", &bit, &net, name) != 3)
			continue;
		dump_feature_names(features_bit(bit), net, &names);
		assert_int_equal(names.n, 1);
		assert_string_equal(names.v[0], name);
		rows++;
	}
	fclose(f);
	assert_true(rows > 10);

	STRV_CLEAN struct strv names = { 0 };

	dump_feature_names(
		features_of(value_of(1ULL << 15 | 1ULL << 63), value_of(1ULL | 1ULL << 63)), false,
		&names);

	FREE char *all = strv_join(&names, " ");

	assert_string_equal(all, "bit15 bit63 bit64 bit127");
}

/* As linux/virtio_net.h numbers them */
static void tunnel_features_have_the_kernels_numbers(void **state)
{
	STRV_CLEAN struct strv names = { 0 };

	(void)state;
	dump_feature_names(features_of(value_of(3ULL << 46), value_of(0x1e)), true, &names);

	FREE char *all = strv_join(&names, " ");

	assert_string_equal(all, "GUEST_UDP_TUNNEL_GSO_MAPPED GUEST_UDP_TUNNEL_GSO_CSUM_MAPPED "
				 "GUEST_UDP_TUNNEL_GSO GUEST_UDP_TUNNEL_GSO_CSUM "
				 "HOST_UDP_TUNNEL_GSO HOST_UDP_TUNNEL_GSO_CSUM");
}

/* 128 bits: of the queue, else of the device; unknown where no record says */
static void a_feature_is_known_by_its_word(void **state)
{
	struct dump_dev dev = { .features = value_of(1), .features_high = value_of(1ULL << 3) };
	struct dump_vq q = { 0 };

	(void)state;
	assert_int_equal(dump_vq_feature(&dev, &q, 0), 1);
	assert_int_equal(dump_vq_feature(&dev, &q, 67), 1);
	assert_int_equal(dump_vq_feature(&dev, &q, 66), 0);
	q.vq_features_high = value_of(1ULL << 2);
	assert_int_equal(dump_vq_feature(&dev, &q, 67), 0);
	assert_int_equal(dump_vq_feature(&dev, &q, 66), 1);
	/* as in records of a script that didn't tell them */
	q.vq_features_high = dev.features_high = (struct value){ 0 };
	assert_int_equal(dump_vq_feature(&dev, &q, 66), -1);
	assert_int_equal(dump_vq_feature(&dev, &q, 0), 1);
}

/* Remarks */

static char *names_of(const struct dump_findings *r, bool sure_only)
{
	STRV_CLEAN struct strv s = { 0 };

	for (size_t i = 0; i < r->n; i++)
		if (r->v[i].sure || !sure_only)
			strv_addf(&s, "%s%s%s", r->v[i].place.vq ? r->v[i].place.vq->queue : "",
				  r->v[i].place.vq ? " " : "", r->v[i].rule->name);
	return strv_join(&s, ", ");
}

/* VQ records of a device without EVENT_IDX, of one whose mutex somebody else had */
#define NO_EVENT_IDX "*.vq_features=0x118008000", "DEV.features=0x118008000", "*.signalled_used_valid=0"
#define UNLOCKED "DEV.iotlb_entries=?", "DEV.regions=?", "*.busy=1"

struct finding_row {
	const char *edits[8];
	const char *more;	/* records after TX0's */
	const char *want;	/* "" : nothing */
	const char *sure;	/* of these, from one dump; NULL: all */
};

static const struct finding_row finding_rows[] = {
	{ { NULL }, "", "", NULL },
	/* the ring's shape */
	{ { "TX0.num=300", NULL }, "", "TX0 ring-size", NULL },
	{ { "TX0.num=0", NULL }, "", "TX0 ring-size", NULL },
	{ { "TX0.num=65536", NULL }, "", "TX0 ring-size", NULL },
	{ { "TX0.num=32768", NULL }, "", "", NULL },
	{ { "TX0.desc=0x0", NULL }, "", "TX0 ring-address", NULL },
	{ { "TX0.desc=0x0", "DEV.iotlb=1", "DEV.iotlb_entries=4", NULL }, "", "", NULL },
	{ { "TX0.desc=0x7f0000000008", NULL }, "", "TX0 desc-alignment", NULL },
	{ { "TX0.avail=0x7f0000000001", NULL }, "", "TX0 avail-alignment", NULL },
	{ { "TX0.used=0x7f0000000002", NULL }, "", "TX0 used-alignment", NULL },
	{ { "TX0.is_le=0", NULL }, "", "TX0 byte-order", NULL },
	{ { "TX0.is_le=?", NULL }, "", "", NULL },
	{ { "TX0:avail_flags=2", NULL }, "", "TX0 reserved-flags", NULL },
	{ { "TX0:used_flags=3", NULL }, "", "TX0 reserved-flags", NULL },
	{ { "TX0:avail_flags=1", NULL }, "", "", NULL },
	/* features, eventfds, workers */
	{ { "TX0.vq_features=0x138000000", NULL }, "", "TX0 features-differ", NULL },
	{ { "RX0.vq_features=0x338008000", "TX0.vq_features=0x338008000",
	  "DEV.features=0x338008000", NULL },
	  "", "RX0 iotlb-missing, TX0 iotlb-missing", NULL },
	{ { "TX0.vq_features=0x118008000", "RX0.vq_features=0x118008000",
	  "DEV.features=0x118008000",
	    "RX0.signalled_used_valid=0", "RX0.used_flags=0", NULL }, "", "TX0 signalled-valid",
	    NULL },
	{ { "TX0.kick=none", NULL }, "", "TX0 kick-missing", NULL },
	{ { "TX0.kick=?", NULL }, "", "", NULL },
	/* used_event of a guest that has asked: of a buffer that vhost has */
	{ { "RX0.call=none", NULL }, "", "RX0 call-missing", "" },
	{ { "RX0.call=none", "RX0:used_event=1399", NULL }, "", "RX0 call-missing", "" },
	/* of one that polls */
	{ { "TX0.call=none", NULL }, "", "TX0 call-unused", "" },
	{ { "RX0.call=none", "RX0:used_event=1400", NULL }, "", "RX0 call-unused", "" },
	{ { "RX0.call=none", "RX0:used_event=1239", NULL }, "", "RX0 call-unused", "" },
	{ { "RX0.call=none", "RX0:used_event=?", NULL }, "", "RX0 call-unused", "" },
	{ { "RX0.call=none", "RX0:used_event=0", "RX0:used_idx=65500", "RX0.last_used_idx=65500",
	    "RX0.signalled_used=65500", "RX0.num=4096", NULL }, "", "RX0 call-unused", "" },
	{ { NO_EVENT_IDX, "TX0.call=none", "TX0:avail_flags=1", "RX0:used_flags=1" }, "",
	  "TX0 call-unused", "" },
	{ { NO_EVENT_IDX, "TX0.call=none", "RX0:used_flags=1", NULL }, "", "TX0 call-missing", "" },
	{ { NO_EVENT_IDX, "TX0.call=none", "TX0:avail_flags=?", "RX0:used_flags=1" }, "",
	  "TX0 call-unused", "" },
	{ { "TX0.error=2", NULL }, "", "TX0 errors", NULL },
	{ { "TX0.error=0", NULL }, "", "", NULL },
	{ { "TX0.error=2", "DEV.iotlb=1", "DEV.iotlb_entries=4", NULL }, "", "TX0 errors-passing",
	  "" },
	{ { "TX0.error=2", "TX0.busyloop_us=50", NULL }, "", "TX0 errors-passing", "" },
	{ { "TX0.worker=none", NULL }, "", "TX0 worker-missing", "" },
	{ { "TX0.backend=0", NULL }, "", "half-a-backend", "" },
	{ { "WORKER.state=T", NULL }, "", "worker-stopped", "" },
	/* the owner at work: the device's mutex was not to be had */
	{ { UNLOCKED, "TX0.vq_features=0x138000000", NULL }, "", "TX0 features-differ", "" },
	{ { UNLOCKED, "TX0.desc=0x0", NULL }, "", "TX0 ring-address", "" },
	{ { UNLOCKED, "TX0.desc=0x7f0000000008", NULL }, "", "TX0 desc-alignment", "" },
	{ { UNLOCKED, "TX0.is_le=0", NULL }, "", "TX0 byte-order", "" },
	{ { UNLOCKED, "TX0.kick=none", NULL }, "", "TX0 kick-missing", "" },
	{ { UNLOCKED, "TX0.error=2", NULL }, "", "TX0 errors", "" },
	{ { UNLOCKED, "RX0.vq_features=0x338008000", "TX0.vq_features=0x338008000",
	  "DEV.features=0x338008000", NULL },
	  "", "RX0 iotlb-missing, TX0 iotlb-missing", "" },
	{ { "TX0.vq_features=0x118008000", "RX0.vq_features=0x118008000",
	  "DEV.features=0x118008000",
	    "RX0.signalled_used_valid=0", "RX0.used_flags=0", "TX0.busy=1", NULL }, "",
	    "TX0 signalled-valid", "" },
	{ { UNLOCKED, "TX0.num=300", NULL }, "", "TX0 ring-size", NULL },
	{ { UNLOCKED, "TX0.used=0x7f0000000002", NULL }, "", "TX0 used-alignment", NULL },
	{ { "WORKER.state=?", NULL }, "", "", NULL },
	/* indices, while the lock was held */
	{ { "TX0:avail_idx=251", "TX0.avail_idx=251", "TX0:avail_event=251", NULL }, "",
	  "TX0 avail-over, TX0 avail-seen-over, TX0 ring-over", NULL },
	{ { "TX0:avail_idx=250", "TX0.avail_idx=250", "TX0:avail_event=250", NULL }, "", "", NULL },
	{ { "TX0.avail_idx=0", "TX0:avail_event=0", NULL }, "", "TX0 avail-back, TX0 kick-lost",
	  "TX0 avail-back" },
	{ { "TX0:avail_flags=2", "TX0.busy=1", NULL }, "", "TX0 reserved-flags", "" },
	{ { "TX0.last_used_idx=100", "TX0.signalled_used=100", "TX0:used_idx=100", NULL }, "",
	  "TX0 in-flight-over, TX0 ring-over", NULL },
	{ { "TX0:used_idx=65529", NULL }, "", "TX0 used-differs", NULL },
	{ { "TX0:used_idx=?", NULL }, "", "", NULL },
	{ { "TX0.used_flags=1", NULL }, "", "", NULL },
	{ { "TX0:avail_event=65529", NULL }, "", "TX0 avail-event-differs", NULL },
	{ { "TX0:avail_event=65529", "TX0.used_flags=1", NULL }, "", "", NULL },
	{ { "TX0:avail_event=65529", "TX0.signalled_used_valid=0", NULL }, "", "", NULL },
	{ { "TX0.signalled_used=65529", NULL }, "", "TX0 undecided", NULL },
	{ { "TX0.signalled_used=65529", "TX0.call=none", NULL }, "", "TX0 call-unused", "" },
	/* NOTIFY_ON_EMPTY: decided before signalled_used is looked at */
	{ { "TX0.vq_features=0x139008000", "RX0.vq_features=0x139008000",
	  "DEV.features=0x139008000",
	    "TX0.signalled_used=65529", NULL }, "", "", NULL },
	/* the same of a queue that was at work */
	{ { "TX0:used_idx=65529", "TX0.busy=1", NULL }, "", "TX0 used-differs", "" },
	{ { "TX0:used_idx=65529", "DEV.kind=scsi", NULL }, "", "TX0 used-differs", "" },
	/* what moves without a lock */
	{ { "TX0:avail_idx=65531", NULL }, "", "TX0 kick-lost", "" },
	{ { "TX0:avail_idx=65531", "WORKER.pending=1", "WORKER.state=R", NULL }, "", "", NULL },
	{ { "TX0:avail_idx=65531", "TX0.used_flags=1", NULL }, "", "", NULL },
	{ { "RX0:avail_idx=1401", NULL }, "", "", NULL },
	/* its turn hasn't come: the worker has another queue, or waits for a page */
	{ { "TX0:avail_idx=65531", "WORKER.state=R", NULL }, "", "", NULL },
	{ { "TX0:avail_idx=65531", "WORKER.state=D", NULL }, "", "worker-blocked", "" },
	{ { "TX0:avail_idx=65531", "RX0.busy=1", NULL }, "", "", NULL },
	{ { "WORKER.pending=1", NULL }, "", "worker-asleep", "" },
	{ { "WORKER.pending=1", "RX0.busy=1", NULL }, "", "", NULL },
	{ { "WORKER.pending=1", "DEV.kind=scsi", NULL }, "", "", NULL },
	{ { "WORKER.pending=1", "WORKER.state=R", NULL }, "", "", NULL },
	/* entries */
	{ { "TX0:avail_idx=65532", "TX0.used_flags=1", NULL },
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=1 end=loop\n"
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65531 head=2 end=ok\n"
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65529 head=3 end=loop\n", "TX0 chain", "" },
	{ { "TX0:avail_idx=65532", "TX0.used_flags=1", "DEV.iotlb=1", "DEV.iotlb_entries=3", NULL },
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=1 end=unmapped\n", "", NULL },
	{ { "TX0:avail_idx=65532", "TX0.used_flags=1", NULL },
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=1 end=unmapped\n", "TX0 chain", "" },
	{ { "TX0:avail_idx=65532", "TX0.used_flags=1", NULL },
	  "CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=1 end=unreadable\n", "", NULL },
	{ { NULL }, "USED pid=42 dev=0 queue=TX0 pos=65529 slot=1 id=256 len=0\n"
	  "USED pid=42 dev=0 queue=TX0 pos=65528 slot=1 id=255 len=0\n"
	  "USED pid=42 dev=0 queue=TX0 pos=65530 slot=1 id=999 len=0\n"
	  "USED pid=42 dev=0 queue=TX0 pos=65000 slot=1 id=999 len=0\n", "TX0 used-id", "" },
	/*
	 * no entry yet where the index has not been: 5024 given back of a ring of 256, 2 of another
	 */
	{ { NULL }, "USED pid=42 dev=0 queue=RX0 pos=1239 slot=1 id=256 len=0\n", "RX0 used-id",
	  "" },
	{ { "TX0.last_avail_idx=2", "TX0.avail_idx=2", "TX0.last_used_idx=2",
	  "TX0.signalled_used=2",
	    "TX0:avail_idx=2", "TX0:used_idx=2", "TX0:avail_event=2" },
	  "USED pid=42 dev=0 queue=TX0 pos=65534 slot=254 id=999 len=0\n", "", NULL },
	/* worth to be known */
	{ { "TX0.backend=0", "RX0.backend=0", NULL }, "", "no-backend", "" },
	{ { "TX0.backend=0", "RX0.backend=0", "TX0.num=7", "TX0:used_idx=9", NULL }, "",
	  "no-backend", "" },
	{ { "RX0:avail_idx=1240", "RX0.avail_idx=1240", NULL }, "", "RX0 rx-empty", "" },
	{ { "TX0.call=3", NULL }, "", "TX0 calls-wait", "" },
	{ { "TX0:avail_idx=?", "TX0:used_idx=?", NULL }, "", "TX0 ring-unreadable", "" },
	{ { "DEV.iotlb=1", NULL }, "", "iotlb-empty", "" },
	{ { "WORKER.state=D", NULL }, "", "worker-blocked", "" },
	{ { "TX0.vq_features=0x13c008000", "RX0.vq_features=0x13c008000",
	  "DEV.features=0x13c008000", NULL },
	  "", "logging", "" },
	/* the flags count without EVENT_IDX only */
	{ { "TX0.vq_features=0x118008000", "RX0.vq_features=0x118008000",
	  "DEV.features=0x118008000",
	    "RX0.signalled_used_valid=0", "TX0.signalled_used_valid=0", NULL }, "",
	    "RX0 used-flags-differ",
	  NULL },
};

static char *text_of(const struct finding_row *row)
{
	FREE char *all = str_printf("%s%s%s", HEAD GUEST DEV WORKER RX TX, row->more, END);

	return change_all(all, row->edits);
}

static void what_must_hold_is_told(void **state)
{
	STRV_CLEAN struct strv seen = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(finding_rows); i++) {
		const struct finding_row *row = &finding_rows[i];
		CLEANUP(dump_free) struct dump d = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };
		FREE char *text = text_of(row);

		read_dump(&d, text);
		assert_int_equal(dump_findings_find(&d, NULL, &r), 0);
		FREE char *is = names_of(&r, false);
		FREE char *sure = names_of(&r, true);

		if (strcmp(is, row->want))
			print_message("row %zu, %s\n", i,
				      row->edits[0] ? row->edits[0] : row->more);
		assert_string_equal(is, row->want);
		assert_string_equal(sure, row->sure ? row->sure : row->want);
		for (size_t n = 0; n < r.n; n++)
			strv_add(&seen, r.v[n].rule->name);
	}
	/* none without a test */
	for (size_t i = 0; invariants_at(i); i++) {
		const char *name = invariants_at(i)->name;

		if (!strv_has(&seen, name))
			print_message("no test of %s\n", name);
		assert_true(strv_has(&seen, name));
	}
}

/* Of 128 bits the upper ones differ, too */
static void features_differ_in_any_word(void **state)
{
	static const struct {
		const char *high, *want;
	} rows[] = { { "0x8", "" },
		     { "?", "" },
		     { "0x0", "RX0 features-differ, TX0 features-differ" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *dev = str_replace(quiet, " features=0x138008000",
					     " features=0x138008000 features_high=0x8");
		FREE char *high =
			str_printf(" vq_features=0x138008000 vq_features_high=%s", rows[i].high);
		FREE char *text = str_replace(dev, " vq_features=0x138008000", high);
		CLEANUP(dump_free) struct dump d = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };

		read_dump(&d, text);
		assert_int_equal(dump_findings_find(&d, NULL, &r), 0);
		FREE char *is = names_of(&r, false);

		assert_string_equal(is, rows[i].want);
	}
}

/* Each value that an invariant shows is one that there is, where it applies */
static void what_is_shown_exists(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(finding_rows); i++) {
		CLEANUP(dump_free) struct dump d = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };
		FREE char *text = text_of(&finding_rows[i]);

		read_dump(&d, text);
		assert_int_equal(dump_findings_find(&d, NULL, &r), 0);
		for (size_t n = 0; n < r.n; n++) {
			const struct invariant *rule = r.v[n].rule;

			assert_non_null(rule->shows[0]);
			for (size_t s = 0; s < ARRAY_SIZE(rule->shows) && rule->shows[s]; s++) {
				const struct field *f;
				struct value v;
				const char *t;
				bool there = place_value(&r.v[n].place, rule->shows[s], &f, &v, &t);

				if (!there)
					print_message("%s shows %s\n", rule->name, rule->shows[s]);
				assert_true(there);
			}
		}
	}
}

/* What one dump doesn't prove is certain when it was the same before */
static void twice_is_certain(void **state)
{
#define EDITS(...) { __VA_ARGS__, NULL }
	static const struct {
		const char *name;
		const char *now[8], *before[8];
		bool sure;
		const char *more, *more_before;
	} rows[] = {
#define LOST "TX0:avail_idx=65531"
		{ "kick-lost", EDITS(LOST), EDITS(LOST), true, "", "" },
		{ "kick-lost", EDITS(LOST), EDITS(LOST, "TX0:used_event=11"), false, "", "" },
		{ "kick-lost", EDITS(LOST), EDITS(LOST, "TX0.busy=1"), false, "", "" },
		{ "kick-lost", EDITS(LOST), EDITS(LOST, "WORKER.state=R"), false, "", "" },
		{ "kick-lost", EDITS(LOST), EDITS(LOST, "RX0.kick=10"), true, "", "" },
		/* an owner between two VHOST_NET_SET_BACKENDs, and one that stays there */
		{ "half-a-backend", EDITS("TX0.backend=0"), EDITS("TX0.backend=1"), false, "", "" },
		{ "half-a-backend", EDITS("TX0.backend=0"), EDITS("RX0.backend=0"), false, "", "" },
		{ "half-a-backend", EDITS("TX0.backend=0"), EDITS("TX0.backend=0", "DEV.pair=1"),
		  false,
		  "", "" },
		{ "half-a-backend", EDITS("TX0.backend=0"), EDITS("TX0.backend=0"), true, "", "" },
		/* the device's mutex was had neither time */
		{ "features-differ", EDITS(UNLOCKED, "TX0.vq_features=0x138000000"),
		  EDITS(UNLOCKED, "TX0.vq_features=0x138008000"), false, "", "" },
		{ "features-differ", EDITS(UNLOCKED, "TX0.vq_features=0x138000000"),
		  EDITS(UNLOCKED, "TX0.vq_features=0x138000000", "TX0.kick=3"), true, "", "" },
		{ "features-differ", EDITS(UNLOCKED, "TX0.vq_features=0x138000000"),
		  EDITS(UNLOCKED, "TX0.vq_features=0x130008000"), false, "", "" },
		/* a guest that goes on without a signal has polled */
		{ "call-missing", EDITS("RX0.call=none"), EDITS("RX0.call=none"), true, "", "" },
		{ "call-missing", EDITS("RX0.call=none"),
		  EDITS("RX0.call=none", "RX0:avail_idx=1390", "RX0.avail_idx=1390"), false, "",
		  "" },
		{ "worker-missing", EDITS("TX0.worker=none"), EDITS("TX0.kick=9"), false, "", "" },
		{ "worker-missing", EDITS("TX0.worker=none"), EDITS("TX0.worker=none"), true, "",
		  "" },
		{ "worker-stopped", EDITS("WORKER.state=T"), EDITS("WORKER.state=R"), false, "",
		  "" },
		{ "worker-stopped", EDITS("WORKER.state=T"),
		  EDITS("WORKER.state=T", "RX0:avail_idx=1401"), true, "", "" },
		{ "worker-asleep", EDITS("WORKER.pending=1"), EDITS("WORKER.pending=1"), true, "",
		  "" },
		{ "worker-asleep", EDITS("WORKER.pending=1"),
		  EDITS("WORKER.pending=1", "TX0.last_avail_idx=65529"), false, "", "" },
		{ "used-differs", EDITS("TX0:used_idx=65529", "DEV.kind=scsi"),
		  EDITS("TX0:used_idx=65529", "DEV.kind=scsi"), true, "", "" },
#define BROKEN_CHAIN(end) "CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=1 end=" end "\n"
#define PENDING "TX0:avail_idx=65532", "TX0.used_flags=1"
		{ "chain", EDITS(PENDING), EDITS(PENDING), true, BROKEN_CHAIN("loop"),
		  BROKEN_CHAIN("loop") },
		{ "chain", EDITS(PENDING), EDITS(PENDING), false, BROKEN_CHAIN("loop"),
		  BROKEN_CHAIN("ok") },
		{ "chain", EDITS(PENDING), EDITS(PENDING), false, BROKEN_CHAIN("loop"), "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(dump_free) struct dump now = { 0 };
		CLEANUP(dump_free) struct dump before = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };
		FREE char *all =
			str_printf("%s%s%s", HEAD GUEST DEV WORKER RX TX, rows[i].more, END);
		FREE char *all_before = str_printf("%s%s%s", HEAD GUEST DEV WORKER RX TX,
						   rows[i].more_before, END);
		FREE char *a = change_all(all, rows[i].now);
		FREE char *b = change_all(all_before, rows[i].before);

		read_dump(&now, a);
		read_dump(&before, b);
		assert_int_equal(dump_findings_find(&now, &before, &r), 0);
		assert_int_equal(r.n, 1);
		assert_string_equal(r.v[0].rule->name, rows[i].name);
		if (r.v[0].sure != rows[i].sure)
			print_message("row %zu, %s\n", i, rows[i].name);
		assert_int_equal(r.v[0].sure, rows[i].sure);
		assert_int_equal(dump_findings_broken(&r, true), rows[i].sure);
		assert_int_equal(dump_findings_notices(&r), 0);
		/* nothing is certain of one alone but what proves itself */
		assert_int_equal(dump_findings_find(&now, NULL, &r), 0);
		assert_int_equal(dump_findings_broken(&r, true), 0);
	}
}

/* Recorded of guests that do nothing wrong, and changed to what others may do */
static void healthy_guests_are_not_broken(void **state)
{
	static const char *const files[] = {
		/* DPDK's driver: no interrupt vector */
		"tests/unit/dump-pmd.records",
		"tests/unit/dump-notify-on-empty.records",	/* with EVENT_IDX */
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		CLEANUP(dump_free) struct dump d = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };

		read_file(&d, files[i]);
		assert_int_equal(dump_findings_find(&d, &d, &r), 0);
		assert_int_equal(dump_findings_broken(&r, true), 0);
		assert_int_equal(dump_findings_broken(&r, false), 0);
	}
}

/*
 * Before, another device had its place: what is compared is the same device, whatever its number is
 * by then
 */
static void a_device_is_the_same_in_another_place(void **state)
{
	static const char *const lost[] = { "TX0:avail_idx=65531", NULL };
	static const struct {
		const char *fd, *iface, *tid;
		bool sure;
	} rows[] = {
		{ "fd=31", "if=tap0", "tid=50", true }, { "fd=32", "if=tap0", "tid=50", false },
		{ "fd=31", "if=tap1", "tid=50", false }, { "fd=31", "if=tap0", "tid=51", false },
		{ "fd=31", "if=?", "tid=50", true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(dump_free) struct dump now = { 0 };
		CLEANUP(dump_free) struct dump before = { 0 };
		CLEANUP(dump_findings_free) struct dump_findings r = { 0 };
		FREE char *a = change_all(quiet, lost);
		FREE char *moved = str_replace(a, "dev=0", "dev=1");
		FREE char *fd = str_replace(moved, "fd=31", rows[i].fd);
		FREE char *iface = str_replace(fd, "if=tap0", rows[i].iface);
		FREE char *tid = str_replace(iface, "tid=50", rows[i].tid);
		FREE char *b =
			str_replace(tid, GUEST, GUEST "DEV pid=42 dev=0 kind=net fd=9 if=tap7\n");

		read_dump(&now, a);
		read_dump(&before, b);
		assert_int_equal(dump_findings_find(&now, &before, &r), 0);
		assert_int_equal(r.n, 1);
		assert_int_equal(r.v[0].sure, rows[i].sure);
	}
}

/* A table that is read needs words */
/* Any of what is known of both tells them apart, and nothing else does */
static void each_part_of_an_identity_counts(void **state)
{
	static const struct dump_identity a = {
		.id = { VALUE_KNOWN, 7 }, .fd = { VALUE_KNOWN, 31 }, .owner = { VALUE_KNOWN, 42 },
		.tid = { VALUE_KNOWN, 50 },
		.iface = "tap0",
	};
	static const size_t parts[] = {
		offsetof(struct dump_identity, id),
		offsetof(struct dump_identity, fd),
		offsetof(struct dump_identity, owner),
		offsetof(struct dump_identity, tid),
	};
	struct dump_identity b = a;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		struct value *part = (struct value *)((char *)&b + parts[i]);

		b = a;
		assert_true(dump_identity_same(&a, &b));
		part->n++;
		assert_false(dump_identity_same(&a, &b));
		part->state = VALUE_UNKNOWN;
		assert_true(dump_identity_same(&a, &b));
	}
	b = a;
	strcpy(b.iface, "tap1");
	assert_false(dump_identity_same(&a, &b));
	*b.iface = '\0';
	assert_true(dump_identity_same(&a, &b));
}

static void invariants_are_explained(void **state)
{
	(void)state;
	const struct invariant *rule;

	for (size_t i = 0; (rule = invariants_at(i)); i++) {
		assert_true(strlen(rule->meaning) > 10);
		assert_true(strlen(rule->hint) > 10);
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(rule->name, invariants_at(n)->name);
	}
	assert_non_null(dump_chain_end("loop"));
	assert_null(dump_chain_end("?"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_become_structs),
		cmocka_unit_test(a_recorded_dump_is_well),
		cmocka_unit_test(what_is_wrong_is_refused_with_its_line),
		cmocka_unit_test(what_is_out_of_range_is_unknown),
		cmocka_unit_test(odd_names_and_priorities_are_read),
		cmocka_unit_test(long_lines_and_bytes_that_are_no_text_are_refused),
		cmocka_unit_test(what_a_later_script_adds_is_left_out),
		cmocka_unit_test(counts_and_the_tap_are_read),
		cmocka_unit_test(taps_are_read_by_the_guests_direction),
		cmocka_unit_test(a_dump_without_its_end_is_not_whole),
		cmocka_unit_test(who_is_gone_is_kept),
		cmocka_unit_test(numbers_follow),
		cmocka_unit_test(the_next_signal_is_where_vring_need_event_says),
		cmocka_unit_test(positions_have_names),
		cmocka_unit_test(features_are_called_as_in_the_tapset),
		cmocka_unit_test(tunnel_features_have_the_kernels_numbers),
		cmocka_unit_test(a_feature_is_known_by_its_word),
		cmocka_unit_test(what_must_hold_is_told),
		cmocka_unit_test(features_differ_in_any_word),
		cmocka_unit_test(what_is_shown_exists),
		cmocka_unit_test(twice_is_certain),
		cmocka_unit_test(healthy_guests_are_not_broken),
		cmocka_unit_test(a_device_is_the_same_in_another_place),
		cmocka_unit_test(each_part_of_an_identity_counts),
		cmocka_unit_test(invariants_are_explained),
	};

	return cmocka_run_group_tests_name("dump", tests, NULL, NULL);
}
