# SPDX-License-Identifier: GPL-2.0-or-later
# What the tapsets say of themselves, a record a line, fields apart by tabs. The
# manual pages are made of it, and the scripts that tests compile.
#   tapset NAME                     a file
#   about  TEXT                     a paragraph of its first comment
#   doc    probe|function NAME SUMMARY
#   arg    NAME TEXT                of the last doc, as the next two
#   text   LABEL TEXT               a paragraph that begins "LABEL: ", or with "Fires"; else "-"
#   code   probe|function NAME RETURN ARGS      a public one; RETURN may be "-"; ARGS as declared
BEGIN { OFS = "\t" }
FNR == 1 {
	file = FILENAME
	sub(/.*\//, "", file)
	sub(/\.stp$/, "", file)
	print "tapset", file
	comment = "first"
	label = ""
}

function flush() {
	if (label == "arg" || label == "about") print label, value
	else if (label != "") print "text", label, value
	label = value = ""
}
function begin(l, v) { flush(); label = l; value = v }

/^\/\*\*$/ { inside = "doc"; comment = "seen"; next }
/^\/\*/ && comment == "first" {
	inside = "about"
	comment = "seen"
	sub(/^\/\*[ \t]*/, "")
	if ($0 ~ /\*\/$/) { sub(/[ \t]*\*\/$/, ""); print "about", $0; inside = ""; next }
	if ($0 != "") begin("about", $0)
	next
}
inside != "" && /^ \*\/$/ { flush(); inside = ""; next }
inside != "" { sub(/^ \*[ \t]*/, "") }
inside != "" && $0 == "" { flush(); next }
inside == "about" {
	if (label == "") begin("about", $0)
	else value = value " " $0
	next
}
inside == "doc" && /^(probe|sfunction) [^ ]+ - / {
	summary = $0
	sub(/^[^ ]+ [^ ]+ - /, "", summary)
	print "doc", ($1 == "probe" ? "probe" : "function"), $2, summary
	next
}
inside == "doc" && /^@[A-Za-z_0-9]+:/ {
	name = $1
	sub(/^@/, "", name)
	sub(/:$/, "", name)
	sub(/^[^:]*:[ \t]*/, "")
	begin("arg", name OFS $0)
	next
}
inside == "doc" {
	if (label != "") { value = value " " $0; next }
	l = "-"
	if ($0 ~ /^Fires /) l = "Fires"
	else if (match($0, /^[A-Z][a-z]+: /)) {
		l = substr($0, 1, RLENGTH - 2)
		$0 = substr($0, RLENGTH + 1)
	}
	begin(l, $0)
	next
}

/^probe [a-z][a-z_0-9.]* *=/ {
	name = $2
	sub(/=.*/, "", name)
	print "code", "probe", name, "-", ""
}
/^function [a-z][a-z_0-9]*[:(]/ {
	name = args = $0
	sub(/^function /, "", name)
	sub(/[:(].*/, "", name)
	returns = "-"
	if (match($0, /^function [a-z_0-9]+:[a-z]+/)) {
		returns = substr($0, 1, RLENGTH)
		sub(/.*:/, "", returns)
	}
	sub(/^[^(]*\(/, "", args)
	sub(/\).*/, "", args)
	gsub(/, +/, ",", args)
	print "code", "function", name, returns, args
}
