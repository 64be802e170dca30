// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/hash.h"
#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "host/host.h"
#include "modules/modules.h"
#include "tree.h"

#define PROBLEM(p) CLEANUP(problem_free) struct problem p = { 0 }

static char *key_of(char letter)
{
	char *key = calloc(1, HASH_TEXT);

	memset(key, letter, HASH_TEXT - 1);
	return key;
}

static void put(const char *root, const char *key, const char *script)
{
	CLEANUP(manifest_free) struct manifest m = tree_entry(root, "/new", script);

	assert_int_equal(cache_put(tree_path(root, "/c"), key, tree_path(root, "/new")), 0);
	file_remove_tree(tree_path(root, "/new"));
}

static void entries_come_whole_and_are_replaced(void **state)
{
	FREE char *key = key_of('1');
	FREE char *dir = cache_entry_dir(tree_path(*state, "/c"), key);
	CLEANUP(entry_close) struct entry e = { .lock = -1 };
	PROBLEM(p);

	put(*state, key, "host-queryqemu");
	assert_int_equal(entry_open(&e, dir, "stap_vhost_host_queryqemu", &p), 0);
	assert_string_equal(e.manifest.script, "host-queryqemu");
	entry_close(&e);
	put(*state, key, "another-script");
	assert_int_equal(entry_open(&e, dir, "stap_vhost_host_queryqemu", &p), -ENOENT);
	entry_close(&e);
	assert_int_equal(entry_open(&e, dir, "stap_vhost_another_script", &p), 0);
}

static void somebody_elses_manifest_is_refused(void **state)
{
	FREE char *key = key_of('1');
	FREE char *dir = cache_entry_dir(tree_path(*state, "/c"), key);
	CLEANUP(entry_close) struct entry e = { .lock = -1 };
	PROBLEM(p);

	put(*state, key, "host-queryqemu");
	FREE char *from = str_printf("%s/stap_vhost_host_queryqemu.json", dir);
	FREE char *to = str_printf("%s/stap_vhost_another_one.json", dir);

	assert_int_equal(rename(from, to), 0);
	assert_int_equal(entry_open(&e, dir, "stap_vhost_another_one", &p), -EBADMSG);
	assert_non_null(strstr(p.what, "is the manifest of stap_vhost_host_queryqemu"));
}

/* In another process: a lock of our own is no lock to us */
static int in_child(int (*f)(const char *cache, const char *key), const char *cache,
		    const char *key)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(f(cache, key) & 0xff);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static int try_lock(const char *cache, const char *key)
{
	int fd, ret = cache_lock(cache, key, false, &fd);

	return -ret;
}

static void one_builds_at_a_time(void **state)
{
	const char *cache = tree_path(*state, "/c");
	STRV_CLEAN struct strv names = { 0 };
	int fd;

	assert_int_equal(cache_lock(cache, "k", false, &fd), 0);
	assert_int_equal(in_child(try_lock, cache, "k"), EWOULDBLOCK);
	assert_int_equal(in_child(try_lock, cache, "other"), 0);
	/* one that is held stays, one that was left goes */
	cache_sweep(cache);
	assert_int_equal(in_child(try_lock, cache, "k"), EWOULDBLOCK);
	cache_unlock(cache, "k", fd);
	assert_false(file_exists(tree_path(*state, "/c/modules/.k.lock")));
	assert_false(file_exists(tree_path(*state, "/c/modules/.other.lock")));
}

static int others_trim(const char *cache, const char *root)
{
	CLEANUP(host_free) struct host h = tree_host(root, REL);

	return cache_trim(&h, cache, 0, NULL);
}

static void what_is_in_use_stays(void **state)
{
	FREE char *key = key_of('1');
	FREE char *dir = cache_entry_dir(tree_path(*state, "/c"), key);
	CLEANUP(entry_close) struct entry e = { .lock = -1 };
	PROBLEM(p);

	put(*state, key, "x");
	assert_int_equal(entry_open(&e, dir, "stap_vhost_x_______", &p), 0);
	assert_int_equal(in_child(others_trim, tree_path(*state, "/c"), *state), 0);
	assert_true(file_exists(dir));
	entry_close(&e);
	assert_int_equal(in_child(others_trim, tree_path(*state, "/c"), *state), 0);
	assert_false(file_exists(dir));
}

static void the_oldest_go_and_those_of_no_kernel(void **state)
{
	CLEANUP(host_free) struct host h = tree_host(*state, "9.9.9");
	STRV_CLEAN struct strv removed = { 0 };

	for (char c = 'a'; c <= 'e'; c++) {
		FREE char *key = key_of(c);
		FREE char *dir = cache_entry_dir(tree_path(*state, "/c"), key);
		struct timespec t[2] = { { .tv_sec = 1000 + c }, { .tv_sec = 1000 + c } };

		put(*state, key, "x");
		assert_int_equal(utimensat(AT_FDCWD, dir, t, 0), 0);
	}
	assert_int_equal(file_mkdir_p(tree_path(*state, "/lib/modules/" REL)), 0);
	assert_int_equal(cache_trim(&h, tree_path(*state, "/c"), 3, &removed), 0);
	assert_int_equal(removed.n, 2);
	assert_true(str_ends_with(removed.v[0], "bbbb"));
	assert_true(str_ends_with(removed.v[1], "aaaa"));
	assert_int_equal(rmdir(tree_path(*state, "/lib/modules/" REL)), 0);
	assert_int_equal(cache_trim(&h, tree_path(*state, "/c"), 3, &removed), 0);
	assert_int_equal(removed.n, 5);
}

