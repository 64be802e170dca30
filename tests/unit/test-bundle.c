// SPDX-License-Identifier: GPL-2.0-or-later
/* Bundles of ours, and archives that somebody made to do harm. */
#include "base/file.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/problem.h"
#include "base/str.h"
#include "base/strv.h"
#include "modules/modules.h"
#include "tree.h"

#define NAME "stap_vhost_host_queryqemu"
#define PROBLEM(p) CLEANUP(problem_free) struct problem p = { 0 }

static void sh(const char *dir, const char *command)
{
	FREE char *line = str_printf("cd '%s' && { %s; } >/dev/null 2>&1", dir, command);

	if (system(line))
		fail_msg("failed: %s", line);
}

static void make_bundle(const char *root)
{
	CLEANUP(manifest_free) struct manifest m = tree_entry(root, "/e", "host-queryqemu");
	STRV_CLEAN struct strv releases = { 0 };
	STRV_CLEAN struct strv dirs = { 0 };
	STRV_CLEAN struct strv names = { 0 };

	strv_add(&releases, REL);
	strv_add(&dirs, tree_path(root, "/e"));
	strv_add(&names, m.name);
	assert_int_equal(bundle_write(tree_path(root, "/b.tar.zst"), &releases, &dirs, &names), 0);
}

static int extract(const char *root, const char *bundle, const char *file)
{
	STRV_CLEAN struct strv has = { 0 };
	PROBLEM(p);
	int ret = bundle_extract(tree_path(root, bundle), REL, file, tree_path(root, "/out"), &has,
				 &p);

	assert_true(ret != -EBADMSG || p.what);
	return ret;
}

static void what_was_put_in_comes_out(void **state)
{
	static const char *const files[] = { NAME ".json", NAME ".ko" };

	make_bundle(*state);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		assert_int_equal(extract(*state, "/b.tar.zst", files[i]), 0);
		FREE char *cmp = str_printf("cmp out e/%s", files[i]);

		sh(*state, cmp);
	}
	assert_int_equal(extract(*state, "/e", NAME ".json"), 0);
	assert_int_equal(extract(*state, "/none", NAME ".json"), -ENOENT);
	assert_int_equal(extract(*state, "/b.tar.zst", "stap_vhost_other.json"), -ENOENT);
}

static void what_others_can_change_is_refused(void **state)
{
	static const struct {
		const char *path;
		unsigned int mode, good;
	} rows[] = {
		{ "/b.tar.zst", 0666, 0644 }, { "/b.tar.zst", 0664, 0644 }, { "", 0777, 0700 },
		{ "", 0775, 0700 },
	};
	STRV_CLEAN struct strv has = { 0 };
	PROBLEM(p);

	make_bundle(*state);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *path = tree_path(*state, rows[i].path);

		assert_int_equal(chmod(path, rows[i].mode), 0);
		assert_int_equal(bundle_extract(tree_path(*state, "/b.tar.zst"), REL, NAME ".json",
						tree_path(*state, "/out"), &has, &p), -EPERM);
		assert_non_null(
			strstr(p.what, "b.tar.zst is not used: other users can change it: "));
		assert_non_null(strstr(p.what, rows[i].mode & 2 ? "by everyone (mode 0" :
								  "by its group (mode 0"));
		assert_false(file_exists(tree_path(*state, "/out")));
		assert_int_equal(chmod(path, rows[i].good), 0);
		assert_int_equal(extract(*state, "/b.tar.zst", NAME ".json"), 0);
		remove(tree_path(*state, "/out"));
	}
	/* what 'build -o DIR' made */
	assert_int_equal(chmod(tree_path(*state, "/e/" NAME ".ko"), 0666), 0);
	assert_int_equal(extract(*state, "/e", NAME ".json"), 0);
	assert_int_equal(extract(*state, "/e", NAME ".ko"), -EPERM);
}

static void the_same_modules_make_the_same_bundle(void **state)
{
	make_bundle(*state);
	sh(*state, "mv b.tar.zst first; touch e/*");
	make_bundle(*state);
	sh(*state, "cmp b.tar.zst first");
}

