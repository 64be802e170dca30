#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Evidence is made up (tests/unit/diagnose) and the script is a stub that repeats it: what is tried
# here is who is meant, what is shown, and how it ends. tests/unit has the rules, tests/lab the real faults.

load helper

CASES=$HERE/tests/unit/diagnose

setup()
{
	export MADE=$BATS_TEST_TMPDIR/made.ko RECORDS=$CASES/rx-empty.records
	module "$MADE" "$REL" pid:string watch:int64_t duration:int64_t
	make_host
	echo 'probe begin { exit() }' >"$DATA/scripts/vhost-drops.stp"
	process 42 qemu-system-x86 'qemu\0-name\0guest=web-1,debug-threads=on\0' vhost-net tap0
	make_staprun 'printf "%s\n" "$*" >>$MADE.args; grep -v -e "^#" -e "^NAME" "$RECORDS"'
}

within_80()
{
	expect "$(python3 -c '
import re, sys
for line in sys.stdin.read().split("\n"):
    line = re.sub("\x1b\\[[0-9;]*[mHJ]", "", line)
    if len(line) > 80:
        print(len(line), line)' <<<"$out")" ""
}

# Evidence with everything that is long, of 4 pairs
long_evidence()
{
	local p d q i s name
	name=$(printf '\\xff%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
	echo "NAME pid=4194304 name=a-guest-with-a-name-that-somebody-has-made-up-at-three-in-the-morning-and-never-changed-since"
	for s in 1 2 3; do
		echo "DUMP format=1 release=6.12.117+deb13-cloud-amd64-with-more-to-it time_us=179524504${s}942650 seq=$s"
		echo "GUEST pid=4194304 comm=$name devices=4 queues=8"
		for p in 0 1 2 3; do
			d="pid=4194304 dev=$p"
			echo "DEV $d kind=net fd=1 if=$name pair=$p queues=2 owner=4194304 features=0x0 iotlb=0 workers=1"
			echo "TAP $d driver=tap up=$((p % 2)) carrier=0 queues=4 ring=1000 ring_fill=18446744 ring_full=1 sndbuf=1 wmem=18446744073709551615 tx_packets=${s}0000000000 tx_dropped=${s}00000000000 qdisc=$name qdisc_drops=${s}0000000 filter=1 detached=1"
			echo "DROP $d reason=SOME_VERY_LONG_REASON_THAT_NOBODY_KNOWS n=${s}00000000000 sampled=0"
			echo "WORKER $d worker=1 tid=4194304 comm=x state=T pending=1"
			echo "TASK $d worker=1 run_ns=1 wait_ns=${s}000000000 policy=deadline"
			for q in RX TX; do
				i=$d\ queue=$q$p
				echo "VQ $i num=256 backend=1 worker=1 last_avail_idx=7 avail_idx=7 last_used_idx=6 used_flags=0 signalled_used=6 signalled_used_valid=1 busyloop_us=0 call=none vq_features=0x0 busy=0"
				echo "RING $i avail_flags=0 avail_idx=300 used_event=0 used_flags=0 used_idx=6 avail_event=0 error=none"
				echo "CHAIN $i pos=7 head=7 end=indirect_unmapped"
				echo "NET $i upend=9 done=1 oldest_busy=1 batched=64"
				[ $q$p = TX1 ] || echo "COUNT $i kicks=0 signals=0 completions=0 runs=${s}00 end_error=${s}00 works=${s} delay_ns=${s}00000000000000 delay_max_ns=${s}00000000000000"
				[ $q = RX ] || echo "SEND $i errno=EAGAIN n=${s}0000000000"
			done
		done
		echo "MISSED events=18446744073709551615"
		echo "END queues=8 unreadable=0 lost=0 us=1"
	done
}

@test "diagnose --help: every verdict is explained, and no other" {
	try "$STAP_VHOST" diagnose --help
	expect "$(sed -n 's/^ *\([A-Z][A-Z]*-[A-Z-]*\)  *[A-Za-z].*/\1/p' <<<"$out" | sort)" \
		"$(sed -n 's/^\t[0-9]*, "\([A-Z-]*\)", .*/\1/p' "$HERE"/runtime/diagnose/rules-*.c | sort -u)"
	# and the page has their names
	expect "$(sed -n 's/^| `\([A-Z-]*\)` |.*/\1/p' "$HERE/docs/diagnose.md" | sort)" \
		"$(sed -n 's/^\t[0-9]*, "\([A-Z-]*\)", .*/\1/p' "$HERE"/runtime/diagnose/rules-*.c | sort -u)"
}

@test "diagnose: a problem is named, proven, and status 4" {
	try "$STAP_VHOST" diagnose --load "$CASES/rx-empty.records"
	expect "$status" 4
	expect "$err" ""
	for line in "Watched for 3.0 s, 4 samples, kernel 6.12.1" \
		"Guest web-1 (process 42), interface tap0" \
		"  Lost to the guest: 700 packets/s, 2,100 in all" \
		"  RX0      PROBLEM  to guest    0 buffers/s" \
		"  TX0      idle     from guest  0 buffers/s" \
		"  RX-EMPTY, RX0 of tap0 (certain)" \
		"    Guest web-1 (process 42) gives vhost too few buffers to receive into: RX0" \
		"      2,100        packets dropped because the tap was full" \
		"    To do: Look inside the guest" \
		"1 problem on 2 queues: RX-EMPTY on RX0 of 42."; do
		expect_in "$out" "$line"
	done
	expect "$(grep -n ' $' <<<"$out")" ""
	first=$out
	try "$STAP_VHOST" diagnose --load - <"$CASES/rx-empty.records"
	expect "$out" "$first"
}

@test "diagnose: healthy, idle, and what is no fault: status 0" {
	for name in idle request-and-response not-a-fault; do
		try "$STAP_VHOST" diagnose --load "$CASES/$name.records"
		expect "$status" 0
		expect "$err" ""
		expect_in "$out" "No problem on 2 queues."
	done
	expect_in "$out" "  TX0      healthy  from guest  5,000 buffers/s, 100 kicks/s"
	try "$STAP_VHOST" diagnose -v --load "$CASES/idle.records"
	expect_in "$out" "      256          ring_size: entries of the ring"
}

@test "diagnose: a consequence stands below its cause, and several causes beside each other" {
	try "$STAP_VHOST" diagnose --load "$CASES/call-lost.records"
	expect "$status" 4
	expect_in "$out" "CALL-LOST, RX0 of tap0 (certain)"
	expect_in "$out" "    Follows from it: RX-EMPTY, RX0."
	expect_in "$out" "1 problem on 2 queues: CALL-LOST on RX0 of 42."
	try "$STAP_VHOST" diagnose --load "$CASES/several.records"
	expect "$status" 4
	expect_in "$out" "2 problems on 2 queues: KICK-LOST on TX0 of 42, DROP-BEFORE-RING on RX0 of 42."
	# the interface's fault is one of both its queues, and explained once
	sed 's/ up=1/ up=0/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/down"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/down"
	expect "$status" 4
	expect_in "$out" "TAP-DOWN, TX0 of tap0 (certain)
    The same as for RX0 above."
	expect "$(grep -c 'ip link set tap0 up' <<<"$out")" 1
}

@test "diagnose: an interface's losses are reported once, whatever the number of its queues" {
	try "$STAP_VHOST" diagnose --load "$CASES/mq.records"
	expect "$status" 4
	expect "$(grep -c '^Guest' <<<"$out")" 1
	expect "$(grep -c 700 <<<"$out")" 1
	expect_in "$out" "interface tap0
  Lost to the guest: 700 packets/s, 2,100 in all
  RX0      PROBLEM  to guest    0 buffers/s
  TX0      idle     from guest  0 buffers/s
  RX1      idle     to guest    0 buffers/s
"
	expect_in "$out" "1 problem on 8 queues: RX-EMPTY on RX0 of 42."
}

@test "diagnose: a device that is unplugged takes its place along, and nothing else" {
	try "$STAP_VHOST" diagnose --load "$CASES/unplug.records"
	expect "$status" 0
	expect_in "$out" "interface tap0 (gone before the end)"
	expect_in "$out" "interface tap1
  RX0      idle     to guest    0 buffers/s"
	expect_not_in "$out" Lost
	expect_in "$out" "No problem on 4 queues."
	try "$STAP_VHOST" diagnose --format json --load "$CASES/unplug.records"
	expect "$(json '[(i["interface"], i["gone"]) for k in ("interfaces", "devices") for i in d["guests"][0][k]]')" \
		"[('tap0', True), ('tap1', False), ('tap0', True), ('tap1', False)]"
}

@test "diagnose: a number that can't be is unknown, is named, and ends nothing" {
	try "$STAP_VHOST" diagnose --load "$CASES/neg.records"
	expect "$status" 4
	expect "$err" "stap-vhost: warning: $CASES/neg.records: 8 values out of range, taken as unknown; the first is in line 13: suppressed=-1"
	expect_in "$out" "RX-EMPTY, RX0 of tap0 (certain)"
	sed 's/policy=other prio=120/policy=deadline prio=-1/; s/name=web-1/name=?/; s/kicks=0/kicks=-9223372036854775808/' \
		"$CASES/rx-empty.records" >"$BATS_TEST_TMPDIR/odd"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/odd"
	expect "$status" 4
	expect_in "$err" "the first is in line 13: kicks=-9223372036854775808"
	expect_in "$out" "RX-EMPTY, RX0 of tap0 (certain)"
	need_privileges
	rm -r "$ROOT/proc/42"
	process 42 qemu-system-x86 'qemu\0-name\0?\0' vhost-net tap0
	try "$STAP_VHOST" diagnose --save "$BATS_TEST_TMPDIR/saved"
	expect "$status" 4
	expect "$(sed -n 2p "$BATS_TEST_TMPDIR/saved")" 'NAME pid=42 name=\x3f'
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/saved"
	expect "$status" 4
}

@test "diagnose: what this kernel doesn't tell is said, with what it leaves open" {
	sed 's/\(NET .*\) upend=0/\1 upend=?/; s/ wait_ns=[0-9]*/ wait_ns=?/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/less"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/less"
	expect "$status" 0
	expect_in "$out" "Can't be excluded, because evidence is missing:"
	expect_in "$out" "  ZCOPY-STUCK on TX0. Unknown: longest time that the host held the oldest packet
  sent without copying."
	expect_in "$out" "  WORKER-STARVED on RX0, TX0. Unknown: share of the time that the worker waited
  for a CPU."
	sed '$i MISSED events=3' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/missed"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/missed"
	expect_in "$out" "Doubtful, RX0: The script could not follow 3 events: counts are too low by as
many."
}

@test "diagnose: nothing is wider than 80 columns, in a terminal and in a pipe" {
	long_evidence >"$BATS_TEST_TMPDIR/long"
	try "$STAP_VHOST" diagnose -v --load "$BATS_TEST_TMPDIR/long"
	expect "$status" 4
	expect_in "$out" "RX3"
	expect_not_in "$out" $'\e'
	within_80
	plain=$out
	in_terminal 80 "$STAP_VHOST" diagnose -v --load "$BATS_TEST_TMPDIR/long"
	within_80
	expect_in "$out" $'\e[1;31mPROBLEM'
	expect "$(sed 's/\x1b\[[0-9;]*m//g' <<<"$out")" "$plain"
	NO_COLOR=1 in_terminal 80 "$STAP_VHOST" diagnose -v --load "$BATS_TEST_TMPDIR/long"
	expect "$out" "$plain"
}

@test "diagnose --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	long_evidence >"$BATS_TEST_TMPDIR/long"
	head -n 17 "$CASES/idle.records" >"$BATS_TEST_TMPDIR/short"
	sed 's/release=[^ ]*/release=?/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/unnamed"
	sed 's/=0 /=? /g; s/ dev=?/ dev=0/g; s/ worker=?/ worker=0/g' "$CASES/rx-empty.records" >"$BATS_TEST_TMPDIR/less"
	for f in "$CASES"/*.records "$BATS_TEST_TMPDIR"/{long,short,less,unnamed}; do
		try "$STAP_VHOST" diagnose --format json --load "$f"
		as_schema "$HERE/share/schemas/diagnose.schema.json" "$BATS_TEST_TMPDIR/out"
	done
}

@test "diagnose --format json: the verdicts in their order, numbers as numbers" {
	try "$STAP_VHOST" diagnose --format json --load "$CASES/call-lost.records"
	expect "$status" 4
	expect "$(json '[(f["name"], f["queue"], f["problem"], f["confidence"], f["because"]) for f in d["findings"]]')" \
		"[('CALL-LOST', 'RX0', True, 'certain', None), ('RX-EMPTY', 'RX0', False, 'certain', 'CALL-LOST')]"
	expect "$(json 'd["schema"], d["problems"], d["findings"][1]["metrics"]["lost"]')" "stap-vhost.diagnose/1 1 2100"
	expect "$(json '[(q["queue"], q["health"], q["metrics"]["drops"]) for q in d["guests"][0]["devices"][0]["queues"]]')" \
		"[('RX0', 'problem', 2100), ('TX0', 'idle', None)]"
	expect "$(json '[(i["interface"], i["driver"], i["metrics"]["lost"], i["metrics"]["from_guest"]) for i in d["guests"][0]["interfaces"]]')" \
		"[('tap0', 'tun', 2100, 0)]"
	# of four pairs, once
	try "$STAP_VHOST" diagnose --format json --load "$CASES/mq.records"
	expect "$(json '[(i["interface"], i["metrics"]["lost"]) for i in d["guests"][0]["interfaces"]]')" "[('tap0', 2100)]"
	expect "$(json '{q["metrics"]["lost"] for v in d["guests"][0]["devices"] for q in v["queues"]}')" "{None}"
	try "$STAP_VHOST" diagnose --format json --load "$CASES/idle.records"
	expect "$status" 0
	expect "$(json 'd["problems"], d["findings"], d["inconsistencies"], d["not_excluded"]')" "0 [] [] []"
}

@test "diagnose: live, by process id, name, interface; the script gets what was asked for" {
	need_privileges
	for word in 42 web-1 tap0 ""; do
		# shellcheck disable=SC2086 # or no word
		try "$STAP_VHOST" diagnose -d 3 $word
		expect "$status" 4
		expect "$err" ""
		expect_in "$out" "1 problem on 2 queues: RX-EMPTY on RX0 of 42."
		expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=42 watch=200 duration=3"
	done
	try "$STAP_VHOST" diagnose all
	expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=42 watch=200 duration=10"
	process 99 qemu-system-x86 'qemu\0-name\0db\0' vhost-net tap1
	try "$STAP_VHOST" diagnose
	expect "$status" 2
	expect_in "$err" "stap-vhost: diagnose: no guest given: 2 guests have vhost devices"
	try "$STAP_VHOST" diagnose nobody
	expect "$status" 1
	expect_in "$err" "diagnose: no guest with vhost devices has the name or interface 'nobody'"
}

# The last N dumps of FILE, and what comes before the first
last_dumps()	# N FILE
{
	awk -v n="$1" '/^DUMP/ { d++ } { line[NR] = $0; of[NR] = d + 0 }
		END { for (i = 1; i <= NR; i++) if (!of[i] || of[i] > d - n) print line[i] }' "$2"
}

@test "diagnose --window: the end of a watch, as if it had begun there" {
	for f in "$CASES"/*.records; do
		for window in "0 2" "500ms 2" "2s 3"; do
			last_dumps "${window#* }" "$f" >"$BATS_TEST_TMPDIR/last"
			try "$STAP_VHOST" diagnose --format json --load "$BATS_TEST_TMPDIR/last"
			want="$status $(grep -v '"window_ms"' <<<"$out")"
			try "$STAP_VHOST" diagnose --format json --window "${window% *}" --load "$f"
			expect "$status $(grep -v '"window_ms"' <<<"$out")" "$want"
		done
	done
	expect "$(json 'd["window_ms"], d["watched_ms"], d["samples"]')" "2000 2000 3"
	# a problem that is over: TX0 had no kick before the last sample
	awk '/^DUMP/ { d++ } d < 4 && /^RING.*TX0/ { sub(/ avail_idx=[0-9]+/, " avail_idx=250") } 1' \
		"$CASES/idle.records" >"$BATS_TEST_TMPDIR/over"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/over"
	expect "$status" 4
	expect_in "$out" "KICK-LOST on TX0"
	try "$STAP_VHOST" diagnose --window 1 --load "$BATS_TEST_TMPDIR/over"
	expect "$status" 0
	expect_in "$out" "The last 1.0 s of 3.0 s watched, 2 of 4 samples, kernel 6.12.1"
	expect_in "$out" "No problem on 2 queues."
	# the device that went before the window is not in it
	try "$STAP_VHOST" diagnose --window 1 --load "$CASES/unplug.records"
	expect_not_in "$out" "gone before the end"
	# longer than the file: all of it
	try "$STAP_VHOST" diagnose --window 1h --load "$CASES/rx-empty.records"
	expect "$status" 4
	expect_in "$out" "The last 3.0 s of 3.0 s watched, 4 of 4 samples"
	need_jsonschema
	try "$STAP_VHOST" diagnose --format json --window 1 --load "$CASES/rx-empty.records"
	as_schema "$HERE/share/schemas/diagnose.schema.json" "$BATS_TEST_TMPDIR/out"
}

@test "diagnose --window: of a live watch, and what is no window" {
	need_privileges
	try "$STAP_VHOST" diagnose -d 3 --window 1 --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$status" 4
	expect "$err" ""
	expect_in "$out" "The last 1.0 s of 3.0 s watched, 2 of 4 samples, kernel 6.12.1"
	# the whole watch is kept
	expect "$(grep -c ^DUMP "$BATS_TEST_TMPDIR/saved")" 4
	try "$STAP_VHOST" diagnose -d 3 --window 4
	expect "$status" 2
	expect_in "$err" "diagnose: --window is longer than the watch of 3 s"
	try "$STAP_VHOST" diagnose --window -1
	expect "$status" 2
}

@test "diagnose --save keeps the evidence, and --load judges it again" {
	need_privileges
	try "$STAP_VHOST" diagnose --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$status" 4
	first=$out
	expect "$(stat -c %a "$BATS_TEST_TMPDIR/saved")" 600
	expect_in "$(head -n 1 "$BATS_TEST_TMPDIR/saved")" "# stap-vhost diagnose: records of format 1"
	expect "$(sed -n 2p "$BATS_TEST_TMPDIR/saved")" "NAME pid=42 name=web-1"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/saved"
	expect "$status" 4
	expect "$out" "$first"
	# the dumps in it are dumps
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/saved"
	expect "$status" 0
	expect_in "$out" "Guest 42 web-1"
	try "$STAP_VHOST" diagnose --save "$BATS_TEST_TMPDIR/no/such"
	expect "$status" 1
	expect_in "$err" "can't write to $BATS_TEST_TMPDIR/no/such"
}

# in_group PROC COMM PATH: a thread, and the group that it is in
in_group()
{
	mkdir -p "$ROOT/proc/$1"
	echo "$2" >"$ROOT/proc/$1/comm"
	echo "0::$3" >"$ROOT/proc/$1/cgroup"
	printf 'Name:\tx\nCpus_allowed_list:\t0-3\n' >"$ROOT/proc/$1/status"
}

@test "diagnose: the groups of worker and vCPUs are evidence" {
	need_privileges
	local group=$ROOT/sys/fs/cgroup/machine.slice/machine-qemu\\x2d1.scope saved=$BATS_TEST_TMPDIR/saved
	mkdir -p "$ROOT/proc/self" "$group/vcpu0" "$group/emulator"
	echo "36 25 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw" >"$ROOT/proc/self/mountinfo"
	printf 'populated 1\nfrozen 1\n' | tee "$group/vcpu0/cgroup.events" >"$group/emulator/cgroup.events"
	echo "20000 100000" >"$group/cpu.max"
	printf 'nr_periods 9\nnr_throttled 7\nthrottled_usec 5000\n' >"$group/cpu.stat"
	in_group 50 vhost-42 "/machine.slice/${group##*/}/emulator"
	in_group 42/task/42 qemu-system-x86 "/machine.slice/${group##*/}/emulator"
	in_group 42/task/43 "CPU 0/KVM" "/machine.slice/${group##*/}/vcpu0"
	in_group 42/task/44 "CPU 1/KVM" "/machine.slice/${group##*/}/vcpu0"
	in_group 42/task/45 "CPU 2/KVM" "/../of another namespace"
	# a worker that is a thread of the guest's is told as a worker alone
	in_group 42/task/50 vhost-42 "/machine.slice/${group##*/}/of-the-worker"
	in_group 42/task/46 "$(printf 'x\033[2J y')" "$(printf '/evil\033]0;x\007 frozen=0')"
	try "$STAP_VHOST" diagnose --save "$saved" web-1
	expect "$status" 4
	expect "$err" ""
	expect_in "$out" "GUEST-FROZEN, RX0 of tap0 (certain)"
	expect_in "$(tr -s ' \n' ' ' <<<"$out")" 'its control group /machine.slice/machine-qemu\x2d1.scope/vcpu0 was frozen in 100 %'
	expect_in "$(cat "$saved")" 'CGROUP pid=42 kind=worker tid=50 version=2 path=/machine.slice/machine-qemu\x5cx2d1.scope/emulator frozen=1 limit=/machine.slice/machine-qemu\x5cx2d1.scope quota_us=20000 period_us=100000 throttled=0 throttled_us=0 weight=? cpus=? allowed=0-3'
	# a group and what is in it are told once
	expect "$(grep -c 'kind=vcpu' "$saved")" 2
	expect "$(grep -c 'tid=50' "$saved")" "$(grep -c 'WORKER.* tid=50\|kind=worker tid=50' "$saved")"
	expect_in "$(cat "$saved")" 'kind=emulator tid=46 version=2 path=/evil\x1b]0;x\x07\x20frozen=0 frozen=?'
	expect "$(grep -c "$(printf '\033')" "$saved")" 0
	try "$STAP_VHOST" diagnose --load "$saved"
	expect_in "$out" "GUEST-FROZEN, RX0 of tap0 (certain)"
	# another's thread that has the worker's id here
	echo sshd >"$ROOT/proc/50/comm"
	try "$STAP_VHOST" diagnose --save "$saved" web-1
	expect "$(grep -c 'kind=worker' "$saved")" 0
	# whatever it calls itself; a worker of an older kernel's is the kernel's own
	echo vhost-42 >"$ROOT/proc/50/comm"
	rm -r "$ROOT/proc/42/task/50"
	echo '50 (vhost-42) S 1 1 1 0 -1 4194304 0' >"$ROOT/proc/50/stat"
	try "$STAP_VHOST" diagnose --save "$saved" web-1
	expect "$(grep -c 'kind=worker' "$saved")" 0
	echo '50 (vhost-42) S 2 0 0 0 -1 2129984 0' >"$ROOT/proc/50/stat"
	try "$STAP_VHOST" diagnose --save "$saved" web-1
	expect "$(grep -c 'kind=worker' "$saved")" 1
	# no groups, or none to be seen
	rm "$ROOT/proc/self/mountinfo"
	try "$STAP_VHOST" diagnose --save "$saved" web-1
	expect_in "$out" "1 problem on 2 queues: RX-EMPTY on RX0 of 42."
	expect "$(grep -c CGROUP "$saved")" 0
}

