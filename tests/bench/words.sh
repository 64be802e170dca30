# shellcheck shell=sh
# The words that the tables of rows are made of, beside case.sh's, and what the measures have in common. Sourced by them after case.sh;
# $rows is the table.
tracing=/sys/kernel/tracing

# stap NAME [GLOBAL=VALUE...]: as observe, and until it rests
stap() {
	observe "$@"
	eval "wait_for 'stapio rests' rests \$observer_$(echo "$1" | tr - _)"
}

# dumps [GLOBAL=VALUE...]: vring-dump, which has no probes to wait for
dumps() {
	staprun "$(module vring-dump)" "$@" > "$dir/vring-dump.out" 2> "$dir/vring-dump.err" & dumps=$!
	wait_for 'the first dump' grep -q ^END "$dir/vring-dump.out"
}

# another: an idle guest beside the one that is measured
another() { guest another --tap vg1 --tx 0 --rx 0; go another; went another; }

attached() {
	kill -0 "$bpf" 2>/dev/null || fail "bpftrace: $(cat "$dir/bpf.out")"
	grep -q Attach "$dir/bpf.out"
}
# bpf PROGRAM, bpf_end, bpf_count (what "@ = count()" counted)
bpf() {
	bpftrace -e "$1" > "$dir/bpf.out" 2>&1 &
	bpf=$!
	# with types of a module it reads for minutes
	wait_s=600
	wait_for 'bpftrace is attached' attached
	wait_s=''
	wait_for 'bpftrace rests' rests "$bpf"
}
bpf_end() { kill -INT "$bpf"; wait "$bpf" || fail "bpftrace: $(cat "$dir/bpf.out")"; }
bpf_count() { sed -n 's/^@: //p' "$dir/bpf.out"; }

# tracefs FILE=VALUE...: appends VALUE, or empties FILE where there is none
tracefs() {
	for w in "$@"; do
		case $w in
		*=) : > "$tracing/${w%%=*}" ;;
		*) echo "${w#*=}" >> "$tracing/${w%%=*}" ;;
		esac
	done
}
# entries: how many events went into the trace buffer, overwritten ones too
entries() { entries=$(cat "$tracing"/per_cpu/cpu*/stats | awk '/^(entries|overrun):/ { n += $2 } END { print n }'); }

# rests PID: a second long it did nothing
rests() {
	used=$(cut -d' ' -f14,15 "/proc/$1/stat")
	sleep 1
	[ "$used $(awk '/^State/ { print $2 }' "/proc/$1/status")" = "$(cut -d' ' -f14,15 "/proc/$1/stat") S" ]
}

# No program is started for it: waiting for one to be loaded is idle time.
idle_ns() {
	idle=0
	while read -r k _ v _; do
		case $k in .idle_sleeptime) idle=$((idle + v)) ;; esac
	done < /proc/timer_list
}

# shellcheck disable=SC2034
row() { # KEY: sets attach, detach, count
	line=$(awk -F ' *[|] *' -v k="$1" '$1 == k' "$rows")
	[ -n "$line" ] || fail "no row '$1'"
	IFS='|' read -r _ _ _ attach detach count <<-LINE
	$line
	LINE
}
