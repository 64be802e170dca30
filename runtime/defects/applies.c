// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether a kernel has a defect, as far as its name and its set-up show. */
#include "defects/defects.h"

#include <errno.h>

#include "base/strv.h"
#include "base/version.h"
#include "dump/dump.h"

/* What stable releases took along, others may have taken from there; some take more */
static bool may_have_brought(const struct defect *e, const struct defect_kernel *k)
{
	return (k->origin == KERNEL_VENDOR && e->n_taken) ||
	       (k->rebuilt && version_is_set(&e->since));
}

/* Of a kernel that is in none of the ranges */
static enum defect_certainty outside(const struct defect *e, const struct defect_kernel *k,
				    unsigned int *why)
{
	const struct version *v = &k->version;

	if (version_cmp(v, &e->fixed[e->n_fixed - 1]) >= 0)
		return DEFECT_FIXED;
	for (size_t i = 0; i < e->n_fixed; i++)
		if (version_same_branch(v, &e->fixed[i]) && version_cmp(v, &e->fixed[i]) >= 0)
			return DEFECT_FIXED;
	if (e->since_about)
		*why |= WHY_OLDER;
	else if (may_have_brought(e, k))
		*why |= WHY_BROUGHT;
	return *why ? DEFECT_MAY : DEFECT_NOT;
}

/* A whole branch, when that is all that is known */
static enum defect_certainty by_branch(const struct defect *e, const struct defect_kernel *k,
				      unsigned int *why)
{
	struct version first = { k->version.major, k->version.minor, 0 };
	struct version next = version_next_branch(&first);

	for (size_t i = 0; i < e->n_ranges; i++)
		if (version_cmp(&e->ranges[i].from, &next) < 0 &&
		    version_cmp(&first, &e->ranges[i].below) < 0) {
			*why |= WHY_PATCH;
			return DEFECT_MAY;
		}
	return outside(e, k, why);
}

static enum defect_certainty by_number(const struct defect *e, const struct defect_kernel *k,
				      unsigned int *why)
{
	for (size_t i = 0; i < e->n_ranges; i++) {
		if (!version_in(&k->version, &e->ranges[i]))
			continue;
		if (e->others_known || version_same_branch(&k->version, &e->ranges[i].below))
			return DEFECT_AFFECTED;
		*why |= WHY_BRANCH;
		return DEFECT_MAY;
	}
	return outside(e, k, why);
}

/* -rcN is before the release of its number: what that brought or repaired may be in it */
static bool between(const struct defect *e, const struct defect_kernel *k)
{
	return k->origin == KERNEL_CANDIDATE &&
	       (!version_cmp(&k->version, &e->since) ||
		!version_cmp(&k->version, &e->fixed[e->n_fixed - 1]));
}

enum defect_certainty defect_judge(const struct defect *e, const struct defect_kernel *k,
				 const struct defect_setup *s, unsigned int *why)
{
	enum defect_certainty c;

	*why = 0;
	if (features_any(features_but(features_and(e->features, s->features_known), s->features)) ||
	    (e->setup & s->has_known & ~s->has))
		return DEFECT_NOT;
	if (between(e, k)) {
		*why = WHY_CANDIDATE;
		c = DEFECT_MAY;
	} else if (k->patch_known) {
		c = by_number(e, k, why);
	} else {
		c = by_branch(e, k, why);
	}
	if (c < DEFECT_MAY)
		return c;
	if (k->origin == KERNEL_VENDOR && !(*why & WHY_BROUGHT))
		*why |= WHY_VENDOR;
	if (features_any(features_but(e->features, s->features_known)) ||
	    (e->setup & ~s->has_known))
		*why |= WHY_SETUP;
	return *why ? DEFECT_MAY : DEFECT_AFFECTED;
}

const char *defect_certainty_text(enum defect_certainty c)
{
	static const char *const texts[] = {
		[DEFECT_NOT] = "not affected",
		[DEFECT_FIXED] = "repaired",
		[DEFECT_MAY] = "may be affected",
		[DEFECT_AFFECTED] = "affected",
	};

	return texts[c];
}

char *defect_why_text(unsigned int why, const struct defect_kernel *k)
{
	const char *vendor = k->vendor ?: "the builder of this kernel";
	char branch[VERSION_TEXT];
	struct version first = { k->version.major, k->version.minor, 0 };
	STRV_CLEAN struct strv all = { 0 };

	version_text(&first, branch);
	if (why & WHY_VENDOR)
		strv_addf(&all, "vendor backport unknown (%s may have added the repair)", vendor);
	if (why & WHY_BROUGHT)
		strv_addf(&all, "upstream %s does not have it, but %s may have added it", branch,
			  vendor);
	if (why & WHY_PATCH)
		strv_addf(&all, "it is unknown which stable release of %s the kernel is based on",
			  branch);
	if (why & WHY_BRANCH)
		strv_addf(&all, "it is not recorded whether a stable release of %s repaired it",
			  branch);
	if (why & WHY_OLDER)
		strv_add(&all, "the first release with the defect is not recorded");
	if (why & WHY_CANDIDATE)
		strv_add(&all, "a release candidate may be from before or after the change");
	if (why & WHY_SETUP)
		strv_add(&all, "it is unknown whether the set-up that it needs is in use");
	return all.broken ? NULL : strv_join(&all, "; ");
}

const char *defect_why_short(unsigned int why)
{
	static const struct {
		unsigned int why;
		const char *text;
	} words[] = {
		{ WHY_BROUGHT, "the vendor may have added it" },
		{ WHY_VENDOR, "vendor backport unknown" },
		{ WHY_CANDIDATE, "a release candidate" },
		{ WHY_BRANCH, "no repair on record" },
		{ WHY_PATCH, "patch level unknown" },
		{ WHY_OLDER, "its first release is not on record" },
		{ WHY_SETUP, "set-up unknown" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (why & words[i].why)
			return words[i].text;
	return "";
}

static int cmp(int a, int b)
{
	return (a > b) - (a < b);
}

int defect_by_weight(const void *a, const void *b)
{
	const struct defect_match *x = a, *y = b;
	const struct defect *e = x->entry, *f = y->entry;
	int c = cmp((int)y->certainty, (int)x->certainty);

	/* among those that may be, what newer code brought in is the least likely */
	if (!c)
		c = cmp((x->why & WHY_BROUGHT) != 0, (y->why & WHY_BROUGHT) != 0);
	if (!c)
		c = cmp((int)f->severity, (int)e->severity);
	if (!c)
		c = version_cmp(&f->fixed[f->n_fixed - 1], &e->fixed[e->n_fixed - 1]);
	return c ? c : cmp((int)e->line, (int)f->line);
}

int defect_match(const struct defect_table *t, const char *release, const char *version,
		const struct defect_setup *s, struct defect_matches *m)
{
	struct defect_kernel k;

	*m = (struct defect_matches){ 0 };
	if (!defect_kernel_read(release, version, &k))
		return -EINVAL;
	if (!t->n)
		return 0;
	m->v = calloc(t->n, sizeof(*m->v));
	if (!m->v)
		return -ENOMEM;
	for (size_t i = 0; i < t->n; i++) {
		struct defect_match one = { .entry = &t->v[i] };

		one.certainty = defect_judge(one.entry, &k, s, &one.why);
		if (one.certainty >= DEFECT_MAY)
			m->v[m->n++] = one;
	}
	qsort(m->v, m->n, sizeof(*m->v), defect_by_weight);
	return 0;
}

void defect_matches_free(struct defect_matches *m)
{
	free(m->v);
	*m = (struct defect_matches){ 0 };
}
