// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Aliases that the guests of selftest can't make fire, and the test of the project that makes
 * them. One a line: the lab's case 'selftest' reads this table too.
 */
#include "selftest.h"

const struct elsewhere elsewhere[] = {
	{ "kvm.halt", "vcpu-yield" },
	{ "kvm.ipi", "vcpu-yield" },
	{ "kvm.ipi_wait", "vcpu-yield" },
	{ "kvm.ple", "none: compiled only" },
	{ "kvm.run", "vcpu-yield" },
	{ "kvm.spin", "none: compiled only" },
	{ "kvm.yield_call", "vcpu-yield, if its guests yield" },
	{ "kvm.yield_to", "vcpu-yield, if its guests yield" },
};
const size_t elsewhere_n = ARRAY_SIZE(elsewhere);
