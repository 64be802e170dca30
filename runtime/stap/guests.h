/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's processes that have vhost devices open, and what they are called (guests.c) */
#ifndef GUESTS_H
#define GUESTS_H

#include "base/base.h"

struct guest_process {
	long long pid;
	char *name;		/* of -name guest=NAME or -name NAME; NULL: it has none */
	char *comm;
	struct strv interfaces;	/* its taps, sorted, each once */
	unsigned int devices;	/* /dev/vhost-… that it has open */
};

struct guest_list {
	struct guest_process *v;
	size_t n;
	bool hidden;		/* there are processes of which we may not see the files */
};

/* Sorted by pid. -errno */
int guests_list(const char *root, struct guest_list *l);
/* Adds the indices of those that @word names, by pid, name or interface; "all": all */
struct guest_matches {
	size_t *v;
	size_t n;
};
int guests_match(const struct guest_list *l, const char *word, struct guest_matches *m);
/* "4242 web-1 (tap0, tap1)" */
char *guest_text(const struct guest_process *g);
void guests_free(struct guest_list *l);
/* What QEMU's command line calls the guest: @args are @len bytes, NUL after each; the caller frees it */
char *guest_name_of(const char *args, size_t len);

#endif
