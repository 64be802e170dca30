# SPDX-License-Identifier: GPL-2.0-or-later
# Whether each fault is there: the table (tests/lab/faults, its fields between tabs) is made into a program
# that reads two looks, see cases/faults. -v rows="NAME PID,..." those that were made
BEGIN {
	FS = "\t"
	n = split(rows, row, ",")
	for (i = 1; i <= n; i++) { split(row[i], r, " "); pid[r[1]] = r[2] }
	print "function num_of(v) { return v ~ /^[0-9]+$/ ? v + 0 : -1 }"
	print "function sub16(a, b) { return (a - b + 65536) % 65536 }"
	print "FNR == 1 { look++ }"
	print "{ delete k; for (i = 2; i <= NF; i++) { eq = index($i, \"=\"); k[substr($i, 1, eq - 1)] = substr($i, eq + 1) } at = look SUBSEP k[\"pid\"] }"
	print "$1 == \"VQ\" || $1 == \"RING\" || $1 == \"CHAIN\" { for (x in k) if (!((at, substr(k[\"queue\"], 1, 2), $1, x) in v)) v[at, substr(k[\"queue\"], 1, 2), $1, x] = k[x] }"
	print "$1 == \"IF\" || $1 == \"WORKER\" { for (x in k) v[at, x] = k[x] }"
	print "function get(l, p, q) {"
	print "  num = v[l, p, q, \"VQ\", \"num\"] + 0; la = v[l, p, q, \"VQ\", \"last_avail_idx\"] + 0; lu = v[l, p, q, \"VQ\", \"last_used_idx\"] + 0"
	print "  call = v[l, p, q, \"VQ\", \"call\"]; backend = v[l, p, q, \"VQ\", \"backend\"]; av = v[l, p, q, \"RING\", \"avail_idx\"] + 0"
	print "  ue = num_of(v[l, p, q, \"RING\", \"used_event\"]); af = num_of(v[l, p, q, \"RING\", \"avail_flags\"]); ring = v[l, p, q, \"RING\", \"error\"]"
	print "  chain = v[l, p, q, \"CHAIN\", \"end\"]; pend = sub16(av, la); fly = sub16(la, lu); beyond = sub16(lu, ue); state = v[l, p, \"state\"]"
	print "}"
	print "function grown(x, p) { return v[2, p, x] - v[1, p, x] }"
	print "function judge(name, there) {"
	print "  if (there) made++; else failed = 1"
	print "  print (there ? \"\" : \"FAIL: \") name \": num \" num \" lu \" w_lu \"+\" d_lu \" pend \" pend \" fly \" fly \" ue \" ue \" af \" af \" call \" call \" chain \" chain \" ring \" ring \\"
	print "    \" txd +\" d_txd \" rxd +\" d_rxd \" sent +\" d_sent \" qd +\" d_qd \" run +\" d_run \" wait +\" d_wait \" throttled +\" d_throttled \" ms \" ms \" state \" state"
	print "}"
	print "END {"
}
$1 in pid {
	printf "p = %s; get(1, p, \"%s\"); w_fly = fly; w_ring = ring; w_lu = lu; get(2, p, \"%s\"); d_lu = sub16(lu, w_lu); ", pid[$1], $5, $5
	print "d_txd = grown(\"tx_dropped\", p); d_rxd = grown(\"rx_dropped\", p); d_sent = grown(\"sent\", p); frozen = v[2, p, \"frozen\"] + 0; d_qd = grown(\"qdisc_drops\", p); up = v[2, p, \"up\"] + 0; ms = grown(\"ms\", p)"
	print "d_run = grown(\"run_ms\", p); d_wait = grown(\"wait_ms\", p); d_throttled = grown(\"throttled\", p)"
	printf "judge(\"%s\", %s)\n", $1, $6
}
END { print "print made + 0 \" of " n " faults are there\"; exit failed }" }
