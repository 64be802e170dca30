/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump: what scripts/vring-dump.stp prints, as structs; what follows from it; and
 * what must hold and doesn't. scripts/vhost-drops.stp prints the same with counts and
 * the tap between, which are read here and judged in the room diagnose. The room uses
 * base only and prints nothing.
 *
 * Each record has a table of its keys (fields.c), by which it is read, compared and
 * written: a new key is a row there.
 */
#ifndef DUMP_H
#define DUMP_H

#include "base/base.h"
#include "base/strv.h"

#define DUMP_FORMAT 1

/* 0 is unknown: what no record says is not known */
enum value_state { VALUE_UNKNOWN, VALUE_NONE, VALUE_KNOWN };

struct value {
	enum value_state state;
	unsigned long long n;
};

static inline bool value_known(struct value v)
{
	return v.state == VALUE_KNOWN;
}

static inline bool value_is(struct value v, unsigned long long n)
{
	return v.state == VALUE_KNOWN && v.n == n;
}

static inline struct value value_of(unsigned long long n)
{
	return (struct value){ VALUE_KNOWN, n };
}

/* Fields (fields.c) */

enum field_type {
	FIELD_NUMBER,		/* decimal */
	FIELD_SIGNED,		/* the same, and below 0: struct value holds two's complement */
	FIELD_HEX,		/* an address or a bit set, 0x… */
	FIELD_BOOL,
	FIELD_TEXT,		/* char[], "" is unknown */
};

struct field {
	const char *key;
	enum field_type type;
	size_t offset;
	size_t size;			/* of a text's array */
	unsigned long long max;		/* of a number */
	bool required;			/* names the record: without it, it is none */
	bool inner;			/* only for the reader: a count of what follows */
};

struct fields {
	const char *kind;
	const struct field *v;
	size_t n;
};

enum dump_kind {
	KIND_DUMP, KIND_GUEST, KIND_DEV, KIND_WORKER, KIND_VQ, KIND_RING, KIND_AVAIL, KIND_USED,
	KIND_CHAIN, KIND_DESC, KIND_HDR, KIND_DATA, KIND_END, KIND_GONE, KIND_NAME,
	/* vhost-drops only */
	KIND_TASK, KIND_THREADS, KIND_TAP, KIND_NET, KIND_COUNT, KIND_SEND, KIND_DROP, KIND_MISSED,
	KIND_HOST, KIND_CGROUP,		/* of the verb, which knows what no script does */
	KIND_DERIVED,		/* no record: what we make of a queue's */
	KINDS,
};

extern const struct fields dump_fields[KINDS];

/* NULL: the kind has no such key */
const struct field *dump_field(enum dump_kind kind, const char *key, size_t len);
/* @record is the kind's struct; of a field that is no text */
struct value field_value(const struct field *f, const void *record);
const char *field_text(const struct field *f, const void *record);
bool field_same(const struct field *f, const void *a, const void *b);
/* -EINVAL: @len bytes at @text are no such value; -ERANGE: they are, but beyond what it can be */
int field_parse(const struct field *f, void *record, const char *text, size_t len);
/* "12", "0x7f…", "?", "none" */
#define FIELD_SHOWN 32
const char *field_show(const struct field *f, struct value v, char shown[FIELD_SHOWN]);

/* The model. Texts are as the record has them: code that prints them escapes them */

struct dump_avail {
	struct value pos, slot, head;
};

struct dump_used {
	struct value pos, slot, id, len;
};

struct dump_chain {
	struct value pos, head, descs, out, in, indirect;
	char end[32];		/* "ok", or where it broke: dump_chain_end() */
};

struct dump_desc {
	struct value head, n, id, addr, len, flags, next, mapped;
	char table[16];
};

struct dump_hdr {
	struct value head, flags, gso_type, gso_size, hdr_len, csum_start, csum_offset, num_buffers;
};

struct dump_data {
	struct value head, offset;
	char hex[512];
};

