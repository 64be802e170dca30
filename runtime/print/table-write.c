// SPDX-License-Identifier: GPL-2.0-or-later
/* A table in the format that was asked for. */
#include <errno.h>

#include "print/table.h"
#include "print/writer.h"

WRITERS(table_writers);

int table_write(const struct table *t, const struct writer *w, const struct out_style *s, FILE *f)
{
	int ret = t->broken ? -ENOMEM : w->print(t, s, f);

	return !ret && ferror(f) ? -EIO : ret;
}
