// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the debuginfo of all that scripts probe is there, and of the right build. */
#include "doctor/check.h"

#include <errno.h>

#include "base/strv.h"
#include "host/debuginfo.h"
#include "host/distro.h"
#include "host/elf.h"
#include "host/host.h"
#include "host/module.h"

struct tally {
	struct strv there, missing, refused;
	bool builtin;		/* a module that is none: the kernel's debuginfo has it */
};

static void note(struct tally *t, const struct host *h, const struct module *m,
		 const struct build_id *id, struct strv *details)
{
	const char *name = m ? m->name : "the kernel";
	FREE char *path = NULL;
	char text[BUILD_ID_TEXT];

	if (!debuginfo_find(h, m, id, &path, &t->refused)) {
		strv_addf(details, "%s: %s, build-id %s", name, path, build_id_text(id, text));
		/* of a kernel that isn't running there is nothing to compare it with */
		strv_addf(&t->there, "%s%s", name, id->len ? "" : " (not compared)");
	} else {
		strv_addf(details, "%s: none, build-id %s", name, build_id_text(id, text));
		strv_add(&t->missing, name);
	}
}

void check_debuginfo(const struct check_input *in, struct check_result *r)
{
	struct tally t = { .builtin = false };
	struct build_id id;
	size_t without_kernel;

	for (const struct debuginfo_target *d = debuginfo_targets; d->module; d++) {
		CLEANUP(module_free) struct module m = { 0 };

		if (d->may_lack ||
		    module_find(in->host, d->module, &m))
			continue;
		t.builtin |= m.builtin;
		if (!m.builtin)
			note(&t, in->host, &m, &m.id, &r->details);
	}
	without_kernel = t.missing.n;
	debuginfo_kernel_id(in->host, &id);
	note(&t, in->host, NULL, &id, &r->details);
	for (size_t i = 0; i < t.refused.n; i++)
		strv_addf(&r->details, "refused: %s", t.refused.v[i]);

	FREE char *there = strv_join(&t.there, ", ");
	FREE char *missing = strv_join(&t.missing, ", ");

	if (!t.missing.n)
		check_say(r, CHECK_OK, "for %s, by build-id", there ? there : "?");
	else if (t.there.n && !without_kernel && !t.builtin)
		check_say(r, CHECK_WARNING,
			  "for %s, but not for the kernel itself: probes on it won't work",
			  there ? there : "?");
	else
		check_say(r, CHECK_MISSING, "none for %s", missing ? missing : "?");
	if (t.missing.n)
		host_install_hints(in->host, PKG_DEBUGINFO, &r->fixes, &r->notes);
	strv_free(&t.there);
	strv_free(&t.missing);
	strv_free(&t.refused);
}
