#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

# as their sources call them
verbs=$(find "$BATS_TEST_DIRNAME/../../runtime/cmd" -name "*.c" -exec sed -nE '/^VERB = /,/^}/s/^\t\.name = "([a-z]*)",$/\1/p' {} +)

@test "help lists every verb on standard output" {
	try "$STAP_VHOST" help
	expect "$status" 0
	expect "$err" ""
	for verb in $verbs; do
		expect_in "$out" "  $verb "
	done
	first=$out
	try "$STAP_VHOST" --help
	expect "$out" "$first"
}

@test "each verb has --help, and help VERB is the same" {
	for verb in $verbs; do
		try "$STAP_VHOST" $verb --help
		expect "$status" 0
		expect_in "$out" "Usage: stap-vhost $verb "
		expect_in "$out" "--help"
		first=$out
		try "$STAP_VHOST" help $verb
		expect "$out" "$first"
	done
}

@test "each verb that prints JSON names its schema, which is there" {
	n=0
	for verb in $verbs; do
		try "$STAP_VHOST" $verb --help
		grep -q -- '--format [a-z|]*json' <<<"$out" || continue
		expect_in "$(tr -s ' \n' ' ' <<<"$out")" "stap-vhost.$verb/1, as $verb.schema.json in the data directory describes it"
		expect "$(grep -h '^ "title"' $HERE/share/schemas/$verb.schema.json)" " \"title\": \"stap-vhost.$verb/1\","
		n=$((n + 1))
	done
	[ "$n" -ge 10 ]
	# and no schema is of a verb that prints none
	schemas=$(basename -as .schema.json "$HERE"/share/schemas/*.schema.json | grep -cxF "$verbs")
	expect "$n" "$schemas"
}

@test "run --help shows options, examples and exit statuses" {
	try "$STAP_VHOST" run --help
	for word in "-v, --verbose" "-n, --dry-run" "-r, --release RELEASE" \
		"-G, --global NAME=VALUE" "--stap PATH" "Examples:" "Exit status:" "128+N" \
		"STAP_VHOST_SYSROOT"; do
		expect_in "$out" "$word"
	done
}

@test "version is one line" {
	try "$STAP_VHOST" version
	expect "$status" 0
	[[ "$out" =~ ^stap-vhost\ [0-9]+\.[0-9]+ ]]
	first=$out
	try "$STAP_VHOST" --version
	expect "$out" "$first"
}

@test "no verb, an unknown verb, an unknown option: status 2, words on standard error only" {
	for words in "" "frobnicate" "run --frobnicate" "run -Q x" "run --dry-run=yes x" \
		"run --release" "run -G" "run -G noequals x" "run" "help frobnicate" \
		"version x" "list x" "quirks x" "doctor x" "doctor --format" "quirks --format yaml" "list --format" "list --format xml" "list --names --format json" \
		"dump a b" "dump --rings" "dump --rings 0" "dump --rings x" "dump --rings 99999" "dump --descs" "dump --headers a" \
		"dump --payload 4" "dump --rings 4 --payload 9999" "dump --watch 0.5" "dump --format csv" "dump --load x y" \
		"diagnose a b" "diagnose -d" "diagnose -d 0" "diagnose -d 1.5" "diagnose -d 99999" "diagnose --format csv" \
		"diagnose --load x y" "diagnose --load x -d 1" "diagnose --load x --save y" \
		"dump --load x --watch 1" "dump --load x --rings 2" "dump --load x --save y"; do
		# shellcheck disable=SC2086 # words are words
		try "$STAP_VHOST" $words
		expect "$words: $status" "$words: 2"
		expect "$words: $out" "$words: "
		expect_in "$err" "stap-vhost: "
	done
}

@test "what is wrong is named, and what was meant" {
	try "$STAP_VHOST" rnu
	expect "$err" "stap-vhost: no verb 'rnu'
  hint: did you mean run?"
	try "$STAP_VHOST" run --frobnicate
	expect_in "$err" "no option '--frobnicate'"
	try "$STAP_VHOST" run -nQ x
	expect_in "$err" "no option '-Q'"
	try "$STAP_VHOST" run --dry-run=yes x
	expect_in "$err" "option '--dry-run=yes' takes no value"
	try "$STAP_VHOST" run --release
	expect_in "$err" "option '--release' needs a value"
}

@test "an option is told with the one that was meant" {
	try "$STAP_VHOST" dump --watchh 3
	expect "$status" 2
	expect "$err" "stap-vhost: dump: no option '--watchh'
  hint: did you mean --watch?"
	try "$STAP_VHOST" diagnose --durration=3
	expect_in "$err" "did you mean --duration?"
	try "$STAP_VHOST" list --frobnicate
	expect_in "$err" "hint: stap-vhost list --help lists the options"
	try "$STAP_VHOST" diagnose --format xml
	expect "$err" "stap-vhost: diagnose: --format wants one of text, json, not 'xml'"
	try "$STAP_VHOST" diagnose --duration 0
	expect "$err" "stap-vhost: diagnose: --duration wants a time of 1s to 86400s, such as 10s or 2m, not '0'"
	try "$STAP_VHOST" dump -v=3
	expect "$err" "stap-vhost: dump: no option '-='
  hint: stap-vhost dump --help lists the options"
	try "$STAP_VHOST" report --format=csv -xn
	expect_in "$err" "no option '-x'"
	try "$STAP_VHOST" dump --check=1
	expect_in "$err" "option '--check=1' takes no value"
	try "$STAP_VHOST" dump --rings
	expect_in "$err" "option '--rings' needs a value"
	try "$STAP_VHOST" run -G
	expect_in "$err" "option '-G' needs a value"
}

@test "options stand anywhere, but behind the script of run" {
	trace=$HERE/tests/graph/traces/6.1-everything.txt
	try "$STAP_VHOST" report --format csv --top 3 "$trace"
	expect "$status" 0
	first=$out
	try "$STAP_VHOST" report "$trace" --format csv --top 3
	expect "$out" "$first"
	try "$STAP_VHOST" report --top 3 "$trace" --format=csv
	expect "$out" "$first"
	# what is behind -- is none
	try "$STAP_VHOST" report "$trace" -- --top
	expect "$status" 1
	expect_in "$err" "--top"
	try "$STAP_VHOST" help --complete run host-queryqemu --st
	expect_not_in "$out" --stap
	try "$STAP_VHOST" help --complete report x --so
	expect "$(grep -c -- --sort <<<"$out")" 1
}

@test "-q and --no-progress, --color: of every verb" {
	try "$STAP_VHOST" dump nobody
	expect_in "$err" "  hint: "
	try "$STAP_VHOST" dump nobody -q
	expect "$status" 1
	expect_in "$err" "no guest with vhost devices has the name or interface 'nobody'"
	expect_not_in "$err" "hint: "
	trace=$HERE/tests/graph/traces/6.1-everything.txt
	try "$STAP_VHOST" report "$trace"
	expect_not_in "$out" $'\e['
	try "$STAP_VHOST" report "$trace" --color=always
	expect_in "$out" $'\e['
	try env NO_COLOR=1 "$STAP_VHOST" report "$trace" --color=always
	expect_in "$out" $'\e['
	try "$STAP_VHOST" report "$trace" --color never --no-progress
	expect_not_in "$out" $'\e['
	for verb in $verbs; do
		try "$STAP_VHOST" "$verb" --color=blue
		expect "$verb $status" "$verb 2"
		expect_in "$err" "--color wants one of auto, always, never, not 'blue'"
	done
}

@test "help is as wide as the terminal" {
	for columns in 60 100 200; do
		in_terminal $columns "$STAP_VHOST" diagnose --help
		widest=$(tr -d '\r' <<<"$out" | sed -n '/^Watches/,/^The verdicts/p' | awk '{ n = length($0); if (n > most) most = n } END { print most }')
		[ "$widest" -le $columns ]
		[ "$widest" -le 100 ]
		[ "$widest" -gt $((columns < 100 ? columns - 20 : 80)) ]
	done
}

@test "a name with control characters reaches no terminal" {
	try "$STAP_VHOST" run $'\e[2Jx\ny'
	expect "$status" 2
	expect_in "$err" '\x1b[2Jx\ny'
	expect_not_in "$err" $'\e'
}

@test "standard output that can't be written is a failure" {
	[ -e /dev/full ] || skip "no /dev/full"
	run bash -c "'$STAP_VHOST' help >/dev/full"
	[ "$status" -eq 1 ]
	[[ "$output" == *"can't write to standard output"* ]]
}
