# SPDX-License-Identifier: GPL-2.0-or-later
"""other-guest.py KIND [TAP INTERFACE [big|absent|many]]: the owner of a vhost device that vguest is none of: vsock; scsi (without a target); vdpa;
macvtap, a vhost-net behind the macvtap whose device node is TAP; with "big" its rings are big-endian ones,
with "absent" the second one's avail ring is a page that never comes (userfaultfd, as in a migration by post-copy), with "many"
its memory is the last of 4097 pieces of its table. Sets up two queues whose indices begin shortly
before 2^16, with chains that nobody kicks; prints STATE_* records as vguest does, "ready", and waits for its end."""
import ctypes
import errno
import fcntl
import mmap
import os
import signal
import struct
import sys

NODES = {"vsock": "/dev/vhost-vsock", "scsi": "/dev/vhost-scsi", "vdpa": "/dev/vhost-vdpa-0", "macvtap": "/dev/vhost-net"}
NUM, BASE, CHAINS, BUFFER = 64, 65533, 5, 256
GUEST = 1 << 32  # where the guest believes its memory to be
VERSION_1, EVENT_IDX, MRG_RXBUF = 1 << 32, 1 << 29, 1 << 15


def request(direction, size, number):
    """As _IO(), _IOW(), _IOR() of 0xAF"""
    return direction << 30 | size << 16 | 0xAF << 8 | number


WRITE, READ = 1, 2
SET_OWNER, SET_LOG_FD = request(0, 0, 0x01), request(WRITE, 4, 0x07)
GET_FEATURES, SET_FEATURES = request(READ, 8, 0x00), request(WRITE, 8, 0x00)
SET_MEM_TABLE = request(WRITE, 8, 0x03)
VRING_NUM, VRING_ADDR, VRING_BASE = request(WRITE, 8, 0x10), request(WRITE, 40, 0x11), request(WRITE, 8, 0x12)
GET_VRING_BASE = request(WRITE | READ, 8, 0x12)
GET_FEATURES_ARRAY, SET_FEATURES_ARRAY = request(READ, 8, 0x83), request(WRITE, 8, 0x83)
KICK, CALL, ERR, NET_BACKEND = (request(WRITE, 8, n) for n in (0x20, 0x21, 0x22, 0x30))
VSOCK_CID, VSOCK_RUNNING = request(WRITE, 8, 0x60), request(WRITE, 4, 0x61)
TUNSETIFF, TUNSETVNETHDRSZ = 0x400454CA, 0x400454D8
IFF_TAP, IFF_NO_PI, IFF_VNET_HDR = 0x0002, 0x1000, 0x4000

