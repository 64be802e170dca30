// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/strv.h"

#include "base/version.h"
#include "stap/quirks.h"
#include "tree.h"

#define SPLIT "0x1\tuprobe_unregister_nosync\tvmlinux\tEXPORT_SYMBOL_GPL\t\n" \
	"0x2\tuprobe_unregister_sync\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"
#define WHOLE "0x1\tuprobe_unregister\tvmlinux\tEXPORT_SYMBOL_GPL\t\n"

static bool tested[64];

static const struct quirk *by_id(const char *id)
{
	for (size_t i = 0; i < n_quirks; i++) {
		if (strcmp(quirks[i].id, id) != 0)
			continue;
		tested[i] = true;
		return &quirks[i];
	}
	fail_msg("no quirk %s", id);
	return NULL;
}

static struct quirk_facts facts(const char *root, const char *stap, const char *kernel)
{
	struct quirk_facts f = {
		.build = tree_path(root, "/build"), .source = tree_path(root, "/source"),
		.runtime = tree_path(root, "/runtime"), .script = tree_path(root, "/s.stp"),
	};

	version_parse(stap, &f.stap);
	version_parse(kernel, &f.kernel);
	return f;
}

static void uprobe_unregister_by_presence(void **state)
{
	const struct quirk *q = by_id("uprobe-unregister");
	struct quirk_facts f = facts(*state, "5.1", "6.12.107");

	tree_write(*state, "/runtime/linux/uprobes-inode.c", "uprobe_unregister (inst);\n");
	tree_write(*state, "/build/Module.symvers", SPLIT);
	assert_true(quirk_applies(q, &f));

	/* a kernel before the split */
	tree_write(*state, "/build/Module.symvers", WHOLE);
	assert_false(quirk_applies(q, &f));

	/* a 5.1 into which a distribution put the repair */
	tree_write(*state, "/build/Module.symvers", SPLIT);
	tree_write(*state, "/runtime/linux/uprobes-inode.c", "uprobe_unregister_nosync (u);\n");
	assert_false(quirk_applies(q, &f));
}

static void uprobe_unregister_by_version(void **state)
{
	static const struct {
		const char *stap, *kernel;
		bool applies;
	} rows[] = {
		{ "5.1", "6.12.0", true },
		{ "5.1", "6.12.107+deb13-amd64", true },
		{ "5.1", "7.2.12", true },
		{ "5.0", "6.12.0", true },
		{ "5.1", "6.11.9", false },
		{ "5.1", "6.1.192", false },
		{ "5.2", "6.12.0", false },
		{ "5.6", "7.2.12", false },
		{ "", "6.12.0", true },		/* a stap that doesn't say */
	};

	/* nothing can be read in an empty directory: the versions decide */
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quirk_facts f = facts(*state, rows[i].stap, rows[i].kernel);

		if (quirk_applies(by_id("uprobe-unregister"), &f) != rows[i].applies)
			fail_msg("stap '%s' on %s", rows[i].stap, rows[i].kernel);
	}
}

/* For scripts with user-space probes, where the handlers are as SystemTap's */
static void uprobe_register_by_presence(void **state)
{
	const struct quirk *q = by_id("uprobe-register");
	struct quirk_facts f = facts(*state, "5.1", "6.12.107");

	tree_write(*state, "/s.stp", "probe process(\"/bin/a\").function(\"b\") { }\n");
	tree_write(*state, "/runtime/linux/uprobes-inode.c", "uprobe_register (inst);\n");
	tree_write(*state, "/build/Module.symvers", SPLIT);
	tree_write(*state, "/source/include/linux/uprobes.h", "struct pt_regs *regs);\n");
	assert_true(quirk_applies(q, &f));
	/* 6.13 */
	tree_write(*state, "/source/include/linux/uprobes.h",
		   "struct pt_regs *regs, __u64 *data);\n");
	assert_false(quirk_applies(q, &f));
	tree_write(*state, "/source/include/linux/uprobes.h", "struct pt_regs *regs);\n");
	tree_write(*state, "/s.stp", "probe begin { }\n");
	assert_false(quirk_applies(q, &f));
	/* a kernel before, and a SystemTap that knows */
	tree_write(*state, "/s.stp", "probe process(\"/bin/a\").function(\"b\") { }\n");
	tree_write(*state, "/build/Module.symvers", WHOLE);
	assert_false(quirk_applies(q, &f));
	tree_write(*state, "/build/Module.symvers", SPLIT);
	tree_write(*state, "/runtime/linux/uprobes-inode.c", "uprobe_unregister_nosync (u);\n");
	assert_false(quirk_applies(q, &f));
}

