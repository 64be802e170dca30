// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What people look at most. Which of these functions there are differs: the compiler puts small
 * ones into their callers, and a vendor's module is the one for Intel or the one for AMD.
 */
#include "ftrace/ftrace.h"

#define MODULES ":mod:vhost", ":mod:vhost_net", ":mod:vhost_iotlb", ":mod:vhost_vsock"
#define NAMES "vhost_*", "handle_?x*", "vhost_net_*", "get_?x_bufs"

const struct ftrace_preset ftrace_presets[] = {
	{
		"tx", "from the guest: what vhost-net does when the guest has sent",
		{ "handle_tx_kick", "handle_tx_net", "handle_tx" }, { 0 }, { 0 },
		"modprobe vhost_net",
	}, {
		"rx", "to the guest: what vhost-net does when packets have come",
		{ "handle_rx_kick", "handle_rx_net", "handle_rx" }, { 0 }, { 0 },
		"modprobe vhost_net",
	}, {
		"vhost", "all functions of vhost and vhost_net, and nothing else",
		{ 0 }, { MODULES }, { NAMES },
		"modprobe vhost_net",
	}, {
		"kvm-yield", "a vCPU that gives its CPU away, and to which vCPU",
		{ "kvm_vcpu_on_spin", "kvm_vcpu_yield_to", "yield_to", "pause_interception",
		  "handle_pause", "kvm_sched_yield" },
		{ 0 }, { 0 },
		"modprobe kvm_intel, or kvm_amd",
	},
};

const size_t ftrace_presets_n = ARRAY_SIZE(ftrace_presets);

const struct ftrace_preset *ftrace_preset(const char *name)
{
	for (size_t i = 0; i < ftrace_presets_n; i++)
		if (!strcmp(ftrace_presets[i].name, name))
			return &ftrace_presets[i];
	return NULL;
}
