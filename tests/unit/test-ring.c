// SPDX-License-Identifier: GPL-2.0-or-later
/* vguest's ring against a model of the device: the other side of virtio 1.x, 2.7. */
#include "vguest/ring.h"

#include <errno.h>
#include <linux/virtio_ring.h>

#include "tree.h"
#include "vguest/vguest.h"

#define BUFS 0x5000000ULL	/* where the driver's buffers are, to the device */
#define TABLES 0x9000000ULL
#define MAX_CHAIN 64

/* A ring and its device. The memory has no byte too much, so that ASan sees one. */
struct model {
	struct ring r;
	struct vring_desc *tables;
	uint16_t last_avail, used;	/* the device's */
	bool off;			/* it doesn't want kicks */
};

static void model_init(struct model *m, unsigned int num, bool event_idx, unsigned int table_len)
{
	memset(m, 0, sizeof(*m));
	m->r.num = num;
	m->r.event_idx = event_idx;
	m->r.desc = calloc(1, ring_desc_size(num));
	m->r.avail = calloc(1, ring_avail_size(num));
	m->r.used = calloc(1, ring_used_size(num));
	if (table_len) {
		m->tables = calloc(num, table_len * sizeof(*m->tables));
		m->r.tables = m->tables;
		m->r.tables_dma = TABLES;
		m->r.table_len = table_len;
	}
	assert_int_equal(ring_init(&m->r), 0);
}

static void model_free(struct model *m)
{
	ring_free(&m->r);
	free(m->r.desc);
	free(m->r.avail);
	free(m->r.used);
	free(m->tables);
}

#define MODEL CLEANUP(model_free) struct model

/* All indices of both sides, as if @n buffers had come and gone. */
static void model_wind(struct model *m, uint16_t n)
{
	m->r.avail_idx = m->r.asked_idx = m->r.last_used = m->last_avail = m->used = n;
	m->r.avail->idx = m->r.used->idx = n;
}

static uint16_t *avail_event(struct model *m)
{
	return (uint16_t *)&m->r.used->ring[m->r.num];
}

static uint16_t used_event(struct model *m)
{
	return m->r.avail->ring[m->r.num];
}

/* What the device finds next: the chain's head, or -1; its descriptors in @chain */
static int device_take(struct model *m, struct vring_desc *chain, unsigned int *nr)
{
	unsigned int num = m->r.num;

	*nr = 0;
	if (m->last_avail == m->r.avail->idx)
		return -1;
	uint16_t head = m->r.avail->ring[m->last_avail++ % num];
	struct vring_desc *table = m->r.desc, d;
	unsigned int at = head, limit = num;

	assert_true(head < num);
	if (table[at].flags & VRING_DESC_F_INDIRECT) {
		assert_int_equal(table[at].flags, VRING_DESC_F_INDIRECT);
		limit = table[at].len / sizeof(d);
		table = m->tables + (table[at].addr - TABLES) / sizeof(d);
		at = 0;
	}
	do {
		assert_true(at < limit && *nr < MAX_CHAIN);
		d = chain[(*nr)++] = table[at];
		at = d.next;
	} while (d.flags & VRING_DESC_F_NEXT);
	return head;
}

static int take_head(struct model *m)
{
	struct vring_desc chain[MAX_CHAIN];
	unsigned int nr;

	return device_take(m, chain, &nr);
}

static void device_use(struct model *m, uint32_t head, uint32_t len)
{
	m->r.used->ring[m->used % m->r.num].id = head;
	m->r.used->ring[m->used % m->r.num].len = len;
	m->r.used->idx = ++m->used;
}

/* Whether a step of the used index from @old would signal, by the specification's words */
static bool device_signals(struct model *m, uint16_t old)
{
	if (!m->r.event_idx)
		return !(m->r.avail->flags & VRING_AVAIL_F_NO_INTERRUPT);
	for (uint16_t i = old; i != m->used; i++)
		if (i == used_event(m))
			return true;
	return false;
}

static void make_segs(struct ring_seg *segs, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		segs[i] = (struct ring_seg){ i * 100, 10 + i };
}

