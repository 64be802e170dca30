/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Within the room: a queue from sample to sample */
#ifndef HISTORY_H
#define HISTORY_H

#include "base/base.h"
#include "diagnose/diagnose.h"
#include "dump/dump.h"

/* A signal that the guest waits for since a sample */
struct armed {
	bool is;
	struct value event, used, signals;
	unsigned long long given;	/* buffers given back since */
};

/* A queue in one dump, beside the dump before */
struct sample {
	const struct dump *dump;
	const struct dump_guest *guest;
	const struct dump_dev *dev;
	/* before: NULL in the first; without lists */
	const struct dump_vq *now, *before;
	const struct dump_worker *worker, *worker_before;	/* NULL where there is none */
	/* NULL: not in this dump */
	const struct dump_cgroup *worker_group, *guest_group;
	const struct dump_tap *tap_before;
	struct value missed_before, took_before;	/* the dump: events missed so far, us */
	struct value missed;	/* events since the evidence began */
	bool counts_are_older;	/* as in struct evidence */
	struct armed *armed;
	unsigned long long time_us, before_us;
	bool rx;
	int event_idx;		/* -1: not known */
	/* since the sample before */
	int lost;		/* packets; -1: not known */
	/* buffers given back, in 64 bits; unknown where the index may have gone round */
	struct value given;
	int unmoved;		/* no index has moved; -1: unknown */
	/*
	 * the guest's used_event: how much was given back since it was written; unknown where that
	 * isn't known
	 */
	struct value event_age;
};

/* Counts (counts.c). They start as 0s */

struct counter {
	struct value sum, last;
};

/* From the work to its worker. A busy host has some ms: what is shorter is no delay */
#define DELAY_US 200000

/* reasons and errnos; what is more is left out: counts of two names would not be one */
#define NAMES_MAX 32

struct named {
	char name[METRIC_WORD];
	struct counter n;
};

struct names {
	struct named v[NAMES_MAX];
	size_t n;
};

/*
 * Counters begin with the first sample; a queue that came later begins from 0. One that fell was
 * set back
 */
void counter_add(struct counter *c, struct value v, bool from_zero);
/* The maximum of a script; @older: what it was in the first sample was before it */
void counter_max(struct counter *c, struct value v, bool older);
void names_add(struct names *names, const char *name, struct value n, bool from_zero);
unsigned long long names_sum(const struct names *names, const char *name);
/* The one that was counted most beside @but; NULL: none */
const struct named *names_most(const struct names *names, const char *but);

/* Groups (groups.c) */

/* The groups of @d with what a quota stopped since @g began; free() ends it. NULL: no memory */
struct dump_cgroup *groups_since(struct evidence_guest *g, const struct dump_guest *d);

/* What was sent, and what of it the interface has counted (sent.c). It starts as 0s */

struct sent {
	bool broken;			/* one of them was unknown in a sample */
	unsigned long long samples;
	/* after the first interval; in the sample before; in the newest */
	unsigned long long given[3];
	unsigned long long counted[2];	/* in the first sample; in the newest */
};

void sent_sample(struct sent *sent, const struct sample *s);
void sent_metrics(const struct sent *sent, struct queue_metrics *m);

/* From sample to sample (history.c) */

/* NULL: no memory; free() ends it */
struct history *history_new(void);
/* Another sample; @later: it is not the watch's first. Completes @s */
void history_sample(struct history *h, struct sample *s, bool later);
/* All but what the evidence knows. @s as it was sampled last */
void history_metrics(const struct history *h, const struct sample *s, struct queue_metrics *m);

/* Queues beside one another (share.c) */

/* After a dump: what the metrics of each queue of @g say of its interface */
void evidence_share(struct evidence_guest *g);

/* Since the sample before (passed.c) */

struct value passed_given(const struct sample *s);
/* Asks for given */
int passed_unmoved(const struct sample *s);
/* The interface has passed fewer packets in this direction */
bool passed_few(const struct sample *s, unsigned long long most);

/* In one sample (conditions.c) */

/* Packets for the guest in the tap and in vhost's hands */
struct value condition_waiting(const struct sample *s);
/* Sent without copying and not through yet */
struct value condition_zcopy_waiting(const struct sample *s);
/* Whether the guest waits for a notification of what was given back; and asked with a full ring */
void condition_asks(const struct sample *s, struct value *asks, struct value *full);
/* Of the chain that vhost takes next; "" where that isn't known */
const char *condition_chain_end(const struct sample *s);

/* Fills in the groups */
void condition_groups(struct sample *s);

/* Conditions: 1 it holds, 0 it doesn't, -1 unknown */
int condition_empty(const struct sample *s);
int condition_rx_starved(const struct sample *s);
int condition_rx_no_refill(const struct sample *s);
int condition_rx_backlog(const struct sample *s);
int condition_stalled(const struct sample *s);
int condition_unreadable(const struct sample *s);
int condition_pending_over(const struct sample *s);
int condition_chain_broken(const struct sample *s);
int condition_kick_missing(const struct sample *s);
int condition_call_missing(const struct sample *s);
int condition_call_none(const struct sample *s);
int condition_call_unread(const struct sample *s);
int condition_no_interrupt(const struct sample *s);
int condition_worker_frozen(const struct sample *s);
int condition_guest_frozen(const struct sample *s);
int condition_asleep(const struct sample *s);
int condition_stopped(const struct sample *s);
int condition_worker_stalled(const struct sample *s);
int condition_busy(const struct sample *s);
int condition_late(const struct sample *s);
int condition_tap_full(const struct sample *s);
int condition_tap_down(const struct sample *s);
int condition_no_carrier(const struct sample *s);
int condition_detached(const struct sample *s);
int condition_unwritable(const struct sample *s);
int condition_zcopy_stuck(const struct sample *s);
int condition_no_backend(const struct sample *s);
int condition_unserved(const struct sample *s);

#endif
