/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for people, on standard error. Each is one write, so that lines of two programs do not
 * mix.
 */
#ifndef MSG_H
#define MSG_H

#include "base/base.h"

/* Messages (msg.c): each is one write, so that lines of two programs don't mix. */
extern const char *msg_program;	/* prefix of every message */
/* is called before each: takes a line of progress away; or NULL */
extern void (*msg_before)(void);
extern bool msg_verbose;	/* whether msg_debug() prints: -v */
extern bool msg_quiet;		/* whether msg_hint() and msg_note() don't: -q */

/* "PROGRAM: WHAT" */
void msg_error(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT: strerror"; @err is an errno, of either sign */
void msg_errno(int err, const char *fmt, ...) PRINTF(2, 3);
/* "PROGRAM: warning: WHAT" */
void msg_warn(const char *fmt, ...) PRINTF(1, 2);
/* "  hint: WHAT": what to try next, after an error */
void msg_hint(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT": how far it is, not that something is wrong */
void msg_note(const char *fmt, ...) PRINTF(1, 2);
/* "PROGRAM: WHAT", only with -v */
void msg_debug(const char *fmt, ...) PRINTF(1, 2);

#endif
