/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /dev/vhost-net's ioctls and messages (vhost.c) */
#ifndef VGUEST_VHOST_H
#define VGUEST_VHOST_H

#include <stdint.h>

#include "base/base.h"

struct options;
struct memory;
struct queue;

enum { VHOST_RX = 0, VHOST_TX = 1 };
struct features {
	uint64_t device, backend;
};
int vhost_open(const struct options *o, const struct memory *mem, struct features *features);
int vhost_ring(int fd, unsigned int index, const struct queue *q, const struct options *o);
/* @tap -1 stops the queue; vhost is done with it when this returns */
int vhost_backend(int fd, unsigned int index, int tap);
int vhost_last_avail(int fd, unsigned int index);
/* The device forgets its owner and its rings, and stays open. */
int vhost_reset(int fd);
/* Waits until vhost's worker has done what it had to do. */
int vhost_flush(int fd);
/* 1: vhost asks for what @iova is; 0: it asks nothing; -errno after a message */
int vhost_read_miss(int fd, uint64_t *iova);
int vhost_map(int fd, const struct features *features, uint64_t iova, uint64_t size, void *user);
int vhost_unmap(int fd, const struct features *features, uint64_t iova, uint64_t size);
/* @call -1: none */
int vhost_call(int fd, unsigned int index, int call);

#endif
