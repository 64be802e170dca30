# SPDX-License-Identifier: GPL-2.0-or-later
"""verdicts.py TABLE ANSWERS [AGAIN]: what 'stap-vhost diagnose --format json' said first of each guest, beside what the
table says is wrong with it ("-": nothing). ANSWERS: a line each, the file, a tab, "NAME PID,..." of its guests.
A line a guest; status 1: not all are right. A guest whose threads, or its worker, the machine has kept from a CPU, so
that what was to be seen may not have begun, is not judged if there is a file AGAIN, but named in it. At the end the confusion matrix: of each verdict that was to be
given, how often which was."""
import json
import sys
from collections import Counter, defaultdict

matrix = defaultdict(Counter)


def judge(wanted, answer, name, pid):
    verdict, queue = wanted[name]
    found = [f for f in answer["findings"] if f["pid"] == pid and f["problem"]]
    first = found[0]["name"] if found else "-"
    where = found[0]["queue"] if found else ""
    # a device's fault, and its worker's, shows on both its queues
    good = first == verdict and (not found or where.startswith(queue) or verdict in ("TAP-DOWN", "IOTLB-MISS", "WORKER-STARVED"))
    waited = max((q["metrics"].get(key) or 0 for guest in answer["guests"] if guest["pid"] == pid
                  for dev in guest["devices"] for q in dev["queues"] for key in ("worker_wait_pct", "guest_wait_pct")), default=0)
    if again and not good and (first == "WORKER-STARVED" or waited >= 10 and verdict not in ("WORKER-STARVED", "RX-BURST", "GUEST-FROZEN")):
        print(f"= {name}: called {first}, but the machine starves it (waited {waited} %); to be looked at again")
        again.write(name + "\n")
        return True
    others = " ".join(f["name"] + ("*" if f["because"] else "") for f in found[1:])
    matrix[verdict][first] += 1
    print(f"{'ok' if good else 'FAIL'} {name:16} {verdict:17} {first:17} {where:5} {found[0]['confidence'] if found else '':8} {others}".rstrip())
    if good:
        return True
    for f in found:
        print("    ", f["name"], f["confidence"], f["because"], f["queue"], f["meaning"], json.dumps(f["metrics"]))
    for guest in answer["guests"]:
        for q in [q for dev in guest["devices"] for q in dev["queues"] if guest["pid"] == pid]:
            print("    ", q["queue"], q["health"], json.dumps({k: v for k, v in q["metrics"].items() if v not in (None, 0, False)}))
    return False


table, answers = sys.argv[1:3]
again = open(sys.argv[3], "w") if len(sys.argv) > 3 else None
wanted = {}
for line in open(table):
    row = line.rstrip("\n").split("\t")
    wanted[row[0]] = (row[1], row[4]) if len(row) > 4 else ("-", "")
wrong = 0
for line in open(answers):
    path, guests = line.rstrip("\n").split("\t")
    answer = json.load(open(path))
    for guest in guests.split(","):
        name, pid = guest.split()
        wrong += not judge(wanted, answer, name, int(pid))
for verdict in sorted(matrix):
    print(f"= {verdict:17} called {', '.join(f'{first} {n}' for first, n in matrix[verdict].most_common())}")
sys.exit(wrong > 0)
