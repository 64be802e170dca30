#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Modules: built once, found again, refused when they don't fit.

load helper

setup()
{
	need_privileges
	make_host
	printf 'load_args: pid\nx-stapusr: yes\n' >"$DATA/scripts/host-queryqemu.meta"
	export BUILDS=$BATS_TEST_TMPDIR/builds
	make_stap 'echo "$@" >>$BUILDS'
	make_staprun 'printf "%s\n" "$@"'
}

builds() { if [ -e "$BUILDS" ]; then wc -l <"$BUILDS"; else echo 0; fi; }

@test "one module serves every pid and option; it is compiled once" {
	try "$STAP_VHOST" run host-queryqemu 1 2 summary=7
	expect "$status" 0
	expect "$out" "-R
$(cached host_queryqemu)
summary=7
pid=1,2"
	try "$STAP_VHOST" run -G who=me -G summary=8 host-queryqemu "3 4"
	expect "$out" "-R
$(cached host_queryqemu)
who=me
summary=8
pid=3,4"
	expect "$(builds)" 1
	# another kernel module's SystemTap, script or tapset is another module
	echo '# more' >>"$DATA/scripts/host-queryqemu.stp"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$(builds)" 2
	try "$STAP_VHOST" run --rebuild host-queryqemu 1
	expect "$(builds)" 3
}

@test "a value that staprun can't hand over is compiled in" {
	try "$STAP_VHOST" run -G 'who=it is me' host-queryqemu 1
	expect "$status" 0
	expect_in "$(cat "$BUILDS")" "-G who=it is me"
	expect_not_in "$out" "who"
	try "$STAP_VHOST" run host-queryqemu 1 'who=it is me'
	expect "$status" 2
	expect_in "$err" "a value can't have blanks"
}

@test "globals that aren't there, or no numbers: one message, status 2, nothing loaded" {
	try "$STAP_VHOST" run host-queryqemu 1 sumary=1
	expect "$status" 2
	expect "$out" ""
	expect "$err" "stap-vhost: the script has no global 'sumary'
  hint: did you mean summary?"
	try "$STAP_VHOST" run -G summary=x host-queryqemu
	expect "$status" 2
	expect "$err" "stap-vhost: summary=x: not a number"
}

@test "the first of two builds of one module serves both" {
	make_stap 'if [ "$1" = -p4 ]; then echo build >>$BUILDS; sleep 1; fi'
	"$STAP_VHOST" run host-queryqemu 1 >"$BATS_TEST_TMPDIR/out1" &
	try "$STAP_VHOST" run host-queryqemu 2
	wait $!
	expect "$status" 0
	expect "$(builds)" 1
	expect_in "$out" "pid=2"
	expect_in "$(cat "$BATS_TEST_TMPDIR/out1")" "pid=1"
	expect "$(ls -A "$STAP_VHOST_CACHE/modules" | wc -l)" 1
}

@test "a build that is killed leaves nothing, and no entry" {
	make_stap 'if [ "$1" = -p4 ]; then touch "$TMPDIR/x" "$BUILDS"; echo half >stap_vhost_host_queryqemu.ko; sleep 30; fi'
	"$STAP_VHOST" run host-queryqemu 1 &
	pid=$!
	until [ -e "$BUILDS" ]; do sleep 0.05; done
	kill -KILL $pid
	wait $pid || :
	for _ in $(seq 100); do
		left=$(ls -A "$STAP_VHOST_CACHE/tmp" "$STAP_VHOST_CACHE/modules" | grep -v : || :)
		if [ -z "$left" ]; then break; fi
		sleep 0.05
	done
	expect "$left" ""
}

