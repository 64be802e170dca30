// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/trust.h"

#include <errno.h>
#include <sys/stat.h>

#include "host/cache-dir.h"
#include "tree.h"

/* @why: a part of it; NULL: trusted */
static void expect(const char *path, const char *why)
{
	FREE char *is = NULL;
	int ret = trust_path(path, &is);

	if (ret != (why ? -EPERM : 0) || (why && !strstr(is, why)))
		fail_msg("%s: %d, %s; wanted: %s", path, ret, is ? is : "-", why ? why : "trusted");
}

static void mode(const char *root, const char *path, mode_t m)
{
	assert_int_equal(chmod(tree_path(root, path), m), 0);
}

static void of_the_file_and_of_each_directory(void **state)
{
	static const char *const on_the_way[] = { "/a/b", "/a" };
	const char *file = tree_path(*state, "/a/b/file");
	FREE char *why = NULL;

	tree_write(*state, "/a/b/file", "");
	expect(file, NULL);
	mode(*state, "/a/b/file", 0664);
	expect(file, "file is writable by its group (mode 0664)");
	mode(*state, "/a/b/file", 0602);
	expect(file, "file is writable by everyone (mode 0602)");
	mode(*state, "/a/b/file", 0600);
	for (size_t i = 0; i < ARRAY_SIZE(on_the_way); i++) {
		mode(*state, on_the_way[i], 0777);
		expect(file, on_the_way[i]);
		/* as /tmp: what is in it can't be replaced by others */
		mode(*state, on_the_way[i], 01777);
		expect(file, NULL);
		mode(*state, on_the_way[i], 0755);
	}
	assert_int_equal(trust_path(tree_path(*state, "/a/none"), &why), -ENOENT);
}

static void links_are_followed_where_they_lead(void **state)
{
	tree_write(*state, "/safe/file", "");
	tree_write(*state, "/open/file", "");
	tree_link(*state, "/links/there", tree_path(*state, "/open/file"));
	tree_link(*state, "/links/relative", "../open/../safe/file");
	tree_link(*state, "/links/dir", "../open");
	tree_link(*state, "/links/round", "round");
	expect(tree_path(*state, "/links/there"), NULL);
	mode(*state, "/open", 0777);
	expect(tree_path(*state, "/links/there"), "/open is writable");
	expect(tree_path(*state, "/links/dir/../safe/file"), "/open is writable");
	/* through it, not only to it */
	expect(tree_path(*state, "/links/relative"), "/open is writable");
	mode(*state, "/open", 0755);
	mode(*state, "/links", 0777);
	expect(tree_path(*state, "/links/relative"), "/links is writable");
	mode(*state, "/links", 0755);

	FREE char *why = NULL;

	assert_int_equal(trust_path(tree_path(*state, "/links/round"), &why), -ELOOP);
}

static void relative_to_where_we_are(void **state)
{
	FREE char *was = getcwd(NULL, 0);

	tree_write(*state, "/a/file", "");
	assert_int_equal(chdir(tree_path(*state, "/a")), 0);
	expect("file", NULL);
	expect("./../a/file", NULL);
	mode(*state, "/a", 0777);
	expect("file", "/a is writable");
	assert_int_equal(chdir(was), 0);
}

static void owners(void **state)
{
	const char *dir = tree_path(*state, "/a"), *file = tree_path(*state, "/a/file");

	if (geteuid()) {
		print_message("only root can give files away\n");
		skip();
	}
	unsetenv("SUDO_UID");
	tree_write(*state, "/a/file", "");
	assert_int_equal(chown(dir, 12345, 0), 0);
	expect(file, "/a belongs to uid 12345");
	mode(*state, "/a", 01777);
	expect(file, "/a belongs to uid 12345");
	/* it could make itself root by the same sudo */
	setenv("SUDO_UID", "12345", 1);
	mode(*state, "/a", 0755);
	expect(file, NULL);
	setenv("SUDO_UID", "12345x", 1);
	expect(file, "belongs to uid 12345");
	unsetenv("SUDO_UID");
	assert_int_equal(chown(dir, 0, 0), 0);
	/* in a sticky directory a link is its owner's */
	mode(*state, "/a", 01777);
	tree_link(*state, "/a/link", file);
	expect(tree_path(*state, "/a/link"), NULL);
	assert_int_equal(lchown(tree_path(*state, "/a/link"), 12345, 0), 0);
	expect(tree_path(*state, "/a/link"), "/a/link belongs to uid 12345");
}

/* What sudo says is its own only to root: anybody else can say it himself */
static void a_user_does_not_trust_sudos_caller(void **state)
{
	const char *file = tree_path(*state, "/a/file");

	if (geteuid()) {
		print_message("only root can give files away\n");
		skip();
	}
	tree_write(*state, "/a/file", "");
	assert_int_equal(chmod(*state, 0755), 0);
	mode(*state, "/a", 0755);
	assert_int_equal(chown(file, 12345, 0), 0);
	setenv("SUDO_UID", "12345", 1);
	expect(file, NULL);
	assert_int_equal(seteuid(65534), 0);
	expect(file, "file belongs to uid 12345");
	assert_int_equal(seteuid(0), 0);
	unsetenv("SUDO_UID");
}

/* Who can exchange a directory above it can exchange the cache */
static void a_cache_is_trusted_by_the_way_to_it(void **state)
{
	const char *cache = tree_path(*state, "/above/cache");

	tree_write(*state, "/above/cache/file", "");
	mode(*state, "/above/cache", 0700);
	assert_true(cache_dir_trusted(cache));
	mode(*state, "/above", 0777);
	assert_false(cache_dir_trusted(cache));
	mode(*state, "/above", 0755);
	mode(*state, "/above/cache", 0770);
	assert_false(cache_dir_trusted(cache));
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(of_the_file_and_of_each_directory),
		T(links_are_followed_where_they_lead),
		T(relative_to_where_we_are),
		T(owners),
		T(a_user_does_not_trust_sudos_caller),
		T(a_cache_is_trusted_by_the_way_to_it),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
