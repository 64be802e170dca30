#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion in real shells: without the package bash-completion, and with it.

load helper

COMPLETION=$HERE/share/completion/stap-vhost.bash
PACKAGE=/usr/share/bash-completion/bash_completion

setup()
{
	make_host
	echo 'scope: pid' >"$DATA/scripts/host-queryqemu.meta"
	mkdir -p "$ROOT/lib/modules/5.10.0-9-test" "$ROOT/lib/modules/none" "$ROOT/proc/self"
	local pid name
	for name in 11:qemu-system-x86 222:qemu-system-aar 3333:kvm 44:qemu-img 55:bash; do
		pid=${name%%:*}
		mkdir "$ROOT/proc/$pid"
		echo "${name#*:}" >"$ROOT/proc/$pid/comm"
	done
	mkdir "$BATS_TEST_TMPDIR/here" "$BATS_TEST_TMPDIR/here/dir"
	cd "$BATS_TEST_TMPDIR/here"
	touch mine.stp 'a b.stp' other.txt
}

# reply WORD…: what is offered for the last of the words, sorted, in one line. The words are
# as bash has them: it breaks at =
reply()
{
	# shellcheck disable=SC2016 # for the other shell
	out=$(bash --norc -c '
		source "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_stap_vhost
		((${#COMPREPLY[@]})) && printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$COMPLETION" "$STAP_VHOST" "$@" | LC_ALL=C sort | paste -sd ' ')
}

verbs()
{
	"$STAP_VHOST" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p'
}

@test "every verb, and what begins like one" {
	reply ''
	expect "$out" "$(verbs | LC_ALL=C sort | paste -sd ' ')"
	[ "$(verbs | wc -l)" -ge 3 ]
	reply ru
	expect "$out" run
	reply --
	expect "$out" "--help --version"
	reply xyz
	expect "$out" ""
	reply xyz ''
	expect "$out" ""
}

@test "every option of every verb" {
	for verb in $(verbs); do
		wanted=$("$STAP_VHOST" "$verb" --help | sed -n '/^Options:/,/^$/p' |
			grep -oE '^ {2,6}(-[a-zA-Z], )?--[a-z-]+' | tr -d ' ' | tr , '\n' | LC_ALL=C sort | paste -sd ' ')
		reply "$verb" -
		expect "$verb: $out" "$verb: $wanted"
	done
	reply run --dr
	expect "$out" "--dry-run"
	reply run -v -n -
	expect_in "$out" "--global"
}

@test "scripts by their names, and .stp files" {
	reply run ''
	# those of the source tree that the program is in, too
	expect "$out" "$({ printf '%s\n' 'a b.stp' dir mine.stp host-queryvhost; basename -s .stp "$HERE"/scripts/*.stp; } | sort | paste -sd' ')"
	reply run host-queryq
	expect "$out" "host-queryqemu"
	reply run -v ''
	expect_in "$out" "host-queryqemu"
	reply run -v -G a=1 --stap /x -- host-queryv
	expect "$out" "host-queryvhost"
	reply run m
	expect "$out" "mine.stp"
	touch dir/in.stp dir/in.txt
	reply run dir/
	expect "$out" "dir/in.stp"
	HOME=$PWD reply run '~/m'
	expect "$out" "~/mine.stp"
}

@test "releases, in each form of an option" {
	reply run --release ''
	expect "$out" "5.10.0-9-test $REL"
	reply run --release 6
	expect "$out" "$REL"
	reply run -r ''
	expect "$out" "5.10.0-9-test $REL"
	reply run -vr 5
	expect "$out" "5.10.0-9-test"
	reply run --release =
	expect "$out" "5.10.0-9-test $REL"
	reply run --release = 5
	expect "$out" "5.10.0-9-test"
	# with COMP_WORDBREAKS without '=' the word is whole, and so must the answer be
	COMPLETION=$BATS_TEST_TMPDIR/whole
	printf 'COMP_WORDBREAKS=" "\nsource %q\n' "$HERE/share/completion/stap-vhost.bash" >"$COMPLETION"
	reply run --release=5
	expect "$out" "--release=5.10.0-9-test"
}

@test "files where a file is wanted" {
	reply run --stap o
	expect "$out" "other.txt"
	reply run --stap = o
	expect "$out" "other.txt"
}

@test "QEMUs for a script that is about processes, and for no other" {
	reply run host-queryqemu ''
	expect "$out" "11 222 3333"
	reply run -v host-queryqemu.stp 11 2
	expect "$out" "222"
	reply run host-queryvhost ''
	expect "$out" ""
	# what stands after the script is the script's own
	reply run host-queryqemu -
	expect "$out" ""
}

@test "help completes verbs" {
	reply help ''
	expect "$out" "$(verbs | LC_ALL=C sort | paste -sd ' ')"
	reply help ru
	expect "$out" run
}

@test "a name that a shell would run is quoted, and not run" {
	: >"$DATA/scripts/\$(touch ran).stp"
	: >"$DATA/scripts/two"$'\n'"lines.stp"
	: >'`touch ran`.stp'
	reply run ''
	expect_in "$out" '\$\(touch\ ran\)'
	expect_not_in "$out" two
	reply run '$(touch ran)'
	reply '$(touch ran)' ''
	[ ! -e ran ]
}

@test "no program, no answer, no noise" {
	STAP_VHOST=./no-such-program
	reply run '' 2>"$BATS_TEST_TMPDIR/err"
	expect "$out" ""
	expect "$(cat "$BATS_TEST_TMPDIR/err")" ""
}

# bash NAME=VALUE… LINE: what bash-completion makes of a typed line, by the entry point that
# bash would call for its first word
typed()
{
	# shellcheck disable=SC2016 # for the other shell
	out=$(bash --norc -c '
		source "$1"
		[ -z "$2" ] || source "$2"
		COMP_LINE=$3 COMP_POINT=${#3} COMP_TYPE=9 COMP_KEY=9
		read -ra COMP_WORDS <<<"$COMP_LINE"
		[[ $COMP_LINE != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		first=${COMP_WORDS[0]}
		complete -p "$first" >/dev/null 2>&1 || _completion_loader "$first"
		f=$(complete -p "$first" | sed "s/.* -F \([^ ]*\) .*/\1/")
		compopt() { :; }	# there is no readline here
		"$f" "$first" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
		((${#COMPREPLY[@]})) && printf "%s\n" "${COMPREPLY[@]}"' \
		bash "$PACKAGE" "$1" "$2" | LC_ALL=C sort | paste -sd ' ')
}

@test "with bash-completion: directly, below sudo, and loaded when first used" {
	[ -e "$PACKAGE" ] || skip "no bash-completion"
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/share/bash-completion/completions"
	ln -s "$STAP_VHOST" "$BATS_TEST_TMPDIR/bin/stap-vhost"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH
	typed "$COMPLETION" "stap-vhost run --release "
	expect "$out" "5.10.0-9-test $REL"
	typed "$COMPLETION" "sudo stap-vhost run host-queryqemu "
	expect "$out" "11 222 3333"
	typed "$COMPLETION" "sudo -E stap-vhost run -v host-queryv"
	expect "$out" "host-queryvhost"
	cp "$COMPLETION" "$BATS_TEST_TMPDIR/share/bash-completion/completions/stap-vhost"
	export XDG_DATA_DIRS=$BATS_TEST_TMPDIR/share
	typed "" "stap-vhost ru"
	expect "$out" "run"
}

@test "a Tab in an interactive shell" {
	command -v script >/dev/null || skip "no script(1) for a terminal"
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$STAP_VHOST" "$BATS_TEST_TMPDIR/bin/stap-vhost"
	cat >"$BATS_TEST_TMPDIR/rc" <<-EOF
		PATH=$BATS_TEST_TMPDIR/bin:\$PATH PS1='\$ '
		source $COMPLETION
	EOF
	# no echo of keys before the shell is there: readline would see them twice
	{ sleep 1; printf 'stap-vhost ru\t-n --release=5\tmi\t; echo "[status $?]"; exit\n'; sleep 1; } |
		TERM=dumb script -qefc "bash --rcfile '$BATS_TEST_TMPDIR/rc' -i" /dev/null >"$BATS_TEST_TMPDIR/out" 2>&1 || :
	expect_in "$(cat "$BATS_TEST_TMPDIR/out")" "stap-vhost run -n --release=5.10.0-9-test mine.stp"
}
