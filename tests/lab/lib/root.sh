# shellcheck shell=sh
# A lane's root: made once by mmdebstrap, with what is needed of the kernel's
# debuginfo beside it, and used as chroot (native compilation) and as the
# machine's root file system. Sourced by lab.

# What the root depends on: a root made from other rows is made anew.
root_stamp() {
	{ awk -v l="$lane" '$1 == l' "$lab_dir/lanes"; awk '{ print $1 }' "$lab_dir/packages"
	  cat "$lab_dir/lib/debuginfo.list"
	  [ -z "$kernel_config" ] || kernel_key; } | sha256sum | cut -c1-16
}

# What a compiled kernel depends on
kernel_key() { cat "$lab_dir/$kernel_config" "$lab_dir/lib/configure-kernel" "$lab_dir/lib/compile-kernel" | sha256sum | cut -c1-12; }

# The packages of a root: their names in the table are those of the usual kernel
root_packages() {
	awk -v flavour="$flavour" '
		/^#/ || !NF { next }
		!/^linux-(image|headers)-amd64/ { print $1; next }
		flavour { sub(/amd64$/, flavour, $1); print $1 }
		END { if (!flavour) print "linux-source\nflex\nbison\nbc\nxz-utils" }' "$lab_dir/packages" | paste -sd,
}

# A kernel that no package has is compiled in the root, once for its configuration, and kept beside it.
root_kernel() {
	compiled=$lane_dir/kernel-$(kernel_key)
	if [ ! -e "$compiled/done" ]; then
		say "$lane: compiling a kernel with $kernel_config (twenty minutes to an hour, once)"
		chroot_tree=$root.tmp
		root_chroot /src/tests/lab/lib/compile-kernel "/src/tests/lab/$kernel_config" /build/kernel /build/kernel.tree >&2 ||
			die 1 "$lane: the kernel could not be compiled"
		chroot_tree=''
		rm -rf "$lane_dir"/kernel-*
		mkdir "$compiled"
		mv "$lane_dir/build/kernel.tree" "$compiled/tree"
		: > "$compiled/done"
	fi
	cp -al "$compiled/tree/." "$root.tmp/"
	rm -f "$root.tmp"/usr/src/linux-source-*.tar.xz
}

# The debuginfo was fetched beside the installation: wait for it, move it in.
root_debuginfo() {
	release=$(basename "$(echo "$root.tmp"/lib/modules/*)")
	while [ ! -e "$dbg/done" ]; do sleep 0.5; done
	[ "$(cat "$dbg/done")" = 0 ] || die 1 "$lane: the kernel's debuginfo: $(tail -3 "$dbg/log")"
	[ "$(cat "$dbg/release")" = "$release" ] || die 1 "$lane: debuginfo of $(cat "$dbg/release"), kernel $release"
	cp -al "$dbg/tree/." "$root.tmp/" && rm -rf "$dbg"
	# stap -r reads it in place of /proc/kallsyms; the kernel package has a stub there
	map=$(find "$root.tmp/usr/lib/debug" -name 'System.map*' | head -1)
	[ -n "$map" ] || die 1 "$lane: no System.map in the kernel's debuginfo package"
	cp "$map" "$root.tmp/boot/System.map-$release"
}

root_make() {
	stamp=$(root_stamp)
	[ "$(cat "$root/.stamp" 2>/dev/null)" != "$stamp" ] || return 0
	command -v mmdebstrap >/dev/null || die 2 'mmdebstrap is not installed: make deps'
	mkdir -p "$lane_dir"
	exec 8>"$lane_dir/lock"
	flock 8
	if [ "$(cat "$root/.stamp" 2>/dev/null)" = "$stamp" ]; then exec 8>&-; return 0; fi
	say "$lane: making the root (Debian $suite; about two minutes, once)"
	dbg=$lane_dir/dbg
	rm -rf "$root.tmp" "$root" "$dbg"
	mkdir "$dbg"
	# No initramfs in the root: the lab brings its own.
	# shellcheck disable=SC2086 # options are words
	mmdebstrap --quiet --variant=minbase $mmdebstrap_options \
		--aptopt='APT::Install-Recommends "false"' \
		--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
		--dpkgopt='path-exclude=/usr/lib/firmware/*' --dpkgopt='path-exclude=/usr/share/qemu/*.fd' \
		${flavour:+--essential-hook="$lab_dir/lib/fetch-debuginfo $dbg $lab_dir/lib/debuginfo.list $flavour"} \
		--include="$(root_packages)" "$suite" "$root.tmp" >&2 || die 1 "$lane: mmdebstrap failed"
	rm -f "$root.tmp"/boot/initrd*
	mkdir -p "$root.tmp/src" "$root.tmp/build" "$root.tmp/share" "$root.tmp/lab"
	if [ "$flavour" ]; then root_debuginfo; else root_kernel; fi
	# A symlink would resolve outside of the chroot and in another place inside the machine.
	echo "$stamp" > "$root.tmp/.stamp"
	mv "$root.tmp" "$root"
	exec 8>&-
}

