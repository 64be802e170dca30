// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>

#include "base/hash.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "base/version.h"
#include "host/elf.h"
#include "modules/modules.h"
#include "stap/output.h"
#include "tree.h"

#define MANIFEST(m) CLEANUP(manifest_free) struct manifest m
#define PROBLEM(p) CLEANUP(problem_free) struct problem p = { 0 }

static char *slurp(const char *path, size_t *len)
{
	char *text = NULL;

	assert_int_equal(file_read(path, 1 << 16, &text, len), 0);
	return text;
}

static const char *json_of(const struct manifest *m, const char *root)
{
	FREE char *name = str_printf("/e/%s.json", m->name);

	return tree_path(root, name);
}

static void what_is_written_is_read(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "host-queryqemu");
	MANIFEST(r) = { 0 };
	PROBLEM(p);

	assert_int_equal(manifest_read(json_of(&m, *state), &r, &p), 0);
	assert_string_equal(r.name, "stap_vhost_host_queryqemu");
	assert_string_equal(r.script, "host-queryqemu");
	assert_string_equal(r.load_args, "pid");
	assert_string_equal(r.facts.release, REL);
	assert_true(build_id_eq(&r.facts.kernel, &m.facts.kernel));
	assert_int_equal(r.facts.n_modules, 1);
	assert_string_equal(r.facts.modules[0].name, "vhost");
	assert_true(build_id_eq(&r.facts.modules[0].id, &m.facts.modules[0].id));
	assert_int_equal(r.facts.systemtap.major, 5);
	assert_string_equal(r.sha256, m.sha256);
	assert_string_equal(r.checksum, m.checksum);
}

/* Any letter of a value changed is noticed; only white space between values is nobody's */
static void every_edit_is_noticed(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "x");
	size_t len, noticed = 0;
	FREE char *text = slurp(json_of(&m, *state), &len);

	for (size_t i = 0; i < len; i++) {
		char was = text[i];
		MANIFEST(r) = { 0 };
		PROBLEM(p);

		if (was == ' ' || was == '\n')
			continue;
		text[i] = was == 'z' ? 'y' : was + 1;
		assert_int_equal(manifest_parse(text, len, "m", &r, &p), -EBADMSG);
		assert_non_null(p.what);
		text[i] = was;
		noticed++;
	}
	assert_true(noticed > 500);
}

static void cut_anywhere_it_is_none(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "x");
	size_t len;
	FREE char *text = slurp(json_of(&m, *state), &len);

	for (size_t n = 0; n + 2 < len; n++) {
		/* of its own size, so that ASan sees a read past the end */
		FREE char *copy = malloc(n + !n);
		MANIFEST(r) = { 0 };
		PROBLEM(p);

		memcpy(copy, text, n);
		assert_int_equal(manifest_parse(copy, n, "m", &r, &p), -EBADMSG);
	}
}

