# shellcheck shell=sh
# Boots a lane's root in QEMU, runs one command there and judges how it went.
# Knows nothing of the tests. Sourced by lab.

# modules that the machine needs before it has its root
boot_modules='virtio_pci 9pnet_virtio 9p overlay virtio_console'

boot_initramfs() {
	release=$(root_release)
	key=$({ echo "$boot_modules $release"; cat "$lab_dir/lib/init"; } | sha256sum | cut -c1-12)
	initramfs=$lane_dir/initramfs-$key
	[ ! -e "$initramfs" ] || { touch "$initramfs"; return 0; }
	exec 9>"$lane_dir/build.lock"
	flock 9
	[ ! -e "$initramfs" ] || { exec 9>&-; return 0; }
	root_chroot sh -eu -c '
		rm -rf /build/initramfs; mkdir -p /build/initramfs/bin /build/initramfs/modules; cd /build/initramfs
		cp /bin/busybox bin/; ln -s busybox bin/sh; cp /src/tests/lab/lib/init init; chmod +x init
		for m in '"$boot_modules"'; do modprobe -S '"$release"' --show-depends "$m" 2>/dev/null || :; done |
			awk '\''$1 == "insmod" && !seen[$2]++ { print $2 }'\'' | while read -r f; do
			n=$(basename "$f"); n=${n%%.ko*}.ko
			/src/tests/lab/lib/cat-module "$f" > "modules/$n"
			echo "$n" >> modules/order
		done
		find . | cpio -o -H newc --quiet > /build/initramfs.img
	' || die 1 'the initramfs could not be made'
	# (another checkout may be about to boot with its own)
	find "$lane_dir" -maxdepth 1 -name 'initramfs-*' -mtime +30 -delete
	mv "$lane_dir/build/initramfs.img" "$initramfs"
	exec 9>&-
}

# Whether KVM really boots a kernel here: a /dev/kvm alone says nothing.
boot_kvm_works() (
	exec 2>/dev/null
	[ -w /dev/kvm ] || exit
	timeout 30 qemu-system-x86_64 -accel kvm -cpu host -m 512 -display none -no-reboot \
		-kernel "$root/boot/vmlinuz-$release" -initrd "$initramfs" \
		-append 'console=ttyS0 quiet panic=-1 lab.probe' -serial stdio -monitor none < /dev/null |
		grep -q lab-probe-ok
)

# The answer is kept for this host kernel.
boot_accel() {
	known=$cache/accel-$(uname -r)
	[ -e "$known" ] || if boot_kvm_works; then echo kvm; else echo tcg,thread=single; fi > "$known.$$"
	[ -e "$known" ] || mv "$known.$$" "$known"
	cat "$known"
}

boot_options() {
	share='' smp=2 mem=2048 cpu=qemu64 accel='' icount='' limit=300 patience=180 append='' keep_log='' build=1 tree=$root spared='' kernel=''
	while [ $# -gt 0 ]; do
		case $1 in
		--share) share=$(cd "$2" && pwd) || die 2 "--share: no directory '$2'"; shift ;;
		--smp) smp=$2; shift ;;
		--mem) mem=$2; shift ;;
		--cpu) cpu=$2; shift ;;
		--accel) accel=$2; shift ;;
		--kernel) kernel=$(realpath "$2") || die 2 "--kernel: no file '$2'"; shift ;;
		--with-kvm) smp=1 cpu=max append="$append $ticking" ;;
		--icount) icount=1; accel=tcg,thread=single ;;
		--timeout) limit=$2; shift ;;
		--patience) patience=$2; shift ;;
		--append) append="$append $2"; shift ;;
		--keep-log) keep_log=$2; shift ;;
		--no-build) build='' ;;
		--spare) spared=$spare ;;
		--bare) root_bare; tree=$bare ;;
		--) shift; break ;;
		*) die 2 "unknown option '$1' (tests/lab/lab --help)" ;;
		esac
		shift
	done
	words=$(for w in "$@"; do printf "'%s' " "$(printf %s "$w" | sed "s/'/'\\\\''/g")"; done)
}

# tsc=reliable: an emulated TSC is one for all CPUs; 6.1 does not believe it and reads the HPET, a trap each.
# lpj: what 6.1 finds out for its second CPU, while the emulator gives the turn to the first, makes udelay()
# take no time there, and SystemTap's patience with a lock (MAXTRYLOCK times 10 us) ends a hundred times too soon.
# spare, with --spare: what hardens a kernel and is nothing to a test, a fifth of all the instructions that are emulated. The bench is about
# kernels as people run them.
spare='init_on_alloc=0 hardened_usercopy=off transparent_hugepage=never lsm=lockdown audit=0 cgroup_disable=memory randomize_kstack_offset=off'
# ticking, with --with-kvm: at each exit of a nested guest the emulator (do_vmexit() in svm_helper.c of QEMU 7.2) clears a
# bit of the CPU's requests by a plain read and write, while its other thread may set the one for an interrupt, which is lost then. A
# kernel that has set its timer for one time would sleep until something else happens. The local APIC's periodic timer comes again.
ticking='nohz=off highres=off'
boot_qemu() {
	ended=0
	rm -f "$run/lab/begun" "$run/late"
	boot_watch & watch=$!
	timeout --foreground "$limit" qemu-system-x86_64 -pidfile "$run/pid" "$@" 2> "$run/qemu.err" || ended=$?
	kill "$watch" 2> /dev/null || :
	wait "$watch" 2> /dev/null || :
}

