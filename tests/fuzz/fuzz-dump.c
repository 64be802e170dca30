// SPDX-License-Identifier: GPL-2.0-or-later
/* dump_reader_line() and what is made of it: derived values, findings, with the dump before */
#include "dump/dump.h"

#include "fuzz.h"

static void look(const struct dump *now, const struct dump *before)
{
	struct dump_findings r = { 0 };

	MUST(!dump_findings_find(now, before, &r));
	for (size_t i = 0; i < r.n; i++) {
		const struct invariant *rule = r.v[i].rule;

		MUST(rule->class != NOTICE || !r.v[i].sure);
		for (size_t n = 0; n < sizeof(rule->shows) / sizeof(*rule->shows) && rule->shows[n];
		     n++) {
			const struct field *f;
			struct value v;
			const char *text;

			MUST(place_value(&r.v[i].place, rule->shows[n], &f, &v, &text));
		}
	}
	MUST(dump_findings_broken(&r, true) + dump_findings_broken(&r,
	false) + dump_findings_notices(&r) == r.n);
	dump_findings_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dump_reader r = { 0 };
	struct dump now = { 0 }, before = { 0 };
	const char *at = (const char *)data, *end = at + size;
	int ret = 0;

	while (ret >= 0 && at < end) {
		const char *newline = memchr(at, '\n', end - at);
		size_t len = (newline ? newline : end) - at;

		ret = dump_reader_line(&r, at, len);
		MUST(ret <= 1 && (ret >= 0 || r.why));
		at += len + 1;
		if (ret != 1 && (at < end || dump_reader_end(&r) != 1))
			continue;
		dump_free(&before);
		before = now;
		now = (struct dump){ 0 };
		dump_reader_take(&r, &now);
		MUST(dump_queues(&now) <= size);
		look(&now, &before);
	}
	dump_reader_free(&r);
	dump_free(&now);
	dump_free(&before);
	return 0;
}
