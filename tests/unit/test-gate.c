// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/gate.h"

#include <stdio.h>

#include "base/str.h"
#include "tree.h"

/* What comes out of a gate when @pieces of @len bytes go in, each flushed */
static char *through(const char *text, size_t len, size_t piece, size_t *got)
{
	FILE *out = tmpfile();
	int fd = dup(fileno(out));
	FILE *f = gate_open(fd);
	char *all = calloc(1, 5 * len + 64);

	assert_non_null(f);
	for (size_t at = 0; at < len; at += piece) {
		assert_int_equal(fwrite(text + at, 1, len - at < piece ? len - at : piece, f),
				 len - at < piece ? len - at : piece);
		assert_int_equal(fflush(f), 0);
	}
	assert_int_equal(fclose(f), 0);
	rewind(out);
	*got = fread(all, 1, 5 * len + 63, out);
	fclose(out);
	return all;
}

static const struct {
	const char *in, *out;
} rows[] = {
	{ "", "" },
	{ "plain\ttext\n", "plain\ttext\n" },
	{ "Größe … 日本 🙂\n", "Größe … 日本 🙂\n" },
	{ "\033[2J", "\\x1b[2J" },
	{ "a\033", "a\\x1b" },
	{ "\a\b\r\v\f\016\017\177", "\\x07\\x08\\x0d\\x0b\\x0c\\x0e\\x0f\\x7f" },
	/* C1: as it stands, and as UTF-8 */
	{ "\x9b" "2J", "\\x9b2J" },
	{ "\xc2\x9b" "2J\xc2\x85\xc2\xa0", "\\xc2\\x9b2J\\xc2\\x85\xc2\xa0" },
	/* too long, cut off, a surrogate, beyond the last */
	{ "\xc0\x9b\xe0\x82\x9b", "\\xc0\\x9b\\xe0\\x82\\x9b" },
	{ "\xe2\x80", "\\xe2\\x80" },
	{ "\xe2\x80x\xf0\x9f\x99", "\\xe2\\x80x\\xf0\\x9f\\x99" },
	{ "\xed\xa0\x80\xf4\x90\x80\x80\xff", "\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80\\xff" },
	/* what turns the direction of writing, and other lines' ends */
	{ "a\u202eb\u2066c\u200fd\u061ce\u2028f",
	  "a\\xe2\\x80\\xaeb\\xe2\\x81\\xa6c\\xe2\\x80\\x8fd\\xd8\\x9ce\\xe2\\x80\\xa8f" },
	{ "\u2010\u2013\u2027\u202f\u2065\u206a", "\u2010\u2013\u2027\u202f\u2065\u206a" },
};

static void nothing_but_text_comes_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		size_t len = strlen(rows[i].in), n;

		for (size_t piece = 1; piece <= len + 1; piece++) {
			FREE char *got = through(rows[i].in, len, piece, &n);

			assert_string_equal(got, rows[i].out);
			assert_int_equal(n, strlen(rows[i].out));
		}
	}
	FREE char *nul = through("a\0b", 3, 2, &(size_t){ 0 });

	assert_string_equal(nul, "a\\x00b");
}

/* Ours are signed, in one piece or not; what somebody has made up isn't */
static void our_own_colours_do(void **state)
{
	FREE char *text = NULL, *forged = NULL;
	size_t n;

	(void)state;
	/* a gate is there from the first row on */
	text = str_printf("%sred%s\033[31m", gate_sign("\033[31m"), gate_sign("\033[0m\033[H"));
	forged = str_printf("%s", gate_sign("\033[31m"));
	for (size_t piece = 1; piece < 60; piece++) {
		FREE char *got = through(text, strlen(text), piece, &n);

		assert_string_equal(got, "\033[31mred\033[0m\033[H\\x1b[31m");
		/* cut off, and with a digit that is wrong */
		FREE char *cut = through(forged, 8, piece, &n);

		assert_int_equal(strncmp(cut, "\\x1b", 4), 0);
		forged[10] ^= 1;
		FREE char *wrong = through(forged, strlen(forged), piece, &n);

		assert_int_equal(strncmp(wrong, "\\x1b", 4), 0);
		forged[10] ^= 1;
	}
}

/* Any bytes, in any pieces: what comes out is the same, and text */
static void any_bytes(void **state)
{
	unsigned int seed = 1;
	char in[3000];

	(void)state;
	for (int round = 0; round < 60; round++) {
		size_t len = sizeof(in), n, m;

		for (size_t i = 0; i < len; i++) {
			seed = seed * 1103515245 + 12345;
			in[i] = seed >> 16;
			/* make characters likely */
			if (seed >> 28 < 8)
				in[i] = (in[i] & 0x3f) | 0x80;
		}
		FREE char *whole = through(in, len, len, &n);
		FREE char *pieces = through(in, len, 1 + round, &m);

		assert_int_equal(n, m);
		assert_memory_equal(whole, pieces, n);
		FREE char *again = str_escape(whole, n);

		for (size_t i = 0; i < n; i++)
			assert_true(whole[i] != 0x7f && ((unsigned char)whole[i] >= ' ' ||
							 whole[i] == '\n' || whole[i] == '\t'));
		/* there is nothing left to escape but the newlines */
		FREE char *lines = str_replace(whole, "\n", "\\n");

		assert_string_equal(again, lines);
	}
}

static void a_full_disk_is_told(void **state)
{
	FILE *full = fopen("/dev/full", "w");
	FILE *f = gate_open(dup(fileno(full)));

	(void)state;
	fclose(full);
	fputs("text\n", f);
	assert_int_equal(fflush(f), EOF);
	assert_true(ferror(f));
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_but_text_comes_out),
		cmocka_unit_test(our_own_colours_do),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(a_full_disk_is_told),
	};

	return cmocka_run_group_tests_name("gate", tests, NULL, NULL);
}
