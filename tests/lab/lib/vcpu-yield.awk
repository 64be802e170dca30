# SPDX-License-Identifier: GPL-2.0-or-later
# What vcpu-yield told (the last file) is what KVM counted and traced meanwhile.
#   GUEST PID                  the guest whose counters follow, before and after
#   COUNT NAME BEFORE AFTER    KVM's counter of all its vCPUs
#   EVENT NAME TID NUMBER      events of the kernel's own tracing in that thread
function wrong(what) { print "FAIL: " what; bad = 1 }
function same(what, ours, theirs) {
	if (ours + 0 != theirs + 0) wrong(what ": vcpu-yield " ours + 0 ", KVM " theirs + 0)
	compared++
}
function add(key, n) { sum[pid, key] += n }
$1 == "GUEST" && NF == 2 { pid = $2; guests[pid]; next }
$1 == "COUNT" { counted[pid, $2] = $4 - $3; next }
$1 == "EVENT" { event[$3, $2] = $4; next }
{
	split("", v)
	for (i = 2; i <= NF; i++) { at = index($i, "="); v[substr($i, 1, at - 1)] = substr($i, at + 1) }
	pid = v["pid"]
}
$1 == "LOST" { wrong($0) }
$1 == "VCPU" {
	tid[pid, v["vcpu"]] = v["tid"]; vcpus[v["tid"]] = pid
	preempted[v["tid"]] += v["preempted"]; wait += v["wait_ns"]; add("hlt", v["hlt"])
}
$1 == "WORKER" { workers[pid]; wait += v["wait_ns"] }
$1 == "THREAD" { wait += v["wait_ns"] }
$1 == "HALT" {
	halts[tid[pid, v["vcpu"]]] += v["halts"]
	add("polls", v["polls"]); add("hits", v["poll_hits"]); add("slept", v["slept_ns"])
}
$1 == "IPI" { ipis[tid[pid, v["vcpu"]]] += v["ipis"]; waits += v["waits"] }
$1 == "SPIN" {
	add("calls", v["calls"]); add("yielded", v["calls_yielded"]); add("tried", v["tried"])
	ple += v["ple"]; spins += v["spins"]
}
$1 == "YIELD" { add("to", v["tried"]) }
$1 == "WAIT" { samples += v["samples"] }
END {
	for (pid in guests) {
		same(pid ": polls", sum[pid, "polls"], counted[pid, "halt_attempted_poll"])
		same(pid ": polls with success", sum[pid, "hits"], counted[pid, "halt_successful_poll"])
		same(pid ": ns asleep", sum[pid, "slept"], counted[pid, "halt_wait_ns"])
		same(pid ": HLT", sum[pid, "hlt"], counted[pid, "halt_exits"])
		same(pid ": yields asked for", sum[pid, "calls"], counted[pid, "directed_yield_attempted"])
		same(pid ": yields with success", sum[pid, "yielded"], counted[pid, "directed_yield_successful"])
		same(pid ": offers, to all", sum[pid, "to"], sum[pid, "tried"])
		if (!(pid in workers)) wrong(pid " has no worker")
		calls += sum[pid, "calls"]; yielded += sum[pid, "yielded"]
	}
	for (t in vcpus) {
		n++
		same(vcpus[t] "/" t ": halts", halts[t], event[t, "kvm_vcpu_wakeup"])
		same(vcpus[t] "/" t ": IPIs", ipis[t], event[t, "kvm_apic_ipi"])
		if (preempted[t] > event[t, "preempted"])
			wrong(t ": preempted " preempted[t] " times, by the scheduler " event[t, "preempted"])
		all_halts += halts[t]; all_ipis += ipis[t]; all_preempted += preempted[t]
	}
	# a sample each 4 ms is a look at who waits, not a sum
	if (samples * 4e6 < wait * 0.6 || samples * 4e6 > wait * 1.4)
		wrong(samples " samples of waits, the scheduler's " wait " ns")
	if (n != 4 || !all_halts || !all_ipis || !all_preempted || !waits)
		wrong("of " n " vCPUs something never happened")
	printf "%d halts, %d preemptions, %d IPIs (%d waited for a CPU), %d yields asked for, %d with success; " \
		"%d pause-loop exits, %d spins; %d samples of waits are %.2f of what the scheduler says\n",
		all_halts, all_preempted, all_ipis, waits, calls, yielded, ple, spins, samples, wait ? samples * 4e6 / wait : 0
	if (!bad) print "vCPUs agree with KVM: " compared " numbers"
	exit bad
}