/* Each is packed in directory t by tar's words */
static void hostile_archives_are_refused(void **state)
{
	static const char *const makes[] = {
		/* links in the place of files */
		"ln -s /etc/passwd " REL "/" NAME ".json; tar -cf ../h.tar " REL "/" NAME ".json",
		"echo x > " REL "/" NAME ".ko; ln " REL "/" NAME ".ko " REL "/" NAME ".json;"
		"tar -cf ../h.tar " REL "/" NAME ".ko " REL "/" NAME ".json",
		"mkfifo " REL "/" NAME ".json; tar -cf ../h.tar " REL "/" NAME ".json",
		"mkdir " REL "/" NAME ".json; tar -cf ../h.tar " REL "/" NAME ".json",
		/* ways out */
		"echo x > f; tar -P --transform 's|^f|../../f|' -cf ../h.tar f",
		"echo x > f; tar -P --transform 's|^f|/tmp/f|' -cf ../h.tar f",
		"echo x > f; tar -P --transform 's|^f|../" NAME ".json|' -cf ../h.tar f",
		"echo x > f; tar --transform 's|^f|" REL "/../" NAME ".json|' -cf ../h.tar f",
		"echo x > f; tar --transform 's|^f|" REL "/x/" NAME ".json|' -cf ../h.tar f",
		"echo x > f; tar --transform 's|^f|.hidden/" NAME ".json|' -cf ../h.tar f",
		/* names that no build makes */
		"echo x > f; tar --transform 's|^f|" REL "/" NAME "|' -cf ../h.tar f",
		"echo x > f; tar --transform 's|^f|" REL "/vhost.ko|' -cf ../h.tar f",
		"echo x > f; tar --transform 's|^f|" REL "/" NAME ".sh|' -cf ../h.tar f",
		/* too big, said small by its holes and packing */
		"truncate -s 100K " REL "/" NAME ".json; tar -cf ../h.tar " REL "/" NAME ".json",
		"truncate -s 100M " REL "/" NAME ".ko; tar -S -cf ../h.tar " REL "/" NAME ".ko",
		/* no tar at all */
		"echo hello > ../h.tar",
		"head -c 3000 /dev/urandom > ../h.tar",
		": > ../h.tar",
	};

	for (size_t i = 0; i < ARRAY_SIZE(makes); i++) {
		FREE char *all =
			str_printf("rm -rf t h.tar*; mkdir -p t/" REL "; cd t; %s", makes[i]);
		int ret;

		sh(*state, all);
		remove(tree_path(*state, "/out"));
		ret = extract(*state, "/h.tar", NAME ".json");
		/* an archive of nothing has nothing */
		if (ret != -EBADMSG && !(i + 1 == ARRAY_SIZE(makes) && ret == -ENOENT))
			fail_msg("%d for: %s", ret, makes[i]);
		assert_false(file_exists(tree_path(*state, "/out")));
		/* packed it is no better */
		sh(*state, "gzip -k h.tar");
		ret = extract(*state, "/h.tar.gz", NAME ".json");
		assert_true(ret == -EBADMSG || ret == -ENOENT);
	}
}

/*
 * Cut at many lengths and spoilt at many bytes: no crash; a wrong byte is told by the manifest's
 * hash
 */
static void damaged_bundles_do_no_harm(void **state)
{
	FREE char *data = NULL;
	size_t len;

	make_bundle(*state);
	assert_int_equal(file_read(tree_path(*state, "/b.tar.zst"), 1 << 20, &data, &len), 0);
	for (size_t cut = 0; cut < len - 4; cut += 7) {
		tree_write_bytes(*state, "/cut", data, cut);
		int ret = extract(*state, "/cut", NAME ".ko");

		assert_true(ret == -EBADMSG || ret == -ENOENT || !ret);
	}
	for (size_t at = 0; at < len; at += 3) {
		char was = data[at];

		data[at] = ~was;
		tree_write_bytes(*state, "/spoilt", data, len);
		extract(*state, "/spoilt", NAME ".ko");
		data[at] = was;
	}
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_was_put_in_comes_out),
		T(what_others_can_change_is_refused),
		T(the_same_modules_make_the_same_bundle),
		T(hostile_archives_are_refused),
		T(damaged_bundles_do_no_harm),
	};

	return cmocka_run_group_tests_name("bundle", tests, NULL, NULL);
}