static void uprobe_register_by_version(void **state)
{
	static const struct {
		const char *stap, *kernel;
		bool applies;
	} rows[] = {
		{ "5.1", "6.12.107+deb13-amd64", true }, { "5.1", "6.11.9", false }, { "5.1",
		  "6.13.1", false },
		{ "5.2", "6.12.0", false }, { "4.8", "6.1.192", false },
	};

	tree_write(*state, "/s.stp", "probe process(\"/bin/a\").function(\"b\") { }\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quirk_facts f = facts(*state, rows[i].stap, rows[i].kernel);

		if (quirk_applies(by_id("uprobe-register"), &f) != rows[i].applies)
			fail_msg("stap '%s' on %s", rows[i].stap, rows[i].kernel);
	}
}

static void task_work_by_presence(void **state)
{
	const struct quirk *q = by_id("task-work-cancel");
	struct quirk_facts f = facts(*state, "4.8", "6.1.192");
	const char *header = "struct callback_head *task_work_cancel_func(struct task_struct *);\n";

	tree_write(*state, "/runtime/stp_task_work.c", "task_work_cancel(task, func);\n");
	tree_write(*state, "/source/include/linux/task_work.h", header);
	assert_true(quirk_applies(q, &f));
	/* a kernel before the change */
	tree_write(*state, "/source/include/linux/task_work.h", "task_work_cancel(struct\n");
	assert_false(quirk_applies(q, &f));
	/* a SystemTap that knows */
	tree_write(*state, "/source/include/linux/task_work.h", header);
	tree_write(*state, "/runtime/stp_task_work.c", "task_work_cancel_func\n");
	assert_false(quirk_applies(q, &f));
}

static void print_straddle_by_presence(void **state)
{
	const struct quirk *q = by_id("print-straddle");
	struct quirk_facts f = facts(*state, "4.8", "6.1.192");

	tree_write(*state, "/runtime/transport/relay_v2.c",
		   "static size_t __stp_relay_switch_subbuf(\n");
	tree_write(*state, "/runtime/print_flush.c",
		   "if (likely(entry && bytes_reserved > hlen)) {\n");
	assert_true(quirk_applies(q, &f));
	/* a SystemTap with the repair */
	tree_write(*state, "/runtime/print_flush.c",
		   "if (likely(entry && bytes_reserved >= hlen)) {\n");
	assert_false(quirk_applies(q, &f));
	/* one that never had a header */
	tree_write(*state, "/runtime/print_flush.c", "_stp_data_write_reserve(len, &entry);\n");
	assert_false(quirk_applies(q, &f));
}

static void task_work_by_version(void **state)
{
	static const struct {
		const char *kernel;
		bool applies;
	} rows[] = {
		{ "6.1.102", false }, { "6.1.103", true }, { "6.1.192", true }, { "6.2.0", false },
		{ "6.10.9", false }, { "6.11.0", true }, { "7.2.12", true }, { "5.10.0", false },
		{ "5.10.223", false }, { "5.10.224", true },
	};

	tree_write(*state, "/runtime/stp_task_work.c", "task_work_cancel(task, func);\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quirk_facts f = facts(*state, "4.8", rows[i].kernel);

		if (quirk_applies(by_id("task-work-cancel"), &f) != rows[i].applies)
			fail_msg("kernel %s", rows[i].kernel);
	}
}

static void module_mutex_by_presence(void **state)
{
	const struct quirk *q = by_id("module-mutex");
	struct quirk_facts f = facts(*state, "4.4", "5.10.0");
	static const char exported[] = "0x1\tmodule_mutex\tvmlinux\tEXPORT_SYMBOL_GPL\t\n";

	tree_write(*state, "/runtime/linux/kprobes.c", "mutex_lock(&module_mutex);\n");
	tree_write(*state, "/build/Module.symvers", WHOLE);
	assert_true(quirk_applies(q, &f));
	tree_write(*state, "/build/Module.symvers", exported);
	assert_false(quirk_applies(q, &f));
	/* 4.5 has the same words, and asks before */
	tree_write(*state, "/build/Module.symvers", WHOLE);
	f.stap = (struct version){ 4, 5, 0 };
	assert_false(quirk_applies(q, &f));
}

static void module_mutex_by_version(void **state)
{
	static const struct {
		const char *kernel;
		bool applies;
	} rows[] = {
		{ "5.10.219", false }, { "5.10.220", true }, { "5.11.9", false }, { "5.12.0",
		  true }, { "4.19.1", false },
	};

	tree_write(*state, "/runtime/linux/kprobes.c", "mutex_lock(&module_mutex);\n");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quirk_facts f = facts(*state, "4.4", rows[i].kernel);

		if (quirk_applies(by_id("module-mutex"), &f) != rows[i].applies)
			fail_msg("kernel %s", rows[i].kernel);
	}
}

