// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a vguest does wrong on purpose: what is accepted, when it begins, what is left undone then.
 */
#include "vguest/fault.h"

#include <limits.h>
#include <linux/virtio_ring.h>

#include "tree.h"
#include "vguest/faults-lasting.h"
#include "vguest/guest.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"

#define MAX_WORDS 12

/* vguest with the options of @text, its messages thrown away; what options_parse() returned */
static int parse(struct options *o, const char *text)
{
	FREE char *copy = strdup(text);
	char *argv[MAX_WORDS] = { "vguest" }, *at = copy, *word;
	int argc = 1;

	assert_non_null(copy);
	while ((word = strsep(&at, " ")))
		if (*word && argc < MAX_WORDS - 1)
			argv[argc++] = word;
	optind = 0;
	return options_parse(o, argc, argv);
}

static void accepted(void **state)
{
	static const char *const fine[] = {
		"--fault rx-no-refill:0", "--fault tx-no-kick:100 --fault rx-no-kick:0",
		"--fault iotlb-silent:5 --iommu on", "--fault rx-few:0 --rxbuf 256",
		"--fault rx-irq-off:0 --event-idx off", "--window inf", "--lossy",
	};
	static const char *const wrong[] = {
		"--fault rx-no-refill", "--fault rx-no-refill:", "--fault rx-no-refill:-1",
		"--fault rx-no-refill:1x",
		"--fault rx-no-refill:1 --fault rx-no-refill:1", "--fault refill:1",
		"--fault iotlb-silent:5", "--fault rx-stale-event:0 --event-idx off",
		"--fault rx-few:0",
		"--fault rx-few:0 --mrg off", "--poll rx", "--window 0",
	};
	struct options o;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fine); i++) {
		assert_int_equal(parse(&o, fine[i]), 0);
		assert_true(o.lossy);
	}
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		assert_int_not_equal(parse(&o, wrong[i]), 0);
	/* one that doesn't last loses nothing but what it says */
	assert_int_equal(parse(&o, "--fault tx-write:5"), 0);
	assert_false(o.lossy);
	assert_int_equal(parse(&o, "--poll all"), 0);
	assert_false(o.lossy);
}

/* A queue pair without its kernel: rings and eventfds */
struct model {
	struct options o;
	struct guest g;
	struct pair p;
};

static void model_free(struct model *m)
{
	queue_free(&m->p.rx);
	queue_free(&m->p.tx);
	free(m->g.mem.base);
}

#define MODEL CLEANUP(model_free) struct model

static void model_init(struct model *m, const char *text)
{
	*m = (struct model){ 0 };
	assert_int_equal(parse(&m->o, text), 0);
	m->g.opt = &m->o;
	m->g.mem.size = queue_memory(&m->o, true) + queue_memory(&m->o, false);
	m->g.mem.base = calloc(1, m->g.mem.size);
	assert_non_null(m->g.mem.base);
	m->p.guest = &m->g;
	m->p.vhost = -1;
	frame_setup();
	assert_int_equal(queue_init(&m->p.rx, &m->o, &m->g.mem, true, 0), 0);
	assert_int_equal(queue_init(&m->p.tx, &m->o, &m->g.mem, false, 0), 0);
}

static void add(struct queue *q, unsigned int n)
{
	while (n--)
		queue_add(q);
	queue_publish(q);
}

/* vhost uses the buffers in order, which are @n more. */
static void device_uses(struct queue *q, unsigned int n)
{
	struct ring *r = &q->ring;

	while (n--) {
		uint16_t at = r->used->idx % r->num;

		r->used->ring[at].id = r->avail->ring[at];
		r->used->idx++;
	}
}

static void take(struct queue *q, unsigned int n)
{
	uint16_t head;
	uint32_t len;

	for (unsigned int i = 0; i < n; i++)
		assert_int_equal(ring_pop(&q->ring, &head, &len), 1);
}

