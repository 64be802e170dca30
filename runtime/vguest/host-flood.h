/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The same without a window, --window inf (host-flood.c) */
#ifndef VGUEST_HOST_FLOOD_H
#define VGUEST_HOST_FLOOD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

#include "base/base.h"

struct pair;

struct flood {
	pthread_t thread;
	bool running;
	atomic_bool resting;	/* sends nothing until the phase changes */
	atomic_bool done;	/* all is sent */
	uint64_t sent, refused;	/* the thread's own until it ended */
	int error;
};

int flood_start(struct pair *p);
/* In PHASE_QUIT: adds what was sent to the queue's counts */
void flood_end(struct pair *p);

#endif