/* The content of the guest's memory */
struct dump_ring {
	struct value avail_flags, avail_idx, used_event, used_flags, used_idx, avail_event;
	char error[32];		/* "none", or why nothing can be read, or what vhost would refuse */
};

/* All modulo 2^16 (derive.c) */
struct dump_derived {
	struct value pending;		/* made available, not taken by vhost */
	struct value in_flight;		/* taken, not given back */
	/* what the guest can make available, once it took all back */
	struct value free;
	/* completions to the next notification; NONE: no number brings one */
	struct value notify_after;
	struct value would_notify;	/* the next completion does */
	struct value would_kick;	/* vhost asks for a kick with the guest's next buffer */
	char notify_reason[16];		/* as in host-queryqemu: event_idx, flags, first … */
};

/* What scripts/vhost-drops.stp adds. Counts are since its start, the tap's since ever */

/* Zerocopy of a queue, and packets in vhost's own hands */
struct dump_net {
	struct value upend, done, oldest_busy, ubufs, batched;
};

struct dump_count {
	struct value kicks, signals, suppressed, no_call, completions, runs, taken, taken_max,
		end_no_backend, end_iotlb, end_error, end_ring_empty, end_turn, end_send_failed,
		end_socket_empty, errors, misses, works, delay_ns, delay_max_ns;
};

/* Batches that the tap refused, by errno */
struct dump_send {
	char name[32];		/* "EAGAIN" */
	struct value n;
};

/* Packets that the kernel dropped, by its reason */
struct dump_drop {
	char reason[80];	/* "FULL_RING"; "" before Linux 5.17 */
	char way[16];		/* "to_guest", as without it, or "from_guest" */
	struct value n, sampled;
};

struct dump_tap {
	struct value up, carrier, queues, ring, ring_fill, ring_full, sndbuf, wmem, to_guest,
		to_guest_dropped, to_guest_errors, from_guest, from_guest_dropped,
		from_guest_errors, filter, detached;
	/* on the way to the guest; NONE: there is none there */
	struct value qdisc_drops, qdisc_backlog;
	struct value from_guest_qdisc_drops, from_guest_qdisc_backlog;
	/* the interface's own, of older records: dump_tap_directions() */
	struct value rx_packets, rx_dropped, rx_errors, tx_packets, tx_dropped, tx_errors;
	char driver[16];	/* "tun"; "tap" is a macvtap or ipvtap */
	char qdisc[80];
};

/* A worker's time since its birth */
struct dump_task {
	struct value worker, run_ns, wait_ns, waits, prio;
	char policy[16];
};

/* The process's own threads */
struct dump_threads {
	struct value threads, run_ns, wait_ns, wait_max_ns;
};

/*
 * The groups of a worker or of a guest's own threads; of 'diagnose', which reads them in user space
 */
struct dump_cgroup {
	struct value tid, version, frozen, quota_us, period_us, weight;
	struct value throttled, throttled_us;	/* since the watch began */
	char kind[16];		/* "worker", "vcpu", "emulator" */
	/* in the hierarchy that has the CPU's limits; "..." before the end of a long one */
	char path[256];
	char limit[256];	/* the group, or one above it, whose quota it is */
	char cpus[256], allowed[256];
};

/* What 'diagnose' says of the host before the first dump */
struct dump_host {
	char version[264];	/* uname's; a blank is \x20, as in a NAME */
	char arch[72];		/* uname's machine */
	struct value zerocopy;	/* vhost_net's experimental_zcopytx */
};

struct dump_vq {
	char queue[32];
	struct value index, num, desc, avail, used, backend, worker, last_avail_idx, avail_idx,
		last_used_idx, used_flags, signalled_used, signalled_used_valid, busyloop_us, is_le,
		log_used, log_addr, kick, call, error, vq_features, vq_features_high, busy;
	struct dump_ring ring;		/* unknown when no record came */
	struct dump_derived derived;
	struct dump_net net;
	struct dump_count count;
	struct dump_avail *avails;
	struct dump_used *useds;
	struct dump_chain *chains;
	struct dump_desc *descs;
	struct dump_hdr *hdrs;
	struct dump_data *datas;
	struct dump_send *sends;
	size_t n_avails, n_useds, n_chains, n_descs, n_hdrs, n_datas, n_sends;
};

