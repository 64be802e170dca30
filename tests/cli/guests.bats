#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

setup()
{
	make_host
	rm -rf "$ROOT/proc"
	mkdir -p "$ROOT/proc"
}

# whose PID UID
whose()
{
	printf 'Name:\tqemu\nUid:\t%s\t%s\t%s\t%s\nGid:\t0\n' "$2" "$2" "$2" "$2" >"$ROOT/proc/$1/status"
}

# One guest of each kind
guests()
{
	process 4242 qemu-system-x86 'qemu\0-name\0guest=web-1,debug-threads=on\0-uuid\0DE305D5-8CAD-4b9f-8C47-fab8bcec6ef9\0-machine\0pc-q35-7.2,accel=kvm\0-netdev\0tap,id=n0,ifname=tap0,script=no,vhost=on\0' vhost-net tap0
	whose 4242 0
	mkdir -p "$ROOT/sys/class/net/tap0/brport" "$ROOT/proc/4242/task/4250"
	ln -s ../../br0 "$ROOT/sys/class/net/tap0/brport/bridge"
	echo vhost-4242 >"$ROOT/proc/4242/task/4250/comm"
	# libvirt's way: JSON, and descriptors by their numbers
	process 4300 qemu-kvm 'qemu\0-name\0guest=instance-0000002a\0-netdev\0{"type":"tap","fds":"10:11","id":"hostnet0","vhost":true,"vhostfds":"9"}\0' vhost-net vnet1 vnet1
	whose 4300 4294000001
	mkdir -p "$ROOT/run/libvirt/qemu"
	echo "<domstatus state='running' reason='booted' pid='4300'><nova:instance><nova:name>shop &amp; till</nova:name></nova:instance></domstatus>" >"$ROOT/run/libvirt/qemu/instance-0000002a.xml"
	process 4400 qemu-system-x86 'qemu\0-name\0ovs\0-chardev\0socket,id=c,path=/x\0-netdev\0vhost-user,id=n,chardev=c\0-netdev\0vhost-vdpa,id=m,vhostdev=/dev/vhost-vdpa-0\0' kvm
	process 4500 qemu-system-x86 'qemu\0-name\0slow\0-netdev\0tap,id=n0,ifname=tap5\0-nic\0user\0-net\0nic\0' kvm tap5
	process 4600 qemu-system-x86 'qemu\0-name\0refused\0-netdev\0tap,id=n0,ifname=tap6,vhost=on\0' kvm tap6
	# plugged in later
	process 4700 qemu-system-x86 'qemu\0-M\0q35\0-nodefaults\0' vhost-net tap7
	process 4800 qemu-system-x86 'qemu\0-name\0lonely\0' kvm
	# the helper opens the tap; two that QEMU calls by itself
	process 4850 qemu-system-x86 'qemu\0-name\0helped\0-netdev\0bridge,id=n,br=br0\0' kvm tap8
	process 4860 qemu-system-x86 'qemu\0-name\0pair\0-netdev\0tap,id=n,vhost=on\0-netdev\0tap,id=m,vhost=on\0' vhost-net tap9 tap10
	# descriptors that are no taps we know, as a macvtap's; and a tap that came later
	process 4870 qemu-system-x86 'qemu\0-name\0macvtap\0-netdev\0tap,id=n,fd=77,vhost=on,vhostfd=9\0' vhost-net tap11
	# in a container of KubeVirt's, whose launcher is its parent's parent
	process 4890 qemu-kvm 'qemu\0-name\0guest=shop_web-2\0-netdev\0tap,id=n,fd=10,vhost=on\0' vhost-net tap12
	printf 'Name:\tqemu\nPPid:\t4881\nUid:\t107\t107\t107\t107\nNSpid:\t4890\t87\n' >"$ROOT/proc/4890/status"
	process 4881 virtqemud 'virtqemud\0' null
	printf 'Name:\tvirtqemud\nPPid:\t4882\n' >"$ROOT/proc/4881/status"
	process 4882 virt-launcher-m '/usr/bin/virt-launcher-monitor\0--qemu-timeout\0338s\0--name\0web-2\0--uid\0ac1e83d8\0--namespace\0shop\0' null
	# anybody's, who calls it like libvirt's
	process 4880 qemu-system-x86 'qemu\0-name\0instance-0000002a\0-netdev\0user,id=n\0' kvm
	process 4900 bash 'bash\0' kvm
}

row()	# PID [COLUMN…]: of its first device
{
	local pid=$1
	shift
	json "' '.join(str(next(g for g in d['guests'] if g['pid'] == $pid)[k]) for k in '$*'.split())"
}

