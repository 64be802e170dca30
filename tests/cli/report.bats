#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What 'report' says of real traces (tests/graph/traces), and how it ends. What a line means is tried by unit tests.

load helper

TRACES=$HERE/tests/graph/traces
COUNT=$HERE/tests/graph/count

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
}

report()
{
	try "$STAP_VHOST" report "$@"
}

# The value of a function in CSV: COLUMN FUNCTION
value()
{
	python3 -c 'import csv, sys
for row in csv.DictReader(sys.stdin):
    if row["function"] == sys.argv[2]: print(row[sys.argv[1]])' "$1" "$2" <<<"$out"
}

@test "each trace: calls and times of all functions are what an independent count says" {
	n=0
	for trace in "$TRACES"/*.txt; do
		[ "$trace" != "$TRACES/documented.txt" ] || continue
		try "$COUNT" --compare "$STAP_VHOST" "$trace"
		[ "$status" = 0 ] || { echo "$trace: $out$err"; false; }
		n=$((n + 1))
	done
	[ "$n" -ge 15 ]
}

@test "lost events, as kernels tell of them: calls are what an independent count says" {
	trace=$TRACES/lost-and-moved.txt
	for words in 's/LOST [0-9]* EVENTS/LOST EVENTS/' 's/LOST \([0-9]*\) EVENTS/\1 EVENTS DROPPED/' 's/ [01]) / /'; do
		sed "$words" "$trace" >"$BATS_TEST_TMPDIR/lost.txt"
		! cmp -s "$trace" "$BATS_TEST_TMPDIR/lost.txt"
		try "$COUNT" --compare "$STAP_VHOST" "$BATS_TEST_TMPDIR/lost.txt"
		[ "$status" = 0 ] || { echo "$words: $out$err"; false; }
	done
}

@test "report --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	for trace in "$TRACES"/*.txt; do
		report --format json --share 0 --slowest 5 --timeline "$trace"
		[ "$status" = 0 ]
		as_schema "$HERE/share/schemas/report.schema.json" out
	done
	report --diff --format json "$TRACES/6.12-filter.txt" "$TRACES/6.12-default.txt"
	as_schema "$HERE/share/schemas/report-diff.schema.json" out
}

@test "each trace: every line is accounted for" {
	for trace in "$TRACES"/*.txt; do
		report --format json --share 0 --slowest 5 "$trace"
		[ "$status" = 0 ]
		python3 - "$trace" 3<"$BATS_TEST_TMPDIR/out" <<-'EOF'
			import json, os, sys
			d = json.load(os.fdopen(3))
			text = open(sys.argv[1], "rb").read()
			lines = text.count(b"\n") + (not text.endswith(b"\n"))
			kinds = {k: v for k, v in d["lines"].items() if k not in ("all", "filtered_out")}
			assert d["lines"]["all"] == lines == sum(kinds.values()), d["lines"]
			assert sum(u["lines"] for u in d["unusable"]) == kinds["unusable"]
			assert d["bytes"] == len(text)
			for f in d["functions"]:
			    times = [f[k] for k in ("min_ns", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns")]
			    assert None in times or times == sorted(times), f
		EOF
	done
}

@test "recorded traces have no line that can't be used" {
	for trace in "$TRACES"/[67].*.txt; do
		report --format json "$trace"
		expect "$(json 'd["lines"]["unusable"]') of $trace" "0 of $trace"
	done
}

@test "an annotated trace: the graph is read whole, notes are set aside" {
	report --format json "$TRACES/annotated.txt"
	expect "$(json '[d["lines"][k] for k in ("calls", "comments", "blank", "headers", "unusable")]')" '[35, 7, 4, 1, 10]'
	expect "$(json '[d["unfinished"], d["unnamed_returns"], d["outermost"], d["outermost_ns"]]')" '[0, 0, 2, 1030310]'
	expect "$(json 'd["unusable"][0]["first"]')" 1
	report --format csv --sort name --top 0 "$TRACES/annotated.txt"
	expect "$(value calls 'vhost_get_vq_desc [vhost]') $(value total_ns 'vhost_get_vq_desc [vhost]')" '1 346'
	expect "$(value total_ns 'handle_tx_kick [vhost_net]') $(value self_ns 'handle_tx_kick [vhost_net]')" '1028849 201'
	expect "$(value total_ns 'handle_rx [vhost_net]')" 1461
	# put in by hand: no function of the trace
	expect "$(value calls 'vhost_net_tx_get_vq_desc')$(value calls 'vhost_net_disable_vq[vhost_net]')" ''
}

@test "notes with graphs in them: the graphs are read whole" {
	report --format json "$TRACES/kvm-yield.txt"
	expect "$(json '[d["lines"][k] for k in ("calls", "interrupts", "unusable")]')" '[145, 1, 18]'
	report --format json "$TRACES/udp-sendmsg.txt"
	expect "$(json '[d["lines"][k] for k in ("calls", "headers", "unusable")]') $(json 'd["outermost_ns"]')" '[534, 1, 1] 127599'
	report --format json "$TRACES/documented.txt"
	expect "$(json '[d["lines"][k] for k in ("calls", "lost")]') $(json 'd["lost_events"]')" '[115, 1] 11745'
}

@test "text tells where the time goes" {
	report --timeline "$TRACES/6.12-abstime.txt"
	[ "$status" = 0 ]
	expect_in "$out" 'of calls, 4 of headers'
	expect_in "$out" 'Functions, by own time'
	expect_in "$out" 'Call tree'
	expect_in "$out" 'Tasks'
	expect_in "$out" 'CPUs'
	expect_in "$out" 'Over time'
	report --timeline "$TRACES/6.12-filter.txt"
	expect_in "$out" 'Slowest outermost calls'
	expect_in "$out" 'the trace has no absolute times'
}

@test "what the trace doesn't tell is a question mark" {
	report "$TRACES/6.12-noduration.txt"
	[ "$status" = 0 ]
	expect_in "$out" 'no durations were recorded'
	expect_in "$out" '?'
	expect_not_in "$out" '0.00us'
	report --format csv "$TRACES/6.12-noduration.txt"
	expect_in "$out" ',,,'
}

@test "lost events are told" {
	report "$TRACES/6.12-lost.txt"
	expect_in "$out" 'LOST     177,051 events, at 1 place'
	expect_not_in "$out" '1 places'
	printf 'CPU:0 [LOST EVENTS]\n 0)   1.000 us    |  a();\n' >lost.txt
	report lost.txt
	expect_in "$out" 'LOST     an unknown number of events'
	report --format json lost.txt
	expect "$(json '[d["lost_events"], d["lost_places"]]')" '[None, 1]'
}

@test "a trace in each disguise is read as the plain one, or it is said what is wrong with it" {
	try "$HERE/tests/graph/disguise" --compare "$STAP_VHOST" "$TRACES"/*.txt
	[ "$status" = 0 ] || { grep -v '^ok' <<<"$out$err"; false; }
	[ "$(grep -c '^ok - disguises of .*: [4-9][0-9] read the same, .* 0 otherwise' <<<"$out")" = "$(ls "$TRACES"/*.txt | wc -l)" ]
	# what it finds: one call that is missing, and one that has another time
	sed 's/__rcu_read_lock();/__rcu_read_lo /' "$TRACES/6.12-default.txt" >short.txt
	printf '#!/bin/sh\nf=$5; grep -q "^>" "$f" && f=%s\nexec "%s" "$1" "$2" "$3" --share 0 "$f"\n' "$PWD/short.txt" "$STAP_VHOST" >wrong
	sed -i 's/f=$5/for f; do :; done/' wrong
	chmod +x wrong
	try "$HERE/tests/graph/disguise" --compare ./wrong "$TRACES/6.12-default.txt"
	expect "$status" 1
	expect_in "$out" '# quoted: '
	# one that refuses what is disguised, and one that reads nothing at all
	printf '#!/bin/sh\nfor f; do :; done; cmp -s "$f" "%s" && exec "%s" "$@"\nexit 1\n' "$TRACES/6.12-default.txt" "$STAP_VHOST" >refuses
	printf '#!/bin/sh\nexit 1\n' >nothing
	chmod +x refuses nothing
	try "$HERE/tests/graph/disguise" --compare ./refuses "$TRACES/6.12-default.txt"
	expect "$status" 1
	expect_in "$out" 'not ok - disguises of 1 traces: '
	try "$HERE/tests/graph/disguise" --compare ./nothing "$TRACES/6.12-default.txt"
	expect "$status" 1
	expect_in "$out" 'not ok - disguises of 6.12-default.txt: 0 read the same'
}

# FILE: calls, those without beginning or end and those in a column that the kernel doesn't have, tasks, CPUs, what is unusable
read_pasted()
{
	report --format json "$HERE/tests/graph/pasted/$1.txt"
	[ "$status" = 0 ]
	expect "$1: $(json '(sum(f["calls"] for f in d["functions"]), d["unfinished"], d["unnamed_returns"], d["out_of_column"],
		sorted(t["task"] or "?" for t in d["tasks"]), [c["cpu"] for c in d["cpus"]], [u["why"] for u in d["unusable"]])')" "$1: $2"
}

@test "pasted traces: what stands in them is read, or named" {
	text='not a line of a function graph'
	read_pasted irq-at-leaf-boundary "(38, 1, 1, 0, ['?'], [0], [])"
	expect "$(json '[f["calls"] for f in d["functions"] if f["name"] in ("translate_desc [vhost]", "vhost_zerocopy_callback [vhost_net]")]')" '[8, 7]'
	expect "$(json '[(f["timed"], f["total_ns"]) for f in d["functions"] if f["name"] == "translate_desc [vhost]"]')" '[(7, 782)]'
	read_pasted trace-cmd-ts-diff "(9, 1, 0, 0, ['vhost-179-186'], [0], [])"
	read_pasted trace-cmd-x86-tsc "(9, 1, 0, 0, ['vhost-179-186'], [0], [])"
	expect "$(json 'd["ticks"]') $(json 'd["from_ns"]')" 'True None'
	read_pasted trace-cmd-retaddr "(3, 0, 0, 0, ['vhost-4242-4250'], [3], [])"
	read_pasted trace-cmd-without-task "(9, 3, 0, 0, ['?'], [None], ['$text'])"
	read_pasted trace-cmd-two-files "(2, 0, 0, 0, ['kworker/0:1-200', 'vhost-100-200'], [0, 0], [])"
	expect "$(json '[(c["source"], c["outermost_ns"]) for c in d["cpus"]]')" "[('host.dat', 2000), ('guest.dat', 3000)]"
	expect "$(json '[(t["source"], t["task"]) for t in d["tasks"]]')" "[('host.dat', 'vhost-100-200'), ('guest.dat', 'kworker/0:1-200')]"
	read_pasted quoted-mail "(6, 0, 0, 0, ['?'], [0], ['$text'])"
	expect "$(json 'd["prefixed"]["quoted"]') $(json 'd["outermost_ns"]')" '9 22450'
	read_pasted dmesg-prefix "(28, 1, 0, 0, ['?'], [1], [])"
	expect "$(json 'd["from_ns"]')" None
	read_pasted utf16 "(25, 7, 0, 0, ['?'], [1], [])"
	read_pasted wrapped-mail \
		"(24, 0, 0, 18, ['?'], [0], ['$text', 'a truncated line', 'the rest of a line that was wrapped'])"
	expect "$(json '[f["name"] for f in d["functions"] if "[" in f["name"]]')" '[]'
	# tabs that are blanks again
	for pair in tabs-columns:6.12-default tabs-columns-proc-abstime:7.2-everything; do
		report --format json "$HERE/tests/graph/pasted/${pair%:*}.txt"
		tabs=$(json '[d[k] for k in ("lines", "functions", "tree", "slowest", "tasks", "cpus", "unfinished")]')
		report --format json "$TRACES/${pair#*:}.txt"
		expect "$tabs" "$(json '[d[k] for k in ("lines", "functions", "tree", "slowest", "tasks", "cpus", "unfinished")]')"
	done
}

@test "text says what was taken away, and where lines are missing" {
	cat -n "$TRACES/6.12-default.txt" | sed '40,41d;60d' >numbered.txt
	report numbered.txt
	expect_in "$out" '77 numbered'
	expect_in "$out" 'lines are MISSING at 2 places, by their numbers'
	report "$HERE/tests/graph/pasted/wrapped-mail.txt"
	expect_in "$out" '18 of calls in a column that the kernel does not use: only braces show their callers'
	report "$HERE/tests/graph/pasted/trace-cmd-x86-tsc.txt"
	expect_in "$out" "time     ?: its times are a clock's ticks, and their length is unknown"
	report "$HERE/tests/graph/pasted/trace-cmd-two-files.txt"
	expect_in "$out" 'vhost-100-200 of host.dat'
	expect_in "$out" '0 of guest.dat'
	printf -- '- 0)   1.000 us    |  a();\n+ 0)   2.000 us    |  a();\n' >both.txt
	report both.txt
	expect_in "$out" 'a diff is no trace'
}

@test "a function has one own time, and what had begun before the trace is no part of shares" {
	report --top 0 "$TRACES/6.12-default.txt"
	expect "$(awk '$NF == "__build_skb" { print /%.*%/ ? "" : $2 }' <<<"$out" | head -1)" 2.86us
	expect "$(sed -n '/^Call tree/,/^$/p' <<<"$out" | awk '$NF == "__build_skb" { print $3 }')" 2.86us
	expect_not_in "$out" ' 95.'
	for trace in "$TRACES"/*.txt; do
		report --format json --share 0 "$trace"
		# shellcheck disable=SC2016 # Python
		expect "$trace: $(json '[f["name"] for f in d["functions"] if f["self_ns"] is not None and
			f["self_ns"] != sum(t["self_ns"] or 0 for t in d["tree"] if t["function"] == f["name"])]')" "$trace: []"
	done
}

@test "where nothing has ended no time is told" {
	printf ' 0)               |  a() {\n 0)               |    b() {\n 1)   1.000 us    |  c();\n' >open.txt
	report --share 0 open.txt
	[ "$status" = 0 ]
	expect_not_in "$out" '0.00us'
	printf ' 0)               |  a() {\n 0)               |    b() {\n' >open.txt
	report open.txt
	expect_not_in "$out" '0.00us'
}

@test "packed traces are read, damaged ones are named" {
	report --format json "$TRACES/6.12-default.txt"
	plain=$(json 'd["functions"]')
	for tool in gzip xz zstd bzip2; do
		command -v $tool >/dev/null || continue
		$tool -c "$TRACES/6.12-default.txt" >packed.txt
		report --format json packed.txt
		expect "$tool: $(json 'd["functions"]')" "$tool: $plain"
		try bash -c '"$1" report --format json - <packed.txt' - "$STAP_VHOST"
		expect "$tool: $(json 'd["functions"]')" "$tool: $plain"
		head -c 500 packed.txt >cut.txt
		report cut.txt
		expect "$status" 1
		expect "$tool: $err" "$tool: stap-vhost: report: can't unpack cut.txt: it is damaged or truncated"
	done
}

@test "trace.dat: trace-cmd is asked, and where it isn't there that is said" {
	printf '\x17\x08\x44tracing6\0\0\10' >trace.dat
	mkdir bin
	printf '#!/bin/sh\necho "$@" >>%s/asked\nulimit -c -t >>%s/asked\ncat %s/text\nexit $(cat %s/status)\n' "$PWD" "$PWD" "$PWD" "$PWD" >bin/trace-cmd
	chmod +x bin/trace-cmd
	cp "$TRACES/6.12-tc.txt" text
	echo 0 >status
	try env PATH="$PWD/bin:$PATH" "$STAP_VHOST" report --format csv trace.dat
	expect "$status $err" '0 '
	dat=$out
	report --format csv text
	expect "$dat" "$out"
	expect "$(head -1 asked)" 'report -O fgraph:tailprint -i trace.dat'
	expect_in "$(cat asked)" 1800
	echo 3 >status
	try env PATH="$PWD/bin:$PATH" "$STAP_VHOST" report trace.dat
	expect "$status $out" '1 '
	expect_in "$err" "report: can't read trace.dat: 'trace-cmd report' ended with status 3"
	try env PATH="$PWD/bin:$PATH" bash -c '"$1" report - < <(cat trace.dat)' - "$STAP_VHOST"
	expect_in "$err" 'must be in a file'
	rm bin/trace-cmd
	try env PATH="$PWD/bin" "$STAP_VHOST" report trace.dat
	expect "$status $out" '1 '
	expect_in "$err" "it is trace-cmd's own format, and trace-cmd isn't installed"
	expect_in "$err" 'hint: install trace-cmd'
}

@test "what is no graph is called what it is" {
	printf '# tracer: function\n#\n            bash-1234    [000] d..1.   12.345678: vfs_read <-ksys_read\n' >function.txt
	report function.txt
	expect "$status" 1
	expect_in "$err" 'function.txt is from the tracer function: it has calls, but no durations or ends'
	printf 'cpus=2\n            bash-1234  [000]    12.345678: function:             vfs_read <-- ksys_read\n' >function.txt
	report function.txt
	expect_in "$err" 'from the tracer function'
	printf '           <...>-123   (  120) [001] ....    12.345678: graph_ent: func=vfs_read\n' >android.txt
	report android.txt
	expect "$status" 1
	expect_in "$err" "Android's graph_ent"
	"$HERE/tests/graph/disguise" trace-cmd-raw <"$TRACES/6.12-tc.txt" >raw.txt
	report raw.txt
	expect "$status" 1
	expect_in "$err" 'trace-cmd report -R'
	sed 's/^ /(mine) xxxxxxxxxxxxxxxxxxxxxxx /' "$TRACES/6.12-tc.txt" >odd.txt
	report odd.txt
	expect "$status" 1
	expect_in "$err" 'behind unknown text'
}

@test "standard input, a pipe and several files are read" {
	try bash -c '"$1" report - <"$2"' - "$STAP_VHOST" "$TRACES/6.12-default.txt"
	expect_in "$out" 'standard input'
	first=${out#*$'\n'}
	try bash -c '"$1" report <(cat "$2")' - "$STAP_VHOST" "$TRACES/6.12-default.txt"
	expect "${out#*$'\n'}" "$first"
	report "$TRACES/6.12-default.txt"
	expect "${out#*$'\n'}" "$first"
	report --format json "$TRACES/6.12-default.txt" "$TRACES/6.12-bare.txt"
	expect "$(json '[d["lines"]["all"], len(d["files"])]')" '[160, 2]'
}

@test "only what was asked for is counted" {
	report --format json --function 'vhost_get_vq_desc' "$TRACES/6.12-filter.txt"
	expect "$(json '{t["function"] for t in d["tree"] if not t["level"]}')" "{'vhost_get_vq_desc [vhost]'}"
	report --format json --cpu 1 "$TRACES/6.12-filter.txt"
	expect "$(json '[c["cpu"] for c in d["cpus"]]')" '[1]'
	report --format json --task 'vhost-*' "$TRACES/6.12-proc.txt"
	expect "$(json 'd["lines"]["filtered_out"]')" 0
	report --task nobody "$TRACES/6.12-proc.txt"
	expect "$status" 1
	expect_in "$err" 'no matching calls'
	expect "$out" ''
}

@test "folded stacks are the time of the tree" {
	report --format folded "$TRACES/6.12-filter.txt"
	own=$(awk '{ sum += $NF } END { print sum }' <<<"$out")
	report --format json --share 0 "$TRACES/6.12-filter.txt"
	expect "$(json 'sum((t["self_ns"] or 0) + t["rest_ns"] for t in d["tree"])')" "$own"
	expect_in "$(cat out)" 'handle_tx [vhost_net]'
}

@test "--diff shows what became slower" {
	sed 's/^\( .)\)   ..... us \(.*translate_desc.*;\)/\1 ! 123.456 us \2/' "$TRACES/6.12-filter.txt" >slow.txt
	report --diff "$TRACES/6.12-filter.txt" slow.txt
	[ "$status" = 0 ]
	expect_in "$(sed -n '/^Slower/,/^$/p' <<<"$out" | sed -n 3p)" 'translate_desc [vhost]'
	report --diff --format json "$TRACES/6.12-filter.txt" slow.txt
	expect "$(json 'd["functions"][0]["name"]') $(json 'd["functions"][0]["costs_ns"] > 0')" 'translate_desc [vhost] True'
	report --diff --format csv "$TRACES/6.12-filter.txt" slow.txt
	expect "$(sed -n '2s/,.*//p' <<<"$out")" 'translate_desc [vhost]'
	report --diff slow.txt slow.txt
	expect_in "$out" '  none'
}

