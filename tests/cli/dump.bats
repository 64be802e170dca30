#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Processes are made up and the script is a stub that repeats a recorded run: what is tried
# here is who is meant, what is shown, and how it ends. tests/lab has the real ones.

load helper

RECORDS=$HERE/tests/unit/dump.records

setup()
{
	export MADE=$BATS_TEST_TMPDIR/made.ko RECORDS
	module "$MADE" "$REL" pid:string pid{2..8}:string rings:int64_t descs:int64_t headers:int64_t payload:int64_t watch:int64_t
	make_host
	echo 'probe begin { exit() }' >"$DATA/scripts/vring-dump.stp"
	process 4242 qemu-system-x86 'qemu\0-name\0guest=web-1,debug-threads=on\0' vhost-net tap0
	make_staprun 'printf "%s\n" "$*" >>$MADE.args; cat "$RECORDS"'
}

# A word of TX0's records changed, as sed sees it
changed()	# SED-EXPRESSION…
{
	local e words=()
	for e; do words+=(-e "/queue=TX0/$e"); done
	sed "${words[@]}" "$RECORDS" >"$BATS_TEST_TMPDIR/records"
	echo "$BATS_TEST_TMPDIR/records"
}

# No line of $out is wider
within()	# COLUMNS
{
	expect "$(python3 -c '
import re, sys
for line in sys.stdin.read().split("\n"):
    line = re.sub("\x1b\\[[0-9;]*[mHJ]", "", line)
    if len(line) > int(sys.argv[1]):
        print(len(line), line)' "$1" <<<"$out")" ""
}

# A guest with everything that is long: 8 pairs, full rings, nothing readable, all flags
long_dump()
{
	local p d q i
	echo "NAME pid=4194304 name=a-guest-with-a-name-that-somebody-has-made-up-at-three-in-the-morning-and-never-changed-since"
	echo "DUMP format=1 release=6.12.117+deb13-cloud-amd64-with-more-to-it time_us=1795245041942650 seq=4294967295"
	echo "GUEST pid=4194304 comm=$(printf '\\xff%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) devices=8 queues=16"
	for p in 0 1 2 3 4 5 6 7; do
		d="pid=4194304 dev=$p"
		echo "DEV $d kind=net fd=1048576 if=$(printf '\\xc3%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) pair=$p queues=2 owner=4194304 features=0xffffffffffffffff backend_features=0xffffffffffffffff log=1 iotlb=1 iotlb_entries=0 regions=509 workers=1"
		echo "WORKER $d worker=4294967295 tid=4194304 comm=$(printf '\\xff%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15) state=D cpu=8191 form=vhost_task pending=1"
		for q in RX TX; do
			i=$d\ queue=$q$p
			if [ $((p % 2)) = 0 ]; then
				echo "VQ $i index=1 num=32768 desc=0xfffffffffffffff8 avail=0xffffffffffffffff used=0xffffffffffffffff backend=1 worker=4294967295 last_avail_idx=65535 avail_idx=65534 last_used_idx=65533 used_flags=65535 signalled_used=65532 signalled_used_valid=0 busyloop_us=4294967295 is_le=0 log_used=1 log_addr=0xffffffffffffffff kick=18446744073709551614 call=18446744073709551614 error=18446744073709551614 vq_features=0xfffffffffffffffe busy=1"
				echo "RING $i avail_flags=65535 avail_idx=65000 used_event=65001 used_flags=65002 used_idx=65003 avail_event=65004 error=avail_range"
			else
				echo "VQ $i num=? desc=? avail=? used=? backend=1 worker=? busy=?"
				echo "RING $i avail_flags=? avail_idx=? used_event=? used_flags=? used_idx=? avail_event=? error=unreadable"
			fi
			echo "AVAIL $i pos=65535 slot=32767 head=65535"
			echo "CHAIN $i pos=65535 head=65535 descs=4294967295 out=18446744073709551615 in=18446744073709551615 indirect=1 end=indirect_unmapped"
			echo "DESC $i head=65535 n=0 id=65535 addr=0xffffffffffffffff len=4294967295 flags=0x7 next=65535 table=indirect mapped=0"
			echo "HDR $i head=65535 flags=255 gso_type=255 gso_size=65535 hdr_len=65535 csum_start=65535 csum_offset=65535 num_buffers=65535"
			echo "DATA $i head=65535 offset=0 hex=$(printf 'ff%.0s' $(seq 64))"
			echo "USED $i pos=65535 slot=32767 id=4294967295 len=4294967295"
		done
	done
	echo "END queues=16 unreadable=4294967295 lost=4294967295 us=18446744073709551615"
}

