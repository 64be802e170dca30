#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What 'latency --load' says of recorded events. That a kernel's are watched is the lab's to show.

load helper

setup()
{
	cd "$BATS_TEST_TMPDIR" || exit
	cat >kernel.txt <<-'EOF'
		# tracer: nop
		#
		          <idle>-0       [001] d..2.    10.000100: sched_waking: comm=vhost-900 pid=910 prio=120 target_cpu=001
		          <idle>-0       [001] d..3.    10.000101: sched_wakeup: comm=vhost-900 pid=910 prio=120 target_cpu=001
		          <idle>-0       [001] d..2.    10.000103: sched_switch: prev_comm=swapper/1 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=vhost-900 next_pid=910 next_prio=120
		       vhost-900-910     [001] d..2.    10.000200: sched_switch: prev_comm=vhost-900 prev_pid=910 prev_prio=120 prev_state=S ==> next_comm=swapper/1 next_pid=0 next_prio=120
		          <idle>-0       [000] d.h2.    10.000300: sched_waking: comm=CPU 0/KVM pid=905 prio=120 target_cpu=000
		          <idle>-0       [000] d..2.    10.000400: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=CPU 0/KVM next_pid=905 next_prio=120
		       CPU 0/KVM-905     [000] d..2.    10.000500: sched_switch: prev_comm=CPU 0/KVM prev_pid=905 prev_prio=120 prev_state=R+ ==> next_comm=stress next_pid=77 next_prio=120
		          stress-77      [000] d..2.    10.000550: sched_switch: prev_comm=stress prev_pid=77 prev_prio=120 prev_state=S ==> next_comm=CPU 0/KVM next_pid=905 next_prio=120
	EOF
	cat >trace-cmd.txt <<-'EOF'
		cpus=2
		          <idle>-0     [001] d..2.    10.000100: sched_waking:         comm=vhost-900 pid=910 prio=120 target_cpu=001
		          <idle>-0     [001] d..3.    10.000101: sched_wakeup:         vhost-900:910 [120] CPU:001
		          <idle>-0     [001] d..2.    10.000103: sched_switch:         swapper/1:0 [120] R ==> vhost-900:910 [120]
		       vhost-900-910   [001] d..2.    10.000200: sched_switch:         vhost-900:910 [120] S ==> swapper/1:0 [120]
		          <idle>-0     [000] d.h2.    10.000300: sched_waking:         comm=CPU 0/KVM pid=905 prio=120 target_cpu=000
		          <idle>-0     [000] d..2.    10.000400: sched_switch:         swapper/0:0 [120] R ==> CPU 0/KVM:905 [120]
		       CPU 0/KVM-905   [000] d..2.    10.000500: sched_switch:         CPU 0/KVM:905 [120] R ==> stress:77 [120]
		          stress-77    [000] d..2.    10.000550: sched_switch:         stress:77 [120] S ==> CPU 0/KVM:905 [120]
	EOF
}

latency()
{
	try timeout 30 "$STAP_VHOST" latency "$@"
}

# tid, wake-ups, their least and most, waits and their sum
threads()
{
	json '[tuple(t[k] for k in ("tid", "name", "wakeups", "min_ns", "max_ns", "waits", "waits_ns")) for t in d["threads"]]'
}

WANTED="[(910, 'vhost-900', 1, 3000, 3000, 0, 0), (905, 'CPU 0/KVM', 1, 100000, 100000, 1, 50000)]"

@test "latency --load: the kernel's text, trace-cmd's, in each disguise" {
	for file in kernel trace-cmd; do
		latency --load $file.txt --format json
		expect "$file: $status $err" "$file: 0 "
		expect "$file: $(threads)" "$file: $WANTED"
		expect "$(json '(d["file"], d["milliseconds"], d["lost_events"], d["worst"]["tid"], len(d["worst"]["trace"]), d["tracers"])')" \
			"('$file.txt', 0, 0, 905, 2, {'irqsoff': False, 'preemptoff': False})"
		for name in quoted mail tabs coloured nbsp cat-n grep-n grep-H dmesg journal added list-star cr utf-16 utf-16-be gz xz; do
			"$HERE/tests/graph/disguise" $name <$file.txt >disguised
			latency --load disguised --format json
			expect "$file $name: $(threads)" "$file $name: $WANTED"
		done
	done
}

