// SPDX-License-Identifier: GPL-2.0-or-later
/* meta_read() and what is made of it */
#include "base/strv.h"

#include "stap/scripts.h"
#include "fuzz.h"

/* A script whose .meta is the input; it needs a name of its own, in $FUZZ_DIR */
static const char *script(const char *file)
{
	static char stp[4096], meta[4096];

	if (!*stp) {
		const char *dir = getenv("FUZZ_DIR") ?: ".";

		snprintf(stp, sizeof(stp), "%s/s.stp", dir);
		snprintf(meta, sizeof(meta), "%s/s.meta", dir);
		unlink(meta);
		MUST(!symlink(file, meta));
	}
	return stp;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *stp = script(fuzz_file(data, size));
	struct strv names = { 0 };
	struct meta m;

	MUST(!meta_read(stp, &m));
	MUST(m.fields.n == m.values.n);
	for (size_t i = 0; i < m.fields.n; i++) {
		MUST(!strpbrk(m.fields.v[i], ":\n") && !strchr(m.values.v[i], '\n'));
		MUST(meta_get(&m, m.fields.v[i]));
	}
	MUST(!meta_get(&m, "no: field"));
	meta_free(&m);

	MUST(!meta_debuginfo(stp, &names));
	for (size_t i = 0; i < names.n; i++)
		MUST(*names.v[i] && !strpbrk(names.v[i], " \t\n"));
	strv_free(&names);
	return 0;
}
