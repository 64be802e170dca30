// SPDX-License-Identifier: GPL-2.0-or-later
#include "print/csv.h"

#include "base/str.h"

void csv_text(const char *text, FILE *f)
{
	FREE char *fit = str_escape(text, strlen(text));
	const char *t = fit ? fit : "";

	if (!t[strcspn(t, ",\"")]) {
		fputs(t, f);
		return;
	}
	fputc('"', f);
	for (; *t; t++) {
		if (*t == '"')
			fputc('"', f);
		fputc(*t, f);
	}
	fputc('"', f);
}

void csv_number(int64_t n, FILE *f)
{
	fputc(',', f);
	if (n != CSV_UNKNOWN)
		fprintf(f, "%lld", (long long)n);
}