@test "latency --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	cp kernel.txt off.txt
	for event in irq_disable irq_enable preempt_disable preempt_enable; do
		printf '       vhost-900-910     [001] d..1.    10.0002%s: %s: caller=a parent=b\n' $((10 + $(wc -l <off.txt))) $event
	done >>off.txt
	for file in kernel trace-cmd off; do
		latency --load $file.txt --format json
		as_schema "$HERE/share/schemas/latency.schema.json" "$BATS_TEST_TMPDIR/out"
	done
	expect "$(json '[t["irqs_off"]["times"] for t in d["threads"] if t["irqs_off"]]')" "[1, 0]"
}

@test "latency --load: threads by id and by name" {
	latency --load kernel.txt --format json 905 'str*'
	expect "$(json '[t["name"] for t in d["threads"]]')" "['CPU 0/KVM', 'stress']"
	latency --load - --format json vhost-900-910 <kernel.txt
	expect "$(json '[t["tid"] for t in d["threads"]] + [d["file"]]')" "[910, '-']"
	latency --load kernel.txt nobody
	expect "$status $out" '1 '
	expect_in "$err" 'latency: no thread nobody in kernel.txt'
	expect_in "$err" 'hint: name threads by their ids or names'
}

@test "latency --load: text" {
	latency --load kernel.txt
	expect "$status $err" '0 '
	expect_in "$out" 'Wake-ups of 2 threads in 0.0 s, by the scheduler'
	expect_in "$out" 'vhost-900-910: woken 1 times, ran after 3.00us to 3.00us'
	expect_in "$out" 'preempted 1 times, waited 50.0us in all'
	expect_in "$out" "irqsoff: its events are not in the file. Unknown"
	printf '       vhost-900-910     [001] d..1.    10.000210: irq_disable: caller=a parent=b\n       vhost-900-910     [001] d..1.    10.000215: irq_enable: caller=a parent=b\n' >>kernel.txt
	latency --load kernel.txt
	expect_in "$out" 'interrupts off 1 times, for 5.00us'
	expect_in "$out" 'irqsoff: its events are in the file. They show'
}

@test "latency --load: what is missing in a file is told" {
	grep -v waking kernel.txt >wakeup.txt
	latency --load wakeup.txt --format json
	expect_in "$err" 'no sched_waking in wakeup.txt'
	expect "$(json 'd["threads"][0]["max_ns"]')" 2000
	grep -v wak kernel.txt >switch.txt
	latency --load switch.txt
	expect_in "$err" 'only the waits of preempted threads are known'
	grep -v switch kernel.txt >waking.txt
	latency --load waking.txt
	expect_in "$err" 'no sched_switch in waking.txt: it is unknown when a thread runs'
	{ head -6 kernel.txt; tail -n +7 kernel.txt | fold -s -w 76; } >wrapped.txt
	latency --load wrapped.txt
	expect_in "$err" 'lines of wrapped.txt name events of the scheduler'
	sed 's/10\.000\(...\):/111264306\1:/' kernel.txt >ticks.txt
	latency --load ticks.txt
	expect "$status $out" '1 '
	expect_in "$err" 'latency: no events of the scheduler in ticks.txt'
	sed '5s/^/CPU:1 [12 EVENTS DROPPED]\n/' trace-cmd.txt >lost.txt
	latency --load lost.txt --format json
	expect_in "$err" 'events were lost'
	expect "$(json 'd["lost_events"]')" 12
	latency --load "$HERE/tests/graph/traces/6.12-default.txt"
	expect "$status $out" '1 '
	expect_in "$err" 'record them with: trace-cmd record -e sched_waking -e sched_switch'
	latency --load nowhere.txt
	expect "$status" 1
	expect_in "$err" "latency: can't read nowhere.txt: No such file or directory"
	latency --load kernel.txt -d 3
	expect "$status" 2
}