static void kernel_trace_only_for_its_scripts(void **state)
{
	const struct quirk *q = by_id("kernel-trace");
	struct quirk_facts f = facts(*state, "5.1", "6.12.1");
	const char *args = "#define __COUNT_ARGS(_0, _1, _12, _13, _14, _15, _n, X...) _n\n";

	tree_write(*state, "/s.stp", "probe vhost.signal { }\n");
	tree_write(*state, "/source/include/linux/args.h", args);
	assert_false(quirk_applies(q, &f));
	tree_write(*state, "/s.stp", "probe kernel.trace(\"kfree_skb\") { }\n");
	assert_true(quirk_applies(q, &f));
	/* an older kernel's */
	tree_write(*state, "/source/include/linux/args.h", "_11, _12, _n, X...) _n\n");
	assert_false(quirk_applies(q, &f));
}

/* A kernel without fortified strings, as one of one's own may be */
static void strnlen_bound_by_presence(void **state)
{
	const struct quirk *q = by_id("strnlen-bound");
	struct quirk_facts f = facts(*state, "5.1", "6.12.1");

	tree_write(*state, "/build/include/generated/autoconf.h", "#define CONFIG_KASAN 1\n");
	assert_false(quirk_applies(q, &f));
	tree_write(*state, "/runtime/vsprintf.c", "len = strnlen(ptr, clamp_t(size_t, precision, 0, STP_BUFFER_SIZE));\n");
	assert_true(quirk_applies(q, &f));
	tree_write(*state, "/build/include/generated/autoconf.h", "#define CONFIG_FORTIFY_SOURCE 1\n");
	assert_false(quirk_applies(q, &f));
}

static void selection_collects_remedies(void **state)
{
	CLEANUP(quirk_result_free) struct quirk_result r = { 0 };
	struct quirk_facts f = facts(*state, "5.1", "6.12.1");

	tree_write(*state, "/s.stp", "probe begin { }\n");
	assert_int_equal(quirks_select(&f, &r), 0);
	assert_true(strv_has(&r.flags, "-DSTAPCONF_UPROBE_UNREGISTER_EXPORTED=1"));
	assert_int_equal(r.flags.n, 1);
	assert_int_equal(r.runtime.n, 0);
	/* what staprun would leave behind on any host */
	assert_true(strv_has(&r.env, "STAP_PR13193_OVERRIDE=1"));
	assert_true(strv_has(&r.env, "STAP_BZ1552745_OVERRIDE=1"));
}

static void newest_gets_nothing_but_environment(void **state)
{
	CLEANUP(quirk_result_free) struct quirk_result r = { 0 };
	struct quirk_facts f = facts(*state, "5.6", "7.2.12");

	tree_write(*state, "/s.stp", "probe begin { }\n");
	assert_int_equal(quirks_select(&f, &r), 0);
	assert_int_equal(r.flags.n, 0);
	assert_int_equal(r.runtime.n, 0);
	assert_int_equal(r.env.n, 2);
}

static void table_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_quirks; i++) {
		const struct quirk *q = &quirks[i];

		assert_non_null(q->id);
		assert_non_null(q->symptom);
		assert_int_not_equal(q->remedies[0].kind, 0);
		assert_int_equal(q->commit != NULL, q->releases != NULL);
		for (size_t k = 0; k < ARRAY_SIZE(q->remedies) && q->remedies[k].kind; k++)
			if (q->remedies[k].kind == REMEDY_RUNTIME)
				assert_non_null(quirk_file(q->remedies[k].value));
		for (size_t k = 0; k < ARRAY_SIZE(q->signs) && q->signs[k].where; k++) {
			enum quirk_where w = q->signs[k].where;

			assert_non_null(q->signs[k].text);
			assert_int_equal(q->signs[k].file != NULL,
					 w == IN_RUNTIME || w == IN_BUILD);
		}
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(quirks[k].id, q->id);
	}
}

/* The last: whether it applies depends on signs, and a test has looked at them */
static void none_is_without_a_test(void **state)
{
	(void)state;
	assert_true(n_quirks <= ARRAY_SIZE(tested));
	for (size_t i = 0; i < n_quirks; i++) {
		bool known = tested[i] || !quirks[i].signs[0].where;

		if (!known)
			print_message("no test of %s\n", quirks[i].id);
		assert_true(known);
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(uprobe_unregister_by_presence),
		T(uprobe_unregister_by_version),
		T(uprobe_register_by_presence),
		T(uprobe_register_by_version),
		T(task_work_by_presence),
		T(print_straddle_by_presence),
		T(task_work_by_version),
		T(module_mutex_by_presence),
		T(module_mutex_by_version),
		T(kernel_trace_only_for_its_scripts),
		T(strnlen_bound_by_presence),
		T(selection_collects_remedies),
		T(newest_gets_nothing_but_environment),
		T(table_is_whole),
		T(none_is_without_a_test),
	};

	return cmocka_run_group_tests_name("quirks", tests, NULL, NULL);
}