@test "a module of another build of the kernel or by another SystemTap is built again" {
	loaded()	# ID of vhost, and its debuginfo
	{
		mkdir -p "$ROOT/sys/module/vhost/notes"
		# shellcheck disable=SC2059 # bytes
		printf "\\4\\0\\0\\0\\24\\0\\0\\0\\3\\0\\0\\0GNU\\0$(sed 's/../\\x&/g' <<<"$1")" \
			>"$ROOT/sys/module/vhost/notes/.note.gnu.build-id"
		elf "$ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko" "$1" -g
	}
	one=$(id_of one) two=$(id_of two)
	loaded "$one"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	loaded "$two"
	try "$STAP_VHOST" run -v host-queryqemu 1
	expect "$status" 0
	expect_in "$err" "the build-id of module vhost is $two, the module was built for $one"
	expect "$(builds)" 2
	STAPRUN_VERSION=5.2 try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 1
	expect_in "$err" "SystemTap here is 5.2, the module was built by 5.1"
	expect "$out" ""
}

@test "a manifest or module in the cache that was changed is told, and built again" {
	try "$STAP_VHOST" run host-queryqemu 1
	ko=$(cached host_queryqemu)
	sed -i 's/"pid"/"who"/' "${ko%.ko}.json"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	expect_in "$err" "warning: ${ko%.ko}.json was changed after it was written"
	expect "$(builds)" 2
	echo >>"$ko"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	expect_in "$err" "warning: $ko was changed after it was built"
	expect "$(builds)" 3
	# where it can't be built, the message comes with what is missing
	echo >>"$ko"
	rm "$STAP_VHOST_STAP"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 3
	expect "$out" ""
}

@test "with a module that fits nothing else is needed" {
	try "$STAP_VHOST" run host-queryqemu 1
	rm -r "$STAP_VHOST_STAP" "$ROOT/usr/lib/debug" "$ROOT/lib/modules/$REL"
	chmod -R a-w "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	expect "$err" ""
	# of what is probed it must be there
	rmdir "$ROOT/sys/module/vhost_net"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 3
	expect_in "$err" "the vhost_net module is not loaded"
}

