# SPDX-License-Identifier: GPL-2.0-or-later
# Reads tests/lab/transcripts/table. With only=NAME: that row's keys as shell variables t_KEY, with list=1: "NAME LAB WHEN PAGE made|hand" a line.
BEGIN {
	n = split("page lab when setup after run print from meanwhile status omit repeat mask set keep hand made", key, " ")
	for (i = 1; i <= n; i++) known[key[i]]
}

function bad(why) {
	print FILENAME ":" FNR ": " why > "/dev/stderr"
	failed = 1
	exit 2
}

# (no gsub: awks differ in what a backslash is in its third argument)
function quoted(s,    part, i, many, all) {
	many = split(s, part, /\047/)
	all = part[1]
	for (i = 2; i <= many; i++) all = all "\047\\\047\047" part[i]
	return "\047" all "\047"
}

function value(k) {
	if (k in said) return said[k]
	return k == "lab" ? "transcripts" : k == "when" ? "both" : k == "status" ? "0" : ""
}

function tell(    i) {
	if (name == "") return
	if (value("page") == "") bad(name " has no page")
	if (value("hand") value("run") value("print") value("from") == "") bad(name " has nothing that is run")
	if (("hand" in said) != ("made" in said)) bad(name ": hand and made go together")
	if (list) print name, value("lab"), value("when"), value("page"), "hand" in said ? "hand" : "made"
	if (only == name)
		for (i = 1; i <= n; i++) print "t_" key[i] "=" quoted(value(key[i]))
}

/^#/ { next }

/^[a-z0-9-]+$/ {
	tell()
	if ($1 in names) bad("there are two rows " $1)
	names[$1]
	name = $1
	split("", said)
	next
}

/^\t[a-z]+ +[^ ]/ && name != "" {
	k = $1
	if (!(k in known)) bad("no key " k)
	v = $0
	sub(/^\t[a-z]+ +/, "", v)
	if (k == "from" && !(v in names)) bad("no row " v " above")
	if (k in said) said[k] = said[k] "\n" v
	else said[k] = v
	next
}

{ bad("neither a row nor a key and its value") }

END { if (!failed) tell() }
