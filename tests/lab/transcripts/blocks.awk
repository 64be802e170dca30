# SPDX-License-Identifier: GPL-2.0-or-later
# The blocks of pages. With name=NAME: the one below that comment, as it was printed. Else, for tests/lint: "anchor NAME PAGE" a line, and
# "PAGE:LINE: ..." for a block without such a comment that is more than commands, or for a comment without a block.
function is_command(line) {
	return line ~ /^(# )?(make|apt-get|stap-vhost|stap|man|source|trace-cmd)( |$)/ || line ~ /^build\// || line ~ /^probe /
}

# (the last comment may be its file's end)
function last() { if (fresh && !name) print of ":" fresh ": no block below it" }
FNR == 1 { last(); anchor = ""; inside = said = empty = fresh = 0; of = FILENAME }

/^<!-- *transcript/ {
	if (!name && $0 !~ /^<!-- transcript: [a-z0-9-]+ -->$/) print FILENAME ":" FNR ": write \047<!-- transcript: NAME -->\047"
	anchor = $3
	last()
	fresh = FNR
	inside = empty = 0
	if (!name) print "anchor", anchor, FILENAME
	next
}

/^    / {
	if (!inside) { inside = 1; said = 0 }
	fresh = 0
	if (name) {
		if (anchor == name) { while (empty > 0) { print ""; empty-- } print substr($0, 5) }
	} else if (anchor == "" && !said && !is_command(substr($0, 5))) {
		print FILENAME ":" FNR ": a transcript without \047<!-- transcript: NAME -->\047, and a row in tests/lab/transcripts/table"
		said = 1
	}
	next
}

$0 == "" {
	if (inside) empty++
	next
}

{
	last()
	anchor = ""
	inside = empty = fresh = 0
}

END { last() }
