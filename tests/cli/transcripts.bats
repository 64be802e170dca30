#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The transcripts of the pages, without the lab that makes them (tests/lab/transcripts): a changed word is found and a
# changed number is none; an output becomes the block of a page; a block that no row knows is found.

load helper

setup()
{
	top=$HERE tmp=$BATS_TEST_TMPDIR
	. "$HERE/tests/lab/transcripts/lib.sh"
	t_repeat='' t_mask='' t_set='' t_omit=''
}

# alike TEXT TEXT, unlike TEXT TEXT: whether they have one shape
alike()
{
	expect "$(printf '%b\n' "$1" | t_shape)" "$(printf '%b\n' "$2" | t_shape)"
}

unlike()
{
	if [ "$(printf '%b\n' "$1" | t_shape)" = "$(printf '%b\n' "$2" | t_shape)" ]; then
		echo "one shape: '$1' '$2': $(printf '%b\n' "$1" | t_shape)"
		return 1
	fi
}

# copy_pages: README.md and docs/ are $pages, to be changed
copy_pages()
{
	pages=$tmp/pages
	mkdir -p "$pages/docs"
	cp "$HERE/README.md" "$pages"
	cp "$HERE"/docs/*.md "$pages/docs"
	export pages
}

@test "transcripts: numbers, times, sizes, ids and widths are masked" {
	alike 'pid=17 took 4.9 s' 'pid=4242 took 301 ms'
	alike 'ran after 253us to 342ms,' 'ran after 1.02ms to 2s,'
	alike '65 KiB of at most 64 KiB.' '1 MiB of at most 9,703 B.'
	alike '1 buffer/s, 2 kicks/s, 1 queue' '2,000 buffers/s, 1 kick/s, 3 queues'
	alike 'vhost-383-390: 0x7fae88143000' 'vhost-1-2: 0x0'
	alike 'uuid: de305d5e-8cad-4b9f-8c47-fab8bcec6ef9' 'uuid: 01234567-0123-0123-0123-0123456789ab'
	alike 'Dump 0, 2026-11-29 03:14:05' 'Dump 12, 2031-01-02 23:59:59'
	alike 'kernel 6.12.118+deb13-amd64' 'kernel 6.12.9+deb13-amd64'
	alike 'a  17    b' '   a 4 b'
	alike '    the first words of a text that is broken where its line has eighty columns\n    17 of them' \
		'    the first words of a text that is broken where its line has eighty columns 4\n    of them'
}

@test "transcripts: a word, a name, a sign and a line are not masked" {
	unlike 'tap0' 'tap1'
	unlike 'RX0' 'TX0'
	unlike 'p50 1' 'p90 1'
	unlike 'pid=17' 'tid=17'
	unlike 'pid=17' 'pid=?'
	unlike 'pid=17' 'pid=-1'
	unlike '100 %' '100'
	unlike '3 queues of 2 guests' '3 rings of 2 guests'
	unlike 'gives' 'give'
	unlike '17us' '17'
	unlike 'kernel 6.12.118+deb13-amd64' 'kernel 6.12.118+deb12-amd64'
	unlike 'a3b9c053d82a (data, low)' 'a3b9c053d82b (data, low)'
	unlike 'one\ntwo' 'one two'
	unlike '    one\n    two' '    one two'
	unlike 'one\n\ntwo' 'one\ntwo'
	unlike '# stap-vhost diagnose -d 5 tap0' '# stap-vhost diagnose -d 3 tap0'
}

@test "transcripts: what the table says: lines that repeat, what is masked, any order" {
	t_repeat='^[RT]X0 [0-9]+ values:'
	alike 'a\nTX0 1 values: x\nRX0 2 values: y\nb' 'a\nRX0 1 values: z\nb'
	unlike 'a\nTX0 1 values: x\nb' 'a\nb'
	t_repeat='' t_mask='(by|to)=[^ ]+'
	alike 'WAIT by=qemu pid=1' 'WAIT to=vcpu1 pid=2'
	unlike 'WAIT by=qemu pid=1' 'WAIT of=qemu pid=1'
	t_mask='' t_set=yes
	alike 'A n=1\nB n=2\nA n=3' 'B n=1\nA n=2'
	unlike 'A n=1\nB n=2' 'A n=1'
}

@test "transcripts: each word of a page's block counts, and none of its numbers" {
	for name in rx-empty selftest tx-tap-full; do
		t_row $name
		t_repeat=''
		t_block >"$tmp/block"
		t_shape <"$tmp/block" >"$tmp/shape"
		sed -E '/^# /!s/(^|[^A-Za-z0-9_.,])[0-9]/\17/g' "$tmp/block" | t_shape >"$tmp/other"
		diff "$tmp/shape" "$tmp/other"
		changed=0
		for ((k = 1; k <= $(wc -w <"$tmp/block"); k += 5)); do	# keeps the columns
			awk -v k=$k 'n < k && n + NF >= k && $(k - n) ~ /^[A-Za-z][A-Za-z][^0-9<>]*$/ {
					word = $(k - n); at = index($0, word); hit = 1
					$0 = substr($0, 1, at - 1) "Qq" substr($0, at + 2) }
				{ n += NF; print } END { exit !hit }' "$tmp/block" >"$tmp/changed" || continue
			changed=$((changed + 1))
			t_shape <"$tmp/changed" >"$tmp/other"
			! cmp -s "$tmp/shape" "$tmp/other" || { diff "$tmp/block" "$tmp/changed"; return 1; }
		done
		[ "$changed" -ge 8 ]
	done
}

@test "transcripts: lines are left out as the table says, with an ellipsis" {
	printf '%s\n' '# stap-vhost x' 'head 1' '' '  one' '  two' '  three' '' 'end' '' >"$tmp/out"
	t_omit='BEGIN .. ^head'
	expect "$(t_shown "$tmp/out")" "$(printf '%s\n' '# stap-vhost x' … '  one' '  two' '  three' '' end)"
	t_omit='one$ >.. END'
	expect "$(t_shown "$tmp/out")" "$(printf '%s\n' '# stap-vhost x' 'head 1' '' '  one' '  …')"
	t_omit=$(printf '%s\n' '^head .. ^head' 'two ..< three')
	expect "$(t_shown "$tmp/out")" "$(printf '%s\n' '# stap-vhost x' … '  one' '  …' '  three' '' end)"
	t_omit='four .. END'
	try t_shown "$tmp/out"
	expect "$status" 1
	expect_in "$err" "no line is like 'four'"
}

@test "transcripts: a block is replaced, and nothing beside it" {
	copy_pages
	for name in $(t_list | awk '{ print $1 }'); do	# what is there already changes nothing
		t_row "$name"
		t_omit=''
		t_block >"$tmp/block"
		[ -s "$tmp/block" ]
		t_splice "$tmp/block" "$tmp"
	done
	for page in README.md docs/graph.md docs/diagnose.md docs/cost.md; do cmp "$pages/$page" "$HERE/$page"; done
	t_row graph
	t_omit=''
	printf '%s\n' '# stap-vhost x' '' 'a & b \1 $HOME' >"$tmp/out"
	t_splice "$tmp/out" "$tmp"
	expect "$(t_block)" "$(cat "$tmp/out")"
	diff "$HERE/docs/graph.md" "$pages/docs/graph.md" >"$tmp/diff" || :
	expect "$(sed -n 's/^> //p' "$tmp/diff")" "$(printf '%s\n' '    # stap-vhost x' '    a & b \1 $HOME')"
	expect "$(grep -c '^< [^ ]' "$tmp/diff" || :)" 0
}

@test "transcripts: the report that a page shows is printed here too, to the letter" {
	command -v zcat >/dev/null || skip 'no zcat'
	t_row report
	mkdir "$tmp/bin" "$tmp/work"
	ln -s "$STAP_VHOST" "$tmp/bin/stap-vhost"
	export STAP_VHOST_DATADIR=$HERE PATH=$tmp/bin:$PATH
	cd "$tmp/work"
	eval "${t_setup//\/src\//$HERE/}"
	{ echo "# $t_run"; eval "$t_run"; } >"$tmp/out" 2>&1
	t_shown "$tmp/out" >"$tmp/shown"
	t_block | diff - "$tmp/shown"
}

@test "transcripts: lint finds a block that no row knows" {
	copy_pages
	lint=$HERE/tests/lab/transcripts/lint
	expect "$("$lint")" ''
	printf '\nText:\n\n    # stap-vhost guests\n    stap-vhost list\n' >>"$pages/docs/cost.md"
	expect "$("$lint")" ''
	printf '\nText:\n\n    # stap-vhost guests\n    PID   GUEST\n' >>"$pages/docs/cost.md"
	expect_in "$("$lint")" "a transcript without '<!-- transcript: NAME -->'"
	copy_pages
	sed -i 's/^<!-- transcript: dump -->$/<!-- transcript: dumb -->/' "$pages/docs/dump.md"
	out=$("$lint")
	expect_in "$out" 'no row in tests/lab/transcripts/table: dumb docs/dump.md'
	expect_in "$out" 'no such block: dump docs/dump.md'
	copy_pages
	sed -i 's/^    # stap-vhost diagnose -d 3 web1$/    # stap-vhost diagnose -d 4 web1/' "$pages/docs/diagnose.md"
	expect "$("$lint")" 'docs/diagnose.md: tx-tap-full: other commands than in the table'
	copy_pages
	sed -i '/^    # stap-vhost doctor$/,/^    Not ready/d' "$pages/docs/first-aid.md"
	expect_in "$("$lint")" 'no block below it'
}
