// SPDX-License-Identifier: GPL-2.0-or-later
/* defect_parse(), and what is made of its entries for kernels of all kinds */
#include "defects/defects.h"

#include "fuzz.h"

static const char *const kernels[][2] = {
	{ "6.1.5", NULL }, { "5.15.0-45-generic", "#45-Ubuntu" }, { "6.12.0-rc1", NULL },
	{ "4.18.0-553.el8.x86_64", NULL }, { "6.1.0-9-amd64", "#1 SMP Debian 6.1.29-1" },
};

static void look(const struct defect_table *t, const char *release, const char *version)
{
	static const struct defect_setup none = { 0 };
	struct defect_matches m;

	MUST(!defect_match(t, release, version, &none, &m));
	MUST(m.n <= t->n);
	for (size_t i = 0; i < m.n; i++) {
		MUST(m.v[i].certainty >= DEFECT_MAY);
		MUST((m.v[i].certainty == DEFECT_MAY) == (m.v[i].why != 0));
		MUST(!i || m.v[i - 1].certainty >= m.v[i].certainty);
	}
	defect_matches_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct defect_table t;

	MUST(text);
	int ret = defect_parse(text, &t);

	MUST(!ret == !t.mistake);
	for (size_t i = 0; !ret && i < t.n; i++) {
		char *needs = defect_needs_text(&t.v[i]), *fixed = defect_fixed_text(&t.v[i]);

		MUST(needs && fixed && *t.v[i].id && *t.v[i].symptom && *defect_effect_name(t.v[i].effect));
		MUST(t.v[i].n_ranges && *defect_severity_name(t.v[i].severity));
		free(needs);
		free(fixed);
	}
	for (size_t i = 0; !ret && i < sizeof(kernels) / sizeof(*kernels); i++)
		look(&t, kernels[i][0], kernels[i][1]);
	defect_free(&t);
	free(text);
	return 0;
}
