// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tap, and the host's side of it: what the guest receives is sent on a
 * packet socket bound to the tap, what it sends ends in another one. Of a macvtap
 * the host's side is the other end of the veth pair that it is on.
 */
#include "vguest/tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "base/msg.h"
#include "vguest/frame.h"
#include "vguest/options.h"
#include "vguest/vguest.h"

#define DEVICE "/dev/net/tun"
#define MTU_DEFAULT 1500
#define ETH_HEADER 14

static int control(int fd, unsigned long request, void *arg, const char *what, const char *tap)
{
	if (ioctl(fd, request, arg) < 0) {
		int ret = -errno;

		msg_errno(ret, "tap %s: %s", tap, what);
		return ret;
	}
	return 0;
}

static int open_device(const char *path)
{
	int fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		fd = -errno;
		msg_errno(fd, "%s", path);
		if (fd == -ENOENT || fd == -ENODEV || fd == -ENXIO)
			msg_hint("modprobe tun");
		else if (fd == -EACCES || fd == -EPERM)
			msg_hint("run as root");
	}
	return fd;
}

/* One more queue; the first one creates the interface. */
static int open_queue(const struct tap *t, bool many)
{
	char path[32] = DEVICE;
	struct ifreq req = { 0 };

	if (t->direct)
		snprintf(path, sizeof(path), "/dev/tap%u", if_nametoindex(t->name));

	CLOSE int fd = open_device(path);

	if (fd < 0)
		return fd;
	req.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR | (many ? IFF_MULTI_QUEUE : 0);
	strncpy(req.ifr_name, t->name, IFNAMSIZ - 1);
	int ret = control(fd, TUNSETIFF, &req, "TUNSETIFF", t->name);

	if (ret) {
		if (ret == -EPERM)
			msg_hint("run as root");
		return ret;
	}
	ret = fd;
	fd = -1;
	return ret;
}

/* What holds for the whole tap; vhost needs the header length to be its own idea of it. */
static int set_format(const struct tap *t, const struct options *o)
{
	int hdr_len = options_hdr_len(o), sndbuf = INT_MAX;
	int ret = control(t->fd[0], TUNSETVNETHDRSZ, &hdr_len, "TUNSETVNETHDRSZ", t->name);

	if (ret)
		return ret;
	/* INT_MAX is what lets vhost hand TX packets over 64 at a time. */
	ret = control(t->fd[0], TUNSETSNDBUF, &sndbuf, "TUNSETSNDBUF", t->name);
	if (ret)
		return ret;
	/* The guest negotiates no GUEST_CSUM, GUEST_TSO. */
	if (ioctl(t->fd[0], TUNSETOFFLOAD, 0UL) < 0) {
		ret = -errno;
		msg_errno(ret, "tap %s: TUNSETOFFLOAD", t->name);
	}
	return ret;
}

/* Before it is up: no neighbour discovery then ever reaches the guest. */
static void silence_ipv6(const struct tap *t)
{
	char path[80];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", t->name);
	CLOSE int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return;		/* no IPv6 */
	if (fd < 0 || write(fd, "1", 1) != 1)
		msg_errno(errno, "%s (foreign frames may arrive)", path);
}

static int set_interface(const struct tap *t, const struct options *o)
{
	CLOSE int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq req = { 0 };

	if (fd < 0) {
		int ret = -errno;

		msg_errno(ret, "socket");
		return ret;
	}
	strncpy(req.ifr_name, t->name, IFNAMSIZ - 1);
	req.ifr_qlen = o->txqueuelen;
	int ret = control(fd, SIOCSIFTXQLEN, &req, "SIOCSIFTXQLEN", t->name);

	if (!ret && o->size > MTU_DEFAULT + ETH_HEADER) {
		req.ifr_mtu = o->size - ETH_HEADER;
		ret = control(fd, SIOCSIFMTU, &req, "SIOCSIFMTU", t->name);
	}
	if (!ret)
		ret = control(fd, SIOCGIFFLAGS, &req, "SIOCGIFFLAGS", t->name);
	req.ifr_flags |= IFF_UP;
	if (!ret)
		ret = control(fd, SIOCSIFFLAGS, &req, "SIOCSIFFLAGS (up)", t->name);
	return ret;
}

/*
 * A frame says which queue it is for. The tap's own choice is a hash over IP
 * flows, which puts all frames of an unknown protocol on one queue.
 */
static int steer(const struct tap *t)
{
	struct bpf_insn program[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = BPF_REG_6, .src_reg = BPF_REG_1 },
		{ .code = BPF_LD | BPF_ABS | BPF_B, .imm = FRAME_QUEUE_OFF },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)program,
		.insn_cnt = ARRAY_SIZE(program),
		.license = (uintptr_t)"GPL",
	};
	CLOSE int prog = syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (prog < 0) {
		int ret = -errno;

		msg_errno(ret, "bpf: no program to steer frames to queues");
		msg_hint("--pairs 1 needs none");
		return ret;
	}
	return control(t->fd[0], TUNSETSTEERINGEBPF, &prog, "TUNSETSTEERINGEBPF", t->name);
}