@test "the flame graph is XML, and holds what is in the trace" {
	report --flamegraph f.svg "$TRACES/6.12-filter.txt"
	[ "$status" = 0 ]
	expect_in "$out" 'Call tree'
	python3 - <<-'EOF'
		import xml.etree.ElementTree as x
		names = [g.get("data-n") for g in x.parse("f.svg").getroot().iter("{http://www.w3.org/2000/svg}g")]
		assert names[0] == "all" and "handle_tx [vhost_net]" in names, names
	EOF
	printf ' 0)   1.000 us    |  <b>&"();\n 0)   1.000 us    |  \x1b[2Ja();\n' >odd.txt
	report --flamegraph f.svg odd.txt
	python3 -c 'import xml.etree.ElementTree as x; x.parse("f.svg")'
	report --flamegraph /nowhere/f.svg "$TRACES/6.12-filter.txt"
	expect "$status" 1
	expect_in "$err" "can't write /nowhere/f.svg"
}

@test "the flame graph zooms and searches in a real browser" {
	command -v chromium >/dev/null && command -v chromedriver >/dev/null || skip 'chromium and chromium-driver are not installed'
	python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); socket.create_connection(s.getsockname(), 5)' 2>/dev/null ||
		skip 'the browser is spoken to by the loopback, which is down'
	report --flamegraph f.svg "$TRACES/6.12-filter.txt"
	try timeout 120 "$HERE/tests/graph/browser" f.svg 'handle_tx_copy [vhost_net]' '^translate_'
	[ "$status" = 0 ] || { echo "$out$err"; false; }
	expect_in "$out" 'zoomed on handle_tx_copy'
}