@test "dump: queues without a ring of theirs have no columns" {
	local f=$BATS_TEST_TMPDIR/scsi i
	{
		echo "DUMP format=1 release=6.1.0 time_us=1 seq=0"
		echo "GUEST pid=7 comm=qemu devices=2 queues=7"
		echo "DEV pid=7 dev=0 kind=scsi fd=9 if=? pair=? queues=6 owner=7 features=0x0 backend_features=0x0 log=0 iotlb=0 iotlb_entries=0 regions=1 workers=0"
		for i in 0 1 2 3 4 5; do
			echo "VQ pid=7 dev=0 queue=vq$i index=$i num=1 desc=0x0 avail=0x0 used=0x0 backend=0 worker=none busy=0"
			echo "RING pid=7 dev=0 queue=vq$i avail_flags=? avail_idx=$([ $i = 1 ] && echo 77 || echo '?') error=$([ $i = 1 ] && echo none || echo not_set_up)"
		done
		echo "DEV pid=7 dev=1 kind=vdpa fd=10 if=? pair=? queues=1 owner=7 features=0x0 backend_features=0x0 log=0 iotlb=0 iotlb_entries=0 regions=1 workers=0"
		echo "VQ pid=7 dev=1 queue=vq0 index=0 num=64 desc=0x1000 avail=0x2000 used=0x3000 backend=0 worker=none busy=0"
		echo "RING pid=7 dev=1 queue=vq0 avail_flags=? avail_idx=? error=device"
		echo "END queues=7 unreadable=0 lost=0 us=1"
	} >"$f"
	try "$STAP_VHOST" dump --load "$f"
	expect "$status" 0
	expect "$(grep '^  QUEUE' <<<"$out")" "  QUEUE             vq1
  QUEUE             vq0"
	expect_in "$out" "  Not set up: 5 queues from vq0 to vq5"
	expect_in "$out" "  The rings are in the device's own memory: their content is unknown."
	# they are all there for a program
	try "$STAP_VHOST" dump --format json --load "$f"
	expect "$(python3 -c 'import json, sys
print(*(q["ring"]["error"] for g in json.load(sys.stdin)["guests"] for d in g["devices"] for q in d["queues"]))' <<<"$out")" \
		"not_set_up none not_set_up not_set_up not_set_up not_set_up device"
}

@test "dump: the table, of what was saved" {
	try "$STAP_VHOST" dump --load "$RECORDS"
	expect "$status" 0
	expect "$err" ""
	for line in "Guest 4242 web-1 (qemu-system-x86)" \
		"Device 0: net, interface tap0, queue pair 0, fd 31, owner 4242" \
		"  worker 0: thread 4250 vhost-4242 (vhost_task), sleeping, CPU 1, no work waits" \
		"  QUEUE             RX0                           TX0" \
		"  avail index       1496          1496            30402         30402" \
		"  used event                      1240                          30419" \
		"  next notification with the next (event_idx)     after 18 (event_idx)" \
		"    1240   216    216    pending    1 descriptor, 0 out, 1536 in" \
		"        header: flags needs-csum, gso TCPv4, gso size 1448, header length 66," \
		"        0000  52 54 00 12 34 56 52 54 00 9a bc de 08 00 45 00" \
		"2 queues of 1 guest: 0 broken, 0 perhaps, 0 notes."; do
		expect_in "$out" "$line"
	done
	expect "$(grep -n ' $' <<<"$out")" ""
	first=$out
	try "$STAP_VHOST" dump --load - <"$RECORDS"
	expect "$out" "$first"
	try "$STAP_VHOST" dump --load "$HERE/tests/unit/dump-live.records"
	expect "$status" 0
	expect_in "$out" "    5024   160    63     -"
	expect "$(grep -n ' $' <<<"$out")" ""
}

