// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/strv.h"

#include "base/version.h"
#include "stap/quirks.h"
#include "tree.h"

#define SPLIT "0x1\tuprobe_unregister_nosync\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"

static const struct quirk presence = {
	.id = "presence", .symptom = "x", .stap_below = { 5, 2, 0 },
	.signs = {
		{ IN_SYMVERS, NULL, "uprobe_unregister_nosync", false, { { { 6, 12, 0 },
		  { 0 } } } },
		{ IN_SYMVERS, NULL, "uprobe_unregister", true, { { { 6, 12, 0 }, { 0 } } } },
		{ IN_RUNTIME, "linux/x.c", "nosync", true },
	},
	.remedies = { { REMEDY_FLAG, "-DX" } },
};

static const struct quirk scripts = {
	.id = "scripts", .symptom = "x",
	.signs = {
		{ IN_SCRIPT, NULL, "kernel.trace" },
		{ IN_BUILD, "include/args.h", "_15", false, { { { 6, 12, 0 }, { 0 } } } },
	},
	.remedies = { { REMEDY_FLAG, "-DX" } },
};

static const struct quirk always = {
	.id = "always", .symptom = "x", .remedies = { { REMEDY_ENV, "X=1" } },
};

static struct quirk_facts facts(const char *root, const char *stap, const char *kernel)
{
	struct quirk_facts f = {
		.build = tree_path(root, "/build"), .runtime = tree_path(root, "/runtime"),
	};

	version_parse(stap, &f.stap);
	version_parse(kernel, &f.kernel);
	return f;
}

/* The verdict and all reasons; '|' between them */
static void expect(const struct quirk *q, const struct quirk_facts *f, enum quirk_verdict verdict,
		   const char *want)
{
	STRV_CLEAN struct strv why = { 0 };
	enum quirk_verdict is = quirk_explain(q, f, &why);
	FREE char *all = strv_join(&why, "|");

	assert_string_equal(all, want);
	assert_int_equal(is, verdict);
}

static void by_presence(void **state)
{
	struct quirk_facts f = facts(*state, "5.1", "6.12.107");

	tree_write(*state, "/runtime/linux/x.c", "");
	tree_write(*state, "/build/Module.symvers", SPLIT);
	expect(&presence, &f, QUIRK_YES,
	       "SystemTap 5.1 is older than 5.2|"
	       "the kernel exports uprobe_unregister_nosync (Module.symvers of its headers)|"
	       "the kernel doesn't export uprobe_unregister (Module.symvers of its headers)|"
	       "linux/x.c of SystemTap's runtime doesn't have 'nosync'");
	tree_write(*state, "/runtime/linux/x.c", "nosync\n");
	tree_write(*state, "/build/Module.symvers", "");
	expect(&presence, &f, QUIRK_NO,
	       "SystemTap 5.1 is older than 5.2|"
	       "the kernel doesn't export uprobe_unregister_nosync (Module.symvers of its headers)|"
	       "the kernel doesn't export uprobe_unregister (Module.symvers of its headers)|"
	       "linux/x.c of SystemTap's runtime has 'nosync'");
}

static void by_version(void **state)
{
	struct quirk_facts f = facts(*state, "5.1", "6.12.107");

	tree_write(*state, "/runtime/linux/x.c", "");
	expect(&presence, &f, QUIRK_YES,
	       "SystemTap 5.1 is older than 5.2|"
	       "by version: kernel 6.12.107 is among 6.12 and later (Module.symvers can't be read: "
	       "No such file or directory)|"
	       "linux/x.c of SystemTap's runtime doesn't have 'nosync'");
	f = facts(*state, "5.1", "6.1");
	expect(&presence, &f, QUIRK_NO,
	       "SystemTap 5.1 is older than 5.2|"
	       "by version: kernel 6.1 is not among 6.12 and later (Module.symvers can't be read: "
	       "No such file or directory)|"
	       "linux/x.c of SystemTap's runtime doesn't have 'nosync'");
}

