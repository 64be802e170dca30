/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vguest: a guest without a guest. It opens /dev/vhost-net and a tap of its
 * own, and plays the guest's virtio-net driver from user space; so it knows
 * what was queued, kicked, completed and signalled, and is the referee of what
 * an observer of vhost counts.
 *
 *	options	the command line, one table
 *	help	what the tables say, as --help and as the manual page
 *	ring	the driver's side of a split virtqueue; pure, no system calls
 *	frame	what a frame looks like, and whether one arrived as it was sent
 *	vhost	/dev/vhost-net's ioctls and messages
 *	iommu	answers what vhost's IOTLB lacks
 *	tap	the tap, its steering, the host's sockets on it
 *	memory	the guest's memory, of which rings and buffers take parts
 *	queue	a ring with its buffers, eventfds and counters
 *	queue-events	its kicks, notifications and errors
 *	fault	what a guest may do wrong on purpose, one table
 *	fault-made	the faults of a queue: made, and recovered from
 *	faults-lasting	what begins and doesn't end: the hooks of such faults
 *	host-sender	the host's sender of what the guest receives
 *	host-flood	the same without a window, in a thread of its own
 *	traffic	a pair's thread
 *	traffic-reap	takes back what vhost has used, and checks what arrived
 *	guest	puts all of it together and takes it apart
 *	guest-run	runs it, and stops it so that no count is missed
 *	counters	checks and prints the counters
 *	state	prints what the queues are now
 *	hostile	rings that no driver would make, one table
 *
 * Each has a header of its own, or that of the name before the "-".
 *
 * Functions return -errno on failure, after a message where only they know
 * what went wrong.
 */
#ifndef VGUEST_H
#define VGUEST_H

#include "base/base.h"

enum exit_status {
	EXIT_FINE	= 0,
	EXIT_WRONG	= 1,	/* the run had errors */
	EXIT_USAGE	= 2,
	EXIT_SETUP	= 3,	/* no device, no permission, no memory */
};

#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))

#define NSEC 1000000000ULL
#define MAX_PAIRS 64
#define MAX_SEGS 16

#endif
