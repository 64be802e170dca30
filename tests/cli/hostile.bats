#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Whatever calls itself whatever: no verb prints a byte, in any format, on either output or
# into a file, that a terminal would take for more than text.

load helper

# C0 and DEL, C1 as it stands and as UTF-8, what is no UTF-8, what turns the direction of writing
EVIL=$'\e[2J\a\b\x7f\x9b2J\xc2\x9b2J\xc2\x85\xff\xe2\x80\xae\xe2\x80\xa8\xd8\x9c'

setup()
{
	export MADE=$BATS_TEST_TMPDIR/made.ko
	module "$MADE" "$REL" pid:string rings:int64_t descs:int64_t headers:int64_t payload:int64_t watch:int64_t \
		summary:int64_t who:string argc:int64_t argv_1:string
	make_host
	cd "$BATS_TEST_TMPDIR" || return
}

# Says where something stands that isn't text
is_text()	# FILE…
{
	python3 - "$@" <<-'EOF'
		import os, sys, unicodedata
		for name in sys.argv[1:]:
		    data = open(name, "rb").read()
		    text = data.decode("utf-8")
		    for at, c in enumerate(text):
		        odd = unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c not in "\n\t"
		        of = name.rsplit(".", 1)[0] + ".of"
		        assert not odd, (name, hex(ord(c)), text[max(0, at - 60):at + 20], open(of).read() if os.path.exists(of) else "")
	EOF
}

# A command whose status may be any; the outputs are text, and JSON is JSON: teardown looks at
# all of them, since a python each takes longer than the commands
harmless()	# COMMAND…
{
	local kept=$BATS_TEST_TMPDIR/kept
	mkdir -p "$kept"
	many=$((${many:-0} + 1))
	try "$@"
	cp "$BATS_TEST_TMPDIR/out" "$kept/$many.out"
	cp "$BATS_TEST_TMPDIR/err" "$kept/$many.err"
	printf '%q ' "$@" >"$kept/$many.of"
	if [[ " $* " == *" json "* && $status != [23] ]]; then : >"$kept/$many.json"; fi
}

