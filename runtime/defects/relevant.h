/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Known trouble: the published defects held against what was watched. The kernel and its
 * host are the evidence's, so that it doesn't matter where it is judged.
 */
#ifndef TROUBLE_H
#define TROUBLE_H

#include "base/base.h"
#include "base/strv.h"
#include "defects/defects.h"
#include "diagnose/diagnose.h"

struct trouble_place {
	const struct evidence_guest *guest;
	const struct evidence_dev *dev;
};

struct trouble_row {
	struct known_match match;	/* of the device of which it's the surest; first: known_by_weight() */
	struct known_setup setup;	/* that device's */
	struct trouble_place *at;	/* the devices that it may concern */
	size_t n_at;
	struct strv fits;		/* names of problems that were found there and look like it */
};

struct trouble {
	struct known_kernel kernel;
	struct trouble_row *v;		/* by weight */
	size_t n, n_devs;		/* vhost-net devices in all */
};

/* What a device needs, has, and isn't known to have */
void trouble_setup(const struct evidence *e, const struct evidence_dev *d, struct known_setup *s);
/* -EINVAL: the kernel's release has no number; -ENOMEM. trouble_free() in any case */
int trouble_find(const struct known_table *t, const struct evidence *e, const struct verdicts *v,
		 struct trouble *out);
void trouble_free(struct trouble *t);

/* What of a kind of defect looks like a verdict */
struct trouble_likeness {
	const char *verdict;
	unsigned int effects;		/* TROUBLE_EFFECT() */
	struct features features;	/* that the defect has to need */
	unsigned int setup;		/* likewise */
};

#define TROUBLE_EFFECT(e) (1U << (e))

extern const struct trouble_likeness trouble_likenesses[];
extern const size_t trouble_likenesses_n;

#endif