static int add(struct model *m, unsigned int nr, bool device_writes)
{
	struct ring_seg segs[MAX_CHAIN];

	make_segs(segs, nr);
	return ring_add(&m->r, BUFS + ring_next_head(&m->r) * 0x1000ULL, segs, nr, device_writes);
}

static void check_chain(struct model *m, unsigned int nr, bool device_writes)
{
	struct vring_desc chain[MAX_CHAIN];
	uint16_t write = device_writes ? VRING_DESC_F_WRITE : 0;
	unsigned int seen;
	int head = device_take(m, chain, &seen);

	assert_true(head >= 0);
	assert_int_equal(seen, nr);
	for (unsigned int i = 0; i < nr; i++) {
		assert_int_equal(chain[i].addr, BUFS + head * 0x1000ULL + i * 100);
		assert_int_equal(chain[i].len, 10 + i);
		assert_int_equal(chain[i].flags, write | (i + 1 < nr ? VRING_DESC_F_NEXT : 0));
	}
	device_use(m, head, nr);
}

static void pop_one(struct model *m, unsigned int want_len)
{
	uint16_t head;
	uint32_t len;

	assert_int_equal(ring_pop(&m->r, &head, &len), 1);
	assert_int_equal(len, want_len);
}

static void sizes(void **state)
{
	(void)state;
	/*
	 * 2.7: 16 per descriptor; 6 + 2 per available, 6 + 8 per used entry, event fields included
	 */
	assert_int_equal(ring_desc_size(256), 16 * 256);
	assert_int_equal(ring_avail_size(256), 6 + 2 * 256);
	assert_int_equal(ring_used_size(256), 6 + 8 * 256);
}

/* Nothing is the device's before it is published, and then all of it is. */
static void publishes(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 0);
	assert_int_equal(take_head(&m), -1);
	assert_int_equal(add(&m, 1, false), 0);
	assert_int_equal(add(&m, 1, true), 0);
	assert_int_equal(take_head(&m), -1);
	ring_publish(&m.r);
	assert_int_equal(ring_outstanding(&m.r), 2);
	check_chain(&m, 1, false);
	check_chain(&m, 1, true);
	assert_int_equal(take_head(&m), -1);
	pop_one(&m, 1);
	pop_one(&m, 1);
	assert_int_equal(ring_outstanding(&m.r), 0);
}

/* Every chain length, again and again around the ring, so that free lists get mixed */
static void chain_lengths(void **state)
{
	(void)state;
	for (unsigned int table_len = 0; table_len <= 5; table_len += 5) {
		MODEL m;

		model_init(&m, 16, false, table_len);
		for (unsigned int round = 0; round < 100; round++) {
			unsigned int a = 1 + round % 5, b = 1 + round / 5 % 5, c = 1 + round / 25;

			assert_int_equal(
				add(&m, a, false) | add(&m, b, true) | add(&m, c, round & 1), 0);
			ring_publish(&m.r);
			check_chain(&m, a, false);
			check_chain(&m, b, true);
			check_chain(&m, c, round & 1);
			pop_one(&m, a);
			pop_one(&m, b);
			pop_one(&m, c);
			assert_int_equal(m.r.num_free, 16);
		}
	}
}

static void indirect_takes_one(void **state)
{
	struct vring_desc *d;
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 4);
	assert_int_equal(ring_chain_len(&m.r, 4), 1);
	assert_true(ring_room(&m.r, 4, 8));
	assert_false(ring_room(&m.r, 4, 9));
	for (unsigned int i = 0; i < 8; i++)
		assert_int_equal(add(&m, 4, false), 0);
	assert_int_equal(m.r.num_free, 0);
	assert_int_equal(add(&m, 4, false), -ENOSPC);
	ring_publish(&m.r);
	for (unsigned int i = 0; i < 8; i++) {
		d = &m.r.desc[i];
		assert_int_equal(d->flags, VRING_DESC_F_INDIRECT);
		assert_int_equal(d->len, 4 * sizeof(*d));
		assert_int_equal(d->addr, TABLES + i * 4 * sizeof(*d));
		check_chain(&m, 4, false);
	}
	/* longer than its table, and a single segment without one */
	pop_one(&m, 4);
	assert_int_equal(add(&m, 5, false), -ENOSPC);
	d = &m.r.desc[ring_next_head(&m.r)];
	assert_int_equal(add(&m, 1, false), 0);
	assert_int_equal(d->flags, 0);
	ring_publish(&m.r);
	check_chain(&m, 1, false);
}