# Ends a machine that is not at its command after $patience s. Seen on a busy host: the emulator has answered the first request of
# the first 9p device, the kernel has not got that interrupt, and sleeps for ever.
boot_watch() {
	waited=0
	while [ $waited -lt "$patience" ]; do
		sleep 1
		[ ! -e "$run/lab/begun" ] || return 0
		waited=$((waited + 1))
	done
	: > "$run/late"
	kill "$(cat "$run/pid")"
}

# What the machine runs is of this checkout, and stays so until it ends: another may have built its own since
boot_built() {
	[ -z "$build" ] || root_build
	exec 7>>"$lane_dir/lock"
	flock -s 7
	while ! { [ "$(cat "$root/.stamp" 2>/dev/null)" = "$(root_stamp)" ] && root_ours; }; do
		exec 7>&-
		root_make
		root_build
		boot_initramfs
		exec 7>>"$lane_dir/lock"
		flock -s 7
	done
}

boot_machine() {
	boot_initramfs
	[ -n "$accel" ] || accel=$(boot_accel)
	[ "$accel" != kvm ] || [ "$cpu" != qemu64 ] || cpu=host
	run=$(mktemp -d "${TMPDIR:-/tmp}/stap-vhost-lab.XXXXXX")
	trap 'rm -rf "$run"' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	# (the lock keeps the root, too, which another checkout may want to be another one)
	boot_built
	mkdir "$run/lab"
	echo "$words" > "$run/lab/command"
	[ -z "$interactive" ] || : > "$run/lab/interactive"
	# no_timer_check: on a busy host the kernel sees no timer interrupt in time, and panics after 36 ms (check_timer())
	set -- -accel "$accel" -cpu "$cpu" -smp "$smp" -m "$mem" -display none -no-reboot -nodefaults -no-user-config \
		-kernel "${kernel:-$root/boot/vmlinuz-$release}" -initrd "$initramfs" \
		-append "console=ttyS0 quiet loglevel=5 panic=-1 oops=panic nokaslr mitigations=off tsc=reliable no_timer_check lpj=10000000 $spared ${kernel:+lab.builtin} $append" \
		-serial "file:$run/console" -monitor none \
		-chardev stdio,id=out,signal=off -device virtio-serial-pci -device virtconsole,chardev=out
	# KVM on PREEMPT_RT wants a constant TSC, which the emulator's CPU doesn't claim; a kernel that takes its machine for VMware's
	# believes in one (vmware_set_capabilities())
	case $flavour:$accel in rt-*:tcg*) set -- "$@" -machine pc,vmport=on -smbios type=1,serial=VMware-lab -cpu "$cpu,-hypervisor" ;; esac
	[ -z "$icount" ] || set -- "$@" -icount shift=0,align=off,sleep=off -rtc clock=vm
	for f in "root:$tree:on" "src:$src_dir:on" "build:$lane_dir/build:off" "lab:$run/lab:off" ${share:+"share:$share:off"}; do
		tag=${f%%:*} ro=${f##*:} path=${f#*:}; path=${path%:*}
		set -- "$@" -fsdev "local,id=$tag,path=$path,security_model=none,multidevs=remap,readonly=$ro" \
			-device "virtio-9p-pci,fsdev=$tag,mount_tag=$tag"
	done
	boot_qemu "$@"
	# A wrong clock: on a busy host in one of three boots, so twice in a row is seen too. What happens before the command is no
	# doing of ours: no module of ours is loaded
	for again in 'once more' 'and once more'; do
		if [ -e "$run/lab/clock" ]; then say "the machine's clock is wrong ($(cat "$run/lab/clock")): $again"
		elif [ -e "$run/late" ]; then say "the machine has not begun with its command after $patience s: $again"
		elif [ ! -e "$run/lab/begun" ] && [ "$ended" = 0 ]; then say "the machine has ended before its command: $again: $(boot_last_words)"
		else break
		fi
		rm -f "$run/lab/clock"
		boot_qemu "$@"
	done
	return $ended
}

boot_last_words() {
	for f in "$run/qemu.err" "$run/console"; do
		[ -e "$f" ] || echo "there is no $f"
		tail -n 3 "$f" 2> /dev/null || :
	done
}

# The command's status, unless the machine or the kernel says otherwise.
boot_verdict() {
	qemu_status=$1
	[ -z "$keep_log" ] || cat "$run/console" "$run/lab/dmesg" > "$keep_log" 2>/dev/null || :
	if splat=$(grep -hEf "$lab_dir/lib/splats" "$run/console" "$run/lab/dmesg" 2>/dev/null); then
		say "the kernel log has a splat:"
		cat "$run/console" >&2
		say "$(echo "$splat" | sort -u | head -5)"
		verdict=123
	elif [ -e "$run/lab/status" ]; then
		verdict=$(cat "$run/lab/status")
	elif [ "$qemu_status" = 124 ]; then
		say "given up after $limit s"; verdict=124
	else
		say "the machine was lost (QEMU ended with $qemu_status): $(boot_last_words)"
		verdict=125
	fi
	exit "$verdict"
}

boot_run() {
	interactive=''
	boot_options "$@"
	[ -n "$words" ] || die 2 'run what? (lab run LANE -- COMMAND)'
	status=0
	boot_machine < /dev/null || status=$?
	boot_verdict "$status"
}

boot_shell() {
	interactive=1
	boot_options "$@"
	limit=86400 words=sh
	saved=$(stty -g 2>/dev/null) || saved=''
	[ -z "$saved" ] || stty raw -echo
	status=0
	boot_machine || status=$?
	[ -z "$saved" ] || stty "$saved"
	boot_verdict "$status"
}
