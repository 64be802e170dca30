// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the guest knows of its queues at this moment, on SIGUSR2: records whose
 * keys are those of scripts/vring-dump.stp, to be compared with what that sees.
 */
#include "vguest/state.h"

#include <inttypes.h>

#include "base/file.h"
#include "base/str.h"
#include "vguest/fault.h"
#include "vguest/guest.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"
#include "vguest/vhost.h"

/* What an eventfd counts, without taking it */
static void print_count(const char *key, int fd)
{
	FREE char *path = str_printf("/proc/self/fdinfo/%d", fd), *text = NULL;
	const char *at;
	size_t len;

	if (path && !file_read(path, 4096, &text, &len) && (at = strstr(text, "eventfd-count:")))
		printf(" %s=%llu", key, strtoull(at + strlen("eventfd-count:"), NULL, 16));
	else
		printf(" %s=?", key);
}

static void print_vq(const struct guest *g, const struct pair *p, const struct queue *q)
{
	const struct options *o = g->opt;
	const struct ring *r = &q->ring;
	unsigned int index = q->device_writes ? VHOST_RX : VHOST_TX;
	uint64_t desc = o->iommu ? q->desc_dma : (uintptr_t)r->desc;
	uint64_t avail = o->iommu ? q->avail_dma : (uintptr_t)r->avail;
	uint64_t used = o->iommu ? q->used_dma : (uintptr_t)r->used;
	bool backend = q->last_avail < 0 && !(q->leaves & NO_BACKEND);

	printf("STATE_VQ pid=%d queue=%s index=%u num=%u desc=0x%" PRIx64 " avail=0x%" PRIx64
	       " used=0x%" PRIx64
	       " backend=%d last_avail_idx=%d last_used_idx=%u busyloop_us=%" PRIu64
	       " is_le=1 log_used=0 log_addr=0x%" PRIx64 " vq_features=0x%" PRIx64,
	       (int)getpid(), q->name, index, r->num, desc, avail, used, backend,
	       vhost_last_avail(p->vhost, index), ring_look(r).used_idx, o->busyloop, q->used_dma,
	       g->features.device);
	print_count("kick", q->kick);
	print_count("call", q->call);
	print_count("error", q->error);
	printf("\n");
}

static void print_ring(const struct queue *q)
{
	const struct ring *r = &q->ring;
	struct ring_view v = ring_look(r);

	printf("STATE_RING pid=%d queue=%s avail_flags=%u avail_idx=%u used_event=%u used_flags=%u used_idx=%u "
	       "avail_event=%u driver_avail_idx=%u driver_last_used=%u\n",
	       (int)getpid(), q->name, v.avail_flags, v.avail_idx, v.used_event, v.used_flags,
	       v.used_idx, v.avail_event, r->avail_idx, r->last_used);
}

/* The buffers that are the device's, from the first that vhost has not taken on */
static void print_chains(const struct pair *p, const struct queue *q)
{
	const struct ring *r = &q->ring;
	int from = vhost_last_avail(p->vhost, q->device_writes ? VHOST_RX : VHOST_TX);

	for (uint16_t pos = from, n = 0;
	     from >= 0 && pos != ring_look(r).avail_idx && n < STATE_CHAINS; pos++, n++) {
		struct ring_chain c = ring_chain(r, pos);

		printf("STATE_CHAIN pid=%d queue=%s pos=%u head=%u descs=%u out=%" PRIu64
		       " in=%" PRIu64 " indirect=%d first=0x%" PRIx64 "\n",
		       (int)getpid(), q->name, pos, c.head, c.descs, c.out, c.in, c.indirect,
		       c.addr);
	}
}

void state_print(const struct guest *g)
{
	static unsigned int printed;

	for (unsigned int i = 0; i < g->n_pairs; i++) {
		const struct pair *p = &g->pairs[i];
		const struct queue *queues[] = { &p->tx, &p->rx };

		for (size_t k = 0; k < ARRAY_SIZE(queues); k++) {
			print_vq(g, p, queues[k]);
			print_ring(queues[k]);
			print_chains(p, queues[k]);
		}
	}
	printf("STATED pid=%d n=%u\n", (int)getpid(), ++printed);
	fflush(stdout);
}