/* No descriptor is given out twice, none is lost, in whatever order they return. */
static void exhaustion(void **state)
{
	uint16_t heads[5];
	MODEL m;

	(void)state;
	model_init(&m, 16, false, 0);
	for (unsigned int round = 0; round < 50; round++) {
		bool held[16] = { false };

		assert_true(ring_room(&m.r, 3, 5));
		assert_false(ring_room(&m.r, 3, 6));
		for (unsigned int i = 0; i < 5; i++) {
			heads[i] = ring_next_head(&m.r);
			assert_int_equal(add(&m, 3, false), 0);
			for (unsigned int n = 0, at = heads[i]; n < 3;
			     n++, at = m.r.desc[at].next) {
				assert_true(at < 16);
				assert_false(held[at]);
				held[at] = true;
			}
		}
		assert_int_equal(add(&m, 2, false), -ENOSPC);
		assert_int_equal(m.r.num_free, 1);
		ring_publish(&m.r);
		for (unsigned int i = 0; i < 5; i++)
			assert_int_equal(take_head(&m), heads[i]);
		for (unsigned int i = 0; i < 5; i++)
			device_use(&m, heads[(i * 2 + round) % 5], i);
		for (unsigned int i = 0; i < 5; i++)
			pop_one(&m, i);
		assert_int_equal(m.r.num_free, 16);
	}
}

/* What the device must not return is refused, and does no harm to the free list. */
static void bad_used_elements(void **state)
{
	static const uint32_t ids[] = { 8, 0xffffffff, 3, 0x10000 };
	uint16_t head;
	uint32_t len;
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 0);
	assert_int_equal(add(&m, 2, false), 0);		/* head 0 holds 0 and 1 */
	ring_publish(&m.r);
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		device_use(&m, ids[i], 0);
		assert_int_equal(ring_pop(&m.r, &head, &len), -EIO);
	}
	device_use(&m, 1, 0);				/* held, but no head */
	assert_int_equal(ring_pop(&m.r, &head, &len), -EIO);
	assert_int_equal(m.r.num_free, 6);
	device_use(&m, 0, 7);
	pop_one(&m, 7);
	device_use(&m, 0, 7);				/* twice */
	assert_int_equal(ring_pop(&m.r, &head, &len), -EIO);
	assert_int_equal(ring_pop(&m.r, &head, &len), 0);
	assert_int_equal(m.r.num_free, 8);
}

/*
 * A kick is due exactly if the device's event lies in what was published since the last question.
 */
static void kick_event_idx(void **state)
{
	static const uint16_t starts[] = { 0, 1, 0x7ffe, 0xfff0, 0xfffe, 0xffff };
	MODEL m;

	(void)state;
	model_init(&m, 64, true, 0);
	for (size_t s = 0; s < ARRAY_SIZE(starts); s++) {
		for (unsigned int n = 0; n <= 40; n++) {
			for (int event = -3; event <= 43; event++) {
				model_wind(&m, starts[s]);
				*avail_event(&m) = starts[s] + event;
				m.r.avail_idx += n;
				ring_publish(&m.r);
				assert_int_equal(ring_need_kick(&m.r),
						 event >= 0 && event < (int)n);
				/* asked again without anything new */
				assert_false(ring_need_kick(&m.r));
			}
		}
	}
}

static void kick_flag(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 0);
	*avail_event(&m) = 0;
	assert_true(ring_need_kick(&m.r));
	m.r.used->flags = VRING_USED_F_NO_NOTIFY;
	assert_false(ring_need_kick(&m.r));
	/* the flag means nothing with EVENT_IDX */
	m.r.event_idx = true;
	m.r.avail_idx = 1;
	assert_true(ring_need_kick(&m.r));
}

