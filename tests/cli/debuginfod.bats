#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A real debuginfod, that only loopback leads to.

load helper

setup()
{
	command -v debuginfod >/dev/null || skip "debuginfod is not installed"
	make_host
	# what the server has, this host lacks
	SERVED=$BATS_TEST_TMPDIR/served
	mv "$ROOT/usr/lib/debug" "$SERVED"
	mkdir -p "$ROOT/sys/kernel" "$BATS_TEST_TMPDIR/home"
	printf '\4\0\0\0\24\0\0\0\3\0\0\0GNU\0%b' "$(id_of vmlinux | sed 's/../\\x&/g')" \
		>"$ROOT/sys/kernel/notes"
	export HOME=$BATS_TEST_TMPDIR/home
	export DEBUGINFOD_CACHE_PATH=$BATS_TEST_TMPDIR/downloads
	unset DEBUGINFOD_PROGRESS DEBUGINFOD_VERBOSE DEBUGINFOD_TIMEOUT DEBUGINFOD_MAXSIZE
	unset DEBUGINFOD_MAXTIME DEBUGINFOD_RETRY_LIMIT DEBUGINFOD_HEADERS_FILE
	LOG=$BATS_TEST_TMPDIR/debuginfod.log
	within=()
}

teardown()
{
	if [ -n "$server" ]; then
		kill -KILL "$server" 2>/dev/null && wait "$server" 2>/dev/null || :
	fi
}

# Older ones listen on every address that there is: those get a network without any
isolated()	# COMMAND…, in place of this shell, so that it has the shell's pid
{
	if debuginfod --help | grep -q -- --listen-address; then
		exec "$@" --listen-address=127.0.0.1
	else
		# the ioctl is 'ip link set lo up'
		exec unshare -n perl -e 'my $up = pack("a16s x22", "lo", 1); socket(S, 2, 2, 0);
			ioctl(S, 0x8914, $up) or die "lo: $!"; exec @ARGV' "$@"
	fi
}

served()	# WHAT
{
	"${within[@]}" perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]") or exit 1;
		print $s "GET $ARGV[1] HTTP/1.0\r\n\r\n";
		print while <$s>' "${DEBUGINFOD_URLS##*:}" "$1"
}

wait_for()	# COMMAND…
{
	for _ in $(seq 200); do
		if "$@" 2>/dev/null; then return 0; fi
		sleep 0.05
	done
	echo "waited in vain for: $*"
	cat "$LOG"
	return 1
}

scanned()
{
	local metrics
	metrics=$(served /metrics)
	grep -q '^thread_work_total{role="traverse"} [1-9]' <<<"$metrics" &&
		! grep -qE '^thread_(busy|work_pending)\{role="scan"\} [1-9]' <<<"$metrics"
}

serve()	# DIR
{
	local port
	port=$(perl -MIO::Socket::INET -e \
		'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
	isolated env -u DEBUGINFOD_URLS debuginfod -p "$port" -F -t 0 -g 0 \
		-d "$BATS_TEST_TMPDIR/db" "$1" >"$LOG" 2>&1 3>&- &
	server=$!
	export DEBUGINFOD_URLS=http://127.0.0.1:$port
	if ! debuginfod --help | grep -q -- --listen-address; then
		unshare -n true || skip "debuginfod would listen on every address"
		wait_for grep -q 'started http server' "$LOG"
		within=(nsenter -t "$server" -n)
	fi
	wait_for scanned
}

asked()
{
	grep -c 'GET /buildid/' "$LOG" || :
}

@test "what only a server has is downloaded, checked and linked" {
	serve "$SERVED"
	try "${within[@]}" "$STAP_VHOST" run -nv host-queryqemu
	expect "$status" 0
	for name in vhost vhost_net tun vmlinux; do
		id=$(id_of $name)
		expect "$(readlink "$STAP_VHOST_CACHE/debug/.build-id/${id:0:2}/${id:2}.debug")" \
			"$DEBUGINFOD_CACHE_PATH/$id/debuginfo"
	done
	expect_in "$err" "vhost: debuginfo by debuginfod: $DEBUGINFOD_CACHE_PATH/$(id_of vhost)/debuginfo"
	expect "$(asked)" 4

	# downloaded once: now the server may go
	kill -KILL "$server"
	wait "$server" || :
	server='' within=()
	rm -r "$STAP_VHOST_CACHE"
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	expect "$err" ""
}

@test "no server is asked for what this host has" {
	serve "$SERVED"
	cp -r "$SERVED" "$ROOT/usr/lib/debug"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	expect "$(asked)" 0
}

@test "without DEBUGINFOD_URLS none is asked, and the hint names the distribution's" {
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "DEBUGINFOD_URLS=https://debuginfod.debian.net"
	expect_not_in "$err" "\$DEBUGINFOD_URLS ("
	DEBUGINFOD_URLS=' ' try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_not_in "$err" "\$DEBUGINFOD_URLS ("
}

@test "a server that doesn't have it: said so, beside what else to do" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	serve "$BATS_TEST_TMPDIR/empty"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect "$err" "stap-vhost: no debuginfo for kernel $REL: module vhost (build-id $(id_of vhost)),\
 module vhost_net (build-id $(id_of vhost_net)), module tun (build-id $(id_of tun))
  hint: the servers in \$DEBUGINFOD_URLS ($DEBUGINFOD_URLS) have no debuginfo of this build
  hint: apt-get install linux-image-$REL-dbg
  hint: stap-vhost doctor checks everything that is needed"
}