struct dump_worker {
	struct value worker, tid, cpu, pending;
	char comm[80], state[8], form[32];
	struct dump_task task;
};

struct dump_dev {
	struct value dev, fd, id, pair, owner, features, features_high, backend_features, log,
		iotlb, iotlb_entries, regions, n_queues, n_workers_said;
	char kind[16], iface[80];
	struct dump_tap tap;
	struct dump_worker *workers;
	struct dump_vq *vqs;
	struct dump_drop *drops;
	size_t n_workers, n_vqs, n_drops;
};

struct dump_guest {
	struct value pid, n_devices, n_queues;
	char comm[80];
	char name[256];		/* of a NAME record; "" without one, or one without a name */
	struct dump_threads threads;
	struct dump_cgroup *cgroups;
	struct dump_dev *devs;
	size_t n_cgroups, n_devs;
};

struct dump_gone {
	struct value pid;
	char why[32];
};

struct dump_name {
	struct value pid;
	char name[256];
};

struct dump {
	struct value format, time_us, seq;
	char release[80];
	struct dump_guest *guests;
	struct dump_gone *gone;
	size_t n_guests, n_gone;
	/* events that could not be followed: counts are too low by them */
	struct value missed;
	struct dump_host host;		/* of a HOST record; unknown without one */
	struct value queues, unreadable, lost, us;	/* what END says */
	bool whole;			/* END was there */
};

void dump_free(struct dump *d);
/* Queues in all */
size_t dump_queues(const struct dump *d);

/* The same in another dump; NULL when it isn't there, or @d is NULL */
const struct dump_guest *dump_find_guest(const struct dump *d, struct value pid);
const struct dump_dev *dump_find_dev(const struct dump_guest *g, struct value dev);
/*
 * A device's number is its place among its process's: one that is unplugged before it
 * moves it up. What names it is its descriptor, its interface, its owner and its worker,
 * as far as each is known
 */
struct dump_identity {
	/* id: the kernel's, of one run; older records have none */
	struct value id, fd, owner, tid;
	char iface[80];
};

struct dump_identity dump_identity_of(const struct dump_dev *d);
bool dump_identity_same(const struct dump_identity *a, const struct dump_identity *b);
/* The same device in another dump; NULL as above */
const struct dump_dev *dump_find_same_dev(const struct dump_guest *g, const struct dump_dev *d);
const struct dump_vq *dump_find_vq(const struct dump_dev *d, const char *queue);
const struct dump_worker *dump_find_worker(const struct dump_dev *d, struct value worker);

/* Reading (reader.c, reader-tree.c). Starts as 0s */

struct dump_reader {
	struct dump now;		/* being read */
	struct dump done;		/* whole, or as much of it as came */
	bool open;			/* a DUMP without its END so far */
	unsigned long long line;	/* of the input */
	unsigned long long unknown;	/* records of kinds that we don't know */
	size_t records;			/* in this dump */
	struct dump_name *names;
	size_t n_names;
	struct dump_host host;
	unsigned long long odd;		/* values that can't be: they count as unknown */
	char *first_odd;		/* "line 7: prio=99999999999" */
	char *why;			/* after an error: "line 7: …" */
};

/*
 * One line without its newline. 1: a dump has ended and is to be taken; -EBADMSG:
 * that is no dump of ours, -E2BIG: too much of it, and @r->why says it in words.
 */
int dump_reader_line(struct dump_reader *r, const char *line, size_t len);
/* There is no more: 1 when a dump was cut off, which is to be taken */
int dump_reader_end(struct dump_reader *r);
/* What is done becomes the caller's, what @d held is freed. It is derived already */
void dump_reader_take(struct dump_reader *r, struct dump *d);
void dump_reader_free(struct dump_reader *r);

/* What follows from it (derive.c, tap.c) */