@test "diagnose: of quotas in one another the one that stopped the guest" {
	need_privileges
	local group=$ROOT/sys/fs/cgroup/machine
	mkdir -p "$ROOT/proc/self" "$group/vcpu0"
	echo "36 25 0:31 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw" >"$ROOT/proc/self/mountinfo"
	echo "50000 100000" >"$group/cpu.max"
	echo "20000 100000" >"$group/vcpu0/cpu.max"
	printf 'nr_throttled 7\nthrottled_usec 5000\n' | tee "$group/cpu.stat" >"$group/vcpu0/cpu.stat"
	in_group 42/task/43 "CPU 0/KVM" /machine/vcpu0
	make_staprun 'grep -v -e "^#" -e "^NAME" "$RECORDS" | while read -r line; do
			echo "$line"
			[ "${line%% *}" = END ] && [ -z "$told" ] || continue
			told=1
			sleep 0.5
			printf "nr_throttled 9\nthrottled_usec 905000\n" >'"$group"'/cpu.stat
			sleep 1
		done'
	try "$STAP_VHOST" diagnose --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$status" 4
	expect "$(sed -n 's/^CGROUP.* kind=vcpu .* \(limit=.*\) weight.*/\1/p' "$BATS_TEST_TMPDIR/saved")" \
		"limit=/machine/vcpu0 quota_us=20000 period_us=100000 throttled=0 throttled_us=0
limit=/machine quota_us=50000 period_us=100000 throttled=2 throttled_us=900000"
}

