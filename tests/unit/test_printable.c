/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_printable.c - nothing from outside speaks to a terminal
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libvid/printable.h"
#include "libvid/reason.h"

static const struct {
	const char *from, *to;
} rows[] = {
	{ "", "" },
	{ "https://id.example.org", "https://id.example.org" },
	{ "Jürgen 世界 𝄞 \\", "Jürgen 世界 𝄞 \\" },
	{ "a\x1b[2Jb\n\t\r", "a\\x1B[2Jb\\x0A\\x09\\x0D" },
	{ "\x7f", "\\x7F" },
	{ "\xc2\x9b"
	  "31m",
	  "\\u{9B}31m" },
	{ "\xc2\x85\xc2\xa0", "\\u{85}\xc2\xa0" },
	{ "\xe2\x80\xae"
	  "txt.exe",
	  "\\u{202E}txt.exe" },
	{ "\xe2\x80\x8e\xe2\x80\x8f\xe2\x80\xaa", "\\u{200E}\\u{200F}\\u{202A}" },
	{ "\xe2\x81\xa6\xe2\x81\xa9\xd8\x9c", "\\u{2066}\\u{2069}\\u{61C}" },
	{ "\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf", "\\u{2028}\\u{2029}\\u{FEFF}" },
	{ "\xf3\xa0\x80\x81", "\\u{E0001}" },
	{ "\x9b\xff", "\\x9B\\xFF" },                   /* a C1 control in Latin-1 */
	{ "\xc0\x9b", "\\xC0\\x9B" },                   /* overlong */
	{ "\xed\xa0\x80", "\\xED\\xA0\\x80" },          /* a surrogate */
	{ "\xe2\x80", "\\xE2\\x80" },                   /* cut short */
	{ "\xf4\x90\x80\x80", "\\xF4\\x90\\x80\\x80" }, /* above U+10FFFF */
};

static void hidden_characters_are_escaped_S67(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(PRINTABLE(rows[i].from), rows[i].to);
	assert_string_equal(PRINTABLE(NULL), "");
}

static void a_nul_is_escaped_too_S67(void **state)
{
	char to[32];

	(void)state;
	assert_int_equal(printable_copy(bytes_of("a\0b", 3), to, sizeof(to)), 6);
	assert_string_equal(to, "a\\x00b");
}

static void text_that_was_escaped_stays_the_same_S67(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(PRINTABLE(rows[i].to), rows[i].to);
}

/* Whatever the size: never beyond it, never half a character or half an escape. */
static void long_text_is_cut_between_characters_S67(void **state)
{
	const struct bytes from = bytes_of_text("ab\x1b\xc3\xbc\xe2\x80\xae"
						"cdef");
	char to[64];

	(void)state;
	for (size_t size = 4; size < sizeof(to); size++) {
		size_t len;

		memset(to, '#', sizeof(to));
		len = printable_copy(from, to, size);
		assert_true(len < size);
		assert_int_equal(to[len], '\0');
		assert_int_equal(to[size], '#');
		assert_string_equal(PRINTABLE(to), to);
	}
	assert_int_equal(printable_copy(from, to, 8), 5);
	assert_string_equal(to, "ab...");
	assert_int_equal(printable_copy(bytes_of_text("abc"), to, 4), 3);
	assert_string_equal(to, "abc");
}

static void a_problem_text_holds_no_hidden_character_S67(void **state)
{
	struct problem problem;

	(void)state;
	problem_set(&problem, "%s: unknown key '%s'",
		    "/tmp/\xc2\x9b"
		    "2J",
		    "\xe2\x80\xae\n");
	assert_string_equal(problem.text, "/tmp/\\u{9B}2J: unknown key '\\u{202E}\\x0A'");
	problem_set(&problem, "again: %s", problem.text);
	assert_string_equal(problem.text,
			    "again: /tmp/\\u{9B}2J: unknown key '\\u{202E}\\x0A'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hidden_characters_are_escaped_S67),
		cmocka_unit_test(a_nul_is_escaped_too_S67),
		cmocka_unit_test(text_that_was_escaped_stays_the_same_S67),
		cmocka_unit_test(long_text_is_cut_between_characters_S67),
		cmocka_unit_test(a_problem_text_holds_no_hidden_character_S67),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