@test "nothing of a trace reaches a terminal as it is" {
	printf ' 0)  \x1b[2Jx-1        |   1.000 us    |  \xff\xfea();\n\x1b[31mnote\n' >odd.txt
	for format in text json csv folded; do
		report --format $format odd.txt
		[ "$status" = 0 ]
		if grep -q $'\x1b' out; then echo "$format: $out"; false; fi
	done
}

@test "what can't be read is said once, with its name" {
	report nowhere.txt
	expect "$status" 1
	expect "$err" "stap-vhost: report: can't read nowhere.txt: No such file or directory"
	report .
	expect "$status" 1
	expect "$err" "stap-vhost: report: can't read .: Is a directory"
	report /dev/null
	expect "$status" 1
	: >empty.txt
	report empty.txt
	expect "$status" 1
	expect_in "$err" 'no function graph in empty.txt'
	report "$HERE/Makefile"
	expect "$status" 1
	expect_in "$err" 'no function graph'
	expect "$out" ''
}

@test "a report that can't be written is a failure" {
	try bash -c '"$1" report "$2" >/dev/full' - "$STAP_VHOST" "$TRACES/6.12-filter.txt"
	expect "$status" 1
	expect_in "$err" "can't"
}

@test "wrong options are refused" {
	for words in '' '--format xml f' '--top x f' '--share 101 f' '--share -1 f' '--sort size f' '--diff f' '--diff --timeline a b' \
		'--cpu 9999 f' '--slowest 1000 f' '--diff --format folded a b'; do
		# shellcheck disable=SC2086 # words
		report $words
		expect "$status of $words" "2 of $words"
		expect "$out" ''
	done
}

@test "Ctrl-C ends the reading, and what was read is reported" {
	mkfifo pipe
	heard "$STAP_VHOST" report pipe >out 2>err &
	pid=$!
	exec 9>pipe
	cat "$TRACES/6.12-filter.txt" >&9
	sleep 1
	kill -INT $pid
	wait $pid
	exec 9>&-
	expect_in "$(cat out)" 'handle_tx [vhost_net]'
}
