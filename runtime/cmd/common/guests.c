// SPDX-License-Identifier: GPL-2.0-or-later
/* No verb: which guests a verb is about. */
#include "cmd/common/guests.h"

#include <errno.h>

#include "base/file.h"
#include "base/msg.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"
#include "verb/verb.h"

/* What there is to choose from, or why nothing is seen */
static void hint_guests(const struct guest_list *l)
{
	STRV_CLEAN struct strv all = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		FREE char *text = guest_text(&l->v[i]);

		strv_add(&all, str_known(text));
	}
	FREE char *joined = strv_join(&all, "; ");

	if (l->n)
		msg_hint("there %s: %s", l->n == 1 ? "is" : "are", str_known(joined));
	else if (l->hidden)
		msg_hint("stap-vhost can't read processes of other users: run as root");
	else
		msg_hint(
			"a guest uses vhost with QEMU's -netdev tap,vhost=on, while its device is in use");
}

static bool is_number(const char *word)
{
	return *word && strspn(word, "0123456789") == strlen(word);
}

void guests_hint_inside(const char *word, const struct guest_list *l)
{
	STRV_CLEAN struct strv which = { 0 };

	for (size_t i = 0; is_number(word) && i < l->n; i++) {
		FREE char *inner = str_printf("%lld", guest_inner_pid(host_sysroot(), &l->v[i]));
		FREE char *text = guest_text(&l->v[i]);

		if (inner && !strcmp(inner, word))
			strv_add(&which, str_known(text));
	}
	FREE char *joined = strv_join(&which, "; ");

	if (which.n)
		msg_hint("use the host's process id: inside its container, %s is %s",
			 str_known(joined), word);
}

static int no_such_guest(const char *verb, const char *word, const struct guest_list *l)
{
	bool number = word && is_number(word);
	FREE char *proc = number ? str_printf("%s/proc/%s", host_sysroot(), word) : NULL;

	if (!word || !strcmp(word, "all"))
		msg_error("%s: no process here has vhost devices open", verb);
	else if (proc && file_is_dir(proc))
		msg_error("%s: process %s has no vhost device open", verb, word);
	else if (number)
		msg_error("%s: there is no process %s", verb, word);
	else
		msg_error("%s: no guest with vhost devices has the name or interface '%s'", verb,
			  word);
	if (word)
		guests_hint_inside(word, l);
	hint_guests(l);
	return -ENOENT;
}

static int too_many(const char *verb, const char *word, const struct guest_list *l,
		    const struct guest_matches *m)
{
	STRV_CLEAN struct strv which = { 0 };

	if (!word) {
		msg_error("%s: no guest given: %zu guests have vhost devices", verb, l->n);
		hint_guests(l);
		msg_hint("or: %s %s all", msg_program, verb);
		return -EINVAL;
	}
	for (size_t i = 0; i < m->n; i++) {
		FREE char *text = guest_text(&l->v[m->v[i]]);

		strv_add(&which, str_known(text));
	}
	FREE char *joined = strv_join(&which, "; ");

	msg_error("%s: '%s' matches %zu guests", verb, word, m->n);
	msg_hint("give the process id of one: %s", str_known(joined));
	return -EINVAL;
}

/* Of a number that process alone is looked at, for as long as it is one that has vhost devices */
static int look_for(const char *word, struct guest_list *l)
{
	int ret = word && is_number(word) ? guests_list(host_sysroot(), word, l) : 0;

	if (ret || l->n)
		return ret;
	l->hidden = 0;
	return guests_list(host_sysroot(), NULL, l);
}

void guests_warn_of_silent(const char *verb, const struct guest_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].silent)
			msg_warn("%s: can't read the command line of process %lld within 3 seconds: "
				 "the guest's name is unknown",
				 verb, l->v[i].pid);
		if (l->v[i].launcher_silent)
			msg_warn("%s: can't read the command line of process %lld's virt-launcher "
				 "within 3 seconds: the guest's name in KubeVirt is unknown",
				 verb, l->v[i].pid);
	}
}

int guests_choose(const char *verb, const char *word, struct guest_list *l,
		  struct guest_matches *m)
{
	int ret = look_for(word, l);

	if (word && !is_number(word) && strcmp(word, "all") != 0)
		guests_managed(host_sysroot(), l);
	guests_warn_of_silent(verb, l);
	if (!ret)
		ret = guests_match(l, word ? word : "all", m);
	if (ret) {
		msg_errno(ret, "%s: can't search for guests in %s/proc", verb, host_sysroot());
		return ret;
	}
	if (!m->n)
		return no_such_guest(verb, word, l);
	if (m->n > 1 && (!word || strcmp(word, "all") != 0))
		return too_many(verb, word, l, m);
	return 0;
}

int guests_chosen(int ret)
{
	if (!ret)
		return STATUS_OK;
	return ret == -EINVAL ? STATUS_USAGE : STATUS_FAILED;
}
