// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What every alias must have seen: a number of the guest's own where it has one,
 * else an exact relation to other aliases, which stand on other functions of the
 * kernel. An alias without a rule fails a test.
 */
#include "selftest.h"

#define BOTH (RULE_TX | RULE_RX)
/* Bytes of the virtio header that are counted with each packet; the guests are not legacy ones */
#define HEADER 12

/* What the guest's key says, without what was before the traffic */
#define GUEST(key) { 1, NULL, key }, { -1, NULL, "before_" key }
#define TIMES(alias) { 1, alias, "times" }

const struct rule rules[] = {
	{ "vhost.signal", BOTH, "times", "signals the guest got",
	  "each adds one to the guest's call eventfd, which the guest reads",
	  .expected = { GUEST("signals") } },
	{ "vhost.notify", BOTH, "need", "signals, as decided",
	  "a decision to notify is a signal that the guest got",
	  .expected = { GUEST("signals") } },
	{ "vhost.notify", BOTH, "times", "decisions",
	  "vhost-net decides each time it gives buffers back: as often as vhost.used",
	  .expected = { TIMES("vhost.used") } },
	{ "vhost.notify", BOTH, "count", "buffers given back",
	  "the guest has each of them back",
	  .expected = { GUEST("completions") } },
	{ "vhost.used", BOTH, "count", "buffers given back",
	  "the guest has each of them back",
	  .expected = { GUEST("completions") } },
	{ "vhost.kick", BOTH, "times", "kicks of the guest",
	  "each is one write of the guest's to the kick eventfd",
	  .expected = { GUEST("kicks") } },
	{ "vhost.enable_notify", RULE_TX, "times", "runs to an empty ring",
	  "a run of vhost_net.tx ends with it, unless it ends with work handed to itself, with "
	  "an error or with a missing translation; where the guest was faster (more) it goes on",
	  .expected = { TIMES("vhost_net.tx"), { -1, "vhost.work.queue", "own" },
			{ -1, "vhost.error", "times" }, { -1, "vhost.iotlb_miss", "times" },
			{ 1, "vhost.enable_notify", "more" } } },
	{ "vhost.enable_notify", RULE_RX, "more", "rings not empty yet",
	  "vhost then disables once more: vhost.disable_notify without vhost_net.rx",
	  .not_iommu = true,
	  .expected = { TIMES("vhost.disable_notify"), { -1, "vhost_net.rx", "times" } } },
	{ "vhost.disable_notify", RULE_TX, "times", "runs begun, and mores",
	  "once a run of vhost_net.tx, and once each time vhost.enable_notify said more",
	  .not_iommu = true,	/* a run that lacks a translation of the ring ends before */
	  .expected = { TIMES("vhost_net.tx"), { 1, "vhost.enable_notify", "more" } } },
	{ "vhost.disable_notify", RULE_RX, "times", "runs begun, and mores",
	  "once a run of vhost_net.rx, and once each time vhost.enable_notify said more",
	  .not_iommu = true,
	  .expected = { TIMES("vhost_net.rx"), { 1, "vhost.enable_notify", "more" } } },
	{ "vhost.work.queue", BOTH, "times", "kicks, misses, own work",
	  "a kick queues the handler once, the answer to a missing translation does, and the "
	  "worker itself when its turn is over",
	  .expected = { GUEST("kicks"), TIMES("vhost.iotlb_miss"),
			{ 1, "vhost.work.queue", "own" } } },
	{ "vhost.work.run", RULE_TX, "times", "as vhost_net.tx.return",
	  "each piece of work of the queue is one run of vhost_net.tx, which ends once",
	  .expected = { TIMES("vhost_net.tx.return") } },
	{ "vhost.work.run", RULE_RX, "times", "as vhost_net.rx.return",
	  "each piece of work of the queue is one run of vhost_net.rx, which ends once",
	  .expected = { TIMES("vhost_net.rx.return") } },
	{ "vhost.error", BOTH, "times", "errors the guest got",
	  "each adds one to the guest's error eventfd, which the guest reads",
	  .expected = { { 1, NULL, "vq_errors" } } },
	{ "vhost.iotlb_miss", RULE_DEVICE, "times", "questions to the IOMMU",
	  "the guest reads each from its device, and answers",
	  .expected = { GUEST("iotlb_misses") } },
	{ "vhost_net.tx", RULE_TX, "times", "as vhost.work.run",
	  "every run is a piece of work",
	  .expected = { TIMES("vhost.work.run") } },
	{ "vhost_net.tx.return", RULE_TX, "taken", "buffers the guest sent",
	  "the guest had them back, or lost them by its own fault",
	  .expected = { GUEST("completions"), { 1, NULL, "lost" } } },
	{ "vhost_net.tx.packet", RULE_TX, "times", "packets the guest sent",
	  "the guest sent them, or lost them by its own fault",
	  .expected = { { 1, NULL, "packets" }, { 1, NULL, "lost" } } },
	{ "vhost_net.rx", RULE_RX, "times", "as vhost.work.run",
	  "every run is a piece of work",
	  .expected = { TIMES("vhost.work.run") } },
	{ "vhost_net.rx.return", RULE_RX, "taken", "buffers the guest got",
	  "the guest has them",
	  .expected = { GUEST("completions") } },
	{ "vhost_net.rx.packet", RULE_RX, "times", "packets the guest got",
	  "the guest has received them",
	  .expected = { { 1, NULL, "packets" } } },
	{ "vhost_net.rx.packet", RULE_RX, "len", "bytes, with headers",
	  "the guest has counted them, and the virtio header has 12 bytes",
	  .expected = { { 1, NULL, "bytes" }, { HEADER, NULL, "packets" } } },
};
const size_t rules_n = ARRAY_SIZE(rules);
