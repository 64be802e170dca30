# SPDX-License-Identifier: GPL-2.0-or-later
"""verdicts.py TABLE ANSWER "NAME PID,...": what 'stap-vhost diagnose --format json' said first of each
guest, beside what the table says is wrong with it ("-": nothing). A line each; status 1: not all are right."""
import json
import sys

table, answer, guests = sys.argv[1:]
wanted = {}
for line in open(table):
    row = line.rstrip("\n").split("\t")
    wanted[row[0]] = (row[1], row[4]) if len(row) > 4 else ("-", "")
d = json.load(open(answer))
wrong = 0
for guest in guests.split(","):
    name, pid = guest.split()
    verdict, queue = wanted[name]
    found = [f for f in d["findings"] if f["pid"] == int(pid) and f["problem"]]
    first = found[0]["name"] if found else "-"
    where = found[0]["queue"] if found else ""
    # a device's fault shows on both its queues
    good = first == verdict and (not found or where.startswith(queue) or verdict in ("TAP-DOWN", "IOTLB-MISS"))
    others = " ".join(f["name"] + ("*" if f["because"] else "") for f in found[1:])
    print(f"{'ok' if good else 'FAIL'} {name:16} {verdict:17} {first:17} {where:5} {found[0]['confidence'] if found else '':8} {others}".rstrip())
    if good:
        continue
    wrong += 1
    for f in found:
        print("    ", f["name"], f["confidence"], f["because"], f["queue"], f["sentence"], json.dumps(f["shows"]))
    for g in d["guests"]:
        for q in [q for dev in g["devices"] for q in dev["queues"] if g["pid"] == int(pid)]:
            print("    ", q["queue"], q["health"], json.dumps({k: v for k, v in q["facts"].items() if v not in (None, 0, False)}))
sys.exit(wrong > 0)
