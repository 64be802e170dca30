// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/str.h"

#include <stdio.h>

#include "base/strv.h"
#include "base/version.h"
#include "stap/command.h"
#include "stap/output.h"
#include "stap/quirks.h"
#include "stap/scripts.h"
#include "stap/version.h"
#include "tree.h"

static void escapes(void **state)
{
	static const struct {
		const char *raw, *want;
	} rows[] = {
		{ "plain text", "plain text" },
		{ "tab\tstays", "tab\tstays" },
		{ "a\nb\rc", "a\\nb\\x0dc" },
		{ "\x1b]0;title\x07", "\\x1b]0;title\\x07" },
		{ "\x7f", "\\x7f" },
		{ "Größe …", "Größe …" },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },		/* CSI as one character */
		{ "\xff\xc3", "\\xff\\xc3" },
		{ "\xc0\x8a", "\\xc0\\x8a" },			/* a newline in two bytes */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },
		{ "\xe2\x80\xae" "cod.exe", "\\xe2\\x80\\xaecod.exe" },	/* right to left */
		{ "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		/* of its own size, so that ASan sees a read past the end */
		size_t len = strlen(rows[i].raw);
		FREE char *copy = malloc(len + !len);

		memcpy(copy, rows[i].raw, len);
		FREE char *out = str_escape(copy, len);

		assert_string_equal(out, rows[i].want);
	}
	FREE char *nul = str_escape("a\0b", 3);

	assert_string_equal(nul, "a\\x00b");
}

/* A shell must give back what was quoted */
static void quotes(void **state)
{
	static const char *const words[] = {
		"", "plain", "a b", "it's", "'", "$HOME `id` \"x\" \\", "*", "~", "a\nb", "a=b",
		"-G",
		"x;y", "#no", "!", "\x01",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		FREE char *q = str_shell_quote(words[i]);
		FREE char *cmd = str_printf("printf %%s %s", q);
		char back[64] = "";
		FILE *f = popen(cmd, "r");

		assert_non_null(f);
		back[fread(back, 1, sizeof(back) - 1, f)] = '\0';
		assert_int_equal(pclose(f), 0);
		assert_string_equal(back, words[i]);
	}
	FREE char *bare = str_shell_quote("-DX=1");

	assert_string_equal(bare, "-DX=1");
}

static void replaces(void **state)
{
	FREE char *a = str_replace("@R@-x-@R@", "@R@", "6.1");
	FREE char *b = str_replace("nothing", "@R@", "6.1");
	FREE char *c = str_replace("@R@", "@R@", "");

	(void)state;
	assert_string_equal(a, "6.1-x-6.1");
	assert_string_equal(b, "nothing");
	assert_string_equal(c, "");
}

static void nearest(void **state)
{
	STRV_CLEAN struct strv names = { 0 };

	(void)state;
	strv_add(&names, "host-queryqemu");
	strv_add(&names, "host-queryvhost");
	strv_add(&names, "run");
	assert_int_equal(str_distance("run", "rnu"), 1);
	assert_int_equal(str_distance("", "abc"), 3);
	assert_int_equal(str_distance("kitten", "sitting"), 3);
	assert_string_equal(strv_nearest(&names, "rnu"), "run");
	assert_string_equal(strv_nearest(&names, "host-querryqemu"), "host-queryqemu");
	assert_string_equal(strv_nearest(&names, "host-queryvost"), "host-queryvhost");
	assert_null(strv_nearest(&names, "frobnicate"));
}

static void versions(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		struct version v;
	} rows[] = {
		{ "6.12.107+deb13-amd64", true, { 6, 12, 107 } },
		{ "6.1.0-56-amd64", true, { 6, 1, 0 } },
		{ "5.1/0.192", true, { 5, 1, 0 } },
		{ "7.2-rc1", true, { 7, 2, 0 } },
		{ "5.14.0-503.el9", true, { 5, 14, 0 } },
		{ "6.12.", true, { 6, 12, 0 } },
		{ "6", false, { 0, 0, 0 } },
		{ "x6.1", false, { 0, 0, 0 } },
		{ "", false, { 0, 0, 0 } },
		{ "99999999999.1", false, { 0, 0, 0 } },
	};
	struct version a = { 5, 9, 0 }, b = { 5, 10, 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct version v = { 0, 0, 0 };

		assert_int_equal(version_parse(rows[i].text, &v), rows[i].ok);
		assert_int_equal(version_cmp(&v, &rows[i].v), 0);
	}
	assert_true(version_cmp(&a, &b) < 0);
	assert_true(version_of_stap("Systemtap translator/driver (version 4.8/0.188, "
				    "Debian version 4.8-2)\nCopyright", &a));
	assert_int_equal(a.minor, 8);
	assert_false(version_of_stap("bash: stap: (version 5.1)", &a));
}

