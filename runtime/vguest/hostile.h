/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rings that no driver would make, --hostile KIND (hostile.c) */
#ifndef VGUEST_HOSTILE_H
#define VGUEST_HOSTILE_H

#include <stdint.h>

#include "base/base.h"

struct options;
struct queue;

int hostile_check(const struct options *o);	/* -EINVAL after a message */
bool hostile_is_random(const struct options *o);
void hostile_make(struct queue *q, const struct options *o);
/* Other garbage */
void hostile_again(struct queue *q, uint64_t *seed);

#endif
