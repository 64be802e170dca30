// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A frame: Ethernet header, queue, direction, magic, sequence number, payload,
 * and the sequence number's low half again as the last four bytes, so that a
 * short or stale tail shows without reading the payload.
 */
#include "vguest/frame.h"

#include <arpa/inet.h>

#include "vguest/vguest.h"

#define SIZE_MAX_FRAME 65535
#define TAIL 4
#define MAGIC 0x54534756U	/* "VGST" */
#define SHIFTS 256		/* different payloads */

struct frame_head {
	uint8_t dst[6], src[6];
	uint16_t ethertype;
	uint8_t queue, dir;
	uint32_t magic;
	uint64_t seq;
} __attribute__((packed));

_Static_assert(sizeof(struct frame_head) == FRAME_HEAD, "FRAME_HEAD");
_Static_assert(offsetof(struct frame_head, queue) == FRAME_QUEUE_OFF, "FRAME_QUEUE_OFF");

/* Payload of frame seq: from pattern[seq % SHIFTS] on. */
static uint8_t pattern[SIZE_MAX_FRAME + SHIFTS];

static const uint8_t mac_guest[6] = { 0x02, 'v', 'g', 0, 0, 1 };
static const uint8_t mac_host[6] = { 0x02, 'v', 'g', 0, 0, 2 };

void frame_setup(void)
{
	for (uint32_t i = 0; i < sizeof(pattern); i++)
		pattern[i] = (i * 2654435761U) >> 24;
}

void frame_init(uint8_t *frame, size_t size, unsigned int queue, enum frame_dir dir)
{
	struct frame_head h = {
		.ethertype = htons(FRAME_ETHERTYPE), .queue = queue, .dir = dir, .magic = MAGIC,
	};

	memcpy(h.dst, dir == FRAME_TX ? mac_host : mac_guest, sizeof(h.dst));
	memcpy(h.src, dir == FRAME_TX ? mac_guest : mac_host, sizeof(h.src));
	memcpy(frame, &h, sizeof(h));
	frame_fill(frame, size, 0);
}

void frame_stamp(uint8_t *frame, size_t size, uint64_t seq)
{
	uint32_t tail = seq;

	memcpy(frame + offsetof(struct frame_head, seq), &seq, sizeof(seq));
	memcpy(frame + size - TAIL, &tail, TAIL);
}

void frame_fill(uint8_t *frame, size_t size, uint64_t seq)
{
	frame_stamp(frame, size, seq);
	memcpy(frame + FRAME_HEAD, pattern + seq % SHIFTS, size - FRAME_HEAD - TAIL);
}

enum frame_kind frame_classify(const uint8_t *frame, size_t len, unsigned int *queue, uint64_t *seq)
{
	struct frame_head h;

	if (len < offsetof(struct frame_head, queue))
		return FRAME_BROKEN;
	memset(&h, 0, sizeof(h));
	memcpy(&h, frame, MIN(len, sizeof(h)));
	if (h.ethertype != htons(FRAME_ETHERTYPE))
		return FRAME_FOREIGN;
	if (len < sizeof(h) || h.magic != MAGIC || h.dir != FRAME_RX ||
	    memcmp(h.dst, mac_guest, sizeof(h.dst)) || memcmp(h.src, mac_host, sizeof(h.src)))
		return FRAME_BROKEN;
	*queue = h.queue;
	*seq = h.seq;
	return FRAME_OURS;
}

/* Compares where [off, off + len) and [from, to) overlap; @want is the bytes from @from on. */
static bool same(const uint8_t *piece, size_t off, size_t len, size_t from, size_t to,
		 const uint8_t *want)
{
	size_t a = MAX(off, from), b = MIN(off + len, to);

	return a >= b || !memcmp(piece + (a - off), want + (a - from), b - a);
}

bool frame_check(const uint8_t *piece, size_t off, size_t len, size_t size, uint64_t seq, bool full)
{
	uint32_t tail = seq;

	if (!same(piece, off, len, size - TAIL, size, (const uint8_t *)&tail))
		return false;
	return !full || same(piece, off, len, FRAME_HEAD, size - TAIL, pattern + seq % SHIFTS);
}