static void builds_the_command(void **state)
{
	CLEANUP(quirk_result_free) struct quirk_result q = { 0 };
	CLEANUP(command_free) struct command c = { 0 };
	STRV_CLEAN struct strv globals = { 0 };
	char *args[] = { "42", "-v", "a b", "x=1", NULL };
	struct request r = {
		.stap = "/usr/bin/stap", .tapsets = "/t", .script = "/s/x.stp",
		.debuginfo_path = "+:/d:/c", .quirks = &q, .globals = &globals, .args = args,
	};

	(void)state;
	strv_add(&q.flags, "-DX=1");
	strv_add(&q.env, "E=1");
	strv_add(&globals, "who=it's me");
	assert_int_equal(command_build(&r, &c), 0);
	FREE char *line = command_shell(&c);

	assert_string_equal(line,
			    "env SYSTEMTAP_DEBUGINFO_PATH=+:/d:/c E=1 /usr/bin/stap -I /t -DX=1 "
			    "-G 'who=it'\\''s me' /s/x.stp 42 -v 'a b' x=1");
	command_free(&c);

	r.release = "6.1.0";
	r.verbose = 3;
	args[0] = NULL;
	globals.n = 0;
	assert_int_equal(command_build(&r, &c), 0);
	free(line);
	line = command_shell(&c);
	assert_string_equal(line, "env SYSTEMTAP_DEBUGINFO_PATH=+:/d:/c E=1 /usr/bin/stap -v -v "
			    "-r 6.1.0 -p4 -I /t -DX=1 /s/x.stp");
	globals.n = 1;
}

static void globals(void **state)
{
	(void)state;
	assert_true(command_global_ok("pid=1"));
	assert_true(command_global_ok("_a9="));
	assert_false(command_global_ok("pid"));
	assert_false(command_global_ok("=1"));
	assert_false(command_global_ok("9a=1"));
	assert_false(command_global_ok("a-b=1"));
	assert_false(command_global_ok(""));
}

/* What the filter lets through of @lines, each ended by \n */
static char *filtered(struct stderr_filter *f, const char *lines)
{
	int fds[2];
	static char out[4096];

	assert_int_equal(pipe(fds), 0);
	f->fd = fds[1];
	for (const char *end; (end = strchr(lines, '\n')); lines = end + 1)
		stderr_filter_line(f, lines, end - lines);
	close(fds[1]);
	ssize_t n = read(fds[0], out, sizeof(out) - 1);

	close(fds[0]);
	assert_true(n >= 0);
	out[n] = '\0';
	return out;
}

#define AFTER "WARNING: Number of errors: 1, skipped probes: 0\n" \
	"WARNING: /usr/bin/staprun exited with status: 1\n" \
	"Pass 5: run failed.  [man error::pass5]\n" \
	"Tip: /usr/share/doc/systemtap/README.Debian should help you get started.\n"

static void one_clear_line(void **state)
{
	struct stderr_filter f = { 0 }, v = { .keep_all = true }, alone = { 0 };

	(void)state;
	assert_string_equal(filtered(&f, "ERROR: no such pid\n" AFTER), "ERROR: no such pid\n");
	assert_string_equal(filtered(&v, "ERROR: no such pid\n" AFTER),
			    "ERROR: no such pid\n" AFTER);
	/* nothing else says why: then they are all there is */
	assert_string_equal(filtered(&alone, AFTER), AFTER);
	assert_false(stderr_is_noise("WARNING: Number of errors: 0, skipped probes: 12"));
	assert_false(stderr_is_noise("WARNING: There were 3 transport failures."));
	assert_false(stderr_is_noise("Pass 4: compilation failed."));
}

#define SYMBOLS "WARNING: Kernel function symbol table missing [man warning::symbols]\n"

static void a_warning_of_the_kernel_is_explained_once(void **state)
{
	struct stderr_filter first = { 0 }, second = { 0 }, v = { .keep_all = true };
	const char *out;

	(void)state;
	out = filtered(&first, SYMBOLS SYMBOLS "other\n");
	assert_non_null(strstr(out, SYMBOLS "  that is: stap found no System.map"));
	assert_non_null(strstr(out, "\nother\n"));
	assert_null(strstr(strstr(out, "table missing") + 1, "table missing"));
	/* the next script's, too */
	assert_string_equal(filtered(&second, SYMBOLS), "");
	assert_string_equal(filtered(&v, SYMBOLS), SYMBOLS);
}

static void lines_are_escaped(void **state)
{
	struct stderr_filter f = { 0 };

	(void)state;
	assert_string_equal(filtered(&f, "WARNING: \x1b[2Jgone\n"), "WARNING: \\x1b[2Jgone\n");
}

