#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# make install and uninstall, below a DESTDIR, with a prefix of its own.

load helper

setup()
{
	command -v make >/dev/null || skip "no make"
	DEST=$BATS_TEST_TMPDIR/dest
	unset STAP_VHOST_DATADIR MAKEFLAGS MAKELEVEL SANITIZE BUILD
}

in_tree()
{
	# a build of its own: the prefix is compiled in
	make -s -C "$HERE" BUILD="$BATS_FILE_TMPDIR/build" CFLAGS=-O0 DESTDIR="$DEST" prefix=/opt/x "$@"
}

@test "what is installed runs, finds its data, and has its pages and completion" {
	in_tree install
	cd /
	try "$DEST/opt/x/sbin/stap-vhost" version
	expect "$status" 0
	try "$DEST/opt/x/sbin/stap-vhost" help
	expect "$status" 0
	expect_in "$out" "/opt/x/share/stap-vhost"
	try "$DEST/opt/x/sbin/stap-vhost" help --complete -- run host-query
	expect_in "$out" "host-queryqemu"
	try "$DEST/opt/x/sbin/vguest" --version
	expect "$status" 0
	share=$DEST/opt/x/share
	grep -q '^.fB/opt/x/share/stap.-vhost.fR' "$share/man/man8/stap-vhost.8"
	[ -s "$share/man/man8/vguest.8" ]
	for verb in $("$STAP_VHOST" help | sed -n '/^Verbs:/,/^$/s/^  \([a-z-]*\) .*/\1/p'); do
		grep -q "^stap.-vhost.-$verb .- " "$share/man/man8/stap-vhost-$verb.8"
	done
	expect "$(ls "$share/man/man3" | LC_ALL=C sort)" \
		"$("$HERE/docs/man/tapset-pages" --names | LC_ALL=C sort)"
	[ -s "$share/bash-completion/completions/stap-vhost" ]
	cmp "$share/stap-vhost/defects.conf" "$HERE/share/defects.conf"
	for f in "$HERE"/share/schemas/*.schema.json; do cmp "$f" "$share/stap-vhost/${f##*/}"; done
	for f in README.md SECURITY.md NEWS LICENSE; do cmp "$HERE/$f" "$share/doc/stap-vhost/$f"; done
	for f in "$HERE"/docs/*.md "$HERE"/docs/decisions/*.md "$HERE"/docs/images/*; do cmp "$f" "$share/doc/stap-vhost${f#"$HERE"}"; done
	for d in tapsets scripts; do
		expect "$(ls "$share/stap-vhost/$d")" "$(ls "$HERE/$d")"
	done
	expect "$(find "$DEST" -type f ! -path "$DEST/opt/x/*")" ""
	expect "$(find "$DEST" -type f -perm /111 | LC_ALL=C sort | xargs -n1 basename | paste -sd ' ')" \
		"stap-vhost vguest"
}

@test "what it is installed below is what the programs and the page say, also when make hadn't been told" {
	in_tree all
	in_tree install prefix=/usr
	cd /
	try "$DEST/usr/sbin/stap-vhost" help
	expect_in "$out" "/usr/share/stap-vhost"
	expect_not_in "$out" "/opt/x"
	grep -q '^.fB/usr/share/stap.-vhost.fR' "$DEST/usr/share/man/man8/stap-vhost.8"
	# nothing is compiled for what is as it was
	expect "$(in_tree install prefix=/usr 2>&1 | grep -c CC)" 0
	in_tree uninstall prefix=/usr
}

@test "uninstall leaves nothing, but what others have" {
	in_tree install
	in_tree uninstall
	expect "$(find "$DEST" -mindepth 1)" ""
	# directories that were there
	in_tree install prefix=/usr/local
	in_tree uninstall prefix=/usr/local
	expect "$(find "$DEST" -mindepth 1 | LC_ALL=C sort | paste -sd ' ')" \
		"$DEST/usr $DEST/usr/local $DEST/usr/local/sbin $DEST/usr/local/share $DEST/usr/local/share/doc $DEST/usr/local/share/man"
	rm -r "$DEST/usr"
	in_tree install
	touch "$DEST/opt/x/share/stap-vhost/scripts/mine.stp" "$DEST/opt/x/share/man/man3/other.3"
	in_tree uninstall
	expect "$(find "$DEST" -type f | LC_ALL=C sort)" "$DEST/opt/x/share/man/man3/other.3
$DEST/opt/x/share/stap-vhost/scripts/mine.stp"
	in_tree uninstall
}

@test "the same sources make the same pages" {
	rm -rf "$BATS_FILE_TMPDIR/build/man"
	SOURCE_DATE_EPOCH=86400 in_tree man
	cp -r "$BATS_FILE_TMPDIR/build/man" "$BATS_TEST_TMPDIR/first"
	rm -r "$BATS_FILE_TMPDIR/build/man"
	SOURCE_DATE_EPOCH=86400 in_tree man
	diff -rq "$BATS_TEST_TMPDIR/first" "$BATS_FILE_TMPDIR/build/man"
	expect "$(grep -L 1970-01-02 "$BATS_TEST_TMPDIR"/first/man*/*stap "$BATS_TEST_TMPDIR"/first/man8/*)" ""
}

@test "a library that is missing is named, with what helps" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "Package libdw was not found" >&2\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/no-pkg-config"
	chmod +x "$BATS_TEST_TMPDIR/bin/no-pkg-config"
	try make -s -C "$HERE" BUILD="$BATS_TEST_TMPDIR/build" PKG_CONFIG="$BATS_TEST_TMPDIR/bin/no-pkg-config" "$BATS_TEST_TMPDIR/build/obj/base/str.o"
	[ "$status" -ne 0 ]
	expect_in "$err" "Package libdw was not found"
	[ ! -e "$BATS_TEST_TMPDIR/build/obj/base/str.o" ]
}

@test "a warning is an error for those who look at each only" {
	for words in '' CI= CI=false WERROR=0; do
		# shellcheck disable=SC2086 # words
		expect_not_in "$(env -u CI -u WERROR make -n -C "$HERE" BUILD="$BATS_TEST_TMPDIR/build" V=1 $words all 2>/dev/null)" -Werror
	done
	for words in CI=true WERROR=1; do
		expect_in "$(make -n -C "$HERE" BUILD="$BATS_TEST_TMPDIR/build" V=1 $words all 2>/dev/null)" -Werror
	done
}

@test "it links as distributions link: with -flto, and checks of buffers" {
	make -s -j2 -C "$HERE" BUILD="$BATS_TEST_TMPDIR/build" CFLAGS='-O2 -flto=auto -D_FORTIFY_SOURCE=3 -fstack-protector-strong' \
		"$BATS_TEST_TMPDIR/build/stap-vhost" "$BATS_TEST_TMPDIR/build/vguest"
	cd /
	STAP_VHOST_DATADIR=$HERE try "$BATS_TEST_TMPDIR/build/stap-vhost" list
	expect "$status" 0
	try "$BATS_TEST_TMPDIR/build/stap-vhost" report --flamegraph "$BATS_TEST_TMPDIR/f.svg" "$HERE/tests/graph/traces/6.12-bare.txt"
	expect "$status" 0
	grep -q '</script>' "$BATS_TEST_TMPDIR/f.svg"
}
