// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>

#include "diagnose/diagnose.h"

/*
 * A watch of ten seconds, a sample a second, of a guest that is idle: these records, again and
 * again. A test changes some of them, and so writes down what would be seen.
 */
static const char idle[] =
	"DUMP format=1 release=6.12.1 time_us=1795245041000000 seq=0\n"
	"GUEST pid=42 comm=qemu-system-x86 devices=1 queues=2\n"
	"THREADS pid=42 threads=6 run_ns=500000000000 wait_ns=9000000000 wait_max_ns=8000000000\n"
	"DEV pid=42 dev=0 kind=net fd=31 if=tap0 pair=0 queues=2 owner=42 features=0x138008000 "
	"backend_features=0x2 log=0 iotlb=0 iotlb_entries=0 regions=5 workers=1\n"
	"TAP pid=42 dev=0 driver=tun up=1 carrier=1 queues=1 ring=1000 ring_fill=0 ring_full=0 "
	"sndbuf=2147483647 wmem=0 rx_packets=500 rx_dropped=0 rx_errors=0 tx_packets=700 tx_dropped=3 "
	"tx_errors=0 qdisc=fq_codel qdisc_drops=1 qdisc_backlog=0 filter=0 detached=0\n"
	"WORKER pid=42 dev=0 worker=0 tid=50 comm=vhost-42 state=S cpu=1 form=vhost_task pending=0\n"
	"TASK pid=42 dev=0 worker=0 run_ns=7000000000 wait_ns=100000000 waits=9 policy=other prio=120\n"
	"VQ pid=42 dev=0 queue=RX0 index=0 num=256 backend=1 worker=0 last_avail_idx=1240 avail_idx=1496 "
	"last_used_idx=1240 used_flags=1 signalled_used=1240 signalled_used_valid=1 busyloop_us=0 kick=9 "
	"call=0 error=none vq_features=0x138008000 busy=0\n"
	"RING pid=42 dev=0 queue=RX0 avail_flags=0 avail_idx=1496 used_event=1240 used_flags=0 "
	"used_idx=1240 avail_event=1112 error=none\n"
	"NET pid=42 dev=0 queue=RX0 upend=0 done=0 oldest_busy=0 ubufs=0 batched=0\n"
	"COUNT pid=42 dev=0 queue=RX0 kicks=0 signals=0 suppressed=0 no_call=0 completions=0 runs=0 "
	"taken=0 taken_max=0 end_no_backend=0 end_iotlb=0 end_error=0 end_ring_empty=0 end_turn=0 "
	"end_send_failed=0 end_socket_empty=0 errors=0 misses=0 works=0 delay_ns=0 delay_max_ns=0\n"
	"VQ pid=42 dev=0 queue=TX0 index=1 num=256 backend=1 worker=0 last_avail_idx=65530 "
	"avail_idx=65530 last_used_idx=65530 used_flags=0 signalled_used=65530 signalled_used_valid=1 "
	"busyloop_us=0 kick=9 call=0 error=none vq_features=0x138008000 busy=0\n"
	"RING pid=42 dev=0 queue=TX0 avail_flags=0 avail_idx=65530 used_event=65530 used_flags=0 "
	"used_idx=65530 avail_event=65530 error=none\n"
	"NET pid=42 dev=0 queue=TX0 upend=0 done=0 oldest_busy=0 ubufs=0 batched=0\n"
	"COUNT pid=42 dev=0 queue=TX0 kicks=0 signals=0 suppressed=0 no_call=0 completions=0 runs=0 "
	"taken=0 taken_max=0 end_no_backend=0 end_iotlb=0 end_error=0 end_ring_empty=0 end_turn=0 "
	"end_send_failed=0 end_socket_empty=0 errors=0 misses=0 works=0 delay_ns=0 delay_max_ns=0\n"
	"END queues=2 unreadable=0 lost=0 us=184\n";

#define SAMPLES 11

/*
 * A change is a line "KIND [QUEUE] KEY VALUES": "7" always, "1,2,3" sample by sample (the last
 * stays), "~1,2" by turns, "+5" more each time, "7+5" from 7 on. "MORE RECORD…": a record more, before its END,
 * with "+5" as a value of it. "EVERY MS", "SAMPLES N": how often, how many.
 */
static bool is_index(const char *key)
{
	size_t len = strlen(key);

	return len > 4 && (!strcmp(key + len - 4, "_idx") || strstr(key, "event") || strstr(key, "signalled_used"));
}

/* The @at'th of @list, or its last */
static void pick(const char *list, unsigned int at, bool turns, char *out, size_t size)
{
	unsigned int n = 1;

	for (const char *c = list; *c; c++)
		n += *c == ',';
	at = turns ? at % n : at < n ? at : n - 1;
	for (; at; at--)
		list = strchr(list, ',') + 1;
	snprintf(out, size, "%.*s", (int)strcspn(list, ","), list);
}

static void value_at(const char *key, const char *was, const char *values, unsigned int at, char *out,
		     size_t size)
{
	const char *plus = strchr(values, '+');

	if (plus) {
		unsigned long long v = strtoull(plus == values ? was : values, NULL, 10) +
				       at * strtoull(plus + 1, NULL, 10);

		snprintf(out, size, "%llu", is_index(key) ? v & 0xffff : v);
	} else {
		pick(*values == '~' ? values + 1 : values, at, *values == '~', out, size);
	}
}

/* The change of @key in a record of @kind and @queue; NULL: there is none. The last counts */
static const char *change_of(const char *changes, const char *kind, const char *queue, const char *key,
			     char *values, size_t size)
{
	bool found = false;

	for (const char *line = changes; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		char w[4][200] = { "" };
		FREE char *one = strndup(line, strcspn(line, "\n"));
		int n = sscanf(one, "%63s %63s %63s %199s", w[0], w[1], w[2], w[3]);

		if (strcmp(w[0], kind) != 0)
			continue;
		if (n == 4 && *queue && !strcmp(w[1], queue) && !strcmp(w[2], key)) {
			snprintf(values, size, "%s", w[3]);
			found = true;
		} else if (n == 3 && !strcmp(w[1], key)) {
			snprintf(values, size, "%s", w[2]);
			found = true;
		}
	}
	return found ? values : NULL;
}

static unsigned int setting(const char *changes, const char *word, unsigned int otherwise)
{
	const char *at = strstr(changes, word);

	return at ? (unsigned int)strtoul(at + strlen(word), NULL, 10) : otherwise;
}

static void put_word(FILE *f, const char *changes, const char *kind, const char *queue, const char *word,
		     unsigned int at)
{
	const char *equals = strchr(word, '=');
	char key[64], values[200], value[64];

	snprintf(key, sizeof(key), "%.*s", (int)(equals - word), word);
	if (!strcmp(key, "time_us"))
		fprintf(f, " time_us=%llu", strtoull(equals + 1, NULL, 10) +
			at * 1000ULL * setting(changes, "EVERY ", 1000));
	else if (change_of(changes, kind, queue, key, values, sizeof(values))) {
		value_at(key, equals + 1, values, at, value, sizeof(value));
		fprintf(f, " %s=%s", key, value);
	} else if (equals[1] == '+') {
		value_at(key, "0", equals + 1, at, value, sizeof(value));
		fprintf(f, " %s=%s", key, value);
	} else {
		fprintf(f, " %s", word);
	}
}

