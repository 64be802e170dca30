# SPDX-License-Identifier: GPL-2.0-or-later
# After records.awk: what vhost-drops counted of each queue is what its guest says.
# -v guests="NAME:PID..."

$1 == "DEV" && value("pair") ~ /^[0-9]/ { pair[value("pid"), value("dev")] = value("pair") }
# a queue without its backend has no number any more
$1 == "COUNT" || $1 == "TAP" || $1 == "DROP" || $1 == "SEND" {
	queue = $1 == "COUNT" || $1 == "SEND" ? substr(value("queue"), 1, 2) : $1
	if ($1 == "DROP") queue = queue value("reason")
	if ($1 == "SEND") queue = queue value("errno")
	keep(last, value("pid") SUBSEP queue pair[value("pid"), value("dev")])
}
$1 == "END" { dumps++; is("queues lost", value("lost"), 0) }
$1 == "MISSED" { told++; is("events missed", value("events"), 0) }

END {
	n = split(guests, g, " ")
	for (i = 1; i <= n; i++) {
		split(g[i], w, ":")
		name = w[1]; pid = w[2]
		for (key in truth) {
			split(key, k, SUBSEP)
			if (k[1] != name || k[2] !~ /^[RT]X[0-9]+$/ || k[3] != "completions")
				continue
			q = k[2]
			is(name " " q " kicks", last[pid, q, "kicks"], truth[name, q, "kicks"] - truth[name, q, "before_kicks"])
			is(name " " q " signals", last[pid, q, "signals"], truth[name, q, "signals"] - truth[name, q, "before_signals"])
			is(name " " q " completions", last[pid, q, "completions"], truth[name, q, "completions"])
			is(name " " q " taken", last[pid, q, "taken"], truth[name, q, "completions"] + truth[name, q, "lost"])
			is(name " " q " errors", last[pid, q, "errors"], truth[name, q, "vq_errors"])
			ends = 0
			for (e in last)
				if (index(e, pid SUBSEP q SUBSEP "end_") == 1)
					ends += last[e]
			is(name " " q " runs ended", ends, last[pid, q, "runs"])
			# of the worker's first run it isn't known
			unknown = last[pid, q, "runs"] - last[pid, q, "works"]
			is(name " " q " runs whose wait is not known", unknown == 0 || unknown == 1, 1)
			queues++
		}
		dropped = truth[name, "TOTAL", "tap_tx_dropped"]
		is(name " dropped", last[pid, "TAP0", "to_guest_dropped"], dropped)
		# a sample of them, and nothing but a full ring
		for (d in last)
			if (index(d, pid SUBSEP "DROP") == 1 && d ~ SUBSEP "n$") {
				is(name " reason " d, index(d, pid SUBSEP "DROPFULL_RING0") == 1, 1)
				sampled += last[d]
				is(name " drops sampled, at most", last[d] + 0 <= dropped + 0, 1)
			}
	}
	is("dumps", dumps > 3, 1)
	is("dumps that say what was missed", told, dumps)
	is("a sample of the drops", sampled > 0, 1)
	print queues " queues exact, " sampled " drops sampled, " checks " numbers"
	exit failed
}
