// SPDX-License-Identifier: GPL-2.0-or-later
#include "tree.h"

#include <errno.h>

#define ID "5e14052aabbccddeeff05e14052aabbccddeeff0"

static void reads_id_and_dwarf(void **state)
{
	struct build_id want = tree_id(ID);
	struct elf_facts f;

	tree_elf(*state, "/a.ko", ID, true);
	assert_int_equal(elf_facts(tree_path(*state, "/a.ko"), &f), 0);
	assert_true(build_id_eq(&f.id, &want));
	assert_true(f.has_dwarf);
}

static void reads_compressed(void **state)
{
	struct build_id want = tree_id(ID);
	struct elf_facts f;

	tree_elf(*state, "/a.ko", ID, true);
	tree_compress(*state, "/a.ko", "xz");
	assert_int_equal(elf_facts(tree_path(*state, "/a.ko.xz"), &f), 0);
	assert_true(build_id_eq(&f.id, &want));
	assert_true(f.has_dwarf);
}

static void sees_what_is_missing(void **state)
{
	struct elf_facts f;

	tree_elf(*state, "/stripped.ko", ID, false);
	assert_int_equal(elf_facts(tree_path(*state, "/stripped.ko"), &f), 0);
	assert_false(f.has_dwarf);
	assert_int_equal(f.id.len, 20);

	tree_elf(*state, "/anonymous.ko", NULL, true);
	assert_int_equal(elf_facts(tree_path(*state, "/anonymous.ko"), &f), 0);
	assert_true(f.has_dwarf);
	assert_int_equal(f.id.len, 0);
	assert_int_equal(elf_facts(tree_path(*state, "/none"), &f), -ENOENT);
}

/* What 'objcopy --only-keep-debug' leaves of a section: its header, without contents */
static void empty_debug_info_is_none(void **state)
{
	FREE char *command = str_printf("cd '%s' && objcopy -R .rela.debug_info "
					"--dump-section .debug_info=/dev/null "
					"--update-section .debug_info=/dev/null a.ko b.ko",
					(char *)*state);
	struct elf_facts f;

	tree_elf(*state, "/a.ko", ID, true);
	assert_int_equal(system(command), 0);
	assert_int_equal(elf_facts(tree_path(*state, "/b.ko"), &f), 0);
	assert_int_equal(f.id.len, 20);
	assert_false(f.has_dwarf);
}

static void garbage_is_refused(void **state)
{
	static const char *const texts[] = {
		"", "x", "\177ELF", "\177ELF\2\1\1", "!<arch>\n", "\xfd" "7zXZ", "\x28\xb5\x2f\xfd",
		"\x1f\x8b\x08",
	};
	struct elf_facts f;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		tree_write(*state, "/g.ko", texts[i]);
		/* "\177ELF" alone may open, but nothing is to be found in it */
		if (!elf_facts(tree_path(*state, "/g.ko"), &f)) {
			assert_int_equal(f.id.len, 0);
			assert_false(f.has_dwarf);
		}
	}
	tree_write(*state, "/g.ko", "no ELF file at all, but a long enough text to be one\n");
	assert_int_equal(elf_facts(tree_path(*state, "/g.ko"), &f), -ENOEXEC);
	assert_int_equal(file_mkdir_p(tree_path(*state, "/dir.ko")), 0);
	assert_true(elf_facts(tree_path(*state, "/dir.ko"), &f) < 0);
}

/* Cut at every length and with every byte of its headers spoilt: no crash, no wrong id */
static void damaged_files_do_no_harm(void **state)
{
	struct build_id want = tree_id(ID);
	FREE char *data = NULL;
	struct elf_facts f;
	size_t len;

	tree_elf(*state, "/a.ko", ID, true);
	assert_int_equal(file_read(tree_path(*state, "/a.ko"), 1 << 20, &data, &len), 0);
	for (size_t cut = 0; cut < len; cut += cut < 256 ? 1 : 37) {
		tree_write_bytes(*state, "/cut.ko", data, cut);
		elf_facts(tree_path(*state, "/cut.ko"), &f);
		if (f.id.len)
			assert_true(build_id_eq(&f.id, &want));
	}
	for (size_t at = 0; at < len; at += at < 128 ? 1 : 23) {
		char was = data[at];

		data[at] = ~was;
		tree_write_bytes(*state, "/spoilt.ko", data, len);
		elf_facts(tree_path(*state, "/spoilt.ko"), &f);
		assert_true(f.id.len <= sizeof(f.id.b));
		data[at] = was;
	}
}

static const unsigned char notes[] = {
	/* somebody's note with a name of 6 and 5 bytes, padded */
	6, 0, 0, 0, 5, 0, 0, 0, 1, 0, 0, 0, 'L', 'i', 'n', 'u', 'x', 0, 0, 0,
	1, 2, 3, 4, 5, 0, 0, 0,
	/* of type 3 and not from GNU */
	4, 0, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 'X', 'E', 'N', 0, 9, 9, 9, 9,
	4, 0, 0, 0, 6, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0, 1, 2, 3, 4, 5, 6,
};

static void finds_the_note(void **state)
{
	const unsigned char want[] = { 1, 2, 3, 4, 5, 6 };
	struct build_id id;

	(void)state;
	assert_int_equal(elf_notes_build_id(notes, sizeof(notes), &id), 0);
	assert_int_equal(id.len, 6);
	assert_memory_equal(id.b, want, 6);
}

static void cut_notes_hold_none(void **state)
{
	(void)state;
	for (size_t len = 0; len < sizeof(notes); len++) {
		/* of its own size, so that ASan sees a read past the end */
		FREE unsigned char *copy = malloc(len + !len);
		struct build_id id;

		memcpy(copy, notes, len);
		assert_int_equal(elf_notes_build_id(copy, len, &id), -ENODATA);
		assert_int_equal(id.len, 0);
	}
}

static void hostile_notes_hold_none(void **state)
{
	unsigned char n[64] = { 0 };
	struct build_id id;

	(void)state;
	/* sizes that overflow when they are rounded up or added */
	for (int field = 0; field < 8; field += 4) {
		memset(n, 0, sizeof(n));
		memset(n + field, 0xff, 4);
		assert_int_equal(elf_notes_build_id(n, sizeof(n), &id), -ENODATA);
	}
	/* an id longer than any is */
	unsigned char big[256] = { 4, 0, 0, 0, 200, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0 };

	assert_int_equal(elf_notes_build_id(big, sizeof(big), &id), -ENODATA);
}

static void ids_are_compared_whole(void **state)
{
	struct build_id a = tree_id("0102"), b = tree_id("010203"), none = { .len = 0 };
	char text[BUILD_ID_TEXT];

	(void)state;
	assert_false(build_id_eq(&a, &b));
	assert_false(build_id_eq(&none, &none));
	assert_true(build_id_eq(&a, &a));
	assert_string_equal(build_id_text(&b, text), "010203");
	assert_string_equal(build_id_text(&none, text), "unknown");
}

#define T(f) cmocka_unit_test_setup_teardown(f, tree_setup, tree_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_id_and_dwarf),
		T(reads_compressed),
		T(sees_what_is_missing),
		T(empty_debug_info_is_none),
		T(garbage_is_refused),
		T(damaged_files_do_no_harm),
		T(finds_the_note),
		T(cut_notes_hold_none),
		T(hostile_notes_hold_none),
		T(ids_are_compared_whole),
	};

	return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
