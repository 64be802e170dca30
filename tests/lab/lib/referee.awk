# SPDX-License-Identifier: GPL-2.0-or-later
# What selftest's script saw of the guests, against what they did. Of "-v guests":
# NAME:PID:PAIRS:BY:ERRORS words; with per_packet=0 nothing is said per packet.

$1 == "ALIAS" {
	keep(alias, value("name") SUBSEP value("pid") SUBSEP value("queue"))
	if (value("name") == "vhost.iotlb_miss") misses[value("pid")] += value("times")
}
$1 == "WHY" { why[value("pid"), value("reason")]++ }
$1 == "MOVED" { moved[value("pid"), value("queue")] = value("count") }
$1 == "LOST" { lost = value("count") }

function t(key) { return truth[g, n, key] }
function s(name, key) { return alias[name, pid, n, key] }

function queue(    h, what) {
	h = "vhost_net." (n ~ /^TX/ ? "tx" : "rx")
	what = g " " n " "
	if (t("completions") == "") { is(what "truth", "", "a line"); return }
	# the last pair of a multi-queue guest may get no traffic
	if (t("completions") == 0) return
	is(what "guest errors", t("errors"), 0)
	is(what "signals", s("vhost.signal", "times"), t("signals"))
	is(what "sent", s("vhost.notify", "need"), t("signals"))
	is(what "decisions", s("vhost.notify", "times"), s("vhost.used", "times"))
	is(what "buffers decided on", s("vhost.notify", "count"), t("completions"))
	is(what "buffers used", s("vhost.used", "count"), t("completions"))
	is(what "buffers taken", s(h ".return", "taken"), t("completions") + t("lost"))
	if (per_packet) is(what "packets", s(h ".packet", "times"), t("packets") + t("lost"))
	is(what "kicks", s("vhost.kick", "times"), t("kicks") - t("before_kicks"))
	is(what "errors", s("vhost.error", "times"), t("vq_errors"))
	is(what "runs handled", s("vhost.work.run", "times"), s(h, "times"))
	is(what "ends of runs", s(h ".return", "times"), s(h, "times"))
	print what "packets=" t("packets") " buffers=" t("completions") " decisions=" s("vhost.notify", "times") \
		" signals=" t("signals") " kicks=" t("kicks") " moved=" moved[pid, n]
}

END {
	is("lost", lost, 0)
	split(guests, words, " ")
	for (w = 1; w in words; w++) {
		split(words[w], of, ":")
		g = of[1]; pid = of[2]
		for (p = 0; p < of[3]; p++) {
			n = "TX" p; queue()
			n = "RX" p; queue()
		}
		if ((g, "DEV0", "iotlb_misses") in truth) {
			is(g " IOTLB misses", misses[pid] + 0, truth[g, "DEV0", "iotlb_misses"] - truth[g, "DEV0", "before_iotlb_misses"])
			is(g " has any", misses[pid] > 0, 1)
			print g " iotlb_misses=" misses[pid]
		}
		if (of[5]) is(g " error seen", alias["vhost.error", pid, "TX0", "times"], of[5])
		is(g " sent all", truth[g, "TOTAL", "tx_packets"] + truth[g, "TOTAL", "tx_lost"] >= packets, 1)
		is(g " received all", truth[g, "TOTAL", "rx_received"] >= packets, 1)
		is(g " decisions by " of[4], why[pid, of[4]] > 0, 1)
	}
	exit failed || !checks
}