static void every_hint_is_recognised(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_hints; i++) {
		STRV_CLEAN struct strv out = { 0 }, after_interrupt = { 0 };
		struct stderr_filter f = { 0 };
		FREE char *line = str_printf("x %s y\n", hints[i].says);

		filtered(&f, line);
		stderr_filter_hints(&f, "6.12.1", false, &out);
		assert_int_equal(out.n, 1);
		assert_null(strstr(out.v[0], "@REL@"));
		stderr_filter_hints(&f, "6.12.1", true, &after_interrupt);
		assert_int_equal(after_interrupt.n, hints[i].when == RAN);
	}
}

/* Lines as they are written, by 5.1 and its runtime */
static void real_lines_get_their_hint(void **state)
{
	static const struct {
		const char *line, *hint;
	} rows[] = {
		{ "ERROR: Can't resolve uprobe_unregister!\n", "quirks" },
		{ "WARNING: cannot find module vhost debuginfo: No DWARF information found "
		  "[man warning::debuginfo]\n", "debuginfo" },
		{ "Checking \"/lib/modules/6.12.1/build/.config\" failed with error: "
		  "No such file or directory\n", "doctor -r 6.12.1" },
		{ "ERROR: Couldn't insert module '/tmp/stapx/stap_1.ko': Operation not permitted\n",
		  "lockdown" },
		{ "ERROR: Couldn't insert module '/tmp/stapx/stap_1.ko': Key was rejected by service\n",
		  "Secure Boot" },
		{ "ERROR: Couldn't insert module '/tmp/stapx/stap_1.ko': Invalid module format\n",
		  "another kernel" },
		{ "WARNING: There were 18 transport failures. Try stap -s to increase the buffer "
		  "size from 16.\n", "-s" },
		{ "ERROR: probe overhead (501 cycles) exceeded threshold (500 cycles) in last 1000 "
		  "cycles\n", "probe less" },
		{ "You are trying to run systemtap as a normal user.\n", "stapdev" },
		{ "semantic error: while resolving probe point\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		STRV_CLEAN struct strv out = { 0 };
		struct stderr_filter f = { 0 };

		filtered(&f, rows[i].line);
		stderr_filter_hints(&f, "6.12.1", false, &out);
		assert_int_equal(out.n, rows[i].hint ? 1 : 0);
		if (rows[i].hint)
			assert_non_null(strstr(out.v[0], rows[i].hint));
	}
}

static void finds_scripts(void **state)
{
	STRV_CLEAN struct strv dirs = { 0 }, names = { 0 };
	FREE char *path = NULL;

	tree_write(*state, "/a/scripts/one.stp", "");
	tree_write(*state, "/b/scripts/one.stp", "");
	tree_write(*state, "/b/scripts/two.stp", "");
	tree_write(*state, "/b/scripts/two.meta", "");
	tree_write(*state, "/b/tapsets/x.stp", "");
	strv_add(&dirs, tree_path(*state, "/a"));
	strv_add(&dirs, tree_path(*state, "/b"));
	assert_int_equal(scripts_find(&dirs, "one", &path), 0);
	assert_string_equal(path, tree_path(*state, "/a/scripts/one.stp"));
	free(path);
	assert_int_equal(scripts_find(&dirs, "two.stp", &path), 0);
	assert_string_equal(path, tree_path(*state, "/b/scripts/two.stp"));
	free(path);
	assert_int_equal(scripts_find(&dirs, tree_path(*state, "/b/scripts/two.stp"), &path), 0);
	free(path);
	assert_int_equal(scripts_tapsets(&dirs, &path), 0);
	assert_string_equal(path, tree_path(*state, "/b/tapsets"));
	free(path);
	path = NULL;
	assert_true(scripts_find(&dirs, "three", &path) < 0);
	assert_true(scripts_find(&dirs, "../scripts/one", &path) < 0);
	assert_true(scripts_find(&dirs, "/", &path) < 0);
	scripts_list(&dirs, &names);
	assert_int_equal(names.n, 2);
	assert_string_equal(names.v[0], "one");
	assert_string_equal(names.v[1], "two");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes),
		cmocka_unit_test(quotes),
		cmocka_unit_test(replaces),
		cmocka_unit_test(nearest),
		cmocka_unit_test(versions),
		cmocka_unit_test(builds_the_command),
		cmocka_unit_test(globals),
		cmocka_unit_test(one_clear_line),
		cmocka_unit_test(a_warning_of_the_kernel_is_explained_once),
		cmocka_unit_test(lines_are_escaped),
		cmocka_unit_test(every_hint_is_recognised),
		cmocka_unit_test(real_lines_get_their_hint),
		T(finds_scripts),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