static void put_record(FILE *f, const char *changes, const char *line, size_t len, unsigned int at)
{
	FREE char *copy = strndup(line, len);
	char *save = NULL, *kind = strtok_r(copy, " ", &save);
	char queue[32] = "";
	const char *q = strstr(save, "queue=");

	if (q)
		sscanf(q, "queue=%31[^ ]", queue);
	fprintf(f, "%s", kind);
	for (char *word; (word = strtok_r(NULL, " ", &save));)
		put_word(f, changes, kind, queue, word, at);
	fputc('\n', f);
}

static void put_more(FILE *f, const char *changes, unsigned int at)
{
	for (const char *line = changes; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *word = line + strspn(line, " \t");

		if (!strncmp(word, "MORE ", 5))
			put_record(f, changes, word + 5, strcspn(word + 5, "\n"), at);
	}
}

/* All records of a watch */
static char *records(const char *changes)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	assert_non_null(f);
	for (unsigned int at = 0; at < setting(changes, "SAMPLES ", SAMPLES); at++)
		for (const char *line = idle; *line; line += strcspn(line, "\n") + 1) {
			if (!strncmp(line, "END ", 4))
				put_more(f, changes, at);
			put_record(f, changes, line, strcspn(line, "\n"), at);
		}
	fclose(f);
	return out;
}

static int read_text(struct watch *w, const char *text)
{
	int ret = 0;

	for (size_t n; *text && ret >= 0; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		ret = watch_line(w, text, n);
	}
	if (ret >= 0)
		ret = watch_end(w);
	if (ret < 0)
		print_message("%s\n", w->reader.why ? w->reader.why : strerror(-ret));
	return ret;
}

static void read_watch(struct watch *w, const char *changes)
{
	FREE char *text = records(changes);

	assert_true(read_text(w, text) >= 0);
	assert_int_equal(w->reader.unknown, 0);
}

/* "RX0 RX-EMPTY certain, RX0 RX-BURST likely < RX-EMPTY" */
static char *told(const struct verdicts *v)
{
	STRV_CLEAN struct strv s = { 0 };

	for (size_t i = 0; i < v->n; i++)
		strv_addf(&s, "%s %s %s%s%s", v->v[i].at.queue->name, v->v[i].rule->name,
			  belief_str(v->v[i].belief), v->v[i].because ? " < " : "",
			  v->v[i].because ? v->v[i].because->name : "");
	return strv_join(&s, ", ");
}

/* Whole rings of traffic, as parts of cases */
#define WORKER_AT_WORK "WORKER state ~R,S\nTASK run_ns +400000000\n"
#define RX_MOVES "VQ RX0 last_avail_idx +5000\nVQ RX0 avail_idx +5000\nVQ RX0 last_used_idx +5000\n" \
	"VQ RX0 signalled_used +5000\nRING RX0 avail_idx +5000\nRING RX0 used_idx +5000\n" \
	"RING RX0 used_event +5000\nCOUNT RX0 completions +5000\nCOUNT RX0 taken +5000\n" \
	"COUNT RX0 runs +100\nCOUNT RX0 end_socket_empty +100\nCOUNT RX0 signals +80\n" \
	"COUNT RX0 suppressed +20\nCOUNT RX0 works +100\nCOUNT RX0 delay_ns +1500000\n" \
	"COUNT RX0 delay_max_ns 90000\nTAP tx_packets +5000\n" WORKER_AT_WORK
#define TX_MOVES "VQ TX0 last_avail_idx +5000\nVQ TX0 avail_idx +5000\nVQ TX0 last_used_idx +5000\n" \
	"VQ TX0 signalled_used +5000\nRING TX0 avail_idx +5000\nRING TX0 used_idx +5000\n" \
	"RING TX0 used_event +5000\nRING TX0 avail_event +5000\nCOUNT TX0 completions +5000\n" \
	"COUNT TX0 taken +5000\nCOUNT TX0 runs +100\nCOUNT TX0 end_ring_empty +100\n" \
	"COUNT TX0 signals +80\nCOUNT TX0 suppressed +20\nCOUNT TX0 kicks +100\nCOUNT TX0 works +100\n" \
	"COUNT TX0 delay_ns +1500000\nCOUNT TX0 delay_max_ns 90000\nTAP rx_packets +5000\n" WORKER_AT_WORK
/* The ring has no buffer, and stands */
#define RX_STANDS_EMPTY "VQ RX0 last_avail_idx 1496\nVQ RX0 avail_idx 1496\nVQ RX0 last_used_idx 1496\n" \
	"VQ RX0 signalled_used 1496\nRING RX0 avail_idx 1496\nRING RX0 used_idx 1496\n" \
	"RING RX0 used_event 1496\nVQ RX0 used_flags 0\nTAP ring_fill 1000\nTAP ring_full 1\n"
#define TAP_DROPS "TAP tx_dropped +700\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700 sampled=0\n"
/* 256 buffers of TX, which nobody takes */
#define TX_WAITS "RING TX0 avail_idx 250\n"
/* A full ring whose guest has asked for a signal at three quarters, all of it done */
#define TX_ALL_DONE "VQ TX0 last_avail_idx 250\nVQ TX0 avail_idx 250\nVQ TX0 last_used_idx 250\n" \
	"VQ TX0 signalled_used 250\nRING TX0 avail_idx 250\nRING TX0 used_idx 250\n" \
	"RING TX0 used_event 186\nRING TX0 avail_event 250\n"

struct test_case {
	const char *what, *changes, *want;
};