/* What a TAP record says, by the guest's direction */
void dump_tap_directions(struct dump_tap *t);

#define BIT_EVENT_IDX 29

/* 1, 0; -1: not known */
int dump_vq_feature(const struct dump_dev *d, const struct dump_vq *q, unsigned int bit);
void dump_derive(const struct dump_dev *d, struct dump_vq *q);
/* (a - b) modulo 2^16, unknown when one of them is */
struct value minus16(struct value a, struct value b);
/* The state of an avail or used position: "pending", "in flight", "used"; "" */
const char *dump_position(const struct dump_vq *q, struct value pos);

/* Features (features.c): sets of 128 bits, as Linux has them since 6.17 */

#define FEATURE_BITS 128

struct features {
	unsigned long long word[2];	/* bits 0 to 63, 64 to 127 */
};

/* Of the two words of a record; one that isn't known has no bit set */
struct features features_of(struct value low, struct value high);
struct features features_bit(unsigned int bit);
struct features features_and(struct features a, struct features b);
/* Those of @a that aren't in @b */
struct features features_but(struct features a, struct features b);
bool features_has(struct features set, unsigned int bit);
bool features_any(struct features set);
/* Bits without a name are "bitN". @net: a vhost-net device's */
void dump_feature_names(struct features set, bool net, struct strv *names);
void dump_backend_feature_names(struct value set, struct strv *names);

/* What must hold (invariants-*.c are the tables, findings.c goes through them) */

enum invariant_class {
	ALWAYS,		/* at each moment: it is about one word */
	/* what the owner sets, under the device's mutex: the dump has had it, or it was so twice */
	SET_UP,
	LOCKED,		/* whenever the queue's mutex is held, as it is while busy=0 is read */
	/* holds for a moment only in a running guest, or an owner at work: it was so twice */
	AT_REST,
	NOTICE,		/* no fault by itself, but worth to be known */
};

/* What a test looks at. Those that are about less have NULL in the rest */
struct place {
	const struct dump *dump;
	const struct dump_guest *guest;
	const struct dump_dev *dev;
	const struct dump_worker *worker;	/* the queue's, where there is a queue */
	const struct dump_vq *vq;
	const struct dump_chain *chain;
	const struct dump_used *used;
};

enum invariant_scope { OF_DEV, OF_WORKER, OF_QUEUE, OF_CHAIN, OF_USED };

struct invariant {
	const char *name;
	enum invariant_scope scope;
	enum invariant_class class;
	bool (*broken)(const struct place *p);	/* false too where that is unknown */
	const char *shows[5];			/* the values: "vq.num", "ring.avail_idx" */
	const char *meaning;			/* what is seen, and what it does */
	const char *hint;			/* what it comes from, or where to look */
};

/* The @i'th of all; NULL: there are no more */
const struct invariant *invariants_at(size_t i);

/* "vq.num" and the like: false when there is no such thing */
bool place_value(const struct place *p, const char *name, const struct field **f,
		 struct value *v, const char **text);

struct dump_finding {
	const struct invariant *rule;
	struct place place;		/* into the dump */
	bool sure;			/* of one moment; or twice, of a queue that didn't move */
};

struct dump_findings {
	struct dump_finding *v;
	size_t n;
};

/*
 * The device's handlers hold a queue's mutex for as long as they work on it, and give back under it
 */
bool dump_dev_works_locked(const struct dump_dev *d);

/* @before: a dump of the same guests some time before, or NULL. -ENOMEM */
int dump_findings_find(const struct dump *d, const struct dump *before, struct dump_findings *f);
/* Those that are broken, for certain or not; notices are not */
size_t dump_findings_broken(const struct dump_findings *f, bool sure);
size_t dump_findings_notices(const struct dump_findings *f);
void dump_findings_free(struct dump_findings *f);
const char *invariant_class_str(enum invariant_class c);

/* What an end of a chain means (chain.c); NULL: a word that we don't know */
const char *dump_chain_end(const char *end);

#endif