# A list of defects before ours; with the words of each line that differ
known()	# ID SEVERITY EFFECT [NEEDS]
{
	printf 'id: %s\ntitle: vhost: repair %s.\ncommit: 0123456789ab\nsince: 5.0\nfixed: 6.1.30 6.4\nothers: unrepaired\nseverity: %s\neffect: %s\n%ssymptom: What is seen of %s.\n\n' \
		"$1" "$1" "$2" "$3" "${4:+needs: $4
}" "$1"
}

@test "diagnose: known defects, the certain and the worse ones first, five of them" {
	printf 'date: 2030-01-31\n\n' >"$DATA/defects.conf"
	for n in 1 2 3 4; do known CVE-2030-000$n low crash; done >>"$DATA/defects.conf"
	known CVE-2030-0005 high crash napi >>"$DATA/defects.conf"
	known CVE-2030-0006 medium leak MRG_RXBUF >>"$DATA/defects.conf"
	known CVE-2030-0007 low hang >>"$DATA/defects.conf"
	known CVE-2030-0008 high hang macvtap >>"$DATA/defects.conf"
	try "$STAP_VHOST" diagnose --load "$CASES/rx-big.records"
	expect "$status" 4
	expect "$err" ""
	expect "$(sed -n '/^Known/,/more: -v/p' <<<"$out")" "Known defects that kernel 6.1.0-9-amd64 has or may have (list of 2030-01-31):
  CVE-2030-0006 (leak, medium), affected
    vhost: repair CVE-2030-0006; fixed in 6.1.30, 6.4
  CVE-2030-0001 (crash, low), affected
    vhost: repair CVE-2030-0001; fixed in 6.1.30, 6.4
  CVE-2030-0002 (crash, low), affected
    vhost: repair CVE-2030-0002; fixed in 6.1.30, 6.4
  CVE-2030-0003 (crash, low), affected
    vhost: repair CVE-2030-0003; fixed in 6.1.30, 6.4
  CVE-2030-0007 (hang, low), affected
    vhost: repair CVE-2030-0007; fixed in 6.1.30, 6.4
    May be the cause of RX-BIG: What is seen of CVE-2030-0007.
  and 2 more: -v"
	try "$STAP_VHOST" diagnose -v --load "$CASES/rx-big.records"
	expect_in "$out" "    vhost: repair CVE-2030-0006; fixed in 6.1.30, 6.4
    What is seen of CVE-2030-0006.
    Needs: MRG_RXBUF. Repaired by commit 0123456789ab."
	expect_in "$out" "  CVE-2030-0005 (crash, high), may be affected: only with NAPI at the tap"
	expect_in "$out" "    Not certain: it is unknown whether the set-up that it needs is in use."
	expect_not_in "$out" CVE-2030-0008
	within_80
	try "$STAP_VHOST" diagnose --format json --load "$CASES/rx-big.records"
	expect "$status" 4
	expect "$(json '[(k["id"][-1], k["certain"], k["needs"], k["may_cause"], len(k["devices"])) for k in d["defects"]][::6]')" \
		"[('6', True, ['MRG_RXBUF'], [], 1), ('5', False, ['napi'], [], 1)]"
	expect "$(json 'd["defects"][5]["may_cause"], d["defects"][5]["fixed"], d["defects"][5]["why"]')" "['RX-BIG'] ['6.1.30', '6.4'] None"
	expect "$(json 'd["list_date"]')" 2030-01-31
	try "$STAP_VHOST" diagnose --no-defects --load "$CASES/rx-big.records"
	expect "$status" 4
	expect_not_in "$out" "nown defects"
	try "$STAP_VHOST" diagnose --no-defects --format json --load "$CASES/rx-big.records"
	expect "$(json 'd["defects"], d["list_date"]')" "None None"
}