@test "dump: nothing is wider than 80 columns, in a terminal and in a pipe" {
	long_dump >"$BATS_TEST_TMPDIR/long"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/long"
	expect "$status" 0
	expect_in "$out" "RX7"
	expect_not_in "$out" $'\e'
	within 80
	plain=$out
	in_terminal 80 "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/long"
	within 80
	expect_in "$out" $'\e[1;31mBROKEN'
	expect "$(sed 's/\x1b\[[0-9;]*m//g' <<<"$out")" "$plain"
	NO_COLOR=1 in_terminal 80 "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/long"
	expect "$out" "$plain"
	# four queues beside each other where there is room
	in_terminal 150 "$STAP_VHOST" dump --load "$RECORDS"
	within 150
	expect_in "$out" "RX0                           TX0"
}

@test "dump --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	long_dump >"$BATS_TEST_TMPDIR/long"
	head -n 9 "$RECORDS" >"$BATS_TEST_TMPDIR/cut"
	sed '$i GONE pid=7 why=closed' "$RECORDS" >"$BATS_TEST_TMPDIR/gone"
	for f in "$RECORDS" "$BATS_TEST_TMPDIR/long" "$BATS_TEST_TMPDIR/cut" "$BATS_TEST_TMPDIR/gone"; do
		try "$STAP_VHOST" dump --format json --load "$f"
		as_schema "$HERE/share/schemas/dump.schema.json" "$BATS_TEST_TMPDIR/out"
	done
	expect "$(json 'd["gone"]')" "[{'pid': 7, 'why': 'closed'}]"
}

@test "dump --format json: numbers are numbers, what isn't known is null" {
	try "$STAP_VHOST" dump --format json --load "$RECORDS"
	expect "$status" 0
	expect "$(json 'd["schema"], d["whole"], d["guests"][0]["name"]')" "stap-vhost.dump/1 True web-1"
	tx='d["guests"][0]["devices"][0]["queues"][1]'
	expect "$(json "$tx"'["last_used_idx"], '"$tx"'["log_addr"], '"$tx"'["error"], '"$tx"'["backend"]')" \
		"30402 0xffffffffffffffff none True"
	expect "$(json "$tx"'["derived"]["notify_after"], '"$tx"'["ring"]["used_event"]')" "18 30419"
	expect "$(json 'd["guests"][0]["devices"][0]["iotlb_entries"]')" None
}

@test "dump: features beyond 64 have their names" {
	sed 's/ features=0x138008000/ features=0x138008000 features_high=0x8/' "$RECORDS" >"$BATS_TEST_TMPDIR/high"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/high"
	expect_in "$(tr -s ' \n' ' ' <<<"$out")" "HOST_UDP_TUNNEL_GSO, 0x80000000138008000"
	try "$STAP_VHOST" dump --format json --load "$BATS_TEST_TMPDIR/high"
	expect "$(json 'd["guests"][0]["devices"][0]["feature_names"][-1]')" HOST_UDP_TUNNEL_GSO
}

@test "dump --format records: the lines themselves, and --save keeps them" {
	need_privileges
	try "$STAP_VHOST" dump --format records --save "$BATS_TEST_TMPDIR/saved" web-1
	expect "$status" 0
	expect "$(grep -v '^NAME' <<<"$out")" "$(grep -v '^NAME' "$RECORDS")"
	expect "$(head -n 1 <<<"$out")" "NAME pid=4242 name=web-1"
	expect "$(stat -c %a "$BATS_TEST_TMPDIR/saved")" 600
	expect_in "$(head -n 1 "$BATS_TEST_TMPDIR/saved")" "# stap-vhost dump: records of format 1"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/saved"
	expect "$status" 0
	first=$out
	try "$STAP_VHOST" dump
	expect "$out" "$first"
	try "$STAP_VHOST" dump --save "$BATS_TEST_TMPDIR/no/such" web-1
	expect "$status" 1
	expect_in "$err" "can't write to $BATS_TEST_TMPDIR/no/such"
}

