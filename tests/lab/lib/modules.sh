# shellcheck shell=sh
# The scripts' modules, compiled natively in the root by our own program, so
# that no stap runs in the slow machine: there staprun loads them. Sourced by lab.
#   /build/modules/NAME.path    the module of scripts/NAME.stp or tests/lab/stp/NAME.stp

# What SystemTap is told of a script; one of ours that has to write to the kernel says so
module_options() {
	echo "$modules_options$(! grep -q '^// guru$' "$1" || echo ' -g')"
}

modules_key() {
	{ module_options "$1"; cat "$src_dir"/tapsets/* "$1" "$lane_dir/build/obj/stap-vhost"; } | sha256sum | cut -c1-16
}

# module_build SCRIPT, in words of the checkout
module_build() {
	name=$(basename "$1" .stp)
	key=$(modules_key "$src_dir/$1")
	[ "$(cat "$lane_dir/build/modules/$name.key" 2>/dev/null)" != "$key" ] || return 0
	say "$lane: compiling $1"
	log=$lane_dir/build/modules/$name.log
	module_options "$src_dir/$1" > "$lane_dir/build/systemtap/rc"
	if ! root_chroot stap-vhost build -r "$(root_release)" "/src/$1" > "$lane_dir/build/modules/$name.path.tmp" 2> "$log" ||
	   grep -qE 'WARNING|skipped' "$log"; then
		say "$1: $(cat "$log")"
		return 1
	fi
	mv "$lane_dir/build/modules/$name.path.tmp" "$lane_dir/build/modules/$name.path"
	echo "$key" > "$lane_dir/build/modules/$name.key"
}

# The emulator gives its CPUs turns of up to 100 ms. What passes in another's
# turn would be counted as time in this one's probe, and who holds a lock may
# have to wait for his: no limit for the one, more patience (10 s, not 1 ms) for the other.
modules_options='-DSTP_NO_OVERLOAD -DMAXTRYLOCK=1000000'

modules_build() {
	mkdir -p "$lane_dir/build/modules" "$lane_dir/build/systemtap"
	failed=0
	for s in $(cd "$src_dir" && ls scripts/*.stp tests/lab/stp/*.stp); do
		module_build "$s" || failed=1
	done
	echo "$modules_options" > "$lane_dir/build/systemtap/rc"
	# for the machine without compiler and debuginfo; all of it is in the cache by now
	root_chroot stap-vhost build -r "$(root_release)" --all --bundle /build/modules/scripts.tar.zst > /dev/null || failed=1
	[ $failed = 0 ] || die 1 "$lane: a script's module could not be built"
}
