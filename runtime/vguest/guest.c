// SPDX-License-Identifier: GPL-2.0-or-later
/* The whole guest: set up, and taken apart. */
#include "vguest/guest.h"

#include <errno.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

#include "base/msg.h"
#include "vguest/frame.h"
#include "vguest/host-sender.h"
#include "vguest/iommu.h"
#include "vguest/memory.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/tap.h"
#include "vguest/traffic.h"
#include "vguest/vguest.h"
#include "vguest/vhost.h"

/* Signals come to the main thread only, as something to poll. */
static int open_events(struct guest *g)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	g->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	g->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (g->signals < 0 || g->event < 0) {
		int ret = -errno;

		msg_errno(ret, "signalfd, eventfd");
		return ret;
	}
	return 0;
}

/* What pair @index does of @total packets: one flow is all in the first */
static uint64_t goal_of(const struct options *o, uint64_t total, unsigned int index)
{
	if (!o->one_flow)
		return guest_share(total, o->pairs, index);
	return index ? 0 : total;
}

static int init_pair(struct guest *g, struct pair *p)
{
	const struct options *o = g->opt;
	int fd, ret;

	p->tx_goal = goal_of(o, o->tx, p->index);
	p->rx_goal = goal_of(o, o->rx, p->index);
	pthread_mutex_init(&p->iotlb.lock, NULL);
	ret = queue_init(&p->rx, o, &g->mem, true, p->index);
	if (!ret)
		ret = queue_init(&p->tx, o, &g->mem, false, p->index);
	if (ret)
		return ret;
	p->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (p->wake < 0) {
		ret = -errno;
		msg_errno(ret, "eventfd");
		return ret;
	}
	fd = tap_sender_socket(&g->tap, o->qdisc);
	return fd < 0 ? fd : sender_init(&p->sender, o, fd, p->index);
}

static int start_pair(struct guest *g, struct pair *p)
{
	int tap = g->tap.fd[p->index];
	int ret = vhost_ring(p->vhost, VHOST_RX, &p->rx, g->opt);

	if (!ret)
		ret = vhost_ring(p->vhost, VHOST_TX, &p->tx, g->opt);
	if (!ret && g->opt->iommu)
		ret = iommu_prepare(p, &p->rx);
	if (!ret && g->opt->iommu)
		ret = iommu_prepare(p, &p->tx);
	if (!ret)
		ret = vhost_backend(p->vhost, VHOST_RX, tap);
	if (!ret)
		ret = vhost_backend(p->vhost, VHOST_TX, tap);
	if (!ret)
		traffic_init(p, g->opt);
	return ret;
}

static int alloc_pairs(struct guest *g)
{
	g->pairs = calloc(g->opt->pairs, sizeof(*g->pairs));
	if (!g->pairs)
		return -ENOMEM;
	g->n_pairs = g->opt->pairs;
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct pair *p = &g->pairs[i];

		p->guest = g;
		p->index = i;
		p->vhost = p->wake = p->sender.fd = -1;
		p->rx.kick = p->rx.call = p->rx.error = p->rx.last_avail = -1;
		p->tx.kick = p->tx.call = p->tx.error = p->tx.last_avail = -1;
	}
	return 0;
}

int guest_setup(struct guest *g, const struct options *o)
{
	*g = (struct guest){ .opt = o, .event = -1, .signals = -1, .iommu.quit = -1 };
	tap_init(&g->tap);
	frame_setup();
	int ret = alloc_pairs(g);

	if (!ret)
		ret = open_events(g);
	if (!ret)
		ret = memory_map(&g->mem, o,
				 o->pairs * (queue_memory(o, true) + queue_memory(o, false)));
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++) {
		g->pairs[i].vhost = vhost_open(o, &g->mem, &g->features);
		ret = MIN(g->pairs[i].vhost, 0);
	}
	if (!ret)
		ret = tap_open(&g->tap, o);
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++)
		ret = init_pair(g, &g->pairs[i]);
	for (unsigned int i = 0; !ret && i < g->n_pairs; i++)
		ret = start_pair(g, &g->pairs[i]);
	if (!ret && o->iommu)
		ret = iommu_start(g);
	if (ret == -ENOMEM)
		msg_errno(ret, "setup");
	else if (!ret)
		msg_debug("features 0x%llx, %zu bytes of guest memory at %p, in descriptors 0x%llx",
			  (unsigned long long)g->features.device, g->mem.size, (void *)g->mem.base,
			  (unsigned long long)g->mem.dma);
	return ret;
}

void guest_free(struct guest *g)
{
	iommu_stop(g);
	for (unsigned int i = 0; i < g->n_pairs; i++) {
		struct pair *p = &g->pairs[i];

		if (p->vhost >= 0)
			close(p->vhost);
		queue_free(&p->rx);
		queue_free(&p->tx);
		sender_free(&p->sender);
		if (p->wake >= 0)
			close(p->wake);
	}
	tap_close(&g->tap);
	free(g->pairs);
	memory_unmap(&g->mem);
	if (g->event >= 0)
		close(g->event);
	if (g->signals >= 0)
		close(g->signals);
}
