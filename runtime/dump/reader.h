/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the two halves of the reader share. For the files reader*.c only */
#ifndef DUMP_READER_H
#define DUMP_READER_H

#include "dump/dump.h"

/* A record before it has its place */
union record {
	struct dump dump;
	struct dump_guest guest;
	struct dump_dev dev;
	struct dump_worker worker;
	struct dump_vq vq;
	struct dump_ring ring;
	struct dump_avail avail;
	struct dump_used used;
	struct dump_chain chain;
	struct dump_desc desc;
	struct dump_hdr hdr;
	struct dump_data data;
	struct dump_gone gone;
	struct dump_name name;
	struct dump_task task;
	struct dump_threads threads;
	struct dump_tap tap;
	struct dump_net net;
	struct dump_count count;
	struct dump_send send;
	struct dump_drop drop;
	struct dump_host host;
	struct dump_cgroup cgroup;
};

/* Whose it is: keys that are not of the record's own table */
struct whose {
	struct value pid, dev;
	char queue[32];
};

/* reader-tree.c */

/* Sets @r->why, with the line's number before it; @ret */
int reader_wrong(struct dump_reader *r, int ret, const char *fmt, ...) PRINTF(3, 4);
/* Puts a record where it belongs in the dump that is read. As dump_reader_line() */
int reader_put(struct dump_reader *r, enum dump_kind kind, union record *rec,
	       const struct whose *w);
/* The dump that is read, if there is one, becomes @r->done: 1 */
int reader_end(struct dump_reader *r, bool whole);

#endif
