// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aliases that the guests of selftest can't make fire, and the test of the project that makes
 * them. One a line: the lab's case 'selftest' reads this table too.
 */
#include "selftest/selftest.h"

const struct untested untested_aliases[] = {
	{ "kvm.halt", "vcpu-yield" },
	{ "kvm.hypercall.sched_yield", "vcpus" },
	{ "kvm.ipi", "vcpu-yield" },
	{ "kvm.ipi_wait", "vcpu-yield" },
	{ "kvm.on_spin", "vcpus" },
	{ "kvm.ple", "vcpus, on Linux 7.2" },
	{ "kvm.sched_in", "vcpu-yield" },
	{ "kvm.yield_to", "vcpus" },
};
const size_t n_untested_aliases = ARRAY_SIZE(untested_aliases);
