# SPDX-License-Identifier: GPL-2.0-or-later
# What call-path.stp prints, as calls.c says it: TID DEPTH => NAME(PARAMETERS), TID DEPTH <= NAME. With -v entries=1 the entries alone.
/ \| / {
	at = index($0, " | ")
	tid = substr($0, 1, at - 1)
	sub(/^.*-/, "", tid)
	rest = substr($0, at + 3)
	match(rest, /^ */)
	depth = RLENGTH / 2
	n = split(substr(rest, RLENGTH + 1), word, " ")
	if (entries && word[1] != "=>") next
	print tid, depth, word[1], word[2]
	next
}
$1 ~ /^[0-9]+$/ && !(entries && $3 != "=>")
