#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# graph, with a tracefs of plain files: what is set and put back, and what it says. That a kernel records is the lab's to show.

load helper

setup()
{
	make_host
	cd "$BATS_TEST_TMPDIR" || exit
	make_tracefs
}

graph()
{
	try timeout 30 "$STAP_VHOST" graph "$@"
}

# All values that are no lists: files without a '#'
values()
{
	(cd "$T" && grep -r . --exclude-dir=per_cpu --exclude='set_*' --exclude='trace*pipe' --exclude=trace . | sed 's/7 (expanded: 1408)/1408/' | sort)
}

@test "graph: wrong options and words are told, each in one line" {
	while read -r words; do
		# shellcheck disable=SC2086 # words
		graph $words
		expect "$words: $status" "$words: 2"
		expect "$out" ""
		[ "$(grep -c '^stap-vhost: ' <<<"$err")" = 1 ]
	done <<-'EOF'
		--depth 0
		--depth x
		tx --depth 99999
		--duration 0
		-d 1.5x
		-d 2d
		--threshold -1
		--buffer 0
		--cpus 3-1
		--cpus all
		--start 0
		--start a:b
		--stop :x
		--snapshot 5
		--snapshot f --stop g
		--stacktrace *:x
		--frobnicate
		a;b
		tx a:b:c
		!handle_tx
	EOF
}

@test "graph: no tracefs is told, with what mounts it" {
	rm -r "$T"
	graph tx -d 1
	expect "$status" 3
	expect_in "$err" "tracefs isn't mounted"
	expect_in "$err" "hint: mount -t tracefs tracefs /sys/kernel/tracing"
}

@test "graph: what is recorded is printed, and all is put back" {
	before=$(values)
	graph tx -d 1 --depth 3 --threshold 20 --cpus 0 --abstime --no-irqs
	expect "$status" 0
	expect "$out" "# tracer: function_graph
#
 0)   1.234 us    |  handle_tx [vhost_net]();"
	expect "$err" ""
	expect "$(values)" "$(sed 's/7 (expanded: 1408)/1408/' <<<"$before")"
	[ ! -e "$ROOT/run/stap-vhost" ]
	[ -z "$(ls "$T/instances")" ]
}

@test "graph: what it sets, as it is set" {
	heard "$STAP_VHOST" graph 'handle_*' :mod:vhost handle_tx:traceoff:1 --depth 3 --cpus 1 --buffer 77 >out 2>err &
	pid=$!
	for _ in $(seq 100); do [ "$(cat "$T/tracing_on")" = 1 ] && [ "$(cat "$T/current_tracer")" = function_graph ] && break; sleep 0.1; done
	sleep 0.3
	is=$(cat "$T"/{max_graph_depth,tracing_cpumask,buffer_size_kb}; head -1 "$T/set_graph_function"; grep handle "$T/set_ftrace_filter")
	kill -INT $pid
	wait $pid
	expect "$is" "3
2
77
handle_*
handle_tx:traceoff:1"
	expect "$(cat "$T/max_graph_depth")" 0
}

