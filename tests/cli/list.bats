#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

setup()
{
	make_host
	# alone: the source tree that it was built in has scripts too
	cp "$STAP_VHOST" "$BATS_TEST_TMPDIR/stap-vhost"
	STAP_VHOST=$BATS_TEST_TMPDIR/stap-vhost
	cat >"$DATA/scripts/host-queryqemu.meta" <<-EOF
		title: Notify decisions
		name: host-queryqemu.stp
		status: production
		arg_1: process ids
		arg_2: OPTION=VALUE
		description: What it does, in a sentence that is long enough to need more than one line of a terminal.
		usage: stap host-queryqemu.stp PID
	EOF
}

@test "list: a line for each script, '?' where there is no .meta" {
	try "$STAP_VHOST" list
	expect "$status" 0
	expect "$err" ""
	expect "$(sed 's/  */ /g' <<<"$out")" "SCRIPT WHAT IT SHOWS
host-queryqemu Notify decisions
host-queryvhost ?"
}

@test "list: a directory that comes first hides a script of the same name, and adds its own" {
	mkdir -p "$BATS_TEST_TMPDIR/share/stap-vhost/scripts" "$BATS_TEST_TMPDIR/sbin"
	cp "$STAP_VHOST" "$BATS_TEST_TMPDIR/sbin"
	for name in host-queryqemu another; do
		echo 'probe begin { }' >"$BATS_TEST_TMPDIR/share/stap-vhost/scripts/$name.stp"
	done
	try "$BATS_TEST_TMPDIR/sbin/stap-vhost" list --names
	expect "$out" "another
host-queryqemu
host-queryvhost"
	try "$BATS_TEST_TMPDIR/sbin/stap-vhost" list
	expect_in "$out" "Notify decisions"
}

@test "list -v: description, usage and arguments, within 80 columns" {
	try "$STAP_VHOST" list -v
	expect "$status" 0
	for word in "usage: stap host-queryqemu.stp PID" "process ids" "OPTION=VALUE" \
		"file: $DATA/scripts/host-queryqemu.stp"; do
		expect_in "$out" "$word"
	done
	expect "$(grep -v file: <<<"$out" | awk 'length > 80' | wc -l)" 0
}

@test "list --format json: all fields, null where a script has none" {
	try "$STAP_VHOST" list --format json
	expect "$status" 0
	expect "$(json 'd["schema"]')" stap-vhost.list/1
	expect "$(json '[s["name"] for s in d["scripts"]]')" "['host-queryqemu', 'host-queryvhost']"
	expect "$(json 'd["scripts"][0]["arguments"]')" "['process ids', 'OPTION=VALUE']"
	expect "$(json 'd["scripts"][0]["status"]')" production
	expect "$(json 'd["scripts"][1]["title"], d["scripts"][1]["arguments"]')" "None None"
	expect "$(json 'd["scripts"][1]["path"]')" "$DATA/scripts/host-queryvhost.stp"
}

@test "list --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	try "$STAP_VHOST" list --format json
	as_schema "$HERE/share/schemas/list.schema.json" "$BATS_TEST_TMPDIR/out"
	STAP_VHOST_DATADIR=$HERE try "$STAP_VHOST" list --format json
	as_schema "$HERE/share/schemas/list.schema.json" "$BATS_TEST_TMPDIR/out"
	rm -r "$DATA/scripts"
	try "$STAP_VHOST" list --format json
	as_schema "$HERE/share/schemas/list.schema.json" "$BATS_TEST_TMPDIR/out"
}

@test "list: what a .meta says can't reach a terminal raw" {
	printf 'title: \e]0;x\a\n' >"$DATA/scripts/host-queryvhost.meta"
	for words in "list" "list -v" "list --format json"; do
		# shellcheck disable=SC2086 # words are words
		try "$STAP_VHOST" $words
		expect "$status" 0
		expect_not_in "$out" $'\e'
	done
}

@test "list: no scripts at all is status 3" {
	rm -r "$DATA/scripts"
	try "$STAP_VHOST" list
	expect "$status" 3
	expect "$out" ""
	expect_in "$err" "list: no scripts are installed"
}
