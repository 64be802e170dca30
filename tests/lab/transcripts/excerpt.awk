# SPDX-License-Identifier: GPL-2.0-or-later
# A transcript as a page shows it: $t_omit says what is left out (see the table). Nothing else of it is changed, but for
# empty lines at its ends.
{ line[++n] = $0 }

function find(like, from,    i) {
	for (i = from; i <= n; i++)
		if (line[i] ~ like) return i
	print "no line is like \047" like "\047" > "/dev/stderr"
	failed = 1
	exit 1
}

# leave_out FIRST LAST: with the empty lines around them; the ellipsis is indented as the first one
function leave_out(first, last,    i) {
	while (first < last && line[first] == "") first++
	if (first > last) return
	match(line[first], /^ */)
	ellipsis[first] = substr(line[first], 1, RLENGTH) "…"
	for (i = first; i <= last; i++) gone[i]
	for (i = first - 1; i > 0 && line[i] == ""; i--) gone[i]
	for (i = last + 1; i <= n && line[i] == ""; i++) gone[i]
}

END {
	if (failed) exit 1
	while (n && line[n] == "") n--
	begin = 1
	while (line[begin] ~ /^# / || (begin < n && line[begin] == "")) begin++
	rows = split(ENVIRON["t_omit"], omit, "\n")
	for (r = 1; r <= rows; r++) {
		if (!match(omit[r], / >?\.\.<? /)) { print "no \047..\047 in: " omit[r] > "/dev/stderr"; exit 1 }
		a = substr(omit[r], 1, RSTART - 1)
		b = substr(omit[r], RSTART + RLENGTH)
		op = substr(omit[r], RSTART, RLENGTH)
		first = a == "BEGIN" ? begin : find(a, begin)
		if (op ~ />/) first++
		last = b == "END" ? n : find(b, first)
		if (op ~ /</) last--
		leave_out(first, last)
		begin = last + 1
	}
	for (i = 1; i <= n; i++) {
		if (i in ellipsis) print ellipsis[i]
		if (!(i in gone)) print line[i]
	}
}
