/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's processes that have vhost devices open (guests.c), and what they are called
 * (guest-names.c)
 */
#ifndef GUESTS_H
#define GUESTS_H

#include "base/base.h"
#include "base/strv.h"

struct guest_process {
	long long pid;
	char *name;		/* of -name guest=NAME or -name NAME; NULL: it has none */
	char *comm;
	struct strv interfaces;	/* its taps, sorted, each once */
	unsigned int devices;	/* /dev/vhost-… that it has open */
	unsigned int nets;	/* /dev/vhost-net of these */
	/* its command line could not be read for 3 seconds: its name isn't known */
	bool silent;
};

struct guest_list {
	struct guest_process *v;
	size_t n;
	size_t hidden;		/* processes of which we may not see the files */
};

/* Sorted by pid. @pid: look at that process only, NULL: at all. -errno */
int guests_list(const char *root, const char *pid, struct guest_list *l);
/* Adds the indices of those that @word names, by pid, name or interface; "all": all */
struct guest_matches {
	size_t *v;
	size_t n;
};
int guests_match(const struct guest_list *l, const char *word, struct guest_matches *m);
/* "4242 web-1 (tap0, tap1)" */
char *guest_text(const struct guest_process *g);
void guests_free(struct guest_list *l);
/* Fills in the names of @n processes, within 3 seconds for some dozens of them, whatever they do */
void guests_name(const char *root, struct guest_process *v, size_t n);
/*
 * What QEMU's command line calls the guest: @args are @len bytes and a NUL, NUL after each; the
 * caller frees it
 */
char *guest_name_of(const char *args, size_t len);

#endif
