/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which guests a verb is about. @verb is its name, for the messages */
#ifndef VERB_GUESTS_H
#define VERB_GUESTS_H

#include "host/guests.h"

/*
 * The guests that @word means; NULL: the only one. 0, or -errno after a message: -EINVAL for
 * several, -ENOENT for none
 */
int guests_choose(const char *verb, const char *word, struct guest_list *l,
		  struct guest_matches *m);
/* The exit status for what guests_choose() returned */
int guests_chosen(int ret);

/* Warns of guests whose name could not be read */
void guests_warn_of_silent(const char *verb, const struct guest_list *l);
/* Which guests have the process id @word in their containers: a hint, if there are any */
void guests_hint_inside(const char *word, const struct guest_list *l);

#endif