@test "diagnose: of a distribution's kernel no defect is certain, and none changes the status" {
	known CVE-2030-0001 high crash >"$DATA/defects.conf"
	sed '/^HOST/d; s/release=[^ ]*/release=6.1.0-45-generic/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/vendor"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/vendor"
	expect "$status" 0
	expect_in "$out" "Known defects of kernel 6.1.0-45-generic that these guests can meet: 0 certain,
1 possible. -v shows them.
"
	expect_not_in "$out" CVE-2030
	try "$STAP_VHOST" diagnose -v --load "$BATS_TEST_TMPDIR/vendor"
	expect "$status" 0
	expect_in "$out" "  CVE-2030-0001 (crash, high), may be affected: vendor backport unknown
    vhost: repair CVE-2030-0001; fixed in 6.1.30, 6.4
"
	expect_in "$out" "No problem on 2 queues."
	sed 's/release=[^ ]*/release=6.5.1/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/new"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/new"
	expect_in "$out" "Known defects: none on record applies to kernel 6.5.1 with the set-up of these
guests."
	sed 's/release=[^ ]*/release=?/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/unnamed"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/unnamed"
	expect "$status" 0
	expect "$err" ""
	expect_not_in "$out" "Known defects"
	try "$STAP_VHOST" diagnose --format json --load "$BATS_TEST_TMPDIR/unnamed"
	expect "$(json 'd["defects"]')" None
}

