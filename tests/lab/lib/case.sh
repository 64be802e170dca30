# shellcheck shell=sh
# What the cases in tests/lab/cases share. They run in the lab machine, as root,
# in /src. A case exits with 0 pass, 1 fail, 77 skip (the reason is its last line).

. /src/tests/lab/lib/tools.sh
dir=$(mktemp -d)
export STAP_PR13193_OVERRIDE=1 STAP_BZ1552745_OVERRIDE=1

fail() { echo "FAIL: $*"; exit 1; }
skip() { echo "SKIP: $*"; exit 77; }
is() { [ "$2" = "$3" ] || fail "$1: seen '$2', should be '$3'"; }

module() { cat "/build/modules/$1.path"; }
# The same in the machine's own cache, which may hold older ones beside it: NAME.ko and NAME.json
entry() { echo "$STAP_VHOST_CACHE/modules/$(basename "$(dirname "$(module "$1")")")"; }

# observe NAME [GLOBAL=VALUE...]: loads a script's module; its output goes to
# $dir/NAME.out and .err. Returns when its probes are armed.
observe() {
	n=$1; shift
	ko=$(module "$n")
	staprun "$ko" "$@" > "$dir/$n.out" 2> "$dir/$n.err" &
	eval "observer_$(echo "$n" | tr - _)=$!"
	armed $! "$n"
}

# silent NAME: fails when NAME said a word on standard error (lost output is told there)
silent() {
	[ ! -s "$dir/$1.err" ] || fail "$1 said: $(cat "$dir/$1.err")"
}

# observed NAME: ends it and waits; fails unless it ended well, and silently
observed() {
	eval "p=\$observer_$(echo "$1" | tr - _)"
	kill -INT "$p" 2>/dev/null || :
	wait "$p" || fail "$1 ended with $?: $(cat "$dir/$1.err")"
	silent "$1"
}

# random BELOW: the next number of $seed, into $r
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	r=$((seed / 65536 % $1))
}

# wait_for WHAT COMMAND: up to 120 s ($wait_s) of the machine's time, by its clock
wait_for() {
	awaited=$1 until_s=$(($(date +%s) + ${wait_s:-120})); shift
	until "$@" 2>/dev/null; do
		[ "$(date +%s)" -le $until_s ] || fail "waited in vain until $awaited"
		sleep 0.2
	done
}

# guest NAME [OPTION...]: a vguest that waits for go; its pid is $guest_NAME
guest() {
	n=$1; shift
	[ -p "$dir/silent" ] || mkfifo "$dir/silent"
	vguest --wait --linger "$@" <> "$dir/silent" > "$dir/$n.truth" 2> "$dir/$n.err" &
	eval "guest_$n=$!"
	wait_for "guest $n is ready" grep -q ^ready "$dir/$n.truth"
}
# go NAME: its traffic; went NAME: waits for its truth, for $went_s seconds of the machine's time at most
go() { eval "kill -USR1 \$guest_$1"; }
went() {
	until_s=$(($(date +%s) + ${went_s:-120}))
	until grep -q ^TOTAL "$dir/$1.truth"; do
		[ "$(date +%s)" -le $until_s ] || fail "guest $1 did not finish: $(cat "$dir/$1.err" "$dir/$1.truth")"
		eval "kill -0 \$guest_$1" || fail "guest $1 ended: $(cat "$dir/$1.err")"
		sleep 0.2
	done
}

# exact NAME OUTPUT: what was seen of guest NAME is what it did
exact() {
	for q in TX0 RX0; do
		is "$1 $q sent" "$(value "$2" "SUMMARY queue=$q" sent)" "$(truth "$1" $q signals)"
		is "$1 $q buffers" "$(value "$2" "SUMMARY queue=$q" buffers)" "$(truth "$1" $q completions)"
	done
	echo "$1: exact"
}

# settled: whether each stapio waits, in pselect() or ppoll(), for what its probes will say. Before
# that it registers them all in one write() to its module's control file.
settled() {
	for at in /proc/[0-9]*; do
		read -r comm < "$at/comm" || continue
		[ "$comm" = stapio ] || continue
		read -r call _ < "$at/syscall" || continue
		case $call in 270|271) ;; *) return 1 ;; esac
	done 2>/dev/null
}