/*
 * After cb_enable() the device signals the next one, or 3/4 of the outstanding ones, at any index.
 */
static void callback_event_idx(void **state)
{
	static const uint16_t starts[] = { 0, 100, 0xfff0, 0xfffd, 0xffff };
	MODEL m;

	(void)state;
	model_init(&m, 64, true, 0);
	for (size_t s = 0; s < ARRAY_SIZE(starts); s++) {
		for (unsigned int out = 1; out <= 64; out++) {
			unsigned int due = out * 3 / 4;

			for (unsigned int used = 0; used <= out; used++) {
				model_wind(&m, starts[s]);
				m.r.avail_idx += out;
				assert_true(ring_cb_enable(&m.r, true));
				m.r.used->idx = m.used = starts[s] + used;
				assert_int_equal(device_signals(&m, starts[s]), used > due);
				/* what was there before must not be slept on */
				assert_int_equal(ring_cb_enable(&m.r, true), used <= due);
				assert_int_equal(ring_cb_enable(&m.r, false), !used);
				assert_int_equal(used_event(&m), starts[s]);
			}
		}
	}
}

static void callback_flag(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 0);
	assert_false(device_signals(&m, 0));	/* off at first */
	assert_true(ring_cb_enable(&m.r, false));
	assert_true(device_signals(&m, 0));
	ring_cb_disable(&m.r);
	assert_false(device_signals(&m, 0));
	m.r.used->idx = 1;
	assert_false(ring_cb_enable(&m.r, false));
}

/* The callback is off: in a lap of 2^16 the event is passed once, at 0. */
static void callback_off_event_idx(void **state)
{
	unsigned int signals = 0;
	MODEL m;

	(void)state;
	model_init(&m, 8, true, 0);
	model_wind(&m, 5);
	ring_cb_enable(&m.r, false);
	ring_cb_disable(&m.r);
	assert_int_equal(used_event(&m), 0);
	for (unsigned int i = 0; i < 0x10000; i++) {
		uint16_t old = m.used++;

		signals += device_signals(&m, old);
	}
	assert_int_equal(signals, 1);
}

/* More than 2^16 buffers of mixed length, out of order: indices wrap and nothing is mixed up. */
static void wraps(void **state)
{
	(void)state;
	for (unsigned int kind = 0; kind < 4; kind++) {
		unsigned int kicks = 0, n = 0;
		uint16_t heads[4];
		MODEL m;

		model_init(&m, 16, kind & 1, kind & 2 ? 4 : 0);
		for (; n < 0x24000; n += 4) {
			for (unsigned int i = 0; i < 4; i++)
				assert_int_equal(add(&m, 1 + (n / 4 + i) % 4, false), 0);
			ring_publish(&m.r);
			kicks += ring_need_kick(&m.r);
			for (unsigned int i = 0; i < 4; i++)
				heads[i] = take_head(&m);
			*avail_event(&m) = m.last_avail;	/* the device would sleep now */
			assert_int_equal(take_head(&m), -1);
			for (unsigned int i = 0; i < 4; i++)
				device_use(&m, heads[i ^ (n / 4 % 4)], n + i);
			for (unsigned int i = 0; i < 4; i++)
				pop_one(&m, n + i);
		}
		assert_int_equal(kicks, n / 4);
		assert_int_equal(m.r.num_free, 16);
		assert_int_equal(ring_look(&m.r).avail_idx, 0x4000);
		assert_int_equal(ring_look(&m.r).used_idx, 0x4000);
	}
}

