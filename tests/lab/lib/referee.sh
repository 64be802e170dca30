# shellcheck shell=sh
# What the cases share that compare every alias's counts with what guests know.
# Sourced after case.sh.

# referees PACKETS: guests of "NAME OPTION..." lines on standard input, PACKETS
# each way, one after the other before the same eyes. With PER_PACKET=0 the aliases
# that fire per packet are left out: SystemTap ends a script that takes half of an emulated CPU.
referees() {
	all='' pids='' words=''
	while read -r g options; do
		# shellcheck disable=SC2086 # options are words
		guest "$g" --tap "vg$g" --tx "$1" --rx "$1" $options
		eval "pid=\$guest_$g"
		pairs=1 by=event_idx errors=0 word=''
		for w in $options; do
			case $word:$w in
			--pairs:*) pairs=$w ;;
			--event-idx:off) by=flags ;;
			--fault:*) errors=1 ;;
			esac
			word=$w
		done
		pids=$pids${pids:+,}$pid
		all="$all $g" words="$words $g:$pid:$pairs:$by:$errors"
	done
	observe selftest pid="$pids" per_packet="${PER_PACKET:-1}"
	for g in $all; do
		go "$g"; went "$g"
	done
	observed selftest
	for g in $all; do dismiss "$g"; done
	awk -v guests="$words" -v packets="$1" -v per_packet="${PER_PACKET:-1}" \
		-f /src/tests/lab/lib/records.awk -f /src/tests/lab/lib/referee.awk "$dir"/*.truth "$dir/selftest.out" ||
		fail "selftest said: $(cat "$dir/selftest.out")"
}
