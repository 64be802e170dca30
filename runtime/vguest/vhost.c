// SPDX-License-Identifier: GPL-2.0-or-later
/* /dev/vhost-net: owner, features, memory, rings, backend. */
#include "vguest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <linux/virtio_net.h>
#include <sys/ioctl.h>

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
	return (o->event_idx ? BIT(VIRTIO_RING_F_EVENT_IDX) : 0) |
	       (o->indirect ? BIT(VIRTIO_RING_F_INDIRECT_DESC) : 0) |
	       (o->mrg ? BIT(VIRTIO_NET_F_MRG_RXBUF) : 0) |
	       (o->version1 ? BIT(VIRTIO_F_VERSION_1) : 0) |
	       (o->notify_on_empty ? BIT(VIRTIO_F_NOTIFY_ON_EMPTY) : 0);
}

static int negotiate(int fd, const struct options *o, uint64_t *features)
{
	uint64_t offered;
	int err = control(fd, VHOST_GET_FEATURES, &offered, "VHOST_GET_FEATURES");

	if (err)
		return err;
	*features = wanted(o);
	if (*features & ~offered) {
		msg_error(DEVICE ": the device does not offer features 0x%llx of 0x%llx",
			  (unsigned long long)(*features & ~offered), (unsigned long long)*features);
		msg_hint("switch them off: see --event-idx, --indirect, --mrg, --version1, --notify-on-empty");
		return -ENOTSUP;
	}
	return control(fd, VHOST_SET_FEATURES, features, "VHOST_SET_FEATURES");
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

int vhost_open(const struct options *o, const struct memory *mem, uint64_t *features)
{
	CLOSE int fd = open(DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0) {
		int err = -errno;

		msg_errno(err, DEVICE);
		if (err == -ENOENT || err == -ENODEV || err == -ENXIO)
			msg_hint("modprobe vhost_net");
		else if (err == -EACCES || err == -EPERM)
			msg_hint("run as root");
		return err;
	}
	int err = control(fd, VHOST_SET_OWNER, NULL, "VHOST_SET_OWNER");

	if (!err)
		err = negotiate(fd, o, features);
	if (!err)
		err = set_memory(fd, mem);
	if (err)
		return err;
	int ret = fd;

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

static int set_addr(int fd, unsigned int index, const struct queue *q)
{
	const struct ring *r = &q->ring;
	/* These are user addresses; only log_guest_addr is the guest's, and read if logging. */
	struct vhost_vring_addr a = {
		.index = index,
		.desc_user_addr = (uintptr_t)r->desc,
		.avail_user_addr = (uintptr_t)r->avail,
		.used_user_addr = (uintptr_t)r->used,
		.log_guest_addr = q->used_gpa,
	};

	return control(fd, VHOST_SET_VRING_ADDR, &a, "VHOST_SET_VRING_ADDR");
}

int vhost_ring(int fd, unsigned int index, const struct queue *q, const struct options *o)
{
	int err = set_state(fd, index, q->ring.num, VHOST_SET_VRING_NUM, "VHOST_SET_VRING_NUM");

	if (!err)
		err = set_state(fd, index, 0, VHOST_SET_VRING_BASE, "VHOST_SET_VRING_BASE");
	if (!err)
		err = set_addr(fd, index, q);
	if (!err)
		err = set_file(fd, index, q->kick, VHOST_SET_VRING_KICK, "VHOST_SET_VRING_KICK");
	if (!err)
		err = set_file(fd, index, q->call, VHOST_SET_VRING_CALL, "VHOST_SET_VRING_CALL");
	if (!err)
		err = set_file(fd, index, q->err, VHOST_SET_VRING_ERR, "VHOST_SET_VRING_ERR");
	if (!err && o->busyloop)
		err = set_state(fd, index, o->busyloop, VHOST_SET_VRING_BUSYLOOP_TIMEOUT,
				"VHOST_SET_VRING_BUSYLOOP_TIMEOUT");
	return err;
}

int vhost_backend(int fd, unsigned int index, int tap)
{
	return set_file(fd, index, tap, VHOST_NET_SET_BACKEND, "VHOST_NET_SET_BACKEND");
}

int vhost_last_avail(int fd, unsigned int index)
{
	struct vhost_vring_state s = { .index = index };
	int err = control(fd, VHOST_GET_VRING_BASE, &s, "VHOST_GET_VRING_BASE");

	return err ? err : (int)(s.num & 0xffff);
}