/* Nothing is to be said of these */
static const struct test_case healthy[] = {
	{ "idle", "", "" },
	{ "a flood from the guest",
	  TX_MOVES "RING TX0 avail_idx +5000\nWORKER state R\nWORKER pending 1\nTASK run_ns +990000000\n"
	  "TASK wait_ns +300000000\nVQ TX0 busy ~0,1,1\nCOUNT TX0 end_turn +90\n", "" },
	{ "the same with the ring full in every sample",
	  TX_MOVES "VQ TX0 last_avail_idx 65300,4764,9764,14764,19764,24764,29764,34764,39764,44764,49764\n"
	  "VQ TX0 last_used_idx 65280,4744,9744,14744,19744,24744,29744,34744,39744,44744,49744\n"
	  "VQ TX0 used_flags 1\nVQ TX0 busy 1\n", "" },
	{ "a flood to the guest, without drops",
	  RX_MOVES "TAP ring_fill ~3,700,20,0,650\nNET RX0 batched ~0,64\nTASK run_ns +950000000\n"
	  "TASK wait_ns +100000000\n", "" },
	{ "at the guest's capacity: empty for moments, and nothing lost",
	  RX_MOVES "TAP ring_fill ~0,100\nRING RX0 avail_idx 1496,6240,11496,16240,21496,26240,31496,36240,41496,46240,51496\n"
	  "VQ RX0 avail_idx 1496,6240,11496,16240,21496,26240,31496,36240,41496,46240,51496\n"
	  "COUNT RX0 end_ring_empty +50\n", "" },
	{ "a slow guest that keeps up", RX_MOVES "TAP ring_fill ~300,400\nCOUNT RX0 end_ring_empty +80\n", "" },
	{ "request and response", RX_MOVES TX_MOVES "TASK run_ns +100000000\n", "" },
	{ "without EVENT_IDX",
	  RX_MOVES TX_MOVES "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\n"
	  "VQ TX0 vq_features 0x118008000\nRING RX0 avail_flags ~0,1\nRING TX0 avail_flags 1\n"
	  "RING RX0 used_event 0\nRING TX0 used_event 0\n", "" },
	{ "without EVENT_IDX, idle after traffic",
	  "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\nVQ TX0 vq_features 0x118008000\n"
	  "VQ TX0 last_used_idx 65400,65530\nVQ TX0 last_avail_idx 65400,65530\nRING TX0 used_idx 65400,65530\n"
	  "COUNT TX0 completions 0,130\n", "" },
	{ "busy polling",
	  RX_MOVES TX_MOVES "VQ RX0 busyloop_us 50\nVQ TX0 busyloop_us 50\nTASK run_ns +1000000000\n"
	  "WORKER state R\nCOUNT RX0 end_turn +70\n", "" },
	{ "a small ring", RX_MOVES "VQ RX0 num 64\nRING RX0 avail_idx 1300+5000\nVQ RX0 avail_idx 1300+5000\n", "" },
	{ "a virtual IOMMU whose questions are answered",
	  RX_MOVES TX_MOVES "DEV iotlb 1\nDEV iotlb_entries 40\nCOUNT RX0 misses +9\nCOUNT TX0 misses +9\n"
	  "COUNT TX0 end_iotlb +9\n", "" },
	{ "zerocopy that comes through",
	  TX_MOVES "NET TX0 upend 5+90\nNET TX0 done 1+90\nNET TX0 oldest_busy 1\n", "" },
	/* what looks bad, and is not */
	{ "not a fault: TX with used_event=0, and no signal",
	  TX_MOVES "RING TX0 used_event 0\nCOUNT TX0 signals 0\nCOUNT TX0 suppressed +100\n", "" },
	{ "not a fault: the same, at rest", "RING TX0 used_event 0\n", "" },
	{ "not a fault: suppressed signals with EVENT_IDX under load",
	  RX_MOVES "RING RX0 used_event 1000\nCOUNT RX0 signals 2\nCOUNT RX0 suppressed +100\n", "" },
	{ "no backend, and the guest does not use its device",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nVQ RX0 num 1\nVQ TX0 num 1\nRING RX0 avail_idx ?\n"
	  "RING TX0 avail_idx ?\nRING RX0 error not_set_up\n", "" },
	{ "no backend: the guest uses fewer pairs, and has left buffers",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nTAP detached 1\n", "" },
	{ "no backend: QEMU serves it itself",
	  "VQ RX0 backend 0\nVQ TX0 backend 0\nRING TX0 avail_idx +300\nRING TX0 used_idx +290\n", "" },
	{ "drops from before the watch", "TAP tx_dropped 9000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=9000\n", "" },
	{ "busy in each sample, and no signal wanted",
	  TX_MOVES "VQ TX0 busy 1\nRING TX0 used_event 1000\nCOUNT TX0 signals 0\n", "" },
	{ "kicks that only the eventfd has counted", TX_WAITS "VQ TX0 kick +1\n", "" },
	{ "a tap with a limit, and room in it",
	  TX_MOVES "TAP sndbuf 1048576\nTAP wmem ~1000,700000\n", "" },
	{ "a moment without kick", "EVERY 100\nRING TX0 avail_idx 65530,2,65530\n", "" },
};

static const struct test_case sick[] = {
	{ "TAP-DOWN", "TAP up 0\nTAP carrier 0\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: during the watch, with traffic",
	  TX_MOVES "TAP up 1,1,1,0\nMORE SEND pid=42 dev=0 queue=TX0 errno=EIO n=+500\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: for a while", "TAP up 1,1,0,0,1\n", "RX0 TAP-DOWN likely, TX0 TAP-DOWN likely" },
	{ "TAP-DOWN: no carrier", "TAP carrier 0\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "TAP-DOWN: detached", "TAP detached 1\n", "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain" },
	{ "NO-BACKEND", "VQ RX0 backend 0\nVQ TX0 backend 0\nRING TX0 avail_idx 9\n", "TX0 NO-BACKEND likely" },
	{ "NO-BACKEND: packets wait", "VQ RX0 backend 0\nVQ TX0 backend 0\nTAP ring_fill 12\n",
	  "RX0 NO-BACKEND likely" },
	{ "RING-CORRUPT: the index", "RING TX0 avail_idx 300\nVQ TX0 used_flags 1\nCOUNT TX0 end_error 1\n",
	  "TX0 RING-CORRUPT certain" },
	{ "RING-CORRUPT: in one sample only", "RING TX0 avail_idx ~65530,65530,65530,300\nSAMPLES 4\n",
	  "TX0 RING-CORRUPT likely" },
	{ "RING-CORRUPT: a chain",
	  "RING TX0 avail_idx 65533\nVQ TX0 avail_idx 65533\n"
	  "MORE CHAIN pid=42 dev=0 queue=TX0 pos=65530 head=3 end=loop\n", "TX0 RING-CORRUPT certain" },
	{ "RING-CORRUPT: an error", TX_MOVES "COUNT TX0 end_error 0,1\nCOUNT TX0 errors 0,1\n",
	  "TX0 RING-CORRUPT likely" },
	{ "IOTLB-MISS",
	  "DEV iotlb 1\nDEV iotlb_entries 3\n" TX_WAITS "COUNT TX0 misses 0,1\nCOUNT TX0 end_iotlb 0,1\n",
	  "TX0 IOTLB-MISS certain, TX0 KICK-LOST likely < IOTLB-MISS" },
	{ "IOTLB-MISS: before the watch", "DEV iotlb 1\n" TX_WAITS,
	  "TX0 IOTLB-MISS likely, TX0 KICK-LOST likely < IOTLB-MISS" },
	{ "IOTLB-MISS: the ring itself can't be read",
	  "DEV iotlb 1\nRING TX0 avail_idx ?\nRING TX0 used_idx ?\nCOUNT TX0 misses 0,1\n"
	  "COUNT TX0 end_iotlb 0,1\n", "TX0 IOTLB-MISS likely" },
	{ "KICK-LOST", TX_WAITS, "TX0 KICK-LOST certain" },
	{ "KICK-LOST: during the watch",
	  "RING TX0 avail_idx 65530,65530,65530,65530,65530,65530,65530,65530,65530,65530,2\nSAMPLES 12\n",
	  "TX0 KICK-LOST certain" },
	{ "KICK-LOST: half a second", "EVERY 250\nSAMPLES 4\n" TX_WAITS, "TX0 KICK-LOST likely" },
	{ "KICK-LOST: RX",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 avail_idx 1750\n", "RX0 KICK-LOST certain" },
	{ "CALL-LOST: no call eventfd", RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 1300\nVQ RX0 call none\n",
	  "RX0 CALL-LOST certain, RX0 RX-EMPTY certain < CALL-LOST" },
	{ "CALL-LOST: no call eventfd, TX", TX_ALL_DONE "VQ TX0 call none\nCOUNT TX0 no_call 0,1\n",
	  "TX0 CALL-LOST likely, TX0 TX-NO-RECLAIM possible < CALL-LOST" },
	{ "CALL-LOST: no signal went out",
	  TX_ALL_DONE "RING TX0 used_idx 0,250\nVQ TX0 last_used_idx 0,250\nVQ TX0 last_avail_idx 0,250\n",
	  "TX0 CALL-LOST certain, TX0 TX-NO-RECLAIM likely < CALL-LOST" },
	{ "CALL-LOST: without EVENT_IDX",
	  RX_STANDS_EMPTY TAP_DROPS "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\n"
	  "VQ RX0 last_used_idx 1240,1496\n", "RX0 CALL-LOST certain, RX0 RX-EMPTY certain < CALL-LOST" },
	{ "IRQ-OFF", RX_STANDS_EMPTY TAP_DROPS "RING RX0 used_event 0\n",
	  "RX0 IRQ-OFF certain, RX0 RX-EMPTY certain < IRQ-OFF" },
	{ "IRQ-OFF: without EVENT_IDX, light traffic",
	  RX_STANDS_EMPTY "DEV features 0x118008000\nVQ RX0 vq_features 0x118008000\nRING RX0 avail_flags 1\n"
	  "TAP ring_full 0\nTAP ring_fill +3\n", "RX0 IRQ-OFF certain, RX0 RX-EMPTY noted < IRQ-OFF" },
	{ "RX-BIG",
	  RX_STANDS_EMPTY TAP_DROPS "RING RX0 avail_idx 1503\nVQ RX0 avail_idx 1503\n"
	  "TASK run_ns +1000000000\nWORKER state R\nCOUNT RX0 runs +90000\nCOUNT RX0 end_ring_empty +90000\n",
	  "RX0 RX-BIG certain, RX0 WORKER-BUSY certain < RX-BIG, RX0 RX-BURST possible < RX-BIG" },
	{ "RX-BIG: vhost sleeps, since before the watch",
	  RX_STANDS_EMPTY "RING RX0 avail_idx 1503\nVQ RX0 avail_idx 1503\nTAP ring_fill 5\nTAP ring_full 0\n",
	  "RX0 RX-BIG likely" },
	{ "WORKER-STARVED: RX",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +60000000\nTASK wait_ns +930000000\n"
	  "COUNT RX0 delay_max_ns 400000000\nCOUNT RX0 end_ring_empty +3\n",
	  "RX0 WORKER-STARVED certain, RX0 RX-BURST possible < WORKER-STARVED" },
	{ "WORKER-STARVED: by its group's limit",
	  RX_MOVES TAP_DROPS "TAP ring_fill ~1000,400\nTAP ring_full ~1,0\nCOUNT RX0 delay_max_ns 400000000\n",
	  "RX0 WORKER-STARVED likely" },
	{ "WORKER-STARVED: stopped",
	  "WORKER state T\nWORKER pending 1\n" TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\n",
	  "RX0 WORKER-STARVED certain, TX0 WORKER-STARVED noted" },
	{ "WORKER-STARVED: TX",
	  "TASK run_ns +50000000\nTASK wait_ns +940000000\nVQ TX0 last_avail_idx 65400,65400,65400,120,120,120,376\n"
	  "VQ TX0 last_used_idx 65400,65400,65400,120,120,120,376\nRING TX0 used_idx 65400,65400,65400,120,120,120,376\n"
	  "VQ TX0 avail_idx 120,120,120,376,376,376,632\nRING TX0 avail_idx 120,120,120,376,376,376,632\n"
	  "RING TX0 used_event 40000\nCOUNT TX0 completions 0,0,0,256,256,256,512\nVQ TX0 used_flags 1\n"
	  "COUNT TX0 works +1\nCOUNT TX0 delay_max_ns 950000000\n", "TX0 WORKER-STARVED certain" },
	{ "WORKER-STARVED: a note", RX_MOVES "TASK wait_ns +600000000\n", "RX0 WORKER-STARVED noted" },
	{ "WORKER-BUSY",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +985000000\nWORKER state R\n"
	  "COUNT RX0 end_turn +300\n", "RX0 WORKER-BUSY certain" },
	{ "DROP-BEFORE-RING: a filter",
	  RX_MOVES "TAP filter 1\nTAP tx_dropped +90\nMORE DROP pid=42 dev=0 reason=TAP_FILTER n=+90\n",
	  "RX0 DROP-BEFORE-RING certain" },
	{ "DROP-BEFORE-RING: the queue discipline", RX_MOVES "TAP qdisc tbf\nTAP qdisc_drops +50\n",
	  "RX0 DROP-BEFORE-RING likely" },
	{ "DROP-BEFORE-RING: a kernel without reasons",
	  RX_MOVES "TAP tx_dropped +9\nMORE DROP pid=42 dev=0 reason=? n=+9\nTAP filter 1\n",
	  "RX0 DROP-BEFORE-RING likely" },
	{ "DROP-BEFORE-RING: no filter either", RX_MOVES "TAP tx_dropped +9\n", "RX0 DROP-BEFORE-RING possible" },
	{ "DROP-BEFORE-RING: one in ten thousand",
	  RX_MOVES "TAP tx_dropped 3,3,4\nMORE DROP pid=42 dev=0 reason=NOMEM n=0\nDROP n 0,0,1\n",
	  "RX0 DROP-BEFORE-RING noted" },
	{ "RX-EMPTY", RX_STANDS_EMPTY TAP_DROPS, "RX0 RX-EMPTY certain" },
	{ "RX-EMPTY: too slow a guest",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nCOUNT RX0 end_ring_empty +300\n"
	  "VQ RX0 last_avail_idx 1496,6496,11496,16496,21496,26240,31240,36240,41496,46496,51240\n",
	  "RX0 RX-EMPTY certain" },
	{ "RX-EMPTY: before anything was lost", RX_STANDS_EMPTY "TAP ring_fill +3\nTAP ring_full 0\n",
	  "RX0 RX-EMPTY noted" },
	{ "RX-EMPTY: the tap can't be looked into", RX_STANDS_EMPTY TAP_DROPS "TAP ring_fill ?\nTAP ring_full ?\n",
	  "RX0 RX-EMPTY certain" },
	{ "RX-BURST",
	  RX_MOVES "TAP ring_fill 0,0,1000,0,0,0,1000,0,0,0,0\nTAP ring_full 0,0,1,0,0,0,1,0\n"
	  "VQ RX0 last_avail_idx 1240,6240,11496,16240,21240,26240,31496,36240,41240,46240,51240\n"
	  "TAP tx_dropped 3,3,503,503,503,503,903,903\n"
	  "MORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,500,500,500,500,900,900\n"
	  "COUNT RX0 end_ring_empty +2\nTHREADS wait_max_ns +300000000\n", "RX0 RX-BURST likely" },
	{ "RX-BURST: between samples",
	  RX_MOVES "TAP tx_dropped 3,3,53\nMORE DROP pid=42 dev=0 reason=FULL_RING n=0\nDROP n 0,0,50\n"
	  "COUNT RX0 end_ring_empty +2\n", "RX0 RX-BURST possible" },
	{ "ZCOPY-STUCK",
	  "NET TX0 upend 40\nNET TX0 done 7\nNET TX0 oldest_busy 1\nVQ TX0 last_used_idx 65497\n"
	  "RING TX0 used_idx 65497\n", "TX0 ZCOPY-STUCK certain" },
	{ "ZCOPY-STUCK: a second", "EVERY 750\nSAMPLES 4\nNET TX0 upend 40\nNET TX0 done 7\nNET TX0 oldest_busy 1\n",
	  "TX0 ZCOPY-STUCK likely" },
	{ "TX-TAP-FULL",
	  "TAP sndbuf 1048576\nTAP wmem 1050000\n" TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\n"
	  "COUNT TX0 end_send_failed +10\nMORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+10\n",
	  "TX0 TX-TAP-FULL certain" },
	{ "TX-TAP-FULL: what is behind it is slow",
	  TX_MOVES "VQ TX0 avail_idx 65280+5000\nRING TX0 avail_idx 65280+5000\nVQ TX0 last_avail_idx 65030+5000\n"
	  "VQ TX0 last_used_idx 65030+5000\nRING TX0 used_event 65030+5000\nTAP sndbuf 1048576\n"
	  "TAP wmem ~600000,800000,900000\nVQ TX0 used_flags 1\n"
	  "COUNT TX0 end_send_failed +70\nMORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+70\n",
	  "TX0 TX-TAP-FULL certain" },
	{ "TX-TAP-FULL: refused more often than not, and drained when looked at",
	  TX_MOVES "TAP sndbuf 1048576\nTAP wmem ~600000,9\nCOUNT TX0 end_send_failed +70\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+70\n", "TX0 TX-TAP-FULL likely" },
	{ "TX-HOL",
	  TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\nCOUNT TX0 end_send_failed +10\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=ENOMEM n=+10\nVQ TX0 last_avail_idx ~65530,65531\n",
	  "TX0 TX-HOL certain" },
	{ "TX-NO-RECLAIM", TX_ALL_DONE, "TX0 TX-NO-RECLAIM possible" },
	{ "TX-NO-RECLAIM: a whole ring since it asked", TX_ALL_DONE "RING TX0 used_event 65530\n",
	  "TX0 TX-NO-RECLAIM possible" },
	{ "TX-NO-RECLAIM: nobody takes the signal", TX_ALL_DONE "VQ TX0 call 1\n", "TX0 TX-NO-RECLAIM likely" },
	/* several at once */
	{ "a lost kick, and a filter",
	  TX_WAITS "TAP tx_dropped +90\nMORE DROP pid=42 dev=0 reason=TAP_TXFILTER n=+90\n",
	  "TX0 KICK-LOST certain, RX0 DROP-BEFORE-RING certain" },
	{ "down, and what comes of it",
	  "TAP up 0\n" TX_WAITS "VQ TX0 avail_idx 250\nCOUNT TX0 runs +10\nCOUNT TX0 end_send_failed +10\n"
	  "MORE SEND pid=42 dev=0 queue=TX0 errno=EIO n=+10\nTAP tx_dropped +7\n"
	  "MORE DROP pid=42 dev=0 reason=DEV_READY n=+7\n",
	  "RX0 TAP-DOWN certain, TX0 TAP-DOWN certain, RX0 DROP-BEFORE-RING certain < TAP-DOWN, "
	  "TX0 TX-HOL certain < TAP-DOWN" },
	{ "starved and busy at once",
	  RX_MOVES TAP_DROPS "TAP ring_fill 1000\nTAP ring_full 1\nTASK run_ns +700000000\nTASK wait_ns +290000000\n"
	  "COUNT RX0 delay_max_ns 250000000\nCOUNT RX0 end_ring_empty +1\n",
	  "RX0 WORKER-STARVED likely, RX0 RX-BURST possible < WORKER-STARVED" },
};

static void judge(const struct test_case *c, struct strv *seen)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	FREE char *is = NULL;

	read_watch(&w, c->changes);
	assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
	is = told(&v);
	if (strcmp(is, c->want))
		print_message("%s: %s\n", c->what, is);
	assert_string_equal(is, c->want);
	for (size_t i = 0; seen && i < v.n; i++)
		strv_addf(seen, "%td", v.v[i].rule - judge_rules);
}

static void the_healthy_are_left_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(healthy); i++)
		judge(&healthy[i], NULL);
}