@test "diagnose: without a list of known defects the verdicts stand" {
	echo "id CVE-2030-0001" >"$DATA/defects.conf"
	try "$STAP_VHOST" diagnose --load "$CASES/rx-empty.records"
	expect "$status" 4
	expect "$err" "stap-vhost: warning: known defects are not shown: $DATA/defects.conf, line 1: not 'key: value'"
	expect_not_in "$out" "Known defects"
	rm "$DATA/defects.conf"
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$STAP_VHOST" "$BATS_TEST_TMPDIR/bin/stap-vhost"
	try "$BATS_TEST_TMPDIR/bin/stap-vhost" diagnose --format json --load "$CASES/rx-empty.records"
	[ -e /usr/local/share/stap-vhost/defects.conf ] && skip "one is installed"
	expect "$status" 4
	expect "$err" "  hint: known defects are not shown: no defects.conf in the data directory"
	expect "$(json 'd["defects"], d["problems"]')" "None 1"
}

@test "diagnose: what only the host can tell is kept with the evidence" {
	need_privileges
	mkdir -p "$ROOT/sys/module/vhost_net/parameters"
	echo 1 >"$ROOT/sys/module/vhost_net/parameters/experimental_zcopytx"
	echo "#1 SMP Debian 6.1.29-1 (2023-05-01)" >"$ROOT/proc/sys/kernel/version"
	sed 's/release=[^ ]*/release=6.1.0-9-amd64/; /^HOST/d; s/ubufs=0/ubufs=?/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/seen"
	RECORDS=$BATS_TEST_TMPDIR/seen
	known CVE-2030-0001 low crash >"$DATA/defects.conf"
	known CVE-2030-0002 high crash zerocopy >>"$DATA/defects.conf"
	try "$STAP_VHOST" diagnose -v --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$status" 0
	expect "$(grep ^HOST "$BATS_TEST_TMPDIR/saved")" \
		"HOST version=#1\\x20SMP\\x20Debian\\x206.1.29-1\\x20(2023-05-01) arch=$(uname -m) zerocopy=1"
	expect_in "$out" "  CVE-2030-0001 (crash, low), affected"
	expect_in "$out" "  CVE-2030-0002 (crash, high), may be affected: only with zerocopy"
	first=$(sed -n '/^Known/,$p' <<<"$out")
	rm -r "$ROOT/sys/module/vhost_net/parameters" "$ROOT/proc/sys/kernel/version"
	try "$STAP_VHOST" diagnose -v --load "$BATS_TEST_TMPDIR/saved"
	expect "$(sed -n '/^Known/,$p' <<<"$out")" "$first"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/saved"
	expect "$status" 0
	# a host that says nothing
	try "$STAP_VHOST" diagnose -v --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$(grep ^HOST "$BATS_TEST_TMPDIR/saved")" "HOST version=? arch=$(uname -m) zerocopy=?"
	expect_in "$out" "  CVE-2030-0001 (crash, low), may be affected: vendor backport unknown"
}

