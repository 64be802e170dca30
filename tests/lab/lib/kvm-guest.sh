# shellcheck shell=sh
# Real KVM guests in the lab's machine, which emulates SVM: run the row with --with-kvm. Sourced by cases after case.sh.

# kvm_ready: KVM is there, or the case is skipped
kvm_ready() {
	modprobe kvm_amd 2>/dev/null || modprobe kvm_intel 2>/dev/null || skip 'this machine emulates no SVM and has no VMX'
	[ -c /dev/kvm ] || skip 'no /dev/kvm'
}

# vcpus_start: lib/vcpus.c runs as $guest; descriptor 8 takes its orders, 9 has what it says
vcpus_start() {
	gcc -O1 -pthread -o "$dir/vcpus" /src/tests/lab/lib/vcpus.c
	mkfifo "$dir/go" "$dir/tell"
	"$dir/vcpus" < "$dir/go" > "$dir/tell" 2> "$dir/vcpus.err" & guest=$!
	exec 8> "$dir/go" 9< "$dir/tell"
	vcpus_says
	[ "$line" = ready ] || fail "the guest says '$line'"
}
# vcpus_says: its next $line
vcpus_says() { read -r line <&9 || fail "no guest: $(cat "$dir/vcpus.err")"; }

# yields_observed PIDS MS, yields_end: vcpu-yield, and as it is on a kernel that lacks functions: $dir/vcpu-yield.out, vcpu-yield-lacks.out
yields_observed() {
	observers=''
	for script in vcpu-yield vcpu-yield-lacks; do
		staprun "$(module $script)" pid="$1" interval="$2" > "$dir/$script.out" 2> "$dir/$script.err" &
		observers="$observers $!"
		armed $! $script kvm_vcpu_halt
		wait_for "$script: the first telling" grep -q ^GUEST "$dir/$script.out"
	done
}
yields_end() {
	# shellcheck disable=SC2086 # words
	kill -INT $observers
	for o in $observers; do
		s=0; wait "$o" || s=$?
		is 'status' $s 0
	done
	is 'what they say' "$(cat "$dir"/vcpu-yield*.err)" ''
}

# kvm_initrd INIT PROGRAM...: $dir/initrd.img, a guest whose first program is lib/INIT, with these programs out of lib/PROGRAM.c
kvm_initrd() {
	release=$(uname -r)
	mkdir -p "$dir/initrd/bin"
	cp /bin/busybox "$dir/initrd/bin/"; ln -s busybox "$dir/initrd/bin/sh"
	cp "/src/tests/lab/lib/$1" "$dir/initrd/init"; chmod +x "$dir/initrd/init"
	shift
	for program; do gcc -O1 -static -pthread -o "$dir/initrd/bin/$program" "/src/tests/lab/lib/$program.c"; done
	# what a kernel has built in needs no module
	for what in virtio_pci virtio_net; do modprobe -S "$release" --show-depends $what; done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' > "$dir/modules"
	while read -r f; do
		m=${f##*/} m=${m%%.*}
		/src/tests/lab/lib/cat-module "$f" > "$dir/initrd/$m.ko"
		echo "$m" >> "$dir/initrd/modules"
	done < "$dir/modules"
	(cd "$dir/initrd" && find . | cpio -o -H newc --quiet) > "$dir/initrd.img"
}

# kvm_qemu TAP WORDS OPTION...: becomes the guest behind that tap, its kernel's command line ending in WORDS. noxsave: the
# emulated CPU's sizes of it contradict each other, which newer kernels don't survive. nohz=off: that CPU takes an interrupt between sti
# and hlt, so the guest may halt with work to do, and without a tick it would sleep until something else happens
kvm_qemu() {
	tap=$1 words=$2; shift 2
	exec qemu-system-x86_64 -accel kvm -cpu host -m 256 -nodefaults -no-user-config -display none \
		-kernel "/boot/vmlinuz-$(uname -r)" -initrd "$dir/initrd.img" \
		-append "console=ttyS0 quiet panic=-1 nokaslr no_timer_check tsc=reliable lpj=1000000 mitigations=off noxsave nohz=off $words" \
		-netdev "tap,id=n0,ifname=$tap,script=no,downscript=no,vhost=on" -device virtio-net-pci,id=net0,netdev=n0,romfile= "$@"
}