static void each_fault_is_named(void **state)
{
	STRV_CLEAN struct strv seen = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(sick); i++)
		judge(&sick[i], &seen);
	/* none without a test */
	for (size_t i = 0; i < judge_rules_n; i++) {
		char row[24];

		snprintf(row, sizeof(row), "%zu", i);
		if (!strv_has(&seen, row))
			print_message("no test of %s, row %zu\n", judge_rules[i].name, i);
		assert_true(strv_has(&seen, row));
	}
}

/* Evidence */

static const struct queue_facts *facts_of(const struct watch *w, const char *queue)
{
	const struct evidence_dev *d = &w->evidence.guests[0].devs[0];

	for (size_t i = 0; i < d->n_queues; i++)
		if (!strcmp(d->queues[i].name, queue))
			return &d->queues[i].facts;
	fail();
	return NULL;
}

static const char *shown(const struct queue_facts *facts, const char *key, char text[FACT_SHOWN])
{
	const struct fact *f = fact_find(key, strlen(key));

	if (!f)
		print_message("no fact %s\n", key);
	assert_non_null(f);
	return fact_show(f, facts, text);
}

static void samples_become_facts(void **state)
{
	static const struct {
		const char *changes, *queue, *key, *want;
	} rows[] = {
		{ "", "RX0", "watched_ms", "10.0 s" },
		{ "", "RX0", "samples", "11" },
		{ "", "RX0", "quiet_ms", "10.0 s" },
		{ "", "RX0", "lost", "0" },
		{ "", "RX0", "drops", "0" },
		{ "", "RX0", "drops_full", "0" },
		{ "", "RX0", "drop_intervals_pct", "?" },
		{ "", "RX0", "delay_avg_us", "?" },
		{ "", "RX0", "pending", "256" },
		{ "", "TX0", "waiting", "?" },
		{ RX_MOVES, "RX0", "completions", "50,000" },
		/* beyond 65536, and never mistaken for a lap */
		{ RX_MOVES, "RX0", "moved", "50,000" },
		{ RX_MOVES "VQ RX0 last_used_idx 10,3,40000\n", "RX0", "moved", "0" },
		{ RX_MOVES, "RX0", "quiet_ms", "0 s" },
		{ RX_MOVES, "RX0", "delay_avg_us", "15 us" },
		{ RX_MOVES, "RX0", "delay_max_us", "90 us" },
		{ RX_MOVES, "RX0", "worker_run_pct", "40 %" },
		{ RX_MOVES "RING RX0 avail_idx 1496,6496,6496\nVQ RX0 last_avail_idx 1240,6240,6240\n"
		  "VQ RX0 last_used_idx 1240,6240,6240\n", "RX0", "quiet_ms", "9.0 s" },
		{ "COUNT TX0 kicks 9,12,15,2\n", "TX0", "kicks", "8" },
		{ "COUNT TX0 kicks none\n", "TX0", "kicks", "?" },
		{ "THREADS run_ns +2500000000\nTHREADS wait_max_ns +30000000\n", "TX0", "guest_run_pct", "250 %" },
		{ "THREADS wait_max_ns +30000000\n", "TX0", "guest_wait_pct", "3 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "empty_pct", "100 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "hungry_pct", "28 %" },
		{ "TAP ring_fill ~0,1,0,0\nRING RX0 avail_idx 1240\n", "RX0", "hungry_ms", "0 s" },
		{ "TAP ring_fill 0,1,1,1,0\nRING RX0 avail_idx 1240\n", "RX0", "hungry_ms", "2.0 s" },
		{ "TAP ring_fill 0,1\nRING RX0 avail_idx 1240\n", "RX0", "parched_now_ms", "9.0 s" },
		{ "TAP ring_fill 7\nNET RX0 batched 64\n", "RX0", "waiting", "71" },
		{ "TAP ring_fill 7\nNET RX0 batched ?\n", "RX0", "waiting", "7" },
		{ "TAP ring_fill ?\nNET RX0 batched 64\n", "RX0", "waiting", "?" },
		{ "TAP tx_dropped 3,3,4,4,9,9\n", "RX0", "drop_intervals_pct", "66 %" },
		{ "TAP tx_dropped 3,3,4,4,9,9\n", "RX0", "drop_intervals", "2" },
		{ "TAP tx_dropped 3,3,4,4,9,9\nTAP qdisc_drops +1\n", "RX0", "lost", "16" },
		{ "TAP tx_dropped +1\n", "RX0", "drops_full", "?" },
		{ TAP_DROPS, "RX0", "drops_full", "7,000" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=NOMEM n=+2\nMORE DROP pid=42 dev=0 reason=TAP_FILTER n=+9\n",
		  "RX0", "drop_reason", "TAP_FILTER" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=? n=+2 sampled=1\n", "RX0", "drops_other", "0" },
		{ TAP_DROPS "MORE DROP pid=42 dev=0 reason=? n=+2 sampled=1\n", "RX0", "drops_sampled", "yes" },
		{ "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+2\n", "TX0", "send_errno", "EAGAIN" },
		{ "MORE SEND pid=42 dev=0 queue=TX0 errno=EAGAIN n=+2\n", "TX0", "send_failures", "20" },
		{ "", "TX0", "send_failures", "0" },
		{ "COUNT TX0 end_send_failed ?\n", "TX0", "send_failures", "?" },
		{ "NET TX0 upend 3\nNET TX0 done 1020\n", "TX0", "zcopy_waiting", "7" },
		{ "TAP sndbuf 212992\n", "TX0", "sndbuf", "208 KiB" },
		{ "TASK policy fifo\n", "TX0", "worker_policy", "fifo" },
		{ "MORE MISSED events=3\n", "TX0", "missed", "3" },
		{ "VQ TX0 call 1,2,2,2,2,0\n", "TX0", "call_unread_ms", "2.0 s" },
		{ "COUNT TX0 signals +1\nVQ TX0 call +1\n", "TX0", "call_unread_ms", "8.0 s" },
		{ "COUNT TX0 signals +1\nVQ TX0 call 1\n", "TX0", "call_unread_ms", "0 s" },
		{ "RING TX0 used_event 0\n", "TX0", "asks", "no" },
		{ "RING TX0 used_event 65529\n", "TX0", "asks", "yes" },
		{ "RING TX0 used_event 65529\n", "TX0", "full_asked", "no" },
		{ "RING TX0 used_event 1000\n", "TX0", "no_interrupt_pct", "100 %" },
		{ "WORKER state T\n", "TX0", "worker_stopped_pct", "100 %" },
		{ "WORKER pending 1\n", "TX0", "worker_stall_ms", "9.0 s" },
		{ "SAMPLES 1\n", "TX0", "watched_ms", "0 s" },
		{ "SAMPLES 1\n", "TX0", "worker_run_pct", "?" },
		{ "SAMPLES 1\n", "TX0", "still_ms", "?" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		char text[FACT_SHOWN];

		read_watch(&w, rows[i].changes);
		const char *is = shown(facts_of(&w, rows[i].queue), rows[i].key, text);

		if (strcmp(is, rows[i].want))
			print_message("row %zu: %s\n", i, rows[i].key);
		assert_string_equal(is, rows[i].want);
	}
}

/* What comes later has begun in the watch; who goes is told */
static void guests_come_and_go(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *first = records("SAMPLES 1\n");
	FREE char *later = records("SAMPLES 2\nCOUNT TX0 kicks 7\nCOUNT RX0 kicks 8,9\nTAP tx_dropped 100,101\n");
	FREE char *other = str_replace(later, "pid=42", "pid=43");
	char text[FACT_SHOWN];

	(void)state;
	assert_true(read_text(&w, first) >= 0);
	assert_true(read_text(&w, other) >= 0);
	assert_int_equal(w.evidence.n_guests, 2);
	assert_true(w.evidence.guests[0].gone);
	assert_false(w.evidence.guests[1].gone);
	assert_int_equal(evidence_queues(&w.evidence), 4);

	const struct evidence_queue *q = w.evidence.guests[1].devs[0].queues;

	assert_string_equal(shown(&q[0].facts, "kicks", text), "9");
	assert_string_equal(shown(&q[1].facts, "kicks", text), "7");
	/* the interface is older than the watch */
	assert_string_equal(shown(&q[0].facts, "drops", text), "1");
}

/* However long it takes, and whatever names are made up */
static void memory_is_bounded(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	FREE char *text = records("SAMPLES 1\n");

	(void)state;
	for (unsigned int i = 0; i < 300; i++) {
		FREE char *line = str_printf("DROP pid=42 dev=0 reason=R%u n=%u\nSEND pid=42 dev=0 queue=TX0 "
					     "errno=E%u n=%u\nEND ", i, i, i, i);
		FREE char *one = str_replace(text, "END ", line);

		assert_true(read_text(&w, one) >= 0);
	}
	assert_int_equal(w.evidence.dumps, 300);
	assert_int_equal(w.evidence.n_guests, 1);
	assert_int_equal(evidence_queues(&w.evidence), 2);
}

/* With any value missing nothing is named that wasn't before, and with all missing, nothing */
static void what_is_not_known_is_no_proof(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	static const enum dump_kind kinds[] = {
		KIND_DEV, KIND_TAP, KIND_WORKER, KIND_TASK, KIND_VQ, KIND_RING, KIND_NET, KIND_COUNT,
	};
	char *changes = strdup("");

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++)
		for (size_t i = 0; i < dump_fields[kinds[k]].n; i++) {
			const struct field *f = &dump_fields[kinds[k]].v[i];
			char *next;

			if (f->required || !strcmp(f->key, "kind") || !strcmp(f->key, "backend"))
				continue;

			FREE char *one = str_printf(TX_WAITS TAP_DROPS "%s %s ?\n%s RX0 %s ?\n%s TX0 %s ?\n",
						    dump_fields[kinds[k]].kind, f->key,
						    dump_fields[kinds[k]].kind, f->key,
						    dump_fields[kinds[k]].kind, f->key);
			CLEANUP(watch_free) struct watch some = { 0 };
			CLEANUP(verdicts_free) struct verdicts few = { 0 };

			read_watch(&some, one);
			assert_int_equal(diagnose_judge(&some.evidence, &few), 0);
			for (size_t r = 0; r < few.n; r++) {
				if (strcmp(few.v[r].rule->name, "KICK-LOST") != 0)
					print_message("without %s.%s: %s\n", dump_fields[kinds[k]].kind, f->key,
						      few.v[r].rule->name);
				assert_string_equal(few.v[r].rule->name, "KICK-LOST");
			}
			next = str_printf("%s%s", changes, one + strlen(TX_WAITS TAP_DROPS));
			free(changes);
			changes = next;
		}
	read_watch(&w, changes);
	free(changes);
	assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
	assert_int_equal(v.n, 0);
	/* and it says so, of each rule that would have needed something */
	for (size_t r = 0; r < judge_rules_n; r++) {
		bool blind = !judge_rules[r].needs[0];

		for (size_t i = 0; i < v.n_blind; i++)
			blind |= v.blind[i].rule == &judge_rules[r];
		if (!blind)
			print_message("%s, row %zu\n", judge_rules[r].name, r);
		assert_true(blind);
	}
}

static void what_can_be_told_is_not_called_missing(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };
	CLEANUP(watch_free) struct watch unused = { 0 };
	CLEANUP(watch_free) struct watch partly = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };

	(void)state;
	read_watch(&w, "");
	assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
	for (size_t i = 0; i < v.n_blind; i++)
		print_message("%s %s: %s\n", v.blind[i].at.queue->name, v.blind[i].rule->name, v.blind[i].missing[0]);
	assert_int_equal(v.n_blind, 0);
	read_watch(&unused, "VQ RX0 backend 0\nVQ TX0 backend 0\n");
	assert_int_equal(diagnose_judge(&unused.evidence, &v), 0);
	assert_int_equal(v.n_blind, 0);
	read_watch(&partly, "NET TX0 upend ?\n");
	assert_int_equal(diagnose_judge(&partly.evidence, &v), 0);
	assert_int_equal(v.n_blind, 1);
	assert_string_equal(v.blind[0].rule->name, "ZCOPY-STUCK");
	assert_string_equal(v.blind[0].missing[0], "zcopy_stuck_ms");
	assert_null(v.blind[0].missing[1]);
}