@test "diagnose: Ctrl-C ends the watch, and what was seen is judged" {
	need_privileges
	make_staprun 'trap "exit 0" INT
		grep -v -e "^#" -e "^NAME" "$RECORDS"
		echo "DUMP format=1 seq=9"
		while :; do sleep 0.05; done'
	heard "$STAP_VHOST" diagnose --save "$BATS_TEST_TMPDIR/saved" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	for _ in $(seq 200); do
		[ -e "$BATS_TEST_TMPDIR/saved" ] && pgrep -P $pid >/dev/null && break
		sleep 0.05
	done
	sleep 1
	kill -INT $pid
	status=0
	wait $pid || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out") err=$(cat "$BATS_TEST_TMPDIR/err")
	expect "$status" 4
	expect "$err" ""
	expect_in "$out" "RX-EMPTY, RX0 of tap0 (certain)"
}

@test "diagnose: on a terminal it says how far it is, and takes it back" {
	need_privileges
	make_staprun 'grep -v -e "^#" -e "^NAME" "$RECORDS"; sleep 2.3
		grep -v -e "^#" -e "^NAME" "$RECORDS"'
	in_terminal 80 "$STAP_VHOST" diagnose -d 3
	expect_in "$out" $'\r'"watching for 3 s, 2 s"
	expect_in "$out" "RX0 of tap0 (certain)"
}