teardown()
{
	[ -d "$BATS_TEST_TMPDIR/kept" ] || return 0
	is_text "$BATS_TEST_TMPDIR"/kept/*.out "$BATS_TEST_TMPDIR"/kept/*.err || return
	python3 - "$BATS_TEST_TMPDIR/kept" "${many:-0}" <<-'EOF'
		import glob, json, os, sys
		kept, many = sys.argv[1], int(sys.argv[2])
		of = lambda n: open(f"{kept}/{n}.of").read()
		assert many == len(glob.glob(kept + "/*.out")) > 0
		for n in range(1, many + 1):
		    text = open(f"{kept}/{n}.out", encoding="utf-8").read().strip()
		    while text and os.path.exists(f"{kept}/{n}.json"):	# an object for each dump
		        try:
		            assert text.isascii()
		            text = text[json.JSONDecoder().raw_decode(text)[1]:].strip()
		        except Exception as why:
		            sys.exit(f"not JSON ({why!r}): {of(n)}")
	EOF
}

# Each value that isn't a number becomes a hostile one, one key after the other, then all at once
evil_records()	# FILE
{
	EVIL=$EVIL python3 - "$1" <<-'EOF'
		import os, re, sys
		evil = os.environb[b"EVIL"]
		data = open(sys.argv[1], "rb").read()
		word = re.compile(rb"( [a-z_]+=)([^ \n]+)")
		is_text = lambda v: not re.fullmatch(rb"(0x)?[0-9a-f]+|\?|none", v)
		keys = sorted({m[1] for m in word.finditer(data) if is_text(m[2])})
		assert len(keys) > 4, keys
		def change(which):
		    # a queue's and a device's name is looked for again: the same everywhere; directions stay
		    new = lambda v: (v[:2] if v[:2] in (b"RX", b"TX") else b"") + evil[:24]
		    return word.sub(lambda m: m[1] + (new(m[2]) if m[1] in which and is_text(m[2]) else m[2]), data)
		for i, which in enumerate([{k} for k in keys] + [set(keys)]):
		    open("evil-%d.records" % i, "wb").write(change(which))
	EOF
}

@test "hostile: records, whatever their texts are" {
	evil_records "$HERE/tests/unit/dump.records"
	for f in evil-*.records; do
		for format in text json records; do
			harmless "$STAP_VHOST" dump --format $format --load "$f"
			harmless "$STAP_VHOST" diagnose -v --format $format --load "$f"
		done
	done
	# queue= is where a table has its heads
	try "$STAP_VHOST" dump --load "$(grep -l "queue=[RT]X"$'\e' evil-*.records | head -n 1)"
	expect_in "$out" 'TX\x1b[2J'
	rm evil-*.records
	evil_records "$HERE/tests/unit/diagnose/rx-empty.records"
	for f in evil-*.records; do
		for format in text json; do
			harmless "$STAP_VHOST" dump --format $format --load "$f"
			harmless "$STAP_VHOST" diagnose -v --format $format --load "$f"
		done
	done
	# lines that are no records, and names of files
	mv "$f" "x$EVIL"
	for bad in "$EVIL" "VQ $EVIL" "VQ pid=$EVIL" "VQ $EVIL=1" "DUMP format=1 format=$EVIL"; do
		printf '%s\n' "$bad" >>bad.records
		harmless "$STAP_VHOST" dump --load bad.records
		harmless "$STAP_VHOST" diagnose --load bad.records
		rm bad.records
	done
	harmless "$STAP_VHOST" dump --load "x$EVIL"
	harmless "$STAP_VHOST" dump --load "none$EVIL"
	harmless "$STAP_VHOST" dump --save "no/$EVIL" all
}

@test "hostile: traces, whatever they call functions and tasks" {
	local n=0 name
	for name in "$EVIL" $'\xc2\x9b2J' $'\x9b2J' $'\x7f' $'\xe2\x80\xae'; do
		n=$((n + 1))
		{
			printf '%s\n' '# tracer: function_graph'
			printf ' 0)  ta%ssk-1  |               |  out%ser() {\n' "$name" "$name"
			printf ' 0)  ta%ssk-1  |   1.000 us    |    in%sner();\n' "$name" "$name"
			printf ' 0)  ta%ssk-1  | ! 9.000 us    |  }\n' "$name"
			printf ' 1)  other-2   |   3.000 us    |  f%s();\n 1)  other-2   |   4.000 us    |  g();\n' "$name"
			printf '/* no%ste */\nwhatever %s\n' "$name" "$name"
			printf ' 0)  a%sb-1  =>  c%sd-2\n' "$name" "$name"
		} >"trace-$n"
		for format in text json csv folded; do
			harmless "$STAP_VHOST" report --format $format --depth 0 --share 0 --timeline "trace-$n"
			harmless "$STAP_VHOST" report --format $format --function "*$name*" "trace-$n"
			harmless "$STAP_VHOST" report --format $format --task "*$name*" "trace-$n"
		done
		for format in text json csv; do
			harmless "$STAP_VHOST" report --diff --format $format "trace-$n" "$HERE/tests/graph/traces/6.12-default.txt"
		done
		harmless "$STAP_VHOST" report --flamegraph "fl$EVIL.svg" "trace-$n"
		is_text "fl$EVIL.svg"
		python3 -c 'import sys, xml.dom.minidom as m; m.parse(open(sys.argv[1], "rb"))' "fl$EVIL.svg"
	done
	# a name that the parser takes, as a function's
	printf ' 0)   1.000 us    |  a\xc2\x9b2Jb();\n' >name
	"$STAP_VHOST" report --format folded name >seen
	grep -q 'a\\xc2\\x9b2Jb' seen
	mv trace-1 "t$EVIL"
	for format in text json; do harmless "$STAP_VHOST" report --format $format "t$EVIL" "none$EVIL"; done
}

