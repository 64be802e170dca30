// SPDX-License-Identifier: GPL-2.0-or-later
#include "ftrace/ftrace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "base/str.h"
#include "base/strv.h"
#include "tree.h"

static void words_are_told_apart(void **state)
{
	static const struct {
		const char *word;
		enum ftrace_word is;
	} rows[] = {
		{ "tx", WORD_PRESET }, { "rx", WORD_PRESET }, { "vhost", WORD_PRESET },
		  { "kvm-yield", WORD_PRESET },
		{ "handle_tx", WORD_FUNCTION }, { "vhost_*", WORD_FUNCTION },
		  { "finish_task_switch.isra.0", WORD_FUNCTION },
		{ "get_?x_bufs", WORD_FUNCTION }, { "[hv]*", WORD_FUNCTION },
		{ "vhost_net:handle_tx", WORD_MODULE }, { "vhost_net:*", WORD_MODULE },
		{ ":mod:vhost", WORD_FILTER }, { "handle_*:mod:vhost_net", WORD_FILTER },
		{ "handle_tx:traceoff", WORD_COMMAND }, { "handle_tx:traceoff:1", WORD_COMMAND },
		{ "f:enable_event:sched:sched_switch:1", WORD_COMMAND },
		{ "", WORD_WRONG }, { ":", WORD_WRONG }, { "a:", WORD_WRONG }, { ":a", WORD_WRONG },
		  { ":mod:", WORD_WRONG },
		{ "a:b:c", WORD_WRONG }, { "!a", WORD_WRONG }, { "a b", WORD_WRONG }, { "a\nb",
		  WORD_WRONG }, { "a;b", WORD_WRONG },
		{ "a:mod:b:c", WORD_WRONG }, { "5", WORD_WRONG }, { "5a", WORD_WRONG },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (ftrace_word(rows[i].word) != rows[i].is)
			fail_msg("'%s' is %d", rows[i].word, ftrace_word(rows[i].word));
}

static void commands_are_taken_away(void **state)
{
	static const char *const rows[][2] = {
		{ "f:traceoff", "!f:traceoff" },
		{ "f:traceoff:1", "!f:traceoff:0" },
		{ "f:snapshot:12", "!f:snapshot:0" },
		{ "f:enable_event:sched:sched_switch", "!f:enable_event:sched:sched_switch" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *is = ftrace_unword(rows[i][0]);

		assert_string_equal(is, rows[i][1]);
	}
	assert_null(ftrace_unword("f"));
}

static void buffers_are_bound_by_memory(void **state)
{
	static const struct {
		unsigned long long wanted, available;
		unsigned int buffers;
		unsigned long long kib;
	} rows[] = {
		/* a sixteenth of it, all together */
		{ 0, 16 << 20, 4, 4096 }, { 0, 64 << 20, 256, 4096 }, { 0, 16 << 20, 256, 4096 },
		{ 0, 8 << 20, 256, 2048 }, { 0, 1 << 20, 512, 128 },
		/* not even the least */
		{ 0, 1 << 20, 1024, 64 }, { 0, (1 << 20) - 1, 1024, 0 }, { 0, 1000, 1, 0 },
		/* not known */
		{ 0, 0, 256, 4096 }, { 1 << 20, 0, 4, 1 << 20 },
		/* as it was asked for, or not at all */
		{ 16, 1 << 20, 4, 16 }, { 131072, 1 << 20, 4, 131072 }, { 131073, 1 << 20, 4, 0 },
		  { 4096, 1 << 20, 256, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (ftrace_buffer_kib(rows[i].wanted, rows[i].available, rows[i].buffers) !=
		    rows[i].kib)
			fail_msg("row %zu: %llu", i,
				 ftrace_buffer_kib(rows[i].wanted, rows[i].available,
						   rows[i].buffers));
}

static void lists_of_cpus_are_masks(void **state)
{
	static const char *const rows[][2] = {
		{ "0", "1" }, { "3", "8" }, { "0-3,8", "10f" }, { "31", "80000000" }, { "32",
		  "1,00000000" },
		{ "0-63", "ffffffff,ffffffff" }, { "64", "1,00000000,00000000" }, { "5,5,4", "30" },
		{ "", NULL }, { "a", NULL }, { "1-", NULL }, { "3-1", NULL }, { "1,", NULL },
		  { ",1", NULL }, { "-1", NULL },
		{ "8192", NULL }, { "99999999999999999999", NULL }, { "1 2", NULL }, { "0x3",
		  NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		FREE char *is = ftrace_cpumask(rows[i][0]);

		if (rows[i][1])
			assert_string_equal(is, rows[i][1]);
		else
			assert_null(is);
	}
	FREE char *most = ftrace_cpumask("8191");

	assert_int_equal(strlen(most), 8192 / 4 + 8192 / 32 - 1);
}

static void functions_are_of_modules(void **state)
{
	(void)state;
	assert_true(ftrace_is_function("handle_tx [vhost_net]", "handle_*", "vhost_net"));
	assert_true(ftrace_is_function("handle_tx [vhost_net]", "handle_tx", NULL));
	assert_false(ftrace_is_function("handle_tx [vhost_net]", "handle_tx", "vhost"));
	assert_false(ftrace_is_function("handle_tx [vhost_net]", "handle_tx", "vhost_net_more"));
	assert_false(ftrace_is_function("handle_tx", "handle_tx", "vhost_net"));
	assert_false(ftrace_is_function("", "*", NULL));
}

/* Each preset is something, and all of it is what tracefs takes */
static void presets_are_whole(void **state)
{
	(void)state;
	assert_int_equal(ftrace_presets_n, 4);
	for (size_t i = 0; i < ftrace_presets_n; i++) {
		const struct ftrace_preset *p = &ftrace_presets[i];

		assert_ptr_equal(ftrace_preset(p->name), p);
		assert_int_equal(ftrace_word(p->name), WORD_PRESET);
		assert_true(p->what && p->missing && !p->tops[0] != !p->only[0]);
		for (size_t j = 0; j < ARRAY_SIZE(p->tops) && p->tops[j]; j++)
			assert_int_equal(ftrace_word(p->tops[j]), WORD_FUNCTION);
		for (size_t j = 0; j < ARRAY_SIZE(p->only) && p->only[j]; j++)
			assert_int_equal(ftrace_word(p->only[j]), WORD_FILTER);
		for (size_t j = 0; j < ARRAY_SIZE(p->fallback) && p->fallback[j]; j++)
			assert_int_equal(ftrace_word(p->fallback[j]), WORD_FUNCTION);
	}
	assert_null(ftrace_preset("no"));
}

static void thread(const char *root, const char *path, const char *comm)
{
	FREE char *file = str_printf("/proc/%s/comm", path);

	tree_write(root, file, comm);
}

/* A process's own /proc/ID, with the flags of its task */
static void process(const char *root, const char *pid, const char *comm, unsigned long flags)
{
	FREE char *file = str_printf("/proc/%s/stat", pid);
	FREE char *name = str_printf("%s\n", comm);
	FREE char *stat = str_printf("%s (%s) S 2 0 0 0 -1 %lu 0 0 0 0 0 7 0 0 20 0 1 0 6402\n",
				     pid, comm, flags);

	thread(root, pid, name);
	tree_write(root, file, stat);
}

#define KTHREAD 2129984		/* of a worker of 6.1 */
#define PROGRAM 4194304

static void a_guests_threads(void **state)
{
	STRV_CLEAN struct strv tids = { 0 };
	STRV_CLEAN struct strv all = { 0 };

	/* QEMU with named threads, a worker that is one of them, and one that is the kernel's */
	thread(*state, "100/task/100", "qemu-system-x86\n");
	thread(*state, "100/task/101", "CPU 0/KVM\n");
	thread(*state, "100/task/102", "CPU 11/KVM\n");
	thread(*state, "100/task/103", "IO mon_iothread\n");
	thread(*state, "100/task/104", "vhost-100\n");
	thread(*state, "100", "qemu-system-x86\n");
	process(*state, "200", "vhost-101", KTHREAD);
	process(*state, "201", "vhost-1011", KTHREAD);
	process(*state, "202", "vhost-300", KTHREAD);
	/* others that call themselves so */
	process(*state, "203", "vhost-101", PROGRAM);
	process(*state, "204", "vhost-100", 0);
	thread(*state, "205", "vhost-100\n");
	tree_write(*state, "/proc/206/stat", "206 (vhost-100) S 2 0\n");
	thread(*state, "206", "vhost-100\n");
	/* its name would be its flags, if it were read up to the first ')' */
	tree_write(*state, "/proc/207/stat",
		   "207 (a) S 1 1 1 1 1 2129984 ) S 2 0 0 0 -1 4194304 0 0\n");
	thread(*state, "207", "vhost-100\n");
	assert_int_equal(ftrace_tasks(*state, 100, &tids), 0);
	FREE char *joined = strv_join(&tids, " ");

	assert_string_equal(joined, "101 102 104 200");

	/* without names, all of them */
	thread(*state, "300/task/300", "qemu-system-x86\n");
	thread(*state, "300/task/301", "qemu-system-x86\n");
	assert_int_equal(ftrace_tasks(*state, 300, &all), 0);
	FREE char *others = strv_join(&all, " ");

	assert_string_equal(others, "300 301 202");
	assert_int_equal(ftrace_tasks(*state, 400, &all), -ESRCH);
}

/* Places and values are files: those of the top level, and of instances beside ours */
static void settings_are_files(void **state)
{
	STRV_CLEAN struct strv who = { 0 };
	struct ftrace_trouble p = { 0 };
	struct ftrace t = FTRACE_NONE;

	tree_write(*state, "/sys/kernel/tracing/current_tracer", "function_graph\n");
	tree_write(*state, "/sys/kernel/tracing/tracing_on", "0\n");
	tree_write(*state, "/sys/kernel/tracing/set_ftrace_filter", "");
	tree_write(*state, "/sys/kernel/tracing/instances/ours/current_tracer", "function_graph\n");
	tree_write(*state, "/sys/kernel/tracing/instances/ours/tracing_on", "1\n");
	tree_write(*state, "/sys/kernel/tracing/instances/a b/current_tracer", "function_graph\n");
	tree_write(*state, "/sys/kernel/tracing/instances/.hidden/current_tracer",
		   "function_graph\n");
	tree_write(*state, "/sys/kernel/tracing/instances/other/current_tracer",
		   "function_graph_not\n");
	assert_int_equal(ftrace_find(&t, *state, &p), 0);
	t.name = strdup("ours");
	t.instance = str_printf("%s/instances/ours", t.dir);

	FREE char *ours = ftrace_get(&t, FTRACE_OURS, "tracing_on"),
		  *top = ftrace_get(&t, FTRACE_TOP, "tracing_on");

	assert_string_equal(ours, "1");
	assert_string_equal(top, "0");
	assert_null(ftrace_get(&t, FTRACE_OURS, "set_ftrace_filter"));
	assert_false(ftrace_has(&t, FTRACE_OURS, "set_ftrace_filter"));
	assert_true(ftrace_has(&t, FTRACE_TOP, "set_ftrace_filter"));
	assert_int_equal(ftrace_file(&t, FTRACE_OURS, "no", O_RDONLY), -ENOENT);

	/* a write is of one more, or instead of what was there */
	assert_int_equal(ftrace_put(&t, FTRACE_TOP, "set_ftrace_filter", "handle_tx", true), 0);
	assert_int_equal(ftrace_put(&t, FTRACE_TOP, "tracing_on", "10", false), 0);
	assert_int_equal(ftrace_put(&t, FTRACE_TOP, "tracing_on", "1", false), 0);
	assert_int_equal(ftrace_put(&t, FTRACE_TOP, "no", "1", false), -ENOENT);

	FREE char *filter = ftrace_get(&t, FTRACE_TOP, "set_ftrace_filter"),
		  *on = ftrace_get(&t, FTRACE_TOP, "tracing_on");

	assert_string_equal(filter, "handle_tx");
	assert_string_equal(on, "1");

	assert_int_equal(ftrace_others(&t, "function_graph", &who), 0);
	strv_sort(&who);
	FREE char *others = strv_join(&who, ", ");

	assert_string_equal(others, "instance .hidden, instance a b, the top level");
	assert_int_equal(ftrace_close(&t), 0);
}

static void no_tracefs_is_said(void **state)
{
	struct ftrace_trouble p = { 0 };
	struct ftrace t = FTRACE_NONE;

	assert_int_equal(ftrace_find(&t, *state, &p), -ENOENT);
	assert_non_null(strstr(p.what, "isn't mounted"));
	ftrace_trouble_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_told_apart),
		cmocka_unit_test(commands_are_taken_away),
		cmocka_unit_test(buffers_are_bound_by_memory),
		cmocka_unit_test(lists_of_cpus_are_masks),
		cmocka_unit_test(functions_are_of_modules),
		cmocka_unit_test(presets_are_whole),
		cmocka_unit_test_setup_teardown(a_guests_threads, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(settings_are_files, tree_setup, tree_teardown),
		cmocka_unit_test_setup_teardown(no_tracefs_is_said, tree_setup, tree_teardown),
	};

	return cmocka_run_group_tests_name("ftrace", tests, NULL, NULL);
}