@test "a server with other builds of the same modules: none of them is taken" {
	for name in vhost vhost_net tun; do
		elf "$SERVED/lib/modules/$REL/kernel/$name.ko" "$(id_of other-$name)" -g
	done
	serve "$SERVED"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "have no debuginfo of this build"
}

@test "what comes is checked as any other file: another build is refused by name" {
	serve "$SERVED"
	got=$DEBUGINFOD_CACHE_PATH/$(id_of vhost)/debuginfo
	elf "$got" "$(id_of other)" -g
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "refused $got: its build-id is $(id_of other), that of vhost is $(id_of vhost)"
	elf "$got" "$(id_of vhost)"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect_in "$err" "refused $got: it has no DWARF"
	echo 'an error page of a proxy' >"$got"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect_in "$err" "refused $got: not an ELF file"
}

@test "no server there: what it came to, and it isn't asked again for the next" {
	export DEBUGINFOD_URLS=http://127.0.0.1:1
	try "$STAP_VHOST" run -nv host-queryqemu
	expect "$status" 3
	expect_in "$err" "  hint: the download from \$DEBUGINFOD_URLS ($DEBUGINFOD_URLS) failed: Connection refused"
	expect "$(grep -c ': asking ' <<<"$err")" 1
}

@test "what has no build-id can't be asked for, and that is said" {
	export DEBUGINFOD_URLS=http://127.0.0.1:1
	rm "$ROOT/sys/kernel/notes"
	for name in vhost vhost_net tun; do
		echo garbage >"$ROOT/lib/modules/$REL/kernel/$name.ko"
	done
	try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 3
	expect_in "$err" "module vhost (build-id unknown)"
	expect_in "$err" "is not used: the build-id is unknown"
}

@test "a server that doesn't answer: after DEBUGINFOD_TIMEOUT, once" {
	serve "$SERVED"
	kill -STOP "$server"
	SECONDS=0
	DEBUGINFOD_TIMEOUT=1 try "${within[@]}" "$STAP_VHOST" run -nv host-queryqemu
	expect "$status" 3
	expect_in "$err" "the download from \$DEBUGINFOD_URLS ($DEBUGINFOD_URLS) failed: "
	expect "$(grep -c ': asking ' <<<"$err")" 1
	[ "$SECONDS" -lt 20 ]
	# it isn't remembered as one that has none
	kill -CONT "$server"
	try "${within[@]}" "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
}

@test "Ctrl-C while a server is waited for ends it, and leaves nothing half" {
	serve "$SERVED"
	kill -STOP "$server"
	for s in INT TERM; do
		# what a script starts with & would ignore it
		"${within[@]}" env --default-signal=INT "$STAP_VHOST" run -nv host-queryqemu \
			>"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
		pid=$!
		wait_for grep -q ': asking ' "$BATS_TEST_TMPDIR/err"
		sleep 0.3
		SECONDS=0
		kill -$s "$pid"
		status=0
		wait "$pid" || status=$?
		err=$(cat "$BATS_TEST_TMPDIR/err")
		expect "$status" $((128 + $(kill -l $s)))
		[ "$SECONDS" -lt 5 ]
		expect "$(find "$DEBUGINFOD_CACHE_PATH" -name '*debuginfo*')" ""
	done
}

@test "on a terminal: a line while it takes, cleared at the end; Ctrl-C is heard" {
	command -v script >/dev/null || skip "no script(1) for a terminal"
	serve "$SERVED"
	kill -STOP "$server"
	mkfifo "$BATS_TEST_TMPDIR/keys"
	script -qefc "${within[*]} env --default-signal=INT '$STAP_VHOST' run -n host-queryqemu" /dev/null \
		<"$BATS_TEST_TMPDIR/keys" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	pid=$!
	exec 7>"$BATS_TEST_TMPDIR/keys"
	wait_for grep -q 'downloading the debuginfo of vhost, [2-9] s' "$BATS_TEST_TMPDIR/out"
	printf '\003' >&7
	status=0
	wait "$pid" || status=$?
	exec 7>&-
	err=$(cat -A "$BATS_TEST_TMPDIR/out")
	expect "$status" 130
	# the last thing that happened to the line: blanks over it
	expect "$(tail -c 20 "$BATS_TEST_TMPDIR/out" | tr -d '\r^C ')" ""
}

@test "the library isn't there: said once, with the package's name" {
	# one that can't be loaded, found first, is none
	mkdir "$BATS_TEST_TMPDIR/lib"
	echo none >"$BATS_TEST_TMPDIR/lib/libdebuginfod.so.1"
	export DEBUGINFOD_URLS=http://127.0.0.1:1
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib try "$STAP_VHOST" run -nv host-queryqemu
	expect "$status" 3
	expect_in "$err" "libdebuginfod.so.1 isn't installed: apt-get install libdebuginfod1t64"
	expect "$(grep -c 'debuginfod: .*libdebuginfod.so.1' <<<"$err")" 1
	# what this host has is found without it
	cp -r "$SERVED" "$ROOT/usr/lib/debug"
	LD_LIBRARY_PATH=$BATS_TEST_TMPDIR/lib try "$STAP_VHOST" run -n host-queryqemu
	expect "$status" 0
	expect "$err" ""
}