static int make_rundir(const char *cache, const char *unused)
{
	struct rundir r;

	(void)unused;
	if (rundir_make(cache, &r))
		return 1;
	/* and end without a word */
	return 0;
}

static void what_a_killed_run_left_goes(void **state)
{
	const char *cache = tree_path(*state, "/c");
	STRV_CLEAN struct strv removed = { 0 };
	STRV_CLEAN struct strv left = { 0 };
	struct rundir r;

	assert_int_equal(rundir_sweep(cache, NULL), 0);
	assert_int_equal(rundir_make(cache, &r), 0);
	assert_int_equal(in_child(make_rundir, cache, NULL), 0);
	assert_int_equal(rundir_sweep(cache, &removed), 0);
	assert_int_equal(removed.n, 1);
	assert_true(file_exists(r.path));
	rundir_remove(&r);
	assert_int_equal(file_list(tree_path(*state, "/c/tmp"), &left), 0);
	assert_int_equal(left.n, 0);
}

/* A staprun that takes the module away */
static void leftover_modules_go(void **state)
{
	CLEANUP(host_free) struct host h = tree_host(*state, REL);
	FREE char *script = str_printf("#!/bin/sh\nrm -r '%s/sys/module/'$2\n", (char *)*state);
	struct stale_modules l = { &h, tree_path(*state, "/staprun"), 0, 200 };
	STRV_CLEAN struct strv removed = { 0 };
	static const char *const modules[] = {
		"stap_vhost_host_que_101",	/* nobody's */
		"stap_vhost_host_que_102",	/* staprun loads it just now */
		"stap_vhost_host_que_103",	/* in use */
		"stap_vhost_host_queryqemu",	/* loaded by hand */
		"stap_0b9dd34bbe15aff93d4e_104",	/* not ours */
		"vhost_101",
	};

	tree_write(*state, "/staprun", script);
	assert_int_equal(chmod(l.staprun, 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		FREE char *refs = str_printf("/sys/module/%s/refcnt", modules[i]);

		tree_write(*state, refs, i == 2 ? "1\n" : "0\n");
	}
	tree_write(*state, "/proc/102/comm", "stapio\n");
	tree_write(*state, "/proc/101/comm", "sshd\n");
	l.only = 99;
	assert_int_equal(stale_modules_remove(&l, &removed, NULL), 0);
	assert_int_equal(removed.n, 0);
	l.only = 0;
	assert_int_equal(stale_modules_remove(&l, &removed, NULL), 0);
	assert_int_equal(removed.n, 1);
	assert_string_equal(removed.v[0], modules[0]);
	assert_true(file_exists(tree_path(*state, "/sys/module/stap_vhost_host_que_102")));
}

static void keys_tell_sources_apart(void **state)
{
	CLEANUP(script_key_free) struct script_key a = { 0 };
	CLEANUP(script_key_free) struct script_key b = { 0 };
	const char *tapsets = tree_path(*state, "/tapsets");
	char before[HASH_TEXT];

	tree_write(*state, "/x.stp", "probe begin { exit() }\n");
	tree_write(*state, "/tapsets/t.stp", "function f() { }\n");
	assert_int_equal(script_key_init(&a, "x", tree_path(*state, "/x.stp")), 0);
	assert_int_equal(script_key_hash(&a, tapsets, REL, NULL), 0);
	strcpy(before, a.key);
	assert_int_equal(script_key_hash(&a, tapsets, "6.1.9", NULL), 0);
	assert_string_not_equal(a.key, before);
	assert_int_equal(script_key_hash(&a, tapsets, REL, "/opt/stap"), 0);
	assert_string_not_equal(a.key, before);
	assert_int_equal(script_key_hash(&a, tapsets, REL, NULL), 0);
	assert_string_equal(a.key, before);
	/* words in two pieces and in one */
	assert_int_equal(script_key_init(&b, "x", tree_path(*state, "/x.stp")), 0);
	strv_add(&a.words, "ab");
	strv_add(&b.words, "a");
	strv_add(&b.words, "b");
	assert_int_equal(script_key_hash(&a, tapsets, REL, NULL), 0);
	assert_int_equal(script_key_hash(&b, tapsets, REL, NULL), 0);
	assert_string_not_equal(a.key, b.key);
	/* a tapset's text, and its name */
	strcpy(before, a.key);
	tree_write(*state, "/tapsets/t.stp", "function g() { }\n");
	assert_int_equal(script_key_hash(&a, tapsets, REL, NULL), 0);
	assert_string_not_equal(a.key, before);
	strcpy(before, a.key);
	assert_int_equal(rename(tree_path(*state, "/tapsets/t.stp"),
				tree_path(*state, "/tapsets/u.stp")), 0);
	assert_int_equal(script_key_hash(&a, tapsets, REL, NULL), 0);
	assert_string_not_equal(a.key, before);
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(entries_come_whole_and_are_replaced),
		T(somebody_elses_manifest_is_refused),
		T(one_builds_at_a_time),
		T(what_is_in_use_stays),
		T(the_oldest_go_and_those_of_no_kernel),
		T(what_a_killed_run_left_goes),
		T(leftover_modules_go),
		T(keys_tell_sources_apart),
	};

	return cmocka_run_group_tests_name("cache", tests, NULL, NULL);
}