/* The device keeps a buffer for good: the driver has its room again, and counts right. */
static void forgets(void **state)
{
	(void)state;
	for (unsigned int table_len = 0; table_len <= 4; table_len += 4) {
		unsigned int per = table_len ? 1 : 4;
		uint16_t lost;
		MODEL m;

		model_init(&m, 4 * per, true, table_len);
		model_wind(&m, 0xfffe);
		lost = ring_next_head(&m.r);
		assert_int_equal(ring_forget(&m.r, lost), -EINVAL);
		for (unsigned int i = 0; i < 4; i++)
			assert_int_equal(add(&m, 4, false), 0);
		ring_publish(&m.r);
		assert_int_equal(take_head(&m), lost);
		assert_int_equal(ring_forget(&m.r, lost), 0);
		assert_int_equal(ring_forget(&m.r, lost), -EINVAL);
		assert_int_equal(ring_forget(&m.r, m.r.num), -EINVAL);
		assert_int_equal(ring_outstanding(&m.r), 3);
		assert_int_equal(m.r.num_free, per);
		assert_int_equal(add(&m, 4, false), 0);
		ring_publish(&m.r);
		for (unsigned int i = 0; i < 4; i++) {
			check_chain(&m, 4, false);
			pop_one(&m, 4);
		}
		assert_int_equal(ring_outstanding(&m.r), 0);
		assert_int_equal(m.r.num_free, 4 * per);
		/* 5 were available, 4 used; the event is the next used index */
		ring_cb_enable(&m.r, true);
		assert_int_equal(used_event(&m), (uint16_t)(0xfffe + 4));
	}
}

/* Leaves a free list that is not in order. */
static void shuffle(struct model *m)
{
	static const uint8_t order[] = { 3, 0, 6, 2, 7, 1, 5, 4 };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		assert_int_equal(add(m, 1, false), 0);
	ring_publish(&m->r);
	for (size_t i = 0; i < ARRAY_SIZE(order); i++) {
		take_head(m);
		device_use(m, order[i], 0);
		pop_one(m, 0);
	}
}

static void says_device_writes(void **state)
{
	(void)state;
	for (unsigned int table_len = 0; table_len <= 3; table_len += 3) {
		uint16_t head;
		MODEL m;

		model_init(&m, 16, false, table_len);
		shuffle(&m);
		assert_int_equal(add(&m, 3, false), 0);
		head = ring_next_head(&m.r);
		assert_int_equal(add(&m, 3, false), 0);
		assert_int_equal(add(&m, 3, false), 0);
		ring_chain_write(&m.r, head);
		ring_publish(&m.r);
		check_chain(&m, 3, false);
		check_chain(&m, 3, true);
		check_chain(&m, 3, false);
	}
}

/* What is asked for is past already, at whatever index: nothing the device does is signalled. */
static void stale_event(void **state)
{
	static const uint16_t starts[] = { 0, 1, 0x7fff, 0xfffe, 0xffff };
	MODEL m;

	(void)state;
	model_init(&m, 64, true, 0);
	for (size_t s = 0; s < ARRAY_SIZE(starts); s++) {
		model_wind(&m, starts[s]);
		ring_cb_stale(&m.r);
		for (unsigned int i = 0; i < 64; i++) {
			uint16_t old = m.used++;

			assert_false(device_signals(&m, old));
			assert_false(vring_need_event(used_event(&m), m.used, old));
		}
	}
}

static void spoils(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, 8, false, 0);
	model_wind(&m, 0xffff);
	assert_int_equal(add(&m, 1, false), 0);
	ring_spoil_head(&m.r);
	ring_publish(&m.r);
	assert_int_equal(m.r.avail->ring[0xffff % 8], 8);
	assert_int_equal(m.r.avail->idx, 0);
	ring_claim(&m.r, 8 + 1);
	assert_int_equal((uint16_t)(m.r.avail->idx - m.last_avail), 8 + 2);
	assert_int_equal(ring_outstanding(&m.r), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes),
		cmocka_unit_test(publishes),
		cmocka_unit_test(chain_lengths),
		cmocka_unit_test(indirect_takes_one),
		cmocka_unit_test(exhaustion),
		cmocka_unit_test(bad_used_elements),
		cmocka_unit_test(kick_event_idx),
		cmocka_unit_test(kick_flag),
		cmocka_unit_test(callback_event_idx),
		cmocka_unit_test(callback_flag),
		cmocka_unit_test(callback_off_event_idx),
		cmocka_unit_test(wraps),
		cmocka_unit_test(forgets),
		cmocka_unit_test(says_device_writes),
		cmocka_unit_test(stale_event),
		cmocka_unit_test(spoils),
	};

	return cmocka_run_group_tests_name("ring", tests, NULL, NULL);
}
