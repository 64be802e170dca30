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
	expect "$(ls "$share/man/man3" | LC_ALL=C sort)" \
		"$("$HERE/runtime/man/tapset-pages" --names | LC_ALL=C sort)"
	[ -s "$share/bash-completion/completions/stap-vhost" ]
	cmp "$share/stap-vhost/known.conf" "$HERE/runtime/diagnose/known.conf"
	for d in tapsets scripts; do
		expect "$(ls "$share/stap-vhost/$d")" "$(ls "$HERE/$d")"
	done
	expect "$(find "$DEST" -type f ! -path "$DEST/opt/x/*")" ""
	expect "$(find "$DEST" -type f -perm /111 | LC_ALL=C sort | xargs -n1 basename | paste -sd ' ')" \
		"stap-vhost vguest"
}

@test "uninstall leaves no file, but those of others" {
	in_tree install
	in_tree uninstall
	expect "$(find "$DEST" -type f)" ""
	[ ! -e "$DEST/opt/x/share/stap-vhost" ]
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