@test "dump: a guest by process id, name, interface; the script gets what was asked for" {
	need_privileges
	process 99 qemu-system-x86 'qemu\0-name\0db\0' vhost-vsock
	for word in 4242 web-1 tap0; do
		try "$STAP_VHOST" dump --rings 4 --descs --headers --payload 16 $word
		expect "$status" 0
		expect "$err" ""
		expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=4242 rings=4 descs=1 headers=1 payload=16"
	done
	try "$STAP_VHOST" dump all
	expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=99.4242"
	# more than a global of SystemTap's holds, and than all of them do
	for pid in $(seq 4100000 4100060); do process "$pid" qemu-system-x86 '' vhost-net; done
	try "$STAP_VHOST" dump all
	args=$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')
	expect "$(tr ' .' '\n\n' <<<"$args" | sed 's/.*=//' | sort -n | xargs)" "99 4242 $(seq -s ' ' 4100000 4100060)"
	expect "$(tr ' ' '\n' <<<"$args" | sed 's/=.*//' | xargs)" "pid pid2"
	expect "$(tr ' ' '\n' <<<"$args" | awk 'length > 500')" ""
	for pid in $(seq 4100061 4100420); do process "$pid" qemu-system-x86 '' vhost-net; done
	try "$STAP_VHOST" dump all
	expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=all"
}

@test "dump: a process whose command line can't be read holds nobody up, and is told" {
	need_privileges
	process 99 qemu-system-x86 '' vhost-net tap1
	rm "$ROOT/proc/99/cmdline"
	mkfifo "$ROOT/proc/99/cmdline"
	# by its number, another process is not even looked at
	try timeout 10 "$STAP_VHOST" dump 4242
	expect "$status" 0
	expect "$err" ""
	silent="can't read the command line of process 99 within 3 seconds: the guest's name is unknown"
	for word in 99 web-1; do
		try timeout 20 "$STAP_VHOST" dump $word
		expect "$word: $status" "$word: 0"
		expect "$err" "stap-vhost: warning: dump: $silent"
	done
	try timeout 10 "$STAP_VHOST" help --complete dump ''
	expect "$status" 0
	expect_in "$out" "web-1"
	# a pipe that reads us ends with us, not with what hangs
	timeout 10 bash -c "\"$STAP_VHOST\" dump 99 2>&1 | cat" >"$BATS_TEST_TMPDIR/out"
}

@test "dump: who isn't meant clearly is asked back, once, with what there is" {
	process 99 qemu-system-x86 'qemu\0-name\0web-1\0' vhost-net tap1
	process 7 qemu-system-x86 'qemu\0-name\0other\0' kvm
	refused()	# STATUS MESSAGE HINT WORDS…
	{
		try "$STAP_VHOST" dump "${@:4}"
		expect "$status" "$1"
		expect "$out" ""
		expect_in "$err" "stap-vhost: dump: $2"
		expect_in "$err" "  hint: $3"
		expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
	}
	both="99 web-1 (tap1); 4242 web-1 (tap0)"
	refused 2 "no guest given: 2 guests have vhost devices" "there are: $both"
	refused 2 "'web-1' matches 2 guests" "give the process id of one: $both" web-1
	refused 1 "no guest with vhost devices has the name or interface 'web'" "there are: $both" web
	refused 1 "process 7 has no vhost device open" "there are: $both" 7
	refused 1 "there is no process 8" "there are: $both" 8
	refused 1 "no guest with vhost devices has the name or interface '\\x1b[2J'" "there are" $'\e[2J'
	rm -r "$ROOT/proc/99" "$ROOT/proc/4242"
	refused 1 "no process here has vhost devices open" "a guest uses vhost with"
	refused 1 "no process here has vhost devices open" "a guest uses vhost with" all
	[ ! -e "$MADE.args" ]
}

