// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/roff.h"

#include "tree.h"

/* What @call writes to its FILE */
#define WRITTEN(out, call, wanted)						\
	do {									\
		FREE char *text = NULL;						\
		size_t len;							\
		FILE *out = open_memstream(&text, &len);			\
		assert_non_null(out);						\
		call;								\
		fclose(out);							\
		assert_string_equal(text, wanted);				\
	} while (0)

static void nothing_is_a_request(void **state)
{
	(void)state;
	WRITTEN(f, roff_text(f, ".so /etc/passwd\n'br"), "\\&.so /etc/passwd\n\\(aqbr\n");
	WRITTEN(f, roff_text(f, "a\\fBb --c"), "a\\(rsfBb \\-\\-c\n");
	WRITTEN(f, roff_section(f, "a\"b"), ".SH \"a\\(dqb\"\n");
	WRITTEN(f, roff_text(f, "^~`"), "\\(ha\\(ti\\(ga\n");
	WRITTEN(f, roff_text(f, "ARGS… é \xff"), "ARGS... \\[u00E9] \\[u00FF]\n");
}

static void paragraphs_and_what_is_kept(void **state)
{
	(void)state;
	WRITTEN(f, roff_text(f, "one\ntwo\n\nthree"), "one\ntwo\n.PP\nthree\n");
	WRITTEN(f, roff_text(f, "a\n\n  b\n\n  c\nd"),
		"a\n.sp\n.nf\n  b\n.sp\n  c\n.fi\n.PP\nd\n");
	WRITTEN(f, roff_text(f, "\n\na\n\n"), "a\n");
	WRITTEN(f, roff_item_literal(f, "A", "b\n\nc"), ".TP\n\\fBA\\fR\nb\n.IP\nc\n");
}

static void what_is_typed_and_what_is_filled_in(void **state)
{
	(void)state;
	WRITTEN(f, roff_usage(f, "run [OPTIONS] SCRIPT [ARGS…]"),
		"\\fBrun\\fR [\\fIOPTIONS\\fR] \\fISCRIPT\\fR [\\fIARGS\\fR...]");
	WRITTEN(f, roff_usage(f, "-r, --release RELEASE"),
		"\\fB\\-r\\fR, \\fB\\-\\-release\\fR \\fIRELEASE\\fR");
	WRITTEN(f, roff_usage(f, "text|json"), "\\fBtext\\fR|\\fBjson\\fR");
	WRITTEN(f, roff_usage(f, "128+N"), "\\fB128\\fR+\\fIN\\fR");
}

static void the_date_is_given(void **state)
{
	(void)state;
	setenv("SOURCE_DATE_EPOCH", "86400", 1);
	WRITTEN(f, roff_title(f, "a-b", "8", "p 0.1"),
		".TH \"A\\-B\" \"8\" \"1970-01-02\" \"p 0.1\" \"System Administration\"\n.nh\n.ad l\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_a_request),
		cmocka_unit_test(paragraphs_and_what_is_kept),
		cmocka_unit_test(what_is_typed_and_what_is_filled_in),
		cmocka_unit_test(the_date_is_given),
	};

	return cmocka_run_group_tests_name("roff", tests, NULL, NULL);
}
