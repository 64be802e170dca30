/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the queues are now (state.c) */
#ifndef VGUEST_STATE_H
#define VGUEST_STATE_H

struct guest;

/* Prints records; no thread moves a queue meanwhile */
#define STATE_CHAINS 4			/* of a queue, at most */
void state_print(const struct guest *g);

#endif
