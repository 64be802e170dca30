# shellcheck shell=sh
# What goes wrong around a guest, made for real: fault_NAME GUEST makes it of a guest that case.sh's
# guest() has started, and repaired undoes all of them. What the guest does wrong itself is vguest's --fault.
# Sourced after case.sh. The table is tests/lab/faults, the guests that have nothing are tests/lab/healthy.

repairs='' later=''
# repair COMMAND: what repaired does, the last one first. What has to wait for the guest's end is done by gone_too.
repair() { repairs="$1
$repairs"; }
repaired() {
	eval "$repairs"
	repairs=''
}
gone_too() {
	eval "$later"
	later=''
}

# impossible NAME: why fault_NAME can't be made on this kernel; nothing if it can
impossible() {
	release=$(uname -r) major=${release%%.*} minor=${release#*.}
	case $1 in
	worker_quota) # 'sched/fair: Switch to task based throttle model': when it returns to user space, which a worker never does
		[ "$((major * 100 + ${minor%%.*}))" -lt 618 ] || echo 'since 6.18 the quota of its cgroup does not stop a worker' ;;
	vcpu_stop)
		[ "$((major * 100 + ${minor%%.*}))" -lt 604 ] || echo 'since 6.4 the worker is a thread of the process and stops with it' ;;
	esac
}

# tap_of GUEST, pid_of GUEST
tap_of() { sed -n 's/^ready .*tap=\([^ ]*\).*/\1/p' "$dir/$1.truth"; }
pid_of() { eval "echo \$guest_$1"; }

# thread_of GUEST COMM: its thread of that name; worker_of GUEST: vhost's worker, a thread of the guest's or of the kernel's
thread_of() { named "$2" "/proc/$(pid_of "$1")/task/[0-9]*"; }
worker_of() {
	w=$(thread_of "$1" "vhost-$(pid_of "$1")")
	echo "${w:-$(named "vhost-$(pid_of "$1")" "/proc/[0-9]*")}"
}
named() {
	for at in $2; do
		read -r comm < "$at/comm" || continue
		[ "$comm" != "$1" ] || { echo "${at##*/}"; return; }
	done 2>/dev/null
}

# held GUEST: what the guest sends is forwarded to an interface whose qdisc lets nothing go
held() {
	tap=$(tap_of "$1")
	modprobe -a dummy sch_plug sch_ingress cls_matchall act_mirred
	ip link add "held-$tap" type dummy
	ip link set "held-$tap" up
	tc qdisc add dev "held-$tap" root plug limit 100000000
	tc qdisc add dev "$tap" ingress
	tc filter add dev "$tap" parent ffff: matchall action mirred egress redirect dev "held-$tap"
	repair "tc qdisc del dev $tap ingress; ip link del held-$tap"
}

# TX-TAP-FULL: the tap takes 64 KiB of the guest's (QEMU: -netdev tap,sndbuf=65536), and they stay where they are forwarded to
fault_tap_full() {
	python3 /src/tests/lab/lib/tap.py "$(pid_of "$1")" sndbuf 65536
	held "$1"
}

# TAP-DOWN
fault_tap_down() {
	ip link set "$(tap_of "$1")" down
	repair "ip link set $(tap_of "$1") up"
}
# The same of a tap whose sndbuf has a limit: each packet is sent on its own, and refused
fault_tap_down_sndbuf() {
	python3 /src/tests/lab/lib/tap.py "$(pid_of "$1")" sndbuf 1048576
	fault_tap_down "$1"
}

# DROP-BEFORE-RING: by a socket filter or a MAC filter of the tap's, or by its qdisc (guest: --qdisc on)
fault_filter() { python3 /src/tests/lab/lib/tap.py "$(pid_of "$1")" filter; }
fault_mac_filter() { python3 /src/tests/lab/lib/tap.py "$(pid_of "$1")" txfilter; }
fault_qdisc_loss() {
	modprobe sch_netem
	tc qdisc replace dev "$(tap_of "$1")" root netem loss 50%
	repair "tc qdisc del dev $(tap_of "$1") root"
}

# ZCOPY-STUCK: vhost-net sends without copying (zerocopy before the guest starts), and what was sent stays. A worker that
# waits for its buffers at the guest's end would wait for ever: repaired comes first.
zerocopy() {
	modprobe -r vhost_net
	modprobe vhost_net experimental_zcopytx=1
	later='modprobe -r vhost_net; modprobe vhost_net'
}
fault_zcopy() { held "$1"; }

# direct OPTIONS: "@macvtap" among a guest's options makes its --tap "fault1" or "well1" a macvtap, on one end of a veth pair
direct() {
	case " $* " in
	*' @macvtap '*)
		modprobe -a veth macvtap
		ip link add "$of-low" type veth peer name "$of-peer"
		sysctl -qw "net.ipv6.conf.$of-low.disable_ipv6=1" "net.ipv6.conf.$of-peer.disable_ipv6=1" || :
		ip link set "$of-low" up
		ip link set "$of-peer" up
		ip link add link "$of-low" name "$of" type macvtap mode passthru
		later="$later
ip link del $of-low"
		echo "$*" | sed "s/@macvtap/--peer $of-peer/" ;;
	*) echo "$*" ;;
	esac
}

# quota TID USEC PERIOD NAME: the thread gets no more of a CPU than that
quota() {
	cg=/sys/fs/cgroup/$4
	echo +cpu > /sys/fs/cgroup/cgroup.subtree_control
	mkdir -p "$cg"
	echo threaded > "$cg/cgroup.type"
	echo "$2 $3" > "$cg/cpu.max"
	echo "$1" > "$cg/cgroup.threads"
	repair "echo $1 > /sys/fs/cgroup/cgroup.threads; rmdir $cg"
}

