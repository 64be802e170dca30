# SPDX-License-Identifier: GPL-2.0-or-later
# What the rows of tests/lab/rows say under each of `keys` ("name": what the row is called), a line a row, a "|" between
# the values: of all rows, or of the one that is called `only`. With `long`, what check-long runs.
BEGIN {
	n = split(keys, key, " ")
	usual["group"] = "main"; usual["when"] = "both"; usual["lanes"] = "all"; usual["timeout"] = 300
	usual["options"] = "-"; usual["expect"] = "-"
	if (only ~ /\/long$/) long = 1
}

function tell(    i, k, line, called) {
	called = row (long && longer ? "/long" : "")
	if (row == "" || (only != "" && only != called)) return
	usual["run"] = "cases/" row
	for (i = 1; i <= n; i++) {
		k = key[i]
		line = line (i > 1 ? "|" : "") (k == "name" ? called : long && (k in in_long) ? in_long[k] : k in said ? said[k] : usual[k])
	}
	print line
}

/^[^#\t]/ {
	tell()
	row = $1; longer = 0
	split("", said); split("", in_long)
}

/^\t/ {
	value = $0
	sub(/^\t[^ ]+ +/, "", value)
	k = $1
	if (k == "long") {
		k = $2
		sub(/^[^ ]+ +/, "", value)
		in_long[k] = value
		longer = 1
	} else {
		said[k] = value
	}
	if (!(k in usual) && k != "run") {
		print "rows: " row ": no key " k > "/dev/stderr"
		row = ""
		exit 2
	}
}

END { tell() }
