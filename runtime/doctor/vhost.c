// SPDX-License-Identifier: GPL-2.0-or-later
/* What is there to be watched: the modules, and the processes that use them. */
#include "doctor/check.h"

#include <errno.h>
#include <stdio.h>

#include "base/journal.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/elf.h"
#include "host/guests.h"
#include "host/host.h"
#include "host/module.h"
#include "modules/modules.h"
#include "stap/output.h"
#include "stap/preflight.h"

#define NAMED_MAX 3		/* more guests than this are only counted */

static const char *module_state(const struct module *m)
{
	if (m->builtin)
		return "built in";
	return m->loaded ? "loaded" : "present";
}

void check_vhost(const struct check_input *in, struct check_result *r)
{
	static const char *const names[] = { "vhost", "vhost_net" };
	CLEANUP(problem_free) struct problem p = { 0 };
	STRV_CLEAN struct strv how = { 0 };

	if (preflight_modules(in->host, &p)) {
		CLEANUP(module_free) struct module m = { 0 };

		check_say(r, CHECK_MISSING, "%s", p.what ? p.what : "unknown");
		/* it's there, and only not loaded */
		if (!module_find(in->host, "vhost_net", &m))
			strv_add(&r->fixes, "modprobe vhost_net");
		else
			strv_add_all(&r->notes, &p.hints);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		CLEANUP(module_free) struct module m = { 0 };
		char id[BUILD_ID_TEXT];

		if (module_find(in->host, names[i], &m))
			continue;
		strv_addf(&how, "%s %s", m.name, module_state(&m));
		strv_addf(&r->details, "%s: %s, build-id %s", m.name, m.path ? m.path : "no file",
			  build_id_text(&m.id, id));
	}
	FREE char *all = strv_join(&how, ", ");

	check_say(r, CHECK_OK, "%s", str_known(all));
}

/* "qemu-system-x86 4242 (web1)" */
static void add_guest(const struct guest_process *g, struct strv *guests)
{
	if (g->qemu.name)
		strv_addf(guests, "%s %lld (%s)", str_known(g->comm), g->pid, g->qemu.name);
	else
		strv_addf(guests, "%s %lld", str_known(g->comm), g->pid);
}

static void say_guests(const struct strv *guests, struct check_result *r)
{
	STRV_CLEAN struct strv first = { 0 };

	for (size_t i = 0; i < guests->n && i < NAMED_MAX; i++)
		strv_add(&first, guests->v[i]);

	FREE char *all = strv_join(&first, ", ");

	if (guests->n > NAMED_MAX)
		check_say(r, CHECK_OK, "%s and %zu more use vhost-net", str_known(all),
			  guests->n - NAMED_MAX);
	else
		check_say(r, CHECK_OK, "%s use%s vhost-net", str_known(all),
			  guests->n == 1 ? "s" : "");
	strv_add_all(&r->details, guests);
}

void check_guests(const struct check_input *in, struct check_result *r)
{
	CLEANUP(guests_free) struct guest_list l = { 0 };
	STRV_CLEAN struct strv guests = { 0 };

	if (guests_list(in->host->root, NULL, &l)) {
		check_say(r, CHECK_UNKNOWN, "no readable /proc");
		return;
	}
	for (size_t i = 0; i < l.n; i++) {
		if (l.v[i].nets)
			add_guest(&l.v[i], &guests);
		if (l.v[i].silent)
			strv_addf(
				&r->notes,
				"can't read the command line of process %lld within 3 "
				"seconds: its guest's name is unknown",
				l.v[i].pid);
	}
	if (guests.n) {
		strv_sort(&guests);
		say_guests(&guests, r);
	} else if (l.hidden) {
		check_say(r, CHECK_UNKNOWN, "no permission to read %zu process%s: run as root",
			  l.hidden, l.hidden == 1 ? "" : "es");
	} else {
		check_say(r, CHECK_WARNING,
			  "no process has /dev/vhost-net open: no guest uses vhost-net now");
		strv_add(&r->notes,
			 "QEMU: -netdev tap,…,vhost=on; libvirt: <driver name='vhost'/> in the "
			 "guest's <interface>");
	}
}

/*
 * What was changed in tracefs by processes that have ended; -errno as well where it isn't for us to
 * see
 */
static int find_settings(const struct host *h, struct strv *settings)
{
	FREE char *dir = journal_dir(h->root);

	return dir ? journal_find(dir, settings) : -ENOMEM;
}

void check_killed_runs(const struct check_input *in, struct check_result *r)
{
	STRV_CLEAN struct strv names = { 0 };
	STRV_CLEAN struct strv settings = { 0 };
	int ret;

	if (stale_modules_find(in->host, &names)) {
		check_say(r, CHECK_UNKNOWN, "can't list the loaded modules");
		return;
	}
	ret = find_settings(in->host, &settings);
	FREE char *all = strv_join(&names, ", ");
	FREE char *changed = strv_join(&settings, ", ");

	if (!names.n && !settings.n) {
		if (ret)
			check_say(r, CHECK_UNKNOWN,
				  "no module; can't read which tracefs settings were changed");
		else
			check_say(r, CHECK_OK, "none");
		return;
	}
	if (!names.n)
		check_say(r, CHECK_MISSING, "stale: %s", changed);
	else if (!settings.n)
		check_say(r, CHECK_MISSING, "stale: %s (loaded; the process has gone)", all);
	else
		check_say(r, CHECK_MISSING, "stale: %s (loaded; the process has gone); %s", all,
			  changed);
	strv_add(&r->fixes, "stap-vhost clean");
}
