// SPDX-License-Identifier: GPL-2.0-or-later
/* /dev/vhost-net: owner, features, memory, rings, backend, IOTLB messages. */
#include "vguest/vhost.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <linux/virtio_net.h>
#include <sys/ioctl.h>

#include "base/msg.h"
#include "vguest/memory.h"
#include "vguest/options.h"
#include "vguest/queue.h"
#include "vguest/ring.h"
#include "vguest/vguest.h"

#define DEVICE "/dev/vhost-net"
#define BIT(n) (1ULL << (n))

static int control(int fd, unsigned long request, void *arg, const char *what)
{
	int ret = ioctl(fd, request, arg);

	if (ret < 0) {
		ret = -errno;
		msg_errno(ret, DEVICE ": %s", what);
	}
	return ret;
}

static uint64_t wanted(const struct options *o)
{
	const struct {
		bool on;
		unsigned int bit;
	} rows[] = {
		{ o->event_idx, VIRTIO_RING_F_EVENT_IDX },
		{ o->indirect, VIRTIO_RING_F_INDIRECT_DESC },
		{ o->mrg, VIRTIO_NET_F_MRG_RXBUF },
		{ o->version1, VIRTIO_F_VERSION_1 },
		{ o->notify_on_empty, VIRTIO_F_NOTIFY_ON_EMPTY },
		{ o->iommu, VIRTIO_F_ACCESS_PLATFORM },
	};
	uint64_t all = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].on)
			all |= BIT(rows[i].bit);
	return all;
}

static int negotiate(int fd, const struct options *o, uint64_t *features)
{
	uint64_t offered;
	int ret = control(fd, VHOST_GET_FEATURES, &offered, "VHOST_GET_FEATURES");

	if (ret)
		return ret;
	*features = wanted(o);
	if (*features & ~offered) {
		msg_error(DEVICE ": the device does not offer features 0x%llx of 0x%llx",
			  (unsigned long long)(*features & ~offered),
			  (unsigned long long)*features);
		msg_hint(
			"switch them off: see --event-idx, --indirect, --mrg, --version1, --notify-on-empty, --iommu");
		return -ENOTSUP;
	}
	return control(fd, VHOST_SET_FEATURES, features, "VHOST_SET_FEATURES");
}

/* A kernel before 4.20 has no backend features: messages are of the first version then. */
static int negotiate_backend(int fd, uint64_t *features)
{
	uint64_t offered;

	*features = 0;
	if (ioctl(fd, VHOST_GET_BACKEND_FEATURES, &offered) < 0)
		return 0;
	*features = offered & BIT(VHOST_BACKEND_F_IOTLB_MSG_V2);
	return control(fd, VHOST_SET_BACKEND_FEATURES, features, "VHOST_SET_BACKEND_FEATURES");
}

static int set_memory(int fd, const struct memory *mem)
{
	FREE struct vhost_memory *m = calloc(1, sizeof(*m) + sizeof(m->regions[0]));

	if (!m)
		return -ENOMEM;
	m->nregions = 1;
	m->regions[0].guest_phys_addr = MEMORY_GPA;
	m->regions[0].memory_size = mem->size;
	m->regions[0].userspace_addr = (uintptr_t)mem->base;
	return control(fd, VHOST_SET_MEM_TABLE, m, "VHOST_SET_MEM_TABLE");
}

int vhost_open(const struct options *o, const struct memory *mem, struct features *features)
{
	/* Only reads, which are for messages, know about NONBLOCK. */
	CLOSE int fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		int ret = -errno;

		msg_errno(ret, DEVICE);
		if (ret == -ENOENT || ret == -ENODEV || ret == -ENXIO)
			msg_hint("modprobe vhost_net");
		else if (ret == -EACCES || ret == -EPERM)
			msg_hint("run as root");
		return ret;
	}
	int ret = control(fd, VHOST_SET_OWNER, NULL, "VHOST_SET_OWNER");

	if (!ret)
		ret = negotiate(fd, o, &features->device);
	if (!ret && o->iommu)
		ret = negotiate_backend(fd, &features->backend);
	if (!ret)
		ret = set_memory(fd, mem);
	if (ret)
		return ret;
	ret = fd;
	fd = -1;
	return ret;
}

static int set_file(int fd, unsigned int index, int file, unsigned long request, const char *what)
{
	struct vhost_vring_file f = { .index = index, .fd = file };

	return control(fd, request, &f, what);
}

static int set_state(int fd, unsigned int index, unsigned int num, unsigned long request,
		     const char *what)
{
	struct vhost_vring_state s = { .index = index, .num = num };

	return control(fd, request, &s, what);
}

static int set_addr(int fd, unsigned int index, const struct queue *q, bool iommu)
{
	const struct ring *r = &q->ring;
	/*
	 * User addresses, or the device's own with an IOTLB; log_guest_addr is
	 * the guest's, and read if logging.
	 */
	struct vhost_vring_addr a = {
		.index = index,
		.desc_user_addr = (uintptr_t)r->desc,
		.avail_user_addr = (uintptr_t)r->avail,
		.used_user_addr = (uintptr_t)r->used,
		.log_guest_addr = q->used_dma,
	};

	if (iommu) {
		a.desc_user_addr = q->desc_dma;
		a.avail_user_addr = q->avail_dma;
		a.used_user_addr = q->used_dma;
	}
	return control(fd, VHOST_SET_VRING_ADDR, &a, "VHOST_SET_VRING_ADDR");
}

