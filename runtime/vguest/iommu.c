// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IOMMU between the devices and guest memory. vhost asks, by a message, for
 * an address its IOTLB lacks, leaves the queue, and comes back to it when an
 * update covers the address. A thread of its own answers, as QEMU's does.
 */
#include "vguest/iommu.h"

#include <errno.h>
#include <poll.h>
#include <sys/eventfd.h>

#include "base/msg.h"
#include "vguest/guest.h"
#include "vguest/memory.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"
#include "vguest/vhost.h"

/* The piece around @iova, no more of it than there is memory. */
static int map_piece(struct pair *p, uint64_t iova)
{
	const struct memory *mem = &p->guest->mem;
	uint64_t granule = p->guest->opt->iommu_granule;
	uint64_t from = iova & ~(granule - 1), to = MIN(from + granule, mem->dma + mem->size);
	int ret;

	if (iova < mem->dma || iova >= to) {
		msg_error("pair %u: vhost asks for 0x%llx, where the guest has no memory", p->index,
			  (unsigned long long)iova);
		return -EFAULT;
	}
	ret = vhost_map(p->vhost, &p->guest->features, from, to - from,
			mem->base + (from - mem->dma));
	if (!ret)
		atomic_fetch_add(&p->iotlb.updates, 1);
	return ret;
}

/*
 * vhost may have asked twice, by both queues or by a queue that was woken
 * before the answer came. Each question is answered: only that wakes the queue.
 */
static unsigned int answer(struct pair *p)
{
	unsigned int n = 0;
	uint64_t iova;
	int ret;

	while ((ret = vhost_read_miss(p->vhost, &iova)) > 0) {
		n++;
		atomic_fetch_add(&p->iotlb.misses, 1);
		pthread_mutex_lock(&p->iotlb.lock);
		if (!p->iotlb.silent && map_piece(p, iova))
			atomic_fetch_add(&p->iotlb.errors, 1);
		pthread_mutex_unlock(&p->iotlb.lock);
	}
	if (ret < 0)
		atomic_fetch_add(&p->iotlb.errors, 1);
	return n;
}

int iommu_silence(struct pair *p)
{
	const struct memory *mem = &p->guest->mem;

	pthread_mutex_lock(&p->iotlb.lock);
	p->iotlb.silent = true;
	int ret = vhost_unmap(p->vhost, &p->guest->features, mem->dma, mem->size);

	pthread_mutex_unlock(&p->iotlb.lock);
	return ret;
}

static void *iommu_thread(void *guest)
{
	struct guest *g = guest;
	struct pollfd fds[MAX_PAIRS + 1] = { { .fd = g->iommu.quit, .events = POLLIN } };

	for (unsigned int i = 0; i < g->n_pairs; i++)
		fds[i + 1] = (struct pollfd){ .fd = g->pairs[i].vhost, .events = POLLIN };
	while (!fds[0].revents) {
		if (poll(fds, g->n_pairs + 1, -1) < 0)
			continue;
		for (unsigned int i = 0; i < g->n_pairs; i++)
			if (fds[i + 1].revents)
				answer(&g->pairs[i]);
	}
	return NULL;
}

int iommu_start(struct guest *g)
{
	struct iommu *m = &g->iommu;

	m->quit = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (m->quit < 0) {
		int ret = -errno;

		msg_errno(ret, "eventfd");
		return ret;
	}
	int ret = pthread_create(&m->thread, NULL, iommu_thread, g);

	if (ret) {
		msg_errno(ret, "pthread_create");
		return -ret;
	}
	m->running = true;
	return 0;
}

void iommu_stop(struct guest *g)
{
	struct iommu *m = &g->iommu;
	uint64_t one = 1;

	if (m->running && write(m->quit, &one, sizeof(one)) == sizeof(one)) {
		pthread_join(m->thread, NULL);
		m->running = false;
	}
	if (m->quit >= 0)
		close(m->quit);
	m->quit = -1;
}

/*
 * VHOST_NET_SET_BACKEND writes the used ring's flags and reads its index: there
 * is no worker yet that could ask and come back, so it fails if they are not
 * mapped. All else is asked for, the rest of the rings by vq_meta_prefetch().
 */
int iommu_prepare(struct pair *p, const struct queue *q)
{
	return map_piece(p, q->used_dma);
}

/* Stopping a backend drops the questions that were not read: none is to be left then. */
bool iommu_settle(struct pair *p)
{
	do {
		if (vhost_flush(p->vhost))
			return false;
	} while (answer(p));
	return true;
}
