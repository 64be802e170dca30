// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/str.h"

#include <stdio.h>

#include "base/strv.h"
#include "diagnose/diagnose.h"
#include "watch.h"

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

static bool is_index(const char *key)
{
	size_t len = strlen(key);

	return len > 4 && (!strcmp(key + len - 4, "_idx") || strstr(key, "event") ||
			   strstr(key, "signalled_used"));
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

static void value_at(const char *key, const char *was, const char *values, unsigned int at,
		     char *out, size_t size)
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
static const char *change_of(const char *changes, const char *kind, unsigned int pair,
			     const char *queue, const char *key, char *values, size_t size)
{
	bool found = false;
	char of_pair[64];

	snprintf(of_pair, sizeof(of_pair), "%s@%u", kind, pair);

	for (const char *line = changes; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		char w[4][1000] = { "" };
		FREE char *one = strndup(line, strcspn(line, "\n"));
		int n = sscanf(one, "%63s %63s %999s %999s", w[0], w[1], w[2], w[3]);

		if (strcmp(w[0], kind) != 0 && strcmp(w[0], of_pair) != 0)
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

static void put_word(FILE *f, const char *changes, const char *kind, unsigned int pair,
		     const char *queue, const char *word, unsigned int at)
{
	const char *equals = strchr(word, '=');
	char key[64], values[1000], value[64];

	snprintf(key, sizeof(key), "%.*s", (int)(equals - word), word);
	if (change_of(changes, kind, pair, queue, key, values, sizeof(values))) {
		value_at(key, equals + 1, values, at, value, sizeof(value));
		fprintf(f, " %s=%s", key, value);
	} else if (!strcmp(key, "time_us")) {
		fprintf(f, " time_us=%llu", strtoull(equals + 1, NULL, 10) +
			at * 1000ULL * setting(changes, "EVERY ", 1000));
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
	const char *q = strstr(save, "queue="), *dev = strstr(save, "dev=");
	unsigned int pair = dev ? (unsigned int)strtoul(dev + 4, NULL, 10) : 0;

	if (q)
		sscanf(q, "queue=%31[^ ]", queue);
	fprintf(f, "%s", kind);
	for (char *word; (word = strtok_r(NULL, " ", &save));)
		put_word(f, changes, kind, pair, queue, word, at);
	fputc('\n', f);
}

static void put_more(FILE *f, const char *changes, unsigned int at)
{
	for (const char *line = changes; *line;
	     line += strcspn(line, "\n"), line += *line == '\n') {
		const char *word = line + strspn(line, " \t");

		if (!strncmp(word, "MORE ", 5))
			put_record(f, changes, word + 5, strcspn(word + 5, "\n"), at);
	}
}

/* The records of a pair of queues, as another's */
static char *of_pair(const char *line, unsigned int pair)
{
	static const struct {
		const char *was, *is;
		unsigned int number;
	} words[] = {
		{ " dev=0", " dev=", 0 }, { "=RX0", "=RX", 0 }, { "=TX0", "=TX", 0 }, { " pair=0",
		  " pair=", 0 },
		{ " fd=31", " fd=", 31 }, { " tid=50", " tid=", 50 },
	};
	char *out = strndup(line, strcspn(line, "\n"));

	for (size_t i = 0; pair && i < ARRAY_SIZE(words); i++) {
		char is[32];

		snprintf(is, sizeof(is), "%s%u", words[i].is, words[i].number + pair);

		char *next = str_replace(out, words[i].was, is);

		free(out);
		out = next;
	}
	return out;
}

/* From DEV on, as often as there are pairs; returns what follows */
static const char *put_pairs(FILE *f, const char *changes, const char *line, unsigned int at)
{
	const char *after = strstr(line, "END ");

	for (unsigned int pair = 0; pair < setting(changes, "PAIRS ", 1); pair++)
		for (const char *l = line; l < after; l += strcspn(l, "\n") + 1) {
			FREE char *mine = of_pair(l, pair);

			put_record(f, changes, mine, strlen(mine), at);
		}
	return after;
}

char *watch_records(const char *changes)
{
	char *out = NULL;
	size_t size;
	FILE *f = open_memstream(&out, &size);

	assert_non_null(f);
	for (unsigned int at = 0; at < setting(changes, "SAMPLES ", SAMPLES); at++)
		for (const char *line = idle; *line; line += strcspn(line, "\n") + 1) {
			if (!strncmp(line, "DEV ", 4))
				line = put_pairs(f, changes, line, at);
			if (!strncmp(line, "END ", 4))
				put_more(f, changes, at);
			put_record(f, changes, line, strcspn(line, "\n"), at);
		}
	fclose(f);
	return out;
}

int watch_text(struct watch *w, const char *text)
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

void watch_made(struct watch *w, const char *changes)
{
	FREE char *text = watch_records(changes);

	assert_true(watch_text(w, text) >= 0);
	assert_int_equal(w->reader.unknown, 0);
}

char *verdicts_text(const struct verdicts *v)
{
	STRV_CLEAN struct strv s = { 0 };

	for (size_t i = 0; i < v->n; i++)
		strv_addf(&s, "%s %s %s%s%s", v->v[i].at.queue->name, v->v[i].rule->name,
			  confidence_str(v->v[i].confidence), v->v[i].because ? " < " : "",
			  v->v[i].because ? v->v[i].because->name : "");
	return strv_join(&s, ", ");
}

/* Windows */

static const char *dump_line(const char *text)
{
	const char *line = text;

	while (line && strncmp(line, "DUMP ", 5) != 0) {
		line = strchr(line, '\n');
		line += line ? 1 : 0;
	}
	return line && *line ? line : NULL;
}

/* What comes before the first dump, and the dumps that are no older than @ms, but two at least */
static char *text_of_window(const char *text, unsigned long long ms)
{
	const char *first = dump_line(text), *from, *dumps[64];
	unsigned long long us[64], newest = 0;
	size_t n = 0, begin;

	assert_non_null(first);
	for (const char *d = first; d; d = dump_line(strchr(d, '\n') + 1)) {
		const char *time = strstr(d, "time_us=1");

		assert_true(n < ARRAY_SIZE(us));
		us[n] = time && time < strchr(d, '\n') ? strtoull(time + 8, NULL, 10) : 0;
		/* a clock that was set back goes on from where it was */
		newest = us[n] > newest ? us[n] : newest;
		us[n] = newest;
		dumps[n++] = d;
	}
	begin = n < 2 ? 0 : n - 2;
	while (ms && begin && newest - us[begin - 1] <= ms * 1000)
		begin--;
	from = dumps[begin];
	return str_printf("%.*s%s", (int)(first - text), text, from);
}

static void same_value(const char *what, struct value a, struct value b)
{
	if (a.state != b.state || a.n != b.n)
		print_message("%s: %d %llu, not %d %llu\n", what, a.state, a.n, b.state, b.n);
	assert_true(a.state == b.state && a.n == b.n);
}

static void same_metrics(const struct queue_metrics *a, const struct queue_metrics *b)
{
	for (size_t i = 0; i < n_metrics; i++) {
		if (metrics[i].unit == UNIT_WORD)
			assert_string_equal(metric_word(&metrics[i], a),
					    metric_word(&metrics[i], b));
		else
			same_value(metrics[i].key, metric_value(&metrics[i], a),
				   metric_value(&metrics[i], b));
	}
	/* those that are not shown */
	same_value("active", a->active, b->active);
	same_value("rx_starved_ended", a->rx_starved_ended, b->rx_starved_ended);
	same_value("rx_starved_at_end", a->rx_starved_at_end, b->rx_starved_at_end);
	same_value("sent.given", a->sent.given, b->sent.given);
	same_value("sent.counted", a->sent.counted, b->sent.counted);
	same_value("shared.buffers", a->shared.buffers, b->shared.buffers);
	same_value("shared.full_pct", a->shared.full_pct, b->shared.full_pct);
	same_value("shared.rx_starved_pct", a->shared.rx_starved_pct, b->shared.rx_starved_pct);
	same_value("shared.end_ring_empty", a->shared.end_ring_empty, b->shared.end_ring_empty);
	assert_int_equal(a->rx, b->rx);
	assert_int_equal(a->shared.had_room, b->shared.had_room);
	assert_int_equal(a->shared.first, b->shared.first);
}

static void same_devs(const struct evidence_guest *a, const struct evidence_guest *b)
{
	assert_int_equal(a->n_devs, b->n_devs);
	for (size_t i = 0; i < a->n_devs; i++) {
		const struct evidence_dev *x = &a->devs[i], *y = &b->devs[i];

		assert_string_equal(x->iface, y->iface);
		assert_int_equal(x->gone, y->gone);
		same_value("zerocopy", x->zerocopy, y->zerocopy);
		assert_int_equal(x->n_queues, y->n_queues);
		for (size_t q = 0; q < x->n_queues; q++) {
			assert_string_equal(x->queues[q].name, y->queues[q].name);
			same_value("tid", x->queues[q].worker_tid, y->queues[q].worker_tid);
			same_metrics(&x->queues[q].metrics, &y->queues[q].metrics);
		}
	}
}

static void same_evidence(const struct evidence *a, const struct evidence *b)
{
	assert_string_equal(a->release, b->release);
	assert_string_equal(a->host.version, b->host.version);
	same_value("begun_us", a->begun_us, b->begun_us);
	same_value("watched_ms", a->watched_ms, b->watched_ms);
	same_value("missed", a->missed, b->missed);
	assert_int_equal(a->dumps, b->dumps);
	assert_int_equal(a->cut, b->cut);
	assert_int_equal(a->n_guests, b->n_guests);
	for (size_t i = 0; i < a->n_guests; i++) {
		same_value("pid", a->guests[i].pid, b->guests[i].pid);
		assert_string_equal(a->guests[i].name, b->guests[i].name);
		assert_int_equal(a->guests[i].gone, b->guests[i].gone);
		same_devs(&a->guests[i], &b->guests[i]);
	}
}

static void same_verdicts(const struct evidence *a, const struct evidence *b)
{
	CLEANUP(verdicts_free) struct verdicts v = { 0 };
	CLEANUP(verdicts_free) struct verdicts w = { 0 };

	assert_int_equal(verdicts_of(a, &v), 0);
	assert_int_equal(verdicts_of(b, &w), 0);

	FREE char *is = verdicts_text(&v);
	FREE char *want = verdicts_text(&w);

	assert_string_equal(is, want);
	assert_int_equal(v.n_inconsistencies, w.n_inconsistencies);
	for (size_t i = 0; i < v.n_inconsistencies; i++)
		assert_ptr_equal(v.inconsistencies[i].rule, w.inconsistencies[i].rule);
	assert_int_equal(v.n_not_excluded, w.n_not_excluded);
	for (size_t i = 0; i < v.n_not_excluded; i++)
		assert_ptr_equal(v.not_excluded[i].rule, w.not_excluded[i].rule);
	assert_int_equal(v.n_queues, w.n_queues);
	for (size_t i = 0; i < v.n_queues; i++)
		assert_int_equal(v.queues[i].health, w.queues[i].health);
}

void windows_are_of_their_dumps(const char *text)
{
	static const unsigned int ms[] = { 0, 1, 250, 999, 1000, 1500, 2000, 5000, 100000 };
	CLEANUP(watch_free) struct watch w = { .window = { .keep_ms = 100000 } };

	assert_true(watch_text(&w, text) >= 0);
	for (size_t i = 0; i < ARRAY_SIZE(ms); i++) {
		CLEANUP(evidence_free) struct evidence e = { 0 };
		CLEANUP(watch_free) struct watch alone = { 0 };
		FREE char *dumps = text_of_window(text, ms[i]);

		assert_int_equal(window_evidence(&w.window, ms[i], &e), 0);
		assert_true(watch_text(&alone, dumps) >= 0);
		same_evidence(&e, &alone.evidence);
		same_verdicts(&e, &alone.evidence);
	}
}