static void each_queue_has_its_health(void **state)
{
	static const struct {
		const char *changes;
		enum health rx, tx;
	} rows[] = {
		{ "", HEALTH_IDLE, HEALTH_IDLE },
		{ RX_MOVES, HEALTH_GOOD, HEALTH_IDLE },
		{ TX_WAITS, HEALTH_IDLE, HEALTH_PROBLEM },
		{ RX_STANDS_EMPTY, HEALTH_NOTED, HEALTH_IDLE },
		{ "VQ RX0 backend 0\nVQ TX0 backend 0\n", HEALTH_UNUSED, HEALTH_UNUSED },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };

		read_watch(&w, rows[i].changes);
		assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
		assert_int_equal(v.n_queues, 2);
		assert_string_equal(health_str(v.queues[0].health), health_str(rows[i].rx));
		assert_string_equal(health_str(v.queues[1].health), health_str(rows[i].tx));
	}
}

static void what_does_not_fit_together_is_told(void **state)
{
	static const struct {
		const char *changes, *want;
	} rows[] = {
		{ "", "" },
		{ RX_MOVES TX_MOVES TAP_DROPS, "" },
		{ "MORE MISSED events=4\n", "RX0 events-missed, TX0 events-missed" },
		{ "TAP tx_dropped +7000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700\n", "RX0 drop-reasons" },
		{ "TAP tx_dropped +7000\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700 sampled=1\n", "" },
		{ TX_MOVES "COUNT TX0 completions +4000\n", "TX0 counts-low" },
		{ RX_STANDS_EMPTY "COUNT RX0 runs +1\n", "RX0 empty-unseen" },
		{ "COUNT TX0 delay_max_ns 400000000\n", "TX0 delay-unexplained" },
		{ "COUNT TX0 delay_max_ns 400000000\nTASK wait_ns +300000000\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		STRV_CLEAN struct strv s = { 0 };

		read_watch(&w, rows[i].changes);
		assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
		for (size_t d = 0; d < v.n_doubts; d++)
			strv_addf(&s, "%s %s", v.doubts[d].at.queue->name, v.doubts[d].doubt->name);

		FREE char *is = strv_join(&s, ", ");

		if (strcmp(is, rows[i].want))
			print_message("row %zu\n", i);
		assert_string_equal(is, rows[i].want);
	}
}

/* Input that is no evidence */

static void what_was_cut_off_is_judged_as_far_as_it_came(void **state)
{
	FREE char *text = records(TX_WAITS);

	(void)state;
	for (size_t cut = 0; cut < strlen(text); cut += 97) {
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		FREE char *part = strndup(text, cut);
		char *newline = strrchr(part, '\n');

		if (newline)
			newline[1] = '\0';
		else
			*part = '\0';
		assert_true(read_text(&w, part) >= 0);
		assert_int_equal(diagnose_judge(&w.evidence, &v), 0);
		assert_true(w.evidence.cut || !*part || strstr(part, "END "));
		for (size_t i = 0; i < v.n; i++)
			assert_string_equal(v.v[i].rule->name, "KICK-LOST");
	}
}

static void garbage_is_refused(void **state)
{
	static const char *const bad[] = {
		"hello", "COUNT pid=42 dev=0 queue=TX0 kicks=1",
		"DUMP format=1\nGUEST pid=42\nTHREADS pid=42 threads=-1",
		"DUMP format=1\nGUEST pid=42\nDEV pid=42 dev=0\nTAP pid=42 dev=0 up=2",
	};
	CLEANUP(watch_free) struct watch empty = { 0 };
	CLEANUP(verdicts_free) struct verdicts v = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		CLEANUP(watch_free) struct watch w = { 0 };

		assert_int_equal(read_text(&w, bad[i]), -EBADMSG);
	}
	assert_int_equal(diagnose_judge(&empty.evidence, &v), 0);
	assert_int_equal(v.n + v.n_queues + v.n_blind + v.n_doubts, 0);
}

