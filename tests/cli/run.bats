#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

setup()
{
	make_host
}

@test "--dry-run prints one command that a shell can run" {
	try "$STAP_VHOST" run --dry-run -G 'who=it is me' host-queryqemu 42 'a b' x=1
	expect "$status" 0
	expect "$err" ""
	expect "$out" "env SYSTEMTAP_DEBUGINFO_PATH=+:$ROOT/usr/lib/debug:$STAP_VHOST_CACHE/debug\
 STAP_PR13193_OVERRIDE=1 STAP_BZ1552745_OVERRIDE=1 $STAP_VHOST_STAP -I $DATA/tapsets\
 -DSTAPCONF_UPROBE_UNREGISTER_EXPORTED=1 -G 'who=it is me' $DATA/scripts/host-queryqemu.stp\
 42 'a b' x=1"
	try sh -c "$out"
	expect "$status" 0
	expect_in "$out" "arg who=it is me"
	expect_in "$out" "arg a b"
	expect_in "$out" "STAP_PR13193_OVERRIDE=1"
}

@test "--dry-run needs no root" {
	as=()
	if [ "$(id -u)" = 0 ]; then
		command -v setpriv >/dev/null || skip "no setpriv"
		as=(setpriv --reuid=65534 --regid=65534 --clear-groups)
		# bats's directories are its user's own
		copy=$(mktemp -d)
		cp -r "$ROOT" "$DATA" "$STAP_VHOST_STAP" "$STAP_VHOST" "$copy"
		chmod -R a+rX "$copy"
		chmod 1777 "$copy"	# as /tmp
		export STAP_VHOST_SYSROOT=$copy/root STAP_VHOST_DATADIR=$copy/data
		export STAP_VHOST_STAP=$copy/stap STAP_VHOST_CACHE=$copy/cache
		STAP_VHOST=$copy/${STAP_VHOST##*/}
	fi
	try "${as[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	if [ -n "$copy" ]; then
		STAP_VHOST_CACHE='' HOME='' try "${as[@]}" "$STAP_VHOST" run -n host-queryqemu
		expect "$status" 3
		expect_in "$err" "set STAP_VHOST_CACHE"
	fi
	try "${as[@]}" "$STAP_VHOST" run host-queryqemu
	[ -z "$copy" ] || rm -r "$copy"
	id -nG | grep -qE 'stap(usr|dev|sys)' && skip "this user may run stap"
	expect "$status" 3
	expect "$out" ""
	expect_in "$err" "probing the kernel needs root"
}

@test "what stands after SCRIPT is the script's own" {
	try "$STAP_VHOST" run -n host-queryqemu --help -v -G x
	expect "$status" 0
	expect_in "$out" "host-queryqemu.stp --help -v -G x"
	echo >"$BATS_TEST_TMPDIR/-v.stp"
	cd "$BATS_TEST_TMPDIR"
	try "$STAP_VHOST" run -n -- -v.stp -n
	expect_in "$out" " ./-v.stp -n"
}

@test "a script by its path, and a name with .stp" {
	cp "$DATA/scripts/host-queryqemu.stp" "$BATS_TEST_TMPDIR/mine.stp"
	cd "$BATS_TEST_TMPDIR"
	try "$STAP_VHOST" run -n ./mine.stp
	expect_in "$out" " ./mine.stp"
	try "$STAP_VHOST" run -n mine.stp
	expect_in "$out" " mine.stp"
	try "$STAP_VHOST" run -n host-queryvhost.stp
	expect_in "$out" "$DATA/scripts/host-queryvhost.stp"
}

@test "a misspelt script: status 2, the nearest, or all there are" {
	try "$STAP_VHOST" run host-queryqmeu
	expect "$status" 2
	expect "$out" ""
	expect "$err" "stap-vhost: no script 'host-queryqmeu'
  hint: did you mean host-queryqemu?"
	try "$STAP_VHOST" run xyz
	expect_in "$err" "host-queryqemu, host-queryvhost"
}

@test "each thing that is missing: one message, a hint, status 3, stap is not run" {
	need_privileges
	make_stap 'echo RAN'
	missing()	# WORDS-OF-THE-MESSAGE WORDS-OF-THE-HINT
	{
		try "$STAP_VHOST" run host-queryqemu
		expect "$status" 3
		expect "$out" ""
		expect_in "$err" "$1"
		expect_in "$err" "  hint: "
		expect_in "$err" "$2"
		expect "$(grep -c '^stap-vhost:' <<<"$err")" 1
		# a dry run says the same
		first=$err
		try "$STAP_VHOST" run -n host-queryqemu
		expect "$status" 3
		expect "$err" "$first"
	}

	# from the last check to the first, so that each is the first that fails
	mv "$ROOT/usr/lib/debug" "$ROOT/usr/lib/gone"
	missing "no debuginfo for kernel $REL: module vhost (build-id $(id_of vhost)), module vhost_net" \
		"apt-get install linux-image-$REL-dbg"
	rmdir "$ROOT/sys/module/vhost_net"
	missing "the vhost_net module is not loaded" "modprobe vhost_net"
	rm "$ROOT/lib/modules/$REL/kernel/vhost.ko"
	rmdir "$ROOT/sys/module/vhost"
	missing "kernel $REL has no module vhost" "/lib/modules/$REL"
	rm "$ROOT/lib/modules/$REL/build"
	missing "no headers of kernel $REL" "apt-get install linux-headers-$REL"
	rm "$STAP_VHOST_STAP"
	missing "no program $STAP_VHOST_STAP" "apt-get install systemtap"
}

@test "all that is missing is told at once, and doctor named" {
	rm -r "$ROOT/usr/lib/debug" "$ROOT/lib/modules/$REL/build"
	try "$STAP_VHOST" run host-queryqemu
	expect "$status" 3
	expect_in "$err" "no headers of kernel $REL"
	expect_in "$err" "hint: missing too: debuginfo: none for vhost, vhost_net, tun, the kernel: apt-get install linux-image-$REL-dbg"
	expect_not_in "$err" "missing too: headers"
	expect_in "$err" "hint: stap-vhost doctor checks everything that is needed"
	try "$STAP_VHOST" run -n -r 6.1 host-queryqemu
	expect "$status" 3
	expect_not_in "$err" "linux-headers-6.1"
	expect_in "$err" "install the headers of kernel 6.1"
	expect_in "$err" "stap-vhost doctor -r 6.1 checks everything"
}

@test "a debug file of another build is refused by name" {
	elf "$ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko" "$(id_of other)" -g
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "refused $ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko: its build-id is $(id_of other)"
}

@test "a script's .meta names what it needs the debuginfo of, beyond vhost" {
	rm "$ROOT/usr/lib/debug/boot/vmlinux-$REL"
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	echo 'debuginfo: virtio-net kernel' >"$DATA/scripts/host-queryqemu.meta"
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "module virtio_net (this kernel has none), the kernel itself, vmlinux"
	echo 'debuginfo: ../vhost' >"$DATA/scripts/host-queryqemu.meta"
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "'../vhost' is not a module's name"
	try "$STAP_VHOST" run -n host-queryvhost
	expect "$status" 0
}

@test "a FIFO in the place of a debug file doesn't hang it" {
	rm "$ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko"
	mkfifo "$ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko"
	try timeout 20 "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "refused $ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko: not a regular file"
}

@test "the links to debuginfo are made, in a directory of our own" {
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	id=$(id_of vhost)
	expect "$(readlink "$STAP_VHOST_CACHE/debug/.build-id/${id:0:2}/${id:2}.debug")" \
		"$ROOT/usr/lib/debug/lib/modules/$REL/kernel/vhost.ko"
	expect "$(stat -c %a "$STAP_VHOST_CACHE")" 700
	chmod 777 "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "STAP_VHOST_CACHE"
}

@test "another release: the command is printed, and nothing run here" {
	mkdir -p "$ROOT/lib/modules"
	mv "$ROOT/lib/modules/$REL" "$ROOT/lib/modules/6.1.9"
	mv "$ROOT/usr/lib/debug/lib/modules/$REL" "$ROOT/usr/lib/debug/lib/modules/6.1.9"
	rm -r "$ROOT/sys"
	try "$STAP_VHOST" run -n -r 6.1.9 host-queryqemu
	expect "$status" 0
	expect_in "$out" " -r 6.1.9 -p4 "
	try "$STAP_VHOST" run -n -r ../etc host-queryqemu
	expect "$status" 2
	try "$STAP_VHOST" run -r 6.1.9 host-queryqemu
	expect "$status" 2
	expect "$out" ""
	expect_in "$err" "stap-vhost build -r 6.1.9 host-queryqemu"
}

@test "-v says what was chosen" {
	try "$STAP_VHOST" run -n -v host-queryqemu
	for word in "kernel $REL (running)" "SystemTap 5.1" "vhost: debuginfo by debug tree" \
		"quirk uprobe-unregister"; do
		expect_in "$err" "$word"
	done
	expect "$(wc -l <<<"$out")" 1
}

@test "stap compiles once, staprun runs: arguments, environment, output and status arrive" {
	need_privileges
	make_stap 'printf "%s\n" "$@" >'"$BATS_TEST_TMPDIR"'/stap-args; echo "$TMPDIR" >'"$BATS_TEST_TMPDIR"'/stap-tmp
		env | grep ^SYSTEMTAP_ >'"$BATS_TEST_TMPDIR"'/stap-env'
	try "$STAP_VHOST" run host-queryqemu 42 'a b'
	expect "$status" 0
	expect "$err" ""
	expect "$out" "arg -R
arg $(cached host_queryqemu)
STAP_BZ1552745_OVERRIDE=1
STAP_PR13193_OVERRIDE=1"
	expect "$(tail -n 3 "$BATS_TEST_TMPDIR/stap-args")" "$DATA/scripts/host-queryqemu.stp
42
a b"
	expect_in "$(cat "$BATS_TEST_TMPDIR/stap-env")" \
		"SYSTEMTAP_DEBUGINFO_PATH=+:$ROOT/usr/lib/debug:$STAP_VHOST_CACHE/debug"
	expect_in "$(cat "$BATS_TEST_TMPDIR/stap-env")" "SYSTEMTAP_DIR=$STAP_VHOST_CACHE/systemtap"
	expect_in "$(cat "$BATS_TEST_TMPDIR/stap-tmp")" "$STAP_VHOST_CACHE/tmp/run."
	expect "$(ls -A "$STAP_VHOST_CACHE/tmp")" ""
	rm "$BATS_TEST_TMPDIR/stap-args"
	make_staprun 'exit 7'
	try "$STAP_VHOST" run host-queryqemu 42 'a b'
	expect "$status" 7
	[ ! -e "$BATS_TEST_TMPDIR/stap-args" ]
	make_staprun 'kill -KILL $$'
	try "$STAP_VHOST" run host-queryqemu 42 'a b'
	expect "$status" 137
	make_stap 'exit 5'
	try "$STAP_VHOST" run host-queryqemu 43
	expect "$status" 5
	expect "$out" ""
}

@test "one clear line for a script's error, all of it with -v" {
	need_privileges
	make_staprun 'echo "ERROR: no process 42" >&2
		echo "WARNING: Number of errors: 1, skipped probes: 0" >&2
		echo "WARNING: /usr/bin/staprun exited with status: 1" >&2
		echo "Pass 5: run failed.  [man error::pass5]" >&2; exit 1'
	try "$STAP_VHOST" run host-queryqemu
	expect "$status" 1
	expect "$err" "ERROR: no process 42"
	try "$STAP_VHOST" run -v host-queryqemu
	expect_in "$err" "Pass 5: run failed."
}

@test "a known cause gets a hint, after stap's own words" {
	need_privileges
	make_stap 'echo "Pass 4: compilation failed.  [man error::pass4]" >&2; exit 1'
	try "$STAP_VHOST" run host-queryqemu
	expect "$status" 1
	expect "$(head -n 1 <<<"$err")" "Pass 4: compilation failed.  [man error::pass4]"
	expect_in "$err" "  hint: the module didn't compile: SystemTap may be too old for kernel $REL"
	# what packages there are is for doctor to say, who knows the distribution
	make_stap 'echo "Checking \"/lib/modules/x/build/.config\" failed with error: No such file or directory" >&2; exit 1'
	try "$STAP_VHOST" run host-queryqemu
	expect_in "$err" "  hint: the headers of kernel $REL are missing or incomplete: stap-vhost doctor -r $REL shows how"
}

@test "an unfinished last line and a line without an end of 100 kB arrive" {
	need_privileges
	make_staprun 'head -c 100000 /dev/zero | tr "\0" x >&2; printf "\nlast" >&2'
	try "$STAP_VHOST" run host-queryqemu
	expect "$status" 0
	expect "$(tr -cd x <<<"$err" | wc -c)" 100000
	expect "$(tail -n 1 <<<"$err")" last
}

@test "a grandchild that keeps standard error open doesn't hold us" {
	need_privileges
	make_staprun 'sleep 30 & echo $! >'"$BATS_TEST_TMPDIR"'/grandchild; exit 0'
	SECONDS=0
	try "$STAP_VHOST" run host-queryqemu
	kill "$(cat "$BATS_TEST_TMPDIR/grandchild")"
	expect "$status" 0
	[ "$SECONDS" -lt 10 ]
}
