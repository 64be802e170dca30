/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Watches that never were: the records of an idle guest with some of them changed, and so what
 * would have been seen.
 */
#ifndef WATCH_H
#define WATCH_H

#include "tree.h"

#include "diagnose/diagnose.h"

/*
 * A change is a line "KIND [QUEUE] KEY VALUES": "7" always, "1,2,3" sample by sample (the last
 * stays), "~1,2" by turns, "+5" more each time, "7+5" from 7 on. "MORE RECORD…": a record more,
 * before its END, with "+5" as a value of it. "EVERY MS", "SAMPLES N": how often, how many. "PAIRS
 * N": RX0, TX0, RX1 ... of tap0; "TASK@1 KEY VALUES" is the second pair's alone.
 */
char *watch_records(const char *changes);
void watch_made(struct watch *w, const char *changes);

/* Whole rings of traffic, as parts of cases */
#define WORKER_AT_WORK "WORKER state ~R,S\nTASK run_ns +400000000\n"
#define RX_MOVES "VQ RX0 last_avail_idx +5000\nVQ RX0 avail_idx +5000\nVQ RX0 last_used_idx +5000\n" \
	"VQ RX0 signalled_used +5000\nRING RX0 avail_idx +5000\nRING RX0 used_idx +5000\n" \
	"RING RX0 used_event +5000\nCOUNT RX0 completions +5000\nCOUNT RX0 taken +5000\n" \
	"COUNT RX0 runs +100\nCOUNT RX0 end_socket_empty +100\nCOUNT RX0 signals +80\n" \
	"COUNT RX0 suppressed +20\nCOUNT RX0 works +100\nCOUNT RX0 delay_ns +1500000\n" \
	"COUNT RX0 delay_max_ns 90000\nTAP tx_packets +5000\n" WORKER_AT_WORK
#define TX_MOVES "VQ TX0 last_avail_idx +5000\nVQ TX0 avail_idx +5000\nVQ TX0 last_used_idx +5000\n" \
	"VQ TX0 signalled_used +5000\nRING TX0 avail_idx +5000\nRING TX0 used_idx +5000\n" \
	"RING TX0 used_event +5000\nRING TX0 avail_event +5000\nCOUNT TX0 completions +5000\n" \
	"COUNT TX0 taken +5000\nCOUNT TX0 runs +100\nCOUNT TX0 end_ring_empty +100\n" \
	"COUNT TX0 signals +80\nCOUNT TX0 suppressed +20\nCOUNT TX0 kicks +100\nCOUNT TX0 works +100\n" \
	"COUNT TX0 delay_ns +1500000\nCOUNT TX0 delay_max_ns 90000\nTAP rx_packets +5000\n" WORKER_AT_WORK
/* The ring has no buffer, and does not move */
#define RX_STANDS_EMPTY "VQ RX0 last_avail_idx 1496\nVQ RX0 avail_idx 1496\nVQ RX0 last_used_idx 1496\n" \
	"VQ RX0 signalled_used 1496\nRING RX0 avail_idx 1496\nRING RX0 used_idx 1496\n" \
	"RING RX0 used_event 1496\nVQ RX0 used_flags 0\nTAP ring_fill 1000\nTAP ring_full 1\n"
#define TAP_DROPS "TAP tx_dropped +700\nMORE DROP pid=42 dev=0 reason=FULL_RING n=+700 sampled=0\n"
/* A full ring whose guest has asked for a signal at three quarters, all of it done */
#define TX_ALL_DONE "VQ TX0 last_avail_idx 250\nVQ TX0 avail_idx 250\nVQ TX0 last_used_idx 250\n" \
	"VQ TX0 signalled_used 250\nRING TX0 avail_idx 250\nRING TX0 used_idx 250\n" \
	"RING TX0 used_event 186\nRING TX0 avail_event 250\n"
/* 256 buffers of TX, which vhost does not take */
#define TX_WAITS "RING TX0 avail_idx 250\n"

/* Any records, to their end; -errno as of watch_line() */
int watch_text(struct watch *w, const char *text);

/*
 * Each window of these records is, in all its metrics and verdicts, what its dumps alone are as
 * evidence
 */
void windows_are_of_their_dumps(const char *text);

/* "RX0 RX-EMPTY certain, RX0 RX-BURST likely < RX-EMPTY" */
char *verdicts_text(const struct verdicts *v);

#endif
