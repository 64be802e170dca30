// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/file.h"

#include <elf.h>
#include <errno.h>
#include <sys/stat.h>

#include "base/str.h"
#include "host/elf.h"
#include "tree.h"

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
	static const struct {
		const char *text;
		int ret;
	} files[] = {
		{ "", -ENODATA }, { "x", -ENOEXEC }, { "\177ELF", -EBADMSG },
		{ "\177ELF\2\1\1", -EBADMSG }, { "!<arch>\n", -ENOEXEC },
		{ "\xfd" "7zXZ", -ENOTSUP }, { "\x28\xb5\x2f\xfd", -ENOTSUP },
		{ "\x1f\x8b\x08", -ENOTSUP }, 
		/* libdw would never come back from this one */
		{ "BZh91AY", -ENOEXEC },
	};
	struct elf_facts f;

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		tree_write(*state, "/g.ko", files[i].text);
		assert_int_equal(elf_facts(tree_path(*state, "/g.ko"), &f), files[i].ret);
		assert_int_equal(f.id.len, 0);
		assert_false(f.has_dwarf);
	}
	tree_write(*state, "/g.ko", "no ELF file at all, but a long enough text to be one\n");
	assert_int_equal(elf_facts(tree_path(*state, "/g.ko"), &f), -ENOEXEC);
	assert_int_equal(file_mkdir_p(tree_path(*state, "/dir.ko")), 0);
	assert_int_equal(elf_facts(tree_path(*state, "/dir.ko"), &f), -EISDIR);
	assert_int_equal(mkfifo(tree_path(*state, "/fifo.ko"), 0600), 0);
	assert_int_equal(elf_facts(tree_path(*state, "/fifo.ko"), &f), -EINVAL);
	assert_int_equal(elf_facts("/dev/null", &f), -EINVAL);
	assert_int_equal(elf_facts("/dev/zero", &f), -EINVAL);
}

/* Headers that say 65535 sections, or a number that is itself somewhere far away */
static void absurd_numbers_are_refused(void **state)
{
	static const struct {
		size_t at, len;
		unsigned char byte;
	} changes[] = {
		{ offsetof(Elf64_Ehdr, e_shnum), 2, 0xff },
		{ offsetof(Elf64_Ehdr, e_shnum), 2, 0 },	/* it is in section 0 then */
		{ offsetof(Elf64_Ehdr, e_shoff), 8, 0xff },
		{ offsetof(Elf64_Ehdr, e_shoff), 8, 0x7f },
		{ offsetof(Elf64_Ehdr, e_shentsize), 2, 0xff },
	};
	FREE char *data = NULL;
	struct elf_facts f;
	size_t len;

	tree_elf(*state, "/a.ko", ID, true);
	assert_int_equal(file_read(tree_path(*state, "/a.ko"), 1 << 20, &data, &len), 0);
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		char was[8];

		memcpy(was, data + changes[i].at, changes[i].len);
		memset(data + changes[i].at, changes[i].byte, changes[i].len);
		tree_write_bytes(*state, "/b.ko", data, len);
		memcpy(data + changes[i].at, was, changes[i].len);
		assert_int_equal(elf_facts(tree_path(*state, "/b.ko"), &f), -EBADMSG);
	}
}

/* The note in a file: longer than its section, longer than any id is, without length */
static void absurd_notes_hold_none(void **state)
{
	static const unsigned char head[] = {
		4, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'G', 'N', 'U', 0
	};
	static const unsigned int sizes[] = { 0xffffffff, 0x7fffffff, 65, 21, 0 };
	FREE char *data = NULL;
	struct elf_facts f;
	size_t len;

	tree_elf(*state, "/a.ko", ID, true);
	assert_int_equal(file_read(tree_path(*state, "/a.ko"), 1 << 20, &data, &len), 0);

	char *note = memmem(data, len, head, sizeof(head));

	assert_non_null(note);
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		memcpy(note + 4, &sizes[i], 4);
		tree_write_bytes(*state, "/b.ko", data, len);
		assert_int_equal(elf_facts(tree_path(*state, "/b.ko"), &f), 0);
		assert_int_equal(f.id.len, 0);
		assert_true(f.has_dwarf);
	}
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
		/* the table of sections is a file's end: no cut goes unseen */
		assert_true(elf_facts(tree_path(*state, "/cut.ko"), &f) < 0);
		assert_int_equal(f.id.len, 0);
		assert_false(f.has_dwarf);
	}
	tree_write_bytes(*state, "/cut.ko", data, len);
	assert_int_equal(elf_facts(tree_path(*state, "/cut.ko"), &f), 0);
	assert_true(build_id_eq(&f.id, &want));
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
		T(absurd_numbers_are_refused),
		T(absurd_notes_hold_none),
		T(damaged_files_do_no_harm),
		T(finds_the_note),
		T(cut_notes_hold_none),
		T(hostile_notes_hold_none),
		T(ids_are_compared_whole),
	};

	return cmocka_run_group_tests_name("elf", tests, NULL, NULL);
}