@test "dump: what is broken is marked, explained, and counted" {
	records=$(changed 's/ used_idx=30402/ used_idx=30400/' 's/ error=none busy/&/' 's/kick=5120/kick=none/')
	try "$STAP_VHOST" dump --load "$records"
	expect "$status" 0
	expect_in "$out" "  BROKEN   TX0 kick-missing: the queue runs without a kick eventfd: vhost gets
           no kicks for new buffers
           vq.kick=none"
	expect_in "$out" "BROKEN   TX0 used-differs"
	expect_in "$out" "ring.used_idx=30400 vq.last_used_idx=30402"
	expect_in "$out" ": 2 broken, 0 perhaps, 0 notes."
	try "$STAP_VHOST" dump --load "$records" --check
	expect "$status" 4
	try "$STAP_VHOST" dump --load "$RECORDS" --check
	expect "$status" 0
	# at work, nothing is certain
	sed -i 's/kick=none/kick=0/; s/busy=0/busy=1/' "$records"
	try "$STAP_VHOST" dump --load "$records" --check
	expect "$status" 0
	expect_in "$out" "BROKEN?  TX0 used-differs"
	try "$STAP_VHOST" dump --format json --load "$records"
	expect "$(json '[(f["name"], f["class"], f["sure"], f["values"]) for f in d["findings"]]')" \
		"[('used-differs', 'locked', False, {'ring.used_idx': 30400, 'vq.last_used_idx': 30402})]"
}

@test "dump --check: looks twice, shows the second, ends the script" {
	need_privileges
	records=$(changed 's/avail_idx=30402 used_event/avail_idx=30403 used_event/')
	sed 's/seq=1/seq=2/' "$records" >>"$records.2"
	make_staprun 'trap "exit 0" TERM INT
		printf "%s\n" "$*" >>$MADE.args
		cat "'"$records"'" "'"$records.2"'"
		for ((i = 0; i < 200; i++)); do sleep 0.05; done
		exit 1'
	try "$STAP_VHOST" dump --check
	expect "$status" 4
	expect "$err" ""
	expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=4242 watch=1000"
	expect "$(grep -c '^Dump ' <<<"$out")" 1
	expect_in "$out" "Dump 2, "
	expect_in "$out" "BROKEN   TX0 kick-lost"
	# it has moved meanwhile
	sed -i 's/used_event=30419/used_event=30420/' "$records.2"
	try "$STAP_VHOST" dump --check
	expect "$status" 0
	expect_in "$out" "BROKEN?  TX0 kick-lost"
}

@test "dump --watch: again and again, what changed is marked, Ctrl-C ends it cleanly" {
	need_privileges
	sed 's/seq=1/seq=2/; s/used_event=30419/used_event=30427/; s/kick=5120/kick=5123/' "$RECORDS" >"$BATS_TEST_TMPDIR/second"
	make_staprun 'trap "echo \"DUMP format=1 seq=3\"; exit 0" INT
		printf "%s\n" "$*" >>$MADE.args
		cat "$RECORDS" "'"$BATS_TEST_TMPDIR/second"'"
		: >$MADE.ready
		while :; do sleep 0.05; done'
	heard "$STAP_VHOST" dump --watch 2 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	for _ in $(seq 200); do
		grep -q 'Dump 2' "$BATS_TEST_TMPDIR/out" && break
		sleep 0.05
	done
	sleep 0.2
	kill -INT $pid
	status=0
	wait $pid || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out") err=$(cat "$BATS_TEST_TMPDIR/err")
	expect "$status" 0
	expect "$err" ""
	expect "$(tail -n 1 "$MADE.args" | sed 's/.*\.ko //')" "pid=4242 watch=2000"
	expect "$(grep -c '^Dump ' <<<"$out")" 2
	expect "$(grep -c '^-----*$' <<<"$out")" 1
	expect_in "$out" "  used event                      1240                          30427*"
	expect_in "$out" "  kick eventfd      6                             5123*"
	expect_in "$out" "after 26 (event_idx)*"
	expect "$(grep -c '\*$' <<<"$out")" 3
}