int vhost_ring(int fd, unsigned int index, const struct queue *q, const struct options *o)
{
	int ret = set_state(fd, index, q->ring.num, VHOST_SET_VRING_NUM, "VHOST_SET_VRING_NUM");

	if (!ret)
		ret = set_state(fd, index, 0, VHOST_SET_VRING_BASE, "VHOST_SET_VRING_BASE");
	if (!ret)
		ret = set_addr(fd, index, q, o->iommu);
	if (!ret)
		ret = set_file(fd, index, q->kick, VHOST_SET_VRING_KICK, "VHOST_SET_VRING_KICK");
	if (!ret && o->call)
		ret = set_file(fd, index, q->call, VHOST_SET_VRING_CALL, "VHOST_SET_VRING_CALL");
	if (!ret)
		ret = set_file(fd, index, q->error, VHOST_SET_VRING_ERR, "VHOST_SET_VRING_ERR");
	if (!ret && o->busyloop)
		ret = set_state(fd, index, o->busyloop, VHOST_SET_VRING_BUSYLOOP_TIMEOUT,
				"VHOST_SET_VRING_BUSYLOOP_TIMEOUT");
	return ret;
}

int vhost_backend(int fd, unsigned int index, int tap)
{
	return set_file(fd, index, tap, VHOST_NET_SET_BACKEND, "VHOST_NET_SET_BACKEND");
}

int vhost_call(int fd, unsigned int index, int call)
{
	return set_file(fd, index, call, VHOST_SET_VRING_CALL, "VHOST_SET_VRING_CALL");
}

int vhost_last_avail(int fd, unsigned int index)
{
	struct vhost_vring_state s = { .index = index };
	int ret = control(fd, VHOST_GET_VRING_BASE, &s, "VHOST_GET_VRING_BASE");

	return ret ? ret : (int)(s.num & 0xffff);
}

int vhost_reset(int fd)
{
	return control(fd, VHOST_RESET_OWNER, NULL, "VHOST_RESET_OWNER");
}

/*
 * Any ioctl of the device (not of a ring) that succeeds ends in a flush of the
 * worker, see vhost_net_ioctl(); there is no log whose eventfd this could lose.
 */
int vhost_flush(int fd)
{
	int none = -1;

	return control(fd, VHOST_SET_LOG_FD, &none, "VHOST_SET_LOG_FD");
}

union message {
	struct vhost_msg v1;
	struct vhost_msg_v2 v2;
};

int vhost_read_miss(int fd, uint64_t *iova)
{
	union message m;
	ssize_t n = read(fd, &m, sizeof(m));

	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n < 0) {
		int ret = -errno;

		msg_errno(ret, DEVICE ": read");
		return ret;
	}
	bool v2 = m.v1.type == VHOST_IOTLB_MSG_V2;
	const struct vhost_iotlb_msg *body = v2 ? &m.v2.iotlb : &m.v1.iotlb;

	if (n < (ssize_t)(v2 ? sizeof(m.v2) : sizeof(m.v1)) || body->type != VHOST_IOTLB_MISS) {
		msg_error(DEVICE ": %zd bytes that are not an IOTLB miss", n);
		return -EPROTO;
	}
	*iova = body->iova;
	return 1;
}

static int tell_iotlb(int fd, const struct features *features, struct vhost_iotlb_msg body,
		      const char *what)
{
	bool v2 = features->backend & BIT(VHOST_BACKEND_F_IOTLB_MSG_V2);
	union message m = { 0 };

	m.v1.type = v2 ? VHOST_IOTLB_MSG_V2 : VHOST_IOTLB_MSG;
	*(v2 ? &m.v2.iotlb : &m.v1.iotlb) = body;
	if (write(fd, &m, v2 ? sizeof(m.v2) : sizeof(m.v1)) < 0) {
		int ret = -errno;

		msg_errno(ret, DEVICE ": IOTLB %s of 0x%llx", what, (unsigned long long)body.iova);
		return ret;
	}
	return 0;
}

int vhost_map(int fd, const struct features *features, uint64_t iova, uint64_t size, void *user)
{
	return tell_iotlb(fd, features, (struct vhost_iotlb_msg){
		.iova = iova,
		.size = size,
		.uaddr = (uintptr_t)user,
		.perm = VHOST_ACCESS_RW,
		.type = VHOST_IOTLB_UPDATE,
	}, "update");
}

int vhost_unmap(int fd, const struct features *features, uint64_t iova, uint64_t size)
{
	return tell_iotlb(fd, features, (struct vhost_iotlb_msg){
		.iova = iova,
		.size = size,
		.type = VHOST_IOTLB_INVALIDATE,
	}, "invalidation");
}