/* Sentences */

static void sentences_are_filled_in(void **state)
{
	static const struct {
		const char *text, *want;
		bool command;
	} rows[] = {
		{ "plain", "plain", false },
		{ "", "", false },
		{ "{guest} {pid} {if} {queue} {thread}", "web-1 (process 42) 42 tap 0 TX0 50", false },
		{ "ip link show {if}", "ip link show 'tap 0'", true },
		{ "{kicks} {kicks|kick|kicks} {signals|signal|signals}", "1 1 kick 0 signals", false },
		{ "{drops|packet was|packets were} lost", "7,000 packets were lost", false },
		{ "{worker_run_pct}, {watched_ms}, {no_such} {x|y|z} {open", "0 %, 10.0 s, ? ? ", false },
	};
	CLEANUP(watch_free) struct watch w = { 0 };

	(void)state;
	read_watch(&w, TAP_DROPS "COUNT TX0 kicks 0,1\n");
	snprintf(w.evidence.guests[0].name, sizeof(w.evidence.guests[0].name), "web-1");
	snprintf(w.evidence.guests[0].devs[0].iface, sizeof(w.evidence.guests[0].devs[0].iface), "tap 0");

	struct subject at = {
		&w.evidence, &w.evidence.guests[0], &w.evidence.guests[0].devs[0],
		&w.evidence.guests[0].devs[0].queues[1],
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *is = sentence_fill(rows[i].text, &at, rows[i].command);

		assert_string_equal(is, rows[i].want);
	}
}

