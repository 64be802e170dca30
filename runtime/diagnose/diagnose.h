/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diagnose: why packets are lost. The dumps of a watch become evidence: for each queue
 * what changed from the first to the last of them, and how long what held. Rules make
 * verdicts of it. The room uses base and dump, and prints nothing.
 *
 * A new metric is a row in metrics.c and one in history-tables.c, a new verdict a
 * struct in one of rules-*.c.
 */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "base/base.h"
#include "dump/dump.h"

/* Metrics (metrics.c): what is known of one queue, its tap, its worker and its guest */

enum unit { UNIT_COUNT, UNIT_MS, UNIT_US, UNIT_PERCENT, UNIT_BYTES, UNIT_YES, UNIT_WORD };

#define METRIC_WORD 256
#define SNDBUF_UNLIMITED 0x7fffffff	/* INT_MAX, which a tap has until TUNSETSNDBUF */

/* What the queues of one direction of an interface are together (share.c) */
struct shared {
	/* pct: the worst of them */
	struct value queues, moving, buffers;
	struct value full_pct, rx_starved_pct, end_ring_empty;
	bool had_room;		/* on none so many packets waited that a tap drops some */
	bool first;		/* what is the interface's belongs to this queue */
};

struct queue_metrics {
	bool rx;		/* to the guest; else from it */
	/* the watch */
	struct value watched_ms, samples, missed;
	/* the ring */
	struct value ring_size, pending, pending_max, in_flight, quiet_ms, stalled_ms,
		stalled_now_ms, pending_over, chain_broken_ms, unreadable_now_ms, call_wanted,
		call_wanted_full;
	char chain_end[METRIC_WORD], chain_meaning[METRIC_WORD];
	/* RX: the guest's buffers, and packets that wait for them */
	struct value empty_pct, empty_ms, rx_starved_pct, rx_starved_ms, rx_starved_now_ms,
		rx_starved_wait_pct, rx_no_refill_ms, rx_no_refill_now_ms, rx_no_refill_wait_pct,
		rx_backlog_pct, rx_backlog_now_ms, waiting, waiting_max;
	/* what vhost did; active: whether any index moved */
	struct value active, completions, moved, taken, taken_max, runs, kicks, signals,
		suppressed, no_call, end_no_backend, end_iotlb, end_error, end_ring_empty, end_turn,
		end_send_failed, end_socket_empty, errors, misses, works, delay_avg_us,
		delay_max_us;
	/* kicks and signals that did not come */
	struct value kick_missing_ms, kick_missing_wait_pct, call_missing_ms, call_none_pct,
		call_none_now_ms, call_unread_ms, no_interrupt_pct, no_interrupt_now_ms;
	/* the worker, the guest's own threads */
	struct value worker_run_ms, worker_wait_ms, worker_run_pct, worker_wait_pct,
		worker_asleep_pct, worker_stopped_pct, worker_stopped_now_ms, worker_stall_ms,
		worker_busy_now_ms, worker_late_now_ms, guest_run_pct,
		guest_wait_pct;
	char worker_policy[METRIC_WORD];
	/* their control groups */
	struct value worker_frozen_pct, worker_frozen_now_ms, worker_throttled, worker_throttled_ms,
		worker_quota_us, worker_period_us, worker_weight, guest_frozen_pct,
		guest_frozen_now_ms, guest_throttled, guest_throttled_ms, guest_throttled_pct,
		guest_quota_us, guest_period_us, guest_weight, quota_stops_worker;
	char worker_group[METRIC_WORD], worker_limit[METRIC_WORD], worker_cpus[METRIC_WORD],
		guest_group[METRIC_WORD], guest_limit[METRIC_WORD], guest_cpus[METRIC_WORD];
	/* the tap */
	struct value tap_ring, tap_full_pct, tap_down_pct, tap_down_now_ms, no_carrier_pct,
		no_carrier_now_ms, detached_pct, detached_now_ms, filter, to_guest, from_guest,
		from_guest_dropped, from_guest_errors, from_guest_qdisc_drops, sndbuf, wmem_max,
		unwritable_pct, unwritable_ms, unwritable_now_ms, send_failures;
	char send_errno[METRIC_WORD], from_guest_reason[METRIC_WORD], tap_driver[METRIC_WORD];
	/* what the guest lost: the interface's, and whether the queue may have had a part in it */
	struct value loss_possible, lost, drops, drop_intervals, drop_intervals_pct, drops_full,
		drops_other, drops_sampled, qdisc_drops, qdisc_backlog_max;
	char drop_reason[METRIC_WORD], qdisc[METRIC_WORD];
	/* zerocopy, backend, IOTLB */
	struct value zcopy_waiting, zcopy_stuck_ms, backend_none_pct, backend_now, unserved_ms,
		iotlb, iotlb_entries, busyloop_us;
	/* beside the others of its interface and direction */
	struct value if_queues, if_moving, if_share_pct;
	struct shared shared;
	struct value rx_starved_ended, rx_starved_at_end;	/* times; 1: in the last sample */
	struct {
		/* back to the guest; by the interface, a little longer (sent.c) */
		struct value given, counted;
	} sent;
};

