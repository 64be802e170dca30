# SPDX-License-Identifier: GPL-2.0-or-later
# The shape of a transcript: what may differ from one run to the next is masked, every other word stays. Masked are:
#   - numbers (1,943 4.9 0x7f00 2026-11-29 14:03), also behind another character than a letter (pid=17, vhost-17), not RX0 or p50: "#"
#   - a number with its unit of time (256us, 4.9 s): "#t"; of size (65 KiB): "#b"
#   - a uuid: "#"
#   - the plural of a word behind a number (1 buffer/s, 2 buffers/s)
#   - blanks, and the end of a line where a text is broken at 80 columns
#   - what the table says of this transcript: $t_repeat, $t_mask
# The commands of a page ("# stap-vhost ...") stay as they are. In the C locale: a character of several bytes is one place.
BEGIN {
	repeats = split(ENVIRON["t_repeat"], repeat, "\n")
	masks = split(ENVIRON["t_mask"], mask, "\n")
}

function places(s) {
	gsub(/[\200-\277]/, "", s)
	return length(s)
}

function masked(word,    out, run) {
	if (length(word) == 36 && word ~ /^[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+-[0-9a-f]+$/) return "#"
	while (match(word, /[A-Za-z0-9_]+/)) {
		out = out substr(word, 1, RSTART - 1)
		word = substr(word, RSTART)
		run = ""
		if ((match(word, /^0x[0-9a-f]+/) || match(word, /^[0-9]+([.,][0-9]+)*/)) &&
		    substr(word, RLENGTH + 1, 1) !~ /[A-Za-z0-9_]/)
			run = "#"
		else if (match(word, /^[0-9]+([.,][0-9]+)*(ns|us|ms|s)/) && substr(word, RLENGTH + 1, 1) !~ /[A-Za-z0-9_]/)
			run = "#t"
		else if (match(word, /^[A-Za-z0-9_]+/))
			run = substr(word, 1, RLENGTH)
		out = out run
		word = substr(word, RLENGTH + 1)
	}
	return out word
}

function singular(word,    tail) {
	if (word !~ /^[a-z]+(\/s)?[.,:;)]*$/) return word
	match(word, /(\/s)?[.,:;)]*$/)
	tail = substr(word, RSTART)
	word = substr(word, 1, RSTART - 1)
	sub(/s$/, "", word)
	return word tail
}

function shape(line,    w, i, many, out, last, word) {
	many = split(line, w, " ")
	for (i = 1; i <= many; i++) {
		word = masked(w[i])
		if (last ~ /#$/ && word ~ /^(ns|us|ms|s)[.,:;)]*$/) {
			sub(/^[a-z]+/, "t", word)
			out = out word
		} else if (last ~ /#$/ && word ~ /^(B|KiB|MiB|GiB)[.,:;)]*$/) {
			sub(/^[A-Za-z]+/, "b", word)
			out = out word
		} else {
			out = out (i > 1 ? " " : "") (last ~ /#$/ ? singular(word) : word)
		}
		last = word
	}
	return out
}

# Whether a line goes on with the text of the one before: it begins below one of its words, and its first word had no room
# there. A number and its unit are one word.
function goes_on(line, before,    w, first, at) {
	split(line, w, " ")
	first = w[1]
	if (w[1] ~ /^[(]?[0-9][0-9.,]*$/ && w[2] ~ /^(%|ns|us|ms|s|B|KiB|MiB|GiB)[.,:;)]*$/) first = first " " w[2]
	match(line, /^ */)
	at = RLENGTH
	if (!at || places(line) > 80 || places(before) > 80 || places(before) + 1 + places(first) <= 80) return 0
	return substr(before, at, 1) == " " && substr(before, at + 1, 1) !~ /^ ?$/
}

function flush() {
	if (text != "") print shape(text)
	text = before = ""
}

function masks_of(line,    m) {
	for (m = 1; m <= masks; m++) gsub(mask[m], "<>", line)
	return line
}

/^# stap-vhost / || /^ *$/ {
	flush()
	alike = 0
	sub(/^ +$/, "")
	print
	next
}

{
	for (r = 1; r <= repeats; r++)
		if ($0 ~ repeat[r]) {
			flush()
			if (alike != r) print "<" repeat[r] ">"
			alike = r
			next
		}
	alike = 0
	line = $0
	if (before != "" && goes_on(line, before)) {
		text = text " " masks_of(line)
	} else {
		flush()
		text = masks_of(line)
	}
	before = $0
}

END { flush() }
