#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages say what --help and the tapsets say.

load helper

setup()
{
	command -v mandoc >/dev/null || skip "no mandoc"
	export SOURCE_DATE_EPOCH=86400
	PAGES=$BATS_TEST_TMPDIR/pages
}

# A page as it is read, on one line: a word may be on either side of a line's end
page()
{
	mandoc -Tutf8 -O width=500 "$1" | col -bx | tr -s ' \n' ' '
}

verbs()
{
	"$STAP_VHOST" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p'
}

@test "every option and every word of a verb's help is on its page" {
	n=0
	for verb in $(verbs); do
		"$STAP_VHOST" help --man "$verb" >"$BATS_TEST_TMPDIR/p.8"
		all=$(page "$BATS_TEST_TMPDIR/p.8")
		expect_in "$all" "NAME stap-vhost-$verb - "
		expect_in "$all" "SYNOPSIS stap-vhost $verb"
		while IFS= read -r option; do
			expect_in "$all" " $option "
			n=$((n + 1))
		done < <("$STAP_VHOST" "$verb" --help | sed -n '/^Options:/,/^$/p' |
			grep -oE '^ +(-[a-zA-Z], )?--[a-z-]+( [^ ]+)?' | sed 's/^ *//')
		# every other word of the help, wherever it is: none is lost on the way
		for word in $("$STAP_VHOST" "$verb" --help | grep -vE '^[A-Z][a-z ]*:'); do
			expect_in "$all" "${word//…/...}"
		done
		expect_in "$all" "SEE ALSO stap-vhost(8), "
		expect_not_in "${all#*SEE ALSO}" " stap-vhost-$verb(8)"
	done
	[ "$n" -ge 20 ]
}

@test "the sections of a verb's page, and of the page that lists them" {
	sections() { sed -n 's/^\.SH "\{0,1\}\([A-Z ]*\)"\{0,1\}$/\1/p' "$1" | paste -sd ,; }
	"$STAP_VHOST" help --man run >"$BATS_TEST_TMPDIR/p.8"
	expect "$(sections "$BATS_TEST_TMPDIR/p.8")" \
		"NAME,SYNOPSIS,DESCRIPTION,OPTIONS,EXIT STATUS,ENVIRONMENT,FILES,EXAMPLES,SEE ALSO"
	all=$(page "$BATS_TEST_TMPDIR/p.8")
	for words in "stap-vhost run [OPTIONS] SCRIPT [ARGS...]" \
		'stap-vhost run host-queryqemu $(pidof qemu-system-x86_64) the queues of the one guest' \
		"128+N signal N ended stap or staprun"; do
		expect_in "$all" "$words"
	done
	"$STAP_VHOST" help --man >"$BATS_TEST_TMPDIR/p.8"
	expect "$(sections "$BATS_TEST_TMPDIR/p.8")" \
		"NAME,SYNOPSIS,DESCRIPTION,VERBS,EXIT STATUS,ENVIRONMENT,FILES,SEE ALSO"
	all=$(page "$BATS_TEST_TMPDIR/p.8")
	for words in "stap-vhost - what a KVM guest's" "/lib/modules/RELEASE/systemtap modules" \
		"STAP_VHOST_CACHE the cache directory" "staprun(8), vguest(8)" "1970-01-02"; do
		expect_in "$all" "$words"
	done
	for verb in $(verbs); do
		expect_in "$all" ": see stap-vhost-$verb(8)."
	done
	# a variable that several verbs use is described once
	expect "$(grep -c '^.fBSTAP_VHOST_CACHE.fR' "$BATS_TEST_TMPDIR/p.8")" 1
	try "$STAP_VHOST" help --man run diagnose
	expect "$status" 2
	try "$STAP_VHOST" help --man wrong
	expect "$status" 2
}

