/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The parts of a dump for a person. For the files text*.c only */
#ifndef DUMP_TEXT_H
#define DUMP_TEXT_H

#include "base/gate.h"
#include "cmd/dump/dump.h"

#define FIRST 2			/* what a device's lines begin with */
#define NAME_PLACES 60

struct page {
	const struct dump *now, *before;
	const struct dump_findings *findings;
	const struct out_style *s;
	FILE *f;
};

static inline const char *colour(const struct page *p, const char *code)
{
	return p->s->colour ? gate_sign(code) : "";
}

static inline const char *known(const char *text)
{
	return *text ? text : "?";
}

static inline const char *yes_or_no(struct value v, const char *yes, const char *no)
{
	if (!value_known(v))
		return "?";
	return v.n ? yes : no;
}

/* text-queues.c: a device's queues beside each other */
void dump_text_queues(const struct page *p, const struct place *at);

/* text-rings.c: the entries of a ring, and their chains */
void dump_text_rings(const struct dump_vq *q, const struct out_style *s, FILE *f);

/* text-findings.c: those of a device; and where to look, when there is much above it */
void dump_text_findings(const struct page *p, const struct dump_dev *d);
void dump_text_broken(const struct page *p);

#endif
