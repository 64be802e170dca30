#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# However a run ends, staprun must be told, once, so that it takes its module away.

load helper

setup()
{
	need_privileges
	make_host
	export GOT=$BATS_TEST_TMPDIR/got STUB=$BATS_TEST_TMPDIR/stub
	# As staprun: a signal is counted, the summary is printed, the end is clean
	make_staprun '
		for s in INT TERM HUP QUIT; do trap "echo $s >>$GOT; end=1" $s; done
		sleep 30 & long=$!
		echo $$ >$STUB
		until [ "$end" ]; do wait $long; done	# a trap ends a wait at once
		kill $long
		sleep 0.3 & wait $!	# time for a second one
		echo summary
		exit ${STUB_STATUS:-0}'
}

teardown()
{
	# a stub that is left, with its group
	if [ -s "$STUB" ]; then kill -KILL -- "-$(cat "$STUB")" 2>/dev/null || :; fi
}

wait_for()	# COMMAND…
{
	for _ in $(seq 200); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	echo "waited in vain for: $*"
	return 1
}

start()
{
	heard "$STAP_VHOST" run host-queryqemu >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	wait_for test -s "$STUB"
}

finish()
{
	status=0
	wait "$pid" || status=$?
	out=$(cat "$BATS_TEST_TMPDIR/out")
	err=$(cat "$BATS_TEST_TMPDIR/err")
}

@test "SIGTERM, SIGINT and SIGHUP reach stap once; its summary and its status come back" {
	for s in TERM INT HUP; do
		rm -f "$GOT" "$STUB"
		start
		kill -$s "$pid"
		finish
		expect "$s: $status" "$s: 0"
		expect "$(cat "$GOT")" "$s"
		expect "$out" "summary"
	done
	rm -f "$GOT" "$STUB"
	export STUB_STATUS=5
	start
	kill -TERM "$pid"
	finish
	expect "$status" 5
}

@test "SIGQUIT becomes SIGTERM: stapio would leave the module loaded" {
	start
	kill -QUIT "$pid"
	finish
	expect "$status" 0
	expect "$(cat "$GOT")" TERM
}

@test "the same signal twice at once is one, as timeout sends it" {
	start
	kill -TERM "$pid"
	sleep 0.03	# else the kernel makes one of them
	kill -TERM "$pid"
	finish
	expect "$status" 0
	expect "$(wc -l <"$GOT")" 1
	rm -f "$GOT" "$STUB"
	try timeout 2 "$STAP_VHOST" run host-queryqemu
	expect "$status" 124
	expect "$(cat "$GOT")" TERM
	expect "$out" "summary"
}

@test "SIGKILL of the wrapper: stap gets SIGTERM" {
	start
	kill -KILL "$pid"
	finish
	expect "$status" 137
	wait_for test -s "$GOT"
	# from the kernel, and from the guard
	expect "$(sort -u "$GOT")" TERM
}

@test "SIGKILL of stap: what it ran is told" {
	make_staprun '
		echo $$ >$STUB
		(trap "sleep 0.3; echo staprun >>$GOT; exit" TERM; while :; do sleep 0.05; done) &
		wait'
	start
	sleep 0.2	# until the other has set its trap
	kill -KILL "$(cat "$STUB")"
	finish
	expect "$status" 137
	# it was waited for: no module is left when we are gone
	expect "$(cat "$GOT")" staprun
}

@test "nohup: SIGHUP stays ignored" {
	nohup "$STAP_VHOST" run host-queryqemu >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" &
	pid=$!
	wait_for test -s "$STUB"
	kill -HUP "$pid"
	sleep 0.3
	[ ! -e "$GOT" ]
	kill -TERM "$pid"
	finish
	expect "$(cat "$GOT")" TERM
}

@test "Ctrl-C on a terminal reaches stap once" {
	command -v script >/dev/null || skip "no script(1) for a terminal"
	mkfifo "$BATS_TEST_TMPDIR/keys"
	script -qefc "env --default-signal=INT '$STAP_VHOST' run host-queryqemu" "$BATS_TEST_TMPDIR/log" \
		<"$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/out" 2>&1 &
	pid=$!
	exec 7>"$BATS_TEST_TMPDIR/keys"
	wait_for test -s "$STUB"
	printf '\003' >&7
	wait_for test -s "$GOT"
	status=0
	wait "$pid" || status=$?
	exec 7>&-
	err=$(cat "$BATS_TEST_TMPDIR/out")
	expect "$status" 0
	expect "$(cat "$GOT")" INT
	expect_in "$err" "summary"
}

@test "no hint for what an interrupt broke" {
	make_stap '
		trap "echo \"Pass 4: compilation failed.\" >&2; exit 1" INT
		echo $$ >$STUB
		while :; do sleep 0.05; done'
	start
	kill -INT "$pid"
	finish
	expect "$status" 1
	expect "$err" "Pass 4: compilation failed."
}

@test "what the caller has closed is /dev/null to us, and the guard's socket is none of it" {
	make_staprun 'for fd in 0 1 2; do readlink "/proc/$PPID/fd/$fd"; done >"$GOT"
		ls -l "/proc/$PPID/fd" | grep -c socket: >>"$GOT"'
	"$STAP_VHOST" run host-queryqemu <&- >&- 2>&- 3>&- 4>&- || :
	expect "$(cat "$GOT")" "/dev/null
/dev/null
/dev/null
1"
	# which a write to it still says
	status=0
	"$STAP_VHOST" version >&- || status=$?
	expect "$status" 1
}
