# SPDX-License-Identifier: GPL-2.0-or-later
"""qmp-agrees.py COMMAND ANSWERS DUMP: whether what QMP's x-query-virtio-COMMAND says of each
queue, an answer a line, is what the records of vring-dump say. A key of QMP's that is neither
compared nor listed as QEMU's own is an error: nothing goes by unseen."""
import json
import sys

# QMP's key -> the record and key with the same meaning
SAME = {
    "vhost-queue-status": {"num": ("VQ", "num"), "desc": ("VQ", "desc"), "avail": ("VQ", "avail"), "used": ("VQ", "used")},
    "queue-status": {"queue-index": ("VQ", "index"), "vring-num": ("VQ", "num"), "last-avail-idx": ("VQ", "last_avail_idx"),
                     "used-idx": ("VQ", "last_used_idx")},
}
# guest addresses; ours are QEMU's own: all of them lie equally far apart
PHYS = {
    "vhost-queue-status": {"desc-phys": "desc", "avail-phys": "avail", "used-phys": "used"},
    "queue-status": {"vring-desc": "desc", "vring-avail": "avail", "vring-used": "used"},
}
# what follows from num, in bytes
SIZES = {"desc-size": lambda n: 16 * n, "avail-size": lambda n: 6 + 2 * n, "used-size": lambda n: 6 + 8 * n}
# QEMU's side of the matter, of which the kernel knows nothing: its copies of indices and its own file descriptors
THEIRS = {"name", "kick", "call", "inuse", "vring-num-default", "vring-align", "shadow-avail-idx", "signalled-used",
          "signalled-used-valid", "queue-index"}

command, answers, dump = sys.argv[1:]
records = {}
for line in open(dump):
    kind, *words = line.split()
    keys = dict(w.split("=", 1) for w in words)
    if kind in ("VQ", "RING"):
        records[kind, keys["queue"]] = keys
paused = records["VQ", "RX0"]["backend"] == "0" if ("VQ", "RX0") in records else True
queues = sorted((int(k["index"]), q) for (kind, q), k in records.items() if kind == "VQ")
failed, compared, apart = False, 0, set()
for line, (index, queue) in zip(open(answers), queues, strict=True):
    for key, value in json.loads(line)["return"].items():
        if key in ("last-avail-idx", "used-idx") and not paused:
            continue  # QEMU asks vhost for them when it stops it
        if key in PHYS[command]:
            apart.add(int(records["VQ", queue][PHYS[command][key]], 16) - value)
            ours = value
        elif key in SIZES:
            ours = SIZES[key](int(records["VQ", queue]["num"]))
        elif key in SAME[command]:
            kind, name = SAME[command][key]
            ours = int(records[kind, queue][name], 0)
        elif key in THEIRS:
            continue
        else:
            ours = None
        compared += 1
        if ours != value:
            print(f"FAIL: {queue} {key}: QMP says {value}, the dump {ours}")
            failed = True
    if records["RING", queue]["used_idx"] != records["VQ", queue]["last_used_idx"]:
        print(f"FAIL: {queue}: the ring's used_idx is not vhost's")
        failed = True
if len(apart) > 1:
    print(f"FAIL: the parts of the rings are not equally far from the guest's addresses: {sorted(apart)}")
    failed = True
print(f"{command}, {'paused' if paused else 'idle'}: {compared} fields of {len(queues)} queues agree" if not failed else "")
sys.exit(failed or not compared)
