#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# That the tests themselves come to an end, wherever they are started from.

load helper

clean()	# COMMAND…: not as a part of this run of bats
{
	env -i PATH="$(sed 's,[^:]*/bats-core:,,g' <<<"$PATH")" HOME="$HOME" BUILD="$BUILD" STAP_VHOST="$STAP_VHOST" \
		BATS_TEST_TIMEOUT="$BATS_TEST_TIMEOUT" FILE_TIMEOUT="$FILE_TIMEOUT" "$@"
}

runs()	# a file of these tests: "NAME" COMMAND…
{
	printf '@test %s { %s; }\n' "$@" >"$BATS_TEST_TMPDIR/a.bats"
	try clean "$HERE/tests/cli/run" "$BATS_TEST_TMPDIR/a.bats"
}

@test "a test that hangs fails, and those after it run" {
	command -v pkill >/dev/null || command -v ps >/dev/null || skip "bats ends no test without pkill or ps"
	export BATS_TEST_TIMEOUT=1
	runs hangs 'sleep 1000' passes true
	[ "$status" -ne 0 ]
	expect_in "$out" "not ok 1 hangs"
	expect_in "$out" "ok 2 passes"
}

@test "a file of tests that can't be ended by bats is ended" {
	export BATS_TEST_TIMEOUT=1000 FILE_TIMEOUT=1
	runs hangs 'sleep 1000'
	[ "$status" -ne 0 ]
	expect_in "$out" "not ok - cli/a took longer than 1 s"
}

@test "signals that whoever started us ignores are tested all the same" {
	need_privileges
	BATS_TEST_TIMEOUT=60 try clean env --ignore-signal=HUP,INT,QUIT bats --tap -f 'reach stap once' "$BATS_TEST_DIRNAME/signals.bats"
	expect "$status" 0
}
