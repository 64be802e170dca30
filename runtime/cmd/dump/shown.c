// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of a dump as people see them. */
#include "cmd/dump/dump.h"

#include "base/str.h"
#include "dump/dump.h"
#include "print/table.h"

char *dump_clean(const char *text, unsigned int places)
{
	char *s = str_escape(text, strlen(text));

	if (!s || out_places(s) <= places)
		return s;

	char *p = s;

	for (unsigned int n = 0; n < places; n++)
		for (p++; ((unsigned char)*p & 0xc0) == 0x80; p++)
			;
	*p = '\0';

	char *cut = str_printf("%s…", s);

	free(s);
	return cut;
}

const char *dump_shown(enum dump_kind kind, const char *key, const void *record, char *shown)
{
	const struct field *f = dump_field(kind, key, strlen(key));

	return field_show(f, field_value(f, record), shown);
}
