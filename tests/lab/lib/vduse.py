# SPDX-License-Identifier: GPL-2.0-or-later
"""vduse.py NAME BASE: a vdpa device made in user space (a block device of two queues that does nothing), for 'vdpa dev add'.
Says "made", answers what the kernel asks until it is killed; the queues' state is BASE."""
import fcntl
import os
import struct
import sys

CREATE_DEV, VQ_SETUP = (1 << 30 | size << 16 | 0x81 << 8 | n for size, n in ((336, 0x02), (32, 0x14)))
GET_VQ_STATE = 0
BLOCK, VERSION_1, ACCESS_PLATFORM = 2, 1 << 32, 1 << 33

name, base = sys.argv[1], int(sys.argv[2])
control = os.open("/dev/vduse/control", os.O_RDWR)
fcntl.ioctl(control, CREATE_DEV, struct.pack("256sIIQII52xI", name.encode(), 0, BLOCK, VERSION_1 | ACCESS_PLATFORM, 2, 4096, 0))
device = os.open(f"/dev/vduse/{name}", os.O_RDWR)
for index in range(2):
    fcntl.ioctl(device, VQ_SETUP, struct.pack("IH26x", index, 256))
print("made", flush=True)
while True:
    kind, request, index = struct.unpack_from("II16xI", os.read(device, 152))
    answer = struct.pack("IH", index, base) if kind == GET_VQ_STATE else b""
    os.write(device, struct.pack("II16x128s", request, 0, answer))