kind, *tap = sys.argv[1:]
big, absent, many = (tap[2:] == [word] for word in ("big", "absent", "many"))
order = "<"  # of what stands in the rings
pid = os.getpid()
device = os.open(NODES[kind], os.O_RDWR)
memory = mmap.mmap(-1, 1 << 20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
start = ctypes.addressof(ctypes.c_char.from_buffer(memory))


def control(number, form=None, *values):
    fcntl.ioctl(device, number, struct.pack(form, *values) if form else 0)


def set_features_high(low, wanted):
    """Those of @wanted, features 64 to 127, that this kernel has, which are set then; 0 before Linux 6.17"""
    try:
        offered = struct.unpack("QQQ", fcntl.ioctl(device, GET_FEATURES_ARRAY, struct.pack("QQQ", 2, 0, 0)))[2]
    except OSError as e:  # taken for a request about queue 2
        assert e.errno in (errno.ENOTTY, errno.ENOBUFS), e
        return 0
    control(SET_FEATURES_ARRAY, "QQQ", 2, low, offered & wanted)
    return offered & wanted


def count_queues():
    for n in range(1024):
        try:
            fcntl.ioctl(device, GET_VRING_BASE, struct.pack("II", n, 0))
        except OSError as e:
            assert e.errno == errno.ENOBUFS, e
            return n


class Queue:
    """One ring, of whose parts each has a page or more of its own"""

    def __init__(self, index):
        self.index = index
        self.name = ("RX0", "TX0")[index] if kind == "macvtap" else f"vq{index}"
        self.desc, self.avail, self.used = (index * 0x10000 + at for at in (0, 0x4000, 0x8000))
        self.put(self.avail + 2, BASE)
        self.put(self.used + 2, BASE)
        self.events = [os.eventfd(n, os.EFD_NONBLOCK | os.EFD_CLOEXEC) for n in (0, 7 + index, 0)]
        control(VRING_NUM, "II", index, NUM)
        control(VRING_BASE, "II", index, BASE)
        control(VRING_ADDR, "IIQQQQ", index, 0, start + self.desc, start + self.used, start + self.avail, 0)
        for number, fd in zip((KICK, CALL, ERR), self.events):
            control(number, "Ii", index, fd)

    def put(self, at, value):
        struct.pack_into(order + "H", memory, at, value % 65536)

    def get(self, at):
        return struct.unpack_from(order + "H", memory, at)[0]

    def fill(self):
        """Chains of two, one of them before 2^16 and some after it; their bytes are 0, 1, 2, ..."""
        memory[0x80000:0x80000 + 2 * CHAINS * BUFFER] = bytes(range(BUFFER)) * (2 * CHAINS)
        for n in range(CHAINS):
            for k in range(2):
                struct.pack_into(order + "QIHH", memory, self.desc + 16 * (2 * n + k), GUEST + 0x80000 + BUFFER * (2 * n + k), BUFFER - k,
                                 (1 - k) | 2 * self.writes(), 2 * n + 1)
            self.put(self.avail + 4 + 2 * ((BASE + n) % NUM), 2 * n)
        self.put(self.avail + 4 + 2 * NUM, 12345)
        self.put(self.avail + 2, BASE + CHAINS)
        for at in (self.used, self.used + 2, self.used + 4 + 8 * NUM):
            self.put(at, struct.unpack_from("<H", memory, at)[0])  # vhost wrote it

    def writes(self):
        return self.index == 0

    def tell(self, features, runs):
        of = f"pid={pid} queue={self.name}"
        # the queue learns of the used index when it begins to run
        print(f"STATE_VQ {of} index={self.index} num={NUM} desc=0x{start + self.desc:x} avail=0x{start + self.avail:x} "
              f"used=0x{start + self.used:x} backend={runs:d} last_avail_idx={BASE} last_used_idx={BASE if runs else 0} "
              f"is_le={not big:d} vq_features=0x{features:x} vq_features_high=0x{high:x} kick=0 call={7 + self.index} error=0")
        if kind == "vdpa":  # the addresses are the device's
            words = ("avail_flags", "avail_idx", "used_event", "used_flags", "used_idx", "avail_event")
            print(f"STATE_RING {of} {' '.join(w + '=?' for w in words)} error=device")
            return
        print(f"STATE_RING {of} avail_flags=0 avail_idx={self.get(self.avail + 2)} used_event=12345 "
              f"used_flags={self.get(self.used)} used_idx={BASE} avail_event={self.get(self.used + 4 + 8 * NUM)} error=none")
        length = 2 * BUFFER - 1
        for n in range(CHAINS):
            print(f"STATE_CHAIN {of} pos={(BASE + n) % 65536} head={2 * n} descs=2 out={0 if self.writes() else length} "
                  f"in={length if self.writes() else 0} indirect=0 end=ok")


def take_page(at):
    """Who touches it waits for us"""
    libc = ctypes.CDLL(None, use_errno=True)
    fd = libc.syscall(323, os.O_CLOEXEC | os.O_NONBLOCK)  # userfaultfd
    assert fd >= 0, os.strerror(ctypes.get_errno())
    fcntl.ioctl(fd, 0xC018AA3F, struct.pack("QQQ", 0xAA, 0, 0))  # UFFDIO_API
    fcntl.ioctl(fd, 0xC020AA00, struct.pack("QQQQ", start + at, mmap.PAGESIZE, 1, 0))  # UFFDIO_REGISTER, missing pages
    memory.madvise(mmap.MADV_DONTNEED, at, mmap.PAGESIZE)


control(SET_OWNER)
offered = struct.unpack("Q", fcntl.ioctl(device, GET_FEATURES, bytes(8)))[0]
features = offered if kind == "vdpa" else offered & ((0 if big else VERSION_1) | EVENT_IDX | (MRG_RXBUF if kind == "macvtap" else 0))
control(SET_FEATURES, "Q", features)
high = set_features_high(features, 0b01010) if kind == "macvtap" else 0  # UDP tunnels, from and to the guest
pieces = [((2 * n + 1) << 33, mmap.PAGESIZE, start, 0) for n in range(4096 * many)] + [(GUEST, len(memory), start, 0)]
table = struct.pack("II", len(pieces), 0) + b"".join(struct.pack("QQQQ", *piece) for piece in pieces)
fcntl.ioctl(device, SET_MEM_TABLE, ctypes.create_string_buffer(table))
queues = [Queue(0), Queue(1)]
if kind == "vsock":
    control(VSOCK_CID, "Q", 77)
    control(VSOCK_RUNNING, "i", 1)
elif kind == "macvtap":
    backend = os.open(tap[0], os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(backend, TUNSETIFF, struct.pack("16sH22x", tap[1].encode(), IFF_TAP | IFF_NO_PI | IFF_VNET_HDR))
    fcntl.ioctl(backend, TUNSETVNETHDRSZ, struct.pack("i", 12))
    for q in queues:
        control(NET_BACKEND, "Ii", q.index, backend)
if kind != "vdpa":
    control(SET_LOG_FD, "i", -1)  # comes back when what the queues did at their start is over
order = ">" if big else "<"
for q in queues:
    q.fill()
print(f"STATE_DEV pid={pid} kind={'net' if kind == 'macvtap' else kind} if={tap[1] if tap else '?'} fd={device} queues={count_queues()} "
      f"owner={pid} features=0x{features:x} features_high=0x{high:x}")
for q in queues:
    q.tell(features, kind in ("vsock", "macvtap"))
if absent:
    take_page(queues[1].avail)
print("ready", flush=True)
signal.pause()
