// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/version.h"

#include <ctype.h>
#include <stdio.h>

#include "base/strv.h"

/* A number of at most six digits: what is longer is no version */
static bool number(const char **s, unsigned int *n)
{
	const char *p = *s;

	*n = 0;
	while (isdigit((unsigned char)*p) && p - *s < 7)
		*n = *n * 10 + (*p++ - '0');
	if (p == *s || p - *s > 6)
		return false;
	*s = p;
	return true;
}

bool version_parse(const char *s, struct version *v)
{
	struct version r = { 0 };

	if (!number(&s, &r.major) || *s++ != '.' || !number(&s, &r.minor))
		return false;
	if (*s == '.') {
		s++;
		if (!number(&s, &r.patch))
			r.patch = 0;
	}
	*v = r;
	return true;
}

static int cmp(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

int version_cmp(const struct version *a, const struct version *b)
{
	int c = cmp(a->major, b->major);

	if (!c)
		c = cmp(a->minor, b->minor);
	return c ? c : cmp(a->patch, b->patch);
}

const char *version_text(const struct version *v, char text[VERSION_TEXT])
{
	if (!version_is_set(v))
		snprintf(text, VERSION_TEXT, "?");
	else if (v->patch)
		snprintf(text, VERSION_TEXT, "%u.%u.%u", v->major, v->minor, v->patch);
	else
		snprintf(text, VERSION_TEXT, "%u.%u", v->major, v->minor);
	return text;
}

char *version_ranges_text(const struct version_range *r, size_t n)
{
	char from[VERSION_TEXT], below[VERSION_TEXT];
	STRV_CLEAN struct strv all = { 0 };

	for (; n; n--, r++) {
		version_text(&r->from, from);
		if (version_is_set(&r->below))
			strv_addf(&all, "%s to before %s", from, version_text(&r->below, below));
		else
			strv_addf(&all, "%s and later", from);
	}
	return strv_join(&all, ", ");
}
