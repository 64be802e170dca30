/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of 'diagnose': options, where evidence comes from, how verdicts are shown */
#ifndef VERB_DIAGNOSE_H
#define VERB_DIAGNOSE_H

#include "base/base.h"
#include "cmd/common/records.h"
#include "defects/defects.h"
#include "defects/relevant.h"
#include "diagnose/diagnose.h"
#include "host/guests.h"
#include "print/writer.h"

#define DIAGNOSE_WHOLE (-1)		/* no window: the whole watch */

struct diagnose_options {
	const struct writer *format;
	int64_t duration_ns;		/* 0: as long as is usual */
	int64_t window_ns;		/* DIAGNOSE_WHOLE; 0: the last interval */
	unsigned int verbose;
	bool no_defects;
};

struct diagnosis {
	struct diagnose_options options;
	struct records records;
	struct watch watch;
	struct evidence window;		/* of it, with --window */
	const struct evidence *evidence;	/* the window's, or the whole watch's */
	struct verdicts verdicts;
	struct defect_table defect_table;
	struct relevant defects;
	bool defects_known;		/* there is a list, and the kernel has a number */
	struct diagnose_groups *groups;	/* live */
	bool live;			/* the script runs */
	bool watching;			/* and its first records have come */
};

/* run.c: watches the guests for the duration. The .ctx is a struct diagnosis */
extern const struct record_sink diagnose_sink;

/* cgroup.c */

/* NULL: no memory: then groups are unknown */
struct diagnose_groups *groups_new(const struct guest_list *l, const struct guest_matches *m);
/* A WORKER record */
void groups_worker(struct diagnose_groups *g, const char *line);
/* CGROUP records of the dump under way, when it is time. As records_line() */
bool groups_records(struct diagnose_groups *g, struct diagnosis *d, unsigned long long now_ms);
void groups_free(struct diagnose_groups *g);

/* The duration in seconds */
long long diagnose_seconds(const struct diagnosis *d);

/* defects.c */

/* What no script can know of this host: a HOST record. As records_line() */
bool diagnose_host(struct diagnosis *d);
/* The published defects that may apply. Without a list there are none, after a message; -ENOMEM */
int diagnose_defects(struct diagnosis *d);

/* Answers: a struct diagnosis */
extern const struct writers diagnosis_writers;

#endif