@test "the page of vguest has every option of its help" {
	vguest=${STAP_VHOST%/*}/vguest
	[ -x "$vguest" ] || skip "no vguest beside stap-vhost"
	"$vguest" --man >"$BATS_TEST_TMPDIR/p.8"
	all=$(page "$BATS_TEST_TMPDIR/p.8")
	for word in $("$vguest" --help | grep -vE '^[a-z][a-z ]*:'); do
		expect_in "$all" "$word"
	done
	expect_in "$all" "EXIT STATUS 0 fine 1 the run had errors"
	expect_in "$all" "--tap NAME the tap to create; it disappears when vguest ends [vg0]"
}

@test "a page a probe, a function and a file of the tapsets" {
	VERSION=9.9 "$HERE/docs/man/tapset-pages" "$PAGES"
	for a in $("$HERE/tests/buildok/generate" aliases); do
		[ -s "$PAGES/probe::$a.3stap" ]
		[ -n "$(grep "^\.B ${a//./\\.}\$" "$PAGES"/tapset::*.3stap)" ]
	done
	for f in $(grep -hoE '^function [a-z][a-z_0-9]*' "$HERE"/tapsets/*.stp | cut -d' ' -f2); do
		[ -s "$PAGES/function::$f.3stap" ]
	done
	expect "$("$HERE/docs/man/tapset-pages" --names | sort)" "$(ls "$PAGES" | sort)"
	[ ! -e "$PAGES/tapset::vhost_run.3stap" ]	# nothing public in it
	# what is referred to exists
	for ref in $(sed -nE 's/^\.IR "([a-z]+::[^"]*)" \(3stap\).*/\1/p' "$PAGES"/* | tr -d '\\' | sort -u) \
		$("$STAP_VHOST" help | tr ' ,' '\n\n' | sed -n 's/^\([a-z]*::.*\)(3stap).*/\1/p'); do
		[ -s "$PAGES/$ref.3stap" ] || { echo "$ref is referred to, and is not there"; false; }
	done
}

@test "a probe's page, as it is read" {
	VERSION=9.9 "$HERE/docs/man/tapset-pages" "$PAGES"
	all=$(page "$PAGES/probe::vhost.notify.3stap")
	for words in "NAME probe::vhost.notify - vhost has decided whether to notify the guest SYNOPSIS vhost.notify VALUES name name of the probe point vq" \
		'reason string: what decided. "event_idx": the guest'"'"'s used_event' \
		"avail_flags the guest's avail->flags" "CONTEXT The vhost worker" \
		"DESCRIPTION Fires exactly once for each decision" "Fires per batch of used buffers." \
		"SEE ALSO tapset::vhost(3stap), function::vhost_reason_str(3stap)" "stap-vhost 9.9"; do
		expect_in "$all" "$words"
	done
	all=$(page "$PAGES/function::vhost_vq_has_feature.3stap")
	expect_in "$all" "SYNOPSIS vhost_vq_has_feature:long(vq:long,bit:long) ARGUMENTS vq address of"
	all=$(page "$PAGES/tapset::vhost_ring.3stap")
	expect_in "$all" "vhost_ring_used_idx:long(vq:long) used->idx in the guest's memory See function::vhost_ring_used_idx(3stap)"
}

@test "no page's first or last line runs into itself" {
	command -v groff >/dev/null || skip "no groff"
	VERSION=9.9 "$HERE/docs/man/tapset-pages" "$PAGES"
	for p in "$PAGES"/*; do
		title=${p##*::}
		title=${title%.3stap}
		title=${title:0:26}
		groff -man -Tutf8 -P-c -rLL=78n "$p" | grep . >"$BATS_TEST_TMPDIR/read"
		first=$(head -n 1 "$BATS_TEST_TMPDIR/read") last=$(tail -n 1 "$BATS_TEST_TMPDIR/read")
		[[ "$first" =~ ^"${title^^}(3stap) ".*" ${title^^}(3stap)"$ ]] || { echo "$first"; false; }
		[[ "$last" =~ ^"stap-vhost 9.9 "\ *" 1970-01-02 "\ *"${title^^}(3stap)"$ ]] || { echo "$last"; false; }
	done
}

@test "what a block says reaches the page whole, whatever it is to roff" {
	mkdir "$BATS_TEST_TMPDIR/t"
	cat >"$BATS_TEST_TMPDIR/t/odd.stp" <<-'EOF'
		// SPDX
		/* .so odd "one" */

		/**
		 * probe odd.one - \fBno font, 'no' "end"
		 * @a: .br 'br \(aq -1 a\nb ~ ^ `
		 *	second line
		 *
		 * Description: .SH is no section; see odd_two() and @a.
		 *
		 * Fires per -- test.
		 *
		 * Context: any.
		 */
		probe odd.one = begin { a = 1 }

		/**
		 * sfunction odd_two - Two
		 * @x: a
		 * @y: b
		 *
		 * Description: Returns it.
		 */
		function odd_two:string(x:string, y:long) { return x }

		function odd_bare(x) { }
	EOF
	export TAPSETS=$BATS_TEST_TMPDIR/t
	"$HERE/docs/man/tapset-pages" "$PAGES"
	mandoc -T lint -W warning "$PAGES"/*
	all=$(page "$PAGES/probe::odd.one.3stap")
	expect_in "$all" "probe::odd.one - \\fBno font, 'no' \"end\" SYNOPSIS"
	expect_in "$all" "a .br 'br \\(aq -1 a\\nb ~ ^ \` second line DESCRIPTION .SH is no section; see odd_two() and a."
	expect_in "$all" "Fires per -- test. CONTEXT Any. SEE ALSO tapset::odd(3stap), function::odd_two(3stap)"
	expect_in "$(page "$PAGES/function::odd_two.3stap")" "odd_two:string(x:string,y:long)"
	expect_in "$(page "$PAGES/tapset::odd.3stap")" 'DESCRIPTION .so odd "one" odd.one \fBno font'
	# the tests' scripts are made of the same records
	try "$HERE/tests/buildok/generate" functions
	expect_in "$out" 'println(odd_two("x", 1))'
	try "$HERE/tests/buildok/generate" undocumented
	expect "$out" "function odd_bare has no kernel-doc block"
	sed -i 's/^ \* @y: b$//; /Fires per/d' "$TAPSETS/odd.stp"
	try "$HERE/tests/buildok/generate" undocumented
	expect_in "$out" "odd.one: says not how often it fires"
	expect_in "$out" "odd_two: takes (x,y), its block says (x)"
}

@test "stap-vhost-tapsets(7) has each probe and function, with what it is" {
	"$HERE/docs/man/tapset-pages" --index "$BATS_TEST_TMPDIR/t.7"
	"$HERE/docs/man/tapset-pages" "$PAGES"
	all=$(page "$BATS_TEST_TMPDIR/t.7")
	expect_in "$all" "NAME stap-vhost-tapsets - SystemTap tapsets for vhost"
	n=0
	for f in "$PAGES"/{probe,sfunction,function}::*; do
		[ -e "$f" ] || continue
		one=$(page "$f")
		summary=${one#*" - "}
		summary=${summary%%" SYNOPSIS"*}
		expect_in "$all" "$summary"
		n=$((n + 1))
	done
	[ "$n" -gt 100 ]
	for f in "$PAGES"/tapset::*; do
		name=${f##*/}
		expect_in "$all" "${name%.3stap}(3stap)"
	done
}
