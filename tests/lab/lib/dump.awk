# SPDX-License-Identifier: GPL-2.0-or-later
# Compares a dump of vring-dump with what guests say of themselves (STATE_* records
# of vguest), field by field. -v what=WORD, -v queues=N: how many there must be,
# -v brought_in=1: pages may have been brought in, which is behind the queue's lock.

function bad(text) { print "FAIL: " what ": " text; failed = 1 }

# the record's fields as field[]; returns what it is of
function fields(    i, eq) {
	split("", field)
	for (i = 2; i <= NF; i++) {
		eq = index($i, "=")
		field[substr($i, 1, eq - 1)] = substr($i, eq + 1)
	}
	return field["pid"] " " field["queue"] ($1 ~ /CHAIN$/ ? " " field["pos"] : "")
}

FNR == NR {
	of = fields()
	kind = substr($1, 7)
	for (k in field)
		if (k !~ /^(driver_|first)/)
			want[kind " " of, k] = field[k]
	said[kind " " of] = 1
	next
}

{
	records++
	of = fields()
	seen[$1 " " of] = 1
	count[$1]++
	for (k in field)
		have[$1 " " of, k] = field[k]
	if ($1 == "VQ" && field["busy"] != 0 && !brought_in) bad($0)
	if ($1 == "END") {
		if (field["queues"] != queues || field["unreadable"] != 0 || field["lost"] != 0) bad($0)
		us = field["us"]
	}
	if (length($0) > 500) bad("a long line: " $0)
	last = $1
}

END {
	if (last != "END") bad("no END")
	if (count["VQ"] != queues || count["RING"] != queues) bad(count["VQ"] " VQ, " count["RING"] " RING, should be " queues)
	for (s in said)
		if (!(s in seen)) bad("no record of " s)
	for (key in want) {
		split(key, part, SUBSEP)
		if (!(part[1] in seen)) continue
		compared++
		if (have[key] != want[key]) bad(part[1] ": " part[2] " is '" have[key] "', the guest says '" want[key] "'")
	}
	for (s in seen)
		if (s ~ /^RING/) {
			vq = "VQ" substr(s, 5)
			if (have[vq, "backend"] == 1 && have[vq, "last_used_idx"] != have[s, "used_idx"]) bad(s ": used_idx is not vhost's")
		}
	print what ": " records " records, " compared " fields as the guest says, " us " us"
	exit failed
}
