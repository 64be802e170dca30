/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The selftest's guests and its script, from their start to their end (run.c) */
#ifndef VERB_SELFTEST_H
#define VERB_SELFTEST_H

#include <sys/types.h>

#include "base/base.h"
#include "base/strv.h"
#include "selftest/selftest.h"

#define TEST_GUESTS 3
#define TEST_PACKETS_MIN 500ULL
#define TEST_PACKETS_MAX 100000ULL

/* A process of ours */
struct test_process {
	const char *name;	/* for messages */
	bool whole;		/* its group ends with it: not of 'run', which has a guard */
	pid_t pid;		/* 0: not started, or gone and waited for */
	int in, out;		/* its standard input and output */
	int status;		/* of waitpid() */
	struct strv lines;	/* that it printed */
	char rest[1024];	/* and what is no whole line yet */
	size_t rest_len;
};

struct test_run {
	const char *vguest;	/* its path */
	unsigned long long packets;	/* for the first guest, each way */
	unsigned int verbose;
	struct test_process guests[TEST_GUESTS], script;
	int sigfd;
	int sig;		/* that came, 0: none */
};

/*
 * Runs all of it and takes all of it down. The status; after STATUS_OK
 * @guests, TEST_GUESTS of them, and @seen are what there is to compare.
 * Every other status is after a message.
 */
int selftest_run(struct test_run *t, struct test_guest *guests, struct strv *seen);

#endif
