#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

setup()
{
	make_host
}

@test "quirks: those that apply, why, and the remedy" {
	try "$STAP_VHOST" quirks
	expect "$status" 0
	expect "$err" ""
	expect_in "$(tr "\n" " " <<<"$out")" "SystemTap 5.1 ($STAP_VHOST_STAP) with kernel $REL:"
	expect_in "$out" "uprobe-unregister"
	expect_in "$out" "the kernel exports uprobe_unregister_nosync"
	expect_in "$out" "remedy: stap -DSTAPCONF_UPROBE_UNREGISTER_EXPORTED=1"
	expect_in "$out" "remedy: STAP_PR13193_OVERRIDE=1 in stap's environment"
}

@test "quirks: what doesn't apply is shown with --all" {
	printf '0x1\tuprobe_unregister\tvmlinux\tEXPORT_SYMBOL_GPL\t\n' \
		>"$ROOT/usr/src/headers/Module.symvers"
	try "$STAP_VHOST" quirks
	expect "$status" 0
	expect_not_in "$out" "uprobe-unregister"
	try "$STAP_VHOST" quirks --all
	expect_in "$out" "no       uprobe-unregister"
}

@test "quirks -r: by version where there are no headers" {
	try "$STAP_VHOST" quirks -r 6.12.9
	expect "$status" 0
	expect_in "$out" "by version: kernel 6.12.9 is among 6.12 and later"
	try "$STAP_VHOST" quirks -r 6.1.9
	expect "$status" 0
	expect_not_in "$out" "uprobe-unregister"
	try "$STAP_VHOST" quirks -r ../x
	expect "$status" 2
}

@test "quirks --format json" {
	try "$STAP_VHOST" quirks --all --format json
	expect "$status" 0
	expect "$(json 'd["schema"], d["kernel"], d["stap_version"]')" "stap-vhost.quirks/1 $REL 5.1"
	expect "$(json '[q["flags"] for q in d["quirks"] if q["id"] == "uprobe-unregister"]')" \
		"[['-DSTAPCONF_UPROBE_UNREGISTER_EXPORTED=1']]"
	expect "$(json '{q["applies"] for q in d["quirks"] if q["id"] == "kptr-restrict"}')" "{True}"
	expect "$(json '{type(q["why"]) for q in d["quirks"]}')" "{<class 'list'>}"
}

@test "quirks --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	for words in "" "--all" "-r 6.12.9" "--all -r 4.19.1"; do
		# shellcheck disable=SC2086 # words are words
		try "$STAP_VHOST" quirks $words --format json
		expect "$status" 0
		as_schema "$HERE/share/schemas/quirks.schema.json" "$BATS_TEST_TMPDIR/out"
	done
}

@test "quirks: without SystemTap status 3, one message, a hint" {
	try "$STAP_VHOST" quirks --stap /nonexistent/stap
	expect "$status" 3
	expect "$out" ""
	expect_in "$err" "SystemTap is not installed"
	expect_in "$err" "  hint: apt-get install systemtap"
}