# The same root without a compiler, headers, debuginfo and stap: a production
# host. Hard links: purging unlinks files and changes none.
root_bare() {
	bare=$lane_dir/bare
	stamp="$(root_stamp) $(sha256sum < "$lab_dir/lib/bare.list")"
	exec 8>"$lane_dir/bare.lock"
	flock 8
	if [ "$(cat "$bare/.stamp" 2>/dev/null)" != "$stamp" ]; then
		say "$lane: making the root of a production host"
		rm -rf "$bare" "$bare.tmp"
		cp -al "$root" "$bare.tmp"
		rm -f "$bare.tmp/.stamp" "$bare.tmp/var/log/dpkg.log" "$bare.tmp/var/log/alternatives.log"
		grep '^/' "$lab_dir/lib/bare.list" | while read -r p; do
			# shellcheck disable=SC2086 # a pattern
			rm -rf "$bare.tmp"$p
		done
		mkdir -p "$bare.tmp/usr/src"
		packages=$(grep '^[^/#]' "$lab_dir/lib/bare.list")
		# shellcheck disable=SC2016,SC2086 # for the inner shell; patterns
		unshare -m chroot "$bare.tmp" sh -euc '
			export LC_ALL=C.UTF-8
			dpkg-query -W -f "\${db:Status-Abbrev} \${Package}:\${Architecture}\n" "$@" 2>/dev/null |
				awk "\$1 == \"ii\" { print \$2 }" | sed "s/:all\$//" | xargs dpkg --purge --force-depends > /var/log/purge 2>&1
		' sh $packages || die 1 "$lane: the root of a production host could not be made: $(tail -3 "$bare.tmp/var/log/purge")"
		echo "$stamp" > "$bare.tmp/.stamp"
		mv "$bare.tmp" "$bare"
	fi
	exec 8>&-
}

root_release() { basename "$(echo "$root"/lib/modules/*)"; }

# The command runs in the chroot with /src, /build, /proc and /dev, in a mount
# namespace of its own: whatever happens, nothing stays mounted.
root_chroot() {
	mkdir -p "$lane_dir/build"
	unshare -m sh -eu -c '
		root=$1 src=$2 build=$3; shift 3
		mount --make-rprivate /
		mount --bind "$src" "$root/src"
		mount --bind "$build" "$root/build"
		mount --bind /dev "$root/dev"
		mount -t proc proc "$root/proc"
		exec chroot "$root" /usr/bin/env -C /build -i PATH=/build/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin \
			HOME=/root LC_ALL=C.UTF-8 SYSTEMTAP_DIR=/build/systemtap STAP_VHOST_CACHE=/build/cache \
			STAP_VHOST_DATADIR=/src "$@"
	' sh "${chroot_tree:-$root}" "$src_dir" "$lane_dir/build" "$@"
}

# What all that is built for a lane is made of: a fresh clone's files are all newer than what was made of the same
root_key() {
	(cd "$src_dir" && find runtime rooms docs/man tapsets scripts Makefile NEWS tests/buildok/generate tests/lab/stp tests/lab/paths tests/lab/lacks \
		tests/lab/lib/calls.c tests/lab/lib/root.sh tests/lab/lib/modules.sh "$root/var/lib/dpkg/status" -type f | sort | xargs sha256sum) |
		sha256sum | cut -c1-16
}

# Whether it is there; root_ours: or was made by this checkout, which has changed since
root_built() {
	built=$(cat "$lane_dir/build/built" 2>/dev/null) || return
	[ "${built%% *}" = "$(root_key)" ]
}
root_ours() {
	built=$(cat "$lane_dir/build/built" 2>/dev/null) || return
	[ "${built#* }" = "$src_dir" ] || root_built
}

# Our own programs and the modules of the scripts. A machine that runs has a shared lock, and what it uses stays.
root_build() {
	exec 9>"$lane_dir/build.lock"
	flock 9
	if ! root_built; then
		exec 8>>"$lane_dir/lock"
		flock -n 8 || { say "$lane: waiting for the machines of this lane that run: what they use is built anew"; flock 8; }
		rm -f "$lane_dir/build/built"
		# (before: what is changed while it is built is built the next time)
		made_of=$(root_key)
		# of another checkout an object may be newer than a source that is another one
		[ "$(cat "$lane_dir/build/obj/of" 2>/dev/null)" = "$src_dir" ] || rm -rf "$lane_dir/build/obj"
		root_chroot make -s -j"$(nproc)" -C /src BUILD=/build/obj >&2 || die 1 "$lane: the build failed"
		mkdir -p "$lane_dir/build/bin"
		for p in stap-vhost vguest; do ln -sf "../obj/$p" "$lane_dir/build/bin/$p"; done
		echo "$src_dir" > "$lane_dir/build/obj/of"
		modules_build
		[ "$failed" = 0 ] || made_of=-	# (tried again the next time)
		echo "$made_of $src_dir" > "$lane_dir/build/built"
		exec 8>&-
	fi
	exec 9>&-
}

root_gc() {
	for d in "$cache"/*/; do
		[ -d "$d" ] || continue
		lanes --all | grep -qx "$(basename "$d")" || { say "removing $d"; rm -rf "$d"; }
	done
}