@test "hostile: processes, scripts, words" {
	printf '%b' 'qemu\0-name\0guest=' >name
	printf '%s\0' "$EVIL" >>name
	process 4242 "qe$EVIL" '' vhost-net "tap$EVIL"
	cp name "$ROOT/proc/4242/cmdline"
	process 4243 "qe$EVIL" '' vhost-net "tap$EVIL"
	printf 'ID=%s\nPRETTY_NAME=%s\n' "$EVIL" "$EVIL" >"$ROOT/etc/os-release"
	cp "$DATA/scripts/host-queryvhost.stp" "$DATA/scripts/x$EVIL.stp"
	printf 'title: %s\nargs: %s\nstatus: %s\n' "$EVIL" "$EVIL" "$EVIL" >"$DATA/scripts/x$EVIL.meta"
	cp "$DATA/scripts/x$EVIL.meta" "$DATA/scripts/host-queryvhost.meta"
	for format in text json; do
		harmless "$STAP_VHOST" list -v --format $format
		harmless "$STAP_VHOST" doctor -v --format $format
		harmless "$STAP_VHOST" quirks --format $format
		harmless "$STAP_VHOST" defects --format $format
	done
	for verb in $("$STAP_VHOST" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p') "$EVIL"; do
		harmless "$STAP_VHOST" "$verb" "--$EVIL" </dev/null
		harmless "$STAP_VHOST" "$verb" "$EVIL" </dev/null
		harmless "$STAP_VHOST" "$verb" --format "$EVIL" </dev/null
		harmless "$STAP_VHOST" help "$verb" --complete "$EVIL" </dev/null
	done
	for word in '' tap "$EVIL"; do
		harmless "$STAP_VHOST" help --complete dump "$word"
		harmless "$STAP_VHOST" help --complete run "$word"
	done
	harmless "$STAP_VHOST" run "x$EVIL" "$EVIL" "a=$EVIL"
	harmless "$STAP_VHOST" dump web
	# what stap and staprun say, and what a script prints to be read
	make_stap 'printf "ERROR: %s\nWARNING: %s\n" "$EVIL" "$EVIL" >&2; exit 1'
	export EVIL
	harmless "$STAP_VHOST" run host-queryvhost
	harmless "$STAP_VHOST" build host-queryqemu
}

@test "hostile: bundles" {
	local b
	mkdir -p "t/r$EVIL" "t/$REL"
	echo "{\"script\": \"$EVIL\"}" >"t/r$EVIL/x.json"
	echo '{' >"t/$REL/x$EVIL.json"
	echo ko >"t/$REL/x$EVIL.ko"
	(cd t && tar cf - -- *) | zstd -q >"b$EVIL"
	(cd t && tar cf - -- "r$EVIL") | zstd -q >b.zst
	for b in "b$EVIL" b.zst "t/r$EVIL" "t" "none$EVIL"; do
		harmless "$STAP_VHOST" run --bundle "$b" host-queryqemu 1
		harmless "$STAP_VHOST" run --bundle "$b" "x$EVIL" 1
		harmless "$STAP_VHOST" list --bundle "$b"
	done
}

@test "our own colours pass, and a name that looks like one doesn't" {
	sed $'s/queue=TX0/queue=TX0\e[31m/' "$HERE/tests/unit/dump.records" >evil.records
	python3 - "$STAP_VHOST" >seen <<-'EOF'
		import os, pty, sys
		pid, fd = pty.fork()
		if not pid:
		    os.environ["TERM"] = "xterm"
		    os.execv(sys.argv[1], [sys.argv[1], "dump", "--load", "evil.records"])
		seen = b""
		while True:
		    try:
		        data = os.read(fd, 4096)
		    except OSError:
		        break
		    if not data:
		        break
		    seen += data
		sys.stdout.buffer.write(seen)
	EOF
	grep -q $'\e\[1mDevice' seen
	grep -q 'TX0\\x1b\[31m' seen
	if grep -q $'\e\[31m' seen; then cat -v seen; false; fi
}