static void blanks_are_facts(const char *text, const struct subject *at)
{
	FREE char *whole = sentence_fill(text, at, true);

	assert_non_null(whole);
	assert_null(strchr(whole, '{'));
	for (const char *c = text; (c = strchr(c, '{')); c++) {
		static const char *const names[] = { "guest}", "pid}", "if}", "queue}", "thread}" };
		size_t len = strcspn(++c, "|}");
		bool name = fact_find(c, len);

		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			name |= !strncmp(c, names[i], strlen(names[i]));
		if (!name)
			print_message("{%.*s\n", (int)len, c);
		assert_true(name);
	}
}

/* A table that is read needs words, and names that exist */
static void rules_are_whole(void **state)
{
	CLEANUP(watch_free) struct watch w = { 0 };

	(void)state;
	read_watch(&w, "");

	struct subject at = {
		&w.evidence, &w.evidence.guests[0], &w.evidence.guests[0].devs[0],
		&w.evidence.guests[0].devs[0].queues[0],
	};

	for (size_t i = 0; i < judge_rules_n; i++) {
		const struct judge_rule *r = &judge_rules[i];

		assert_true(r->direction & ANY);
		blanks_are_facts(r->sentence, &at);
		blanks_are_facts(r->next, &at);
		/* whose it is has to be said */
		assert_non_null(strstr(r->sentence, "{guest}"));
		assert_non_null(strstr(r->sentence, "{if}"));
		assert_non_null(strstr(r->sentence, "{queue}"));
		assert_true(strlen(r->next) > 40);
		assert_non_null(r->shows[0]);
		for (size_t n = 0; n < ARRAY_SIZE(r->shows) && r->shows[n]; n++)
			assert_non_null(fact_find(r->shows[n], strlen(r->shows[n])));
		for (size_t n = 0; n < ARRAY_SIZE(r->needs) && r->needs[n]; n++)
			assert_non_null(fact_find(r->needs[n], strlen(r->needs[n])));
		for (size_t n = 0; n < ARRAY_SIZE(r->explains) && r->explains[n]; n++) {
			bool known = false;

			for (size_t k = 0; k < judge_rules_n; k++)
				known |= !strcmp(judge_rules[k].name, r->explains[n]);
			assert_true(known);
		}
	}
	for (size_t i = 0; i < judge_doubts_n; i++) {
		blanks_are_facts(judge_doubts[i].sentence, &at);
		for (size_t n = 0; n < ARRAY_SIZE(judge_doubts[i].shows) && judge_doubts[i].shows[n]; n++)
			assert_non_null(fact_find(judge_doubts[i].shows[n], strlen(judge_doubts[i].shows[n])));
	}
	for (size_t i = 0; i < facts_n; i++) {
		assert_true(strlen(facts_table[i].meaning) > 8);
		for (size_t n = 0; n < i; n++)
			assert_string_not_equal(facts_table[i].key, facts_table[n].key);
	}
}

