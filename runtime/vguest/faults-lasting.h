/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What begins and doesn't end (faults-lasting.c) */
#ifndef VGUEST_FAULTS_LASTING_H
#define VGUEST_FAULTS_LASTING_H

#include "vguest/queue.h"

struct pair;

/* Begins what is due. */
void lasting_begin(struct pair *p);
/* At the end all is looked at again. */
void lasting_end(struct pair *p);
/* Whether the driver looks at the used ring now */
bool lasting_looks(struct queue *q);
/* It has looked and there is nothing: whether it may wait */
bool lasting_rests(struct queue *q, bool delayed);
/* RX buffers that are to be made available, at most; UINT_MAX: as the ring has room */
unsigned int lasting_refill(const struct queue *q, const struct options *o);
/* begin() of the kinds in fault.c */
bool lasting_signalled(struct pair *p, struct queue *q);
bool lasting_callbacks_off(struct pair *p, struct queue *q);
bool lasting_no_call(struct pair *p, struct queue *q);
bool lasting_no_backend(struct pair *p, struct queue *q);
bool lasting_bad_head(struct pair *p, struct queue *q);
bool lasting_avail_jump(struct pair *p, struct queue *q);
bool lasting_no_answers(struct pair *p, struct queue *q);
bool lasting_huge(struct pair *p, struct queue *q);
bool lasting_unplug(struct pair *p, struct queue *q);
bool lasting_bad_headers(struct pair *p, struct queue *q);
bool lasting_unreadable(struct pair *p, struct queue *q);
/* bytes, behind what the kernel can allocate at once: 4 MiB */
#define LASTING_HUGE (5UL << 20)

#endif
