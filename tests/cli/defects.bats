# SPDX-License-Identifier: GPL-2.0-or-later
# defects: a kernel's published defects, without a guest.
load helper

setup()
{
	make_host
	DATA=$BATS_TEST_TMPDIR/data
	mkdir -p "$DATA/scripts" "$DATA/tapsets"
	export STAP_VHOST_DATADIR=$DATA
	cat >"$DATA/defects.conf" <<-EOF
		date: 2030-01-31

		id: CVE-2030-0001
		title: vhost: repair one
		commit: 0123456789ab
		since: 5.0
		fixed: 6.1.30 6.4
		others: unrepaired
		severity: low
		effect: loss
		symptom: Packets are lost.

		id: CVE-2030-0002
		title: vhost: repair two
		commit: 0123456789ab
		since: 5.0
		fixed: 6.1.30 6.4
		others: unrepaired
		needs: zerocopy
		severity: high
		effect: crash
		symptom: The host oopses.

		id: CVE-2030-0003
		title: vhost: repair three
		commit: 0123456789ab
		since: 6.8
		fixed: 6.9
		others: unrepaired
		severity: high
		effect: crash
		symptom: The host oopses.
	EOF
}

@test "defects: what a kernel has, what it has if used, and the list's date" {
	try "$STAP_VHOST" defects -r 6.1.29
	expect "$status" 0
	expect "$err" ""
	expect "$out" "Kernel 6.1.29; 2 of the 3 defects on record (list of 2030-01-31):
DEFECT         STATE             EFFECT  SEVERITY
CVE-2030-0001  affected          loss    low
         vhost: repair one
         fixed in: 6.1.30, 6.4
CVE-2030-0002  affected if used  crash   high
         vhost: repair two
         needs: zerocopy (experimental_zcopytx=1)
         fixed in: 6.1.30, 6.4"
	try "$STAP_VHOST" defects -r 6.5.1
	expect "$status" 0
	expect "$out" "None of the 3 defects on record (list of 2030-01-31) applies to kernel 6.5.1."
	try "$STAP_VHOST" defects -v -r 6.1.0-45-generic
	expect_in "$out" "CVE-2030-0001  may be affected  loss    low"
	expect_in "$out" "         Packets are lost."
	expect_in "$out" "         not certain: vendor backport unknown (the builder of this kernel may"
	expect_in "$out" "         repaired by commit: 0123456789ab"
}

@test "defects --all: the whole list, each with its state" {
	try "$STAP_VHOST" defects --all --format json -r 6.1.30
	expect "$status" 0
	expect "$(json 'd["schema"], d["kernel"], d["list_date"], d["list_entries"]')" "stap-vhost.defects/1 6.1.30 2030-01-31 3"
	expect "$(json '[(x["id"][-1], x["state"]) for x in d["defects"]]')" \
		"[('2', 'repaired'), ('1', 'repaired'), ('3', 'not affected')]"
	expect "$(json 'd["defects"][0]["needs"], d["defects"][0]["fixed"]')" "['zerocopy'] ['6.1.30', '6.4']"
}

@test "defects: the running kernel, whose version says more than its name" {
	echo "#1 SMP PREEMPT_DYNAMIC Debian 6.1.29-1 (2023-05-01)" >"$ROOT/proc/sys/kernel/version"
	mkdir -p "$ROOT/sys/module/vhost_net/parameters"
	echo 0 >"$ROOT/sys/module/vhost_net/parameters/experimental_zcopytx"
	try "$STAP_VHOST" defects
	expect "$status" 0
	expect_in "$out" "1 of the 3 defects on record"
	expect_in "$out" "CVE-2030-0001  affected"
	expect_not_in "$out" CVE-2030-0002
}

@test "defects: no list is status 3, a list with a mistake 1, no kernel's name 2" {
	try "$STAP_VHOST" defects -r ../x
	expect "$status" 2
	try "$STAP_VHOST" defects -r none
	expect "$status" 2
	expect_in "$err" "kernel release 'none' has no number"
	echo "id CVE-2030-0001" >"$DATA/defects.conf"
	try "$STAP_VHOST" defects -r 6.1.29
	expect "$status" 1
	expect "$err" "stap-vhost: defects: can't list them: $DATA/defects.conf, line 1: not 'key: value'"
	rm "$DATA/defects.conf"
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$STAP_VHOST" "$BATS_TEST_TMPDIR/bin/stap-vhost"
	[ -e /usr/local/share/stap-vhost/defects.conf ] && skip "one is installed"
	try "$BATS_TEST_TMPDIR/bin/stap-vhost" defects -r 6.1.29
	expect "$status" 3
	expect "$out" ""
}

@test "defects --format json: what the schema says, and nothing that it doesn't" {
	need_jsonschema
	for words in "-r 6.1.29" "-r 6.1.0-45-generic" "--all -r 6.1.30" "-r 6.5.1" ""; do
		# shellcheck disable=SC2086 # words are words
		try "$STAP_VHOST" defects --format json $words
		expect "$status" 0
		as_schema "$HERE/share/schemas/defects.schema.json" "$BATS_TEST_TMPDIR/out"
	done
	cp "$HERE/share/defects.conf" "$DATA"
	try "$STAP_VHOST" defects --format json --all -r 6.1.29
	as_schema "$HERE/share/schemas/defects.schema.json" "$BATS_TEST_TMPDIR/out"
}