static void begins_after(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, "--fault tx-no-kick:10 --fault rx-no-refill:3");
	lasting_begin(&m.p);
	add(&m.p.tx, 9);
	m.p.rx.count.packets = 2;
	lasting_begin(&m.p);
	assert_int_equal(m.p.tx.count.faults + m.p.rx.count.faults, 0);
	assert_int_equal(m.p.tx.count.kicks, 1);
	assert_int_equal(fault_leaves(&m.p.tx), 0);
	assert_int_equal(lasting_refill(&m.p.rx, &m.o), UINT_MAX);
	add(&m.p.tx, 1);
	m.p.rx.count.packets = 3;
	lasting_begin(&m.p);
	lasting_begin(&m.p);
	assert_int_equal(m.p.tx.count.faults, 1);
	assert_int_equal(m.p.rx.count.faults, 1);
	assert_int_equal(fault_leaves(&m.p.tx), LEAVE_KICK);
	assert_int_equal(lasting_refill(&m.p.rx, &m.o), 0);
	uint64_t kicks = m.p.tx.count.kicks;

	/* avail_event */
	m.p.tx.ring.used->ring[m.p.tx.ring.num] = (struct vring_used_elem){ .id = 10 };
	add(&m.p.tx, 1);
	assert_int_equal(m.p.tx.count.kicks, kicks);
	lasting_end(&m.p);
	assert_int_equal(lasting_refill(&m.p.rx, &m.o), UINT_MAX);
	assert_int_equal(fault_leaves(&m.p.tx), LEAVE_KICK);
}

/* Who waits for interrupts looks only when one came. */
static void sleeps(void **state)
{
	static const struct {
		const char *fault;
		int used_event;		/* as it is left, before vhost has used anything */
	} rows[] = {
		{ "--fault tx-stale-event:0", 0xffff }, { "--fault tx-irq-off:0", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t one = 1;
		MODEL m;
		struct queue *q = &m.p.tx;

		model_init(&m, rows[i].fault);
		add(q, 4);
		lasting_begin(&m.p);
		assert_int_equal(q->count.faults, 1);
		if (lasting_looks(q))
			assert_true(lasting_rests(q, true));
		assert_int_equal(q->ring.avail->ring[q->ring.num], rows[i].used_event);
		device_uses(q, 4);
		assert_false(lasting_looks(q));
		assert_false(lasting_looks(q));
		assert_int_equal(write(q->call, &one, sizeof(one)), sizeof(one));
		assert_true(lasting_looks(q));
		take(q, 4);
		assert_int_equal(q->count.signals, 1);
		assert_true(lasting_rests(q, true));
		assert_false(lasting_looks(q));
	}
}

static void irq_off_flag(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, "--fault rx-irq-off:0 --event-idx off");
	ring_cb_enable(&m.p.rx.ring, false);
	assert_int_equal(m.p.rx.ring.avail->flags, 0);
	lasting_begin(&m.p);
	assert_int_equal(m.p.rx.ring.avail->flags, VRING_AVAIL_F_NO_INTERRUPT);
	assert_false(lasting_looks(&m.p.rx));
}

static void no_reclaim(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, "--fault tx-no-reclaim:2");
	add(&m.p.tx, 2);
	lasting_begin(&m.p);
	device_uses(&m.p.tx, 2);
	assert_false(lasting_looks(&m.p.tx));
	assert_true(lasting_looks(&m.p.rx));
	lasting_end(&m.p);
	assert_true(lasting_looks(&m.p.tx));
	take(&m.p.tx, 2);
}

/* A packet of 1012 bytes takes four buffers of 256. */
static void few(void **state)
{
	MODEL m;

	(void)state;
	model_init(&m, "--fault rx-few:0 --rxbuf 256");
	lasting_begin(&m.p);
	assert_int_equal(lasting_refill(&m.p.rx, &m.o), 3);
}

