// SPDX-License-Identifier: GPL-2.0-or-later
/* A table in the format that was asked for. */
#include "print/table.h"

#include <errno.h>

int table_print(const struct table *t, enum out_format format, const struct out_style *s,
		FILE *f)
{
	int ret = t->broken ? -ENOMEM :
		  format == OUT_JSON ? table_print_json(t, f) : table_print_text(t, s, f);

	return !ret && ferror(f) ? -EIO : ret;
}
