# SPDX-License-Identifier: GPL-2.0-or-later
# Of a trace with the events of preemptirq and sched_switch, "TID WHAT TIMES NS MOST": how often each task had
# interrupts, or preemption, off, for how many ns in all and at most. Where a CPU goes to another task both are off, and of each
# what is its own.
function over(tid, what,    ns) {
	if (!((tid, what) in since)) return
	ns = now - since[tid, what]
	delete since[tid, what]
	n[tid " " what]++
	sum[tid " " what] += ns
	if (ns > most[tid " " what]) most[tid " " what] = ns
}
/^#/ { next }
match($0, / [0-9]+\.[0-9]+: /) {
	split(substr($0, RSTART + 1, RLENGTH - 3), time, ".")
	now = time[1] * 1e9 + time[2] * 1e3
	event = substr($0, RSTART + RLENGTH)
	match($0, /-[0-9]+ +\[/)
	tid = substr($0, RSTART + 1, RLENGTH - 2) + 0
	if (event ~ /^irq_disable:/) since[tid, "irqs_off"] = now
	if (event ~ /^irq_enable:/) over(tid, "irqs_off")
	if (event ~ /^preempt_disable:/) since[tid, "preempt_off"] = now
	if (event ~ /^preempt_enable:/) over(tid, "preempt_off")
	if (event ~ /^sched_switch:/) {
		match(event, / prev_pid=[0-9]+/); prev = substr(event, RSTART + 10, RLENGTH - 10) + 0
		match(event, / next_pid=[0-9]+/); next_one = substr(event, RSTART + 10, RLENGTH - 10) + 0
		over(prev, "irqs_off"); over(prev, "preempt_off")
		since[next_one, "irqs_off"] = since[next_one, "preempt_off"] = now
	}
}
END { for (k in n) if (k !~ /^0 /) printf "%s %d %d %d\n", k, n[k], sum[k], most[k] }
