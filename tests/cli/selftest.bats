#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests and script are stubs that repeat a recorded run: what is tried here is what
# is missing, what goes wrong, and how it ends. tests/lab has the real ones.

load helper

setup()
{
	make_host
	cp "$HERE/scripts/selftest.stp" "$DATA/scripts"
	export EVIDENCE=$HERE/tests/unit/selftest.evidence PIDS=$BATS_TEST_TMPDIR/pids
	make_guest ''
	make_staprun "$SEES"
}

# Ctrl-C brings the records
SEES='
	trap "grep \"^seen: [^R]\" \$EVIDENCE | cut -c7-; exit 0" INT
	echo $$ >>$PIDS
	echo "ARMED processes=3"
	while :; do sleep 0.05; done'

# A stub of vguest, with the shell code $1 before its traffic
make_guest()
{
	export STAP_VHOST_VGUEST=$BATS_TEST_TMPDIR/vguest
	cat >"$STAP_VHOST_VGUEST" <<-EOF
		#!/bin/bash
		who=plain
		case " \$* " in *' --fault '*) who=fault ;; *' --iommu '*) who=iommu ;; esac
		says() { sed -n "s/^\$who: //p" "\$EVIDENCE" | grep "\$@"; }
		trap 'exit 0' TERM
		echo \$\$ >>"\$PIDS"
		readlink /proc/self/ns/net >>"\$PIDS.net"
		says ^ready
		read -r go
		$1
		says -v ^ready
		exec 2>/dev/null	# bash tells of the sleep that it loses
		while :; do sleep 0.05; done
	EOF
	chmod +x "$STAP_VHOST_VGUEST"
}

need_namespaces()
{
	need_privileges
	unshare -nm true 2>/dev/null || skip "no namespaces here"
}

# All that was started has ended
gone()
{
	local pid i

	while read -r pid; do
		for i in $(seq 100); do
			[ -e "/proc/$pid" ] || continue 2
			# a zombie has ended
			grep -q '^State:.*Z' "/proc/$pid/status" && continue 2
			sleep 0.05
		done
		echo "process $pid is left"
		return 1
	done <"$PIDS"
}

@test "selftest: wrong options" {
	for words in "--packets x" "--packets 1" "--packets 1e9" "-p -5" "--format xml" "--frob" "extra"; do
		# shellcheck disable=SC2086 # words
		try "$STAP_VHOST" selftest $words
		expect "$words: $status" "$words: 2"
		expect "$out" ""
		expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
	done
}

@test "selftest: each thing that is missing has one message, a hint and status 3" {
	need_privileges
	missing()	# WORDS-OF-THE-MESSAGE WORDS-OF-THE-HINT
	{
		try "$STAP_VHOST" selftest
		expect "$status" 3
		expect "$out" ""
		expect_in "$err" "$1"
		expect_in "$err" "  hint: "
		expect_in "$err" "$2"
		expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
		[ ! -e "$PIDS" ]
	}
	STAP_VHOST_VGUEST=$BATS_TEST_TMPDIR/none missing "no program $BATS_TEST_TMPDIR/none" '$STAP_VHOST_VGUEST'
	rmdir "$ROOT/sys/module/tun"
	missing "the tun module is not loaded" "modprobe tun"
	rmdir "$ROOT/sys/module/vhost_net"
	missing "the vhost_net module is not loaded" "modprobe vhost_net"
}

@test "selftest: who isn't root is told so" {
	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || skip "no setpriv"
		copy=$(mktemp -d)
		cp "$STAP_VHOST" "$copy"
		chmod -R a+rX "$copy"
		unset STAP_VHOST_SYSROOT
		try setpriv --reuid=65534 --regid=65534 --clear-groups "$copy/${STAP_VHOST##*/}" selftest
		rm -r "$copy"
	else
		try "$STAP_VHOST" selftest
	fi
	expect "$status" 3
	expect_in "$err" "selftest: needs root"
	expect_in "$err" "  hint: "
}

@test "selftest: a recorded run is exact, in namespaces of its own" {
	need_namespaces
	try "$STAP_VHOST" selftest
	expect "$status" 0
	expect "$err" ""
	expect "$(head -n 1 <<<"$out")" \
		"ALIAS                 QUEUE  EXPECTED  SEEN     VERDICT  WHAT IS COUNTED"
	expect "$(tail -n 1 <<<"$out")" "Every alias tested is exact on kernel $REL with SystemTap 5.1."
	expect_in "$out" "Not tested, because these guests can't make them fire: kvm.halt,"
	expect "$(awk 'length > 80' <<<"$out")" ""
	gone
	expect "$(sort -u "$PIDS.net" | wc -l)" 3
	expect "$(grep -cxF "$(readlink /proc/self/ns/net)" "$PIDS.net")" 0
}

