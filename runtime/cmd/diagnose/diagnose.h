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
	const char *load;
	unsigned int verbose;
	bool no_defects;
};

struct diagnosis {
	struct diagnose_options options;
	struct records_file save;
	struct watch watch;
	struct evidence window;		/* of it, with --window */
	const struct evidence *evidence;	/* the window's, or the whole watch's */
	struct verdicts verdicts;
	struct defect_table defect_table;
	struct relevant defects;
	bool defects_known;		/* there is a list, and the kernel has a number */
	struct diagnose_groups *groups;	/* live */
	bool watching;			/* live, and the first records have come */
	int ret;			/* -errno, after a message */
};

/* A line of records; false: no use in going on, d->ret says why */
bool diagnose_line(void *ctx, const char *line, size_t len);

/*
 * run.c: watches the guests for the duration. 0, or the status of what
 * went wrong, after a message
 */
int diagnose_run(struct diagnosis *d, const struct guest_list *l, const struct guest_matches *m);

/* cgroup.c */

/* NULL: no memory: then groups are unknown */
struct diagnose_groups *groups_new(const struct guest_list *l, const struct guest_matches *m);
/* A WORKER record */
void groups_worker(struct diagnose_groups *g, const char *line);
/* CGROUP records of the dump under way, when it is time. As diagnose_line() */
bool groups_records(struct diagnose_groups *g, struct diagnosis *d, unsigned long long now_ms);
void groups_free(struct diagnose_groups *g);

/* The duration in seconds */
long long diagnose_seconds(const struct diagnosis *d);

/* defects.c */

/* What no script can know of this host: a HOST record. As diagnose_line() */
bool diagnose_host(struct diagnosis *d);
/* The published defects that may apply. Without a list there are none, after a message; -ENOMEM */
int diagnose_defects(struct diagnosis *d);

/* Answers: a struct diagnosis */
extern const struct writers diagnosis_writers;

#endif