# WORKER-STARVED: a task of a real-time policy has the worker's CPU, or its cgroup's quota is spent
fault_worker_hog() {
	worker=$(worker_of "$1")
	for t in "/proc/$(pid_of "$1")/task/"*; do taskset -pc 0 "${t##*/}" > /dev/null; done
	taskset -pc 1 "$worker" > /dev/null
	# the case and its programs stay away from it
	taskset -pc 0 $$ > /dev/null
	repair "taskset -pc 0-$(($(nproc) - 1)) $$ > /dev/null"
	# it lets go for a moment now and then: who loads a module waits for kernel threads of that CPU, once a probe
	chrt -f 50 taskset -c 1 busybox sh -c 'while :; do i=0; while [ $i -lt 1000 ]; do i=$((i + 1)); done; sleep 0.002; done' & hog=$!
	repair "kill $hog"
}
fault_worker_quota() { quota "$(worker_of "$1")" 1000 100000 worker; }

# GUEST-FROZEN: the vCPU, and with it a worker that is a thread of the process, too. The host that sends is one of its threads as well: not that.
fault_frozen() {
	cg=/sys/fs/cgroup/frozen
	mkdir -p "$cg"
	echo threaded > "$cg/cgroup.type"
	for t in $(thread_of "$1" vcpu0) $(thread_of "$1" "vhost-$(pid_of "$1")"); do
		echo "$t" > "$cg/cgroup.threads"
		repair "echo $t > /sys/fs/cgroup/cgroup.threads"
	done
	echo 1 > "$cg/cgroup.freeze"
	repair "echo 0 > $cg/cgroup.freeze"
	later="$later
rmdir $cg"
}

# RX-BURST: the vCPU stands still for most of each period, while the host sends on
fault_vcpu_quota() { quota "$(thread_of "$1" vcpu0)" 5000 500000 vcpu; }
# The guest's process is stopped and goes on, again and again; a worker that is one of its threads, too
fault_vcpu_stop() {
	pid=$(pid_of "$1")
	(while :; do kill -STOP "$pid"; sleep 0.5; kill -CONT "$pid"; sleep 0.1; done) & stopper=$!
	repair "kill $stopper; kill -CONT $pid"
}

# What the cases do with the tables. $SEED: the guests' rates
seed=${SEED:-1}

# apart AROUND: whether it needs a machine of its own: all others would feel it
apart() { case $1 in alone|worker_hog|vcpu_*|zcopy|frozen) ;; *) return 1 ;; esac; }

# made NAME OPTIONS: a guest of that name, ready to go; $g is what it's called from now on
made() {
	g=$(echo "$1" | tr - _) n_if=$((${n_if:-0} + 1))
	of=fault$n_if
	random 60
	direct "$2" > "$dir/options"
	# shellcheck disable=SC2046 # options are words
	guest "$g" --tap "$of" --lossy --tx inf --rx inf --window inf --rate $((120 + r)) --ring 64 --txqueuelen 100 $(cat "$dir/options")
}

# rows FILE: its fields with tabs between them, and without lines that are none
rows() { awk -F ' *[|] *' -v OFS='\t' '/^#/ || !NF { next } { $1 = $1; print }' "$1"; }

# each_fault [together|host|all|NAME...]: those that a guest has by itself, those that can be together, those that its rings alone don't show, or
# all; eight at a time, those that need it one after the other. The case's: judged GUEST..., to let them go and to look at them; found GUEST, the same of one that is on its way. Then they end.
each_fault() {
	asked=" $* "
	rows /src/tests/lab/faults > "$dir/faults"
	together='' grouped=0
	while IFS='	' read -r name _ around options _; do
		if apart "$around" || ! wanted "$name" "$around"; then continue; fi
		why=$(impossible "$around")
		[ -z "$why" ] || { echo "$name: $why"; continue; }
		[ "$options" != - ] || options=--lossy
		made "$name" "$options"
		together="$together $g" grouped=$((grouped + 1))
		case $around in -|host) ;; *) "fault_$around" "$g" ;; esac
		# more of them on two emulated CPUs would starve each other, and that would be a fault
		[ $grouped = 8 ] || continue
		# shellcheck disable=SC2086 # names
		{ judged $together; ended $together; }
		together='' grouped=0
	done < "$dir/faults"
	# shellcheck disable=SC2086 # names
	[ -z "$together" ] || { judged $together; ended $together; }
	while IFS='	' read -r name _ around options _; do
		if ! apart "$around" || ! wanted "$name" "$around"; then continue; fi
		why=$(impossible "$around")
		[ -z "$why" ] || { echo "$name: $why"; continue; }
		[ "$options" != - ] || options=--lossy
		[ "$around" != zcopy ] || zerocopy
		made "$name" "$options"
		if [ "$around" = alone ]; then	# its worker takes a CPU: not before it is looked at
			judged "$g"
		else
			go "$g"
			sleep 0.5
			"fault_$around" "$g"
			sleep 1
			found "$g"
		fi
		ended "$g"
	done < "$dir/faults"
}

# wanted NAME AROUND
wanted() {
	case $asked in
	'  ') case $2 in -|host) ;; *) return 1 ;; esac ;;
	' host ') [ "$2" != - ] ;;
	' all ') ;;
	' together ') ! apart "$2" ;;
	*" $1 "*) ;;
	*) return 1 ;;
	esac
}

# ended GUEST...: what was made is undone, and they end well
ended() {
	repaired
	for g; do dismiss "$g"; done
	gone_too
}