@test "diagnose: no answer is status 5, and never 0 or 4" {
	head -n 20 "$CASES/idle.records" >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/cut"
	expect "$status" 5
	expect_in "$err" "diagnose: too little evidence: the state of every queue is unknown"
	expect_in "$out" "No problem was seen on 2 queues, but the evidence is too little to exclude one."
	expect_not_in "$out" "No problem on"
	head -n 40 "$CASES/idle.records" >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/cut"
	expect "$status" 5
	expect_in "$err" "diagnose: the evidence is truncated"
	expect_not_in "$out" "No problem on"
	# nothing is counted, and the thread never rests: one line a queue, and no blanks
	sed 's/^COUNT.*//; s/state=S/state=R/' "$CASES/request-and-response.records" >"$BATS_TEST_TMPDIR/uncounted"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/uncounted"
	expect "$status" 0
	expect_in "$out" "  RX0      healthy  to guest    ? buffers/s"
	expect "$(grep -n ' $' <<<"$out")" ""
	expect_not_in "$out" "No problem on"
	expect_in "$out" "No problem was seen on 2 queues. Above are the verdicts that can't be excluded."
	sed 's/^COUNT.*//; s/state=S/state=R/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/uncounted"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/uncounted"
	expect "$status" 5
	expect_in "$out" "  RX0      unknown  to guest    ? buffers/s"
	# a last line that is cut may hold a part of a number
	head -c -3 "$CASES/rx-empty.records" >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/cut"
	expect_in "$err" "$BATS_TEST_TMPDIR/cut: the last line is incomplete and ignored: is the file truncated?"
	expect_in "$out" "The last sample is truncated"
	# what is certain is so, whatever would have come
	head -n 40 "$CASES/rx-empty.records" >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/cut"
	expect_in "$out" "The last sample is truncated"
	for f in "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR"; do
		try "$STAP_VHOST" diagnose --load "$f"
		expect "$status" 1
		expect_in "$err" "can't read $f"
	done
	try "$STAP_VHOST" diagnose --load - </dev/null
	expect "$status" 1
	expect_in "$err" "no evidence in standard input"
	printf 'DUMP format=1\nGUEST pid=7\nDEV pid=7 dev=0 kind=vsock\nVQ pid=7 dev=0 queue=RX\nEND queues=1\n' >"$BATS_TEST_TMPDIR/vsock"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/vsock"
	expect "$status" 1
	expect_in "$err" "no queue of vhost-net in"
	try "$STAP_VHOST" diagnose --load "$STAP_VHOST"
	expect "$status" 1
	expect "$(wc -l <<<"$err")" 1
	[ -e /dev/full ] || return 0
	try bash -c "'$STAP_VHOST' diagnose --load '$CASES/idle.records' >/dev/full"
	expect "$status" 1
	expect_in "$err" "can't write to standard output"
}

