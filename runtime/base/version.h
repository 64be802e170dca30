/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Versions, of SystemTap and of kernels: "6.12.107+deb13-amd64". */
#ifndef VERSION_H
#define VERSION_H

#include "base/base.h"

/* Versions (version.c): of SystemTap and of kernels, "6.12.107+deb13-amd64" */

struct version {
	unsigned int major, minor, patch;
};

bool version_parse(const char *s, struct version *v);
/* < 0, 0, > 0 */
int version_cmp(const struct version *a, const struct version *b);
static inline bool version_is_set(const struct version *v)
{
	return v->major || v->minor || v->patch;
}
/* Of kernels: 6.1.5 and 6.1.190 are of one */
static inline bool version_same_branch(const struct version *a, const struct version *b)
{
	return a->major == b->major && a->minor == b->minor;
}
/* Above all of @v's branch, and not above any that follows it: 6.2 after 6.1.190 */
static inline struct version version_next_branch(const struct version *v)
{
	return (struct version){ v->major, v->minor + 1, 0 };
}
/* From @from on, before @below: half open. A @below of 0.0.0 is no end. */
struct version_range {
	struct version from, below;
};

static inline bool version_in(const struct version *v, const struct version_range *r)
{
	return version_cmp(v, &r->from) >= 0 &&
	       (!version_is_set(&r->below) || version_cmp(v, &r->below) < 0);
}

#define VERSION_TEXT 40
/* "5.1", "6.12.107", "?" when it isn't set; in @text */
const char *version_text(const struct version *v, char text[VERSION_TEXT]);
/* "6.11 and later, 6.1.103 to before 6.2"; "" for none, NULL without memory */
char *version_ranges_text(const struct version_range *r, size_t n);

#endif