/* Whose it is. An interface has one counter for all its queues, for each direction */
enum metric_of { METRIC_QUEUE, METRIC_TO_GUEST, METRIC_FROM_GUEST };

struct metric {
	const char *key;
	enum unit unit;
	size_t offset;
	const char *meaning;	/* begins in lower case, no full stop */
	enum metric_of of;
	const char *meaning_tx;	/* of a queue from the guest, where it is another; or NULL */
};

extern const struct metric metrics[];
extern const size_t n_metrics;

/* NULL: there is none of that name */
const struct metric *metric_find(const char *key, size_t len);
/* Of a metric that is no word */
struct value metric_value(const struct metric *f, const struct queue_metrics *m);
/* "" is unknown */
const char *metric_word(const struct metric *f, const struct queue_metrics *m);
bool metric_known(const struct metric *f, const struct queue_metrics *m);
/* False: it is the interface's, which has other queues, or isn't of this direction */
bool metric_is_own(const struct metric *f, const struct queue_metrics *m);
const char *metric_meaning(const struct metric *f, const struct queue_metrics *m);
/* "1,234", "1.2 s", "97 %", "208 KiB", "yes", "?", "none" */
#define METRIC_SHOWN 64
const char *metric_show(const struct metric *f, const struct queue_metrics *m,
			char shown[METRIC_SHOWN]);

/* Evidence (evidence.c) */

/* What is kept of a queue between two dumps */
struct history;

struct evidence_queue {
	char name[32];
	struct value index, worker_tid;
	bool event_idx;			/* in the newest dump, where it is known */
	struct queue_metrics metrics;
	struct history *history;
};

struct evidence_dev {
	struct value dev, pair, features, features_high;
	struct dump_identity id;
	unsigned long long seen;	/* the newest dump that it was in, from 1 */
	bool gone;			/* not in the newest dump */
	struct value zerocopy;		/* 1: seen in use; 0: seen without */
	char kind[16], iface[80], driver[16];
	struct evidence_queue *queues;
	size_t n_queues;
};

/* A group with a quota, as the first dump had it that names the group */
struct evidence_group {
	char limit[256];
	struct value throttled, throttled_us;
};

struct evidence_guest {
	struct value pid;
	char comm[80], name[256];	/* "" where it has none */
	bool gone;			/* not in the newest dump */
	bool changed;			/* a device of it went while we watched */
	struct evidence_dev *devs;
	struct evidence_group *groups;	/* only where .counts_are_older */
	size_t n_devs, n_groups;
};

/*
 * Bounded by guests and queues, however long the watch and whatever is unplugged in it. Starts as
 * 0s
 */
struct evidence {
	char release[80];
	struct value begun_us;		/* since 1970 */
	struct value watched_ms;	/* from the first to the newest dump */
	struct value missed;		/* events, up to the newest dump that says it */
	struct value missed_before;	/* what the first dump says, where .counts_are_older */
	struct dump_host host;
	unsigned long long dumps;
	/*
	 * The first dump is not the first of its script: what that counts since its start is not
	 * this evidence's alone
	 */
	bool counts_are_older;
	bool cut;			/* the newest dump was not whole */
	struct evidence_guest *guests;
	size_t n_guests;
};

/* -ENOMEM */
int evidence_add(struct evidence *e, const struct dump *d);
size_t evidence_queues(const struct evidence *e);
/* Two pairs of queues of one interface, or the same */
bool evidence_same_iface(const struct evidence_dev *a, const struct evidence_dev *b);
void evidence_free(struct evidence *e);

/*
 * Windows (window.c): the newest dumps of a watch. The last @ms are the dumps that are at most @ms
 * older than the newest, and the newest two in any case: 0 is the last interval. Starts as 0s
 */

#define WINDOW_DUMPS_MAX 1024
#define WINDOW_BYTES_MAX (256UL << 20)

struct window_dump {
	struct dump dump;
	unsigned long long time_us;	/* never before that of the dump before */
	size_t bytes;
};

struct window {
	unsigned long long keep_ms;	/* the longest window; set before the first dump */
	struct window_dump *dumps;	/* @n of them, from @from on */
	size_t from, n, size, bytes;
	bool cut;			/* there was one more, at @cut_us, than may be kept */
	unsigned long long cut_us;
};

/* @d becomes the window's. -ENOMEM */
int window_take(struct window *w, struct dump *d);
/* What the dumps of the last @ms alone are as evidence; -ERANGE: more than is kept; -ENOMEM */
int window_evidence(const struct window *w, unsigned long long ms, struct evidence *e);
/* Some dumps of the last @ms are not in it: there were too many */
bool window_is_cut(const struct window *w, unsigned long long ms);
void window_free(struct window *w);

