#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later

load helper

# Beside what make_host() gives, all that a host needs
setup()
{
	make_host
	need_privileges
	export TMPDIR=$BATS_TEST_TMPDIR SYSTEMTAP_DIR=$BATS_TEST_TMPDIR/systemtap
	unset SYSTEMTAP_STAPRUN
	printf 'ID=debian\nVERSION_CODENAME=trixie\n' >"$ROOT/etc/os-release"
	mkdir -p "$ROOT/boot" "$ROOT/proc/self" "$ROOT/proc/sys/debug" "$ROOT/proc/4242/fd"
	printf 'CONFIG_%s=y\n' MODULES MODULE_UNLOAD KPROBES KRETPROBES KALLSYMS RELAY DEBUG_FS \
		VHOST_NET DEBUG_INFO KPROBES_ON_FTRACE TRACEPOINTS UPROBES TUN \
		>"$ROOT/boot/config-$REL"
	printf 'Name:\tx\nCapBnd:\t000001ffffffffff\n' >"$ROOT/proc/self/status"
	echo 0 >"$ROOT/proc/sys/kernel/modules_disabled"
	echo 1 >"$ROOT/proc/sys/debug/kprobes-optimization"
	echo 'MemAvailable: 4000000 kB' >"$ROOT/proc/meminfo"
	ln -s /dev/vhost-net "$ROOT/proc/4242/fd/9"
	printf 'qemu-system-x86\n' >"$ROOT/proc/4242/comm"
	printf 'qemu\0-name\0guest=w\033[2Jeb' >"$ROOT/proc/4242/cmdline"
	touch "$ROOT/usr/src/headers/Makefile" "$ROOT/usr/src/headers/.config"
	printf '#!/bin/sh\necho "Systemtap module loader/runner (version 5.1, x)"\n' \
		>"$BATS_TEST_TMPDIR/staprun"
	chmod +x "$BATS_TEST_TMPDIR/staprun"
}

# state ID: of a check, in $out
state()
{
	awk -v c="$1" '$2 == c { print $1; exit }' <<<"$out"
}

@test "doctor: all is well: status 0, a line for each check, within 80 columns" {
	try "$STAP_VHOST" doctor
	expect "$status" 0
	expect "$err" ""
	expect "$(head -n 1 <<<"$out")" "Kernel $REL"
	expect "$(tail -n 1 <<<"$out")" "Ready: stap-vhost run host-queryqemu PID"
	for id in privileges kernel-config modules-allowed signatures kprobes systemtap staprun \
		quirks tested compiler headers debuginfo vhost guests memory disk; do
		expect "$id $(state $id)" "$id ok"
	done
	expect_in "$out" 'qemu-system-x86 4242 (w\x1b[2Jeb) uses vhost-net'
	expect_not_in "$out" $'\e'
	# what is longer is a path of this test
	expect "$(grep -v /tmp <<<"$out" | awk 'length > 80' | wc -l)" 0
}

@test "doctor: what is missing has its command, and the status is 3" {
	rm "$ROOT/lib/modules/$REL/build"
	rm -r "$ROOT/usr/lib/debug"
	try "$STAP_VHOST" doctor
	expect "$status" 3
	expect "$err" ""
	expect "$(state headers)" missing
	expect "$(state debuginfo)" missing
	expect_in "$out" "         do: apt-get install linux-headers-$REL"
	expect_in "$out" "         do: apt-get install linux-image-$REL-dbg"
	expect_in "$out" "trixie-security"
	expect "$(tail -n 1 <<<"$out")" "Not ready: 2 missing."
}

@test "doctor: a warning leaves it ready" {
	rm -r "$ROOT/proc/4242"
	try "$STAP_VHOST" doctor
	expect "$status" 0
	expect "$(state guests)" warning
	expect "$(tail -n 1 <<<"$out")" "Ready, 1 warning: stap-vhost run host-queryqemu PID"
}

@test "doctor without SystemTap goes on to the end" {
	try "$STAP_VHOST" doctor --stap /nonexistent/stap
	expect "$status" 3
	expect "$(state systemtap) $(state quirks) $(state tested) $(state disk)" \
		"missing unknown unknown ok"
	expect_in "$out" "do: apt-get install systemtap"
}

@test "doctor -r: what only the running kernel can tell is left out" {
	mv "$ROOT/lib/modules/$REL" "$ROOT/lib/modules/6.1.9"
	try "$STAP_VHOST" doctor -r 6.1.9
	expect "$status" 3
	expect_in "$out" "Kernel 6.1.9, which is not the running one"
	for id in privileges modules-allowed lockdown signatures kprobes guests; do
		expect "$id $(state $id)" "$id skipped"
	done
	expect_in "$out" "not checked: not the running kernel"
	expect "$(state debuginfo)" missing
	mv "$ROOT/usr/lib/debug/lib/modules/$REL" "$ROOT/usr/lib/debug/lib/modules/6.1.9"
	try "$STAP_VHOST" doctor -r 6.1.9
	expect "$status" 0
	expect "$(state debuginfo)" warning	# vmlinux is the other kernel's
	try "$STAP_VHOST" doctor -r ../x
	expect "$status" 2
}

@test "doctor -v: files and build-ids" {
	try "$STAP_VHOST" doctor
	expect_not_in "$out" "$(id_of vhost)"
	try "$STAP_VHOST" doctor -v
	expect "$status" 0
	expect_in "$(tr -s ' \n' ' ' <<<"$out")" \
		"kernel/vhost.ko, build-id $(id_of vhost)"
}

@test "doctor --format json" {
	try "$STAP_VHOST" doctor --format json
	expect "$status" 0
	expect "$(json 'd["schema"], d["ready"], d["kernel"], d["stap_version"]')" \
		"stap-vhost.doctor/1 True $REL 5.1"
	expect "$(json '[(c["state"], c["needed"], c["fix"]) for c in d["checks"] if c["id"] == "headers"]')" \
		"[('ok', True, [])]"
	echo 1 >"$ROOT/proc/sys/kernel/modules_disabled"
	rm "$ROOT/lib/modules/$REL/build"
	try "$STAP_VHOST" doctor --format json
	expect "$status" 3
	expect "$(json 'd["ready"], [c["id"] for c in d["checks"] if c["state"] == "missing"]')" \
		"False ['modules-allowed', 'headers']"
	expect "$(json '[c["fix"] for c in d["checks"] if c["id"] == "headers"][0]')" \
		"['apt-get install linux-headers-$REL']"
}

@test "doctor --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	try "$STAP_VHOST" doctor --format json
	as_schema "$HERE/share/schemas/doctor.schema.json" "$BATS_TEST_TMPDIR/out"
	try "$STAP_VHOST" doctor --format json -r 6.1.9 --stap /nonexistent/stap
	expect "$status" 3
	as_schema "$HERE/share/schemas/doctor.schema.json" "$BATS_TEST_TMPDIR/out"
}
