/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Options with a type: what the value of one may be, where it goes, and how both are said. The
 * tables are the verbs' (verb/verb.h) and vguest's.
 */
#ifndef OPTION_H
#define OPTION_H

#include <stdint.h>

#include "base/base.h"

enum option_type {		/* and what there is at .at */
	OPTION_OTHER,		/* the caller's own */
	OPTION_FLAG,		/* bool; takes no value */
	OPTION_COUNT,		/* unsigned int, how often it was given; takes no value */
	OPTION_ON_OFF,		/* bool */
	OPTION_TEXT,		/* const char * */
	OPTION_LIST,		/* struct strv, to which it is added */
	OPTION_NUMBER,		/* 64 bits */
	OPTION_TIME,		/* 64 bits, ns: 10, 0.5s, 500ms, 2m */
	OPTION_PERCENT,		/* double, 0 to 100 */
	OPTION_CHOICE,		/* int, the place among "a|b|c" */
};

#define OPTION_AUTO 1		/* "auto" too */
#define OPTION_INF 2		/* "inf" too */
#define OPTION_POWER_OF_2 4
#define OPTION_WHOLE 8		/* of a TIME: a multiple of its unit */
#define OPTION_ZERO 16		/* of a TIME: 0 as well, which is none otherwise */
#define OPTION_IS_AUTO (INT64_MAX - 1)
#define OPTION_IS_INF INT64_MAX

struct option_is {
	enum option_type type;
	size_t at;		/* in the struct that option_take() is given */
	int64_t least, most;	/* of a NUMBER; of a TIME: in its unit */
	const char *unit;	/* of a TIME whose value has none: "s", "ms", "us" */
	unsigned int flags;
};

/*
 * Puts @value where it belongs in @to. @words: "a|b|c", of a CHOICE. -EINVAL: it can't be that
 */
int option_take(const struct option_is *o, const char *words, const char *value, void *to);

#define OPTION_TEXT_MAX 160
/*
 * What it may be, to go on from "wants": "a number of 1 to 30", "one of text, json"; in @text,
 * of OPTION_TEXT_MAX bytes
 */
const char *option_wants(const struct option_is *o, const char *words, char *text);

/* A time as it is typed, in ns; a number alone is in @unit. false: it is none */
bool option_time(const char *text, const char *unit, int64_t *ns);

#endif
