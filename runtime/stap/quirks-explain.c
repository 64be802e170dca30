// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a quirk applies or doesn't, in words. The decision itself is in quirks.c. */
#include "stap/quirks.h"

#include <errno.h>

#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"

/* "Module.symvers", "include/linux/args.h": what would have to be read */
static const char *where_name(const struct quirk_sign *s)
{
	if (s->where == IN_SYMVERS)
		return "Module.symvers";
	return s->file ? s->file : "the script";
}

static void say_found(const struct quirk_sign *s, bool there, struct strv *reasons)
{
	switch (s->where) {
	case IN_SYMVERS:
		strv_addf(reasons, "the kernel %s %s (Module.symvers of its headers)",
			  there ? "exports" : "doesn't export", s->text);
		break;
	case IN_BUILD:
		strv_addf(reasons, "%s of the kernel's headers %s '%s'", s->file,
			  there ? "has" : "doesn't have", s->text);
		break;
	case IN_RUNTIME:
		strv_addf(reasons, "%s of SystemTap's runtime %s '%s'", s->file,
			  there ? "has" : "doesn't have", s->text);
		break;
	case IN_SCRIPT:
		strv_addf(reasons, "the script %s '%s'", there ? "has" : "doesn't have", s->text);
		break;
	}
}

/* "6.11 and later", "6.1.103 to before 6.2" */
static char *ranges_text(const struct quirk_sign *s)
{
	size_t n = 0;

	while (n < ARRAY_SIZE(s->kernels) && version_is_set(&s->kernels[n].from))
		n++;
	return version_ranges_text(s->kernels, n);
}

/* What can't be read follows from the kernel's version, as far as that goes */
static enum quirk_verdict by_version(const struct quirk_sign *s, const struct quirk_facts *f,
				     int err, struct strv *reasons)
{
	char kernel[VERSION_TEXT];
	bool there = quirk_by_version(s, &f->kernel);

	if (s->where == IN_SCRIPT && !f->script) {
		strv_addf(reasons, "only for scripts that %shave '%s'", s->absent ? "don't " : "",
			  s->text);
		return QUIRK_UNKNOWN;
	}
	if (s->where == IN_RUNTIME && !s->absent) {
		strv_addf(reasons, "%s of SystemTap's runtime can't be read (%s), so it can't be "
			  "replaced", s->file, strerror(-err));
		return QUIRK_NO;
	}
	if (!version_is_set(&s->kernels[0].from)) {
		strv_addf(reasons, "assumed to apply: %s can't be read (%s)", where_name(s),
			  strerror(-err));
		return QUIRK_YES;
	}
	if (!version_is_set(&f->kernel)) {
		strv_addf(reasons, "unknown: %s can't be read (%s), and the kernel's version "
			  "is unknown", where_name(s), strerror(-err));
		return QUIRK_UNKNOWN;
	}

	FREE char *ranges = ranges_text(s);
	FREE char *text = str_printf("by version: kernel %s is %samong %s (%s can't be read: %s)",
				     version_text(&f->kernel, kernel), there ? "" : "not ",
				     str_known(ranges), where_name(s), strerror(-err));

	/* two signs in one file have one reason */
	if (text && !strv_has(reasons, text))
		strv_add(reasons, text);
	return there ? QUIRK_YES : QUIRK_NO;
}

static enum quirk_verdict explain_sign(const struct quirk_sign *s, const struct quirk_facts *f,
				       struct strv *reasons)
{
	int ret = quirk_sign_found(s, f);

	if (ret < 0)
		return by_version(s, f, ret, reasons);
	say_found(s, ret, reasons);
	return ret == !s->absent ? QUIRK_YES : QUIRK_NO;
}

/* Whether this SystemTap is one that can have it */
static enum quirk_verdict explain_stap(const struct quirk *q, const struct quirk_facts *f,
				       struct strv *reasons)
{
	char is[VERSION_TEXT], below[VERSION_TEXT];

	if (!version_is_set(&q->stap_below))
		return QUIRK_YES;
	version_text(&q->stap_below, below);
	if (!version_is_set(&f->stap)) {
		strv_addf(reasons, "SystemTap's version is unknown: %s has the repair", below);
		return QUIRK_YES;
	}
	bool has = version_cmp(&f->stap, &q->stap_below) < 0;

	strv_addf(reasons, has ? "SystemTap %s is older than %s" :
			   "SystemTap %s has the repair, as do all versions from %s on",
		  version_text(&f->stap, is), below);
	return has ? QUIRK_YES : QUIRK_NO;
}

enum quirk_verdict quirk_explain(const struct quirk *q, const struct quirk_facts *f,
				 struct strv *reasons)
{
	enum quirk_verdict all = explain_stap(q, f, reasons);

	for (size_t i = 0; i < ARRAY_SIZE(q->signs) && q->signs[i].where; i++) {
		enum quirk_verdict one = explain_sign(&q->signs[i], f, reasons);

		/* one 'no' is enough, one 'unknown' spoils a 'yes' */
		if (one == QUIRK_NO || (one == QUIRK_UNKNOWN && all == QUIRK_YES))
			all = one;
	}
	if (!reasons->n)
		strv_add(reasons, "every version of SystemTap does it");
	return all;
}