@test "guests: what serves each device, and why some aren't seen" {
	guests
	try "$STAP_VHOST" guests
	expect "$status" 0
	expect "$err" ""
	expect "$(grep -E '^(PID|4242)' <<<"$out" | tr -s ' ')" "PID GUEST USER INTERFACE BACKEND QUEUES BRIDGE
4242 web-1 root tap0 vhost-net 1 br0"
	[[ "$(tr -s ' \n' ' ' <<<"$out")" == *"4600 refused ? tap6 userspace 1 not observed: it has vhost=on, but no /dev/vhost-net open: vhost_net was not loaded, or QEMU may not open it"* ]]
	expect "$(grep -c '^4500' <<<"$out") $(grep -c '^4400' <<<"$out") $(grep -c '^4900' <<<"$out")" "2 2 0"
	[ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' <<<"$out")" -le 80 ]
}

@test "guests --format json: each fact, and what the schema says" {
	guests
	try "$STAP_VHOST" guests --format json
	expect "$status" 0
	as_schema "$HERE/share/schemas/guests.schema.json" "$BATS_TEST_TMPDIR/out"
	expect "$(row 4242 guest uuid machine user interface backend queue_count bridge worker_count seen netdev)" \
		"web-1 DE305D5-8CAD-4b9f-8C47-fab8bcec6ef9 pc-q35-7.2 root tap0 vhost-net 1 br0 1 True tap"
	expect "$(row 4300 guest openstack_name user interface backend queue_count bridge seen)" \
		"instance-0000002a shop & till 4294000001 vnet1 vhost-net 2  True"
	expect "$(row 4400 backend interface seen netdev)" "vhost-user None False vhost-user"
	expect "$(json "[g['backend'] for g in d['guests'] if g['pid'] == 4400]")" "['vhost-user', 'vdpa']"
	expect "$(json "[(g['netdev'], g['interface'], g['backend']) for g in d['guests'] if g['pid'] == 4500]")" \
		"[('tap', 'tap5', 'userspace'), ('user', None, 'userspace')]"
	expect "$(row 4600 backend seen)" "userspace False"
	expect "$(row 4700 guest machine interface backend netdev seen)" "None q35 tap7 vhost-net None True"
	expect "$(row 4800 backend interface why seen)" " None its command line has no network device False"
	expect "$(json "[(g['netdev'], g['interface']) for g in d['guests'] if g['pid'] == 4850]")" "[('bridge', 'tap8')]"
	expect "$(json "[(g['netdev'], g['interface'], g['backend']) for g in d['guests'] if g['pid'] == 4860]")" \
		"[('tap', 'tap10', 'vhost-net'), ('tap', 'tap9', 'vhost-net')]"
	expect "$(json "[(g['netdev'], g['interface']) for g in d['guests'] if g['pid'] == 4870]")" "[('tap', None), (None, 'tap11')]"
	expect "$(row 4880 guest openstack_name)" "instance-0000002a None"
	expect "$(row 4890 guest kubevirt_name pid_in_container)" "shop_web-2 shop/web-2 87"
	expect "$(row 4242 kubevirt_name pid_in_container)" "None None"
	expect "$(json "[g['pid'] for g in d['guests']]")" "[4242, 4300, 4400, 4400, 4500, 4500, 4600, 4700, 4800, 4850, 4860, 4860, 4870, 4870, 4880, 4890]"
}

@test "guests: by process id, name, uuid, tap, OpenStack's name; and nobody" {
	guests
	for word in 4300 'shop & till' vnet1; do
		try "$STAP_VHOST" guests "$word" --format json
		expect "$word: $(json "{g['pid'] for g in d['guests']}")" "$word: {4300}"
	done
	try "$STAP_VHOST" guests de305d5-8cad-4b9f-8c47-fab8bcec6ef9
	expect_in "$out" web-1
	for word in shop/web-2 web-2 shop_web-2; do
		try "$STAP_VHOST" guests "$word" --format json
		expect "$word: $(json "{g['pid'] for g in d['guests']}")" "$word: {4890}"
	done
	try "$STAP_VHOST" diagnose 87
	expect "$status" 1
	expect_in "$err" "stap-vhost: diagnose: there is no process 87
  hint: use the host's process id: inside its container, 4890 shop_web-2 (tap12) is 87"
	try "$STAP_VHOST" guests 87
	expect_in "$err" "inside its container, 4890 shop_web-2 (tap12) is 87"
	try "$STAP_VHOST" guests nobody
	expect "$status" 1
	expect "$err" "stap-vhost: guests: no guest has the name or interface 'nobody'
  hint: stap-vhost guests lists them"
	try "$STAP_VHOST" guests a b
	expect "$status" 2
	rm -rf "$ROOT"/proc/4*
	try "$STAP_VHOST" guests
	expect "$status" 0
	expect "$out" "No guest runs here."
}

@test "guests -v: what else is known" {
	guests
	try "$STAP_VHOST" guests -v web-1
	expect_in "$out" "uuid: DE305D5-8CAD-4b9f-8C47-fab8bcec6ef9"
	expect_in "$out" "machine type: pc-q35-7.2"
	expect_in "$out" "vhost workers: 1"
	try "$STAP_VHOST" guests -v 4300
	expect_in "$out" "name in OpenStack: shop & till"
	expect_not_in "$out" "in its container"
	try "$STAP_VHOST" guests -v web-2
	expect_in "$out" "name in KubeVirt: shop/web-2"
	expect_in "$out" "process id in its container: 87"
}

@test "guests: what a command line says can't be more than text" {
	process 50 qemu-system-x86 'qemu\0-name\0a\033[2J\0-uuid\0../../etc\0-netdev\0{"type":\0-netdev\0tap,fds=99999999999999999999:-1::x,ifname=../../proc\0-machine\0' vhost-net tap1
	process 51 qemu-system-x86 'qemu\0-name\0../../../etc/passwd\0-netdev\0[1]\0-netdev\0,,,=\0-net\0' kvm
	try "$STAP_VHOST" guests -v
	expect "$status" 0
	expect_in "$out" 'a\x1b[2J'
	expect_not_in "$out" $'\e'
	try "$STAP_VHOST" guests --format json
	as_schema "$HERE/share/schemas/guests.schema.json" "$BATS_TEST_TMPDIR/out"
	expect "$(row 51 openstack_name)" None
}
