# SPDX-License-Identifier: GPL-2.0-or-later
# The manual pages of section 3stap, out of blocks.awk's records: laid out as
# SystemTap's own. Variables: dir, where to; or names=1, to print their names;
# or index7, the file for the page of section 7 that lists them all;
# date; source, "stap-vhost 0.1"; section.
BEGIN { FS = "\t" }
$1 == "tapset" { tapset = $2; about[tapset] = ""; next }
$1 == "about" { about[tapset] = about[tapset] $2 "\n"; next }
$1 == "doc" {
	p = $2 "::" $3
	page[++pages] = p
	kind[p] = $2
	name[p] = $3
	summary[p] = $4
	of[p] = tapset
	if (!(tapset in first)) { tapsets[++n_tapsets] = tapset; first[tapset] = p }
	known[$3] = p
	next
}
$1 == "arg" { a = ++args[p]; arg[p, a] = $2; argtext[p, a] = $3; next }
$1 == "text" { t = ++texts[p]; label[p, t] = $2; text[p, t] = $3; next }
$1 == "code" { returns[$2 "::" $3] = $4; takes[$2 "::" $3] = $5; next }

# A character at a time: awks disagree on backslashes in gsub()
function esc(s,    i, c, out) {
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		out = out (c in roff ? roff[c] : c)
	}
	return out
}

# A synopsis, which may go on in the next line behind a comma
function breakable(s,    n, part, i, out) {
	n = split(s, part, ",")
	out = part[1]
	for (i = 2; i <= n; i++)
		out = out ",\\:" part[i]
	return out
}

# Words of a text: @name is an argument, f() a function, a.b one of our probes.
# Those that have a page are kept for SEE ALSO.
function prose(s,    n, w, i, core, tail, head, out) {
	n = split(s, w, " ")
	for (i = 1; i <= n; i++) {
		match(w[i], /^[^A-Za-z0-9_@]*/)
		head = substr(w[i], 1, RLENGTH)
		core = substr(w[i], RLENGTH + 1)
		match(core, /^@?[A-Za-z0-9_.]*/)
		tail = substr(core, RLENGTH + 1)
		core = substr(core, 1, RLENGTH)
		if (core ~ /\.$/) { tail = "." tail; sub(/\.$/, "", core) }
		if (core ~ /^@./) core = "\\fI" esc(substr(core, 2)) "\\fR"
		else if (core in known) {
			mentioned[known[core]] = 1
			core = "\\fB" esc(core) "\\fR"
		} else if (tail ~ /^\(\)/) core = "\\fB" esc(core) "\\fR"
		else core = esc(core)
		out = out (i > 1 ? " " : "") esc(head) core esc(tail)
	}
	# a dot that begins a line is a request
	return (out ~ /^\./ ? "\\&" : "") out
}