# registered PID WHAT [FUNCTION]: how many probes there are on FUNCTION; status 1: none
registered() {
	grep -c "${3:-${probed:-vhost_add_used_and_signal_n}}" /sys/kernel/debug/kprobes/list
}

# armed PID WHAT [FUNCTION]: waits until a script that was started as PID has all its probes,
# $probes of them on FUNCTION (else on $probed), counted once all are there; by the machine's clock, for $armed_s
# seconds at most
armed() {
	until_s=$(($(date +%s) + ${armed_s:-200}))
	until registered "$@" > /dev/null && settled && probes=$(registered "$@"); do
		kill -0 "$1" 2>/dev/null || fail "$2 ended: $(cat "$dir/$2.err")"
		[ "$(date +%s)" -le $until_s ] || fail "$2: no probe after ${armed_s:-200} s"
		sleep 0.1
	done
}

# through NAME COMMAND...: guest NAME's traffic once the command's probes are
# armed; Ctrl-C; exact counts, and not a word on standard error
through() {
	n=$1; shift
	"$@" > "$dir/$n.out" 2> "$dir/$n.err" & p=$!
	armed $p "$n"
	go "$n"; went "$n"; sleep 1
	kill -INT $p
	s=0; wait $p || s=$?
	is "$n's status" $s 0
	silent "$n"
	exact "$n" "$dir/$n.out"
	dismiss "$n"
}

# What a run could leave behind: its modules, processes, files. Without a
# program of its own: it is asked five times a second, and a program costs 8 ms and more in this machine.
# The machine's own cache is looked at where what was written goes: below it are the modules of months, over 9p.
could_stay() {
	written=$STAP_VHOST_CACHE
	[ "$written" != /run/cache ] || written=/run/cache.upper
	for left in /sys/module/stap_vhost_* "$written"/tmp/* "$written"/tmp/.[!.]* "$written"/modules/.[!.]* "$written"/modules/*/.[!.]* \
		    /tmp/stap* /root/.systemtap; do
		[ ! -e "$left" ] || echo "$left"
	done
	running stap stapio staprun stap-vhost stap-vhost-grd cc1
}

# What of it was not there when the case began. Nothing for nothing
ours() {
	could_stay | while read -r left; do
		case "
$at_first
" in *"
$left
"*) ;; *) echo "$left" ;; esac
	done
}

# running NAME...: "PID NAME" of each process that is called so
running() {
	for at in /proc/[0-9]*; do
		read -r comm < "$at/comm" || continue
		case " $* " in *" $comm "*) echo "${at#/proc/} $comm" ;; esac
	done 2>/dev/null
}

# nothing_left WHAT: within 5 s of the machine's time, by its clock
nothing_left() {
	until_s=$(($(date +%s) + ${nothing_s:-5}))
	while [ -n "$(ours)" ]; do
		[ "$(date +%s)" -le $until_s ] || fail "$1: after ${nothing_s:-5} s there is still: $(ours)"
		sleep 0.2
	done
}

at_first=$(could_stay)

# A stap that must not be run: any call is seen
no_stap() {
	mkdir -p "$dir/bin"
	printf '#!/bin/sh\necho "stap $*" >> %s\nexit 99\n' "$dir/stap-was-run" > "$dir/bin/stap"
	chmod +x "$dir/bin/stap"
	PATH=$dir/bin:$PATH
}

# truth NAME RECORD KEY: what the guest says; seen OBSERVER KIND=... KEY likewise
# in one program: each costs 8 ms and more in this machine
value() { sed -n "/^$2 .*\\b$3=/{s/.*\\b$3=\\([^ ]*\\).*/\\1/;h};\${x;p}" "$1"; }
truth() { value "$dir/$1.truth" "$2" "$3"; }

# world: what a program could leave behind
world() {
	grep -o '^stap[^ ]*' /proc/modules || :
	ls /sys/class/net /run/netns 2>/dev/null || :
	find /proc/[0-9]*/ns/net -prune -exec readlink {} + 2>/dev/null | sort -u
	running vguest stap stapio staprun stap-vhost stap-vhost-grd
	grep -c ' sysfs ' /proc/mounts
	cat /sys/kernel/debug/kprobes/list
}

dismiss() {
	eval "kill \$guest_$1"
	s=0; eval "wait \$guest_$1" || s=$?
	[ $s = 0 ] || fail "guest $1 ended with $s: $(cat "$dir/$1.err")"
}