@test "graph: who uses the top level is named, and nothing is changed" {
	echo function >"$T/current_tracer"
	echo 'sched:sched_switch' >"$T/set_event"
	before=$(cd "$T" && cat ./*_[^c]* current_tracer)
	graph tx -d 1
	expect "$status" 3
	expect_in "$err" "current_tracer is 'function' (echo nop > current_tracer)"
	expect_in "$err" "set_event is 'sched:sched_switch' (echo 0 > events/enable)"
	expect "$(cd "$T" && cat ./*_[^c]* current_tracer)" "$before"
	[ ! -e "$ROOT/run/stap-vhost" ]
}

@test "graph: what a kernel lacks is told" {
	graph tx --args -d 1
	expect "$status" 3
	expect_in "$err" "this kernel has no funcgraph-args"
	expect "$(cat "$T/tracing_on")" 1
	echo 'function nop' >"$T/available_tracers"
	graph tx -d 1
	expect "$status" 3
	expect_in "$err" "this kernel has no tracer function_graph"
}

@test "graph: lost events are told" {
	printf 'CPU:0 [LOST 12 EVENTS]\n 0)   1.234 us    |  handle_tx [vhost_net]();\n' >"$T/trace_pipe"
	graph tx -d 1
	expect "$status" 0
	expect_in "$err" "warning: graph: 12 events were lost"
	printf 'entries: 0\noverrun: 30\ndropped events: 4\n' >"$T/per_cpu/cpu0/stats"
	graph tx -d 1 --save file
	expect_in "$err" "warning: graph: 34 events were lost"
	expect_in "$err" "--buffer 16384"
	expect_in "$(cat file)" "LOST 12 EVENTS"
	expect "$(stat -c %a file)" 600
}

@test "graph: the buffers are bound by the host's memory" {
	mkdir -p "$T/per_cpu/"cpu{1,2,3}
	echo 'MemAvailable: 65536 kB' >"$ROOT/proc/meminfo"
	heard "$STAP_VHOST" graph tx -d 5 >out 2>err &
	pid=$!
	for _ in $(seq 100); do [ "$(cat "$T/current_tracer")" = function_graph ] && break; sleep 0.1; done
	is=$(cat "$T/buffer_size_kb")
	kill -INT $pid
	wait $pid || :
	expect "$is" 1024
	expect_in "$(cat err)" "warning: the buffer is 1024 KiB for each of 4 CPUs, instead of 4096: only 64 MiB of memory are available"
	expect "$(cat "$T/buffer_size_kb")" 1408
	graph tx -d 1 --buffer 8193
	expect "$status" 3
	expect_in "$err" "graph: not enough memory for a buffer: it needs 8193 KiB for each of 4 CPUs, but 64 MiB are available"
	expect_in "$err" "use at most --buffer 8192"
	echo 'MemAvailable: 4000 kB' >"$ROOT/proc/meminfo"
	graph tx -d 1
	expect "$status" 3
	expect_in "$err" "not enough memory for a buffer: it needs 64 KiB at least"
}

@test "graph: that nothing was recorded is told" {
	: >"$T/trace_pipe"
	graph tx -d 1
	expect "$status" 0
	expect_in "$err" "nothing was recorded"
}

@test "graph: a full disk, and a reader who goes" {
	graph tx -d 1 --save /dev/full
	expect "$status" 1
	expect_in "$err" "graph: can't write /dev/full: No space left on device"
	for _ in $(seq 5000); do echo ' 0)   1.234 us    |  handle_tx [vhost_net]();'; done >"$T/trace_pipe"
	{ s=0; "$STAP_VHOST" graph tx -d 20 2>err || s=$?; echo $s >status; } | head -1 >first
	expect "$(cat status)" 141
	expect "$(cat err)" ""
	expect "$(cat "$T/current_tracer")" nop
}

@test "graph: --stop at a call that is long" {
	printf ' 0)   1.234 us    |  f();\n 0) + 12.345 us   |  g();\n 0)   1.234 us    |  h();\n' >"$T/trace_pipe"
	graph tx -d 20 --stop 12
	expect "$status" 0
	expect "$(tail -1 <<<"$out")" " 0) + 12.345 us   |  g();"
	graph tx -d 1 --start 12	# the header went with what was recorded
	expect "$out" " 0)   1.234 us    |  h();"
}

@test "graph: names on a terminal can't move its cursor" {
	printf ' 0)  ev\033[2Jil-7  |   1.234 us    |  handle_tx();\n' >"$T/trace_pipe"
	python3 - "$STAP_VHOST" >seen <<-'EOF'
		import os, pty, sys
		pid, fd = pty.fork()
		if not pid:
		    os.execv(sys.argv[1], [sys.argv[1], "graph", "tx", "-d", "1"])
		seen = b""
		while True:
		    try:
		        data = os.read(fd, 4096)
		    except OSError:
		        break
		    if not data:
		        break
		    seen += data
		print(seen)
	EOF
	expect_in "$(cat seen)" 'ev\\x1b[2Jil-7'
	# nor in a file, which is looked at on one
	printf ' 0)  ev\033[2Jil-7  |   1.234 us    |  handle_tx();\n' >"$T/trace_pipe"
	graph tx -d 1
	expect_in "$out" 'ev\x1b[2Jil-7'
	expect_not_in "$out" $'\e'
}

@test "graph: what was left by one that was killed is put back by the next" {
	mkdir -m 700 -p "$ROOT/run/stap-vhost"
	mkdir "$T/instances/stap-vhost-99"
	printf 'in %s\nremove instances/stap-vhost-99\nset max_graph_depth 0\nset tracing_thresh 0\nset cut' "$T" >"$ROOT/run/stap-vhost/undo.99"
	echo 7 >"$T/max_graph_depth"
	try "$STAP_VHOST" doctor
	expect_in "$(tr -s ' \n' ' ' <<<"$out")" "killed-runs stale: settings in $T (changed by process 99) do: stap-vhost clean"
	expect "$(cat "$T/max_graph_depth")" 7
	graph tx -d 1
	expect "$status" 0
	expect "$(cat "$T/max_graph_depth")" 0
	[ ! -e "$T/instances/stap-vhost-99" ]
	[ ! -e "$ROOT/run/stap-vhost" ]
}

@test "graph: a guest that isn't there" {
	graph tx --guest nobody -d 1
	expect "$status" 1
	expect_in "$err" "graph: no guest with vhost devices has the name or interface 'nobody'"
	process 77 qemu 'qemu\0-name\0web' vhost-net tap0
	graph tx --guest nobody -d 1
	expect_in "$err" "hint: there is: 77 web (tap0)"
}

@test "graph: a guest's threads are traced" {
	process 77 qemu 'qemu\0-name\0web' vhost-net tap0
	mkdir -p "$ROOT/proc/77/task"/{77,78,79} "$ROOT/proc/80"
	echo qemu >"$ROOT/proc/77/task/77/comm"
	echo 'CPU 0/KVM' >"$ROOT/proc/77/task/78/comm"
	echo vhost-77 >"$ROOT/proc/77/task/79/comm"
	echo vhost-78 >"$ROOT/proc/80/comm"
	echo '80 (vhost-78) S 2 0 0 0 -1 2129984 0' >"$ROOT/proc/80/stat"
	heard "$STAP_VHOST" graph tx --guest web >out 2>err &
	pid=$!
	for _ in $(seq 100); do [ "$(cat "$T/current_tracer")" = function_graph ] && break; sleep 0.1; done
	is=$(head -1 "$T/set_ftrace_pid")
	kill -TERM $pid
	wait $pid
	expect "$is" 80	# the last one: each is written to the start of a plain file
}