/* Else all of a circle would be consequences, and nothing a cause */
static bool leads_to(const char *from, const char *to, unsigned int depth)
{
	bool leads = false;

	assert_true(depth < 20);
	for (size_t i = 0; i < judge_rules_n && !leads; i++) {
		const struct judge_rule *r = &judge_rules[i];

		for (size_t n = 0; !strcmp(r->name, from) && n < ARRAY_SIZE(r->explains) && r->explains[n]; n++)
			leads |= !strcmp(r->explains[n], to) || leads_to(r->explains[n], to, depth + 1);
	}
	return leads;
}

static void nothing_is_its_own_cause(void **state)
{
	(void)state;
	for (size_t i = 0; i < judge_rules_n; i++)
		assert_false(leads_to(judge_rules[i].name, judge_rules[i].name, 0));
}

/*
 * Evidence as files, recorded or made: the first line is "# WHAT: VERDICTS". Whoever meets a
 * case that is judged wrong puts its --save here.
 */
static void saved_evidence_is_judged(void **state)
{
	STRV_CLEAN struct strv files = { 0 };

	(void)state;
	assert_int_equal(file_list("tests/unit/diagnose", &files), 0);
	assert_true(files.n > 4);
	for (size_t i = 0; i < files.n; i++) {
		FREE char *path = str_printf("tests/unit/diagnose/%s", files.v[i]);
		FREE char *text = NULL;
		CLEANUP(watch_free) struct watch w = { 0 };
		CLEANUP(verdicts_free) struct verdicts v = { 0 };
		size_t len;

		assert_int_equal(file_read(path, 1 << 20, &text, &len), 0);
		assert_true(read_text(&w, text) >= 0);
		assert_int_equal(diagnose_judge(&w.evidence, &v), 0);

		FREE char *first = strndup(text, strcspn(text, "\n"));
		FREE char *is = told(&v);
		const char *want = strrchr(first, ':');

		assert_non_null(want);
		if (strcmp(is, want + 2))
			print_message("%s\n", path);
		assert_string_equal(is, want + 2);
	}
}

/* "tests/unit/test-diagnose DIR" writes the cases of this file as such, of four samples each */
static int write_cases(const char *dir)
{
	for (size_t i = 0; i < ARRAY_SIZE(sick) + ARRAY_SIZE(healthy); i++) {
		const struct test_case *c = i < ARRAY_SIZE(sick) ? &sick[i] : &healthy[i - ARRAY_SIZE(sick)];
		FREE char *name = strdup(c->what);
		FREE char *changes = str_printf("SAMPLES 4\n%s", c->changes);

		for (char *n = name; *n; n++)
			*n = isalnum((unsigned char)*n) ? (char)tolower((unsigned char)*n) : '-';

		FREE char *path = str_printf("%s/%s.records", dir, name);
		FREE char *text = records(changes);
		FILE *f = fopen(path, "w");

		if (!f || fprintf(f, "# %s: %s\nNAME pid=42 name=web-1\n%s", c->what, c->want, text) < 0 || fclose(f))
			return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(samples_become_facts),
		cmocka_unit_test(guests_come_and_go),
		cmocka_unit_test(memory_is_bounded),
		cmocka_unit_test(the_healthy_are_left_alone),
		cmocka_unit_test(each_fault_is_named),
		cmocka_unit_test(what_is_not_known_is_no_proof),
		cmocka_unit_test(what_can_be_told_is_not_called_missing),
		cmocka_unit_test(each_queue_has_its_health),
		cmocka_unit_test(what_does_not_fit_together_is_told),
		cmocka_unit_test(what_was_cut_off_is_judged_as_far_as_it_came),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(sentences_are_filled_in),
		cmocka_unit_test(rules_are_whole),
		cmocka_unit_test(nothing_is_its_own_cause),
		cmocka_unit_test(saved_evidence_is_judged),
	};

	if (argc > 1)
		return write_cases(argv[1]);
	return cmocka_run_group_tests_name("diagnose", tests, NULL, NULL);
}