static void by_nothing(void **state)
{
	struct quirk_facts f = facts(*state, "", "");

	expect(&presence, &f, QUIRK_UNKNOWN,
	       "SystemTap's version is unknown: 5.2 has the repair|"
	       "unknown: Module.symvers can't be read (No such file or directory), and the "
	       "kernel's version is unknown|"
	       "unknown: Module.symvers can't be read (No such file or directory), and the "
	       "kernel's version is unknown|"
	       "assumed to apply: linux/x.c can't be read (No such file or directory)");
}

static void newer_systemtap(void **state)
{
	STRV_CLEAN struct strv why = { 0 };
	struct quirk_facts f = facts(*state, "5.6", "6.12");

	tree_write(*state, "/build/Module.symvers", SPLIT);
	assert_int_equal(quirk_explain(&presence, &f, &why), QUIRK_NO);
	assert_string_equal(why.v[0],
			    "SystemTap 5.6 has the repair, as do all versions from 5.2 on");
}

static void depends_on_the_script(void **state)
{
	struct quirk_facts f = facts(*state, "5.1", "6.12");

	tree_write(*state, "/build/include/args.h", "_15\n");
	expect(&scripts, &f, QUIRK_UNKNOWN,
	       "only for scripts that have 'kernel.trace'|"
	       "include/args.h of the kernel's headers has '_15'");
	tree_write(*state, "/build/include/args.h", "_12\n");
	expect(&scripts, &f, QUIRK_NO,
	       "only for scripts that have 'kernel.trace'|"
	       "include/args.h of the kernel's headers doesn't have '_15'");
	f.script = tree_path(*state, "/s.stp");
	tree_write(*state, "/s.stp", "kernel.trace\n");
	tree_write(*state, "/build/include/args.h", "_15\n");
	expect(&scripts, &f, QUIRK_YES,
	       "the script has 'kernel.trace'|include/args.h of the kernel's headers has '_15'");
}

static void without_signs(void **state)
{
	struct quirk_facts f = facts(*state, "5.1", "6.12");

	expect(&always, &f, QUIRK_YES, "every version of SystemTap does it");
}

/* What is told is what 'run' does */
static void agrees_with_the_decision(void **state)
{
	static const char *const staps[] = { "4.8", "5.1", "5.2", "5.6" };
	static const char *const kernels[] = { "6.1.5", "6.11", "6.12", "7.2" };

	tree_write(*state, "/s.stp", "probe kernel.trace(\"x\") { }\n");
	for (int files = 0; files < 2; files++) {
		for (size_t i = 0; i < ARRAY_SIZE(staps) * ARRAY_SIZE(kernels); i++) {
			struct quirk_facts f = facts(*state, staps[i / 4], kernels[i % 4]);

			f.script = tree_path(*state, "/s.stp");
			for (size_t k = 0; k < n_quirks; k++) {
				STRV_CLEAN struct strv why = { 0 };
				enum quirk_verdict v = quirk_explain(&quirks[k], &f, &why);

				if (quirk_applies(&quirks[k], &f) != (v == QUIRK_YES))
					fail_msg("%s: stap %s, kernel %s", quirks[k].id,
						 staps[i / 4], kernels[i % 4]);
				assert_true(why.n > 0);
			}
		}
		tree_write(*state, "/build/Module.symvers", SPLIT);
		tree_write(*state, "/runtime/linux/uprobes-inode.c", "");
	}
}

static void versions_as_text(void **state)
{
	char text[VERSION_TEXT];
	struct version v = { 0, 0, 0 };

	(void)state;
	assert_string_equal(version_text(&v, text), "?");
	v = (struct version){ 5, 1, 0 };
	assert_string_equal(version_text(&v, text), "5.1");
	v = (struct version){ 6, 12, 107 };
	assert_string_equal(version_text(&v, text), "6.12.107");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(by_presence),
		T(by_version),
		T(by_nothing),
		T(newer_systemtap),
		T(depends_on_the_script),
		T(without_signs),
		T(agrees_with_the_decision),
		T(versions_as_text),
	};

	return cmocka_run_group_tests_name("quirks-explain", tests, NULL, NULL);
}
