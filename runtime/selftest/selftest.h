/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest: what guests say they did beside what the aliases saw of them. The
 * room uses base only, runs nothing and prints nothing.
 */
#ifndef SELFTEST_H
#define SELFTEST_H

#include "base/base.h"
#include "base/strv.h"

/* The rules (rules.c): what an alias must have seen */

/* RULE_DEVICE: both queues at once */
enum rule_where { RULE_TX = 1, RULE_RX = 2, RULE_DEVICE = 4 };

/* @times the number that @key has in the guest's record of the queue, or in the record of @alias */
struct rule_term {
	int times;		/* 0: the end */
	const char *alias;	/* NULL: the guest's record */
	const char *key;
};

struct rule {
	const char *alias;
	unsigned int where;	/* enum rule_where */
	const char *key;	/* of the alias's record */
	const char *what;	/* is counted: a few words */
	const char *because;	/* why it has to be so */
	bool not_iommu;		/* unknown of a guest with an IOMMU */
	struct rule_term expected[6];	/* summed */
};

extern const struct rule rules[];
extern const size_t n_rules;

/* An alias without a rule (untested.c), and the row of tests/lab/rows that tests it */
struct untested {
	const char *alias;
	const char *row;
};

extern const struct untested untested_aliases[];
extern const size_t n_untested_aliases;

/* Comparing (compare.c) */

/* One guest: the records that it printed */
struct test_guest {
	const char *name;
	char pid[24];		/* as in the script's records */
	struct strv counters;
};

/* Worse is higher */
enum verdict { VERDICT_EXACT, VERDICT_UNKNOWN, VERDICT_NEVER, VERDICT_WRONG };

const char *verdict_str(enum verdict v);

/* One rule and queue, all guests together */
struct finding {
	const struct rule *rule;
	char queue[16];
	long long expected, seen;	/* sums; when VERDICT_UNKNOWN they mean nothing */
	enum verdict verdict;
	struct strv details;		/* "GUEST: …" of each guest that spoils the verdict */
};

struct findings {
	struct finding *v;
	size_t n;
};

/* Compares by each rule what the @n guests say and what the script said, @seen. -ENOMEM */
int selftest_compare(const struct test_guest *guests, size_t n, const struct strv *seen,
		     struct findings *f);
/* The aliases that are not exact, each once */
void findings_wrong(const struct findings *f, struct strv *aliases);
void findings_free(struct findings *f);

#endif
