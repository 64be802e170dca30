/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's sender of what the guest receives (host-sender.c) */
#ifndef VGUEST_HOST_SENDER_H
#define VGUEST_HOST_SENDER_H

#include <stdint.h>

#include "base/base.h"

struct options;

struct sender {
	int fd;				/* packet socket, -1: none */
	unsigned int batch, size, window;
	bool full;
	uint8_t *frames;
	struct mmsghdr *msgs;
	struct iovec *iov;
};
int sender_init(struct sender *f, const struct options *o, int fd, unsigned int queue);
void sender_free(struct sender *f);
bool sender_refused(int ret);	/* by a tap that is full or down */
/* Frames @seq .. @seq + @n - 1; how many the tap took, -ENOBUFS: its ring is full */
int sender_send(struct sender *f, uint64_t seq, unsigned int n);

#endif