/* With a right checksum: fields that no build writes, and that would lead out of a directory */
static void hostile_fields_are_refused(void **state)
{
	static const struct {
		const char *release, *name;
	} bad[] = {
		{ "../../etc", "stap_vhost_x_______" },
		{ "", "stap_vhost_x_______" },
		{ REL, "../stap_vhost_x" },
		{ REL, "vhost" },
		{ REL, "stap_vhost_X" },
		{ REL, "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		MANIFEST(m) = tree_entry(*state, "/e", "x");
		MANIFEST(r) = { 0 };
		PROBLEM(p);

		strcpy(m.facts.release, bad[i].release);
		strcpy(m.name, bad[i].name);
		assert_int_equal(manifest_write(tree_path(*state, "/bad.json"), &m), 0);
		assert_int_equal(manifest_read(tree_path(*state, "/bad.json"), &r, &p), -EBADMSG);
		assert_non_null(strstr(p.what, "is missing or wrong"));
	}
}

static void names_of_modules(void **state)
{
	char name[STAP_MODULE_NAME];

	(void)state;
	script_key_module_name("host-queryqemu", name);
	assert_string_equal(name, "stap_vhost_host_queryqemu");
	/* with "_4194304" put over its end the prefix must still be there */
	script_key_module_name("x", name);
	assert_string_equal(name, "stap_vhost_x_______");
	/* not to be taken for a pid */
	script_key_module_name("Top 10.things-20", name);
	assert_string_equal(name, "stap_vhost_top_10_things_20_");
	script_key_module_name("a-name-that-is-much-longer-than-any-module-may-have-for-its-own",
			       name);
	assert_int_equal(strlen(name), STAP_MODULE_NAME - 2);
	assert_true(manifest_name_ok(name));
}

static const struct facts here = {
	.release = REL, .arch = "x86_64", .kernel = { { 1, 2 }, 2 },
	.modules = { { "vhost", { { 3, 4 }, 2 } } }, .n_modules = 1,
	.systemtap = { 5, 1, 0 }, .sources = "cafe",
};

static void differs(struct facts m, const char *says)
{
	FREE char *why = NULL;

	assert_int_equal(compat_facts(&m, &here, &why), COMPAT_DIFFERENT);
	if (!strstr(why, says))
		fail_msg("'%s' does not say '%s'", why, says);
}

static void each_difference_is_named(void **state)
{
	struct facts m = here;
	char *why;

	(void)state;
	assert_int_equal(compat_facts(&m, &here, &why), COMPAT_OK);
	strcpy(m.release, "6.1.9");
	differs(m, "the kernel is " REL ", the module was built for 6.1.9");
	m = here;
	strcpy(m.arch, "aarch64");
	differs(m, "this machine is x86_64, the module was built for aarch64");
	m = here;
	m.kernel.b[0] = 9;
	differs(m, "the build-id of the kernel is 0102, the module was built for 0902");
	m = here;
	m.modules[0].id.b[1] = 9;
	differs(m, "the build-id of module vhost is 0304, the module was built for 0309");
	m = here;
	m.systemtap.minor = 2;
	differs(m, "SystemTap here is 5.1, the module was built by 5.2");
	m = here;
	strcpy(m.sources, "beef");
	differs(m,
		"the script and tapsets here have the hash cafe, the module was built from beef");
}

static void what_is_not_known_is_not_compared(void **state)
{
	struct facts m = here;
	char *why;

	(void)state;
	m.kernel.len = 0;
	strcpy(m.modules[0].name, "tun");	/* not loaded here */
	m.systemtap = (struct version){ 0 };
	*m.sources = '\0';
	assert_int_equal(compat_facts(&m, &here, &why), COMPAT_OK);
	/* before 5.0 staprun took modules of any version */
	struct facts old = here;

	m.systemtap = (struct version){ 4, 8, 0 };
	old.systemtap = (struct version){ 4, 9, 0 };
	assert_int_equal(compat_facts(&m, &old, &why), COMPAT_OK);
}

static enum compat file_fit(const char *root, const struct manifest *m, const char *says)
{
	CLEANUP(modinfo_free) struct modinfo info = { 0 };
	FREE char *ko = str_printf("/e/%s.ko", m->name);
	FREE char *why = NULL;
	enum compat fit = compat_file(tree_path(root, ko), m, &info, &why);

	if (says && !(why && strstr(why, says)))
		fail_msg("'%s' does not say '%s'", why ? why : "nothing", says);
	return fit;
}

static void damaged_modules_are_refused(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "x");
	FREE char *ko = str_printf("/e/%s.ko", m.name);

	assert_int_equal(file_fit(*state, &m, NULL), COMPAT_OK);
	strcpy(m.facts.arch, "s390x");
	assert_int_equal(file_fit(*state, &m, "its manifest says s390x"), COMPAT_DAMAGED);
	strcpy(m.facts.arch, "x86_64");
	/* of another kernel, with a manifest that was made for it */
	tree_module(*state, ko, "6.12.1+deb13-amd64-rt", NULL);
	assert_int_equal(hash_file(tree_path(*state, ko), m.sha256), 0);
	assert_int_equal(file_fit(*state, &m, "is for kernel '6.12.1+deb13-amd64-rt"),
			 COMPAT_DAMAGED);
	/* an ELF file that is no module */
	tree_elf(*state, ko, "0102", false);
	assert_int_equal(file_fit(*state, &m, "its sha256 is"), COMPAT_DAMAGED);
	assert_int_equal(hash_file(tree_path(*state, ko), m.sha256), 0);
	assert_int_equal(file_fit(*state, &m, "not a kernel module"), COMPAT_DAMAGED);
	tree_write(*state, ko, "garbage");
	assert_int_equal(hash_file(tree_path(*state, ko), m.sha256), 0);
	assert_int_equal(file_fit(*state, &m, "not a kernel module"), COMPAT_DAMAGED);
	assert_int_equal(unlink(tree_path(*state, ko)), 0);
	assert_int_equal(file_fit(*state, &m, "No such file"), COMPAT_DAMAGED);
}