@test "selftest --format json" {
	need_namespaces
	try "$STAP_VHOST" selftest --format json
	expect "$status" 0
	python3 - "$BATS_TEST_TMPDIR/out" "$REL" <<-'EOF'
		import json, sys
		d = json.load(open(sys.argv[1]))
		assert d["schema"] == "stap-vhost.selftest/1", d["schema"]
		assert d["exact"] is True and d["kernel"] == sys.argv[2] and d["stap_version"] == "5.1"
		assert "kvm.sched_in" in d["untested"] and "vhost.kick" not in d["untested"], d["untested"]
		kick = [r for r in d["aliases"] if r["alias"] == "vhost.kick" and r["queue"] == "TX0"]
		assert len(kick) == 1 and kick[0]["expected"] == kick[0]["seen"] > 0, kick
		assert all(r["verdict"] == "exact" and r["why"] for r in d["aliases"])
	EOF
}

@test "selftest --format json: what the schema says, and nothing that it doesn't" {
	need_namespaces
	need_jsonschema
	try "$STAP_VHOST" selftest --format json
	as_schema "$HERE/share/schemas/selftest.schema.json" "$BATS_TEST_TMPDIR/out"
	sed '/^seen: ALIAS name=vhost.used /d; s/^\(seen: ALIAS name=vhost.kick .*\) times=[0-9]*/\1 times=0/; s/^\(fault: TX0 .*\) vq_errors=1 /\1 vq_errors=2 /' "$EVIDENCE" >"$BATS_TEST_TMPDIR/evidence"
	EVIDENCE=$BATS_TEST_TMPDIR/evidence try "$STAP_VHOST" selftest --format json
	expect "$status" 4
	as_schema "$HERE/share/schemas/selftest.schema.json" "$BATS_TEST_TMPDIR/out"
	expect "$(json 'sorted({r["verdict"] for r in d["aliases"]})')" "['exact', 'never fired', 'unknown', 'wrong']"
}

@test "selftest: what isn't exact is named, with the guest" {
	need_namespaces
	sed 's/^\(fault: TX0 .*\) vq_errors=1 /\1 vq_errors=2 /' "$EVIDENCE" >"$BATS_TEST_TMPDIR/evidence"
	EVIDENCE=$BATS_TEST_TMPDIR/evidence try "$STAP_VHOST" selftest
	expect "$status" 4
	expect_in "$out" "vhost.error           TX0    2         1        wrong"
	expect_in "$out" "guest 'fault': 2 expected, 1 seen"
	expect_in "$out" "Not exact on kernel $REL with SystemTap 5.1: vhost.error,
vhost_net.run."
	gone
}

@test "selftest: a guest that ends, or counts wrong" {
	need_namespaces
	make_guest 'echo "vguest: it broke" >&2; exit 1'
	try "$STAP_VHOST" selftest
	expect "$status" 1
	expect "$out" ""
	expect_in "$err" "vguest: it broke"
	expect_in "$err" "has ended with status 1"
	gone
	make_guest 'trap "exit 1" TERM'
	try "$STAP_VHOST" selftest
	expect "$status" 1
	expect_in "$err" "ended with status 1: its numbers can't be trusted"
	gone
}

@test "selftest: a script that doesn't run" {
	need_namespaces
	make_staprun 'echo "ERROR: broken" >&2; exit 1'
	try "$STAP_VHOST" selftest
	expect "$status" 1
	expect_in "$err" "ERROR: broken"
	expect_in "$err" "the script has ended with status 1"
	gone
	# what is missing for it is said by run, once
	rm -rf "$STAP_VHOST_CACHE" "$ROOT/lib/modules/$REL/build"
	try "$STAP_VHOST" selftest
	expect "$status" 3
	expect_in "$err" "no headers of kernel $REL"
	expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
	gone
}

@test "selftest: however it is ended, its processes end" {
	need_namespaces
	make_guest 'while :; do sleep 0.05; done'	# a longer one would outlive it, and bats waits for it
	for s in TERM HUP KILL; do
		rm -f "$PIDS"
		heard "$STAP_VHOST" selftest >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
		pid=$!
		for _ in $(seq 200); do
			[ "$(wc -l <"$PIDS")" = 4 ] && break
			sleep 0.05
		done 2>/dev/null
		sleep 0.3
		kill -$s $pid
		status=0
		wait $pid || status=$?
		expect "$status" $((128 + $(kill -l $s)))
		expect "$(cat "$BATS_TEST_TMPDIR/out")" ""
		gone
	done
}
