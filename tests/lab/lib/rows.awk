# SPDX-License-Identifier: GPL-2.0-or-later
# Prints what the rows of tests/lab/rows say under each of `keys`, a line a row, with a "|" between the values. The key
# "name" is what the row is called. Of all rows, or of the one that is called `only`. With `long`: what check-long runs.
# A line that is no row, no key and no comment is an error, as is an unknown key.
BEGIN {
	n = split(keys, key, " ")
	usual["group"] = "main"; usual["when"] = "both"; usual["lanes"] = "all"; usual["timeout"] = 300
	usual["options"] = "-"; usual["run"] = "cases/NAME"; usual["expect"] = "-"
	if (only ~ /\/long$/) long = 1
}

function bad(why) {
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	row = ""
	exit 2
}

function value_of(k) {
	return long && (k in in_long) ? in_long[k] : k in said ? said[k] : k == "run" ? "cases/" row : usual[k]
}

function tell(    i, line, called) {
	called = row (long && longer ? "/long" : "")
	if (row == "" || (only != "" && only != called)) return
	for (i = 1; i <= n; i++)
		line = line (i > 1 ? "|" : "") (key[i] == "name" ? called : value_of(key[i]))
	print line
}

/^#/ { next }

/^[a-z0-9-]+$/ {
	tell()
	if ($1 in rows) bad("there are two rows " $1)
	rows[$1]
	row = $1; longer = 0
	split("", said); split("", in_long)
	next
}

/^\t(long )?[a-z]+ +[^ ]/ && row != "" {
	is_long = $1 == "long"
	value = $0
	sub(/^\t(long )?[a-z]+ +/, "", value)
	sub(/ +$/, "", value)
	k = is_long ? $2 : $1
	if (!(k in usual)) bad("no key " k)
	if (k == "when" && value !~ /^(both|short|long)$/) bad("when is both, short or long")
	if (is_long) {
		in_long[k] = value
		longer = 1
	} else {
		said[k] = value
	}
	next
}

{ bad("neither a row nor a key and its value") }

END { tell() }