/* Cut at every length and spoilt at every byte: no crash, whatever it says */
static void spoilt_modules_do_no_harm(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "x");
	FREE char *ko = str_printf("/e/%s.ko", m.name);
	size_t len;
	FREE char *data = slurp(tree_path(*state, ko), &len);

	for (size_t cut = 0; cut < len; cut += 3) {
		CLEANUP(modinfo_free) struct modinfo info = { 0 };

		tree_write_bytes(*state, ko, data, cut);
		modinfo_read(tree_path(*state, ko), &info);
	}
	for (size_t at = 0; at < len; at++) {
		CLEANUP(modinfo_free) struct modinfo info = { 0 };
		char was = data[at];

		data[at] = ~was;
		tree_write_bytes(*state, ko, data, len);
		modinfo_read(tree_path(*state, ko), &info);
		data[at] = was;
	}
}

static void modinfo_without_end(void **state)
{
	static const char text[] =
		"parmtype=pid:string\0parm=pid:string\0vermagic=1.2 SMP\0parmtype=x";

	(void)state;
	for (size_t len = 0; len < sizeof(text); len++) {
		FREE char *copy = malloc(len + !len);
		CLEANUP(modinfo_free) struct modinfo info = { 0 };

		memcpy(copy, text, len);
		modinfo_parse(copy, len, &info);
		assert_true(info.params.n <= 1);
	}
}

static void load(char *const *words, const char *want, int ret)
{
	STRV_CLEAN struct strv globals = { 0 };
	PROBLEM(p);
	FREE char *all = NULL;

	assert_int_equal(params_words("pid", words, &globals, &p), ret);
	all = strv_join(&globals, " ");
	if (!ret)
		assert_string_equal(all, want);
}

#define W(...) ((char *[]){ __VA_ARGS__, NULL })

static void words_become_globals(void **state)
{
	(void)state;
	load(W("1"), "pid=1", 0);
	load(W("1", "2"), "pid=1,2", 0);
	load(W("1", "summary=9", "2"), "summary=9 pid=1,2", 0);
	load(W("pid=7", "8"), "pid=7,8", 0);
	load(W("1 2"), "pid=1,2", 0);
	load(W("12x"), "pid=12x", 0);
	load(W("-5"), "pid=-5", 0);
	load(W("=", "9a=1"), "pid==,9a=1", 0);
	load(W("who=it is me"), NULL, -EINVAL);
	load(W("1\"2"), NULL, -EINVAL);
}

static void checked(const struct modinfo *i, const char *global, const char *says)
{
	STRV_CLEAN struct strv globals = { 0 };
	PROBLEM(p);

	strv_add(&globals, global);
	assert_int_equal(params_check(&globals, i, &p), says ? -EINVAL : 0);
	if (says && strcmp(p.what, says) && !(p.hints.n && !strcmp(p.hints.v[0], says)))
		fail_msg("'%s' is not '%s'", p.what, says);
}

static void globals_are_checked_before(void **state)
{
	MANIFEST(m) = tree_entry(*state, "/e", "x");
	CLEANUP(modinfo_free) struct modinfo i = { 0 };
	FREE char *ko = str_printf("/e/%s.ko", m.name);
	char big[600] = "pid=";

	assert_int_equal(modinfo_read(tree_path(*state, ko), &i), 0);
	checked(&i, "pid=12x", NULL);
	checked(&i, "pid=", NULL);
	checked(&i, "summary=-5", NULL);
	checked(&i, "summary=0x10", NULL);
	checked(&i, "sumary=5", "did you mean summary?");
	checked(&i, "entirely_different=5", "it has: pid, summary");
	checked(&i, "summary=x", "summary=x: not a number");
	checked(&i, "summary=", "summary=: not a number");
	checked(&i, "summary=99999999999999999999", "summary=99999999999999999999: not a number");
	memset(big + 4, '1', 512);
	checked(&i, big, "pid=…: 512 characters are too many, a script's string has at most 511");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_written_is_read),
		T(every_edit_is_noticed),
		T(cut_anywhere_it_is_none),
		T(hostile_fields_are_refused),
		T(names_of_modules),
		T(each_difference_is_named),
		T(what_is_not_known_is_not_compared),
		T(damaged_modules_are_refused),
		T(spoilt_modules_do_no_harm),
		T(modinfo_without_end),
		T(words_become_globals),
		T(globals_are_checked_before),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