@test "dump --watch: a device that takes another's place is compared with itself" {
	need_privileges
	other=$(sed -n '/^DEV/,/^USED.*TX0/p' "$RECORDS" | sed 's/fd=31 if=tap0/fd=30 if=tap9/; s/tid=4250/tid=4249/; s/idx=\([0-9]*\)/idx=7\1/g')
	{
		sed '/^DEV/,$d' "$RECORDS"
		echo "$other"
		sed -n '/^DEV/,$p' "$RECORDS" | sed 's/dev=0/dev=1/'
		sed '/^NAME/d; s/seq=1/seq=2/' "$RECORDS"
	} >"$BATS_TEST_TMPDIR/both"
	make_staprun 'cat "'"$BATS_TEST_TMPDIR/both"'"'
	try "$STAP_VHOST" dump --watch 2
	expect_in "$out" tap9
	expect "$(sed -n '/^Dump 2/,$p' <<<"$out" | grep -c 'tap0')" 1
	expect "$(sed -n '/^Dump 2/,$p' <<<"$out" | grep -c '\*$')" 0
}

@test "dump: on a terminal --watch draws anew in its place" {
	need_privileges
	in_terminal 80 "$STAP_VHOST" dump --watch 1
	expect_in "$out" $'\e[H\e[J'
	expect_in "$out" "Guest 4242 web-1"
}

@test "dump: what is no dump, or not a whole one" {
	head -n 8 "$RECORDS" >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/cut"
	expect "$status" 1
	expect_in "$out" "This dump is truncated: its end is missing."
	expect_in "$err" "dump: the dump is truncated"
	head -n 9 "$RECORDS" | sed '$s/=[0-9]*$/=/' | head -c -1 >"$BATS_TEST_TMPDIR/cut"
	try "$STAP_VHOST" dump --load - <"$BATS_TEST_TMPDIR/cut"
	expect "$status" 1
	expect_in "$out" "This dump is truncated: its end is missing."
	expect_in "$err" "standard input: the last line is incomplete and ignored: is the file truncated?"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/none"
	expect "$status" 1
	expect_in "$err" "can't read $BATS_TEST_TMPDIR/none: No such file"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR"
	expect "$status" 1
	try "$STAP_VHOST" dump --load - </dev/null
	expect "$status" 1
	expect_in "$err" "no dump in standard input"
	try "$STAP_VHOST" dump --load "$STAP_VHOST"
	expect "$status" 1
	expect_in "$err" "line 1: "
	expect "$(wc -l <<<"$err")" 1
	printf 'DUMP format=9 seq=1\n' >"$BATS_TEST_TMPDIR/later"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/later"
	expect "$status" 1
	expect_in "$err" "records of format 9, but this program knows format 1"
	head -c 20000 /dev/zero | tr '\0' x >"$BATS_TEST_TMPDIR/endless"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/endless"
	expect_in "$err" "line 1: longer than 4096 bytes"
}

@test "dump: nothing of a file reaches a terminal raw" {
	sed $'s/web-1/\e]0;x\a/; s/tap0/\e[2Jt/; s/release=[^ ]*/release=\xff\e[m/; s/vhost-4242/\e[31m/; s/end=ok/end=\e[7m/' \
		"$RECORDS" >"$BATS_TEST_TMPDIR/evil"
	for format in text json records; do
		try "$STAP_VHOST" dump --format $format --load "$BATS_TEST_TMPDIR/evil"
		expect "$status" 0
		expect "$(tr -d '\n\t -~' <"$BATS_TEST_TMPDIR/out" | LC_ALL=C tr -d '\200-\376')" ""
		expect_not_in "$out" $'\e'
	done
	printf '\e[2Jx\n' >"$BATS_TEST_TMPDIR/evil"
	try "$STAP_VHOST" dump --load "$BATS_TEST_TMPDIR/evil"
	expect_not_in "$err" $'\e'
}

