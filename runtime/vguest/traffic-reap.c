// SPDX-License-Identifier: GPL-2.0-or-later
/* What vhost has used is taken back, and what arrived is checked. */
#include "vguest/traffic.h"

#include <errno.h>

#include "vguest/frame.h"
#include "vguest/guest.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"

#define ETH_HEADER 14

static const struct options *opt(const struct pair *p)
{
	return p->guest->opt;
}

bool traffic_reap_tx(struct pair *p)
{
	struct queue *q = &p->tx;
	uint16_t head;
	uint32_t len;
	int ret;
	bool any = false;

	while ((ret = ring_pop(&q->ring, &head, &len))) {
		any = true;
		q->count.completions++;
		if (ret < 0) {
			queue_error(q, "a used element that was not outstanding");
			continue;
		}
		q->count.packets++;
		q->count.bytes += opt(p)->size;
	}
	return any;
}

static unsigned int rx_num_buffers(const struct pair *p, const uint8_t *buf)
{
	uint16_t n;

	/* Without MRG_RXBUF the field is there with VERSION_1, but older vhosts don't set it. */
	if (!opt(p)->mrg)
		return 1;
	memcpy(&n, buf + 10, sizeof(n));
	return n;
}

/* The sequence number says whether one was lost, doubled or overtaken. */
static void rx_ours(struct pair *p, unsigned int queue)
{
	struct queue *q = &p->rx;

	if (queue != p->index) {
		queue_error(q, "a frame of queue %u", queue);
		p->in.bad = true;
		return;
	}
	if (opt(p)->lossy ? p->in.seq < p->expect : p->in.seq != p->expect)
		queue_error(q, "frame %llu where %llu was due", (unsigned long long)p->in.seq,
			    (unsigned long long)p->expect);
	p->expect = p->in.seq + 1;
	q->count.received++;
}

/* Returns the bytes of the buffer that are header, or -EIO. */
static int rx_begin(struct pair *p, const uint8_t *buf, uint32_t len)
{
	unsigned int hdr = options_hdr_len(opt(p)), queue = 0;

	p->in.off = 0;
	p->in.bad = false;
	p->in.need = 0;
	if (len < hdr + ETH_HEADER) {
		queue_error(&p->rx, "a packet of %u bytes, header included", len);
		return -EIO;
	}
	p->in.need = rx_num_buffers(p, buf);
	if (!p->in.need) {
		queue_error(&p->rx, "a packet of 0 buffers");
		return -EIO;
	}
	p->in.kind = frame_classify(buf + hdr, len - hdr, &queue, &p->in.seq);
	if (p->in.kind == FRAME_FOREIGN)
		p->rx.count.foreign++;
	else if (p->in.kind == FRAME_BROKEN)
		queue_error(&p->rx, "a frame of vguest's protocol with a broken head");
	else
		rx_ours(p, queue);
	return hdr;
}

static void rx_end(struct pair *p)
{
	struct queue *q = &p->rx;

	q->count.packets++;
	q->count.bytes += p->in.off;
	if (p->in.kind != FRAME_OURS)
		return;
	if (p->in.off != opt(p)->size)
		queue_error(q, "frame %llu has %zu bytes", (unsigned long long)p->in.seq,
			    p->in.off);
	else if (p->in.bad)
		queue_error(q, "frame %llu is not as it was sent", (unsigned long long)p->in.seq);
}

/* One used buffer: a packet, or a part of one. */
static void rx_buffer(struct pair *p, uint16_t head, uint32_t len)
{
	const uint8_t *buf = queue_buf(&p->rx, head);

	if (len > opt(p)->rxbuf) {
		queue_error(&p->rx, "a used length of %u", len);
		len = opt(p)->rxbuf;
	}
	if (!p->in.need) {
		int hdr = rx_begin(p, buf, len);

		if (hdr < 0)
			return;
		buf += hdr;
		len -= hdr;
	}
	if (p->in.kind == FRAME_OURS && !frame_check(buf, p->in.off, len, opt(p)->size, p->in.seq,
						     p->sender.full))
		p->in.bad = true;
	p->in.off += len;
	if (!--p->in.need)
		rx_end(p);
}

bool traffic_reap_rx(struct pair *p)
{
	struct queue *q = &p->rx;
	uint16_t head;
	uint32_t len;
	int ret;
	bool any = false;

	while ((ret = ring_pop(&q->ring, &head, &len))) {
		any = true;
		q->count.completions++;
		if (ret > 0)
			rx_buffer(p, head, len);
		else
			queue_error(q, "a used element that was not outstanding");
	}
	return any;
}

bool traffic_reap(struct pair *p)
{
	bool tx = traffic_reap_tx(p), rx = traffic_reap_rx(p);

	return tx || rx;
}
