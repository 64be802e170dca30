// SPDX-License-Identifier: GPL-2.0-or-later
#include "print/units.h"

const char *units_time(int64_t ns, char text[UNITS_TEXT])
{
	static const struct {
		double most;
		const char *unit;
	} units[] = { { 1e3, "us" }, { 1e6, "ms" }, { 1e9, "s" } };
	double n = (double)ns / 1000;
	size_t u = 0;

	if (ns == UNITS_UNKNOWN)
		return "?";
	/* three digits: 0.85us, 12.3us, 456us, 1.23ms */
	for (; u < 2 && (n >= 999.5 || n <= -999.5); u++)
		n /= 1000;

	double size = n < 0 ? -n : n;
	int decimals = (size < 9.995) + (size < 99.95);

	snprintf(text, UNITS_TEXT, "%.*f%s", decimals, n, units[u].unit);
	return text;
}

const char *units_count(uint64_t n, char text[UNITS_TEXT])
{
	char digits[UNITS_TEXT], *to = text;
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)n);

	for (int i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			*to++ = ',';
		*to++ = digits[i];
	}
	*to = '\0';
	return text;
}
