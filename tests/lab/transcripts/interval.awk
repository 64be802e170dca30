# SPDX-License-Identifier: GPL-2.0-or-later
# Of what vcpu-yield prints, one interval of a guest in which each kind of record is, with six WAIT records at most.
function pick() {
	if (!found && kinds == 8) {
		printf "%s", block
		found = 1
	}
	block = ""
	split("", seen)
	kinds = waits = 0
}
/^GUEST pid=/ { pick() }
!/^(GUEST|VCPU|SPIN|IPI|HALT|WORKER|YIELD|WAIT) pid=/ { next }
!($1 in seen) { seen[$1]; kinds++ }
$1 != "WAIT" || ++waits <= 6 { block = block $0 "\n" }
END { pick(); exit !found }
