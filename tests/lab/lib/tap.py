# SPDX-License-Identifier: GPL-2.0-or-later
"""tap.py PID WHAT: does to the tap of a process what its owner could do, with the owner's own descriptors (pidfd_getfd()):
  sndbuf BYTES  what the guest has sent and nobody has freed yet, at most (QEMU's sndbuf=)
  filter        a socket filter that takes nothing of what goes to the guest
  txfilter      a MAC filter that lets one address through, which nobody has"""
import ctypes
import fcntl
import os
import struct
import sys

PIDFD_GETFD = 438
TUNSETSNDBUF, TUNATTACHFILTER, TUNSETTXFILTER = 0x400454D4, 0x401054D5, 0x400454D1


def taps(pid):
    """The process's tap queues, as descriptors of ours"""
    libc = ctypes.CDLL(None, use_errno=True)
    of = os.pidfd_open(pid)
    for fd in os.listdir(f"/proc/{pid}/fd"):
        if os.readlink(f"/proc/{pid}/fd/{fd}") == "/dev/net/tun":
            ours = libc.syscall(PIDFD_GETFD, of, int(fd), 0)
            if ours < 0:
                raise OSError(ctypes.get_errno(), "pidfd_getfd")
            yield ours


def main(pid, what, *args):
    queues = list(taps(int(pid)))
    if not queues:
        sys.exit(f"{pid}: no tap")
    if what == "sndbuf":
        fcntl.ioctl(queues[0], TUNSETSNDBUF, struct.pack("i", int(args[0])))
    elif what == "filter":
        ret = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # BPF_RET: 0 bytes
        fcntl.ioctl(queues[0], TUNATTACHFILTER, struct.pack("HxxxxxxP", 1, ctypes.addressof(ret)))
    elif what == "txfilter":
        fcntl.ioctl(queues[0], TUNSETTXFILTER, struct.pack("HH6s", 0, 1, b"\2nobdy"))
    else:
        sys.exit(__doc__)


main(*sys.argv[1:])