# A page's first line has the title twice and the manual in between, the last line the date in
# the middle, in 78 columns. So the kind is left out, which stands in NAME, the manual where it
# has no room, and of a long title the end, as DocBook does for SystemTap's pages
function head(to, title,    manual) {
	sub(/.*::/, "", title)
	title = substr(title, 1, 26)
	manual = "SystemTap Tapset Reference"
	if (2 * (length(title section) + 2) + length(manual) + 2 > 78) manual = ""
	printf ".TH \"%s\" \"%s\" \"%s\" \"%s\" \"%s\"\n", \
		esc(toupper(title)), section, date, esc(source), manual > to
	# as the pages that DocBook makes of SystemTap's tapsets
	print ".nh\n.ad l" > to
	print ".SH \"NAME\"" > to
}
function see_also(to, self, list,    i, last) {
	print ".SH \"SEE ALSO\"" > to
	for (i = 1; i <= pages; i++)
		if (page[i] != self && page[i] in mentioned) list = list "\n" page[i]
	sub(/^\n/, "", list)
	n = split(list, refs, "\n")
	for (i = 1; i <= n; i++) {
		last = section
		if (match(refs[i], /\(.*\)$/)) {
			last = substr(refs[i], RSTART + 1, RLENGTH - 2)
			refs[i] = substr(refs[i], 1, RSTART - 1)
		}
		printf ".IR \"%s\" (%s)%s\n", esc(refs[i]), last, (i < n ? "," : "") > to
	}
	close(to)
}
function items(to, p, title,    i) {
	if (!args[p]) return
	print ".SH \"" title "\"" > to
	for (i = 1; i <= args[p]; i++) {
		if (i > 1) print ".PP" > to
		printf "\\fI%s\\fR\n.RS 4\n%s\n.RE\n", esc(arg[p, i]), prose(argtext[p, i]) > to
	}
}
function description(to, p,    i, wanted, n) {
	print ".SH \"DESCRIPTION\"" > to
	for (i = 1; i <= texts[p]; i++)
		if (label[p, i] != "Context")
			printf "%s%s\n", (n++ ? ".PP\n" : ""), prose(text[p, i]) > to
	for (i = 1; i <= texts[p]; i++)
		if (label[p, i] == "Context")
			printf ".SH \"CONTEXT\"\n%s\n", \
				prose(toupper(substr(text[p, i], 1, 1)) substr(text[p, i], 2)) > to
}
function synopsis(p,    r) {
	if (kind[p] == "probe") return name[p]
	r = returns[p] == "-" ? "" : ":" returns[p]
	return name[p] r "(" takes[p] ")"
}
function write_page(p,    to) {
	to = dir "/" p "." section
	split("", mentioned)
	head(to, p)
	printf "%s \\- %s\n", esc(p), esc(summary[p]) > to
	printf ".SH \"SYNOPSIS\"\n.nf\n    %s\n.fi\n", esc(synopsis(p)) > to
	items(to, p, kind[p] == "probe" ? "VALUES" : "ARGUMENTS")
	description(to, p)
	see_also(to, p, "tapset::" of[p])
}
function write_tapset(t,    to, i, n, w, list) {
	to = dir "/tapset::" t "." section
	split("", mentioned)
	head(to, "tapset::" t)
	printf "tapset::%s \\- systemtap %s tapset\n", esc(t), esc(t) > to
	print ".SH \"DESCRIPTION\"" > to
	n = split(about[t], w, "\n")
	for (i = 1; i < n; i++) printf "%s%s\n", (i > 1 ? ".PP\n" : ""), prose(w[i]) > to
	split("", mentioned)
	for (i = 1; i <= pages; i++) {
		if (of[page[i]] != t) continue
		printf ".TP\n.B %s\n%s\n.IP\nSee\n.IR \"%s\" (%s)\nfor details.\n", breakable(esc(synopsis(page[i]))), \
			esc(summary[page[i]]), esc(page[i]), section > to
	}
	list = "stap(1)\nstap-vhost(8)"
	for (i = 1; i <= n_tapsets; i++) if (tapsets[i] != t) list = list "\ntapset::" tapsets[i]
	see_also(to, "", list)
}

function list_of(to, what, title,    i) {
	print ".SH \"" title "\"" > to
	for (i = 1; i <= pages; i++)
		if (kind[page[i]] == what)
			printf ".TP\n.B %s\n%s\n", breakable(esc(synopsis(page[i]))), esc(summary[page[i]]) > to
}
function write_index(to,    i, w, t, list) {
	printf ".TH \"STAP\\-VHOST\\-TAPSETS\" \"7\" \"%s\" \"%s\" \"\"\n", date, esc(source) > to
	print ".nh\n.ad l\n.SH \"NAME\"" > to
	print "stap\\-vhost\\-tapsets \\- SystemTap tapsets for vhost, vhost\\-net, tun and KVM" > to
	print ".SH \"DESCRIPTION\"" > to
	print esc("The scripts of stap-vhost are made of these tapsets, and scripts of your own can be. stap-vhost run finds them:") > to
	print ".PP\n.RS 4\n" esc("stap-vhost run ./mine.stp") "\n.RE" > to
	print ".PP\n" esc("stap takes their directory with -I; stap-vhost(8) names it under FILES. This lists the probes with their values:") > to
	print ".PP\n.RS 4\n" esc("stap -I TAPSETS -L 'vhost*.**'") "\n.RE" > to
	print ".PP\n" esc("Each probe, function and file has a page of its own in section 3stap, such as probe::vhost.notify(3stap).") > to
	print ".SH \"FILES\"" > to
	for (t = 1; t <= n_tapsets; t++) {
		split(about[tapsets[t]], w, "\n")
		printf ".TP\n.IR \"tapset::%s\" (%s)\n%s\n", esc(tapsets[t]), section, esc(w[1]) > to
	}
	list_of(to, "probe", "PROBES")
	list_of(to, "function", "FUNCTIONS")
	print ".SH \"SEE ALSO\"\n.IR \"stap\" (1),\n.IR \"stapprobes\" (3stap),\n.IR \"stap\\-vhost\" (8)" > to
	close(to)
}

END {
	roff["\\"] = "\\(rs"; roff["-"] = "\\-"; roff["'"] = "\\(aq"; roff["`"] = "\\(ga"
	roff["^"] = "\\(ha"; roff["~"] = "\\(ti"; roff["\""] = "\\(dq"
	if (index7) { write_index(index7); exit }
	for (i = 1; i <= n_tapsets; i++) if (names) print "tapset::" tapsets[i] "." section; else write_tapset(tapsets[i])
	for (i = 1; i <= pages; i++) if (names) print page[i] "." section; else write_page(page[i])
}