static int packet_socket(const struct tap *t, uint16_t protocol)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_ifindex = t->host_ifindex,
		.sll_protocol = htons(protocol),
	};
	CLOSE int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		int ret = -errno;

		msg_errno(ret, "packet socket on %s", t->name);
		if (ret == -EAFNOSUPPORT)
			msg_hint("modprobe af_packet");
		return ret;
	}
	int ret = fd;

	fd = -1;
	return ret;
}

/*
 * A protocol without a listener is a drop to the host: it counts, and drop
 * monitors speak. A listener whose filter takes nothing frees it in silence.
 */
static int open_sink(struct tap *t)
{
	struct sock_filter nothing = { .code = BPF_RET | BPF_K, .k = 0 };
	struct sock_fprog filter = { .len = 1, .filter = &nothing };

	t->sink = packet_socket(t, FRAME_ETHERTYPE);
	if (t->sink < 0)
		return t->sink;
	if (setsockopt(t->sink, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0) {
		int ret = -errno;

		msg_errno(ret, "packet socket on %s: SO_ATTACH_FILTER", t->name);
		return ret;
	}
	return 0;
}

/* Without protocol it hears nothing; without qdisc, the sender sees a full tap. */
int tap_sender_socket(const struct tap *t, bool qdisc)
{
	int fd = packet_socket(t, 0), on = 1, much = INT_MAX / 2;

	/*
	 * A veth leaves its sender what it sent until a macvtap's queue lets it go (a tun takes it
	 * over): it would wait, and not lose any
	 */
	if (fd >= 0 && t->direct &&
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &much, sizeof(much)) < 0) {
		int ret = -errno;

		msg_errno(ret, "packet socket on %s: SO_SNDBUFFORCE", t->name);
		close(fd);
		return ret;
	}

	if (fd >= 0 && !qdisc &&
	    setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)) < 0) {
		int ret = -errno;

		msg_errno(ret, "packet socket on %s: PACKET_QDISC_BYPASS", t->name);
		close(fd);
		return ret;
	}
	return fd;
}

/* Asked by its name in an ioctl, the kernel runs modprobe twice for one that isn't there. */
static bool exists(const char *name)
{
	struct if_nameindex *all = if_nameindex();
	bool found = !all && if_nametoindex(name);

	for (struct if_nameindex *i = all; i && i->if_index; i++)
		found |= !strcmp(i->if_name, name);
	if_freenameindex(all);
	return found;
}

static int open_queues(struct tap *t, const struct options *o)
{
	const char *host = t->direct ? o->peer : t->name;

	if (!t->direct && exists(t->name)) {
		msg_error("tap %s: an interface of that name exists already", t->name);
		msg_hint("choose another with --tap NAME");
		return -EEXIST;
	}
	if (t->direct && (!exists(t->name) || !exists(host))) {
		msg_error("--peer: there is no macvtap %s, or no interface %s", t->name, host);
		msg_hint(
			"ip link add v0 type veth peer name v1; ip link add link v0 name NAME type macvtap mode passthru");
		return -ENODEV;
	}
	for (unsigned int i = 0; i < o->pairs; i++) {
		t->fd[i] = open_queue(t, o->pairs > 1);
		if (t->fd[i] < 0)
			return t->fd[i];
	}
	t->host_ifindex = if_nametoindex(host);
	if (!t->host_ifindex) {
		msg_errno(errno, "interface %s", host);
		return -ENODEV;
	}
	return 0;
}

void tap_init(struct tap *t)
{
	t->sink = -1;
	for (unsigned int i = 0; i < MAX_PAIRS; i++)
		t->fd[i] = -1;
}

int tap_open(struct tap *t, const struct options *o)
{
	t->name = o->tap;
	t->direct = *o->peer;
	int ret = open_queues(t, o);

	if (!ret)
		ret = set_format(t, o);
	if (!ret && o->pairs > 1)
		ret = steer(t);
	if (ret)
		return ret;
	if (!o->ipv6)
		silence_ipv6(t);
	ret = set_interface(t, o);
	return ret ? ret : open_sink(t);
}

void tap_close(struct tap *t)
{
	if (t->sink >= 0)
		close(t->sink);
	for (unsigned int i = 0; i < MAX_PAIRS; i++)
		if (t->fd[i] >= 0)
			close(t->fd[i]);
}

int tap_statistic(const struct tap *t, const char *name, uint64_t *value)
{
	const char *begin = "";
	char path[120];
	unsigned long long v;

	/* "rx_" and "tx_" change places */
	if (t->direct) {
		begin = *name == 'r' ? "tx" : "rx";
		name += 2;
	}
	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s%s", t->name, begin, name);
	FILE *f = fopen(path, "re");

	if (!f)
		return -errno;
	int n = fscanf(f, "%llu", &v);

	fclose(f);
	*value = v;
	return n == 1 ? 0 : -EIO;
}
