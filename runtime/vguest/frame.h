/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a frame looks like (frame.c) */
#ifndef VGUEST_FRAME_H
#define VGUEST_FRAME_H

#include <stdint.h>

#include "base/base.h"

enum frame_dir { FRAME_TX = 'T', FRAME_RX = 'R' };
enum frame_kind { FRAME_OURS, FRAME_FOREIGN, FRAME_BROKEN };

#define FRAME_MIN 60
#define FRAME_HEAD 28		/* bytes frame_classify() looks at */
#define FRAME_QUEUE_OFF 14	/* one byte: the queue the frame is for */
#define FRAME_ETHERTYPE 0x88b5	/* IEEE 802 local experimental 1 */

void frame_setup(void);		/* once, before anything else of frame.c */
void frame_init(uint8_t *frame, size_t size, unsigned int queue, enum frame_dir dir);
void frame_stamp(uint8_t *frame, size_t size, uint64_t seq);
/* As frame_stamp(), and gives @seq its own payload too: for --check full. */
void frame_fill(uint8_t *frame, size_t size, uint64_t seq);
enum frame_kind frame_classify(const uint8_t *frame, size_t len, unsigned int *queue,
			       uint64_t *seq);
/* Whether bytes [@off, @off + @len) of frame @seq are as sent; not @full: only the last four */
bool frame_check(const uint8_t *piece, size_t off, size_t len, size_t size, uint64_t seq,
		 bool full);

#endif