@test "build prints the paths, copies with -o, and takes what is there" {
	make_kernel_module kvm	# what vcpu-yield probes
	try "$STAP_VHOST" build --all
	expect "$status" 0
	expect "$err" ""
	# those of the source tree that the program is in, too
	scripts=$({ echo host-queryvhost; basename -s .stp "$HERE"/scripts/*.stp; } | sort)
	expect "$out" "$(for s in $scripts; do cached "${s//-/_}"; done)"
	expect "$(builds)" "$(wc -w <<<"$scripts")"
	try "$STAP_VHOST" build -o "$BATS_TEST_TMPDIR/o" host-queryqemu
	expect "$out" "$BATS_TEST_TMPDIR/o/stap_vhost_host_queryqemu.ko"
	expect "$(ls "$BATS_TEST_TMPDIR/o")" "stap_vhost_host_queryqemu.json
stap_vhost_host_queryqemu.ko"
	expect "$(stat -c %a "$BATS_TEST_TMPDIR/o")" 755
	expect "$(builds)" "$(wc -w <<<"$scripts")"
	for words in "" "--all x" "no-such" "-r ../x host-queryqemu"; do
		# shellcheck disable=SC2086 # words
		try "$STAP_VHOST" build $words
		expect "$words: $status" "$words: 2"
		expect "$out" ""
	done
}

@test "a bundle serves where the script isn't, and is unpacked once" {
	# of another name than any in the source tree beside the program
	for f in stp meta; do mv "$DATA/scripts/host-queryqemu.$f" "$DATA/scripts/only-here.$f"; done
	bundle=$BATS_TEST_TMPDIR/b.tar.zst
	try "$STAP_VHOST" build --bundle "$bundle" only-here
	expect "$status" 0
	rm -r "$STAP_VHOST_CACHE" "$STAP_VHOST_STAP" "$ROOT/usr/lib/debug" "$DATA/scripts"
	try "$STAP_VHOST" run --bundle "$bundle" only-here 1 summary=2
	expect "$status" 0
	expect "$err" ""
	expect_in "$out" "summary=2
pid=1"
	mv "$bundle" "$bundle.away"
	try "$STAP_VHOST" run only-here 5
	expect "$status" 0
	expect_in "$out" "pid=5"
	try "$STAP_VHOST" run --bundle "$bundle" only-here 1
	expect "$status" 2
	expect_in "$err" "no file or directory $bundle"
	try "$STAP_VHOST" run --bundle "$bundle.away" no-such 1
	expect "$status" 3
	expect_in "$err" "has no module of no-such for kernel $REL"
	expect_in "$err" "it has: $REL/stap_vhost_only_here"
	echo garbage >"$bundle"
	try "$STAP_VHOST" run --bundle "$bundle" only-here 1
	expect "$status" 1
	expect_in "$err" "is not a bundle of stap-vhost"
}

@test "a bundle that others can change is not loaded" {
	bundle=$BATS_TEST_TMPDIR/b.tar.zst
	try "$STAP_VHOST" build --bundle "$bundle" host-queryqemu
	rm -r "$STAP_VHOST_CACHE"
	chmod o+w "$bundle"
	try "$STAP_VHOST" run --bundle "$bundle" host-queryqemu 1
	expect "$status" 3
	expect "$out" ""
	expect_in "$err" "bundle $bundle is not used: other users can change it: $bundle is writable by everyone (mode 0646)"
	expect_in "$err" "hint: copy it to a directory"
	chmod o-w "$bundle"
	try "$STAP_VHOST" run --bundle "$bundle" host-queryqemu 1
	expect "$status" 0
}

@test "a cache that others can write to is neither used nor swept" {
	mkdir -p "$STAP_VHOST_CACHE/tmp/run.abcdef/x" "$STAP_VHOST_CACHE/modules"
	touch "$STAP_VHOST_CACHE/modules/.key.lock"
	chmod o+w "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 3
	expect_in "$err" "$STAP_VHOST_CACHE: Operation not permitted"
	try "$STAP_VHOST" clean --cache
	expect "$status" 1
	expect_in "$err" "clean: $STAP_VHOST_CACHE is not cleaned"
	expect "$(cd "$STAP_VHOST_CACHE" && ls -d tmp/run.abcdef/x modules/.key.lock | xargs)" "modules/.key.lock tmp/run.abcdef/x"
	chmod o-w "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	expect "$(ls -A "$STAP_VHOST_CACHE/tmp")" ""
}

@test "a bundle for two kernels; the one for another does not fit here" {
	# the kernel that runs is also another's name
	for d in lib/modules usr/lib/debug/lib/modules; do cp -r "$ROOT/$d/$REL" "$ROOT/$d/6.1.9"; done
	module "$BATS_TEST_TMPDIR/other.ko" 6.1.9 pid:string
	make_stap 'case " $* " in *" -r 6.1.9 "*) MADE='"$BATS_TEST_TMPDIR"'/other.ko ;; esac'
	sed -i "s|cp \"[^\"]*\"|cp \"\${MADE}\"|" "$STAP_VHOST_STAP"
	try "$STAP_VHOST" build -r "$REL" -r 6.1.9 -o "$BATS_TEST_TMPDIR/o" --bundle "$BATS_TEST_TMPDIR/b" host-queryqemu
	expect "$status" 0
	expect "$out" "$BATS_TEST_TMPDIR/o/$REL/stap_vhost_host_queryqemu.ko
$BATS_TEST_TMPDIR/o/6.1.9/stap_vhost_host_queryqemu.ko"
	try "$STAP_VHOST" run --bundle "$BATS_TEST_TMPDIR/b" host-queryqemu 1
	expect "$status" 0
	try "$STAP_VHOST" run --bundle "$BATS_TEST_TMPDIR/o/6.1.9" host-queryqemu 1
	expect "$status" 3
	expect "$out" ""
	expect_in "$err" "does not fit: the kernel is $REL, the module was built for 6.1.9"
}

@test "for stapusr: only scripts that say so" {
	dir=$ROOT/lib/modules/$REL/systemtap
	try "$STAP_VHOST" build --stapusr -o "$dir"
	expect "$status" 0
	# beside the test's own there are those of the source tree
	expect "$(cd "$dir" && ls stap_vhost_host_queryqemu.*)" "stap_vhost_host_queryqemu.json
stap_vhost_host_queryqemu.ko"
	expect "$(cd "$dir" && ls | grep -E 'call_path|queryvhost')" ""
	try "$STAP_VHOST" build -o "$dir" host-queryvhost
	expect "$status" 2
	expect_in "$err" "build: host-queryvhost: not copied to $dir"
	expect_in "$err" "x-stapusr: yes"
	expect "$(cd "$dir" && ls | grep -E 'queryvhost')" ""
	try "$STAP_VHOST" build --stapusr -o "$dir" host-queryqemu
	expect "$status" 2
	# whatever leads there
	ln -s "$dir" "$BATS_TEST_TMPDIR/link"
	try "$STAP_VHOST" build -o "$BATS_TEST_TMPDIR/link" host-queryvhost
	expect "$status" 2
	expect "$(cd "$dir" && ls | grep -E 'queryvhost')" ""
	# somewhere else it is just a copy
	try "$STAP_VHOST" build -o "$BATS_TEST_TMPDIR/o" host-queryvhost
	expect "$status" 0
}

@test "what is installed is taken first" {
	try "$STAP_VHOST" build -o "$ROOT/lib/modules/$REL/systemtap" host-queryqemu
	rm -r "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 0
	expect_in "$out" "$ROOT/lib/modules/$REL/systemtap/stap_vhost_host_queryqemu.ko"
	expect "$(builds)" 1
	# one that doesn't fit is passed over
	echo '# more' >>"$DATA/scripts/host-queryqemu.stp"
	try "$STAP_VHOST" run host-queryqemu 1
	expect_in "$out" "$(cached host_queryqemu)"
	expect "$(builds)" 2
}

@test "clean says what it removes" {
	try "$STAP_VHOST" run host-queryqemu 1
	mkdir -p "$ROOT/sys/module/stap_vhost_host_que_99" "$STAP_VHOST_CACHE/tmp/run.abcdef"
	echo 0 >"$ROOT/sys/module/stap_vhost_host_que_99/refcnt"
	try "$STAP_VHOST" clean
	expect "$status" 0
	expect "$out" "removed $STAP_VHOST_CACHE/tmp/run.abcdef
removed module stap_vhost_host_que_99"
	try "$STAP_VHOST" clean
	expect "$out" ""
	try "$STAP_VHOST" clean --cache
	expect_in "$out" "removed $STAP_VHOST_CACHE/modules/"
	expect "$(ls -A "$STAP_VHOST_CACHE/modules")" ""
	try "$STAP_VHOST" clean more
	expect "$status" 2
}

@test "the reader of our output goes: staprun is ended, status 141" {
	make_staprun 'echo $$ >'"$BATS_TEST_TMPDIR"'/pid; echo line; exec sleep 30'
	SECONDS=0
	run bash -c "set -o pipefail; '$STAP_VHOST' run host-queryqemu 1 | head -n 1"
	expect "$status" 141
	expect "$output" line
	[ "$SECONDS" -lt 10 ]
	run kill -0 "$(cat "$BATS_TEST_TMPDIR/pid")"
	[ "$status" -ne 0 ]
}

@test "a full disk for the output is told once, and ends it" {
	make_staprun 'trap "exit 0" TERM
		while :; do echo "ERROR: error writing output: No space left on device" >&2; sleep 0.05; done'
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 1
	expect "$err" "ERROR: error writing output: No space left on device
  hint: the disk that the output goes to is full"
}

@test "a failed build of versions that nobody tested leaves its log" {
	make_stap 'if [ "$1" = -p4 ]; then echo "semantic error: none" >&2; exit 1; fi'
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 1
	expect_not_in "$err" "please report"
	sed -i 's/version 5.1/version 5.9/' "$STAP_VHOST_STAP"
	try "$STAP_VHOST" run host-queryqemu 1
	expect "$status" 1
	expect_in "$err" "SystemTap 5.9 with Linux 6.12 is not among the tested pairs (4.8 with Linux 6.1, "
	log=$STAP_VHOST_CACHE/log/stap_vhost_host_queryqemu-$REL.log
	expect_in "$err" "please report it, with $log"
	expect_in "$(cat "$log")" "semantic error: none"
}
