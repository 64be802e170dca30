# SPDX-License-Identifier: GPL-2.0-or-later
# Reads records, "WORD key=value..." a line, from a script's output and from guests'
# truths, for another -f file to judge in its END block. One process for all
# counts: in the lab's machine a shell that calls sed for each takes a minute.
#   truth[G, WORD, key]    of the file G.truth

# keep(INTO, PREFIX): the line's fields as INTO[PREFIX, key]
function keep(into, prefix,    i, eq) {
	for (i = 2; i <= NF; i++) {
		eq = index($i, "=")
		into[prefix, substr($i, 1, eq - 1)] = substr($i, eq + 1)
	}
}

function value(key,    i) {
	for (i = 2; i <= NF; i++)
		if (index($i, key "=") == 1)
			return substr($i, length(key) + 2)
	return ""
}

function is(what, seen, want) {
	checks++
	if (seen != "" && seen == want)
		return
	print "FAIL: " what ": seen '" seen "', should be '" want "'"
	failed = 1
}

FNR == 1 {
	guest = FILENAME
	if (sub(/\.truth$/, "", guest)) sub(/.*\//, "", guest)
	else guest = ""
}

guest != "" {
	keep(truth, guest SUBSEP $1)
	next
}
