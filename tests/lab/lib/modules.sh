# shellcheck shell=sh
# The scripts' modules, compiled natively in the root by our own program, so
# that no stap runs in the slow machine: there staprun loads them. Sourced by lab.
#   /build/modules/NAME.path    the module of scripts/NAME.stp, tests/lab/stp/NAME.stp, of a row of tests/lab/paths or lacks, and numbers

# What SystemTap is told of a script; one of ours that has to write to the kernel says so
module_options() {
	echo "$modules_options$(! grep -q '^// guru$' "$1" || echo ' -g')"
}

# modules_key DIR SCRIPT, of tapsets and script in DIR
modules_key() {
	{ module_options "$1/$2"; cat "$1"/tapsets/* "$1/$2" "$lane_dir/build/obj/stap-vhost"; } | sha256sum | cut -c1-16
}

# module_build DIR DIR-IN-THE-ROOT SCRIPT, in words of that directory, which has tapsets/
module_build() {
	name=$(basename "$3" .stp)
	key=$(modules_key "$1" "$3")
	[ "$(cat "$lane_dir/build/modules/$name.key" 2>/dev/null)" != "$key" ] || return 0
	say "$lane: compiling $3"
	log=$lane_dir/build/modules/$name.log
	module_options "$1/$3" > "$lane_dir/build/systemtap/rc"
	if ! root_chroot env STAP_VHOST_DATADIR="$2" stap-vhost build -r "$(root_release)" "$2/$3" > "$lane_dir/build/modules/$name.path.tmp" 2> "$log" ||
	   grep -qE 'WARNING|skipped' "$log"; then
		say "$3: $(cat "$log")"
		return 1
	fi
	mv "$lane_dir/build/modules/$name.path.tmp" "$lane_dir/build/modules/$name.path"
	echo "$key" > "$lane_dir/build/modules/$name.key"
}

# lack_build NAME SCRIPT FUNCTIONS: the script as it is compiled on a kernel that hasn't got these functions: they have another name in
# the tapsets, which no kernel knows
lack_build() {
	lacking=$lane_dir/build/lacks/$1
	mkdir -p "$lacking/scripts"
	rm -rf "$lacking/tapsets"
	cp -r "$src_dir/tapsets" "$lacking/"
	cp "$src_dir/scripts/$2.stp" "$lacking/scripts/$1.stp"
	for f in $3; do
		grep -qF "function(\"$f\")" "$lacking"/tapsets/* || { say "$1: no tapset probes $f"; return 1; }
		sed -i "s/function(\"$f\")/function(\"lacks_$f\")/" "$lacking"/tapsets/*
	done
	module_build "$lacking" "/build/lacks/$1" "scripts/$1.stp"
}

# Every function that scripts can call, called with numbers that are no addresses
numbers_build() {
	numbers=$lane_dir/build/numbers
	mkdir -p "$numbers/scripts"
	rm -rf "$numbers/tapsets"
	cp -r "$src_dir/tapsets" "$numbers/"
	"$src_dir/tests/buildok/generate" numbers > "$numbers/scripts/numbers.stp"
	module_build "$numbers" /build/numbers scripts/numbers.stp
}

# The program whose calls call-path.stp shows, where the machine has it too
calls_build() {
	[ "$(sha256sum < "$src_dir/tests/lab/lib/calls.c")" != "$(cat "$lane_dir/build/modules/calls.key" 2>/dev/null)" ] || return 0
	root_chroot gcc -O2 -g -Wall -Wextra -o /build/calls /src/tests/lab/lib/calls.c -lpthread || return 1
	sha256sum < "$src_dir/tests/lab/lib/calls.c" > "$lane_dir/build/modules/calls.key"
}

# path_build NAME POINT...: call-path.stp with these arguments, as stap-vhost would compile it; a program may be without debuginfo
path_build() {
	name=$1; shift
	echo "$modules_options" > "$lane_dir/build/systemtap/rc"
	command=$(root_chroot stap-vhost run -n -r "$(root_release)" /src/scripts/call-path.stp "$@") || return 1
	# of what stap is told and of the root's packages, not of the program that tells it: another one compiles nothing anew
	key=$({ echo "$modules_options $command"; cat "$src_dir"/tapsets/* "$src_dir/scripts/call-path.stp" "$src_dir/tests/lab/lib/calls.c" \
		"$root/var/lib/dpkg/status"; } |
		sha256sum | cut -c1-16)
	[ "$(cat "$lane_dir/build/modules/$name.key" 2>/dev/null)" != "$key" ] || return 0
	say "$lane: compiling scripts/call-path.stp $*"
	log=$lane_dir/build/modules/$name.log
	if ! root_chroot sh -c "cd /build/modules && $(echo "$command" | sed "s/ -p4 / -p4 -m $name /")" > /dev/null 2> "$log" ||
	   grep -E 'WARNING|skipped' "$log" | grep -qvE 'No DWARF|warning messages suppressed'; then
		say "$name: $(cat "$log")"
		return 1
	fi
	echo "/build/modules/$name.ko" > "$lane_dir/build/modules/$name.path"
	echo "$key" > "$lane_dir/build/modules/$name.key"
}

# rows_build TABLE COMMAND: the command with each row of it
rows_build() {
	with=$2
	grep '^[^#]' "$lab_dir/$1" | while read -r row; do
		row=$(echo "$row" | sed 's/ *| */|/g')
		set -f; IFS='|'
		# shellcheck disable=SC2086 # the row's columns
		set -- "$with" $row
		unset IFS; set +f
		"$@" < /dev/null || exit 1
	done
}

# The emulator gives its CPUs turns of up to 100 ms. What passes in another's
# turn would be counted as time in this one's probe, and who holds a lock may
# have to wait for his: no limit for the one, more patience (10 s, not 1 ms) for the other.
modules_options='-DSTP_NO_OVERLOAD -DMAXTRYLOCK=1000000'

modules_build() {
	mkdir -p "$lane_dir/build/modules" "$lane_dir/build/systemtap"
	failed=0
	for s in $(cd "$src_dir" && ls scripts/*.stp tests/lab/stp/*.stp); do
		module_build "$src_dir" /src "$s" || failed=1
	done
	{ calls_build && rows_build paths path_build; } || failed=1
	rows_build lacks lack_build || failed=1
	numbers_build || failed=1
	echo "$modules_options" > "$lane_dir/build/systemtap/rc"
	# for the machine without compiler and debuginfo; all of it is in the cache by now
	root_chroot stap-vhost build -r "$(root_release)" --all --bundle /build/modules/scripts.tar.zst > /dev/null || failed=1
	# a kernel that we compile has other functions inlined than those of distributions: its rows do with the modules that there are
	[ $failed = 0 ] || [ "$kernel_config" ] || die 1 "$lane: a script's module could not be built"
}