/* Refilled are the rings of a vhost that sleeps: it has used all, and asks. */
static void no_rx_kick(void **state)
{
	(void)state;
	for (unsigned int event_idx = 0; event_idx < 2; event_idx++) {
		MODEL m;
		struct ring *r = &m.p.rx.ring;

		model_init(&m, event_idx ? "--fault rx-no-kick:0" :
					   "--fault rx-no-kick:0 --event-idx off");
		lasting_begin(&m.p);
		add(&m.p.rx, 8);
		device_uses(&m.p.rx, 8);
		assert_int_equal(lasting_refill(&m.p.rx, &m.o), 0);
		take(&m.p.rx, 8);
		r->used->flags = VRING_USED_F_NO_NOTIFY;
		assert_int_equal(lasting_refill(&m.p.rx, &m.o), 0);
		r->used->flags = 0;
		r->used->ring[r->num].id = 8;	/* avail_event */
		assert_int_equal(lasting_refill(&m.p.rx, &m.o), UINT_MAX);
		add(&m.p.rx, 8);
		assert_int_equal(m.p.rx.count.kicks, 0);
		assert_int_equal(lasting_refill(&m.p.rx, &m.o), 0);
	}
}

static void corrupt(void **state)
{
	static const char *const faults[] = { "--fault tx-bad-head:0", "--fault tx-avail-jump:0" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		MODEL m;
		struct queue *q = &m.p.tx;
		struct ring *r = &q->ring;

		model_init(&m, faults[i]);
		add(q, q->capacity);
		lasting_begin(&m.p);	/* no room yet */
		assert_int_equal(q->count.faults, 0);
		device_uses(q, 1);
		take(q, 1);
		lasting_begin(&m.p);
		lasting_begin(&m.p);
		assert_int_equal(q->count.faults, 1);
		assert_int_equal(q->count.queued, q->capacity + 1);
		assert_true(q->leaves & LEAVE_SEND);
		assert_int_equal(r->avail->ring[0] == r->num, !i);
		assert_int_equal((uint16_t)(r->avail->idx - q->count.queued), i ? r->num + 100 : 0);
	}
}

/* Every packet has a header that the tap can't read, wherever it lies */
static void bad_headers(void **state)
{
	MODEL m;
	struct queue *q = &m.p.tx;

	(void)state;
	model_init(&m, "--fault tx-bad-hdr:2");
	lasting_begin(&m.p);
	assert_int_equal(queue_buf(q, 0)[1], 0);
	add(q, 2);
	lasting_begin(&m.p);
	for (unsigned int i = 0; i < q->ring.num; i++)
		assert_int_equal(queue_buf(q, i)[1], 0x3f);
	assert_false(q->leaves & LEAVE_SEND);
}

/* One chain whose memory is the fault's own; what is sent after it isn't kept back. */
static void head_stays(void **state)
{
	MODEL m;
	struct queue *q = &m.p.tx;
	struct ring *r = &q->ring;

	(void)state;
	model_init(&m, "--fault tx-huge:0 --segs 1");
	lasting_begin(&m.p);
	assert_int_equal(q->count.queued, 1);
	assert_int_equal(r->avail->idx, 1);
	assert_int_equal(r->desc[r->avail->ring[0]].len, LASTING_HUGE);
	assert_int_equal(r->desc[r->avail->ring[0]].addr, q->extra_dma);
	assert_ptr_equal(m.g.mem.base + m.g.mem.size, q->extra + LASTING_HUGE);
	assert_false(q->leaves & LEAVE_SEND);
	add(q, 3);
	assert_int_equal(r->avail->idx, 4);
	/* the queue of a run without such a fault has no memory for it */
	assert_int_equal(fault_memory(&m.o.faults, true), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepted),
		cmocka_unit_test(begins_after),
		cmocka_unit_test(sleeps),
		cmocka_unit_test(irq_off_flag),
		cmocka_unit_test(no_reclaim),
		cmocka_unit_test(few),
		cmocka_unit_test(no_rx_kick),
		cmocka_unit_test(corrupt),
		cmocka_unit_test(bad_headers),
		cmocka_unit_test(head_stays),
	};

	return cmocka_run_group_tests_name("fault", tests, NULL, NULL);
}