@test "dump: a script that fails is a failure, and what is missing is said once" {
	need_privileges
	make_staprun 'echo "ERROR: broken" >&2; exit 1'
	try "$STAP_VHOST" dump
	expect "$status" 1
	expect "$out" ""
	expect_in "$err" "ERROR: broken"
	make_staprun 'exit 0'
	try "$STAP_VHOST" dump
	expect "$status" 1
	expect_in "$err" "the script printed no records"
	make_staprun 'head -n 8 "$RECORDS"; echo "ERROR: broken" >&2; exit 1'
	try "$STAP_VHOST" dump
	expect "$status" 1
	expect_in "$out" "This dump is truncated"
	# a line without its end may hold a part of a number
	make_staprun 'head -n 8 "$RECORDS"; printf "VQ pid=42"; exit 0'
	try "$STAP_VHOST" dump
	expect_in "$out" "This dump is truncated"
	expect_not_in "$err" "queue= is missing"
	make_staprun 'echo "VQ pid=1"; exit 0'
	try "$STAP_VHOST" dump
	expect "$status" 1
	expect_in "$err" "the script's output, line 2: queue= is missing"
	rm -rf "$STAP_VHOST_CACHE" "$ROOT/lib/modules/$REL/build"
	try "$STAP_VHOST" dump
	expect "$status" 3
	expect_in "$err" "no headers of kernel $REL"
	expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
}

@test "dump: a reader that goes away, and a full disk" {
	run bash -c "'$STAP_VHOST' dump --load '$RECORDS' | head -n 1"
	[ "$status" -eq 0 ]
	[ -e /dev/full ] || skip "no /dev/full"
	for format in text json records; do
		run bash -c "'$STAP_VHOST' dump --load '$RECORDS' --format $format >/dev/full"
		[ "$status" -eq 1 ]
		[[ "$output" == *"can't write to standard output: No space left on device"* ]]
	done
}

@test "dump: who reads along sees each dump when it is whole" {
	for format in text json records; do
		try bash -c '{
				cat "$1"
				for i in {1..100}; do [ -e "$3.seen" ] || sleep 0.05; done
				[ ! -e "$3.seen" ] || touch "$3.early"
			} | "$2" dump --load - --format "$4" | { read -r line; touch "$3.seen"; cat; }' \
			- "$RECORDS" "$STAP_VHOST" "$BATS_TEST_TMPDIR/$format" "$format"
		expect "$status" 0
		[ -e "$BATS_TEST_TMPDIR/$format.early" ] || { echo "$format comes late"; false; }
	done
}

@test "dump: a full disk for what it saves" {
	need_privileges
	[ -e /dev/full ] || skip "no /dev/full"
	run bash -c "'$STAP_VHOST' dump --save /dev/full"
	[ "$status" -eq 1 ]
	[[ "$output" == *"can't write to /dev/full"* ]]
}

@test "dump: input that fails on its way is no dump" {
	local format
	for format in text json; do
		python3 - "$STAP_VHOST" "$HERE/tests/unit/dump.records" $format >"$BATS_TEST_TMPDIR/seen" <<-'EOF'
			import os, pty, subprocess, sys, time, tty
			reader, writer = pty.openpty()	# a terminal that hangs up: EIO
			tty.setraw(writer)
			p = subprocess.Popen([sys.argv[1], "dump", "--format", sys.argv[3], "--load", "-"], stdin=writer,
			                     stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
			os.close(writer)
			for line in open(sys.argv[2]).read().splitlines()[:9]:
			    os.write(reader, line.encode() + b"\n")
			for _ in range(1000):	# until it waits for more: read(0), 63 on arm64
			    if open(f"/proc/{p.pid}/syscall").read().split()[:2] in (["0", "0x0"], ["63", "0x0"]): break
			    time.sleep(0.01)
			os.close(reader)
			out, err = p.communicate()
			print(p.returncode, repr(out), err, end="")
		EOF
		expect "$(cat "$BATS_TEST_TMPDIR/seen")" "1 '' stap-vhost: can't read standard input: Input/output error"
	done
}