/* Lines in, evidence out: of the whole watch, and of its windows (watch.c) */
struct watch {
	struct dump_reader reader;
	struct evidence evidence;
	struct window window;
};

/* As dump_reader_line(); 1: a dump was added to the evidence */
int watch_line(struct watch *w, const char *line, size_t len);
int watch_end(struct watch *w);
void watch_free(struct watch *w);

/* Rules (rules-*.c, collected by rules.c) */

#define LONG_MS 1000		/* nothing of a guest that works takes as long */

enum confidence {
	NO,
	NOTED,		/* it is so, and nothing was lost by it: no fault */
	POSSIBLE,
	LIKELY,
	CERTAIN,
};

/*
 * WIDE: what it explains may be another queue's of the device. ONCE: it is the interface's,
 * and belongs to the first of its queues
 */
enum direction { RX = 1, TX = 2, ANY = 3, WIDE = 4, ONCE = 8 };

struct verdict_rule {
	unsigned int place;		/* among the verdicts: causes before what they explain */
	const char *name;
	unsigned int direction;		/* enum direction */
	/* NO where it isn't sure of what was read */
	enum confidence (*test)(const struct queue_metrics *m);
	const char *template;		/* for template_fill() */
	const char *shows[8];		/* metrics that prove it */
	const char *hint;		/* what to do, for template_fill() */
	const char *needs[4];		/* metrics without which it can't be excluded */
	const char *explains[11];	/* names of what is then its consequence */
	/* In help, of the first of the forms: begins in lower case, no full stop */
	const char *meaning;
};

/* By their places, so that a cause comes before its consequences. A file adds one: rules.h */
#define VERDICT_RULES_MAX 128
size_t verdict_rules_count(void);
/* The @i'th; NULL: there are no more */
const struct verdict_rule *verdict_rule(size_t i);

/* What doesn't fit together (consistency.c) */
struct consistency_rule {
	const char *name;
	unsigned int direction;
	bool (*test)(const struct queue_metrics *m);
	const char *template;
	const char *shows[4];
};

extern const struct consistency_rule consistency_rules[];
extern const size_t n_consistency_rules;

/* Verdicts (verdicts.c) */

/* Whose it is; into the evidence */
struct subject {
	const struct evidence *evidence;
	const struct evidence_guest *guest;
	const struct evidence_dev *dev;
	const struct evidence_queue *queue;
};

struct verdict_row {
	const struct verdict_rule *rule;
	struct subject at;
	enum confidence confidence;
	const struct verdict_rule *because;	/* whose consequence it is, NULL: a cause */
};

struct inconsistency_row {
	const struct consistency_rule *rule;
	struct subject at;
};

/* A verdict that can't be excluded, for want of these metrics */
struct not_excluded_row {
	const struct verdict_rule *rule;
	struct subject at;
	const char *missing[4];
};

enum health {
	HEALTH_UNKNOWN,		/* whether anything moved is unknown */
	HEALTH_UNUSED,		/* no backend, and the guest doesn't want one */
	HEALTH_IDLE,
	HEALTH_GOOD,
	HEALTH_NOTED,		/* worth to be known */
	HEALTH_PROBLEM,
};

struct health_row {
	struct subject at;
	enum health health;
};

/* Verdicts: causes first, the surest of them first; then consequences, then notes */
struct verdicts {
	struct verdict_row *v;
	struct inconsistency_row *inconsistencies;
	struct not_excluded_row *not_excluded;
	struct health_row *queues;	/* of every queue, as in the evidence */
	size_t n, n_inconsistencies, n_not_excluded, n_queues;
};

/* -ENOMEM */
int verdicts_of(const struct evidence *e, struct verdicts *v);
/* Without notes and consequences */
size_t verdicts_problems(const struct verdicts *v);
/* Queues in use of which it is known whether they moved; none in use is known, too */
bool verdicts_known(const struct verdicts *v);
bool verdict_is_problem(const struct verdict_row *v);
void verdicts_free(struct verdicts *v);
const char *confidence_str(enum confidence b);
const char *health_str(enum health h);
bool rule_explains(const struct verdict_rule *r, const char *name);

/* Templates (template.c) */

/*
 * @text with "{key}" replaced by a metric with its unit, "{key|packet|packets}" by
 * "1 packet", "12 packets"; {guest} {pid} {name} {if} {queue} {thread} are whose it is. In a
 * @command names are quoted for a shell. As it came from the guest: the caller that prints it
 * escapes it. NULL: no memory.
 */
char *template_fill(const char *text, const struct subject *at, bool command);
/* "web-1 (process 4242)", "process 4242" */
char *subject_guest(const struct subject *at);

#endif
