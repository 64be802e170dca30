# SPDX-License-Identifier: GPL-2.0-or-later
# What vcpu-yield told on a kernel that lacks functions (the last file), beside what it told meanwhile where none is lacking (the first
# one): what hangs on those functions is "?" and never a number, all other counts are the same.
function wrong(what) { print "FAIL: " what; bad = 1 }
BEGIN {
	n = split("SPIN.ple SPIN.spins SPIN.spin_ns SPIN.yielded SPIN.calls SPIN.calls_yielded IPI.ipi_calls", names, " ")
	for (i = 1; i <= n; i++) unknown[names[i]]
	n = split("VCPU.preempted VCPU.by_worker VCPU.by_own VCPU.by_other VCPU.exits VCPU.hlt HALT.halts HALT.polls HALT.poll_hits" \
		" SPIN.tried IPI.ipis", names, " ")
	for (i = 1; i <= n; i++) known[names[i]]
}
FNR == 1 { lacking = file++ }
$1 == "LOST" { wrong($0) }
$1 ~ /^(VCPU|HALT|SPIN|IPI)$/ {
	split("", v)
	for (i = 2; i <= NF; i++) { at = index($i, "="); v[substr($i, 1, at - 1)] = substr($i, at + 1) }
	who = v["pid"] "/" v["vcpu"]
	vcpus[who]
	for (k in v) {
		key = $1 "." k
		if (lacking && key in unknown) {
			if (v[k] != "?") wrong(who ": " key " is " v[k] ", of functions that are lacking")
			seen[who, key]++
		} else if (v[k] == "?")
			wrong(who ": " key " is ? where it could be told")
		if (key in known) sum[lacking, who, key] += v[k]
	}
}
END {
	for (who in vcpus) {
		for (key in unknown)
			if (!seen[who, key]) wrong(who ": nothing says that " key " is unknown")
		for (key in known) {
			if (sum[0, who, key] != sum[1, who, key])
				wrong(who ": " key " is " sum[1, who, key] " where functions are lacking, and " sum[0, who, key] " where not")
			same++
			all[key] += sum[1, who, key]
		}
	}
	if (!all["HALT.halts"] || !all["IPI.ipis"] || !all["VCPU.hlt"]) wrong("nothing happened")
	if (!bad) print "what is unknown is said to be so, " same " numbers are the same without it"
	exit bad
}
