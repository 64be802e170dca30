#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The commands of README.md and docs/*.md, as they show them (tests/readme): guests are made up, scripts are stubs
# that repeat what was recorded.

load helper

setup()
{
	need_privileges
	REL=6.12.117+deb13-amd64
	export MADE=$BATS_TEST_TMPDIR/made.ko
	module "$MADE" "$REL" pid:string who:string summary:int64_t interval:int64_t rings:int64_t descs:int64_t headers:int64_t \
		payload:int64_t watch:int64_t duration:int64_t argc:int64_t argv_1:string argv_2:string
	make_host
	make_kernel_module kvm
	make_tracefs
	for event in sched_waking sched_wakeup_new sched_switch; do
		mkdir -p "$T/events/sched/$event"
		echo 0 >"$T/events/sched/$event/enable"
		echo 0 >"$T/events/sched/$event/filter"
	done
	export STAP_VHOST_DATADIR=$HERE UNIT=$HERE/tests/unit
	process 42 qemu-system-x86 'qemu\0-name\0guest=web1\0' vhost-net tap0
	process 4242 qemu-system-x86 'qemu\0-name\0guest=vga\0' vhost-net dumpa
	process 43 qemu-system-x86 'qemu\0-name\0real\0-machine\0q35\0-netdev\0user,id=n\0' kvm
	mkdir -p "$ROOT/proc/4242/task/4243"
	echo vhost-4242 >"$ROOT/proc/4242/task/4243/comm"
	make_staprun '
		case $* in
		*vhost_drops*) grep -v -e "^#" -e "^NAME" "$UNIT/diagnose/rx-empty.records" ;;
		*vring_dump*) sed "s/=tap0/=dumpa/" "$UNIT/dump.records" ;;
		*) printf "arg %s\n" "$@" ;;
		esac'
	mkdir "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/tree"
	cd "$BATS_TEST_TMPDIR/tree" || exit
	ln -s "$HERE/tapsets" "$HERE/scripts" "$HERE/runtime" "$HERE/share" .
	ln -s "${STAP_VHOST%/*}" build
	ln -s "$STAP_VHOST" "$BATS_TEST_TMPDIR/bin/stap-vhost"
	cp "$HERE/tests/graph/traces/6.12-filter.txt" vhost.txt
	cat >trace.dat <<-'EOF'	# as text: what trace-cmd is asked for is its own test's
		# tracer: nop
		          <idle>-0       [000] d.h2.    10.000300: sched_waking: comm=CPU 0/KVM pid=4245 prio=120 target_cpu=000
		          <idle>-0       [000] d..2.    10.000400: sched_switch: prev_comm=swapper/0 prev_pid=0 prev_prio=120 prev_state=R ==> next_comm=CPU 0/KVM next_pid=4245 next_prio=120
		       CPU 0/KVM-4245    [000] d..2.    10.000500: sched_switch: prev_comm=CPU 0/KVM prev_pid=4245 prev_prio=120 prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120
	EOF
	printf '#!/bin/sh\necho 4242\n' >"$BATS_TEST_TMPDIR/bin/pidof"
	printf '#!/bin/sh\n[ -d "$2" ] && [ -f "$3" ] && echo "$2 $(basename "$3" .stp) $4"\n' >"$BATS_TEST_TMPDIR/bin/stap"
	chmod +x "$BATS_TEST_TMPDIR/bin/"{pidof,stap}
	export PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

@test "each command that the pages show does what it is there for" {
	n=0
	while IFS='|' read -r test expression command; do
		[[ "$test" = "cli "* ]] || continue
		expression=$(sed 's/^ *//;s/ *$//' <<<"$expression") command=${command# }
		case $command in
		*man\ -*) command -v man >/dev/null || continue ;;
		esac
		echo "$command"
		try timeout 60 bash -euc "$command"
		case $status in 0|3|4) ;; *) echo "status $status: $err"; return 1 ;; esac
		[ "$expression" = - ] || grep -qE -e "$expression" "$BATS_TEST_TMPDIR/out" "$BATS_TEST_TMPDIR/err" ||
			{ echo "is: $out"; echo "$err"; return 1; }
		n=$((n + 1))
	done <"$HERE/tests/readme"
	[ "$n" -ge 15 ]
}

@test "the README's table has each verb, in the order of help" {
	try "$STAP_VHOST" help
	sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p' <<<"$out" >"$BATS_TEST_TMPDIR/help"
	sed -n '/^## Verbs$/,/^The scripts/s/^| \[\(.*\)\](.*/\1/p' "$HERE/README.md" | tr -d '`' | tr ',' '\n' |
		awk '{ print $1 }' >"$BATS_TEST_TMPDIR/readme"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/help")" -gt 10 ]
	diff "$BATS_TEST_TMPDIR/help" "$BATS_TEST_TMPDIR/readme"
}
