// SPDX-License-Identifier: GPL-2.0-or-later
#include "stap.h"

#include <ctype.h>
#include <stdio.h>

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

/*
 * "Systemtap translator/driver (version 5.1/0.192, Debian version 5.1-5)";
 * staprun: "Systemtap module loader/runner (version …"
 */
bool version_of_stap(const char *output, struct version *v)
{
	const char *p = strstr(output, "ystemtap ");

	p = p ? strstr(p, "(version ") : NULL;
	return p && version_parse(p + strlen("(version "), v);
}