@test "diagnose: a script that fails is a failure, and what is missing is said once" {
	need_privileges
	make_staprun 'echo "ERROR: broken" >&2; exit 1'
	try "$STAP_VHOST" diagnose
	expect "$status" 1
	expect "$out" ""
	expect_in "$err" "ERROR: broken"
	make_staprun 'exit 0'
	try "$STAP_VHOST" diagnose
	expect "$status" 1
	expect_in "$err" "the script printed no records"
	make_staprun 'echo "VQ pid=1"; exit 0'
	try "$STAP_VHOST" diagnose
	expect "$status" 1
	expect_in "$err" "the script's output, line 3: queue= is missing"
	rm -rf "$STAP_VHOST_CACHE" "$ROOT/lib/modules/$REL/build"
	try "$STAP_VHOST" diagnose
	expect "$status" 3
	expect_in "$err" "no headers of kernel $REL"
	expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
}

@test "diagnose: nothing of a file reaches a terminal raw" {
	sed $'s/web-1/\e]0;x\a/; s/if=tap0/if=\e[2J;t/; s/release=[^ ]*/release=\xff\e[m/; s/qdisc=[^ ]*/qdisc=\e[7m/; s/policy=other/policy=\e[7m/; s/FULL_RING/\e[31m/' \
		"$CASES/rx-empty.records" >"$BATS_TEST_TMPDIR/evil"
	for format in text json; do
		try "$STAP_VHOST" diagnose -v --format $format --load "$BATS_TEST_TMPDIR/evil"
		expect "$status" 4
		expect "$(tr -d '\n\t -~' <"$BATS_TEST_TMPDIR/out" | LC_ALL=C tr -d '\200-\376')" ""
		expect_not_in "$out" $'\e'
	done
	# a command to copy runs nothing that came with the name
	sed 's/if=tap0/if=$(id)/; s/ up=1/ up=0/' "$CASES/idle.records" >"$BATS_TEST_TMPDIR/evil"
	try "$STAP_VHOST" diagnose --load "$BATS_TEST_TMPDIR/evil"
	expect_in "$out" "ip link set '\$(id)' up"
}
