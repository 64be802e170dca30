// SPDX-License-Identifier: GPL-2.0-or-later
/* The keys of every record, and how their values are read, shown and compared. */
#include "dump/dump.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>

#define U16 0xffffULL
#define U32 0xffffffffULL
#define U64 (~0ULL)

#define NUMBER_AS(s, key, member, max) \
	{ key, FIELD_NUMBER, offsetof(struct s, member), 0, max, false, false }
#define NUMBER(s, member, max) NUMBER_AS(s, #member, member, max)
#define SIGNED(s, member, max) \
	{ #member, FIELD_SIGNED, offsetof(struct s, member), 0, max, false, false }
#define NAMES(s, member, max) \
	{ #member, FIELD_NUMBER, offsetof(struct s, member), 0, max, true, false }
#define COUNT(s, key, member) { key, FIELD_NUMBER, offsetof(struct s, member), 0, U32, false, true }
#define HEX(s, member) { #member, FIELD_HEX, offsetof(struct s, member), 0, U64, false, false }
#define BOOL(s, member) { #member, FIELD_BOOL, offsetof(struct s, member), 0, 1, false, false }
#define TEXT_AS(s, key, member, required) \
	{ key, FIELD_TEXT, offsetof(struct s, member), sizeof(((struct s *)0)->member), 0, \
	  required, false }
#define TEXT(s, member) TEXT_AS(s, #member, member, false)

static const struct field dump_keys[] = {
	NAMES(dump, format, U32),
	TEXT(dump, release),
	NUMBER(dump, time_us, U64),
	NUMBER(dump, seq, U64),
};

static const struct field guest_keys[] = {
	NAMES(dump_guest, pid, U32),
	TEXT(dump_guest, comm),
	COUNT(dump_guest, "devices", n_devices),
	COUNT(dump_guest, "queues", n_queues),
};

static const struct field dev_keys[] = {
	NAMES(dump_dev, dev, U32),
	TEXT(dump_dev, kind),
	NUMBER(dump_dev, fd, U32),
	HEX(dump_dev, id),
	TEXT_AS(dump_dev, "if", iface, false),
	NUMBER(dump_dev, pair, U32),
	COUNT(dump_dev, "queues", n_queues),
	COUNT(dump_dev, "workers", n_workers_said),
	NUMBER(dump_dev, owner, U32),
	HEX(dump_dev, features),
	HEX(dump_dev, features_high),
	HEX(dump_dev, backend_features),
	BOOL(dump_dev, log),
	BOOL(dump_dev, iotlb),
	NUMBER(dump_dev, iotlb_entries, U32),
	NUMBER(dump_dev, regions, U32),
};

static const struct field worker_keys[] = {
	NAMES(dump_worker, worker, U32),
	NUMBER(dump_worker, tid, U32),
	TEXT(dump_worker, comm),
	TEXT(dump_worker, state),
	NUMBER(dump_worker, cpu, U32),
	TEXT(dump_worker, form),
	BOOL(dump_worker, pending),
};

static const struct field vq_keys[] = {
	TEXT_AS(dump_vq, "queue", queue, true),
	NUMBER(dump_vq, index, U32),
	NUMBER(dump_vq, num, U32),
	HEX(dump_vq, desc),
	HEX(dump_vq, avail),
	HEX(dump_vq, used),
	BOOL(dump_vq, backend),
	NUMBER(dump_vq, worker, U32),
	NUMBER(dump_vq, last_avail_idx, U16),
	NUMBER(dump_vq, avail_idx, U16),
	NUMBER(dump_vq, last_used_idx, U16),
	NUMBER(dump_vq, used_flags, U16),
	NUMBER(dump_vq, signalled_used, U16),
	BOOL(dump_vq, signalled_used_valid),
	NUMBER(dump_vq, busyloop_us, U32),
	BOOL(dump_vq, is_le),
	BOOL(dump_vq, log_used),
	HEX(dump_vq, log_addr),
	NUMBER(dump_vq, kick, U64),
	NUMBER(dump_vq, call, U64),
	NUMBER(dump_vq, error, U64),
	HEX(dump_vq, vq_features),
	HEX(dump_vq, vq_features_high),
	BOOL(dump_vq, busy),
};

static const struct field ring_keys[] = {
	NUMBER(dump_ring, avail_flags, U16),
	NUMBER(dump_ring, avail_idx, U16),
	NUMBER(dump_ring, used_event, U16),
	NUMBER(dump_ring, used_flags, U16),
	NUMBER(dump_ring, used_idx, U16),
	NUMBER(dump_ring, avail_event, U16),
	TEXT(dump_ring, error),
};

static const struct field avail_keys[] = {
	NAMES(dump_avail, pos, U16),
	NUMBER(dump_avail, slot, U16),
	NUMBER(dump_avail, head, U16),
};

static const struct field used_keys[] = {
	NAMES(dump_used, pos, U16),
	NUMBER(dump_used, slot, U16),
	NUMBER(dump_used, id, U32),
	NUMBER(dump_used, len, U32),
};

static const struct field chain_keys[] = {
	NAMES(dump_chain, pos, U16),
	NUMBER(dump_chain, head, U16),
	NUMBER(dump_chain, descs, U32),
	NUMBER(dump_chain, out, U64),
	NUMBER(dump_chain, in, U64),
	BOOL(dump_chain, indirect),
	TEXT(dump_chain, end),
};

static const struct field desc_keys[] = {
	NAMES(dump_desc, head, U16),
	NUMBER(dump_desc, n, U32),
	NUMBER(dump_desc, id, U16),
	HEX(dump_desc, addr),
	NUMBER(dump_desc, len, U32),
	HEX(dump_desc, flags),
	NUMBER(dump_desc, next, U16),
	TEXT(dump_desc, table),
	BOOL(dump_desc, mapped),
};

static const struct field hdr_keys[] = {
	NAMES(dump_hdr, head, U16),
	NUMBER(dump_hdr, flags, U16),
	NUMBER(dump_hdr, gso_type, U16),
	NUMBER(dump_hdr, gso_size, U16),
	NUMBER(dump_hdr, hdr_len, U16),
	NUMBER(dump_hdr, csum_start, U16),
	NUMBER(dump_hdr, csum_offset, U16),
	NUMBER(dump_hdr, num_buffers, U16),
};

static const struct field data_keys[] = {
	NAMES(dump_data, head, U16),
	NUMBER(dump_data, offset, U32),
	TEXT(dump_data, hex),
};

static const struct field end_keys[] = {
	NUMBER(dump, queues, U32),
	NUMBER(dump, unreadable, U32),
	NUMBER(dump, lost, U32),
	NUMBER(dump, us, U64),
};

static const struct field gone_keys[] = {
	NAMES(dump_gone, pid, U32),
	TEXT(dump_gone, why),
};

static const struct field name_keys[] = {
	NAMES(dump_name, pid, U32),
	TEXT(dump_name, name),
};

static const struct field task_keys[] = {
	NAMES(dump_task, worker, U32),
	NUMBER(dump_task, run_ns, U64),
	NUMBER(dump_task, wait_ns, U64),
	NUMBER(dump_task, waits, U64),
	TEXT(dump_task, policy),
	SIGNED(dump_task, prio, INT32_MAX),	/* -1: SCHED_DEADLINE */
};

static const struct field threads_keys[] = {
	NUMBER(dump_threads, threads, U32),
	NUMBER(dump_threads, run_ns, U64),
	NUMBER(dump_threads, wait_ns, U64),
	NUMBER(dump_threads, wait_max_ns, U64),
};

static const struct field tap_keys[] = {
	TEXT(dump_tap, driver),
	BOOL(dump_tap, up),
	BOOL(dump_tap, carrier),
	NUMBER(dump_tap, queues, U32),
	NUMBER(dump_tap, ring, U32),
	NUMBER(dump_tap, ring_fill, U32),
	BOOL(dump_tap, ring_full),
	NUMBER(dump_tap, sndbuf, U64),
	NUMBER(dump_tap, wmem, U64),
	NUMBER(dump_tap, to_guest, U64),
	NUMBER(dump_tap, to_guest_dropped, U64),
	NUMBER(dump_tap, to_guest_errors, U64),
	NUMBER(dump_tap, from_guest, U64),
	NUMBER(dump_tap, from_guest_dropped, U64),
	NUMBER(dump_tap, from_guest_errors, U64),
	NUMBER(dump_tap, rx_packets, U64),
	NUMBER(dump_tap, rx_dropped, U64),
	NUMBER(dump_tap, rx_errors, U64),
	NUMBER(dump_tap, tx_packets, U64),
	NUMBER(dump_tap, tx_dropped, U64),
	NUMBER(dump_tap, tx_errors, U64),
	TEXT(dump_tap, qdisc),
	NUMBER(dump_tap, qdisc_drops, U64),
	NUMBER(dump_tap, qdisc_backlog, U64),
	NUMBER(dump_tap, from_guest_qdisc_drops, U64),
	NUMBER(dump_tap, from_guest_qdisc_backlog, U64),
	BOOL(dump_tap, filter),
	BOOL(dump_tap, detached),
};

static const struct field net_keys[] = {
	NUMBER(dump_net, upend, U32),
	NUMBER(dump_net, done, U32),
	BOOL(dump_net, oldest_busy),
	NUMBER(dump_net, ubufs, U32),
	NUMBER(dump_net, batched, U32),
};

static const struct field count_keys[] = {
	NUMBER(dump_count, kicks, U64),
	NUMBER(dump_count, signals, U64),
	NUMBER(dump_count, suppressed, U64),
	NUMBER(dump_count, no_call, U64),
	NUMBER(dump_count, completions, U64),
	NUMBER(dump_count, runs, U64),
	NUMBER(dump_count, taken, U64),
	NUMBER(dump_count, taken_max, U64),
	NUMBER(dump_count, end_no_backend, U64),
	NUMBER(dump_count, end_iotlb, U64),
	NUMBER(dump_count, end_error, U64),
	NUMBER(dump_count, end_ring_empty, U64),
	NUMBER(dump_count, end_turn, U64),
	NUMBER(dump_count, end_send_failed, U64),
	NUMBER(dump_count, end_socket_empty, U64),
	NUMBER(dump_count, errors, U64),
	NUMBER(dump_count, misses, U64),
	NUMBER(dump_count, works, U64),
	NUMBER(dump_count, delay_ns, U64),
	NUMBER(dump_count, delay_max_ns, U64),
};

static const struct field send_keys[] = {
	TEXT_AS(dump_send, "errno", name, true),
	NUMBER(dump_send, n, U64),
};

static const struct field drop_keys[] = {
	TEXT(dump_drop, reason),
	TEXT(dump_drop, way),
	NUMBER(dump_drop, n, U64),
	BOOL(dump_drop, sampled),
};

static const struct field missed_keys[] = {
	NUMBER_AS(dump, "events", missed, U64),
};

static const struct field host_keys[] = {
	TEXT(dump_host, version),
	TEXT(dump_host, arch),
	BOOL(dump_host, zerocopy),
};

static const struct field cgroup_keys[] = {
	TEXT_AS(dump_cgroup, "kind", kind, true),
	NUMBER(dump_cgroup, tid, U32),
	NUMBER(dump_cgroup, version, U32),
	TEXT(dump_cgroup, path),
	BOOL(dump_cgroup, frozen),
	TEXT(dump_cgroup, limit),
	NUMBER(dump_cgroup, quota_us, U64),
	NUMBER(dump_cgroup, period_us, U64),
	NUMBER(dump_cgroup, throttled, U64),
	NUMBER(dump_cgroup, throttled_us, U64),
	NUMBER(dump_cgroup, weight, U64),
	TEXT(dump_cgroup, cpus),
	TEXT(dump_cgroup, allowed),
};

static const struct field derived_keys[] = {
	NUMBER(dump_derived, pending, U16),
	NUMBER(dump_derived, in_flight, U16),
	NUMBER(dump_derived, free, U16),
	NUMBER(dump_derived, notify_after, U32),
	BOOL(dump_derived, would_notify),
	TEXT(dump_derived, notify_reason),
	BOOL(dump_derived, would_kick),
};

#define KIND(kind, keys) [KIND_##kind] = { #kind, keys, ARRAY_SIZE(keys) }

const struct fields dump_fields[KINDS] = {
	KIND(DUMP, dump_keys),
	KIND(GUEST, guest_keys),
	KIND(DEV, dev_keys),
	KIND(WORKER, worker_keys),
	KIND(VQ, vq_keys),
	KIND(RING, ring_keys),
	KIND(AVAIL, avail_keys),
	KIND(USED, used_keys),
	KIND(CHAIN, chain_keys),
	KIND(DESC, desc_keys),
	KIND(HDR, hdr_keys),
	KIND(DATA, data_keys),
	KIND(END, end_keys),
	KIND(GONE, gone_keys),
	KIND(NAME, name_keys),
	KIND(TASK, task_keys),
	KIND(THREADS, threads_keys),
	KIND(TAP, tap_keys),
	KIND(NET, net_keys),
	KIND(COUNT, count_keys),
	KIND(SEND, send_keys),
	KIND(DROP, drop_keys),
	KIND(MISSED, missed_keys),
	KIND(HOST, host_keys),
	KIND(CGROUP, cgroup_keys),
	[KIND_DERIVED] = { NULL, derived_keys, ARRAY_SIZE(derived_keys) },
};

const struct field *dump_field(enum dump_kind kind, const char *key, size_t len)
{
	for (size_t i = 0; i < dump_fields[kind].n; i++) {
		const struct field *f = &dump_fields[kind].v[i];

		if (strlen(f->key) == len && !strncmp(f->key, key, len))
			return f;
	}
	return NULL;
}

struct value field_value(const struct field *f, const void *record)
{
	return *(const struct value *)((const char *)record + f->offset);
}

const char *field_text(const struct field *f, const void *record)
{
	return (const char *)record + f->offset;
}

bool field_same(const struct field *f, const void *a, const void *b)
{
	if (f->type == FIELD_TEXT)
		return !strcmp(field_text(f, a), field_text(f, b));

	struct value x = field_value(f, a), y = field_value(f, b);

	return x.state == y.state && (!value_known(x) || x.n == y.n);
}

/*
 * Digits and nothing else: strtoull() takes signs and blanks too. -EINVAL; -ERANGE: more than 64
 * bits
 */
static int parse_digits(const char *text, size_t len, bool hex, unsigned long long *n)
{
	char digits[24];

	for (size_t i = 0; i < len; i++)
		if (hex ? !isxdigit((unsigned char)text[i]) : !isdigit((unsigned char)text[i]))
			return -EINVAL;
	if (!len)
		return -EINVAL;
	if (len >= sizeof(digits))
		return -ERANGE;
	memcpy(digits, text, len);
	digits[len] = '\0';
	errno = 0;
	*n = strtoull(digits, NULL, hex ? 16 : 10);
	return -errno;
}

static int parse_number(const struct field *f, const char *text, size_t len, unsigned long long *n)
{
	bool hex = len > 2 && text[0] == '0' && text[1] == 'x';
	bool minus = !hex && len > 1 && *text == '-';
	size_t before = hex ? 2 : minus;
	int ret = parse_digits(text + before, len - before, hex, n);

	if (!ret && (*n > f->max || (minus && f->type != FIELD_SIGNED)))
		ret = -ERANGE;
	if (minus)
		*n = -*n;
	return ret;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && !strncmp(text, word, len);
}

int field_parse(const struct field *f, void *record, const char *text, size_t len)
{
	char *at = (char *)record + f->offset;
	struct value v = { 0 };
	int ret = 0;

	if (f->type == FIELD_TEXT) {
		if (len >= f->size)
			return -ERANGE;
		/* unknown is "", as if it weren't there */
		if (!is_word(text, len, "?"))
			memcpy(at, text, len);
		return 0;
	}
	if (is_word(text, len, "none")) {
		v.state = VALUE_NONE;
	} else if (!is_word(text, len, "?")) {
		ret = parse_number(f, text, len, &v.n);
		v.state = VALUE_KNOWN;
	}
	if (!ret)
		*(struct value *)at = v;
	return ret;
}

const char *field_show(const struct field *f, struct value v, char shown[FIELD_SHOWN])
{
	if (v.state == VALUE_UNKNOWN)
		return "?";
	if (v.state == VALUE_NONE)
		return "none";
	if (f->type == FIELD_BOOL)
		return v.n ? "yes" : "no";
	if (f->type == FIELD_SIGNED)
		snprintf(shown, FIELD_SHOWN, "%lld", (long long)v.n);
	else
		snprintf(shown, FIELD_SHOWN, f->type == FIELD_HEX ? "0x%llx" : "%llu", v.n);
	return shown;
}
