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

/* What is looked at in one sample, beside the sample before */
struct conditions {
	const struct dump *dump;
	const struct dump_guest *guest;
	const struct dump_dev *dev;
	/* before: NULL in the first; without lists */
	const struct dump_vq *now, *before;
	const struct dump_worker *worker, *worker_before;	/* NULL where there is none */
	/* NULL: not looked at in this sample */
	const struct dump_cgroup *worker_group, *guest_group;
	const struct dump_tap *tap_before;
	struct value missed_before, took_before;	/* the dump: events missed so far, us */
	struct armed *armed;
	unsigned long long time_us, before_us;
	bool rx;
	int event_idx;		/* -1: not known */
	/* since the sample before */
	int lost;		/* packets; -1: not known */
	/* buffers given back, in 64 bits; unknown where the index may have gone round */
	struct value given;
	int stood;		/* no index has moved; -1: it can't be told */
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

/* reasons and errnos; what is more is left out: counts of two names would not be one */
#define NAMES_MOST 32

struct named {
	char name[METRIC_WORD];
	struct counter n;
};

struct names {
	struct named v[NAMES_MOST];
	size_t n;
};

/*
 * Counters begin with the first sample; a queue that came later begins from 0. One that fell was
 * set back
 */
void counter_add(struct counter *c, struct value v, bool from_zero);
void names_add(struct names *names, const char *name, struct value n, bool from_zero);
unsigned long long names_sum(const struct names *names, const char *name);
/* The one that was counted most beside @but; NULL: none */
const struct named *names_most(const struct names *names, const char *but);

/* What was sent, and what of it the interface has counted (sent.c). It starts as 0s */

struct sent {
	bool broken;			/* one of them could not be told in a sample */
	unsigned long long samples;
	/* after the first interval; in the sample before; in the newest */
	unsigned long long given[3];
	unsigned long long counted[2];	/* in the first sample; in the newest */
};

void sent_sample(struct sent *s, const struct conditions *l);
void sent_facts(const struct sent *s, struct queue_metrics *f);

/* From sample to sample (history.c) */

/* NULL: no memory; free() ends it */
struct history *history_new(void);
/* Another sample; @later: it is not the watch's first. Completes @l */
void history_sample(struct history *t, struct conditions *l, bool later);
/* All but what the evidence knows. @l as it was sampled last */
void history_metrics(const struct history *t, const struct conditions *l, struct queue_metrics *f);

/* Queues beside one another (share.c) */

/* After a dump: what the facts of each queue of @g say of its interface */
void evidence_share(struct evidence_guest *g);

/* Since the sample before (passed.c) */

struct value passed_given(const struct conditions *l);
/* Asks for given */
int passed_stood(const struct conditions *l);
/* The interface has passed fewer packets in this direction */
bool passed_few(const struct conditions *l, unsigned long long most);

/* In one sample (conditions.c) */

/* Packets for the guest in the tap and in vhost's hands */
struct value condition_waiting(const struct conditions *l);
/* Sent without copying and not through yet */
struct value condition_zcopy_waiting(const struct conditions *l);
/* Whether the guest waits to be told of what was given back; whether it asked with a full ring */
void condition_asks(const struct conditions *l, struct value *asks, struct value *full);
/* Of the chain that vhost stands at; "" where that isn't known */
const char *condition_chain_end(const struct conditions *l);

/* Fills in the groups */
void condition_groups(struct conditions *l);

/* Conditions: 1 it holds, 0 it doesn't, -1 it can't be told */
int condition_empty(const struct conditions *l);
int condition_rx_starved(const struct conditions *l);
int condition_rx_no_refill(const struct conditions *l);
int condition_rx_backlog(const struct conditions *l);
int condition_stalled(const struct conditions *l);
int condition_unreadable(const struct conditions *l);
int condition_pending_over(const struct conditions *l);
int condition_chain_broken(const struct conditions *l);
int condition_kick_missing(const struct conditions *l);
int condition_call_missing(const struct conditions *l);
int condition_call_none(const struct conditions *l);
int condition_call_unread(const struct conditions *l);
int condition_no_interrupt(const struct conditions *l);
int condition_worker_frozen(const struct conditions *l);
int condition_guest_frozen(const struct conditions *l);
int condition_asleep(const struct conditions *l);
int condition_stopped(const struct conditions *l);
int condition_worker_stalled(const struct conditions *l);
int condition_busy(const struct conditions *l);
int condition_late(const struct conditions *l);
int condition_tap_full(const struct conditions *l);
int condition_tap_down(const struct conditions *l);
int condition_no_carrier(const struct conditions *l);
int condition_detached(const struct conditions *l);
int condition_unwritable(const struct conditions *l);
int condition_zcopy_stuck(const struct conditions *l);
int condition_no_backend(const struct conditions *l);
int condition_unserved(const struct conditions *l);

#endif
