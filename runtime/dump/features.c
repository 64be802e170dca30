// SPDX-License-Identifier: GPL-2.0-or-later
/* The same names as in tapsets/vhost_features.stp, which a test compares. */
#include "dump/dump.h"

#include "base/strv.h"

struct name {
	unsigned int bit;
	bool net;		/* only a vhost-net device's bit is called so */
	const char *name;
};

static const struct name features[] = {
	{ 15, true, "MRG_RXBUF" },
	{ 24, false, "NOTIFY_ON_EMPTY" },
	{ 26, false, "LOG_ALL" },
	{ 27, true, "NET_HDR" },
	{ 27, false, "ANY_LAYOUT" },
	{ 28, false, "INDIRECT" },
	{ 29, false, "EVENT_IDX" },
	{ 32, false, "VERSION_1" },
	{ 33, false, "ACCESS_PLATFORM" },
	{ 34, false, "PACKED" },
	{ 35, false, "IN_ORDER" },
	{ 36, false, "ORDER_PLATFORM" },
	{ 38, false, "NOTIFICATION_DATA" },
	{ 40, false, "RING_RESET" },
	{ 46, true, "GUEST_UDP_TUNNEL_GSO_MAPPED" },
	{ 47, true, "GUEST_UDP_TUNNEL_GSO_CSUM_MAPPED" },
	{ 65, true, "GUEST_UDP_TUNNEL_GSO" },
	{ 66, true, "GUEST_UDP_TUNNEL_GSO_CSUM" },
	{ 67, true, "HOST_UDP_TUNNEL_GSO" },
	{ 68, true, "HOST_UDP_TUNNEL_GSO_CSUM" },
};

/* VHOST_BACKEND_F_… of linux/vhost_types.h */
static const struct name backend_features[] = {
	{ 1, false, "IOTLB_MSG_V2" },
	{ 2, false, "IOTLB_BATCH" },
	{ 3, false, "IOTLB_ASID" },
	{ 4, false, "SUSPEND" },
	{ 5, false, "RESUME" },
	{ 6, false, "ENABLE_AFTER_DRIVER_OK" },
	{ 7, false, "DESC_ASID" },
	{ 8, false, "IOTLB_PERSIST" },
};

struct features features_of(struct value low, struct value high)
{
	struct features set = { { 0 } };

	if (value_known(low))
		set.word[0] = low.n;
	if (value_known(high))
		set.word[1] = high.n;
	return set;
}

struct features features_bit(unsigned int bit)
{
	struct features set = { { 0 } };

	set.word[bit / 64] = 1ULL << bit % 64;
	return set;
}

struct features features_and(struct features a, struct features b)
{
	return (struct features){ { a.word[0] & b.word[0], a.word[1] & b.word[1] } };
}

struct features features_but(struct features a, struct features b)
{
	return (struct features){ { a.word[0] & ~b.word[0], a.word[1] & ~b.word[1] } };
}

bool features_has(struct features set, unsigned int bit)
{
	return set.word[bit / 64] >> bit % 64 & 1;
}

bool features_any(struct features set)
{
	return set.word[0] || set.word[1];
}

static void add(struct features set, bool net, const struct name *known, size_t n,
		struct strv *names)
{
	for (unsigned int bit = 0; bit < FEATURE_BITS; bit++) {
		const char *name = NULL;

		if (!features_has(set, bit))
			continue;
		for (size_t i = 0; !name && i < n; i++)
			if (known[i].bit == bit && (net || !known[i].net))
				name = known[i].name;
		if (name)
			strv_add(names, name);
		else
			strv_addf(names, "bit%u", bit);
	}
}

void dump_feature_names(struct features set, bool net, struct strv *names)
{
	add(set, net, features, ARRAY_SIZE(features), names);
}

void dump_backend_feature_names(struct value set, struct strv *names)
{
	add(features_of(set, value_of(0)), false, backend_features, ARRAY_SIZE(backend_features),
	    names);
}
