// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The counters of a tap by the guest's direction. Older records have the interface's own:
 * a tun receives what its guest sends, a macvtap or ipvtap is an interface of the guest's
 * own and sends it.
 */
#include "dump/dump.h"

static void take_over(struct value *to, struct value from)
{
	if (to->state == VALUE_UNKNOWN)
		*to = from;
}

/* macvtap and ipvtap count one packet as dropped and as wrong (macvlan_dev_get_stats64()) */
static struct value not_twice(struct value errors, struct value dropped)
{
	if (value_known(errors) && value_known(dropped) && errors.n == dropped.n)
		return value_of(0);
	return errors;
}

static void from_interface(struct dump_tap *t, bool tun)
{
	take_over(&t->to_guest, tun ? t->tx_packets : t->rx_packets);
	take_over(&t->to_guest_dropped, tun ? t->tx_dropped : t->rx_dropped);
	take_over(&t->to_guest_errors, tun ? t->tx_errors : t->rx_errors);
	take_over(&t->from_guest, tun ? t->rx_packets : t->tx_packets);
	take_over(&t->from_guest_dropped, tun ? t->rx_dropped : t->tx_dropped);
	take_over(&t->from_guest_errors, tun ? t->rx_errors : t->tx_errors);
}

void dump_tap_directions(struct dump_tap *t)
{
	bool direct = !strcmp(t->driver, "tap");

	/* of an unknown driver it is unknown, too */
	if (direct || !strcmp(t->driver, "tun"))
		from_interface(t, !direct);
	if (!direct)
		return;
	t->to_guest_errors = not_twice(t->to_guest_errors, t->to_guest_dropped);
	t->from_guest_errors = not_twice(t->from_guest_errors, t->from_guest_dropped);
	/* its queue discipline is on the way out: what comes from the guest meets it */
	take_over(&t->from_guest_qdisc_drops, t->qdisc_drops);
	take_over(&t->from_guest_qdisc_backlog, t->qdisc_backlog);
	t->qdisc_drops.state = t->qdisc_backlog.state = VALUE_NONE;
}
