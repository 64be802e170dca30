/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The published defects, compared with what was watched. The kernel and its
 * host are the evidence's, so that it doesn't matter where it is judged.
 */
#ifndef RELEVANT_H
#define RELEVANT_H

#include "base/base.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "diagnose/diagnose.h"

struct relevant_place {
	const struct evidence_guest *guest;
	const struct evidence_dev *dev;
};

struct relevant_row {
	/* of the device of which it's the surest; first: defect_by_weight() */
	struct defect_match match;
	struct defect_setup setup;	/* that device's */
	struct relevant_place *at;	/* the devices that it may concern */
	size_t n_at;
	/* names of problems that were found there and look like it */
	struct strv fits;
};

struct relevant {
	struct defect_kernel kernel;
	struct relevant_row *v;		/* by weight */
	size_t n, n_devs;		/* vhost-net devices in all */
};

/* What a device needs, has, and isn't known to have */
void relevant_setup(const struct evidence *e, const struct evidence_dev *d, struct defect_setup *s);
/* -EINVAL: the kernel's release has no number; -ENOMEM. relevant_free() in any case */
int relevant_find(const struct defect_table *t, const struct evidence *e, const struct verdicts *v,
		 struct relevant *out);
void relevant_free(struct relevant *t);

/* What of a kind of defect looks like a verdict */
struct relevant_likeness {
	const char *verdict;
	unsigned int effects;		/* RELEVANT_EFFECT() */
	struct features features;	/* that the defect has to need */
	unsigned int setup;		/* likewise */
};

#define RELEVANT_EFFECT(e) (1U << (e))

extern const struct relevant_likeness relevant_likenesses[];
extern const size_t n_relevant_likenesses;

#endif
