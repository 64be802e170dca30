# shellcheck shell=sh
# What the cases share that compare vring-dump's records with what guests say of
# themselves. Sourced after case.sh.

# stated NAME...: each guest says what its queues are, to $dir/state, and stands still
stated() {
	: > "$dir/state"
	for n; do eval "kill -USR2 \$guest_$n"; done
	for n; do
		told=$((1 + $(eval "echo \${told_$n:-0}")))
		eval "told_$n=$told"
		wait_for "guest $n has told its state" grep -q "^STATED .* n=$told\$" "$dir/$n.truth"
		awk -v n=$told '$1 == "STATED" { at++; next } at == n - 1 && /^STATE_/' "$dir/$n.truth" >> "$dir/state"
	done
}
# moving NAME...: go on
moving() { for n; do eval "kill -USR2 \$guest_$n"; done; }

# dump OPTION...: vring-dump's records of $pids, to $dir/dump, with the guests stopped
dump() {
	# shellcheck disable=SC2046 # words
	[ -n "${running:-}" ] || kill -STOP $(echo "$pids" | tr , ' ')
	s=0; staprun "$(module vring-dump)" pid="$pids" "$@" > "$dir/dump" 2> "$dir/dump.err" || s=$?
	# shellcheck disable=SC2046 # words
	[ -n "${running:-}" ] || kill -CONT $(echo "$pids" | tr , ' ')
	is "vring-dump's status ($(cat "$dir/dump.err"))" $s 0
	[ ! -s "$dir/dump.err" ] || fail "vring-dump said: $(cat "$dir/dump.err")"
}

# same WHAT QUEUES [BROUGHT-IN]: the dump is what the guests have said
same() {
	awk -v what="$1" -v queues="$2" -v brought_in="${3:-}" -f /src/tests/lab/lib/dump.awk "$dir/state" "$dir/dump" ||
		fail "$1: $(head -4 "$dir/state") $(head -12 "$dir/dump")"
}
